//! Bodies, as the service's models check them: fields that are not known are refused, numbers may be texts.

use serde_json::{Map, Value};

/// The largest number that a JavaScript client can mean.
const MOST: i64 = (1 << 53) - 1;

/// The body is not as the route's model says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Unfit;

/// The fields of a body.
#[derive(Debug, PartialEq)]
pub struct Body(Map<String, Value>);

impl Body {
    /// Reads an object; nothing is one without fields, and a list has none. `None`: it is no JSON.
    #[must_use]
    pub fn read(body: &[u8]) -> Option<Self> {
        let body = body.trim_ascii();
        if body.is_empty() {
            return Some(Self(Map::new()));
        }
        match serde_json::from_slice(body).ok()? {
            Value::Object(fields) => Some(Self(fields)),
            Value::Array(_) => Some(Self(Map::new())),
            _ => None,
        }
    }

    /// The operator's token, which is no field of any model.
    pub fn take_token(&mut self) -> Option<String> {
        match self.0.remove("token")? {
            Value::String(token) => Some(token),
            _ => None,
        }
    }

    /// Refuses fields that are none of these.
    ///
    /// # Errors
    /// [`Unfit`].
    pub fn only(&self, names: &[&str]) -> Result<(), Unfit> {
        match self.0.keys().all(|name| names.contains(&name.as_str())) {
            true => Ok(()),
            false => Err(Unfit),
        }
    }

    /// A text.
    ///
    /// # Errors
    /// [`Unfit`].
    pub fn text(&self, name: &str) -> Result<&str, Unfit> {
        self.0.get(name).and_then(Value::as_str).ok_or(Unfit)
    }

    /// A text that may be left out.
    ///
    /// # Errors
    /// [`Unfit`].
    pub fn text_if_any(&self, name: &str) -> Result<Option<&str>, Unfit> {
        match self.0.get(name) {
            None => Ok(None),
            Some(value) => value.as_str().map(Some).ok_or(Unfit),
        }
    }

    /// A whole number.
    ///
    /// # Errors
    /// [`Unfit`].
    pub fn number(&self, name: &str) -> Result<i64, Unfit> {
        self.0.get(name).and_then(whole).ok_or(Unfit)
    }

    /// Whole numbers, each once, in their order.
    ///
    /// # Errors
    /// [`Unfit`].
    pub fn numbers(&self, name: &str) -> Result<Vec<i64>, Unfit> {
        let items = self.0.get(name).and_then(Value::as_array).ok_or(Unfit)?;
        let numbers: Option<Vec<i64>> = items.iter().map(whole).collect();
        let mut seen = std::collections::HashSet::new();
        let numbers = numbers.ok_or(Unfit)?.into_iter();
        Ok(numbers.filter(|number| seen.insert(*number)).collect())
    }

    /// An object that may be left out.
    ///
    /// # Errors
    /// [`Unfit`].
    pub fn object_if_any(&self, name: &str) -> Result<Option<&Map<String, Value>>, Unfit> {
        match self.0.get(name) {
            None => Ok(None),
            Some(value) => value.as_object().map(Some).ok_or(Unfit),
        }
    }
}

fn whole(value: &Value) -> Option<i64> {
    let number = match value {
        Value::String(text) => text.parse().ok()?,
        Value::Number(number) => match number.as_i64() {
            Some(number) => number,
            None => from_float(number.as_f64()?)?,
        },
        _ => return None,
    };
    (-MOST..=MOST).contains(&number).then_some(number)
}

/// `1.0` is a whole number to JavaScript.
fn from_float(number: f64) -> Option<i64> {
    let text = (number.fract() == 0.0).then(|| format!("{number:.0}"))?;
    text.parse().ok()
}
