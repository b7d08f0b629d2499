//! Keys of the rooms that have entries to take away.

use parlour_domain::{AppId, RoomNumber, Timestamp};

use super::{Key, key, room_pk};

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

/// Index place of such a room, by when it is due.
#[must_use]
pub fn trim_due(due: Timestamp, app: &AppId, room: RoomNumber) -> String {
    format!("{:012}#{app}#{}", due.seconds(), room.get())
}

/// The index place before every room that is due at or after `now`.
#[must_use]
pub fn trim_before(now: Timestamp) -> String {
    format!("{:012}", now.seconds())
}

/// App and room of an index place of [`trim_due`].
#[must_use]
pub fn parse_trim(place: &str) -> Option<(AppId, RoomNumber)> {
    let (_, of) = place.split_once('#')?;
    let (app, room) = of.split_once('#')?;
    Some((AppId::parse(app).ok()?, RoomNumber::new(room.parse().ok()?)?))
}
