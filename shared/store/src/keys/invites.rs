//! Keys of invites.

use parlour_domain::{AppId, RoomNumber, Timestamp, UserId};

use super::{Key, key, room_pk};

/// What the sort keys of a room's invites begin with. They sort before the members, between whom and the room nothing else may be.
pub const INVITE_PREFIX: &str = "invite#";

/// The invite of a user to a room.
#[must_use]
pub fn invite(app: &AppId, room: RoomNumber, user: UserId) -> Key {
    key(room_pk(app, room), format!("{INVITE_PREFIX}{user}"))
}

/// Index partition: a user's invites, by time.
#[must_use]
pub fn invites(app: &AppId, user: UserId) -> String {
    format!("app#{app}#invites#{user}")
}

/// Index place of an invite.
#[must_use]
pub fn invited_at(at: Timestamp, room: RoomNumber) -> String {
    format!("{:015}#{:015}", at.millis(), room.get())
}
