//! What webhooks are still to be told: the log itself is the outbox.
//!
//! Before an entry is appended, its room is noted as one that may have something to tell. The note ends only when the whole log was
//! turned into deliveries and the last note is so old that no append it stood for can still be under way. So an entry that stands
//! is told, whatever is lost after the append. A process notes a room once in [`NOTED_SECONDS`], and only for apps with webhooks.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

use parlour_domain::delivery::Delivery;
use parlour_domain::{AppId, RoomNumber, Seq, Timestamp};

use crate::delivery::delivery_item;
use crate::error::{StoreError, classify};
use crate::row::{Item, KIND, key_item, names, number, number_of, text};
use crate::transact::{put_new, update};
use crate::{Store, keys};

/// A process notes a room again when its last note is older.
const NOTED_SECONDS: i64 = 20;
/// A note counts until it is older, for clocks that differ and appends under way: longer than [`NOTED_SECONDS`] and the 5 s of an append.
const COUNTS_SECONDS: i64 = 60;
/// A process believes so long what it read of an app's webhooks.
const KNOWN_SECONDS: i64 = 10;
/// Above so many, what a process remembers is forgotten: it costs a read or a write, no event.
const REMEMBERED: usize = 10_000;

/// What a process remembers, so that not every append reads and notes.
#[derive(Debug, Default)]
pub(crate) struct Memory {
    /// Apps without webhooks are told of too.
    every_app: bool,
    /// Whether an app has webhooks, and when that was read.
    apps: Mutex<HashMap<AppId, (bool, Timestamp)>>,
    /// When a room was noted.
    rooms: Mutex<HashMap<(AppId, RoomNumber), Timestamp>>,
}

fn fresh(since: Timestamp, seconds: i64, now: Timestamp) -> bool {
    since <= now && since.plus_seconds(seconds) > now
}

impl Memory {
    pub(crate) fn new(every_app: bool) -> Self {
        Self {
            every_app,
            ..Self::default()
        }
    }

    pub(crate) fn know(&self, app: &AppId, webhooks: bool, now: Timestamp) {
        let mut apps = self.apps.lock().unwrap_or_else(PoisonError::into_inner);
        if apps.len() >= REMEMBERED {
            apps.clear();
        }
        apps.insert(app.clone(), (webhooks, now));
    }

    fn known(&self, app: &AppId, now: Timestamp) -> Option<bool> {
        let apps = self.apps.lock().unwrap_or_else(PoisonError::into_inner);
        let (webhooks, since) = apps.get(app)?;
        fresh(*since, KNOWN_SECONDS, now).then_some(*webhooks)
    }

    fn note(&self, app: &AppId, room: RoomNumber, now: Timestamp) {
        let mut rooms = self.rooms.lock().unwrap_or_else(PoisonError::into_inner);
        if rooms.len() >= REMEMBERED {
            rooms.clear();
        }
        rooms.insert((app.clone(), room), now);
    }

    fn noted(&self, app: &AppId, room: RoomNumber, now: Timestamp) -> bool {
        let rooms = self.rooms.lock().unwrap_or_else(PoisonError::into_inner);
        let since = rooms.get(&(app.clone(), room));
        since.is_some_and(|since| fresh(*since, NOTED_SECONDS, now))
    }
}

/// How far the log of a room was turned into deliveries.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Outbox {
    /// Everything up to here was.
    pub told: Seq,
    /// When it was last noted that there may be more.
    pub noted: Timestamp,
    /// What somebody may not have seen; none: everything was looked at.
    pub unseen: Option<Unseen>,
}

/// Messages that somebody may not have seen.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Unseen {
    /// The first of them.
    pub from: Seq,
    /// When it is to be found out who has not.
    pub due: Timestamp,
}

impl Outbox {
    /// Whether no append that the note stood for can still be under way.
    #[must_use]
    pub const fn is_settled(&self, now: Timestamp) -> bool {
        self.noted.plus_seconds(COUNTS_SECONDS).millis() < now.millis()
    }
}

fn unseen_of(row: &Item) -> Option<Unseen> {
    let from = number_of(row, "unseen_from").and_then(|from| Seq::new(u64::try_from(from).ok()?))?;
    let due = Timestamp::from_millis(number_of(row, "unseen_due")?);
    Some(Unseen { from, due })
}

impl Store {
    /// Notes that a room may have something to tell, unless nobody hears of its app or this process has just noted it. `head`: the
    /// end of the log as far as it is known, which is the place to begin if nothing was ever told of the room.
    pub(crate) async fn note_outbox(
        &self,
        app: &AppId,
        room: RoomNumber,
        head: Seq,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        let Some(memory) = &self.outbox else { return Ok(()) };
        if memory.noted(app, room, now) {
            return Ok(());
        }
        if !self.is_heard_of(memory, app, now).await? {
            return Ok(());
        }
        // What is in the index already stays at its place there, which would cost more to change than the note.
        let expression = format!(
            "SET #noted = :now, told = if_not_exists(told, :head), ik = if_not_exists(ik, :ik), \
             iv = if_not_exists(iv, :iv), #{KIND} = :kind"
        );
        let due = now.plus_seconds(COUNTS_SECONDS);
        self.client
            .update_item()
            .table_name(&self.tables.chat)
            .set_key(Some(key_item(&keys::outbox(app, room))))
            .set_expression_attribute_names(names(&expression))
            .update_expression(expression)
            .expression_attribute_values(":now", number(now.millis()))
            .expression_attribute_values(":head", number(head.get()))
            .expression_attribute_values(":ik", text(keys::outboxes()))
            .expression_attribute_values(":iv", text(keys::room_due(due, app, room)))
            .expression_attribute_values(":kind", text("outbox"))
            .send()
            .await
            .map_err(classify)?;
        memory.note(app, room, now);
        Ok(())
    }

    /// Whether somebody hears of an app: it has webhooks, as far as this process knows, or there is an event bus.
    async fn is_heard_of(&self, memory: &Memory, app: &AppId, now: Timestamp) -> Result<bool, StoreError> {
        if memory.every_app {
            return Ok(true);
        }
        if let Some(known) = memory.known(app, now) {
            return Ok(known);
        }
        let webhooks = !self.webhooks(app).await?.webhooks.is_empty();
        memory.know(app, webhooks, now);
        Ok(webhooks)
    }

    /// Reads beside other reads what the append will have to know, so that it need not wait for it.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn prepare_outbox(&self, app: &AppId, now: Timestamp) -> Result<(), StoreError> {
        match &self.outbox {
            Some(memory) => self.is_heard_of(memory, app, now).await.map(drop),
            None => Ok(()),
        }
    }

    /// Whether this process has noted the room a moment ago: then somebody should look at once.
    #[must_use]
    pub fn has_noted(&self, app: &AppId, room: RoomNumber, now: Timestamp) -> bool {
        self.outbox.as_ref().is_some_and(|memory| memory.noted(app, room, now))
    }

    /// How far the log of a room was turned into deliveries; `None`: nothing was ever to be told of it.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn outbox(&self, app: &AppId, room: RoomNumber) -> Result<Option<Outbox>, StoreError> {
        let row = self.get(&self.tables.chat, &keys::outbox(app, room), true).await?;
        let outbox = row.map(|row| {
            let told = number_of(&row, "told").and_then(|told| u64::try_from(told).ok());
            let damaged = || StoreError::Damaged("an outbox without its place".to_owned());
            Ok(Outbox {
                told: told
                    .and_then(|told| if told == 0 { Some(Seq::ZERO) } else { Seq::new(told) })
                    .ok_or_else(damaged)?,
                noted: number_of(&row, "noted")
                    .map(Timestamp::from_millis)
                    .ok_or_else(damaged)?,
                unseen: unseen_of(&row),
            })
        });
        outbox.transpose()
    }

    /// Turns the log up to `told` into these deliveries, at most 99, and notes what is unseen in it, all or nothing. `false`: someone
    /// else did.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn put_deliveries(
        &self,
        (app, room): (&AppId, RoomNumber),
        before: &Outbox,
        (told, unseen): (Seq, Option<Unseen>),
        deliveries: &[Delivery],
    ) -> Result<bool, StoreError> {
        let chat = &self.tables.chat;
        let values = [(":before", number(before.told.get())), (":told", number(told.get()))];
        let key = keys::outbox(app, room);
        let same = "told = :before";
        let mut actions = vec![match unseen {
            None => update(chat, &key, "SET told = :told", same, values)?,
            Some(unseen) => {
                let [before, told] = values;
                let from = (":from", number(unseen.from.get()));
                let due = (":due", number(unseen.due.millis()));
                let set = "SET told = :told, unseen_from = if_not_exists(unseen_from, :from), \
                           unseen_due = if_not_exists(unseen_due, :due)";
                update(chat, &key, set, same, [before, told, from, due])?
            }
        }];
        for delivery in deliveries {
            actions.push(put_new(chat, delivery_item(app, delivery)?)?);
        }
        Ok(self.transact(actions).await?.is_ok())
    }

    /// Takes a room out of those that may have something to tell, unless it was noted again or something was told since `before`.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn end_outbox(&self, app: &AppId, room: RoomNumber, before: &Outbox) -> Result<bool, StoreError> {
        let values = [
            (":noted", number(before.noted.millis())),
            (":told", number(before.told.get())),
        ];
        let key = keys::outbox(app, room);
        let same = "#noted = :noted AND told = :told";
        self.update_if(&self.tables.chat, &key, "REMOVE ik, iv", same, values)
            .await
    }

    /// Puts a room behind the others that may have something to tell.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn defer_outbox(&self, app: &AppId, room: RoomNumber, now: Timestamp) -> Result<bool, StoreError> {
        let due = keys::room_due(now.plus_seconds(COUNTS_SECONDS), app, room);
        let key = keys::outbox(app, room);
        let there = "attribute_exists(ik)";
        self.update_if(&self.tables.chat, &key, "SET iv = :iv", there, [(":iv", text(due))])
            .await
    }

    /// Rooms that may have something to tell and were noted a minute ago or earlier, at most `limit`, a moment behind.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn outboxes_due(&self, now: Timestamp, limit: usize) -> Result<Vec<(AppId, RoomNumber)>, StoreError> {
        let before = keys::due_by(now);
        let places = self.places_before(keys::outboxes(), &before, limit).await?;
        Ok(places.iter().filter_map(|place| keys::parse_room_due(place)).collect())
    }
}
