//! What clients send: bodies and frames as they come, and their conversion into what the service takes.
//!
//! Unknown fields are refused: a misspelt or privileged field (`role`, `seq`, `user_id` of someone else) is never ignored.

use parlour_domain::member::Role;
use parlour_domain::room::{History, RoomChange, RoomKind};
use parlour_domain::text::{AvatarUrl, Custom, DisplayName, MessageText};
use parlour_domain::user::UserChange;
use parlour_domain::{ClientId, ExternalId, RoomId, Seq, UserId, limits};
use serde::{Deserialize, Deserializer, Serialize};
use serde_json::{Map, Value};
use utoipa::ToSchema;

use crate::error::InvalidInput;

/// Tells "set to null" (`Some(None)`) from "not given" (`None`).
fn given<'de, D: Deserializer<'de>, T: Deserialize<'de>>(from: D) -> Result<Option<Option<T>>, D::Error> {
    Option::deserialize(from).map(Some)
}

/// `POST /user`.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct CreateUser {
    /// What others see: 1 to 128 characters.
    #[schema(example = "Ada")]
    pub name: String,
    /// The id in your own system, unique in the app.
    pub external_id: Option<String>,
    /// An `http` or `https` URL.
    pub avatar_url: Option<String>,
    /// Your own data, at most 4 KB of JSON.
    #[schema(value_type = Option<Object>)]
    pub custom: Option<Map<String, Value>>,
}

/// `PATCH /user/{user_id}`: what is not given stays, `null` removes.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct UpdateUser {
    /// A new name.
    pub name: Option<String>,
    /// A new picture, or `null`.
    #[serde(default, deserialize_with = "given")]
    #[schema(value_type = Option<String>)]
    pub avatar_url: Option<Option<String>>,
    /// New custom data, or `null`.
    #[serde(default, deserialize_with = "given")]
    #[schema(value_type = Option<Object>)]
    pub custom: Option<Option<Map<String, Value>>>,
}

/// How a room comes about.
#[derive(Debug, Clone, Copy, Deserialize, Serialize, ToSchema, PartialEq, Eq)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// Of exactly two users; there is one for each pair.
    Direct,
    /// Of any number of users.
    Group,
}

/// How far back later members may read.
#[derive(Debug, Clone, Copy, Deserialize, Serialize, ToSchema, PartialEq, Eq)]
#[serde(rename_all = "snake_case")]
pub enum HistoryOption {
    /// From the beginning.
    All,
    /// From when they joined.
    SinceJoin,
}

/// `POST /room`.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct CreateRoom {
    /// `direct` (of two) or `group`.
    pub kind: Kind,
    /// What it is called: 1 to 128 characters; not for direct rooms.
    pub name: Option<String>,
    /// Users, at most 40; a user who makes a room is a member in any case.
    #[serde(default)]
    pub members: Vec<String>,
    /// Whether any user of the app may join by themselves; only groups.
    #[serde(default)]
    pub public: bool,
    /// How far back later members may read.
    pub history: Option<HistoryOption>,
    /// Your own data, at most 4 KB of JSON; members see it.
    #[schema(value_type = Option<Object>)]
    pub custom: Option<Map<String, Value>>,
}

/// `PATCH /room/{room_id}`: what is not given stays, `null` removes.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct UpdateRoom {
    /// A new name, or `null`.
    #[serde(default, deserialize_with = "given")]
    #[schema(value_type = Option<String>)]
    pub name: Option<Option<String>>,
    /// New custom data, or `null`.
    #[serde(default, deserialize_with = "given")]
    #[schema(value_type = Option<Object>)]
    pub custom: Option<Option<Map<String, Value>>>,
}

/// What a member may do.
#[derive(Debug, Clone, Copy, Deserialize, Serialize, ToSchema, PartialEq, Eq)]
#[serde(rename_all = "snake_case")]
pub enum RoleOption {
    /// May change the room and its members.
    Owner,
    /// May read and write.
    Member,
}

/// `POST /room/{room_id}/member`.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct AddMember {
    /// Who.
    pub user_id: String,
    /// As what; `member` if not given.
    pub role: Option<RoleOption>,
}

/// `POST /room/{room_id}/message/send`, and the same fields in the `send_message` frame.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SendMessage {
    /// What it says: 1 to 8,000 bytes.
    #[schema(example = "Hello!")]
    pub text_message: String,
    /// Your id of this message: sent again with the same one, the original message is answered.
    pub client_id: Option<String>,
    /// The last `seq` you knew when you first tried; unchanged on every retry. Needs `client_id`.
    pub after_seq: Option<u64>,
    /// Your own data, at most 4 KB of JSON.
    #[schema(value_type = Option<Object>)]
    pub custom: Option<Map<String, Value>>,
}

/// `POST /room/{room_id}/read`.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct MarkRead {
    /// The last entry read.
    pub seq: u64,
}

/// A message to send, checked.
#[derive(Debug, Clone)]
pub struct Outgoing {
    /// What it says.
    pub text: MessageText,
    /// The client's id of it.
    pub client_id: Option<ClientId>,
    /// The client's base.
    pub after_seq: Option<Seq>,
    /// The integrator's data.
    pub custom: Option<Custom>,
}

/// A user to make, checked.
#[derive(Debug, Clone)]
pub struct NewUser {
    /// What others see.
    pub name: DisplayName,
    /// The id in the integrator's system.
    pub external_id: Option<ExternalId>,
    /// A picture.
    pub avatar_url: Option<AvatarUrl>,
    /// The integrator's data.
    pub custom: Option<Custom>,
}

/// A room to make, checked.
#[derive(Debug, Clone)]
pub struct NewRoom {
    /// How it comes about.
    pub kind: RoomKind,
    /// What it is called.
    pub name: Option<DisplayName>,
    /// Its members, each once.
    pub members: Vec<UserId>,
    /// Whether any user may join.
    pub public: bool,
    /// How far back later members may read.
    pub history: History,
    /// The integrator's data.
    pub custom: Option<Custom>,
}

fn parsed<T, E: std::fmt::Display>(field: &'static str, result: Result<T, E>) -> Result<T, InvalidInput> {
    result.map_err(|error| InvalidInput::new(field, error))
}

fn custom(object: Option<&Map<String, Value>>) -> Result<Option<Custom>, InvalidInput> {
    object.map(|object| parsed("custom", Custom::parse(object))).transpose()
}

fn optional<T, E: std::fmt::Display>(
    field: &'static str,
    text: Option<&str>,
    parse: fn(&str) -> Result<T, E>,
) -> Result<Option<T>, InvalidInput> {
    text.map(|text| parsed(field, parse(text))).transpose()
}

/// A user id.
///
/// # Errors
/// If it is no lower-case UUID.
pub fn user_id(field: &'static str, text: &str) -> Result<UserId, InvalidInput> {
    parsed(field, UserId::parse(text))
}

/// A room id.
///
/// # Errors
/// If it is no lower-case UUID.
pub fn room_id(text: &str) -> Result<RoomId, InvalidInput> {
    parsed("room_id", RoomId::parse(text))
}

/// A client id.
///
/// # Errors
/// If it is empty, too long or has other characters.
pub fn client_id(field: &'static str, text: &str) -> Result<ClientId, InvalidInput> {
    parsed(field, ClientId::parse(text))
}

/// A place in a log.
///
/// # Errors
/// Above 48 bits.
pub fn seq(field: &'static str, number: u64) -> Result<Seq, InvalidInput> {
    Seq::new(number).ok_or_else(|| InvalidInput::new(field, "must be below 2^48"))
}

/// A page's size.
///
/// # Errors
/// If it is 0 or above [`limits::PAGE_ITEMS`].
pub fn page_limit(limit: Option<u64>) -> Result<usize, InvalidInput> {
    let limit = usize::try_from(limit.unwrap_or(limits::PAGE_ITEMS as u64)).unwrap_or(usize::MAX);
    if limit == 0 || limit > limits::PAGE_ITEMS {
        return Err(InvalidInput::new(
            "limit",
            format!("must be 1 to {}", limits::PAGE_ITEMS),
        ));
    }
    Ok(limit)
}

impl CreateUser {
    /// Checks every field.
    ///
    /// # Errors
    /// The first that is not valid.
    pub fn check(&self) -> Result<NewUser, InvalidInput> {
        Ok(NewUser {
            name: parsed("name", DisplayName::parse(&self.name))?,
            external_id: optional("external_id", self.external_id.as_deref(), ExternalId::parse)?,
            avatar_url: optional("avatar_url", self.avatar_url.as_deref(), AvatarUrl::parse)?,
            custom: custom(self.custom.as_ref())?,
        })
    }
}

impl UpdateUser {
    /// Checks every field.
    ///
    /// # Errors
    /// The first that is not valid.
    pub fn check(&self) -> Result<UserChange, InvalidInput> {
        let avatar = self.avatar_url.as_ref();
        let data = self.custom.as_ref();
        Ok(UserChange {
            name: optional("name", self.name.as_deref(), DisplayName::parse)?,
            avatar_url: avatar
                .map(|url| optional("avatar_url", url.as_deref(), AvatarUrl::parse))
                .transpose()?,
            custom: data.map(|object| custom(object.as_ref())).transpose()?,
        })
    }
}

impl CreateRoom {
    /// Checks every field.
    ///
    /// # Errors
    /// The first that is not valid.
    pub fn check(&self) -> Result<NewRoom, InvalidInput> {
        if self.members.len() > limits::MEMBERS_AT_CREATION {
            let reason = format!("must not name more than {} users", limits::MEMBERS_AT_CREATION);
            return Err(InvalidInput::new("members", reason));
        }
        let mut members = Vec::with_capacity(self.members.len());
        for text in &self.members {
            let user = user_id("members", text)?;
            if !members.contains(&user) {
                members.push(user);
            }
        }
        let direct = self.kind == Kind::Direct;
        if direct && self.name.is_some() {
            return Err(InvalidInput::new("name", "is not for direct rooms"));
        }
        if direct && self.public {
            return Err(InvalidInput::new("public", "is not for direct rooms"));
        }
        Ok(NewRoom {
            kind: if direct { RoomKind::Direct } else { RoomKind::Group },
            name: optional("name", self.name.as_deref(), DisplayName::parse)?,
            members,
            public: self.public,
            history: match self.history {
                Some(HistoryOption::SinceJoin) => History::SinceJoin,
                Some(HistoryOption::All) | None => History::All,
            },
            custom: custom(self.custom.as_ref())?,
        })
    }
}

impl UpdateRoom {
    /// Checks every field.
    ///
    /// # Errors
    /// The first that is not valid.
    pub fn check(&self) -> Result<RoomChange, InvalidInput> {
        let name = self
            .name
            .as_ref()
            .map(|name| optional("name", name.as_deref(), DisplayName::parse));
        let data = self.custom.as_ref().map(|object| custom(object.as_ref()));
        Ok(RoomChange {
            name: name.transpose()?,
            custom: data.transpose()?,
        })
    }
}

impl AddMember {
    /// Checks every field.
    ///
    /// # Errors
    /// The first that is not valid.
    pub fn check(&self) -> Result<(UserId, Role), InvalidInput> {
        let role = match self.role {
            Some(RoleOption::Owner) => Role::Owner,
            Some(RoleOption::Member) | None => Role::Member,
        };
        Ok((user_id("user_id", &self.user_id)?, role))
    }
}

impl SendMessage {
    /// Checks every field.
    ///
    /// # Errors
    /// The first that is not valid.
    pub fn check(&self) -> Result<Outgoing, InvalidInput> {
        if self.after_seq.is_some() && self.client_id.is_none() {
            return Err(InvalidInput::new("after_seq", "needs a client_id"));
        }
        Ok(Outgoing {
            text: parsed("text_message", MessageText::parse(&self.text_message))?,
            client_id: optional("client_id", self.client_id.as_deref(), ClientId::parse)?,
            after_seq: self.after_seq.map(|number| seq("after_seq", number)).transpose()?,
            custom: custom(self.custom.as_ref())?,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn privileged_and_misspelt_fields_are_refused() {
        for body in [
            r#"{"name":"A","id":"x"}"#,
            r#"{"name":"A","externalId":"x"}"#,
            r#"{"name":["A"]}"#,
            r#"{"name":{}}"#,
        ] {
            assert!(serde_json::from_str::<CreateUser>(body).is_err(), "{body}");
        }
        assert!(serde_json::from_str::<SendMessage>(r#"{"text_message":"a","user_id":"b"}"#).is_err());
        assert!(serde_json::from_str::<SendMessage>(r#"{"text_message":"\ud800"}"#).is_err());
    }

    #[test]
    fn null_removes_and_absence_leaves() {
        let change = serde_json::from_str::<UpdateUser>(r#"{"avatar_url":null}"#)
            .unwrap()
            .check()
            .unwrap();
        assert_eq!(
            (change.name, change.avatar_url, change.custom),
            (None, Some(None), None)
        );
    }

    #[test]
    fn a_member_named_twice_is_one_member() {
        let id = "018f4a5c-0000-7000-8000-0123456789ab";
        let body = format!(r#"{{"kind":"group","members":["{id}","{id}"]}}"#);
        assert_eq!(
            serde_json::from_str::<CreateRoom>(&body)
                .unwrap()
                .check()
                .unwrap()
                .members
                .len(),
            1
        );
    }
}
