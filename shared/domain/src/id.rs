//! Ids as validated types: a string that got past these constructors is safe in a key, a URL and a log line.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::limits;
use crate::moment::Moment;

/// Why a text is no id. The text itself is not repeated: it came from outside.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum IdError {
    /// Not a UUID in its lower-case hyphenated form.
    #[error("must be a lower-case UUID")]
    NotUuid,
    /// An app id: 1 to 16 characters of `a-z` and `0-9`.
    #[error("must be 1 to 16 lower-case letters and digits")]
    NotAppId,
    /// A client id: 1 to 64 characters of `A-Z a-z 0-9 _ - : .`
    #[error("must be 1 to 64 letters, digits, '_', '-', ':' or '.'")]
    NotClientId,
    /// An external id: 1 to 128 printable ASCII characters without space.
    #[error("must be 1 to 128 printable ASCII characters without spaces")]
    NotExternalId,
    /// A room key: 1 to 128 printable ASCII characters without space.
    #[error("must be 1 to 128 printable ASCII characters without spaces")]
    NotRoomKey,
    /// A connection id: 1 to 128 characters of base64 or base64url.
    #[error("must be a connection id")]
    NotConnectionId,
    /// A place of another app or of no room.
    #[error("belongs to no room of this app")]
    Foreign,
}

macro_rules! text_id {
    ($(#[$doc:meta])* $name:ident, $error:expr, $max:expr, $allowed:expr) => {
        $(#[$doc])*
        #[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(try_from = "String", into = "String")]
        pub struct $name(String);

        impl $name {
            /// Checks the text.
            ///
            /// # Errors
            /// If it is empty, too long or has another character.
            pub fn parse(text: &str) -> Result<Self, IdError> {
                let allowed: fn(u8) -> bool = $allowed;
                if text.is_empty() || text.len() > $max || !text.bytes().all(allowed) {
                    return Err($error);
                }
                Ok(Self(text.to_owned()))
            }

            /// The text.
            #[must_use]
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, concat!(stringify!($name), "({})"), self.0)
            }
        }

        impl FromStr for $name {
            type Err = IdError;
            fn from_str(text: &str) -> Result<Self, IdError> {
                Self::parse(text)
            }
        }

        impl TryFrom<String> for $name {
            type Error = IdError;
            fn try_from(text: String) -> Result<Self, IdError> {
                Self::parse(&text)
            }
        }

        impl From<$name> for String {
            fn from(id: $name) -> String {
                id.0
            }
        }
    };
}

text_id!(
    /// A tenant: 10 random characters `a-z2-7` when made here (50 bits), 1 to 16 of `a-z0-9` when read.
    AppId, IdError::NotAppId, 16, |b| b.is_ascii_lowercase() || b.is_ascii_digit()
);

text_id!(
    /// The id that a client gives a write so that it can send it again safely.
    ClientId, IdError::NotClientId, limits::CLIENT_ID_CHARS, |b| b.is_ascii_alphanumeric() || b"_-:.".contains(&b)
);

text_id!(
    /// A user's id in the integrator's own system.
    ExternalId, IdError::NotExternalId, limits::EXTERNAL_ID_CHARS, |b| b.is_ascii_graphic()
);

text_id!(
    /// A room's name in the integrator's own system: one room of an app has it.
    RoomKey, IdError::NotRoomKey, limits::ROOM_KEY_CHARS, |b| b.is_ascii_graphic()
);

text_id!(
    /// A WebSocket connection, as the connection manager names it.
    ConnectionId, IdError::NotConnectionId, 128, |b| b.is_ascii_alphanumeric() || b"+/=_-".contains(&b)
);

impl AppId {
    /// A new app's id.
    #[must_use]
    pub fn generate(moment: &mut Moment) -> Self {
        const ALPHABET: &[u8; 32] = b"abcdefghijklmnopqrstuvwxyz234567";
        let bytes: [u8; 10] = moment.entropy.bytes();
        Self(
            bytes
                .iter()
                .map(|byte| char::from(ALPHABET[usize::from(byte & 31)]))
                .collect(),
        )
    }
}

impl UserId {
    /// The 128 bits.
    #[must_use]
    pub const fn uuid(self) -> Uuid {
        self.0
    }
}

/// The canonical form only, so that one id has one spelling in keys and comparisons.
pub(crate) fn parse_uuid(text: &str) -> Result<Uuid, IdError> {
    let canonical = text.len() == 36 && !text.bytes().any(|b| b.is_ascii_uppercase());
    if !canonical {
        return Err(IdError::NotUuid);
    }
    Uuid::try_parse(text).map_err(|_| IdError::NotUuid)
}

macro_rules! uuid_text {
    ($name:ident) => {
        impl ::std::fmt::Display for $name {
            fn fmt(&self, f: &mut ::std::fmt::Formatter<'_>) -> ::std::fmt::Result {
                ::std::fmt::Display::fmt(&self.0, f)
            }
        }

        impl ::std::fmt::Debug for $name {
            fn fmt(&self, f: &mut ::std::fmt::Formatter<'_>) -> ::std::fmt::Result {
                write!(f, concat!(stringify!($name), "({})"), self.0)
            }
        }

        impl TryFrom<String> for $name {
            type Error = $crate::IdError;
            fn try_from(text: String) -> Result<Self, $crate::IdError> {
                Self::parse(&text)
            }
        }

        impl From<$name> for String {
            fn from(id: $name) -> String {
                id.0.to_string()
            }
        }
    };
}
pub(crate) use uuid_text;

/// An id that is made here: UUIDv7, so that ids sort by the time of creation.
macro_rules! timed_id {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, ::serde::Serialize, ::serde::Deserialize)]
        #[serde(try_from = "String", into = "String")]
        pub struct $name(::uuid::Uuid);

        impl $name {
            /// A new id: UUIDv7, so that ids sort by the time of creation.
            #[must_use]
            pub fn generate(moment: &mut $crate::Moment) -> Self {
                let millis = u64::try_from(moment.now.millis()).unwrap_or(0);
                Self(::uuid::Builder::from_unix_timestamp_millis(millis, &moment.entropy.bytes()).into_uuid())
            }

            /// Checks the text.
            ///
            /// # Errors
            /// If it is not a UUID in its lower-case hyphenated form.
            pub fn parse(text: &str) -> Result<Self, $crate::IdError> {
                $crate::id::parse_uuid(text).map(Self)
            }
        }

        $crate::id::uuid_text!($name);
    };
}
pub(crate) use timed_id;

timed_id!(
    /// A user of one app.
    UserId
);

/// The number of a room in its app: 1, 2, 3, … in order of creation (48 bits; gaps are possible).
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize)]
#[serde(transparent)]
pub struct RoomNumber(u64);

impl RoomNumber {
    /// The largest room number, 2⁴⁸ − 1.
    pub const MAX: u64 = (1 << 48) - 1;

    /// `None` for 0 and above 48 bits.
    #[must_use]
    pub const fn new(number: u64) -> Option<Self> {
        if number == 0 || number > Self::MAX {
            None
        } else {
            Some(Self(number))
        }
    }

    /// The number.
    #[must_use]
    pub const fn get(self) -> u64 {
        self.0
    }
}

/// The place of an entry in its room's log: 1, 2, 3, … without a hole (48 bits). 0 is "before the first".
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize, Default)]
#[serde(transparent)]
pub struct Seq(u64);

impl Seq {
    /// The largest place, 2⁴⁸ − 1.
    pub const MAX: u64 = (1 << 48) - 1;
    /// Before the first entry.
    pub const ZERO: Self = Self(0);
    /// The first entry, `room_created`.
    pub const FIRST: Self = Self(1);

    /// `None` above 48 bits.
    #[must_use]
    pub const fn new(seq: u64) -> Option<Self> {
        if seq > Self::MAX { None } else { Some(Self(seq)) }
    }

    /// The number.
    #[must_use]
    pub const fn get(self) -> u64 {
        self.0
    }

    /// The place after this one.
    #[must_use]
    pub const fn next(self) -> Self {
        Self(self.0 + 1)
    }

    /// The place before this one; 0 stays 0.
    #[must_use]
    pub const fn previous(self) -> Self {
        Self(self.0.saturating_sub(1))
    }
}

impl fmt::Display for Seq {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&self.0, f)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_has_one_spelling() {
        let text = "018f4a5c-0000-7000-8000-0123456789ab";
        assert_eq!(UserId::parse(text).unwrap().to_string(), text);
        for other in [
            "018F4A5C-0000-7000-8000-0123456789AB",
            "018f4a5c000070008000-0123456789ab",
            "{018f4a5c-0000-7000-8000-0123456789ab}",
            "urn:uuid:018f4a5c-0000-7000-8000-0123456789ab",
            "",
            "x",
        ] {
            assert_eq!(UserId::parse(other), Err(IdError::NotUuid), "{other}");
        }
    }

    #[test]
    fn text_ids_keep_separators_and_odd_characters_out() {
        for bad in ["", "a#b", "a b", "a/b", "é", "a\0", &"x".repeat(65)] {
            assert!(ClientId::parse(bad).is_err(), "{bad:?}");
        }
        assert!(ClientId::parse("0195-x_Y:1.2").is_ok());
        for bad in ["", "App", "a-b", "a#b", &"a".repeat(17)] {
            assert!(AppId::parse(bad).is_err(), "{bad:?}");
        }
        assert!(ConnectionId::parse("L0SM9cOFvHcCIhw=").is_ok());
        assert!(ExternalId::parse("auth0|user@example.com#1").is_ok());
        assert!(ExternalId::parse("two words").is_err());
    }

    #[test]
    fn user_ids_sort_by_creation() {
        use crate::moment::{Entropy, Timestamp};
        let mut early = Moment {
            now: Timestamp::from_millis(1_000),
            entropy: Entropy::from_seed([255; 32]),
        };
        let mut late = Moment {
            now: Timestamp::from_millis(2_000),
            entropy: Entropy::from_seed([0; 32]),
        };
        assert!(UserId::generate(&mut early) < UserId::generate(&mut late));
    }
}
