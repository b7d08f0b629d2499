//! The users and the rooms of an app, the newest first, for lists by number: what is before a page has to be counted, and what there is
//! in all. Of both nothing is read but lines of the inverted index, to a limit.

use parlour_domain::{AppId, RoomNumber, UserId};

use crate::error::StoreError;
use crate::query::{Part, Rows};
use crate::row::{Item, number_of, text_of};
use crate::{Store, keys};

impl Store {
    /// The ids of an app's users, those made last first, at most `most` (a moment behind).
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn newest_users(&self, app: &AppId, most: usize) -> Result<Vec<UserId>, StoreError> {
        let id = |row: &Item| UserId::parse(text_of(row, keys::INDEX_SK)?).ok();
        self.first_lines(keys::users(app), most, id).await
    }

    /// The numbers of an app's rooms, those made last first, at most `most` (a moment behind). Where there are more, these are of the
    /// last `most` numbers that were drawn: among them may be some of rooms that are deleted, or of none.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn newest_rooms(&self, app: &AppId, most: usize) -> Result<Vec<RoomNumber>, StoreError> {
        let room = |row: &Item| keys::parse_room_pk(text_of(row, keys::PK)?);
        // By name: which are the newest is known of all alone.
        let mut rooms = self.first_lines(keys::rooms(app), most + 1, room).await?;
        if rooms.len() > most {
            let last = self.last_room_number(app).await?;
            rooms = (1..=last).rev().take(most).filter_map(RoomNumber::new).collect();
        }
        rooms.sort_unstable_by(|one, other| other.cmp(one));
        Ok(rooms)
    }

    /// What of the lines of a partition of the inverted index is wanted, from its end, at most so many.
    async fn first_lines<T>(
        &self,
        partition: String,
        most: usize,
        wanted: impl Fn(&Item) -> Option<T>,
    ) -> Result<Vec<T>, StoreError> {
        let (mut found, mut after) = (Vec::new(), None);
        while found.len() < most {
            let query = self
                .lines(&partition, Part::All)
                .scan_index_forward(false)
                .set_exclusive_start_key(after);
            let page = Rows::read(query, Some(most - found.len())).await?;
            found.extend(page.rows.iter().filter_map(&wanted));
            after = page.next;
            if after.is_none() {
                break;
            }
        }
        Ok(found)
    }

    async fn last_room_number(&self, app: &AppId) -> Result<u64, StoreError> {
        let row = self.get(&self.tables.chat, &keys::room_counter(app), false).await?;
        let drawn = row.and_then(|row| u64::try_from(number_of(&row, "n")?).ok());
        Ok(drawn.unwrap_or_default())
    }
}
