//! The query language: `filter` and `where`, as JSON or as `filter[where][body]=x`.
//!
//! Reading is total and bounded: whatever a client sends is a filter or a refusal. Every name has to be one of the model's: a condition
//! on a misspelt field would otherwise hold for all rows, or for none.

mod condition;
mod include;
mod literal;
mod pattern;
mod query;

#[cfg(test)]
mod tests;

use serde_json::{Value, json};

use super::Row;
use super::model::{Model, Relation};
use super::problem::Detail;

pub use condition::Condition;
pub use query::parameter;

use include::includes;
use literal::Literal;

/// The deepest nesting of conditions.
const CONDITION_DEPTH: usize = 8;
/// Conditions, values and included relations of one filter.
const PARTS: usize = 500;

/// What is left of the parts that one filter may have.
#[derive(Debug)]
struct Budget(usize);

impl Budget {
    fn take(&mut self, path: &str) -> Result<(), Detail> {
        self.take_many(path, 1)
    }

    fn take_many(&mut self, path: &str, parts: usize) -> Result<(), Detail> {
        let rule = || format!("must not have more than {PARTS} parts in all");
        let left = self.0.checked_sub(parts);
        self.0 = left.ok_or_else(|| Detail::new(path, "maxProperties", rule()))?;
        Ok(())
    }
}

/// Which rows are wanted, in which order, and what of them.
#[derive(Debug, Default)]
pub struct Filter {
    /// Which; none: all.
    pub condition: Option<Condition>,
    order: Vec<(&'static str, bool)>,
    limit: Option<usize>,
    skip: usize,
    fields: Option<Fields>,
    /// What they come with.
    pub include: Vec<Include>,
}

/// A relation that rows come with.
#[derive(Debug)]
pub struct Include {
    /// Which.
    pub relation: Relation,
    /// Which rows of the other side.
    pub scope: Filter,
}

#[derive(Debug, PartialEq, Eq)]
enum Fields {
    Only(Vec<&'static str>),
    Without(Vec<&'static str>),
}

impl Filter {
    /// Reads a filter of rows of `model`. `of_one`: of one row that is known, so that there is nothing to choose.
    ///
    /// # Errors
    /// What is wrong with it.
    pub fn read(model: Model, value: Option<&Value>, of_one: bool) -> Result<Self, Detail> {
        match value {
            Some(value) => read(model, (value, ""), of_one, (0, &mut Budget(PARTS))),
            None => Ok(Self::default()),
        }
    }

    /// A filter that is a condition alone.
    ///
    /// # Errors
    /// What is wrong with it.
    pub fn of_where(model: Model, value: Option<&Value>) -> Result<Self, Detail> {
        let read = |value| condition::read(model, (value, ""), 0, &mut Budget(PARTS));
        Ok(Self {
            condition: value.map(read).transpose()?,
            ..Self::default()
        })
    }

    /// The same of one row.
    #[must_use]
    pub fn of_one(self, model: Model, id: &str) -> Self {
        Self {
            condition: Some(Condition::is(model, "id", id)),
            ..self
        }
    }

    /// Those rows that are wanted, in the wanted order.
    #[must_use]
    pub fn select<'a>(&self, model: Model, rows: impl IntoIterator<Item = &'a Row>) -> Vec<&'a Row> {
        let holds = |row: &&Row| self.condition.as_ref().is_none_or(|condition| condition.holds(row));
        let mut rows: Vec<&Row> = rows.into_iter().filter(holds).collect();
        if !self.order.is_empty() {
            rows.sort_by(|one, other| {
                let by = self.order.iter().map(|(field, ascending)| {
                    let order = Literal::of(model, field, one).order(&Literal::of(model, field, other));
                    if *ascending { order } else { order.reverse() }
                });
                by.fold(std::cmp::Ordering::Equal, std::cmp::Ordering::then)
            });
        }
        let most = self.limit.unwrap_or(usize::MAX);
        rows.into_iter().skip(self.skip).take(most).collect()
    }

    /// What of a row is wanted.
    #[must_use]
    pub fn fields_of(&self, row: &Row) -> Row {
        let wanted = |name: &str| match &self.fields {
            None => true,
            Some(Fields::Only(names)) => names.contains(&name),
            Some(Fields::Without(names)) => !names.contains(&name),
        };
        let fields = row.iter().filter(|(name, _)| wanted(name));
        fields.map(|(name, value)| (name.clone(), value.clone())).collect()
    }

    /// Whether any relation is wanted, at whatever depth, whose rows are of this model.
    #[must_use]
    pub fn includes(&self, model: Model) -> bool {
        let of = |include: &Include| include.relation.model() == model || include.scope.includes(model);
        self.include.iter().any(of)
    }

    /// Whether what is wanted stands at the oldest end: the oldest rows first, and not all of them.
    #[must_use]
    pub fn begins_with_the_oldest(&self) -> bool {
        self.limit.is_some() && self.order.first().is_none_or(|first| *first == ("createdOn", true))
    }
}

fn read(
    model: Model,
    (value, path): (&Value, &str),
    of_one: bool,
    (depth, budget): (usize, &mut Budget),
) -> Result<Filter, Detail> {
    let object = value.as_object().ok_or_else(|| must_be(path, "object"))?;
    let mut filter = Filter::default();
    for (key, value) in object {
        budget.take(path)?;
        let at = format!("{path}/{key}");
        match key.as_str() {
            "where" if !of_one => filter.condition = Some(condition::read(model, (value, &at), 0, &mut *budget)?),
            "order" => filter.order = order(model, value, &at)?,
            "limit" => filter.limit = Some(whole(value, &at, 1)?),
            "skip" | "offset" => filter.skip = whole(value, &at, 0)?,
            "fields" => filter.fields = Some(fields(model, value, &at)?),
            "include" => filter.include = includes(model, value, &at, (depth, &mut *budget))?,
            _ => return Err(unknown(path, key)),
        }
    }
    Ok(filter)
}

fn must_be(path: &str, kind: &str) -> Detail {
    Detail::new(path, "type", format!("must be {kind}")).with(json!({ "type": kind }))
}

fn unknown(path: &str, name: &str) -> Detail {
    Detail::new(path, "additionalProperties", "must NOT have additional properties")
        .with(json!({ "additionalProperty": name }))
}

/// A whole number, or its digits.
fn whole(value: &Value, path: &str, least: u64) -> Result<usize, Detail> {
    let number = value.as_u64().or_else(|| value.as_str()?.parse().ok());
    let number = number.ok_or_else(|| must_be(path, "integer"))?;
    if number < least {
        let rule = Detail::new(path, "minimum", format!("must be >= {least}"));
        return Err(rule.with(json!({ "comparison": ">=", "limit": least })));
    }
    Ok(usize::try_from(number).unwrap_or(usize::MAX))
}

fn texts<'a>(value: &'a Value, path: &str) -> Result<Vec<&'a str>, Detail> {
    let all = match value {
        Value::String(one) => return Ok(vec![one]),
        Value::Array(all) => all,
        _ => return Err(must_be(path, "array")),
    };
    all.iter()
        .map(|one| one.as_str().ok_or_else(|| must_be(path, "string")))
        .collect()
}

fn field(model: Model, name: &str, path: &str) -> Result<&'static str, Detail> {
    let found = model.fields().find(|(field, _)| *field == name);
    found.map(|(field, _)| field).ok_or_else(|| unknown(path, name))
}

fn order(model: Model, value: &Value, path: &str) -> Result<Vec<(&'static str, bool)>, Detail> {
    let one = |text: &str| {
        let mut words = text.split_whitespace();
        let name = field(model, words.next().unwrap_or_default(), path)?;
        let ascending = match words.next().map(str::to_ascii_uppercase).as_deref() {
            None | Some("ASC") => true,
            Some("DESC") => false,
            Some(_) => return Err(Detail::new(path, "pattern", "must be a field, and ASC or DESC")),
        };
        Ok((name, ascending))
    };
    let all = texts(value, path)?;
    if all.len() > model.fields().count() {
        return Err(Detail::new(
            path,
            "maxItems",
            "must not have more fields than there are",
        ));
    }
    all.into_iter().map(one).collect()
}

fn fields(model: Model, value: &Value, path: &str) -> Result<Fields, Detail> {
    let Value::Object(object) = value else {
        let names = texts(value, path)?;
        let names = names.into_iter().map(|name| field(model, name, path));
        return Ok(Fields::Only(names.collect::<Result<_, _>>()?));
    };
    let (mut only, mut without) = (Vec::new(), Vec::new());
    for (name, wanted) in object {
        let name = field(model, name, path)?;
        match wanted {
            Value::Bool(true) => only.push(name),
            Value::Bool(false) => without.push(name),
            Value::String(text) if text == "true" => only.push(name),
            Value::String(text) if text == "false" => without.push(name),
            _ => return Err(must_be(&format!("{path}/{name}"), "boolean")),
        }
    }
    Ok(if only.is_empty() {
        Fields::Without(without)
    } else {
        Fields::Only(only)
    })
}
