//! What an export says, in the order in which it is written: a room, its members, its messages by time, what was read.

use parlour_domain::text::{Custom, DisplayName, Label, MessageText, Subject};
use parlour_domain::{ClientId, ExternalId, RoomKey, Timestamp};
use serde::{Deserialize, Serialize};

use super::times::Micros;

/// A user, by the id that the other tables name them by.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Person {
    /// The id here.
    pub(super) external_id: ExternalId,
    pub(super) name: DisplayName,
    pub(super) created_at: Option<Timestamp>,
    pub(super) gone_since: Option<Timestamp>,
}

/// A room.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct RoomFact {
    pub(super) key: RoomKey,
    pub(super) name: Option<DisplayName>,
    pub(super) custom: Option<Custom>,
    pub(super) public: bool,
    pub(super) direct: bool,
    pub(super) created_at: Option<Timestamp>,
}

impl RoomFact {
    /// A group with nothing but its key.
    pub(super) const fn of(key: RoomKey) -> Self {
        Self {
            key,
            name: None,
            custom: None,
            public: false,
            direct: false,
            created_at: None,
        }
    }
}

/// A message. People stand with the ids that tables name them by.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct MessageFact {
    pub(super) id: ClientId,
    pub(super) sender: Option<String>,
    pub(super) at: Timestamp,
    pub(super) text: Option<MessageText>,
    pub(super) subject: Option<Subject>,
    pub(super) label: Option<Label>,
    pub(super) status: Option<Label>,
    pub(super) parent: Option<ClientId>,
    pub(super) deleted: Option<(Timestamp, Option<String>)>,
    pub(super) read: Option<bool>,
}

impl MessageFact {
    /// A text and no more.
    pub(super) const fn of(id: ClientId, sender: Option<String>, at: Timestamp, text: Option<MessageText>) -> Self {
        Self {
            id,
            sender,
            at,
            text,
            subject: None,
            label: None,
            status: None,
            parent: None,
            deleted: None,
            read: None,
        }
    }
}

/// One thing about a room.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) enum Fact {
    Room(RoomFact),
    Member(String),
    Message(MessageFact),
    /// A member has read this message; none: nothing of what they were told of.
    Read(String, Option<ClientId>),
}

/// Parts of a key after the room: rank, time and line.
const PLACE: usize = 1 + 8 + 8;

/// The key that puts a fact in its place. An id of a room has no character 0.
pub(super) fn key(room: &str, fact: &Fact, (at, line): (Option<Micros>, u64)) -> Vec<u8> {
    let rank = match fact {
        Fact::Room(_) => 0,
        Fact::Member(_) => 1,
        Fact::Message(_) => 2,
        Fact::Read(..) => 3,
    };
    let mut key = Vec::with_capacity(room.len() + 1 + PLACE);
    key.extend_from_slice(room.as_bytes());
    key.extend_from_slice(&[0, rank]);
    key.extend_from_slice(&at.map_or(0, Micros::get).to_be_bytes());
    key.extend_from_slice(&line.to_be_bytes());
    key
}

/// The room in a key.
pub(super) fn room_of(key: &[u8]) -> &[u8] {
    &key[..key.len().saturating_sub(1 + PLACE)]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_room_comes_before_its_members_and_they_before_what_is_said_by_time() {
        let message = MessageFact::of(ClientId::parse("1").unwrap(), None, Timestamp::from_millis(0), None);
        let facts = [
            Fact::Room(RoomFact::of(RoomKey::parse("r").unwrap())),
            Fact::Member("u".to_owned()),
            Fact::Message(message),
            Fact::Read("u".to_owned(), None),
        ];
        let at = |text: &str| Micros::parse(text);
        let mut keys: Vec<_> = facts.iter().map(|fact| key("r", fact, (None, 9))).collect();
        let early = key("r", &facts[2], (at("2024-01-01 00:00:00.000001"), 7));
        let late = key("r", &facts[2], (at("2024-01-01 00:00:00.000002"), 3));
        keys.insert(3, early);
        keys.insert(4, late);
        keys.push(key("r1", &facts[0], (None, 1)));
        assert!(keys.is_sorted());
        assert_eq!((room_of(&keys[0]), room_of(&keys[6])), (&b"r"[..], &b"r1"[..]));
    }
}
