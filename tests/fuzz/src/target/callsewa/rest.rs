//! REST: paths, and the bodies of each route's model.

use parlour_protocol::dialect::callsewa_rest::{Body, Call, Names, Unfit, call, cannot, description, dialects};
use serde_json::{Map, Value};

use super::super::asked::Asked;
use super::super::socket_io::has_fraction;
use super::super::{Outcome, holds};

/// What means something in requests.
pub(in super::super) const WORDS: &[&str] = &[
    "GET ",
    "POST ",
    "PUT ",
    "DELETE ",
    "/auth/login",
    "/auth/register",
    "/auth/verify",
    "/app",
    "/user",
    "/room",
    "/my_room",
    "/check_room",
    "/add",
    "/remove",
    "/swagger",
    "/swagger.json",
    "&amp;",
    "<script>",
    "firstName",
    "middleName",
    "lastName",
    "email",
    "password",
    "token",
    "name",
    "verifyUrl",
    "appId",
    "appUserId",
    "users",
    "extra",
    "1.0",
    "9007199254740991",
    "9007199254740992",
];

/// The largest number that a JavaScript client can mean.
const MOST: i64 = (1 << 53) - 1;

#[derive(Clone, Copy)]
enum Kind {
    Text,
    TextIfAny,
    Number,
    Numbers,
    ObjectIfAny,
}

/// What a body must be, and what it may have besides.
type Model = &'static [(&'static str, Kind)];

const NEW_OPERATOR: Model = &[
    ("firstName", Kind::Text),
    ("middleName", Kind::Text),
    ("lastName", Kind::Text),
    ("email", Kind::Text),
    ("password", Kind::Text),
];
const NEW_USER: Model = &[
    ("appId", Kind::Text),
    ("appUserId", Kind::Number),
    ("firstName", Kind::Text),
    ("lastName", Kind::Text),
    ("token", Kind::Text),
];
const NEW_ROOM: Model = &[
    ("room", Kind::Text),
    ("appId", Kind::Text),
    ("users", Kind::Numbers),
    ("extra", Kind::ObjectIfAny),
];
const ROOM_USERS: Model = &[("room", Kind::Text), ("appId", Kind::Text), ("users", Kind::Numbers)];

/// `None`: of its body nothing is read, but for an operator's token.
fn model(call: Call<'_>) -> Option<Model> {
    Some(match call {
        Call::Login => &[("email", Kind::Text), ("password", Kind::Text)],
        Call::Register => NEW_OPERATOR,
        Call::MakeApp => &[("name", Kind::TextIfAny), ("verifyUrl", Kind::TextIfAny)],
        Call::MakeUser => NEW_USER,
        Call::MakeRoom => NEW_ROOM,
        Call::CheckRoom => &[("appId", Kind::Text), ("users", Kind::Numbers)],
        Call::AddUsers | Call::RemoveUsers => ROOM_USERS,
        _ => return None,
    })
}

pub(in super::super) fn check(input: &[u8]) -> Outcome {
    let asked = Asked::of(input);
    let Some(call) = call(&asked.method, &asked.path) else {
        return Ok("not found".to_owned());
    };
    unfit(&asked)?;
    let what = match call {
        Call::Swagger | Call::Description => of_itself(&asked)?,
        Call::DeleteApp(id) | Call::Users(id) | Call::DeleteUser(id) | Call::Room(id) | Call::DeleteRoom(id) => {
            holds(!id.contains('/'), || format!("names {id:?}"))?;
            "by id".to_owned()
        }
        call => called(&asked, call)?,
    };
    Ok(format!("{:?} {what}", std::mem::discriminant(&call)))
}

/// The page that refuses the request shows its path as text, and nothing else of it.
fn unfit(asked: &Asked<'_>) -> Result<(), String> {
    let page = cannot(&asked.method, &asked.path);
    let marks = |page: &str| page.matches(['<', '>', '"', '\'']).count();
    let shown = page.replace("&lt;", "<").replace("&gt;", ">").replace("&quot;", "\"");
    let shown = shown.replace("&#39;", "'").replace("&amp;", "&");
    let expected = format!("<pre>Cannot {} {}</pre>", asked.method, asked.path);
    let is_text = marks(&page) == marks(&cannot(&asked.method, ""));
    holds(is_text && shown.contains(&expected), || {
        format!("is refused with {page}")
    })
}

fn of_itself(asked: &Asked<'_>) -> Outcome {
    let root = asked.query.as_str();
    let described = description(root);
    holds(described["servers"][0]["url"] == root, || format!("is not at {root}"))?;
    Ok("of itself".to_owned())
}

fn called(asked: &Asked<'_>, call: Call<'_>) -> Outcome {
    let length = asked.body.len();
    let Some(mut body) = Body::read(asked.body) else {
        return Ok("no JSON".to_owned());
    };
    let mut has_token = false;
    if matches!(call, Call::Register | Call::MakeApp | Call::Apps) {
        let token = body.take_token();
        let taken = token.as_ref().is_none_or(|token| token.len() <= length) && body.take_token().is_none();
        holds(taken, || "has a token twice, or a longer one than was sent".to_owned())?;
        has_token = token.is_some();
    }
    let Some(model) = model(call) else {
        return Ok(format!("token {has_token}"));
    };
    let Ok(row) = fitted(&body, model) else {
        return Ok(format!("token {has_token}, unfit"));
    };
    bounded(&row, length)?;
    same(&row, model)?;
    Ok(format!(
        "token {has_token}, {} fields {}",
        row.len(),
        of_its_own(&row, call)?
    ))
}

/// What the model's route reads of a body.
fn fitted(body: &Body, model: Model) -> Result<Map<String, Value>, Unfit> {
    let names: Vec<&str> = model.iter().map(|(name, _)| *name).collect();
    body.only(&names)?;
    let mut row = Map::new();
    for (name, kind) in model {
        let value: Option<Value> = match kind {
            Kind::Text => Some(body.text(name)?.into()),
            Kind::TextIfAny => body.text_if_any(name)?.map(Value::from),
            Kind::Number => Some(body.number(name)?.into()),
            Kind::Numbers => Some(body.numbers(name)?.into()),
            Kind::ObjectIfAny => body.object_if_any(name)?.cloned().map(Value::Object),
        };
        row.extend(value.map(|value| ((*name).to_owned(), value)));
    }
    Ok(row)
}

/// Texts are no longer than the body; numbers are JavaScript's, and of a list each is there once.
fn bounded(row: &Map<String, Value>, length: usize) -> Result<(), String> {
    let texts: usize = row.values().filter_map(Value::as_str).map(str::len).sum();
    holds(texts <= length, || "says more than was sent".to_owned())?;
    let is_number = |value: &Value| value.as_i64().is_some_and(|number| (-MOST..=MOST).contains(&number));
    for value in row.values().filter(|value| !value.is_string() && !value.is_object()) {
        let numbers = value.as_array().map_or(std::slice::from_ref(value), Vec::as_slice);
        let mut each: Vec<Option<i64>> = numbers.iter().map(Value::as_i64).collect();
        each.sort_unstable();
        each.dedup();
        holds(numbers.iter().all(is_number) && each.len() == numbers.len(), || {
            format!("reads {value} as numbers")
        })?;
    }
    Ok(())
}

/// Whoever would say the same in fewer words is understood as the same; one field more is one too many.
fn same(row: &Map<String, Value>, model: Model) -> Result<(), String> {
    let again = |row: Map<String, Value>| {
        let written = Value::Object(row).to_string();
        let body = Body::read(written.as_bytes()).ok_or_else(|| format!("{written} is no body"))?;
        Ok::<_, String>(fitted(&body, model))
    };
    let is_same = again(row.clone())?.as_ref() == Ok(row);
    // The last digits of fractions are others in other words.
    holds(is_same || row.values().any(has_fraction), || {
        format!("is not the same as {}", Value::Object(row.clone()))
    })?;
    let mut more = row.clone();
    more.insert("unknown".to_owned(), Value::Null);
    holds(again(more)? == Err(Unfit), || {
        "a field that is not known gets through".to_owned()
    })
}

/// What the route makes of some fields.
fn of_its_own(row: &Map<String, Value>, call: Call<'_>) -> Outcome {
    let text = |name: &str| row.get(name).and_then(Value::as_str);
    match call {
        Call::MakeUser => {
            let part = |name: &str| text(name).unwrap_or_default().to_owned();
            let names = Names {
                first: part("firstName"),
                middle: None,
                last: part("lastName"),
            };
            let (whole, most) = (names.whole(), names.first.len() + names.last.len() + 1);
            holds(whole.trim() == whole && whole.len() <= most, || {
                format!("makes the name {whole:?}")
            })?;
            Ok(format!("a name {}", whole.is_empty()))
        }
        Call::MakeApp => match dialects(text("verifyUrl")) {
            Ok(made) => {
                let asks =
                    matches!(made.as_slice(), [one] if one.verification.is_some() == text("verifyUrl").is_some());
                holds(asks, || format!("makes {} dialects", made.len()))?;
                Ok("an app".to_owned())
            }
            Err(invalid) => {
                holds(!invalid.field.is_empty() && !invalid.reason.is_empty(), || {
                    "no reason is given".to_owned()
                })?;
                Ok(format!("{} {}", invalid.field, invalid.reason))
            }
        },
        _ => Ok(String::new()),
    }
}
