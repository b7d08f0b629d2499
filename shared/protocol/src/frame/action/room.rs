//! Actions on rooms as a whole.

use parlour_domain::{RoomId, Seq, limits};
use serde::Deserialize;

use super::action;
use crate::error::InvalidInput;
use crate::request::{room_id, seq};

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

/// A room of a `resume`.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ResumeRoom {
    /// The room.
    pub room_id: String,
    /// The last entry that the client has.
    pub after_seq: u64,
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
