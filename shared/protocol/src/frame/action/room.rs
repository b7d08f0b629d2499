//! Actions on rooms as a whole.

use parlour_domain::{RoomId, Seq, limits};
use serde::Deserialize;
use serde_json::{Map, Value};
use utoipa::ToSchema;

use super::action;
use crate::error::InvalidInput;
use crate::request::{self, SendersOption, given, room_id, seq};

action!(
    /// `join_room`.
    JoinRoom {
        /// The room.
        room_id: String,
        /// The last entry the client has.
        after_seq: Option<u64>,
    }
);
action!(
    /// `resume`.
    Resume {
        /// The rooms, each once, and what the client has of them.
        rooms: Vec<ResumeRoom>,
    }
);
action!(
    /// `leave_room`.
    LeaveRoom {
        /// The room.
        room_id: String,
    }
);
action!(
    /// `typing`.
    Typing {
        /// The room.
        room_id: String,
        /// Whether the user is typing.
        typing: bool,
    }
);
action!(
    /// `update_room`: what is not given stays, `null` removes.
    UpdateRoom {
        /// The room.
        room_id: String,
        /// A new name, or `null`.
        #[serde(default, deserialize_with = "given")]
        #[schema(value_type = Option<String>)]
        name: Option<Option<String>>,
        /// New custom data, or `null`.
        #[serde(default, deserialize_with = "given")]
        #[schema(value_type = Option<Object>)]
        custom: Option<Option<Map<String, Value>>>,
        /// Whether any user of the app may join by themselves.
        public: Option<bool>,
        /// Seconds between two messages of one member, or `null`.
        #[serde(default, deserialize_with = "given")]
        #[schema(value_type = Option<u32>)]
        slow_mode_seconds: Option<Option<u32>>,
        /// Messages of the whole room within any minute, or `null`.
        #[serde(default, deserialize_with = "given")]
        #[schema(value_type = Option<u32>)]
        messages_per_minute: Option<Option<u32>>,
        /// Messages of one member within any minute, or `null`.
        #[serde(default, deserialize_with = "given")]
        #[schema(value_type = Option<u32>)]
        member_messages_per_minute: Option<Option<u32>>,
        /// Longest text of a message in bytes, or `null`.
        #[serde(default, deserialize_with = "given")]
        #[schema(value_type = Option<u32>)]
        max_message_bytes: Option<Option<u32>>,
        /// Who may send messages.
        send: Option<SendersOption>,
        /// Days after which entries are taken away, or `null`.
        #[serde(default, deserialize_with = "given")]
        #[schema(value_type = Option<u32>)]
        retention_days: Option<Option<u32>>,
        /// The client's id of this write.
        client_id: Option<String>,
    }
);

/// A room of a `resume`.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ResumeRoom {
    /// The room.
    pub room_id: String,
    /// The last entry that the client has.
    pub after_seq: u64,
}

impl UpdateRoom {
    /// The change, as REST has it.
    #[must_use]
    pub fn change(self) -> request::UpdateRoom {
        request::UpdateRoom {
            name: self.name,
            custom: self.custom,
            public: self.public,
            slow_mode_seconds: self.slow_mode_seconds,
            messages_per_minute: self.messages_per_minute,
            member_messages_per_minute: self.member_messages_per_minute,
            max_message_bytes: self.max_message_bytes,
            send: self.send,
            retention_days: self.retention_days,
        }
    }
}

impl Resume {
    /// The rooms and places.
    ///
    /// # Errors
    /// The first that is not valid.
    pub fn check(&self) -> Result<Vec<(RoomId, Seq)>, InvalidInput> {
        if self.rooms.is_empty() || self.rooms.len() > limits::ROOMS_PER_CONNECTION {
            let reason = format!("must name 1 to {}", limits::ROOMS_PER_CONNECTION);
            return Err(InvalidInput::new("rooms", reason));
        }
        let mut rooms = Vec::with_capacity(self.rooms.len());
        for asked in &self.rooms {
            let room = room_id(&asked.room_id)?;
            if rooms.iter().any(|(named, _)| *named == room) {
                return Err(InvalidInput::new("rooms", "must name each room once"));
            }
            rooms.push((room, seq("after_seq", asked.after_seq)?));
        }
        Ok(rooms)
    }
}
