//! Messages counted over all rooms, for apps that limit them: a row for each minute of the clock, which goes when it is over.

use parlour_domain::rate::minute;
use parlour_domain::{AppId, Timestamp, UserId};

use crate::error::StoreError;
use crate::row::number;
use crate::{Store, keys};

/// How long a minute's row stays after it was last written, in seconds.
const KEPT_SECONDS: i64 = 600;

impl Store {
    /// Counts a message of this minute, of a user or, for `None`, of all users of the app, if fewer than `most` are counted: one
    /// write. `false`: it is one too many, and is not counted.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn count_message(
        &self,
        app: &AppId,
        user: Option<UserId>,
        most: u32,
        now: Timestamp,
    ) -> Result<bool, StoreError> {
        self.update_if(
            &self.tables.connections,
            &keys::messages_of_minute(app, user, minute(now)),
            "SET x = :x ADD n :one",
            "attribute_not_exists(n) OR n < :most",
            [
                (":x", number(now.plus_seconds(KEPT_SECONDS).seconds())),
                (":one", number(1)),
                (":most", number(i64::from(most))),
            ],
        )
        .await
    }
}
