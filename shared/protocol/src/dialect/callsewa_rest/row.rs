//! The service's rows, as its answers have them.

use parlour_domain::app::App;
use parlour_domain::dialect::Service;
use parlour_domain::integer_id;
use parlour_domain::member::Member;
use parlour_domain::room::Room;
use parlour_domain::text::Custom;
use parlour_domain::user::User;
use parlour_domain::verification::Method;
use parlour_domain::{ExternalId, RoomId, Timestamp};
use serde_json::{Map, Value, json};

/// Where in a user's custom data the parts of their name are.
const KEPT: &str = "callsewa";

/// The parts of a user's name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Names {
    /// The first.
    pub first: String,
    /// The middle one.
    pub middle: Option<String>,
    /// The last.
    pub last: String,
}

impl Names {
    /// The whole name.
    #[must_use]
    pub fn whole(&self) -> String {
        let parts = [Some(&self.first), self.middle.as_ref(), Some(&self.last)];
        let parts: Vec<&str> = parts.into_iter().flatten().map(|part| part.trim()).collect();
        let parts: Vec<&str> = parts.into_iter().filter(|part| !part.is_empty()).collect();
        parts.join(" ")
    }

    /// The parts, as a user's custom data keeps them.
    #[must_use]
    pub fn kept(&self) -> Map<String, Value> {
        let mut kept = Map::new();
        kept.insert(
            KEPT.to_owned(),
            json!({ "firstName": self.first, "middleName": self.middle, "lastName": self.last }),
        );
        kept
    }

    /// A user's: those that are kept, as long as they make the name that the user has now, else its first word and the others.
    #[must_use]
    pub fn of(user: &User) -> Self {
        let name = user.name.as_str();
        if let Some(kept) = user.custom.as_ref().and_then(of_custom)
            && kept.whole() == name
        {
            return kept;
        }
        let (first, last) = name.split_once(' ').unwrap_or((name, ""));
        Self {
            first: first.to_owned(),
            middle: None,
            last: last.trim_start().to_owned(),
        }
    }
}

fn of_custom(custom: &Custom) -> Option<Names> {
    let object = custom.object();
    let part = |name| object.get(KEPT)?.get(name)?.as_str().map(str::to_owned);
    Some(Names {
        first: part("firstName")?,
        middle: part("middleName"),
        last: part("lastName")?,
    })
}

/// A user of the app of this number. `token` is the one that the same request has registered; nobody is told another.
#[must_use]
pub fn user(app: u32, user: &User, token: Option<&str>, deleted: Option<Timestamp>) -> Value {
    let names = Names::of(user);
    let own = user.external_id.as_ref().map(ExternalId::as_str);
    let own: Option<i64> = own.and_then(|own| own.parse().ok());
    json!({
        "id": user.number,
        "appId": app,
        "firstName": names.first,
        "middleName": names.middle,
        "lastName": names.last,
        "appUserId": own,
        "token": token,
        "createdAt": user.created_at.to_string(),
        "updatedAt": user.updated_at.to_string(),
        "deletedAt": deleted.map(|at| at.to_string()),
    })
}

/// A room of the app of this number and id, with its members where they are given.
#[must_use]
pub fn room(
    (number, app): (u32, &parlour_domain::AppId),
    room: &Room,
    members: Option<&[(Member, User)]>,
    deleted: Option<Timestamp>,
) -> Value {
    let name = room.key.as_ref().map(ToString::to_string);
    let mut row = json!({
        "id": room.number.get(),
        "appId": number,
        "room": name.unwrap_or_else(|| RoomId::new(app, room.number).to_string()),
        "extra": room.custom.as_ref().map(Custom::object).unwrap_or_default(),
        "createdAt": room.created_at.to_string(),
        "updatedAt": room.updated_at.to_string(),
        "deletedAt": deleted.map(|at| at.to_string()),
    });
    if let Some(members) = members {
        row["users"] = members.iter().map(|member| of_room(number, room, member)).collect();
    }
    row
}

fn of_room(number: u32, room: &Room, (member, who): &(Member, User)) -> Value {
    let mut row = user(number, who, None, None);
    let read = Some(member.read.seq).filter(|read| read.get() > 0);
    row["RoomUser"] = json!({
        "userId": who.number,
        "roomId": room.number.get(),
        "chatId": read.and_then(|read| integer_id::of_message(room.number, read)),
        "createdAt": member.joined_at.to_string(),
        "updatedAt": member.joined_at.to_string(),
        "deletedAt": null,
    });
    row
}

/// An app, for operators alone: its number, its id, and who made it.
#[must_use]
pub fn app((number, id, operator): (u32, &str, Option<u64>), app: &App, deleted: Option<Timestamp>) -> Value {
    let method = app
        .dialect(Service::Callsewa)
        .and_then(|dialect| Some(&dialect.verification.as_ref()?.method));
    let url = match method {
        Some(Method::Url { url }) => Some(url),
        _ => None,
    };
    json!({
        "id": number,
        "name": app.name,
        "applicationId": id,
        "verifyUrl": url,
        "authUserId": operator,
        "createdAt": app.created_at.to_string(),
        "updatedAt": app.created_at.to_string(),
        "deletedAt": deleted.map(|at| at.to_string()),
    })
}

/// What an operator is told who logs in or is registered.
#[must_use]
pub fn operator(token: &str, (first, last): (&str, &str), email: &str) -> Value {
    json!({ "token": token, "firstName": first, "lastName": last, "email": email })
}
