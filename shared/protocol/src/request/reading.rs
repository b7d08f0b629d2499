//! Requests about what members have read and are notified of.

use parlour_domain::member::Notification;
use parlour_domain::{UserId, limits};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::some_users;
use crate::error::InvalidInput;

/// `POST /room/{room_id}/read` and `POST /room/{room_id}/delivered`.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct MarkRead {
    /// The last entry that was read, or that the client has.
    pub seq: u64,
}

/// `POST /room/{room_id}/unread`.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct MarkUnread {
    /// The first entry that is unread from here on.
    pub seq: u64,
}

/// What a member wants to be notified of in a room.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum NotificationOption {
    /// Of every message.
    All,
    /// Of messages that name them.
    Mentions,
    /// Of nothing.
    None,
}

impl From<NotificationOption> for Notification {
    fn from(option: NotificationOption) -> Self {
        match option {
            NotificationOption::All => Self::All,
            NotificationOption::Mentions => Self::Mentions,
            NotificationOption::None => Self::None,
        }
    }
}

impl From<Notification> for NotificationOption {
    fn from(notification: Notification) -> Self {
        match notification {
            Notification::All => Self::All,
            Notification::Mentions => Self::Mentions,
            Notification::None => Self::None,
        }
    }
}

/// `PUT /room/{room_id}/notification`.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SetNotification {
    /// What to notify of.
    pub notification: NotificationOption,
}

/// `POST /unread`.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct UnreadOfUsers {
    /// The users, 1 to 100.
    pub user_ids: Vec<String>,
}

impl UnreadOfUsers {
    /// The users, each once.
    ///
    /// # Errors
    /// If there are none or too many, or one is no id.
    pub fn check(&self) -> Result<Vec<UserId>, InvalidInput> {
        some_users("user_ids", &self.user_ids, limits::UNREAD_USERS)
    }
}
