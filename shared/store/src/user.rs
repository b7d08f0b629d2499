//! Users.

mod number;

use std::collections::HashMap;

use aws_sdk_dynamodb::types::TransactWriteItem;
use parlour_domain::user::User;
use parlour_domain::{AppId, ExternalId, UserId};

use crate::claim::{WriteClaim, Written};
use crate::error::StoreError;
use crate::query::{Part, Rows};
use crate::row::{Item, item, number, read, text, text_of};
use crate::transact::{delete, delete_if, put_if, put_new};
use crate::{Store, keys};

/// A page of users, in order of creation.
#[derive(Debug, Clone, Default)]
pub struct UserPage {
    /// The users.
    pub users: Vec<User>,
    /// Where the next page goes on, if there is one.
    pub next: Option<UserId>,
}

pub(crate) fn user_item(app: &AppId, user: &User) -> Result<Item, StoreError> {
    let mut row = item(&keys::user(app, user.id), "user", user)?;
    row.insert(keys::INDEX_PK.to_owned(), text(keys::users(app)));
    row.insert(keys::INDEX_SK.to_owned(), text(user.id.to_string()));
    Ok(row)
}

/// Puts a user in the place of `before`, if that is still there.
pub(crate) fn replace(chat: &str, app: &AppId, before: &User, after: &User) -> Result<TransactWriteItem, StoreError> {
    // A number comes without a version, and is not to be lost.
    let condition = match before.number {
        Some(_) => "updated_at = :version",
        None => "updated_at = :version AND attribute_not_exists(#number)",
    };
    let version = [(":version", number(before.updated_at.millis()))];
    put_if(chat, user_item(app, after)?, condition, version)
}

impl Store {
    /// Creates a user. `Refused`: the external id is taken.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn create_user(
        &self,
        app: &AppId,
        user: &User,
        claim: Option<&WriteClaim>,
    ) -> Result<Written, StoreError> {
        let chat = &self.tables.chat;
        let mut actions = vec![put_new(chat, user_item(app, user)?)?];
        if let Some(external) = &user.external_id {
            let row = HashMap::from([("user".to_owned(), user.id)]);
            actions.push(put_new(chat, item(&keys::external(app, external), "external", &row)?)?);
        }
        self.write(claim, actions).await
    }

    /// A user, read consistently.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn user(&self, app: &AppId, user: UserId) -> Result<Option<User>, StoreError> {
        self.get(&self.tables.chat, &keys::user(app, user), true)
            .await?
            .map(read)
            .transpose()
    }

    /// Users by their ids, at most 100; those that do not exist are left out.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn users_by_id(&self, app: &AppId, users: &[UserId]) -> Result<HashMap<UserId, User>, StoreError> {
        let wanted: Vec<_> = users.iter().map(|user| keys::user(app, *user)).collect();
        let rows = self.get_many(&self.tables.chat, &wanted, false).await?;
        rows.into_iter()
            .map(|row| read::<User>(row).map(|user| (user.id, user)))
            .collect()
    }

    /// The user with this id in the integrator's own system.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn user_by_external_id(&self, app: &AppId, id: &ExternalId) -> Result<Option<User>, StoreError> {
        match self.user_id_by_external_id(app, id).await? {
            Some(user) => self.user(app, user).await,
            None => Ok(None),
        }
    }

    /// The id of the user with this id in the integrator's own system.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn user_id_by_external_id(&self, app: &AppId, id: &ExternalId) -> Result<Option<UserId>, StoreError> {
        let Some(row) = self.get(&self.tables.chat, &keys::external(app, id), true).await? else {
            return Ok(None);
        };
        match text_of(&row, "user").and_then(|user| UserId::parse(user).ok()) {
            Some(user) => Ok(Some(user)),
            None => Err(StoreError::Damaged("an external id without its user".to_owned())),
        }
    }

    /// A page of the app's users.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn list_users(&self, app: &AppId, after: Option<UserId>, limit: usize) -> Result<UserPage, StoreError> {
        let after = after.map(|user| user.to_string());
        let query = self.lines(keys::users(app), Part::after(after.as_deref()));
        let page = Rows::read(query, Some(limit)).await?;
        let id = |row: &Item| UserId::parse(text_of(row, keys::INDEX_SK)?).ok();
        let ids: Vec<UserId> = page.rows.iter().filter_map(id).collect();
        let mut found = self.users_by_id(app, &ids).await?;
        Ok(UserPage {
            users: ids.iter().filter_map(|id| found.remove(id)).collect(),
            next: page.next.as_ref().and_then(id),
        })
    }

    /// Replaces a user that is still as it was at `before`. `Refused`: it changed or went meanwhile.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn replace_user(
        &self,
        app: &AppId,
        before: &User,
        after: &User,
        claim: Option<&WriteClaim>,
    ) -> Result<Written, StoreError> {
        let action = replace(&self.tables.chat, app, before, after)?;
        self.write(claim, vec![action]).await
    }

    /// Deletes a user and frees the external id. Messages stay under the user's id. `Refused`: there is none.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn delete_user(
        &self,
        app: &AppId,
        user: &User,
        claim: Option<&WriteClaim>,
    ) -> Result<Written, StoreError> {
        let chat = &self.tables.chat;
        let mut actions = vec![delete_if(chat, &keys::user(app, user.id), "attribute_exists(pk)", [])?];
        actions.extend(self.delete_beside(app, user).await?);
        if let Some(external) = &user.external_id {
            actions.push(delete(chat, &keys::external(app, external))?);
        }
        self.write(claim, actions).await
    }

    /// The end of what stands beside a user's row and goes with it: one read.
    pub(crate) async fn delete_beside(&self, app: &AppId, user: &User) -> Result<Vec<TransactWriteItem>, StoreError> {
        let mut rows = vec![keys::seen(app, user.id), keys::current_token(app, user.id)];
        rows.extend(user.number.map(|number| keys::numbered_user(app, number)));
        rows.extend(self.places_of_token(app, user.id).await?);
        rows.iter().map(|row| delete(&self.tables.chat, row)).collect()
    }
}
