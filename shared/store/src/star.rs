//! The messages that a user has starred: a row each, listed by the inverted index.

use std::collections::{BTreeSet, HashMap, HashSet};
use std::fmt;

use aws_sdk_dynamodb::operation::put_item::PutItemError;
use aws_sdk_dynamodb::types::{ReturnValue, ReturnValuesOnConditionCheckFailure};
use parlour_domain::log::Entry;
use parlour_domain::{AppId, RoomNumber, Seq, Timestamp, UserId};

use crate::Store;
use crate::error::{StoreError, classify};
use crate::keys::{self, Key};
use crate::log::{OWN_REACTIONS, entry_of};
use crate::query::{Part, Rows};
use crate::row::{Item, KIND, key_item, text, text_of};

/// A starred message.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Star {
    /// Its room.
    pub room: RoomNumber,
    /// Its place there.
    pub seq: Seq,
    /// Since when.
    pub at: Timestamp,
}

/// A page of stars, newest first.
#[derive(Debug, Clone, Default)]
pub struct StarPage {
    /// The stars.
    pub stars: Vec<Star>,
    /// Whether there are more.
    pub more: bool,
}

impl Star {
    /// Reads the text of a star; `None`: it is none.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let mut parts = text.splitn(3, '.');
        let star = Self {
            at: Timestamp::from_millis(parts.next()?.parse().ok()?),
            room: RoomNumber::new(parts.next()?.parse().ok()?)?,
            seq: Seq::new(parts.next()?.parse().ok()?)?,
        };
        (star.to_string() == text).then_some(star)
    }
}

/// As the cursor of the page after it.
impl fmt::Display for Star {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}.{}", self.at.millis(), self.room.get(), self.seq)
    }
}

fn star_of(row: &Item) -> Option<Star> {
    let (at, room, seq) = keys::parse_starred_at(text_of(row, keys::INDEX_SK)?)?;
    Some(Star { room, seq, at })
}

impl Store {
    /// Stars a message for a user; says since when, which is before now if it was starred already.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn star(
        &self,
        app: &AppId,
        user: UserId,
        (room, seq): (RoomNumber, Seq),
        now: Timestamp,
    ) -> Result<Timestamp, StoreError> {
        let mut row = key_item(&keys::star(app, user, room, seq));
        row.insert(KIND.to_owned(), text("star"));
        row.insert(keys::INDEX_PK.to_owned(), text(keys::starred(app, user)));
        row.insert(keys::INDEX_SK.to_owned(), text(keys::starred_at(now, room, seq)));
        let put = self
            .client
            .put_item()
            .table_name(&self.tables.chat)
            .set_item(Some(row))
            .condition_expression("attribute_not_exists(pk)")
            .return_values_on_condition_check_failure(ReturnValuesOnConditionCheckFailure::AllOld)
            .send()
            .await;
        let Err(error) = put else { return Ok(now) };
        match error.as_service_error() {
            Some(PutItemError::ConditionalCheckFailedException(there)) => {
                let star = there.item().and_then(star_of);
                Ok(star.map_or(now, |star| star.at))
            }
            _ => Err(classify(error)),
        }
    }

    /// Takes a star away; `false`: there was none.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn unstar(&self, app: &AppId, user: UserId, (room, seq): (RoomNumber, Seq)) -> Result<bool, StoreError> {
        let answer = self
            .client
            .delete_item()
            .table_name(&self.tables.chat)
            .set_key(Some(key_item(&keys::star(app, user, room, seq))))
            .return_values(ReturnValue::AllOld)
            .send()
            .await
            .map_err(classify)?;
        Ok(answer.attributes.is_some())
    }

    /// A page of a user's stars, newest first, after the star `after`, from the index (a moment behind).
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn stars(
        &self,
        app: &AppId,
        user: UserId,
        after: Option<Star>,
        limit: usize,
    ) -> Result<StarPage, StoreError> {
        let before = after.map(|after| keys::starred_at(after.at, after.room, after.seq));
        let query = self
            .lines(keys::starred(app, user), Part::before(before.as_deref()))
            .scan_index_forward(false);
        let page = Rows::read(query, Some(limit)).await?;
        Ok(StarPage {
            stars: page.rows.iter().filter_map(star_of).collect(),
            more: page.next.is_some(),
        })
    }

    /// Which of these messages a user has starred, at most 100, a moment behind.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn starred_among(
        &self,
        app: &AppId,
        user: UserId,
        places: &[(RoomNumber, Seq)],
    ) -> Result<HashSet<(RoomNumber, Seq)>, StoreError> {
        let wanted = places
            .iter()
            .map(|(room, seq)| keys::star(app, user, *room, *seq))
            .collect();
        Ok(self.at_places(places, wanted).await?.into_keys().collect())
    }

    /// Entries of any rooms by their places, at most 100; those that are not there are left out.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn entries_of_rooms(
        &self,
        app: &AppId,
        places: &[(RoomNumber, Seq)],
    ) -> Result<HashMap<(RoomNumber, Seq), Entry>, StoreError> {
        let wanted = places.iter().map(|(room, seq)| keys::entry(app, *room, *seq)).collect();
        let rows = self.at_places(places, wanted).await?;
        rows.into_iter()
            .map(|(place, row)| Ok((place, entry_of(row)?)))
            .collect()
    }

    /// A user's own reactions to messages of any rooms, at most 100.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn own_reactions_in_rooms(
        &self,
        app: &AppId,
        user: UserId,
        places: &[(RoomNumber, Seq)],
    ) -> Result<HashMap<(RoomNumber, Seq), BTreeSet<String>>, StoreError> {
        let wanted = places
            .iter()
            .map(|(room, seq)| keys::reacted(app, *room, user, *seq))
            .collect();
        let rows = self.at_places(places, wanted).await?;
        let own = |(place, row): ((RoomNumber, Seq), Item)| {
            let own = row.get(OWN_REACTIONS)?.as_ss().ok()?;
            Some((place, own.iter().cloned().collect()))
        };
        Ok(rows.into_iter().filter_map(own).collect())
    }

    /// Rows by their keys, each with the place that it was asked for.
    async fn at_places(
        &self,
        places: &[(RoomNumber, Seq)],
        wanted: Vec<Key>,
    ) -> Result<HashMap<(RoomNumber, Seq), Item>, StoreError> {
        let of: HashMap<Key, (RoomNumber, Seq)> = wanted.iter().cloned().zip(places.iter().copied()).collect();
        let rows = self.get_many(&self.tables.chat, &wanted, false).await?;
        let place = |row: Item| Some((*of.get(&Key::of(&row)?)?, row));
        Ok(rows.into_iter().filter_map(place).collect())
    }
}
