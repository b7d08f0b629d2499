//! Many messages in one request.

use parlour_domain::{RoomId, UserId, limits};
use serde::Deserialize;
use utoipa::ToSchema;

use super::{Outgoing, SendMessage, optional, room_id};
use crate::error::InvalidInput;

/// One of the messages of `POST /message/send`.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct BulkMessage {
    /// The room.
    pub room_id: String,
    /// The user who says it, a member of the room; none: the backend itself.
    pub user_id: Option<String>,
    /// The message.
    pub message: SendMessage,
}

/// `POST /message/send`.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SendMessages {
    /// 1 to 25 messages. Those of one room keep their order.
    pub messages: Vec<BulkMessage>,
}

impl SendMessages {
    /// Checks every field; each message is its room, who says it, and what.
    ///
    /// # Errors
    /// The first that is not valid.
    pub fn check(&self) -> Result<Vec<(RoomId, Option<UserId>, Outgoing)>, InvalidInput> {
        if self.messages.is_empty() || self.messages.len() > limits::MESSAGES_PER_REQUEST {
            let reason = format!("must hold 1 to {}", limits::MESSAGES_PER_REQUEST);
            return Err(InvalidInput::new("messages", reason));
        }
        let checked = |bulk: &BulkMessage| {
            let user = optional("user_id", bulk.user_id.as_deref(), UserId::parse)?;
            Ok((room_id(&bulk.room_id)?, user, bulk.message.check()?))
        };
        self.messages.iter().map(checked).collect()
    }
}
