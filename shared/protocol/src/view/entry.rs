//! Entries of a room's log: messages, and what happened to the room.

mod omitted;
mod parts;

use std::collections::BTreeSet;

use parlour_domain::log::{Body, Entry, Message};
use parlour_domain::text::{Custom, Label, MessageText, Subject};
use parlour_domain::user::User;
use parlour_domain::{AppId, MessageId, RoomId, RoomNumber, Seq};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use utoipa::ToSchema;

use super::attachment::AttachmentView;
use super::room::SettingsView;
use super::user::UserBrief;
use crate::request::PriorityOption;

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

/// Whose entries are shown: ids are made of app, room and place.
#[derive(Clone, Copy)]
struct Ids<'a>(&'a AppId, RoomNumber);

impl Ids<'_> {
    fn message(self, seq: Seq) -> String {
        MessageId::new(self.0, self.1, seq).to_string()
    }
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

    fn tell(&mut self, ids: Ids<'_>, entry: &Entry) {
        let kind = match &entry.body {
            Body::Message(message) => {
                self.became(ids, entry);
                if entry.deletion.is_none() {
                    self.say(ids, message);
                } else {
                    self.parent_id = message.parent.map(|parent| ids.message(parent));
                }
                "message"
            }
            Body::MessageEdited { target, now, .. } => {
                self.about(ids, *target);
                self.say(ids, now);
                "message_edited"
            }
            Body::MessageDeleted { target, hard } => {
                self.about(ids, *target);
                self.hard = *hard;
                "message_deleted"
            }
            Body::ReactionAdded { target, reaction } => {
                self.about(ids, *target);
                self.reaction = Some(reaction.as_str().to_owned());
                "reaction_added"
            }
            Body::ReactionRemoved { target, reaction } => {
                self.about(ids, *target);
                self.reaction = Some(reaction.as_str().to_owned());
                "reaction_removed"
            }
            Body::MessagePinned { target, until } => {
                self.about(ids, *target);
                self.expires_at = until.map(|until| until.to_string());
                "message_pinned"
            }
            Body::MessageUnpinned { target } => {
                self.about(ids, *target);
                "message_unpinned"
            }
            Body::RoomCreated { name, members, .. } => {
                self.name = name.as_ref().map(|name| name.as_str().to_owned());
                self.members = Some(members.iter().map(ToString::to_string).collect());
                "room_created"
            }
            Body::RoomUpdated {
                name,
                custom,
                public,
                settings,
            } => {
                self.name = name.as_ref().map(|name| name.as_str().to_owned());
                self.custom = custom.as_ref().map(Custom::object);
                self.public = *public;
                self.settings = settings.map(SettingsView::from);
                "room_updated"
            }
            Body::RoomArchived => "room_archived",
            Body::RoomUnarchived => "room_unarchived",
            Body::RoomTruncated { floor } => {
                self.oldest_seq = Some(floor.get());
                "room_truncated"
            }
            Body::RoomDeleted => "room_deleted",
            Body::MemberJoined { user, role } => self.of_member(EntryMember::with(*user, *role), "member_joined"),
            Body::RoleChanged { user, role } => self.of_member(EntryMember::with(*user, *role), "role_changed"),
            Body::MembersAdded { members } => {
                self.members = Some(members.iter().map(ToString::to_string).collect());
                "members_added"
            }
            Body::MemberLeft { user, banned } => {
                let banned = *banned;
                let left = EntryMember {
                    banned,
                    ..EntryMember::new(*user)
                };
                self.of_member(left, "member_left")
            }
            Body::MemberMuted { user, until } => {
                let muted = EntryMember {
                    expires_at: until.map(|until| until.to_string()),
                    ..EntryMember::new(*user)
                };
                self.of_member(muted, "member_muted")
            }
            Body::MessagesErased { user, messages, until } => {
                self.until = until.map(|until| until.to_string());
                self.messages = Some(*messages);
                self.of_member(EntryMember::new(*user), "messages_erased")
            }
            Body::MemberUnmuted { user } => self.of_member(EntryMember::new(*user), "member_unmuted"),
        };
        kind.clone_into(&mut self.kind);
    }

    /// An entry about one member.
    fn of_member(&mut self, member: EntryMember, kind: &'static str) -> &'static str {
        self.member = Some(member);
        kind
    }

    /// Which message it is about.
    fn about(&mut self, ids: Ids<'_>, target: Seq) {
        self.message_id = Some(ids.message(target));
        self.message_seq = Some(target.get());
    }

    /// What a message says.
    fn say(&mut self, ids: Ids<'_>, message: &Message) {
        self.text_message = message.text.as_ref().map(MessageText::as_str).map(str::to_owned);
        self.custom = message.custom.as_ref().map(Custom::object);
        self.subject = message.subject.as_ref().map(Subject::as_str).map(str::to_owned);
        self.parent_id = message.parent.map(|parent| ids.message(parent));
        self.quote_id = message.quote.map(|quote| ids.message(quote));
        self.mentions = message.mentions.iter().map(ToString::to_string).collect();
        self.attachments = message.attachments.iter().map(AttachmentView::from).collect();
        self.priority = message.priority.map(PriorityOption::from);
        self.label = message.label.as_ref().map(Label::as_str).map(str::to_owned);
        self.status = message.status.as_ref().map(Label::as_str).map(str::to_owned);
        self.forwarded = message.forwarded.as_ref().map(|from| ForwardedView {
            room_id: RoomId::new(ids.0, from.room).to_string(),
            message_id: MessageId::new(ids.0, from.room, from.seq).to_string(),
            user_id: from.sender.map(|user| user.to_string()),
        });
    }

    /// What became of a message since.
    fn became(&mut self, ids: Ids<'_>, entry: &Entry) {
        if let Some(replies) = &entry.replies {
            self.reply_count = Some(replies.count);
            self.last_reply_id = Some(ids.message(replies.last));
        }
        if let Some(deletion) = &entry.deletion {
            self.deleted_at = Some(deletion.at.to_string());
            self.deleted_by = deletion.by.map(|user| user.to_string());
            return;
        }
        if let Some(edits) = &entry.edits {
            self.edit_count = Some(edits.entries.len());
            self.edited_at = Some(edits.at.to_string());
        }
        let counted = entry.reactions.iter().filter(|(_, count)| **count > 0);
        self.reactions = counted
            .map(|(reaction, count)| ReactionView {
                reaction: reaction.as_str().to_owned(),
                count: *count,
                own: false,
            })
            .collect();
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
