//! The rooms that a user is in, in the order of joining, as places that a page can end at.

use std::fmt;

use parlour_domain::{AppId, RoomNumber, Timestamp, UserId};

use crate::error::StoreError;
use crate::query::{Part, Rows};
use crate::row::text_of;
use crate::{Store, keys};

/// A place among the rooms of a user.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct JoinedAt {
    /// When the user joined.
    pub at: Timestamp,
    /// The room.
    pub room: RoomNumber,
}

impl JoinedAt {
    /// Reads the text of a place; `None`: it is none.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let (at, room) = text.split_once('.')?;
        let place = Self {
            at: Timestamp::from_millis(at.parse().ok().filter(|at| *at >= 0)?),
            room: RoomNumber::new(room.parse().ok()?)?,
        };
        (place.to_string() == text).then_some(place)
    }
}

/// As the cursor of the page after it.
impl fmt::Display for JoinedAt {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}", self.at.millis(), self.room.get())
    }
}

impl Store {
    /// The rooms of a user in the order of joining, from the inverted index (a moment behind), at most `limit`, each with its place:
    /// what comes behind it is asked for with that as `after`.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn joined_rooms(
        &self,
        app: &AppId,
        user: UserId,
        after: Option<&str>,
        limit: usize,
    ) -> Result<(Vec<(RoomNumber, String)>, Option<String>), StoreError> {
        let query = self.lines(keys::rooms_of(app, user), Part::after(after));
        let page = Rows::read(query, Some(limit)).await?;
        let joined = page.rows.iter().filter_map(|row| {
            let room = keys::parse_room_pk(text_of(row, keys::PK)?)?;
            Some((room, text_of(row, keys::INDEX_SK)?.to_owned()))
        });
        Ok((joined.collect(), page.next_place()))
    }

    /// The rooms that a user is in after a place, at most `limit`, from the index (a moment behind); whether there are more.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn memberships_after(
        &self,
        app: &AppId,
        user: UserId,
        after: Option<JoinedAt>,
        limit: usize,
    ) -> Result<(Vec<JoinedAt>, bool), StoreError> {
        let after = after.map(|place| keys::joined(place.at, place.room));
        let (joined, next) = self.joined_rooms(app, user, after.as_deref(), limit).await?;
        let place = |(_, place): &(RoomNumber, String)| {
            let (at, room) = keys::parse_joined(place)?;
            Some(JoinedAt { at, room })
        };
        Ok((joined.iter().filter_map(place).collect(), next.is_some()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_place_is_read_as_it_is_written_and_nothing_else_is() {
        let place = JoinedAt {
            at: Timestamp::from_millis(1_700_000_000_000),
            room: RoomNumber::new(7).unwrap(),
        };
        assert_eq!(JoinedAt::parse(&place.to_string()), Some(place));
        assert_eq!(
            keys::parse_joined(&keys::joined(place.at, place.room)),
            Some((place.at, place.room))
        );
        for wrong in [
            "", "1", "1.", ".1", "1.0", "01.1", "1.01", "-1.1", "1.1.1", "1e3.1", "x.1",
        ] {
            assert_eq!(JoinedAt::parse(wrong), None, "{wrong}");
        }
    }
}
