//! The rooms of an app by name, all of them or the public ones, from the inverted index: two round trips a page.
//!
//! The list of all takes nothing but the index. A public room has a row of its own for its place in the other list, which is
//! written with every change of the room.
//!
//! A room's place in the index is made of its name when the room is made or renamed. Rooms that were made before there was
//! this list have none until [`Store::place_room`] gives it to them, and everything else works without it.

use std::collections::HashMap;
use std::fmt;

use aws_sdk_dynamodb::types::TransactWriteItem;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use parlour_domain::room::Room;
use parlour_domain::text::{DisplayName, NamePrefix};
use parlour_domain::{AppId, RoomNumber, limits};

use crate::error::StoreError;
use crate::keys::Key;
use crate::query::{Part, Rows};
use crate::row::{Item, item, key_item, number, read, text, text_of};
use crate::scan::ScannedRow;
use crate::transact::{delete, put};
use crate::{Store, keys};

/// The longest name, folded: no character becomes longer than the longest are.
const FOLDED_BYTES: usize = 4 * limits::NAME_CHARS;

/// Times that a room is looked at while others change it.
const TRIES: usize = 5;

/// A page of the rooms of an app, by name.
#[derive(Debug, Clone, Default)]
pub struct RoomPage {
    /// The rooms.
    pub rooms: Vec<Room>,
    /// Their places, in the same order: where the list goes on behind each.
    pub places: Vec<RoomCursor>,
    /// Where the next page goes on, if there is one.
    pub next: Option<RoomCursor>,
}

/// A place in the list of an app's rooms; as text, base64url.
#[derive(Clone, PartialEq, Eq)]
pub struct RoomCursor(String);

impl RoomCursor {
    /// Reads the text of a cursor; `None` if it is none, or not of a list of names that begin with `prefix`.
    #[must_use]
    pub fn parse(text: &str, prefix: Option<&NamePrefix>) -> Option<Self> {
        let place = String::from_utf8(URL_SAFE_NO_PAD.decode(text).ok()?).ok()?;
        let (folded, room) = keys::parse_named_room(&place)?;
        let listed = prefix.is_none_or(|prefix| folded.starts_with(&prefix.folded()));
        // Longer than any place, it is a key that the engine refuses.
        let is_place = folded.len() <= FOLDED_BYTES && keys::named_room(folded, room) == place;
        (listed && is_place).then_some(Self(place))
    }
}

impl fmt::Display for RoomCursor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&URL_SAFE_NO_PAD.encode(&self.0))
    }
}

/// Without the name, which is not for logs.
impl fmt::Debug for RoomCursor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "RoomCursor({} bytes)", self.0.len())
    }
}

fn folded(room: &Room) -> String {
    room.name.as_ref().map(DisplayName::folded).unwrap_or_default()
}

/// A room's place in the list: by name, those without one first, then by number.
pub(crate) fn place(room: &Room) -> String {
    keys::named_room(&folded(room), room.number)
}

/// A list of an app's rooms.
#[derive(Debug, Clone, Copy)]
enum List {
    All,
    Public,
}

impl List {
    fn partition(self, app: &AppId) -> String {
        match self {
            Self::All => keys::rooms(app),
            Self::Public => keys::public_rooms(app),
        }
    }

    fn row(self, app: &AppId, room: RoomNumber) -> Key {
        match self {
            Self::All => keys::room(app, room),
            Self::Public => keys::listed(app, room),
        }
    }

    fn has(self, room: &Room) -> bool {
        match self {
            Self::All => !room.deleted,
            Self::Public => room.is_listed(),
        }
    }

    /// The key of the row at a place in the index.
    fn start(self, app: &AppId, RoomCursor(place): &RoomCursor) -> Option<Item> {
        let (_, room) = keys::parse_named_room(place)?;
        let mut key = key_item(&self.row(app, room));
        key.insert(keys::INDEX_PK.to_owned(), text(self.partition(app)));
        key.insert(keys::INDEX_SK.to_owned(), text(place));
        Some(key)
    }
}

impl Store {
    /// A page of the app's rooms whose names begin with `prefix`, from the inverted index (a moment behind). `after` was
    /// parsed with the same `prefix`.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn list_rooms(
        &self,
        app: &AppId,
        prefix: Option<&NamePrefix>,
        after: Option<&RoomCursor>,
        limit: usize,
    ) -> Result<RoomPage, StoreError> {
        self.page_of(app, List::All, (prefix, after), limit).await
    }

    /// The same of the app's public rooms that are not archived.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn list_public_rooms(
        &self,
        app: &AppId,
        prefix: Option<&NamePrefix>,
        after: Option<&RoomCursor>,
        limit: usize,
    ) -> Result<RoomPage, StoreError> {
        self.page_of(app, List::Public, (prefix, after), limit).await
    }

    async fn page_of(
        &self,
        app: &AppId,
        list: List,
        (prefix, after): (Option<&NamePrefix>, Option<&RoomCursor>),
        limit: usize,
    ) -> Result<RoomPage, StoreError> {
        let prefix = prefix.map(NamePrefix::folded);
        let part = prefix.as_deref().map_or(Part::All, Part::Begins);
        let query = self
            .lines(list.partition(app), part)
            .set_exclusive_start_key(after.and_then(|after| list.start(app, after)));
        let page = Rows::read(query, Some(limit)).await?;
        let listed = page.rows.iter().filter_map(|row| {
            let room = keys::parse_room_pk(text_of(row, keys::PK)?)?;
            Some((room, text_of(row, keys::INDEX_SK)?.to_owned()))
        });
        let (numbers, places): (Vec<RoomNumber>, Vec<String>) = listed.unzip();
        let mut found = self.rooms_by_number(app, &numbers).await?;
        // What was renamed by a version without this list stands where its old name was, until the migration sees it.
        let meant = |room: &Room| {
            list.has(room)
                && prefix
                    .as_ref()
                    .is_none_or(|prefix| folded(room).starts_with(prefix.as_str()))
        };
        let rooms = numbers.iter().zip(places).filter_map(|(room, place)| {
            let room = found.remove(room).filter(meant)?;
            Some((room, RoomCursor(place)))
        });
        let (rooms, places) = rooms.unzip();
        Ok(RoomPage {
            rooms,
            places,
            next: page.next_place().map(RoomCursor),
        })
    }

    /// What a change of a room does to the list of public rooms; `None`: nothing. A room that is listed is listed anew each
    /// time, so that one from before there was the list comes into it.
    pub(crate) fn relist(
        &self,
        app: &AppId,
        before: Option<&Room>,
        after: &Room,
    ) -> Result<Option<TransactWriteItem>, StoreError> {
        let key = keys::listed(app, after.number);
        if after.is_listed() {
            let mut row = item(&key, "listed", &HashMap::<String, String>::new())?;
            row.insert(keys::INDEX_PK.to_owned(), text(keys::public_rooms(app)));
            row.insert(keys::INDEX_SK.to_owned(), text(place(after)));
            return put(&self.tables.chat, row).map(Some);
        }
        let was_listed = before.is_some_and(Room::is_listed);
        was_listed.then(|| delete(&self.tables.chat, &key)).transpose()
    }

    /// The rows of these rooms, at most 100; deleted ones too (a moment behind).
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn rooms_by_number(
        &self,
        app: &AppId,
        rooms: &[RoomNumber],
    ) -> Result<HashMap<RoomNumber, Room>, StoreError> {
        let wanted: Vec<_> = rooms.iter().map(|room| keys::room(app, *room)).collect();
        let rows = self.get_many(&self.tables.chat, &wanted, false).await?;
        rows.into_iter()
            .map(|row| read::<Room>(row).map(|room| (room.number, room)))
            .collect()
    }

    /// Gives a room that was made or renamed before there was a list its place in it; `false` if it has it. It is written
    /// once, however often this is repeated, and only as long as the room is as it was read. One write unit for the row, and
    /// one or two for the index.
    ///
    /// # Errors
    /// [`StoreError`]; [`StoreError::Throttled`] if others change the room all the time.
    pub async fn place_room(&self, row: ScannedRow) -> Result<bool, StoreError> {
        let mut row = row.0;
        let pk = text_of(&row, keys::PK).and_then(keys::parse_room);
        let (app, room) = pk.ok_or_else(|| StoreError::Damaged("a room's key".to_owned()))?;
        let key = keys::room(&app, room);
        for _ in 0..TRIES {
            let partition = text_of(&row, keys::INDEX_PK).map(str::to_owned);
            let found = text_of(&row, keys::INDEX_SK).map(str::to_owned);
            let room: Room = read(row)?;
            let (wanted, version) = ((keys::rooms(&app), place(&room)), room.updated_at);
            if room.deleted || partition.zip(found).as_ref() == Some(&wanted) {
                return Ok(false);
            }
            let condition = "attribute_not_exists(deleted) AND updated_at = :version AND (attribute_not_exists(iv) OR iv <> :place)";
            let values = [
                (":rooms", text(wanted.0)),
                (":place", text(wanted.1)),
                (":version", number(version.millis())),
            ];
            let chat = &self.tables.chat;
            if self
                .update_if(chat, &key, "SET ik = :rooms, iv = :place", condition, values)
                .await?
            {
                return Ok(true);
            }
            match self.get(chat, &key, true).await? {
                Some(now) => row = now,
                None => return Ok(false),
            }
        }
        Err(StoreError::Throttled("a room is being changed".to_owned()))
    }
}
