//! The rooms that a user is in, in the order of joining, as places that a page can end at.

use std::fmt;

use parlour_domain::{AppId, RoomNumber, Timestamp, UserId};

use crate::error::{StoreError, classify};
use crate::row::{Item, text, text_of};
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
        let page = self
            .client
            .query()
            .table_name(&self.tables.chat)
            .index_name(keys::INVERTED)
            .key_condition_expression("ik = :p AND iv > :after")
            .expression_attribute_values(":p", text(keys::rooms_of(app, user)))
            .expression_attribute_values(":after", text(after.unwrap_or("0")))
            .limit(i32::try_from(limit).unwrap_or(i32::MAX))
            .send()
            .await
            .map_err(classify)?;
        let joined = page.items().iter().filter_map(|row| {
            let room = keys::parse_room_pk(text_of(row, keys::PK)?)?;
            Some((room, text_of(row, keys::INDEX_SK)?.to_owned()))
        });
        let next = page
            .last_evaluated_key
            .as_ref()
            .and_then(|key| text_of(key, keys::INDEX_SK));
        Ok((joined.collect(), next.map(str::to_owned)))
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
        let after = after.map_or_else(|| "0".to_owned(), |place| keys::joined(place.at, place.room));
        let page = self
            .client
            .query()
            .table_name(&self.tables.chat)
            .index_name(keys::INVERTED)
            .key_condition_expression("ik = :p AND iv > :after")
            .expression_attribute_values(":p", text(keys::rooms_of(app, user)))
            .expression_attribute_values(":after", text(after))
            .limit(i32::try_from(limit).unwrap_or(i32::MAX))
            .send()
            .await
            .map_err(classify)?;
        let place = |row: &Item| {
            let (at, room) = keys::parse_joined(text_of(row, keys::INDEX_SK)?)?;
            Some(JoinedAt { at, room })
        };
        let more = page.last_evaluated_key.is_some();
        Ok((page.items().iter().filter_map(place).collect(), more))
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
