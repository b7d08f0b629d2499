//! What members have read, what is unread, and what they keep: pins and stars.

use parlour_domain::member::{Member, Receipt};
use parlour_domain::pin::Pin;
use parlour_domain::{AppId, MessageId, RoomId, RoomNumber, Seq, Timestamp};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::entry::EntryView;
use super::room::UnreadView;
use crate::request::NotificationOption;

/// A user's own read position, and the event `unread_changed`.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct ReadView {
    /// The room.
    pub room_id: String,
    /// Up to where read: what comes after is unread.
    pub read_seq: u64,
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

/// A delivered position.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct DeliveredView {
    /// The room.
    pub room_id: String,
    /// Who (`delivered`); not given in an answer.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub user_id: Option<String>,
    /// Up to where clients of theirs have the log; never falls.
    pub delivered_seq: u64,
}

/// A member whose positions have moved, as larger rooms hear of it.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct ReceiptNotice {
    /// Who.
    pub user_id: String,
    /// Up to where they ever read, if that has moved.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub read_seq: Option<u64>,
    /// Up to where clients of theirs have the log, if one of them said so.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub delivered_seq: Option<u64>,
}

/// Positions that have moved in the last seconds, for a room of more than a few connections.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct ReceiptsView {
    /// The room.
    pub room_id: String,
    /// By user id, at most 100.
    pub items: Vec<ReceiptNotice>,
}

/// How far a member of a room is.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct ReadPositionView {
    /// Who.
    pub user_id: String,
    /// Up to where they ever read.
    pub read_seq: u64,
    /// Up to where clients of theirs have the log; what is read is delivered.
    pub delivered_seq: u64,
}

impl From<&Member> for ReadPositionView {
    fn from(member: &Member) -> Self {
        Self {
            user_id: member.user.to_string(),
            read_seq: member.read_up_to().get(),
            delivered_seq: member.delivered_up_to().get(),
        }
    }
}

/// How far a message has come with one member.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct ReceiptView {
    /// Who.
    pub user_id: String,
    /// `sent`, `delivered` or `read`.
    pub status: String,
}

/// How far a message has come.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct StatusView {
    /// The room.
    pub room_id: String,
    /// The message.
    pub message_id: String,
    /// Its place.
    pub seq: u64,
    /// With all other members who were there when it was sent: `sent`, `delivered` or `read`.
    pub status: String,
    /// Those members.
    pub members: u64,
    /// How many of them have it; who has read it, has it.
    pub delivered: u64,
    /// How many of them have read it.
    pub read: u64,
    /// Whether the room has more members than are counted; the pages of `items` go through all of them.
    pub more: bool,
    /// The members, by id.
    pub items: Vec<ReceiptView>,
    /// The value for `after`; `null`: this was the last page.
    pub next: Option<String>,
}

/// The name of a receipt.
#[must_use]
pub const fn receipt_name(receipt: Receipt) -> &'static str {
    match receipt {
        Receipt::Sent => "sent",
        Receipt::Delivered => "delivered",
        Receipt::Read => "read",
    }
}

/// What a member is notified of, and the event `notification_changed`.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct NotificationView {
    /// The room.
    pub room_id: String,
    /// Of what.
    pub notification: NotificationOption,
}

/// What is unread in one room.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct UnreadRoomView {
    /// The room.
    pub room_id: String,
    /// The last entry of its log.
    pub head_seq: u64,
    /// The user's read position.
    pub read_seq: u64,
    /// Messages of others that are unread.
    pub unread: UnreadView,
    /// Those of them that name the user. With `more`, only the latest were looked at.
    pub mentions: UnreadView,
    /// What the user is notified of there.
    pub notification: NotificationOption,
}

/// What a user has not read.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct UnreadListView {
    /// The rooms with something unread, in the order of joining.
    pub items: Vec<UnreadRoomView>,
    /// Of all these rooms.
    pub unread: UnreadView,
    /// Of all these rooms.
    pub mentions: UnreadView,
    /// The value for `after`, for users with more than 500 rooms, or over a socket with more than fit a frame; `null`: these were all.
    pub next: Option<String>,
}

/// What one of several users has not read.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct UnreadOfUserView {
    /// Who.
    pub user_id: String,
    /// Rooms with something unread.
    pub rooms: usize,
    /// Of all their rooms, at most 500 of which are looked into; with more rooms, `more` is true.
    pub unread: UnreadView,
    /// Those of them that name the user.
    pub mentions: UnreadView,
}

/// What several users have not read.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct UnreadOfUsersView {
    /// In the order asked for, without those who are in no room.
    pub items: Vec<UnreadOfUserView>,
    /// The users that no time was left for, because those before them are in many rooms: ask again for these.
    pub left: Vec<String>,
}

/// A pinned message.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct PinView {
    /// By whom; `null`: the backend.
    pub pinned_by: Option<String>,
    /// RFC 3339.
    pub pinned_at: String,
    /// Until when. RFC 3339.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub expires_at: Option<String>,
    /// The message as it is now.
    pub message: EntryView,
}

impl PinView {
    /// A pin and its message.
    #[must_use]
    pub fn new(pin: &Pin, message: EntryView) -> Self {
        Self {
            pinned_by: pin.by.map(|user| user.to_string()),
            pinned_at: pin.at.to_string(),
            expires_at: pin.until.map(|until| until.to_string()),
            message,
        }
    }
}

/// A star, and the events `message_starred` and `message_unstarred`.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct StarView {
    /// The room.
    pub room_id: String,
    /// The message.
    pub message_id: String,
    /// Since when, RFC 3339; not given: it is none (any more).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub starred_at: Option<String>,
}

impl StarView {
    /// The star of a message of `app`, or that it has none.
    #[must_use]
    pub fn new(app: &AppId, (room, seq): (RoomNumber, Seq), at: Option<Timestamp>) -> Self {
        Self {
            room_id: RoomId::new(app, room).to_string(),
            message_id: MessageId::new(app, room, seq).to_string(),
            starred_at: at.map(|at| at.to_string()),
        }
    }
}

/// A starred message.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct StarredView {
    /// Since when. RFC 3339.
    pub starred_at: String,
    /// The message as it is now.
    pub message: EntryView,
}
