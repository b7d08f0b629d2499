//! Keys of what people add to messages: reactions, pins and stars.

use parlour_domain::{AppId, RoomNumber, Seq, Timestamp, UserId};

use super::{Key, key, parse_seq, seq};

/// The partition of a user's own reactions in a room.
#[must_use]
pub fn reacted_pk(app: &AppId, room: RoomNumber, user: UserId) -> String {
    format!("app#{app}#reacted#{}#{user}", room.get())
}

/// A user's own reactions to one message.
#[must_use]
pub fn reacted(app: &AppId, room: RoomNumber, user: UserId, message: Seq) -> Key {
    key(reacted_pk(app, room, user), seq(message))
}

/// The pins of a room.
#[must_use]
pub fn pins(app: &AppId, room: RoomNumber) -> Key {
    key(format!("app#{app}#pins#{}", room.get()), "pins")
}

/// The partition of a user's stars.
#[must_use]
pub fn stars_pk(app: &AppId, user: UserId) -> String {
    format!("app#{app}#stars#{user}")
}

/// A user's star at a message.
#[must_use]
pub fn star(app: &AppId, user: UserId, room: RoomNumber, message: Seq) -> Key {
    key(stars_pk(app, user), format!("{:015}#{}", room.get(), seq(message)))
}

/// Index partition: a user's stars, by time.
#[must_use]
pub fn starred(app: &AppId, user: UserId) -> String {
    format!("app#{app}#starred#{user}")
}

/// Index place of a star.
#[must_use]
pub fn starred_at(at: Timestamp, room: RoomNumber, message: Seq) -> String {
    format!("{:015}#{:015}#{}", at.millis(), room.get(), seq(message))
}

/// Time, room and message of an index place of [`starred_at`].
#[must_use]
pub fn parse_starred_at(place: &str) -> Option<(Timestamp, RoomNumber, Seq)> {
    let mut parts = place.splitn(3, '#');
    let at = Timestamp::from_millis(parts.next()?.parse().ok()?);
    let room = RoomNumber::new(parts.next()?.parse().ok()?)?;
    Some((at, room, parse_seq(parts.next()?)?))
}
