//! Room and message ids, computed from their place: no index is needed to get from an id to its row.
//!
//! Layout of the UUIDv8 (RFC 9562 §5.8): 48 bits room number, 48 bits `seq` (0 for the room itself) around the version and
//! variant bits, 26 bits tag. The tag is a hash of app and room number: an id of one app does not parse in another. It is no
//! secret and proves no right.

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use uuid::{Builder, Uuid};

use crate::id::{AppId, IdError, RoomNumber, Seq, parse_uuid, uuid_text};

const TAG_BITS: u32 = 26;

/// A room's id on the wire.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct RoomId(Uuid);

/// The id on the wire of one entry of a room's log.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct MessageId(Uuid);

uuid_text!(RoomId);
uuid_text!(MessageId);

impl RoomId {
    /// The id of the app's room with this number.
    #[must_use]
    pub fn new(app: &AppId, room: RoomNumber) -> Self {
        Self(encode(app, room, Seq::ZERO))
    }

    /// Checks the form only; [`RoomId::number`] tells whether it is one of an app's.
    ///
    /// # Errors
    /// If it is not a lower-case UUID.
    pub fn parse(text: &str) -> Result<Self, IdError> {
        parse_uuid(text).map(Self)
    }

    /// The number that the id states, whichever app's it is: only for ids that Parlour itself has just made.
    #[must_use]
    pub fn stated_number(self) -> Option<RoomNumber> {
        let bits = self.0.as_u128() >> 80;
        u64::try_from(bits).ok().and_then(RoomNumber::new)
    }

    /// The room's number.
    ///
    /// # Errors
    /// [`IdError::Foreign`] if this is no id of a room of `app`.
    pub fn number(self, app: &AppId) -> Result<RoomNumber, IdError> {
        match decode(app, self.0)? {
            (room, Seq::ZERO) => Ok(room),
            _ => Err(IdError::Foreign),
        }
    }
}

impl MessageId {
    /// The id of the entry at this place.
    #[must_use]
    pub fn new(app: &AppId, room: RoomNumber, seq: Seq) -> Self {
        Self(encode(app, room, seq))
    }

    /// Checks the form only; [`MessageId::place`] tells whether it is one of an app's.
    ///
    /// # Errors
    /// If it is not a lower-case UUID.
    pub fn parse(text: &str) -> Result<Self, IdError> {
        parse_uuid(text).map(Self)
    }

    /// The room and the place in its log.
    ///
    /// # Errors
    /// [`IdError::Foreign`] if this is no id of an entry of `app`.
    pub fn place(self, app: &AppId) -> Result<(RoomNumber, Seq), IdError> {
        match decode(app, self.0)? {
            (_, Seq::ZERO) => Err(IdError::Foreign),
            place => Ok(place),
        }
    }
}

fn tag(app: &AppId, room: RoomNumber) -> u64 {
    let mut hash = Sha256::new();
    hash.update(b"parlour place\0");
    hash.update(app.as_str());
    hash.update([0]);
    hash.update(room.get().to_be_bytes());
    let digest = hash.finalize();
    let head = u32::from_be_bytes([digest[0], digest[1], digest[2], digest[3]]);
    u64::from(head >> (32 - TAG_BITS))
}

fn encode(app: &AppId, room: RoomNumber, seq: Seq) -> Uuid {
    let high = u128::from(seq.get() >> 36);
    let low = u128::from(seq.get() & ((1 << 36) - 1));
    let bits = (u128::from(room.get()) << 80) | (high << 64) | (low << TAG_BITS) | u128::from(tag(app, room));
    Builder::from_custom_bytes(bits.to_be_bytes()).into_uuid()
}

fn decode(app: &AppId, id: Uuid) -> Result<(RoomNumber, Seq), IdError> {
    let bits = id.as_u128();
    let field = |shift: u32, width: u32| u64::try_from((bits >> shift) & ((1 << width) - 1)).unwrap_or(u64::MAX);
    let room = RoomNumber::new(field(80, 48)).ok_or(IdError::Foreign)?;
    let seq = Seq::new((field(64, 12) << 36) | field(TAG_BITS, 36)).ok_or(IdError::Foreign)?;
    // Encoding again compares version, variant and tag at once.
    if encode(app, room, seq) == id {
        Ok((room, seq))
    } else {
        Err(IdError::Foreign)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn app(name: &str) -> AppId {
        AppId::parse(name).unwrap()
    }

    proptest! {
        #[test]
        fn an_id_leads_back_to_its_place(room in 1..=RoomNumber::MAX, seq in 1..=Seq::MAX) {
            let (room, seq) = (RoomNumber::new(room).unwrap(), Seq::new(seq).unwrap());
            let id = MessageId::new(&app("tenant"), room, seq);
            prop_assert_eq!(MessageId::parse(&id.to_string()).unwrap().place(&app("tenant")), Ok((room, seq)));
            let id = RoomId::new(&app("tenant"), room);
            prop_assert_eq!(RoomId::parse(&id.to_string()).unwrap().number(&app("tenant")), Ok(room));
            prop_assert_eq!(id.stated_number(), Some(room));
        }

        #[test]
        fn ids_sort_by_room_and_then_by_place(a in 1..1000_u64, b in 1..1000_u64, s in 1..=Seq::MAX, t in 1..=Seq::MAX) {
            let id = |r, s| MessageId::new(&app("tenant"), RoomNumber::new(r).unwrap(), Seq::new(s).unwrap());
            prop_assert_eq!((a, s).cmp(&(b, t)), id(a, s).cmp(&id(b, t)));
        }

        #[test]
        fn no_other_uuid_is_an_id(bits in any::<u128>()) {
            let id = MessageId(Uuid::from_u128(bits));
            prop_assert!(id.place(&app("tenant")).is_err() || MessageId::new(&app("tenant"), id.place(&app("tenant")).unwrap().0, id.place(&app("tenant")).unwrap().1) == id);
        }
    }

    #[test]
    fn ids_of_one_app_mean_nothing_in_another() {
        let room = RoomNumber::new(5).unwrap();
        assert_eq!(
            RoomId::new(&app("one"), room).number(&app("two")),
            Err(IdError::Foreign)
        );
        assert_eq!(
            MessageId::new(&app("one"), room, Seq::FIRST).place(&app("two")),
            Err(IdError::Foreign)
        );
    }

    #[test]
    fn a_room_is_no_message_and_a_message_is_no_room() {
        let room = RoomNumber::new(5).unwrap();
        let text = RoomId::new(&app("one"), room).to_string();
        assert_eq!(
            MessageId::parse(&text).unwrap().place(&app("one")),
            Err(IdError::Foreign)
        );
        let text = MessageId::new(&app("one"), room, Seq::FIRST).to_string();
        assert_eq!(RoomId::parse(&text).unwrap().number(&app("one")), Err(IdError::Foreign));
    }
}
