//! Conditions: `where`.

use regex::Regex;
use serde_json::{Map, Value};

use super::literal::Literal;
use super::pattern::{expression, wildcards};
use super::{Budget, CONDITION_DEPTH, field, must_be, unknown};
use crate::dialect::sourceloop::Row;
use crate::dialect::sourceloop::model::{Kind, Model};
use crate::dialect::sourceloop::problem::Detail;

/// A pattern is as much as so many other parts of a filter: it looks at every byte of every row.
const PATTERN_PARTS: usize = 100;

/// A condition on rows of one model.
#[derive(Debug)]
pub enum Condition {
    /// All of these hold.
    All(Vec<Self>),
    /// Any of these holds.
    Any(Vec<Self>),
    /// A field of a row is like this.
    Field(Field),
}

/// What a field is to be like.
#[derive(Debug)]
pub struct Field {
    model: Model,
    name: &'static str,
    test: Test,
}

#[derive(Debug)]
enum Test {
    In(Vec<Literal>, bool),
    Greater(Literal, bool),
    Less(Literal, bool),
    Between(Literal, Literal),
    Like(Regex, bool),
    Exists(bool),
}

impl Condition {
    /// That a field is this text.
    pub(super) fn is(model: Model, name: &'static str, text: &str) -> Self {
        Self::Field(Field {
            model,
            name,
            test: Test::In(vec![Literal::Text(text.to_owned())], true),
        })
    }

    /// Whether it holds for a row.
    #[must_use]
    pub fn holds(&self, row: &Row) -> bool {
        match self {
            Self::All(all) => all.iter().all(|one| one.holds(row)),
            Self::Any(any) => any.iter().any(|one| one.holds(row)),
            Self::Field(field) => field.holds(row),
        }
    }

    /// The texts that a field must be one of for this to hold; `None`: it may be others.
    #[must_use]
    pub fn one_of(&self, name: &str) -> Option<Vec<&str>> {
        match self {
            Self::All(all) => all.iter().find_map(|one| one.one_of(name)),
            Self::Any(any) => {
                let each: Option<Vec<Vec<&str>>> = any.iter().map(|one| one.one_of(name)).collect();
                each.map(|each| each.into_iter().flatten().collect())
            }
            Self::Field(field) => match &field.test {
                Test::In(values, true) if field.name == name => values.iter().map(text).collect(),
                _ => None,
            },
        }
    }
}

fn text(value: &Literal) -> Option<&str> {
    match value {
        Literal::Text(text) => Some(text),
        _ => None,
    }
}

impl Field {
    fn holds(&self, row: &Row) -> bool {
        use std::cmp::Ordering::{Equal, Greater, Less};
        let value = Literal::of(self.model, self.name, row);
        let is = |other: &Literal, wanted: &[std::cmp::Ordering]| {
            value.compare(other).is_some_and(|order| wanted.contains(&order))
        };
        match &self.test {
            Test::In(values, wanted) => values.contains(&value) == *wanted,
            Test::Greater(least, equal) => is(least, if *equal { &[Greater, Equal] } else { &[Greater] }),
            Test::Less(most, equal) => is(most, if *equal { &[Less, Equal] } else { &[Less] }),
            Test::Between(least, most) => is(least, &[Greater, Equal]) && is(most, &[Less, Equal]),
            Test::Like(pattern, wanted) => match &value {
                Literal::Text(text) => pattern.is_match(text) == *wanted,
                _ => !wanted,
            },
            Test::Exists(wanted) => (value != Literal::Null) == *wanted,
        }
    }
}

pub(super) fn read(
    model: Model,
    (value, path): (&Value, &str),
    depth: usize,
    budget: &mut Budget,
) -> Result<Condition, Detail> {
    let object = value.as_object().ok_or_else(|| must_be(path, "object"))?;
    if depth >= CONDITION_DEPTH {
        return Err(Detail::new(
            path,
            "maxDepth",
            format!("must not be deeper than {CONDITION_DEPTH}"),
        ));
    }
    let mut all = Vec::with_capacity(object.len());
    for (key, value) in object {
        let at = format!("{path}/{key}");
        match key.as_str() {
            "and" => all.push(Condition::All(list(model, value, &at, (depth, &mut *budget))?)),
            "or" => all.push(Condition::Any(list(model, value, &at, (depth, &mut *budget))?)),
            name => {
                let (name, kind) = (field(model, name, path)?, model.field(name).unwrap_or(Kind::Text));
                for test in tests(kind, value, &at, budget)? {
                    all.push(Condition::Field(Field { model, name, test }));
                }
            }
        }
    }
    Ok(match <[Condition; 1]>::try_from(all) {
        Ok([one]) => one,
        Err(all) => Condition::All(all),
    })
}

fn list(
    model: Model,
    value: &Value,
    path: &str,
    (depth, budget): (usize, &mut Budget),
) -> Result<Vec<Condition>, Detail> {
    let all = value.as_array().ok_or_else(|| must_be(path, "array"))?;
    let mut read_all = Vec::with_capacity(all.len());
    for (number, one) in all.iter().enumerate() {
        budget.take(path)?;
        read_all.push(read(model, (one, &format!("{path}/{number}")), depth + 1, budget)?);
    }
    Ok(read_all)
}

/// What a field is asked: a value is that it is equal.
fn tests(kind: Kind, value: &Value, path: &str, budget: &mut Budget) -> Result<Vec<Test>, Detail> {
    let Value::Object(operators) = value else {
        return Ok(vec![Test::In(vec![literal(kind, value, path, budget)?], true)]);
    };
    if operators.is_empty() {
        return Err(Detail::new(path, "minProperties", "must have an operator"));
    }
    let ignore_case = flag(operators);
    let asked = operators.iter().filter(|(name, _)| *name != "options");
    asked
        .map(|(operator, value)| {
            test(
                (kind, operator),
                value,
                &format!("{path}/{operator}"),
                (ignore_case, &mut *budget),
            )
        })
        .collect()
}

/// `{"regexp": …, "options": "i"}`.
fn flag(operators: &Map<String, Value>) -> bool {
    let options = operators.get("options").and_then(Value::as_str);
    options.is_some_and(|options| options.contains('i'))
}

fn test(
    (kind, operator): (Kind, &str),
    value: &Value,
    path: &str,
    (ignore_case, budget): (bool, &mut Budget),
) -> Result<Test, Detail> {
    if ["like", "nlike", "ilike", "nilike", "regexp"].contains(&operator) {
        budget.take_many(path, PATTERN_PARTS)?;
    }
    let like = |ignore, wanted| Ok(Test::Like(wildcards(kind, value, path, ignore)?, wanted));
    match operator {
        "like" => return like(ignore_case, true),
        "nlike" => return like(ignore_case, false),
        "ilike" => return like(true, true),
        "nilike" => return like(true, false),
        "regexp" => return Ok(Test::Like(expression(kind, value, path, ignore_case)?, true)),
        "exists" => return exists(value, path),
        _ => {}
    }
    let mut one = |value: &Value| literal(kind, value, path, budget);
    Ok(match operator {
        "eq" => Test::In(vec![one(value)?], true),
        "neq" => Test::In(vec![one(value)?], false),
        "gt" => Test::Greater(one(value)?, false),
        "gte" => Test::Greater(one(value)?, true),
        "lt" => Test::Less(one(value)?, false),
        "lte" => Test::Less(one(value)?, true),
        "between" => match several(value, path)? {
            [least, most] => Test::Between(one(least)?, one(most)?),
            _ => return Err(Detail::new(path, "minItems", "must be two values")),
        },
        "inq" => Test::In(several(value, path)?.iter().map(one).collect::<Result<_, _>>()?, true),
        "nin" => Test::In(several(value, path)?.iter().map(one).collect::<Result<_, _>>()?, false),
        _ => {
            return Err(unknown(
                path.rsplit_once('/').map_or(path, |(above, _)| above),
                operator,
            ));
        }
    })
}

fn several<'a>(value: &'a Value, path: &str) -> Result<&'a [Value], Detail> {
    match value {
        Value::Array(all) => Ok(all),
        _ => Err(must_be(path, "array")),
    }
}

fn literal(kind: Kind, value: &Value, path: &str, budget: &mut Budget) -> Result<Literal, Detail> {
    budget.take(path)?;
    Literal::written(kind, value).ok_or_else(|| {
        must_be(
            path,
            match kind {
                Kind::Text => "string",
                Kind::Number => "number",
                Kind::Bool => "boolean",
                Kind::Date => "date-time",
                Kind::Object => "null",
            },
        )
    })
}

fn exists(value: &Value, path: &str) -> Result<Test, Detail> {
    match Literal::written(Kind::Bool, value) {
        Some(Literal::Bool(wanted)) => Ok(Test::Exists(wanted)),
        _ => Err(must_be(path, "boolean")),
    }
}
