//! What is counted over all rooms: messages, for apps that limit them, in a row for each minute of the clock, and what a user uploads, in
//! a row for each day. The rows go when their time is over.

use parlour_domain::rate::{day, minute};
use parlour_domain::{AppId, Timestamp, UserId, limits};

use crate::error::StoreError;
use crate::row::number;
use crate::{Store, keys};

/// How long a minute's row stays after it was last written, in seconds.
const KEPT_SECONDS: i64 = 600;
/// How long a day's row stays after it was last written, in seconds.
const DAY_KEPT_SECONDS: i64 = 24 * 3_600 + KEPT_SECONDS;

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

    /// Counts what a user announces to upload today, if it is no more than [`limits::UPLOAD_MEGABYTES_PER_DAY`] with it: one write.
    /// `false`: it is too much, and is not counted.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn count_upload(
        &self,
        app: &AppId,
        user: UserId,
        megabytes: u32,
        now: Timestamp,
    ) -> Result<bool, StoreError> {
        let rest = i64::from(limits::UPLOAD_MEGABYTES_PER_DAY) - i64::from(megabytes);
        self.update_if(
            &self.tables.connections,
            &keys::uploads_of_day(app, user, day(now)),
            "SET x = :x ADD n :more",
            "attribute_not_exists(n) OR n <= :rest",
            [
                (":x", number(now.plus_seconds(DAY_KEPT_SECONDS).seconds())),
                (":more", number(i64::from(megabytes))),
                (":rest", number(rest)),
            ],
        )
        .await
    }
}
