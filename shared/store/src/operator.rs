//! Operators: people of an integrator's team who, in the protocol of another service, manage its apps.

use std::fmt;

use parlour_domain::rate::minute;
use parlour_domain::{AppId, Timestamp};
use serde::{Deserialize, Serialize};

use crate::error::StoreError;
use crate::row::{item, number, number_of, read};
use crate::transact::{Cancelled, put_new};
use crate::{Store, keys};

/// How long a minute's row stays after it was last written, in seconds.
const KEPT_SECONDS: i64 = 600;

/// An operator.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Operator {
    /// The number that is theirs alone at the home.
    pub id: u64,
    /// Their e-mail address, in lower case: what they log in with.
    pub email: String,
    /// Their first name.
    pub first_name: String,
    /// Their middle name.
    pub middle_name: String,
    /// Their last name.
    pub last_name: String,
    /// The hash of their password.
    pub password: String,
    /// Whether they see the apps of all, and register others.
    pub admin: bool,
    /// When they were registered.
    pub created_at: Timestamp,
}

impl fmt::Debug for Operator {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Operator")
            .field("id", &self.id)
            .field("admin", &self.admin)
            .finish_non_exhaustive()
    }
}

impl Store {
    /// Draws the number of a new operator. One that is not used stays unused.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn draw_operator_number(&self, home: &AppId) -> Result<u64, StoreError> {
        let (counter, one) = (keys::operator_counter(home), [(":one", number(1))]);
        let always = "attribute_not_exists(n) OR n >= :one";
        let drawn = self.update_and_get(&self.tables.chat, &counter, "ADD n :one", always, one);
        let drawn = drawn.await?.and_then(|row| u64::try_from(number_of(&row, "n")?).ok());
        drawn.ok_or_else(|| StoreError::Damaged("the counter of operators".to_owned()))
    }

    /// Keeps a new operator. `false`: there is one with this e-mail address.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn create_operator(&self, home: &AppId, operator: &Operator) -> Result<bool, StoreError> {
        let row = item(&keys::operator(home, &operator.email), "operator", operator)?;
        match self.transact(vec![put_new(&self.tables.chat, row)?]).await? {
            Ok(()) => Ok(true),
            Err(Cancelled::Condition { .. }) => Ok(false),
            Err(Cancelled::Conflict) => Err(StoreError::Throttled("the operator is being registered".to_owned())),
        }
    }

    /// The operator with this e-mail address, read consistently.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn operator(&self, home: &AppId, email: &str) -> Result<Option<Operator>, StoreError> {
        let key = keys::operator(home, email);
        self.get(&self.tables.chat, &key, true).await?.map(read).transpose()
    }

    /// Counts a try to log in of this minute, if fewer than `most` are counted: one write. `false`: it is one too many.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn count_login(&self, home: &AppId, hash: &str, most: u32, now: Timestamp) -> Result<bool, StoreError> {
        self.update_if(
            &self.tables.connections,
            &keys::logins_of_minute(home, hash, minute(now)),
            "SET x = :x ADD n :one",
            "attribute_not_exists(n) OR n < :most",
            [
                (":x", number(now.plus_seconds(KEPT_SECONDS).seconds())),
                (":one", number(1)),
                (":most", number(most)),
            ],
        )
        .await
    }
}
