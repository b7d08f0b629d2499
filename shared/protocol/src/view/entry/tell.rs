//! What an entry of the log says, as a view.

use parlour_domain::log::{Body, Entry, Message};
use parlour_domain::text::{Custom, Label, MessageText, Subject};
use parlour_domain::{AppId, MessageId, RoomId, RoomNumber, Seq};

use super::{EntryMember, EntryView, ForwardedView, ReactionView};
use crate::request::PriorityOption;
use crate::view::attachment::AttachmentView;
use crate::view::room::SettingsView;

/// Whose entries are shown: ids are made of app, room and place.
#[derive(Clone, Copy)]
pub(super) struct Ids<'a>(pub(super) &'a AppId, pub(super) RoomNumber);

impl Ids<'_> {
    pub(super) fn message(self, seq: Seq) -> String {
        MessageId::new(self.0, self.1, seq).to_string()
    }
}

impl EntryView {
    pub(super) fn tell(&mut self, ids: Ids<'_>, entry: &Entry) {
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
    pub(super) fn say(&mut self, ids: Ids<'_>, message: &Message) {
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
}
