//! What clients get: users, rooms, members, entries and pages, and their making from domain values.

use parlour_domain::log::{Body, Entry};
use parlour_domain::member::{Member, Role};
use parlour_domain::room::{History, Room, RoomKind};
use parlour_domain::unread::Unread;
use parlour_domain::user::User;
use parlour_domain::{AppId, MessageId, RoomId, RoomNumber};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use utoipa::ToSchema;

use crate::request::{HistoryOption, Kind, RoleOption};

type Object = Map<String, Value>;

/// A user.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct UserView {
    /// UUID.
    pub id: String,
    /// The id in your own system; only for the backend and the user.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub external_id: Option<String>,
    /// What others see.
    pub name: String,
    /// A picture.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub avatar_url: Option<String>,
    /// Your own data; only for the backend and the user.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<Object>)]
    pub custom: Option<Object>,
    /// RFC 3339.
    pub created_at: String,
    /// RFC 3339.
    pub updated_at: String,
}

impl UserView {
    /// Everything: for the backend and the user.
    #[must_use]
    pub fn whole(user: &User) -> Self {
        Self {
            external_id: user.external_id.as_ref().map(ToString::to_string),
            custom: user.custom.as_ref().map(parlour_domain::text::Custom::object),
            ..Self::public(user)
        }
    }

    /// What other users see.
    #[must_use]
    pub fn public(user: &User) -> Self {
        Self {
            id: user.id.to_string(),
            external_id: None,
            name: user.name.as_str().to_owned(),
            avatar_url: user.avatar_url.as_ref().map(|url| url.as_str().to_owned()),
            custom: None,
            created_at: user.created_at.to_string(),
            updated_at: user.updated_at.to_string(),
        }
    }
}

/// What a message says of its sender.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct UserBrief {
    /// What others see.
    pub name: String,
    /// A picture.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub avatar_url: Option<String>,
}

impl From<&User> for UserBrief {
    fn from(user: &User) -> Self {
        Self {
            name: user.name.as_str().to_owned(),
            avatar_url: user.avatar_url.as_ref().map(|url| url.as_str().to_owned()),
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
            custom: room.custom.as_ref().map(parlour_domain::text::Custom::object),
            member_count: room.member_count,
            user_ids: room.pair.map(|pair| pair.iter().map(ToString::to_string).collect()),
            created_by: room.created_by.map(|user| user.to_string()),
            created_at: room.created_at.to_string(),
            updated_at: room.updated_at.to_string(),
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
    /// The last message, if there is one (without the sender's name).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub last_message: Option<EntryView>,
}

/// A member.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct MemberView {
    /// The room.
    pub room_id: String,
    /// The user.
    pub user_id: String,
    /// As what.
    pub role: RoleOption,
    /// What others see; empty if the user is deleted.
    pub name: String,
    /// A picture.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub avatar_url: Option<String>,
    /// RFC 3339.
    pub joined_at: String,
    /// Up to where read.
    pub read_seq: u64,
}

impl MemberView {
    /// A member of a room of `app`; `user` is `None` if the user is deleted.
    #[must_use]
    pub fn new(app: &AppId, room: RoomNumber, member: &Member, user: Option<&User>) -> Self {
        let brief = user.map(UserBrief::from);
        Self {
            room_id: RoomId::new(app, room).to_string(),
            user_id: member.user.to_string(),
            role: match member.role {
                Role::Owner => RoleOption::Owner,
                Role::Member => RoleOption::Member,
            },
            name: brief.as_ref().map(|brief| brief.name.clone()).unwrap_or_default(),
            avatar_url: brief.and_then(|brief| brief.avatar_url),
            joined_at: member.joined_at.to_string(),
            read_seq: member.read.seq.get(),
        }
    }
}

/// The member that an entry of the log is about.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct EntryMember {
    /// Who.
    pub user_id: String,
    /// As what (`member_joined`).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub role: Option<RoleOption>,
}

/// An entry of a room's log: a message, or something that happened to the room.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct EntryView {
    /// `message`, `room_created`, `room_updated`, `room_deleted`, `member_joined` or `member_left`.
    #[serde(rename = "type")]
    pub kind: String,
    /// UUID.
    pub id: String,
    /// The room.
    pub room_id: String,
    /// Its place in the log: 1, 2, 3, … without a hole.
    pub seq: u64,
    /// By whom; `null`: the backend.
    pub user_id: Option<String>,
    /// The sender as others see them; not given where it is not known.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub user: Option<UserBrief>,
    /// What a message says.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub text_message: Option<String>,
    /// The room's name from here on (`room_created`, `room_updated`).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// Your own data: the message's, or the room's from here on.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<Object>)]
    pub custom: Option<Object>,
    /// Whom it is about (`member_joined`, `member_left`).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub member: Option<EntryMember>,
    /// The first members (`room_created`).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub members: Option<Vec<String>>,
    /// The sender's id of this write.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub client_id: Option<String>,
    /// RFC 3339; never decreases along the log.
    pub created_at: String,
    /// The answer to a repeated send: this message was there already.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub duplicate: bool,
}

impl EntryView {
    /// An entry of a room of `app`.
    #[must_use]
    pub fn new(app: &AppId, room: RoomNumber, entry: &Entry, sender: Option<&User>) -> Self {
        let mut view = Self {
            kind: String::new(),
            id: MessageId::new(app, room, entry.seq).to_string(),
            room_id: RoomId::new(app, room).to_string(),
            seq: entry.seq.get(),
            user_id: entry.sender.map(|user| user.to_string()),
            user: sender.map(UserBrief::from),
            text_message: None,
            name: None,
            custom: None,
            member: None,
            members: None,
            client_id: entry.client_id.as_ref().map(ToString::to_string),
            created_at: entry.at.to_string(),
            duplicate: false,
        };
        view.tell(&entry.body);
        view
    }

    fn tell(&mut self, body: &Body) {
        let kind = match body {
            Body::Message { text, custom } => {
                self.text_message = Some(text.as_str().to_owned());
                self.custom = custom.as_ref().map(parlour_domain::text::Custom::object);
                "message"
            }
            Body::RoomCreated { name, members, .. } => {
                self.name = name.as_ref().map(|name| name.as_str().to_owned());
                self.members = Some(members.iter().map(ToString::to_string).collect());
                "room_created"
            }
            Body::RoomUpdated { name, custom } => {
                self.name = name.as_ref().map(|name| name.as_str().to_owned());
                self.custom = custom.as_ref().map(parlour_domain::text::Custom::object);
                "room_updated"
            }
            Body::RoomDeleted => "room_deleted",
            Body::MemberJoined { user, role } => {
                let role = match role {
                    Role::Owner => RoleOption::Owner,
                    Role::Member => RoleOption::Member,
                };
                self.member = Some(EntryMember {
                    user_id: user.to_string(),
                    role: Some(role),
                });
                "member_joined"
            }
            Body::MemberLeft { user } => {
                self.member = Some(EntryMember {
                    user_id: user.to_string(),
                    role: None,
                });
                "member_left"
            }
        };
        kind.clone_into(&mut self.kind);
    }

    /// The name of the event that tells subscribers of it.
    #[must_use]
    pub fn event(&self) -> &str {
        if self.kind == "message" {
            "new_message"
        } else {
            &self.kind
        }
    }
}

/// A page.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct PageView<T> {
    /// What was asked for, in order.
    pub items: Vec<T>,
    /// The value with which the next page is asked for; `null`: this was the last.
    pub next: Option<Value>,
}

/// A page of a user's rooms.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct RoomListView {
    /// The rooms.
    pub items: Vec<RoomListItem>,
    /// The value for `after`; `null`: this was the last page.
    pub next: Option<String>,
    /// `activity`, or `joined` for users with more than 500 rooms.
    pub sorted_by: String,
}

/// A page of a room's log.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct HistoryView {
    /// The messages, in the direction asked for.
    pub items: Vec<EntryView>,
    /// The value for `before_seq` or `after_seq`; `null`: this was the last page.
    pub next: Option<u64>,
}

/// A user token.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct TokenView {
    /// `Authorization: Bearer …`, or for a WebSocket.
    pub token: String,
    /// RFC 3339.
    pub expires_at: String,
}

/// A ticket.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct TicketView {
    /// For `?ticket=` of a WebSocket URL; works once.
    pub ticket: String,
    /// RFC 3339.
    pub expires_at: String,
}

/// A read position.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct ReadView {
    /// The room.
    pub room_id: String,
    /// Up to where read; never falls.
    pub read_seq: u64,
}

/// The answer to `join_room`.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct JoinedView {
    /// The room.
    pub room_id: String,
    /// The last entry of its log.
    pub head_seq: u64,
    /// `complete`, `more` or `limited`.
    pub verdict: String,
    /// Why it is limited: `below_floor` or `ahead_of_log`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
    /// The entries after `after_seq`, without a gap.
    pub items: Vec<EntryView>,
    /// With `more`: the value for `after_seq` of the next `join_room`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub next: Option<u64>,
    /// With `below_floor`: the oldest entry that may be read.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub oldest_seq: Option<u64>,
    /// Whether read positions are pushed in this room: `live` or `stored`.
    pub receipts: String,
    /// Whether typing is pushed in this room: `live` or `off`.
    pub typing: String,
}

/// A typing notice.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct TypingView {
    /// The room.
    pub room_id: String,
    /// Who.
    pub user_id: String,
    /// Whether they are.
    pub typing: bool,
    /// RFC 3339; from then on they are not, without a further notice.
    pub expires_at: String,
}

/// A member's new read position, as the others hear of it.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct ReadNotice {
    /// The room.
    pub room_id: String,
    /// Who.
    pub user_id: String,
    /// Up to where.
    pub read_seq: u64,
}
