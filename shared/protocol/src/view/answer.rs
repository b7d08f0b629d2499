//! Pages, credentials, and the answers and notices of the WebSocket.

use parlour_domain::log::Message;
use parlour_domain::text::Custom;
use parlour_domain::{RoomId, Seq, Timestamp};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use utoipa::ToSchema;

use super::entry::EntryView;
use super::room::{RoomListItem, RoomView};
use crate::error::ErrorView;

/// A page.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct PageView<T> {
    /// What was asked for, in order.
    pub items: Vec<T>,
    /// The value for `after` of the next page; `null`: this was the last.
    #[schema(value_type = Option<String>)]
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

/// A page of the rooms of an app.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct AppRoomListView {
    /// The rooms.
    pub items: Vec<RoomView>,
    /// The value for `after`; `null`: this was the last page.
    pub next: Option<String>,
    /// By name, regardless of case; those without a name come first.
    pub sorted_by: ByName,
}

/// The rooms of exactly these members.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct FoundRoomsView {
    /// The rooms, by age, the oldest first; at most 20.
    pub items: Vec<RoomView>,
    /// Always `null`.
    pub next: Option<Value>,
    /// Whether not everything was looked at, or not all of it is here: there may be others.
    pub more: bool,
}

/// The order of the rooms of an app.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum ByName {
    /// By name.
    Name,
}

/// A page of rooms, as the one who asks may see them.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[serde(untagged)]
pub enum RoomsView {
    /// For a user: the rooms that they are in.
    OfUser(RoomListView),
    /// For the backend: the rooms of the app.
    OfApp(AppRoomListView),
}

/// A page of a room's log.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct HistoryView {
    /// The messages, in the direction asked for; around a place: oldest first.
    pub items: Vec<EntryView>,
    /// The value for `before_seq` or `after_seq`; `null`: this was the last page. Around a place: the value for `after_seq`.
    pub next: Option<u64>,
    /// Only around a place: the value for `before_seq`; not given: there is nothing before.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub previous: Option<u64>,
}

/// What became of one of the messages of `POST /message/send`: exactly one of the two.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct SentView {
    /// The message.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub message: Option<EntryView>,
    /// Why it was not sent.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<ErrorView>)]
    pub error: Option<Value>,
}

/// What a message said for some time.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct EditView {
    /// Its text.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub text_message: Option<String>,
    /// Your own data.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<Object>)]
    pub custom: Option<Map<String, Value>>,
    /// Its subject.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub subject: Option<String>,
    /// Its state.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub status: Option<String>,
    /// Since when. RFC 3339.
    pub since: String,
}

impl EditView {
    /// What `message` says, since `at`.
    #[must_use]
    pub fn new(message: &Message, at: Timestamp) -> Self {
        Self {
            text_message: message.text.as_ref().map(|text| text.as_str().to_owned()),
            custom: message.custom.as_ref().map(Custom::object),
            subject: message.subject.as_ref().map(|subject| subject.as_str().to_owned()),
            status: message.status.as_ref().map(|status| status.as_str().to_owned()),
            since: at.to_string(),
        }
    }
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
    /// Whether positions are pushed in this room: `live`, `aggregated` or `stored`.
    pub receipts: String,
    /// Whether typing is pushed in this room: `live`, `aggregated` or `off`.
    pub typing: String,
}

/// What a client missed in one room: a part of the answer to `resume`.
#[derive(Debug, Clone, Default, Serialize, Deserialize, ToSchema)]
pub struct ResumedView {
    /// The room.
    pub room_id: String,
    /// `complete`, `more`, `limited` or `forbidden`.
    pub verdict: String,
    /// The last entry of its log.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub head_seq: Option<u64>,
    /// Why it is limited: `below_floor` or `ahead_of_log`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
    /// The entries after `after_seq`, without a gap.
    pub items: Vec<EntryView>,
    /// With `more`: the value for `after_seq` of the next `resume`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub next: Option<u64>,
    /// With `below_floor`: the oldest entry that may be read.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub oldest_seq: Option<u64>,
}

impl ResumedView {
    /// A room whose log ends at `head`, all of which the client has then.
    #[must_use]
    pub fn of(room: RoomId, head: Seq) -> Self {
        Self {
            room_id: room.to_string(),
            verdict: "complete".to_owned(),
            head_seq: Some(head.get()),
            ..Self::default()
        }
    }

    /// No room of the user's.
    #[must_use]
    pub fn forbidden(room: RoomId) -> Self {
        Self {
            room_id: room.to_string(),
            verdict: "forbidden".to_owned(),
            ..Self::default()
        }
    }

    /// There is more after `last`.
    pub fn more(&mut self, last: Seq) {
        "more".clone_into(&mut self.verdict);
        self.next = Some(last.get());
    }

    /// The oldest entry that may be read is `oldest`.
    pub fn below_floor(&mut self, oldest: Seq) {
        "limited".clone_into(&mut self.verdict);
        self.reason = Some("below_floor".to_owned());
        self.oldest_seq = Some(oldest.get());
    }

    /// The log ends before the place that the client has.
    pub fn ahead_of_log(&mut self) {
        "limited".clone_into(&mut self.verdict);
        self.reason = Some("ahead_of_log".to_owned());
    }
}

/// What a connection hears first, if it asked for it.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct HelloView {
    /// The connection's id, as logs name it.
    pub connection_id: String,
    /// Who is connected.
    pub user_id: String,
    /// RFC 3339.
    pub connected_at: String,
    /// When the token ends; `reauth` before that.
    pub expires_at: String,
    /// The connection counts as lost when it sends no `ping` for so long.
    pub lease_seconds: i64,
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
