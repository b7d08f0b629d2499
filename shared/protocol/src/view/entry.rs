//! Entries of a room's log: messages, and what happened to the room.

mod omitted;
mod parts;
mod tell;

use std::collections::BTreeSet;

use parlour_domain::log::Entry;
use parlour_domain::user::User;
use parlour_domain::{AppId, RoomId, RoomNumber};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use utoipa::ToSchema;

use super::attachment::AttachmentView;
use super::room::SettingsView;
use super::user::UserBrief;
use crate::request::PriorityOption;

use tell::Ids;

pub use parts::{EntryMember, ForwardedView, ReactionView};

type Object = Map<String, Value>;

/// An entry of a room's log: a message, or something that happened to the room or to a message.
#[derive(Debug, Clone, Default, Serialize, Deserialize, ToSchema)]
pub struct EntryView {
    /// `message`, `message_edited`, `message_deleted`, `reaction_added`, `reaction_removed`, `message_pinned`, `message_unpinned`,
    /// `room_created`, `room_updated`, `room_archived`, `room_unarchived`, `room_truncated`, `room_deleted`, `member_joined`,
    /// `members_added`, `member_left`, `role_changed`, `member_muted`, `member_unmuted` or `messages_erased`.
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
    /// The message that it is about (`message_edited`, `message_deleted`, `reaction_added`, `reaction_removed`, `message_pinned`,
    /// `message_unpinned`).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub message_id: Option<String>,
    /// That message's place.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub message_seq: Option<u64>,
    /// What the message says from here on is left out (`message_edited`), because not everyone who gets the entry may see the message.
    /// Whoever may reads it by itself.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub content_omitted: bool,
    /// What a message says; none: it is files alone, or deleted.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub text_message: Option<String>,
    /// The room's name from here on (`room_created`, `room_updated`).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// Your own data: the message's, or the room's from here on.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<Object>)]
    pub custom: Option<Object>,
    /// What a message is about.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub subject: Option<String>,
    /// The message in whose thread it is.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub parent_id: Option<String>,
    /// The message that it quotes.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub quote_id: Option<String>,
    /// The members that it names.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub mentions: Vec<String>,
    /// Its files. Ask for a URL when one is to be shown: none stands in a message.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub attachments: Vec<AttachmentView>,
    /// How much it matters.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub priority: Option<PriorityOption>,
    /// Your own word for its kind.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub label: Option<String>,
    /// Your own word for its state.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub status: Option<String>,
    /// Where it comes from, if it was forwarded.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub forwarded: Option<ForwardedView>,
    /// The reaction (`reaction_added`, `reaction_removed`).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reaction: Option<String>,
    /// How many members reacted to a message, and with what.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub reactions: Vec<ReactionView>,
    /// Replies in the message's thread.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reply_count: Option<u64>,
    /// The last of them.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub last_reply_id: Option<String>,
    /// How often it was edited.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub edit_count: Option<usize>,
    /// When it was last edited. RFC 3339.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub edited_at: Option<String>,
    /// When it was deleted. RFC 3339.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub deleted_at: Option<String>,
    /// By whom; not given: by the backend, or it is not deleted.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub deleted_by: Option<String>,
    /// Whether nothing of what it said is kept (`message_deleted`).
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub hard: bool,
    /// Until when the message is pinned (`message_pinned`). RFC 3339.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub expires_at: Option<String>,
    /// Whether any user may join the room from here on (`room_updated`).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub public: Option<bool>,
    /// The oldest entry that may be read from here on (`room_truncated`).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub oldest_seq: Option<u64>,
    /// What is narrower in the room from here on (`room_updated`).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub settings: Option<SettingsView>,
    /// Whom it is about (`member_joined`, `member_left`, `role_changed`, `member_muted`, `member_unmuted`, `messages_erased`).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub member: Option<EntryMember>,
    /// What the member sent later stays, RFC 3339; not given: nothing stays (`messages_erased`).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub until: Option<String>,
    /// How many messages say nothing any more (`messages_erased`).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub messages: Option<u64>,
    /// The first members (`room_created`), or those who are new (`members_added`).
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
        let ids = Ids(app, room);
        let mut view = Self {
            id: ids.message(entry.seq),
            room_id: RoomId::new(app, room).to_string(),
            seq: entry.seq.get(),
            user_id: entry.sender.map(|user| user.to_string()),
            user: sender.map(UserBrief::from),
            client_id: entry.client_id.as_ref().map(ToString::to_string),
            created_at: entry.at.to_string(),
            ..Self::default()
        };
        view.tell(ids, entry);
        view
    }

    /// The same with the reader's own reactions.
    #[must_use]
    pub fn with_own(mut self, own: &BTreeSet<String>) -> Self {
        for reaction in &mut self.reactions {
            reaction.own = own.contains(&reaction.reaction);
        }
        self
    }

    /// The same with what a message said that is deleted, as far as it is kept: for the backend alone.
    #[must_use]
    pub fn revealed(mut self, app: &AppId, room: RoomNumber, entry: &Entry) -> Self {
        if let Some(message) = entry.message() {
            self.say(Ids(app, room), message);
        }
        self
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
