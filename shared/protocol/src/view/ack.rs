//! What actions are answered with that nothing else is.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::answer::ResumedView;
use super::entry::EntryView;

/// What a change of a message came to.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct ChangedView {
    /// The entry that says so; `null`: there was nothing to do.
    pub entry: Option<EntryView>,
    /// The message as it is now.
    pub message: EntryView,
}

/// It is done, in this room.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct OfRoomView {
    /// The room, as the request named it.
    pub room_id: String,
}

/// It is done, to this user of this room.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct OfRoomAndUserView {
    /// The room, as the request named it.
    pub room_id: String,
    /// The user, as the request named them.
    pub user_id: String,
}

/// It is done, to this user.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct OfUserView {
    /// The user, as the request named them.
    pub user_id: String,
}

/// The answer to `resume`.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct ResumedRoomsView {
    /// The rooms, in the order of the request.
    pub rooms: Vec<ResumedView>,
}

/// The answer to `ping`.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct PongView {
    /// The last entry of the log of each room that the connection has joined, by room.
    pub rooms: BTreeMap<String, u64>,
}

/// The answer to `reauth`.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct ReauthView {
    /// When the new token ends. RFC 3339.
    pub expires_at: String,
}
