//! Actions on messages.

use serde::Deserialize;
use serde_json::Value;

use super::action;
use crate::request::{EditMessage, ForwardMessage, PriorityOption, SendMessage, given};

action!(
    /// `send_message`.
    Send {
        /// The room.
        room_id: String,
        /// What it says; may be left out where there are files.
        #[serde(default)]
        text_message: String,
        /// Files of the sender's.
        attachments: Option<Vec<String>>,
        /// The client's id of the message.
        client_id: Option<String>,
        /// The client's base.
        after_seq: Option<u64>,
        /// The integrator's data.
        #[schema(value_type = Option<Object>)]
        custom: Option<serde_json::Map<String, Value>>,
        /// What it is about.
        subject: Option<String>,
        /// The message in whose thread it is.
        parent_id: Option<String>,
        /// The message that it quotes.
        quote_id: Option<String>,
        /// Members that it names.
        mentions: Option<Vec<String>>,
        /// How much it matters.
        priority: Option<PriorityOption>,
        /// The integrator's word for its kind.
        label: Option<String>,
        /// The integrator's word for its state.
        status: Option<String>,
    }
);
action!(
    /// `edit_message`: what is not given stays, `null` removes.
    Edit {
        /// The room.
        room_id: String,
        /// The message.
        message_id: String,
        /// The client's id of this edit.
        client_id: Option<String>,
        /// What it says from here on.
        text_message: Option<String>,
        /// New custom data, or `null`.
        #[serde(default, deserialize_with = "given")]
        #[schema(value_type = Option<Object>)]
        custom: Option<Option<serde_json::Map<String, Value>>>,
        /// A new subject, or `null`.
        #[serde(default, deserialize_with = "given")]
        #[schema(value_type = Option<String>)]
        subject: Option<Option<String>>,
        /// A new state, or `null`.
        #[serde(default, deserialize_with = "given")]
        #[schema(value_type = Option<String>)]
        status: Option<Option<String>>,
        /// The members that it names from here on.
        mentions: Option<Vec<String>>,
    }
);
action!(
    /// `forward_message`.
    Forward {
        /// The room.
        room_id: String,
        /// The message.
        message_id: String,
        /// The room that gets it.
        to_room_id: String,
        /// The client's id of the new message.
        client_id: Option<String>,
        /// The client's base in the room that gets it.
        after_seq: Option<u64>,
    }
);
action!(
    /// `delete_message`.
    Delete {
        /// The room.
        room_id: String,
        /// The message.
        message_id: String,
        /// Whether nothing of what it said is kept.
        hard: Option<bool>,
        /// The client's id of this deletion.
        client_id: Option<String>,
    }
);
action!(
    /// `add_reaction` and `remove_reaction`.
    React {
        /// The room.
        room_id: String,
        /// The message.
        message_id: String,
        /// With what.
        reaction: String,
    }
);
action!(
    /// `pin_message`.
    Pin {
        /// The room.
        room_id: String,
        /// The message.
        message_id: String,
        /// Until when. RFC 3339.
        expires_at: Option<String>,
    }
);
action!(
    /// `unpin_message`, `star_message`, `unstar_message` and `get_message`.
    OfMessage {
        /// The room.
        room_id: String,
        /// The message.
        message_id: String,
    }
);
action!(
    /// `history`.
    History {
        /// The room.
        room_id: String,
        /// Newest first, before this entry.
        before_seq: Option<u64>,
        /// Oldest first, after this entry.
        after_seq: Option<u64>,
        /// On both sides of this entry, oldest first.
        around_seq: Option<u64>,
        /// At most so many.
        limit: Option<u64>,
    }
);

impl Send {
    /// The room and the message, as REST has them.
    #[must_use]
    pub fn split(self) -> (String, SendMessage) {
        let Self {
            room_id,
            text_message,
            attachments,
            client_id,
            after_seq,
            custom,
            subject,
            parent_id,
            quote_id,
            mentions,
            priority,
            label,
            status,
            ..
        } = self;
        (
            room_id,
            SendMessage {
                text_message,
                attachments: attachments.unwrap_or_default(),
                client_id,
                after_seq,
                custom,
                subject,
                parent_id,
                quote_id,
                mentions: mentions.unwrap_or_default(),
                priority,
                label,
                status,
            },
        )
    }
}

impl Edit {
    /// The change, as REST has it.
    #[must_use]
    pub fn change(self) -> EditMessage {
        EditMessage {
            text_message: self.text_message,
            custom: self.custom,
            subject: self.subject,
            status: self.status,
            mentions: self.mentions,
        }
    }
}

impl Forward {
    /// Where to, as REST has it.
    #[must_use]
    pub fn to(self) -> ForwardMessage {
        ForwardMessage {
            to_room_id: self.to_room_id,
            client_id: self.client_id,
            after_seq: self.after_seq,
        }
    }
}
