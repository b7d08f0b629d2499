//! Values as conditions compare them: by the kind of their field, however the client wrote them.

use std::cmp::Ordering;

use parlour_domain::Timestamp;
use serde_json::Value;

use crate::dialect::sourceloop::Row;
use crate::dialect::sourceloop::model::{Kind, Model};

/// A value of a field.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Literal {
    Null,
    Bool(bool),
    Number(f64),
    Text(String),
    Time(i64),
    /// An object, which is there and is compared with nothing.
    Other,
}

impl Literal {
    /// A value as a client writes it; `None`: it cannot be one of this kind. In a query everything is text.
    pub(super) fn written(kind: Kind, value: &Value) -> Option<Self> {
        Some(match (kind, value) {
            (_, Value::Null) => Self::Null,
            (Kind::Text, Value::String(text)) => Self::Text(text.clone()),
            (Kind::Text, Value::Number(number)) => Self::Text(number.to_string()),
            (Kind::Text, Value::Bool(flag)) => Self::Text(flag.to_string()),
            (Kind::Number, Value::Number(number)) => Self::Number(number.as_f64()?),
            (Kind::Number, Value::String(text)) => {
                Self::Number(text.parse().ok().filter(|number: &f64| number.is_finite())?)
            }
            (Kind::Bool, Value::Bool(flag)) => Self::Bool(*flag),
            (Kind::Bool, Value::String(text)) => Self::Bool(text.parse().ok()?),
            (Kind::Date, Value::String(text)) => Self::Time(time(text)?),
            (Kind::Date, Value::Number(number)) => Self::Time(number.as_i64()?),
            _ => return None,
        })
    }

    /// What a row holds.
    pub(super) fn of(model: Model, field: &str, row: &Row) -> Self {
        match (model.field(field), row.get(field)) {
            (Some(Kind::Object), Some(value)) if !value.is_null() => Self::Other,
            (Some(kind), Some(value)) => Self::written(kind, value).unwrap_or(Self::Null),
            _ => Self::Null,
        }
    }

    /// The order of two values of one field; what is not there comes first.
    pub(super) fn order(&self, other: &Self) -> Ordering {
        match (self, other) {
            (Self::Null, Self::Null) => Ordering::Equal,
            (Self::Null, _) => Ordering::Less,
            (_, Self::Null) => Ordering::Greater,
            _ => self.compare(other).unwrap_or(Ordering::Equal),
        }
    }

    /// How two values compare; `None`: they do not.
    pub(super) fn compare(&self, other: &Self) -> Option<Ordering> {
        match (self, other) {
            (Self::Bool(one), Self::Bool(other)) => Some(one.cmp(other)),
            (Self::Number(one), Self::Number(other)) => one.partial_cmp(other),
            (Self::Text(one), Self::Text(other)) => Some(one.cmp(other)),
            (Self::Time(one), Self::Time(other)) => Some(one.cmp(other)),
            _ => None,
        }
    }
}

/// RFC 3339, or a day alone, which begins in UTC; or milliseconds.
fn time(text: &str) -> Option<i64> {
    let whole = Timestamp::parse(text).or_else(|_| Timestamp::parse(&format!("{text}T00:00:00Z")));
    whole.map(Timestamp::millis).ok().or_else(|| text.parse().ok())
}
