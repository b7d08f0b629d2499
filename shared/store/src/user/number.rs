//! The numbers of users, for protocols whose ids are whole numbers. Few apps need them, so they are given when they are asked for.

use std::collections::HashMap;

use parlour_domain::user::User;
use parlour_domain::{AppId, UserId};

use crate::error::StoreError;
use crate::row::{item, number, number_of, text_of};
use crate::transact::{Cancelled, put_new, update};
use crate::{Store, keys};

/// The largest that a JavaScript number holds exactly, and all below it.
const MOST: i64 = (1 << 53) - 1;

impl Store {
    /// Draws so many numbers, which nobody gets again, and answers with the first of them; those that are not used stay unused. One
    /// write.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn draw_user_numbers(&self, app: &AppId, count: u32) -> Result<u64, StoreError> {
        let counter = keys::user_counter(app);
        let drawn = self.update_and_get(
            &self.tables.chat,
            &counter,
            "ADD n :count",
            "attribute_not_exists(n) OR n < :most",
            [(":count", number(count)), (":most", number(MOST - i64::from(count)))],
        );
        let row = drawn.await?;
        let last = row.and_then(|row| u64::try_from(number_of(&row, "n")?).ok());
        let first = last.and_then(|last| (last + 1).checked_sub(u64::from(count)));
        first.ok_or_else(|| StoreError::Damaged("the counter of users' numbers".to_owned()))
    }

    /// Gives a user this number, unless there is one already, and answers with the one that the user has. `None`: there is no such
    /// user. Of two at once one wins, and both are told the same.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn number_user(&self, app: &AppId, user: UserId, drawn: u64) -> Result<Option<u64>, StoreError> {
        let chat = &self.tables.chat;
        let of = HashMap::from([("user", user)]);
        let actions = vec![
            update(
                chat,
                &keys::user(app, user),
                "SET #number = :number",
                "attribute_exists(pk) AND attribute_not_exists(#number)",
                [(":number", number(drawn))],
            )?,
            put_new(chat, item(&keys::numbered_user(app, drawn), "number", &of)?)?,
        ];
        match self.transact(actions).await? {
            Ok(()) => Ok(Some(drawn)),
            Err(Cancelled::Condition { found, .. }) => {
                let had = found.as_ref().and_then(|row| number_of(row, "number"));
                match had.and_then(|had| u64::try_from(had).ok()) {
                    Some(had) => Ok(Some(had)),
                    // What an attempt wrote whose answer was lost is found too.
                    None => Ok(self.user(app, user).await?.and_then(|user| user.number)),
                }
            }
            Err(Cancelled::Conflict) => match self.user(app, user).await? {
                Some(User { number: None, .. }) => Err(StoreError::Throttled("the user is being changed".to_owned())),
                user => Ok(user.and_then(|user| user.number)),
            },
        }
    }

    /// The user whose number this is. Two reads.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn user_by_number(&self, app: &AppId, number: u64) -> Result<Option<User>, StoreError> {
        let key = keys::numbered_user(app, number);
        let Some(row) = self.get(&self.tables.chat, &key, true).await? else {
            return Ok(None);
        };
        match text_of(&row, "user").and_then(|user| UserId::parse(user).ok()) {
            Some(user) => self.user(app, user).await,
            None => Err(StoreError::Damaged("a number without its user".to_owned())),
        }
    }
}
