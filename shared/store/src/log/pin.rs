//! The pins of a room: one short row, changed as a whole together with the entry that says so.

use parlour_domain::pin::Pins;
use parlour_domain::{AppId, RoomNumber, Seq};

use super::append::{AppendRefusal, Appended};
use super::change::Writing;
use crate::error::StoreError;
use crate::row::{item, number, read};
use crate::transact::{check, put_if};
use crate::{Store, keys};

impl Store {
    /// The pins of a room, read consistently; expired ones and those of deleted messages may be among them.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn pins(&self, app: &AppId, room: RoomNumber) -> Result<Pins, StoreError> {
        let row = self.get(&self.tables.chat, &keys::pins(app, room), true).await?;
        row.map_or_else(|| Ok(Pins::default()), read)
    }

    /// Writes the change of a room's pins that the draft says, from `before` as it was read. `pinned` is the message that is
    /// pinned, which must not be deleted.
    ///
    /// # Errors
    /// [`AppendRefusal`]; `Condition` if the pins changed, the message was deleted or the sender left meanwhile.
    pub async fn change_pins(
        &self,
        writing: Writing<'_>,
        (before, after): (&Pins, &Pins),
        pinned: Option<Seq>,
    ) -> Result<Appended, AppendRefusal> {
        let chat = &self.tables.chat;
        self.append_change(writing, |_| {
            let row = item(&keys::pins(writing.app, writing.room), "pins", after)?;
            let mut actions = vec![if before.rev == 0 {
                put_if(chat, row, "attribute_not_exists(pk)", [])?
            } else {
                put_if(chat, row, "rev = :rev", [(":rev", number(before.rev))])?
            }];
            if let Some(message) = pinned {
                actions.push(check(
                    chat,
                    &keys::entry(writing.app, writing.room, message),
                    "attribute_exists(pk) AND attribute_not_exists(deletion)",
                    [],
                )?);
            }
            Ok(actions)
        })
        .await
    }
}
