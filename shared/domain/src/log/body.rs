//! What an entry of a log may say.

use serde::{Deserialize, Serialize};

use super::Message;
use crate::member::Role;
use crate::room::{Room, RoomKind, RoomSettings};
use crate::text::{Custom, DisplayName, Reaction};
use crate::{Seq, Timestamp, UserId};

/// What an entry says.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum Body {
    /// The first entry of every log.
    RoomCreated {
        /// How the room came about.
        kind: RoomKind,
        /// Its first name.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        name: Option<DisplayName>,
        /// Its first members.
        members: Vec<UserId>,
    },
    /// A message.
    Message(Message),
    /// A message says something else from here on.
    MessageEdited {
        /// The message's place.
        target: Seq,
        /// What it says from here on.
        now: Box<Message>,
        /// What it said until here: the history of its edits.
        before: Box<Message>,
    },
    /// A message is deleted; it keeps its place.
    MessageDeleted {
        /// The message's place.
        target: Seq,
        /// Whether nothing of what it said is kept.
        hard: bool,
    },
    /// A member reacted to a message.
    ReactionAdded {
        /// The message's place.
        target: Seq,
        /// With what.
        reaction: Reaction,
    },
    /// A member took a reaction back.
    ReactionRemoved {
        /// The message's place.
        target: Seq,
        /// Which.
        reaction: Reaction,
    },
    /// A message is pinned.
    MessagePinned {
        /// The message's place.
        target: Seq,
        /// Until when; none: until someone ends it.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        until: Option<Timestamp>,
    },
    /// A message is pinned no more.
    MessageUnpinned {
        /// The message's place.
        target: Seq,
    },
    /// Someone became a member.
    MemberJoined {
        /// Who.
        user: UserId,
        /// As what.
        role: Role,
    },
    /// Several people became members at once.
    MembersAdded {
        /// Who.
        members: Vec<UserId>,
    },
    /// Someone left or was removed; the entry's sender says by whom.
    MemberLeft {
        /// Who.
        user: UserId,
        /// Whether they may not come back.
        #[serde(default, skip_serializing_if = "std::ops::Not::not")]
        banned: bool,
    },
    /// A member is something else from here on.
    RoleChanged {
        /// Who.
        user: UserId,
        /// As what.
        role: Role,
    },
    /// A member may not write from here on.
    MemberMuted {
        /// Who.
        user: UserId,
        /// When it ends; none: when it is taken back.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        until: Option<Timestamp>,
    },
    /// A member may write again.
    MemberUnmuted {
        /// Who.
        user: UserId,
    },
    /// The room's name, custom data or settings changed to this.
    RoomUpdated {
        /// The name from here on.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        name: Option<DisplayName>,
        /// The custom data from here on.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        custom: Option<Custom>,
        /// Whether any user may join from here on; none: as before (an entry from before this could change).
        #[serde(default, skip_serializing_if = "Option::is_none")]
        public: Option<bool>,
        /// What is narrower in the room from here on; none: as before (likewise).
        #[serde(default, skip_serializing_if = "Option::is_none")]
        settings: Option<RoomSettings>,
    },
    /// Nobody writes into the room from here on.
    RoomArchived,
    /// The room is as it was before it was archived.
    RoomUnarchived,
    /// Nothing is left of what a user said in the room.
    MessagesErased {
        /// Who.
        user: UserId,
        /// How many messages.
        messages: u64,
        /// What the user sent later stays; none: nothing stays.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        until: Option<Timestamp>,
    },
    /// What stands before an entry counts no more.
    RoomTruncated {
        /// The first entry that still counts.
        floor: Seq,
    },
    /// The last entry of a deleted room.
    RoomDeleted,
}

impl Body {
    /// That a room is from here on as it is now.
    #[must_use]
    pub fn room_updated(room: &Room) -> Self {
        Self::RoomUpdated {
            name: room.name.clone(),
            custom: room.custom.clone(),
            public: Some(room.public),
            settings: Some(room.settings),
        }
    }

    /// Whether it counts for `msg_no` and unread.
    #[must_use]
    pub const fn is_message(&self) -> bool {
        matches!(self, Self::Message(_))
    }
}
