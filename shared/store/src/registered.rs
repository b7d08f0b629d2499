//! Tokens that an integrator's own system has registered for its users: of each only the hash is kept, and of each user only the
//! latest is good.
//!
//! A token is found by its hash under the app that a client names, and under the user's own app where that is another one. Whether it
//! is still the user's stands beside the user, and goes with the user.

use aws_sdk_dynamodb::types::TransactWriteItem;
use parlour_domain::{AppId, UserId};
use serde::{Deserialize, Serialize};

use crate::error::StoreError;
use crate::keys::Key;
use crate::row::{item, read, text};
use crate::transact::{Cancelled, check, delete, put_if};
use crate::{Store, keys};

/// Whose a token is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Registered {
    /// The user's app.
    pub app: AppId,
    /// The user.
    pub user: UserId,
}

/// What became of a registration.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Registering {
    /// The token is the user's, and the one before is not.
    Done,
    /// It is another user's.
    Taken,
    /// There is no such user.
    NoUser,
    /// Somebody else registers one at the same time; safe to try again.
    Busy,
}

/// The token that is a user's now.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
struct Current {
    hash: String,
    /// Where it was registered.
    home: AppId,
}

impl Current {
    /// The rows by which it is found.
    fn places(&self, app: &AppId) -> Vec<Key> {
        let mut places = vec![keys::registered_token(app, &self.hash)];
        if self.home != *app {
            places.push(keys::registered_token(&self.home, &self.hash));
        }
        places
    }
}

impl Store {
    /// Whose the token of this hash is, as `app` knows it. Whether it still is, [`Store::is_current_token`] says.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn registered(&self, app: &AppId, hash: &str) -> Result<Option<Registered>, StoreError> {
        let key = keys::registered_token(app, hash);
        self.get(&self.tables.chat, &key, true).await?.map(read).transpose()
    }

    /// Whether the token of this hash is the user's latest.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn is_current_token(&self, of: &Registered, hash: &str) -> Result<bool, StoreError> {
        Ok(self.current(of).await?.is_some_and(|current| current.hash == hash))
    }

    /// The rows by which the token of a user is found.
    pub(crate) async fn places_of_token(&self, app: &AppId, user: UserId) -> Result<Vec<Key>, StoreError> {
        let of = Registered { app: app.clone(), user };
        let current = self.current(&of).await?;
        Ok(current.map(|current| current.places(app)).unwrap_or_default())
    }

    async fn current(&self, of: &Registered) -> Result<Option<Current>, StoreError> {
        let key = keys::current_token(&of.app, of.user);
        self.get(&self.tables.chat, &key, true).await?.map(read).transpose()
    }

    /// Makes the token of this hash a user's only one, known to the user's app and to the `home` where it was registered. The same
    /// again changes nothing.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn register_token(&self, of: &Registered, home: &AppId, hash: &str) -> Result<Registering, StoreError> {
        let new = Current {
            hash: hash.to_owned(),
            home: home.clone(),
        };
        let places = new.places(&of.app);
        let before = self.current(of).await?;
        let mut actions = Vec::new();
        for place in &places {
            let row = self.get(&self.tables.chat, place, true).await?;
            let holder: Option<Registered> = row.map(read).transpose()?;
            if let Some(other) = holder.as_ref().filter(|holder| *holder != of)
                && self.holds(other, of, hash).await?
            {
                return Ok(Registering::Taken);
            }
            actions.push(self.place_for(place, of, holder.as_ref().unwrap_or(of))?);
        }
        if before.as_ref() == Some(&new) {
            return Ok(Registering::Done);
        }
        let chat = &self.tables.chat;
        let gone = before.iter().flat_map(|before| before.places(&of.app));
        for gone in gone.filter(|gone| !places.contains(gone)) {
            actions.push(delete(chat, &gone)?);
        }
        actions.push(self.current_for(of, &new, before.as_ref())?);
        let user = actions.len();
        actions.push(check(chat, &keys::user(&of.app, of.user), "attribute_exists(pk)", [])?);
        Ok(match self.transact(actions).await? {
            Ok(()) => Registering::Done,
            Err(Cancelled::Condition { index, .. }) if index == user => Registering::NoUser,
            Err(Cancelled::Condition { .. } | Cancelled::Conflict) => Registering::Busy,
        })
    }

    /// Whether a token is still that of the `other` user: it is not where their app has ended.
    async fn holds(&self, other: &Registered, of: &Registered, hash: &str) -> Result<bool, StoreError> {
        let current = self.is_current_token(other, hash).await?;
        Ok(current && (other.app == of.app || self.app(&other.app).await?.is_some()))
    }

    /// The row by which a token is found, in the place of one whose token it is not any more.
    fn place_for(&self, place: &Key, of: &Registered, stale: &Registered) -> Result<TransactWriteItem, StoreError> {
        put_if(
            &self.tables.chat,
            item(place, "registered", of)?,
            "attribute_not_exists(pk) OR (#app = :app AND #user = :user)",
            [
                (":app", text(stale.app.as_str())),
                (":user", text(stale.user.to_string())),
            ],
        )
    }

    fn current_for(
        &self,
        of: &Registered,
        new: &Current,
        before: Option<&Current>,
    ) -> Result<TransactWriteItem, StoreError> {
        let row = item(&keys::current_token(&of.app, of.user), "token", new)?;
        match before {
            Some(before) => {
                let was = [(":was", text(&before.hash))];
                put_if(&self.tables.chat, row, "#hash = :was", was)
            }
            None => put_if(&self.tables.chat, row, "attribute_not_exists(pk)", []),
        }
    }
}
