//! Keys of the rooms that have entries to take away.

use parlour_domain::{AppId, RoomNumber, Timestamp};

use super::{Key, due_at, key, parse_due, room_pk};

/// The row of a room that has entries to take away, now or later.
#[must_use]
pub fn trim(app: &AppId, room: RoomNumber) -> Key {
    key(room_pk(app, room), "trim")
}

/// Index partition of rooms that have entries to take away; `sweep` reads it.
#[must_use]
pub fn trims() -> String {
    "trim".to_owned()
}

/// Index place of a room that is due for something, by when.
#[must_use]
pub fn room_due(due: Timestamp, app: &AppId, room: RoomNumber) -> String {
    due_at(due, app, room.get())
}

/// App and room of an index place of [`room_due`].
#[must_use]
pub fn parse_room_due(place: &str) -> Option<(AppId, RoomNumber)> {
    let (app, room) = parse_due(place)?;
    Some((app, RoomNumber::new(room.parse().ok()?)?))
}
