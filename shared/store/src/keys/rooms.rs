//! Keys of rooms, of their members, and of what a room is found by.

use parlour_domain::{AppId, RoomKey, RoomNumber, Timestamp, UserId};

use super::{Key, key};

/// A room.
#[must_use]
pub fn room(app: &AppId, room: RoomNumber) -> Key {
    key(room_pk(app, room), "room")
}

/// Index partition: the rooms of an app, by name.
#[must_use]
pub fn rooms(app: &AppId) -> String {
    format!("app#{app}#rooms")
}

/// The row that puts a public room into their list. It sorts before the members, between whom and the room nothing else may be.
#[must_use]
pub fn listed(app: &AppId, room: RoomNumber) -> Key {
    key(room_pk(app, room), "listed")
}

/// Index partition: the public rooms of an app, by name.
#[must_use]
pub fn public_rooms(app: &AppId) -> String {
    format!("app#{app}#public")
}

/// Index place of a room: by its folded name, then by number. A name has no tab, and a tab sorts before all that names have.
#[must_use]
pub fn named_room(folded: &str, room: RoomNumber) -> String {
    format!("{folded}\t{:015}", room.get())
}

/// The folded name and the number in an index place of [`named_room`].
#[must_use]
pub fn parse_named_room(place: &str) -> Option<(&str, RoomNumber)> {
    let (folded, number) = place.rsplit_once('\t')?;
    Some((folded, RoomNumber::new(number.parse().ok()?)?))
}

/// The app and the number in the partition key of a room.
#[must_use]
pub fn parse_room(pk: &str) -> Option<(AppId, RoomNumber)> {
    let (app, room) = pk.strip_prefix("app#")?.split_once("#room#")?;
    Some((AppId::parse(app).ok()?, RoomNumber::new(room.parse().ok()?)?))
}

/// The partition of a room and its members.
#[must_use]
pub fn room_pk(app: &AppId, room: RoomNumber) -> String {
    format!("app#{app}#room#{}", room.get())
}

/// What the sort keys of members begin with.
pub const MEMBER_PREFIX: &str = "member#";

/// A member of a room.
#[must_use]
pub fn member(app: &AppId, room: RoomNumber, user: UserId) -> Key {
    key(room_pk(app, room), format!("{MEMBER_PREFIX}{user}"))
}

/// Index partition: the rooms of a user.
#[must_use]
pub fn rooms_of(app: &AppId, user: UserId) -> String {
    format!("app#{app}#rooms#{user}")
}

/// Index place of a membership: by time of joining.
#[must_use]
pub fn joined(at: Timestamp, room: RoomNumber) -> String {
    format!("{:015}#{}", at.millis(), room.get())
}

/// The time and the room of an index place of [`joined`].
#[must_use]
pub fn parse_joined(place: &str) -> Option<(Timestamp, RoomNumber)> {
    let (at, room) = place.split_once('#')?;
    let room = RoomNumber::new(room.parse().ok()?)?;
    Some((Timestamp::from_millis(at.parse().ok()?), room))
}

/// Index partition: the banned users of a room, by user.
#[must_use]
pub fn bans(app: &AppId, room: RoomNumber) -> String {
    format!("app#{app}#bans#{}", room.get())
}

/// Index partition of changes that a crash may have left half done; `sweep` reads it.
#[must_use]
pub fn unfinished() -> String {
    "unfinished".to_owned()
}

/// Index place of a member who is leaving.
#[must_use]
pub fn unfinished_member(app: &AppId, room: RoomNumber, user: UserId) -> String {
    format!("{app}#{}#{user}", room.get())
}

/// Index place of a room that is being deleted.
#[must_use]
pub fn unfinished_room(app: &AppId, room: RoomNumber) -> String {
    format!("{app}#{}#room", room.get())
}

/// Reads an index place of [`unfinished`] back: app, room and the member, or `None` for the room itself.
#[must_use]
pub fn parse_unfinished(text: &str) -> Option<(AppId, RoomNumber, Option<UserId>)> {
    let mut parts = text.splitn(3, '#');
    let app = AppId::parse(parts.next()?).ok()?;
    let room = RoomNumber::new(parts.next()?.parse().ok()?)?;
    match parts.next()? {
        "room" => Some((app, room, None)),
        user => Some((app, room, Some(UserId::parse(user).ok()?))),
    }
}

/// The room number in the partition key of a room or member row.
#[must_use]
pub fn parse_room_pk(pk: &str) -> Option<RoomNumber> {
    RoomNumber::new(pk.rsplit('#').next()?.parse().ok()?)
}

/// The row that makes the direct room of two users unique; the order of the two does not matter.
#[must_use]
pub fn direct(app: &AppId, one: UserId, other: UserId) -> Key {
    let (first, second) = if one <= other { (one, other) } else { (other, one) };
    key(format!("app#{app}#direct#{first}#{second}"), "direct")
}

/// The row that makes a room key unique.
#[must_use]
pub fn room_key(app: &AppId, room_key: &RoomKey) -> Key {
    key(format!("app#{app}#key#{room_key}"), "key")
}
