//! Events of the integrator's own system.

use parlour_domain::incoming::{Fact, Incoming, Profile, Stamp};
use parlour_domain::text::{AvatarUrl, DisplayName};
use parlour_domain::{ExternalId, Timestamp, limits};
use serde::Deserialize;
use serde_json::{Map, Value};
use utoipa::ToSchema;

use super::{custom, optional, parsed};
use crate::error::InvalidInput;

/// What an event says.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, ToSchema)]
pub enum TellEventType {
    /// There is such a user. Needs `name`.
    #[serde(rename = "user.created")]
    UserCreated,
    /// The same of one who is known; who is not is made.
    #[serde(rename = "user.updated")]
    UserUpdated,
    /// There is no such user.
    #[serde(rename = "user.deleted")]
    UserDeleted,
    /// Two users are friends. Needs `friend`.
    #[serde(rename = "friend.created")]
    FriendCreated,
    /// Two users are friends no more. Needs `friend`.
    #[serde(rename = "friend.removed")]
    FriendRemoved,
}

/// What an event says of its subject. Of a user it is all: what is not given, the user has not.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct TellEventData {
    /// What others see: 1 to 128 characters.
    #[schema(example = "Ada")]
    pub name: Option<String>,
    /// A picture, an `http` or `https` URL.
    pub avatar_url: Option<String>,
    /// Your own data, at most 4 KB of JSON.
    #[schema(value_type = Option<Object>)]
    pub custom: Option<Map<String, Value>>,
    /// The other user, by the id in your own system.
    pub friend: Option<String>,
}

/// An event of your own system.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct TellEvent {
    /// Its id: the same when it is sent again; 1 to 128 characters.
    #[schema(example = "evt-1")]
    pub id: String,
    /// What it says.
    #[serde(rename = "type")]
    pub kind: TellEventType,
    /// When it happened, RFC 3339; at most 5 minutes from now.
    #[schema(example = "2026-01-02T03:04:05.678Z")]
    pub time: String,
    /// The user whom it is about, by the id in your own system.
    #[schema(example = "shop-17")]
    pub subject: String,
    /// What it says of the user.
    pub data: Option<TellEventData>,
}

/// An event in the queue of events, where whoever may put one there is trusted for every app. Its JSON is `{"app", "event"}`.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct QueuedEvent {
    /// The id of the app that it is for.
    pub app: String,
    /// The event.
    pub event: TellEvent,
}

/// `POST /events`.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct TakeEvents {
    /// 1 to 100 events.
    pub events: Vec<TellEvent>,
}

impl TakeEvents {
    /// Checks every event.
    ///
    /// # Errors
    /// The first field that is not valid.
    pub fn check(self, now: Timestamp) -> Result<Vec<Incoming>, InvalidInput> {
        if self.events.is_empty() || self.events.len() > limits::EVENTS_PER_REQUEST {
            let reason = format!("must hold 1 to {}", limits::EVENTS_PER_REQUEST);
            return Err(InvalidInput::new("events", reason));
        }
        self.events.into_iter().map(|event| event.check(now)).collect()
    }
}

impl TellEvent {
    /// Checks every field.
    ///
    /// # Errors
    /// The first that is not valid.
    pub fn check(self, now: Timestamp) -> Result<Incoming, InvalidInput> {
        let at = parsed("time", Timestamp::parse(&self.time))?;
        if at < Timestamp::from_millis(0) || at > now.plus_seconds(limits::EVENT_AHEAD_SECONDS) {
            let reason = format!("must be past, or at most {} s from now", limits::EVENT_AHEAD_SECONDS);
            return Err(InvalidInput::new("time", reason));
        }
        let subject = parsed("subject", ExternalId::parse(&self.subject))?;
        let data = self.data.unwrap_or_default();
        let fact = match self.kind {
            TellEventType::UserCreated | TellEventType::UserUpdated => Fact::Is(data.profile()?),
            TellEventType::UserDeleted => data.nothing()?,
            TellEventType::FriendCreated => data.friends(&subject, true)?,
            TellEventType::FriendRemoved => data.friends(&subject, false)?,
        };
        Ok(Incoming {
            stamp: Stamp {
                at,
                id: parsed("id", ExternalId::parse(&self.id))?,
            },
            subject,
            fact,
        })
    }
}

impl TellEventData {
    fn profile(&self) -> Result<Profile, InvalidInput> {
        if self.friend.is_some() {
            return Err(InvalidInput::new("data.friend", "is for events about friends"));
        }
        let name = self.name.as_deref();
        let name = name.ok_or_else(|| InvalidInput::new("data.name", "must be given"))?;
        Ok(Profile {
            name: parsed("data.name", DisplayName::parse(name))?,
            avatar_url: optional("data.avatar_url", self.avatar_url.as_deref(), AvatarUrl::parse)?,
            custom: custom(self.custom.as_ref())?,
        })
    }

    fn is_of_a_user(&self) -> bool {
        self.name.is_some() || self.avatar_url.is_some() || self.custom.is_some()
    }

    fn nothing(&self) -> Result<Fact, InvalidInput> {
        if self.friend.is_some() || self.is_of_a_user() {
            return Err(InvalidInput::new("data", "must be empty"));
        }
        Ok(Fact::IsGone)
    }

    fn friends(&self, subject: &ExternalId, are: bool) -> Result<Fact, InvalidInput> {
        if self.is_of_a_user() {
            return Err(InvalidInput::new("data", "must hold `friend` alone"));
        }
        let friend = self.friend.as_deref();
        let friend = friend.ok_or_else(|| InvalidInput::new("data.friend", "must be given"))?;
        let with = parsed("data.friend", ExternalId::parse(friend))?;
        if with == *subject {
            return Err(InvalidInput::new("data.friend", "must be someone else"));
        }
        Ok(Fact::Friends { with, are })
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{from_value, json};

    use super::*;

    fn check(event: Value) -> Result<Incoming, Option<&'static str>> {
        let event: TellEvent = from_value(event).map_err(|_| None)?;
        // 2026-01-02T03:04:05Z.
        let now = Timestamp::from_millis(1_767_323_045_000);
        event.check(now).map_err(|invalid| Some(invalid.field))
    }

    fn event(kind: &str, data: Value) -> Value {
        let mut event = json!({ "id": "e-1", "type": kind, "time": "2026-01-02T03:04:00Z", "subject": "ada" });
        event["data"] = data;
        event
    }

    #[test]
    fn each_type_has_its_data() {
        let made = check(event("user.created", json!({ "name": "Ada" }))).unwrap();
        let again = check(event("user.updated", json!({ "name": "Ada" }))).unwrap();
        assert_eq!(made, again, "both say how the user is");
        let mut gone = event("user.deleted", json!({}));
        assert_eq!(check(gone.clone()).unwrap().fact, Fact::IsGone);
        gone.as_object_mut().unwrap().remove("data");
        assert_eq!(check(gone).unwrap().fact, Fact::IsGone);
        let friends = check(event("friend.removed", json!({ "friend": "bob" }))).unwrap().fact;
        assert!(matches!(friends, Fact::Friends { are: false, .. }));
    }

    #[test]
    fn what_is_wrong_is_named() {
        for (kind, data, field) in [
            ("user.created", json!({}), "data.name"),
            ("user.created", json!({ "name": "" }), "data.name"),
            ("user.updated", json!({ "name": "Ada", "friend": "bob" }), "data.friend"),
            ("user.deleted", json!({ "name": "Ada" }), "data"),
            ("friend.created", json!({}), "data.friend"),
            ("friend.created", json!({ "friend": "ada" }), "data.friend"),
            ("friend.created", json!({ "friend": "bob", "name": "Bob" }), "data"),
        ] {
            assert_eq!(check(event(kind, data.clone())), Err(Some(field)), "{kind} {data}");
        }
        for (name, value, field) in [
            ("id", json!(""), Some("id")),
            ("subject", json!("two words"), Some("subject")),
            ("time", json!("yesterday"), Some("time")),
            ("time", json!("2026-01-02T03:10:00Z"), Some("time")),
            ("time", json!("1969-12-31T23:59:59Z"), Some("time")),
            ("type", json!("user.seen"), None),
            ("data", json!({ "nickname": "A" }), None),
        ] {
            let mut wrong = event("user.created", json!({ "name": "Ada" }));
            wrong[name] = value;
            assert_eq!(check(wrong.clone()), Err(field), "{wrong}");
        }
    }
}
