//! Blocks: one user does not want to hear of another. A row each, and a mark on both member rows of their direct room.

use std::collections::HashSet;

use aws_sdk_dynamodb::types::{AttributeValue, TransactWriteItem};
use parlour_domain::{AppId, RoomNumber, Timestamp, UserId};
use serde::{Deserialize, Serialize};

use crate::claim::Written;
use crate::error::StoreError;
use crate::query::{Part, Rows};
use crate::row::{Item, item, key_item, read, text_of};
use crate::transact::{check, delete, put, update};
use crate::{Store, keys};

/// A block.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Block {
    /// Who is blocked.
    pub user: UserId,
    /// Since when.
    pub since: Timestamp,
}

/// A page of blocks, by user id.
#[derive(Debug, Clone, Default)]
pub struct BlockPage {
    /// The blocks.
    pub blocks: Vec<Block>,
    /// Where the next page goes on, if there is one.
    pub next: Option<UserId>,
}

impl Store {
    /// Has `user` block `other`, or no longer. `direct` is their direct room as it was read before: `Refused` if that changed.
    /// Repeatable.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn set_block(
        &self,
        app: &AppId,
        (user, other): (UserId, UserId),
        since: Option<Timestamp>,
        direct: Option<RoomNumber>,
    ) -> Result<Written, StoreError> {
        let chat = &self.tables.chat;
        let key = keys::block(app, user, other);
        let mut actions = vec![match since {
            Some(since) => put(chat, item(&key, "block", &Block { user: other, since })?)?,
            None => delete(chat, &key)?,
        }];
        match direct {
            Some(room) => {
                for member in [user, other] {
                    actions.push(self.mark(app, (room, member), user, since.is_some())?);
                }
            }
            // So that a room of the two that is being made at this moment is either seen here or refused there.
            None => actions.push(check(
                chat,
                &keys::direct(app, user, other),
                "attribute_not_exists(pk)",
                [],
            )?),
        }
        self.write(None, actions).await
    }

    fn mark(
        &self,
        app: &AppId,
        (room, member): (RoomNumber, UserId),
        by: UserId,
        blocked: bool,
    ) -> Result<TransactWriteItem, StoreError> {
        let expression = if blocked {
            "ADD blocked_by :by"
        } else {
            "DELETE blocked_by :by"
        };
        update(
            &self.tables.chat,
            &keys::member(app, room, member),
            expression,
            "attribute_exists(pk)",
            [(":by", AttributeValue::Ss(vec![by.to_string()]))],
        )
    }

    /// Whether `user` has blocked `other`, read consistently.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn block(&self, app: &AppId, user: UserId, other: UserId) -> Result<Option<Block>, StoreError> {
        self.get(&self.tables.chat, &keys::block(app, user, other), true)
            .await?
            .map(read)
            .transpose()
    }

    /// Those of `users`, at most 100, who have blocked `other`; a moment may pass until it is seen.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn blocking(&self, app: &AppId, users: &[UserId], other: UserId) -> Result<HashSet<UserId>, StoreError> {
        let users: HashSet<UserId> = users.iter().copied().collect();
        let wanted: Vec<_> = users.iter().map(|user| keys::block(app, *user, other)).collect();
        let rows = self.get_many(&self.tables.chat, &wanted, false).await?;
        let blocking = |row: &Item| keys::parse_user_pk(text_of(row, keys::PK)?);
        Ok(rows.iter().filter_map(blocking).collect())
    }

    /// A page of the users whom `user` has blocked.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn blocks(
        &self,
        app: &AppId,
        user: UserId,
        after: Option<UserId>,
        limit: usize,
    ) -> Result<BlockPage, StoreError> {
        let blocks = Part::Begins(keys::BLOCK_PREFIX);
        let query = self
            .rows(&self.tables.chat, keys::user(app, user).pk, blocks)
            .consistent_read(true)
            .set_exclusive_start_key(after.map(|other| key_item(&keys::block(app, user, other))));
        let page = Rows::read(query, Some(limit)).await?;
        let blocks = page.rows.into_iter().map(read).collect::<Result<Vec<Block>, _>>()?;
        let next = page.next.and_then(|_| blocks.last().map(|block| block.user));
        Ok(BlockPage { blocks, next })
    }
}
