//! What an erasure does to rows: the rooms in which there may be something that a user said, the entries, the reactions, the stars and
//! the reports. All of it may be done again, and by several at once.

mod entries;

use std::collections::BTreeSet;

use aws_sdk_dynamodb::types::{Select, TransactWriteItem};
use parlour_domain::log::{Body, BodyHash, Draft, Entry, WriteId};
use parlour_domain::rate::Allowance;
use parlour_domain::report::{Report, ReportId};
use parlour_domain::task::Task;
use parlour_domain::{AppId, RoomNumber, Timestamp, UserId};

use crate::Store;
use crate::claim::Written;
use crate::error::{StoreError, classify};
use crate::keys::{self, Key};
use crate::log::{AppendRefusal, Appended};
use crate::query::{Part, Rows};
use crate::row::{Item, KIND, key_item, text, text_of};
use crate::task::noted;
use crate::transact::put;

fn room_ever(app: &AppId, user: UserId, room: RoomNumber) -> Item {
    let mut row = key_item(&keys::room_ever(app, user, room));
    row.insert(KIND.to_owned(), text("was"));
    row
}

impl Store {
    /// That a user was in a room, to be written with the end of the membership.
    pub(crate) fn was_in(&self, app: &AppId, user: UserId, room: RoomNumber) -> Result<TransactWriteItem, StoreError> {
        put(&self.tables.chat, room_ever(app, user, room))
    }

    /// Notes for users and rooms that there may be something of the user's in the room.
    pub(crate) async fn note_all(&self, app: &AppId, of: &[(UserId, RoomNumber)]) -> Result<(), StoreError> {
        // A batch refuses a row that it is given twice, and an index that is a moment behind may name a room twice.
        let once: BTreeSet<(UserId, RoomNumber)> = of.iter().copied().collect();
        let rows = once.into_iter().map(|(user, room)| room_ever(app, user, room));
        self.put_many(&self.tables.chat, rows.collect()).await
    }

    /// Notes that there may be something of a user's in these rooms.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn note_rooms(&self, app: &AppId, user: UserId, rooms: &[RoomNumber]) -> Result<(), StoreError> {
        let of: Vec<_> = rooms.iter().map(|room| (user, *room)).collect();
        self.note_all(app, &of).await
    }

    /// Notes that there may be something of a user's in a room: the user leaves it, or a message of theirs is about to be forwarded
    /// there.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn note_room(&self, app: &AppId, user: UserId, room: RoomNumber) -> Result<(), StoreError> {
        self.client
            .put_item()
            .table_name(&self.tables.chat)
            .set_item(Some(room_ever(app, user, room)))
            .send()
            .await
            .map_err(classify)?;
        Ok(())
    }

    /// The rooms that were noted for a user after `after`, by number, at most `limit`.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn rooms_ever(
        &self,
        app: &AppId,
        user: UserId,
        after: Option<RoomNumber>,
        limit: usize,
    ) -> Result<Vec<RoomNumber>, StoreError> {
        let after = after.map(keys::room_place);
        let part = Part::after(after.as_deref());
        let query = self.rows(&self.tables.chat, keys::rooms_ever_pk(app, user), part);
        let page = Rows::read(query.consistent_read(true), Some(limit)).await?;
        let room = |row: &Item| keys::parse_room_place(text_of(row, keys::SK)?);
        Ok(page.rows.iter().filter_map(room).collect())
    }

    /// How many they are, of the first megabyte of their rows: about ten thousand.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn count_rooms_ever(&self, app: &AppId, user: UserId) -> Result<u64, StoreError> {
        let query = self.rows(&self.tables.chat, keys::rooms_ever_pk(app, user), Part::All);
        let page = query.select(Select::Count).send().await.map_err(classify)?;
        Ok(u64::try_from(page.count).unwrap_or_default())
    }

    /// Leaves a room in which an erasure has found `messages`: the entry that says so stands with the progress, or not at all.
    /// `task` is the task as it is to be. `None`: someone else has got on with it.
    ///
    /// # Errors
    /// [`AppendRefusal`].
    pub async fn tell_erasure(
        &self,
        app: &AppId,
        room: RoomNumber,
        messages: u64,
        task: &Task,
        now: Timestamp,
    ) -> Result<Option<(Task, Option<Entry>)>, AppendRefusal> {
        let body = Body::MessagesErased {
            user: task.user,
            messages,
            until: task.until,
        };
        let draft = Draft {
            sender: None,
            client_id: None,
            write_id: WriteId::of_task(task.id, room, task.notes),
            hash: BodyHash::of(&body),
            body,
            spaced: false,
            allowance: Allowance::default(),
        };
        let appended = self
            .append_with(app, room, &draft, now, None, |_| {
                Ok(vec![self.put_progress(app, task, now)?])
            })
            .await;
        match appended {
            Ok(Appended::New(entry) | Appended::Duplicate(entry)) => Ok(Some((noted(task, now), Some(entry)))),
            Ok(Appended::Replayed(_)) | Err(AppendRefusal::Condition) => Ok(None),
            // Nothing is written into the log of a deleted room.
            Err(AppendRefusal::Closed | AppendRefusal::NoRoom) => {
                let noted = self.note_task(app, task, now).await?;
                Ok(noted.map(|task| (task, None)))
            }
            Err(refusal) => Err(refusal),
        }
    }

    /// Takes away some of a user's stars, at most `limit`; whether there were any.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn take_stars(&self, app: &AppId, user: UserId, limit: usize) -> Result<bool, StoreError> {
        let doomed = self.keys_of(&keys::stars_pk(app, user), limit).await?;
        self.delete_many(&self.tables.chat, &doomed).await?;
        Ok(!doomed.is_empty())
    }

    /// Reports that a user made, at most `limit`.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn reports_of(&self, app: &AppId, user: UserId, limit: usize) -> Result<Vec<ReportId>, StoreError> {
        let keys = self.keys_of(&keys::reported_pk(app, user), limit).await?;
        Ok(keys
            .iter()
            .filter_map(|key| ReportId::parse(app, &key.sk).ok())
            .collect())
    }

    /// Takes away what the reporter said of some reports of a user, at most `limit`; whether there were any.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn take_comments(
        &self,
        app: &AppId,
        user: UserId,
        limit: usize,
        now: Timestamp,
    ) -> Result<bool, StoreError> {
        let reports = self.reports_of(app, user, limit).await?;
        let mut doomed = Vec::with_capacity(reports.len());
        for id in &reports {
            let before = self.report(app, id).await?;
            let done = match before.filter(|report| report.comment.is_some()) {
                None => true,
                Some(before) => {
                    let after = Report {
                        comment: None,
                        ..before.reviewed(before.status, None, now)
                    };
                    self.replace_report(app, &before, &after).await? == Written::Done
                }
            };
            // One that someone else changes at this moment is found again.
            doomed.extend(done.then(|| keys::reported(app, id)));
        }
        self.delete_many(&self.tables.chat, &doomed).await?;
        Ok(!reports.is_empty())
    }

    /// The keys of some rows of a partition, at most `limit`.
    async fn keys_of(&self, partition: &str, limit: usize) -> Result<Vec<Key>, StoreError> {
        let query = self.rows(&self.tables.chat, partition, Part::All).consistent_read(true);
        let page = Rows::read(query, Some(limit)).await?;
        Ok(page.rows.iter().filter_map(Key::of).collect())
    }

    /// Takes some of a user's reactions off the messages of a room, at most those of `limit` messages, without an entry. Whether
    /// there were any.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn take_reactions(
        &self,
        app: &AppId,
        room: RoomNumber,
        user: UserId,
        limit: usize,
    ) -> Result<bool, StoreError> {
        let rows = self.keys_of(&keys::reacted_pk(app, room, user), limit).await?;
        for row in &rows {
            if let Some(message) = keys::parse_seq(&row.sk) {
                self.take_off(app, (room, message), user).await?;
            }
        }
        Ok(!rows.is_empty())
    }

    /// Whether a user has reactions to messages of a room.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn has_reactions(&self, app: &AppId, room: RoomNumber, user: UserId) -> Result<bool, StoreError> {
        Ok(!self.keys_of(&keys::reacted_pk(app, room, user), 1).await?.is_empty())
    }
}
