//! Rooms, by themselves and in the list of a user's rooms.

use parlour_domain::member::Member;
use parlour_domain::room::{History, Room, RoomKind, RoomSettings, Senders};
use parlour_domain::text::Custom;
use parlour_domain::unread::Unread;
use parlour_domain::{AppId, RoomId, Seq};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use utoipa::ToSchema;

use super::entry::EntryView;
use crate::request::{HistoryOption, Kind, NotificationOption, RoleOption, SendersOption};

type Object = Map<String, Value>;

/// What is narrower in a room than elsewhere; what is not given is as elsewhere.
#[derive(Debug, Clone, Default, Serialize, Deserialize, ToSchema)]
pub struct SettingsView {
    /// Seconds between two messages of one member.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub slow_mode_seconds: Option<u32>,
    /// Messages of the whole room within any minute.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub messages_per_minute: Option<u32>,
    /// Messages of one member within any minute.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub member_messages_per_minute: Option<u32>,
    /// Longest text of a message, in bytes.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub max_message_bytes: Option<u32>,
    /// Who may send, if not everyone.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub send: Option<SendersOption>,
    /// Days after which entries are taken away.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub retention_days: Option<u32>,
}

impl From<RoomSettings> for SettingsView {
    fn from(settings: RoomSettings) -> Self {
        Self {
            slow_mode_seconds: settings.slow_mode_seconds,
            messages_per_minute: settings.per_minute,
            member_messages_per_minute: settings.member_per_minute,
            max_message_bytes: settings.message_bytes,
            send: Some(settings.send)
                .filter(|send| *send != Senders::All)
                .map(SendersOption::from),
            retention_days: settings.retention_days,
        }
    }
}

/// A room.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct RoomView {
    /// UUID.
    pub id: String,
    /// `direct` or `group`.
    pub kind: Kind,
    /// What it is called.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// Whether any user of the app may join.
    pub public: bool,
    /// How far back later members may read.
    pub history: HistoryOption,
    /// What you call it in your own system.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub key: Option<String>,
    /// Whether nobody may write into it.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub archived: bool,
    /// What is narrower here.
    #[serde(flatten)]
    pub settings: SettingsView,
    /// Your own data.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<Object>)]
    pub custom: Option<Object>,
    /// Members at the moment.
    pub member_count: u64,
    /// The two users of a direct room.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub user_ids: Option<Vec<String>>,
    /// Who made it; not given: the backend.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub created_by: Option<String>,
    /// RFC 3339.
    pub created_at: String,
    /// RFC 3339.
    pub updated_at: String,
}

impl RoomView {
    /// A room of `app`.
    #[must_use]
    pub fn new(app: &AppId, room: &Room) -> Self {
        Self {
            id: RoomId::new(app, room.number).to_string(),
            kind: match room.kind {
                RoomKind::Direct => Kind::Direct,
                RoomKind::Group => Kind::Group,
            },
            name: room.name.as_ref().map(|name| name.as_str().to_owned()),
            public: room.public,
            history: match room.history {
                History::All => HistoryOption::All,
                History::SinceJoin => HistoryOption::SinceJoin,
            },
            key: room.key.as_ref().map(ToString::to_string),
            archived: room.archived,
            settings: room.settings.into(),
            custom: room.custom.as_ref().map(Custom::object),
            member_count: room.member_count,
            user_ids: room.pair.map(|pair| pair.iter().map(ToString::to_string).collect()),
            created_by: room.created_by.map(|user| user.to_string()),
            created_at: room.created_at.to_string(),
            updated_at: room.updated_at.to_string(),
        }
    }
}

impl RoomView {
    /// The same for those who are not in it: without what is for its members and for the backend.
    #[must_use]
    pub fn for_strangers(app: &AppId, room: &Room) -> Self {
        Self {
            key: None,
            custom: None,
            ..Self::new(app, room)
        }
    }
}

/// From where a room's log counts.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct TruncatedView {
    /// The room.
    pub room_id: String,
    /// The oldest entry that may be read.
    pub oldest_seq: u64,
}

impl TruncatedView {
    /// A room of which everything before `floor` is gone.
    #[must_use]
    pub fn new(room: RoomId, floor: Seq) -> Self {
        Self {
            room_id: room.to_string(),
            oldest_seq: floor.get(),
        }
    }
}

/// How much a member has not read.
#[derive(Debug, Clone, Copy, Serialize, Deserialize, ToSchema)]
pub struct UnreadView {
    /// Messages of others after the read position, at most 100.
    pub count: u64,
    /// Whether there are more than `count`.
    pub more: bool,
}

impl From<Unread> for UnreadView {
    fn from(unread: Unread) -> Self {
        Self {
            count: unread.count,
            more: unread.more,
        }
    }
}

/// A member in the list of a user's rooms.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct RoomMemberView {
    /// Who.
    pub user_id: String,
    /// As what.
    pub role: RoleOption,
}

impl From<&Member> for RoomMemberView {
    fn from(member: &Member) -> Self {
        Self {
            user_id: member.user.to_string(),
            role: member.role.into(),
        }
    }
}

/// A room in the list of a user's rooms.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct RoomListItem {
    /// The room.
    #[serde(flatten)]
    pub room: RoomView,
    /// The last entry of its log.
    pub head_seq: u64,
    /// The user's read position.
    pub read_seq: u64,
    /// What the user has not read.
    pub unread: UnreadView,
    /// What of it names the user. With `more`, only the latest messages were looked at.
    pub mentions: UnreadView,
    /// What the user is notified of.
    pub notification: NotificationOption,
    /// Some of its members, at most 8, by id.
    pub members: Vec<RoomMemberView>,
    /// The last message, if there is one (without the sender's name).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub last_message: Option<EntryView>,
}
