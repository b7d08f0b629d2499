//! Reactions to messages: an entry each, the count in the message, and the user's own ones in a row of their own.

use std::collections::{BTreeMap, BTreeSet};

use aws_sdk_dynamodb::types::{AttributeValue, TransactWriteItem};
use parlour_domain::log::Entry;
use parlour_domain::text::Reaction;
use parlour_domain::{AppId, RoomNumber, Seq, UserId, limits};

use super::append::{AppendRefusal, Appended};
use super::change::Writing;
use crate::error::StoreError;
use crate::keys::{self, Key};
use crate::query::{Part, Rows};
use crate::row::{Item, number, text, text_of, value};
use crate::transact::{Cancelled, delete_if, update, update_named};
use crate::{Store, row};

/// A user's own reactions to one message.
pub(crate) const OWN: &str = "r";

/// One that all have taken back, whose place a new one takes where a message has no other.
fn spent<'a>(before: &'a Entry, reaction: &Reaction) -> Option<&'a Reaction> {
    let is_full = before.reactions.len() >= limits::REACTIONS && !before.reactions.contains_key(reaction);
    let mut spent = before.reactions.iter().filter(|(_, count)| **count == 0);
    spent.next().map(|(spent, _)| spent).filter(|_| is_full)
}

impl Store {
    /// Adds a reaction of `user`, or takes it back. `before` is the message's entry as it was read.
    ///
    /// # Errors
    /// [`AppendRefusal`]; `Condition` if there is nothing to do, the message is deleted or has as many reactions as it may, or the
    /// user left: read again to tell which.
    pub async fn react(
        &self,
        writing: Writing<'_>,
        before: &Entry,
        user: UserId,
        (reaction, add): (&Reaction, bool),
    ) -> Result<Appended, AppendRefusal> {
        let own = keys::reacted(writing.app, writing.room, user, before.seq);
        let message = keys::entry(writing.app, writing.room, before.seq);
        self.append_change(writing, |_| {
            Ok(vec![
                self.own(&own, reaction, add)?,
                self.count(&message, before, reaction, add)?,
            ])
        })
        .await
    }

    fn own(&self, own: &Key, reaction: &Reaction, add: bool) -> Result<TransactWriteItem, StoreError> {
        let (expression, condition) = if add {
            ("ADD r :these", "attribute_not_exists(r) OR NOT contains(r, :this)")
        } else {
            ("DELETE r :these", "contains(r, :this)")
        };
        let this = reaction.as_str().to_owned();
        update(
            &self.tables.chat,
            own,
            expression,
            condition,
            [
                (":these", AttributeValue::Ss(vec![this.clone()])),
                (":this", text(this)),
            ],
        )
    }

    fn count(
        &self,
        message: &Key,
        before: &Entry,
        reaction: &Reaction,
        add: bool,
    ) -> Result<TransactWriteItem, StoreError> {
        let chat = &self.tables.chat;
        if add && before.reactions.is_empty() {
            let first = BTreeMap::from([(reaction, 1)]);
            return update(
                chat,
                message,
                "SET reactions = :first",
                "attribute_exists(pk) AND attribute_not_exists(reactions) AND attribute_not_exists(deletion)",
                [(":first", value(&first)?)],
            );
        }
        let name = [("#reaction", reaction.as_str())];
        if let Some(spent) = spent(before, reaction).filter(|_| add) {
            return update_named(
                chat,
                message,
                "SET reactions.#reaction = :one REMOVE reactions.#spent",
                "attribute_not_exists(deletion) AND attribute_not_exists(reactions.#reaction) AND reactions.#spent = :none",
                [name[0], ("#spent", spent.as_str())],
                [(":none", number(0)), (":one", number(1))],
            );
        }
        if add {
            update_named(
                chat,
                message,
                "SET reactions.#reaction = if_not_exists(reactions.#reaction, :none) + :one",
                "attribute_exists(reactions) AND attribute_not_exists(deletion) \
                 AND (attribute_exists(reactions.#reaction) OR size(reactions) < :most)",
                name,
                [
                    (":none", number(0)),
                    (":one", number(1)),
                    (":most", number(limits::REACTIONS)),
                ],
            )
        } else {
            self.uncount(message, reaction)
        }
    }

    fn uncount(&self, message: &Key, reaction: &Reaction) -> Result<TransactWriteItem, StoreError> {
        update_named(
            &self.tables.chat,
            message,
            "SET reactions.#reaction = reactions.#reaction - :one",
            "reactions.#reaction > :none",
            [("#reaction", reaction.as_str())],
            [(":none", number(0)), (":one", number(1))],
        )
    }

    /// Takes all of a user's reactions off a message, without an entry. Repeatable.
    pub(crate) async fn take_off(
        &self,
        app: &AppId,
        (room, message): (RoomNumber, Seq),
        user: UserId,
    ) -> Result<(), StoreError> {
        let own = keys::reacted(app, room, user, message);
        for reaction in self.own_reactions_to(app, room, user, message).await? {
            let reaction = Reaction::parse(&reaction).map_err(|error| StoreError::Damaged(error.to_string()))?;
            let entry = keys::entry(app, room, message);
            let both = vec![self.own(&own, &reaction, false)?, self.uncount(&entry, &reaction)?];
            match self.transact(both).await? {
                // Taken back meanwhile.
                Ok(()) | Err(Cancelled::Condition { index: 0, .. }) => {}
                // The message is not there any more.
                Err(Cancelled::Condition { .. }) => {
                    let _ = self.transact(vec![self.own(&own, &reaction, false)?]).await?;
                }
                Err(Cancelled::Conflict) => return Err(StoreError::Throttled("others react".to_owned())),
            }
        }
        let empty = delete_if(&self.tables.chat, &own, "attribute_not_exists(r)", [])?;
        // Refused: the user has reacted again.
        let _ = self.transact(vec![empty]).await?;
        Ok(())
    }

    /// A user's own reactions to messages of this part of a room's log, both ends included, in one read.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn own_reactions(
        &self,
        app: &AppId,
        room: RoomNumber,
        user: UserId,
        (from, to): (Seq, Seq),
    ) -> Result<BTreeMap<Seq, BTreeSet<String>>, StoreError> {
        let (from, to) = (keys::seq(from), keys::seq(to));
        let partition = keys::reacted_pk(app, room, user);
        let query = self.rows(&self.tables.chat, partition, Part::Between(&from, &to));
        let page = Rows::read(query, None).await?;
        let own = |row: &Item| {
            let reactions = row.get(OWN)?.as_ss().ok()?;
            Some((
                keys::parse_seq(text_of(row, keys::SK)?)?,
                reactions.iter().cloned().collect(),
            ))
        };
        Ok(page.rows.iter().filter_map(own).collect())
    }

    /// A user's own reactions to one message, read consistently.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn own_reactions_to(
        &self,
        app: &AppId,
        room: RoomNumber,
        user: UserId,
        message: Seq,
    ) -> Result<BTreeSet<String>, StoreError> {
        let key = keys::reacted(app, room, user, message);
        let found = self.get(&self.tables.chat, &key, true).await?;
        let own = found.as_ref().and_then(|row: &row::Item| row.get(OWN)?.as_ss().ok());
        Ok(own.map(|own| own.iter().cloned().collect()).unwrap_or_default())
    }
}
