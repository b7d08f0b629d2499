//! Keys that a backend gives its rooms: one room of the app has each, from its creation to its deletion.

use aws_sdk_dynamodb::types::TransactWriteItem;
use parlour_domain::log::BodyHash;
use parlour_domain::{AppId, RoomKey, RoomNumber};
use serde::{Deserialize, Serialize};

use crate::error::StoreError;
use crate::row::{Item, item, read};
use crate::transact::put_new;
use crate::{Store, keys};

/// The room that has a key.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Keyed {
    /// The room.
    pub room: RoomNumber,
    /// The hash of the members that it was made with: who makes it again with the same ones means this room.
    pub members: BodyHash,
}

impl Keyed {
    pub(crate) fn of(row: Option<Item>) -> Result<Self, StoreError> {
        read(row.ok_or_else(|| StoreError::Damaged("a room key without its room".to_owned()))?)
    }
}

impl Store {
    pub(crate) fn put_room_key(
        &self,
        app: &AppId,
        key: &RoomKey,
        keyed: &Keyed,
    ) -> Result<TransactWriteItem, StoreError> {
        put_new(&self.tables.chat, item(&keys::room_key(app, key), "room_key", keyed)?)
    }

    /// The room with this key, read consistently.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn room_by_key(&self, app: &AppId, key: &RoomKey) -> Result<Option<Keyed>, StoreError> {
        self.get(&self.tables.chat, &keys::room_key(app, key), true)
            .await?
            .map(read)
            .transpose()
    }
}
