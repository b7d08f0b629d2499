//! Requests about rooms and their members.

use parlour_domain::room::{History, RoomChange, RoomKind, RoomSettings, Senders};
use parlour_domain::text::{Custom, DisplayName};
use parlour_domain::{RoomKey, UserId, limits};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use utoipa::ToSchema;

use super::{custom, each_user, given, optional, some_users};
use crate::error::InvalidInput;

/// How a room comes about.
#[derive(Debug, Clone, Copy, Deserialize, Serialize, ToSchema, PartialEq, Eq)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// Of exactly two users; there is one for each pair.
    Direct,
    /// Of any number of users.
    Group,
}

impl From<Kind> for RoomKind {
    fn from(kind: Kind) -> Self {
        match kind {
            Kind::Direct => Self::Direct,
            Kind::Group => Self::Group,
        }
    }
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
    /// What you call it in your own system: 1 to 128 printable ASCII characters; no two rooms have the same. For the backend.
    #[schema(example = "order-17")]
    pub key: Option<String>,
    /// How far back later members may read.
    pub history: Option<HistoryOption>,
    /// Your own data, at most 4 KB of JSON; members see it.
    #[schema(value_type = Option<Object>)]
    pub custom: Option<Map<String, Value>>,
    /// Seconds between two messages of one member, 1 to 21,600; moderators and owners need not wait.
    pub slow_mode_seconds: Option<u32>,
    /// Messages of the whole room within any minute, 1 to 600; moderators, owners and you are exempt.
    pub messages_per_minute: Option<u32>,
    /// Messages of one member within any minute, 1 to 600; moderators and owners are exempt.
    pub member_messages_per_minute: Option<u32>,
    /// Longest text of a message in bytes, 1 to 8,000.
    pub max_message_bytes: Option<u32>,
    /// Who may send messages: `all`, or `moderators` (and owners).
    pub send: Option<SendersOption>,
    /// Days after which messages and other entries are taken away, 1 to 3,650; not given: never.
    pub retention_days: Option<u32>,
}

/// `POST /room/find`.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct FindRoom {
    /// The members, 1 to 40 users; a user who asks is one of them in any case.
    pub members: Vec<String>,
}

/// `PATCH /room/{room_id}`: what is not given stays, `null` removes.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct UpdateRoom {
    /// A new name, or `null`; not for direct rooms.
    #[serde(default, deserialize_with = "given")]
    #[schema(value_type = Option<String>)]
    pub name: Option<Option<String>>,
    /// New custom data, or `null`.
    #[serde(default, deserialize_with = "given")]
    #[schema(value_type = Option<Object>)]
    pub custom: Option<Option<Map<String, Value>>>,
    /// Whether any user of the app may join by themselves; only groups.
    pub public: Option<bool>,
    /// Seconds between two messages of one member, 1 to 21,600, or `null`; moderators and owners need not wait.
    #[serde(default, deserialize_with = "given")]
    #[schema(value_type = Option<u32>)]
    pub slow_mode_seconds: Option<Option<u32>>,
    /// Messages of the whole room within any minute, 1 to 600, or `null`; moderators, owners and you are exempt.
    #[serde(default, deserialize_with = "given")]
    #[schema(value_type = Option<u32>)]
    pub messages_per_minute: Option<Option<u32>>,
    /// Messages of one member within any minute, 1 to 600, or `null`; moderators and owners are exempt.
    #[serde(default, deserialize_with = "given")]
    #[schema(value_type = Option<u32>)]
    pub member_messages_per_minute: Option<Option<u32>>,
    /// Longest text of a message in bytes, 1 to 8,000, or `null`.
    #[serde(default, deserialize_with = "given")]
    #[schema(value_type = Option<u32>)]
    pub max_message_bytes: Option<Option<u32>>,
    /// Who may send messages: `all`, or `moderators` (and owners).
    pub send: Option<SendersOption>,
    /// Days after which messages and other entries are taken away, 1 to 3,650, or `null`: never.
    #[serde(default, deserialize_with = "given")]
    #[schema(value_type = Option<u32>)]
    pub retention_days: Option<Option<u32>>,
}

/// Who may send messages into a room.
#[derive(Debug, Clone, Copy, Deserialize, Serialize, ToSchema, PartialEq, Eq)]
#[serde(rename_all = "snake_case")]
pub enum SendersOption {
    /// Everyone whose role allows it.
    All,
    /// Moderators and owners.
    Moderators,
}

impl From<SendersOption> for Senders {
    fn from(option: SendersOption) -> Self {
        match option {
            SendersOption::All => Self::All,
            SendersOption::Moderators => Self::Moderators,
        }
    }
}

impl From<Senders> for SendersOption {
    fn from(senders: Senders) -> Self {
        match senders {
            Senders::All => Self::All,
            Senders::Moderators => Self::Moderators,
        }
    }
}

/// `POST /room/{room_id}/truncate`.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct TruncateRoom {
    /// The first entry that stays.
    pub before_seq: u64,
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
    /// What the backend calls it.
    pub key: Option<RoomKey>,
    /// How far back later members may read.
    pub history: History,
    /// The integrator's data.
    pub custom: Option<Custom>,
    /// What is narrower in it than elsewhere.
    pub settings: RoomSettings,
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
        let members = each_user("members", &self.members)?;
        let direct = self.kind == Kind::Direct;
        if direct && self.name.is_some() {
            return Err(InvalidInput::new("name", "is not for direct rooms"));
        }
        if direct && self.public {
            return Err(InvalidInput::new("public", "is not for direct rooms"));
        }
        Ok(NewRoom {
            kind: self.kind.into(),
            name: optional("name", self.name.as_deref(), DisplayName::parse)?,
            members,
            public: self.public,
            key: optional("key", self.key.as_deref(), RoomKey::parse)?,
            history: match self.history {
                Some(HistoryOption::SinceJoin) => History::SinceJoin,
                Some(HistoryOption::All) | None => History::All,
            },
            custom: custom(self.custom.as_ref())?,
            settings: self.settings()?,
        })
    }

    fn settings(&self) -> Result<RoomSettings, InvalidInput> {
        let (slow, days) = (self.slow_mode_seconds, self.retention_days);
        Ok(RoomSettings {
            slow_mode_seconds: within("slow_mode_seconds", slow.map(Some), limits::SLOW_MODE_SECONDS)?.flatten(),
            per_minute: per_minute("messages_per_minute", self.messages_per_minute.map(Some))?.flatten(),
            member_per_minute: per_minute("member_messages_per_minute", self.member_messages_per_minute.map(Some))?
                .flatten(),
            message_bytes: within("max_message_bytes", self.max_message_bytes.map(Some), message_bytes())?.flatten(),
            send: self.send.map_or(Senders::All, Senders::from),
            retention_days: within("retention_days", days.map(Some), limits::RETENTION_DAYS)?.flatten(),
        })
    }
}

impl FindRoom {
    /// The members, each once.
    ///
    /// # Errors
    /// The first that is not valid; if there are none, or too many.
    pub fn check(&self) -> Result<Vec<UserId>, InvalidInput> {
        some_users("members", &self.members, limits::MEMBERS_AT_CREATION)
    }
}

/// The largest value of `max_message_bytes`.
fn message_bytes() -> u32 {
    u32::try_from(limits::TEXT_MESSAGE_BYTES).unwrap_or(u32::MAX)
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
            public: self.public,
            slow_mode_seconds: within("slow_mode_seconds", self.slow_mode_seconds, limits::SLOW_MODE_SECONDS)?,
            per_minute: per_minute("messages_per_minute", self.messages_per_minute)?,
            member_per_minute: per_minute("member_messages_per_minute", self.member_messages_per_minute)?,
            message_bytes: within("max_message_bytes", self.max_message_bytes, message_bytes())?,
            send: self.send.map(Senders::from),
            retention_days: within("retention_days", self.retention_days, limits::RETENTION_DAYS)?,
            archived: None,
        })
    }
}

fn per_minute(field: &'static str, number: Option<Option<u32>>) -> Result<Option<Option<u32>>, InvalidInput> {
    within(field, number, limits::MESSAGES_PER_MINUTE)
}

/// A number of 1 to `most`, if one is given.
fn within(field: &'static str, number: Option<Option<u32>>, most: u32) -> Result<Option<Option<u32>>, InvalidInput> {
    match number {
        Some(Some(number)) if number == 0 || number > most => {
            Err(InvalidInput::new(field, format!("must be 1 to {most}")))
        }
        number => Ok(number),
    }
}
