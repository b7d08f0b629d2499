//! Actions that make rooms, end them, and take from them.

use serde::Deserialize;
use serde_json::{Map, Value};

use super::action;
use crate::request::{self, HistoryOption, Kind, SendersOption};

action!(
    /// `create_room`: what a user may say of a room in REST; a key is for the backend.
    CreateRoom {
        /// `direct` (of two) or `group`.
        kind: Kind,
        /// What it is called; not for direct rooms.
        name: Option<String>,
        /// Users, at most 40 with oneself, who is a member in any case.
        #[serde(default)]
        members: Vec<String>,
        /// Whether any user of the app may join by themselves; only groups.
        #[serde(default)]
        public: bool,
        /// How far back later members may read.
        history: Option<HistoryOption>,
        /// Custom data.
        #[schema(value_type = Option<Object>)]
        custom: Option<Map<String, Value>>,
        /// Seconds between two messages of one member.
        slow_mode_seconds: Option<u32>,
        /// Messages of the whole room within any minute.
        messages_per_minute: Option<u32>,
        /// Messages of one member within any minute.
        member_messages_per_minute: Option<u32>,
        /// Longest text of a message in bytes.
        max_message_bytes: Option<u32>,
        /// Who may send messages.
        send: Option<SendersOption>,
        /// Days after which entries are taken away.
        retention_days: Option<u32>,
        /// The client's id of this write.
        client_id: Option<String>,
    }
);
action!(
    /// `archive_room`, `unarchive_room` and `delete_room`.
    OfRoom {
        /// The room.
        room_id: String,
        /// The client's id of this write.
        client_id: Option<String>,
    }
);
action!(
    /// `truncate_room`.
    TruncateRoom {
        /// The room.
        room_id: String,
        /// The first entry that stays.
        before_seq: u64,
        /// The client's id of this write.
        client_id: Option<String>,
    }
);

impl CreateRoom {
    /// The room, as REST has it.
    #[must_use]
    pub fn room(self) -> request::CreateRoom {
        request::CreateRoom {
            kind: self.kind,
            name: self.name,
            members: self.members,
            public: self.public,
            key: None,
            history: self.history,
            custom: self.custom,
            slow_mode_seconds: self.slow_mode_seconds,
            messages_per_minute: self.messages_per_minute,
            member_messages_per_minute: self.member_messages_per_minute,
            max_message_bytes: self.max_message_bytes,
            send: self.send,
            retention_days: self.retention_days,
        }
    }
}
