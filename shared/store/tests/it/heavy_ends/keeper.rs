//! Whoever looks after a room while others write in it: truncates it, has its messages kept for a day, deletes some for good;
//! and `sweep`.

use parlour_domain::log::{Body, Entry};
use parlour_domain::room::RoomChange;
use parlour_domain::{AppId, RoomNumber, Seq, limits};
use parlour_store::{Store, Writing};
use tokio::sync::mpsc::UnboundedReceiver;

use super::{ATTEMPTS, is_settled};
use crate::given::seq;
use crate::world::Clock;

/// Seconds between two steps: longer than entries that count no more are kept.
pub(super) const STEP: i64 = limits::KEPT_SECONDS + 1;
/// Messages between two steps.
const MESSAGES: usize = 3;
/// At least so many steps, the last of them when nobody writes any more: longer than the day for which messages are kept.
const STEPS: u32 = 30;
/// Steps between two truncations.
const TRUNCATED: u32 = 8;
/// A truncation leaves so many entries.
const LEFT: u64 = 20;

/// Whoever looks after the room, and `sweep`.
pub(super) struct Keeper {
    pub(super) store: Store,
    pub(super) app: AppId,
    pub(super) room: RoomNumber,
    pub(super) clock: Clock,
    /// The oldest entry that was seen.
    pub(super) oldest: Seq,
}

impl Keeper {
    /// Takes a step after some messages each, and some when there are no more.
    pub(super) async fn keep(mut self, mut written: UnboundedReceiver<()>) {
        let (mut steps, mut going) = (0, true);
        while going || steps < STEPS {
            for _ in 0..MESSAGES {
                going = going && written.recv().await.is_some();
            }
            if steps % TRUNCATED == TRUNCATED - 1 {
                self.truncate().await;
            }
            self.delete().await;
            if steps == 1 {
                self.retain().await;
            }
            self.clock.pass(STEP);
            self.sweep().await;
            steps += 1;
        }
    }

    async fn truncate(&self) {
        let (store, app) = (&self.store, &self.app);
        let head = store.head(app, self.room, true).await.unwrap().unwrap();
        let Some(floor) = head.seq.get().checked_sub(LEFT).filter(|floor| *floor > 1) else {
            return;
        };
        let Some(floor) = store.entry(app, self.room, seq(floor)).await.unwrap() else {
            return;
        };
        for _ in 0..ATTEMPTS {
            let draft = self.clock.draft(None, None, Body::RoomTruncated { floor: floor.seq });
            let now = self.clock.now();
            if is_settled(store.truncate_room(app, self.room, &floor, &draft, None, now).await) {
                return;
            }
        }
        panic!("not truncated");
    }

    /// Deletes the youngest message that is there for good.
    async fn delete(&self) {
        let (store, app) = (&self.store, &self.app);
        for _ in 0..ATTEMPTS {
            let page = store.entries_before(app, self.room, (None, Seq::FIRST), 10, true).await;
            let is_there = |entry: &&Entry| entry.body.is_message() && entry.deletion.is_none();
            let page = page.unwrap();
            let Some(message) = page.entries.iter().find(is_there) else {
                return;
            };
            let target = message.seq;
            let draft = self
                .clock
                .draft(None, None, Body::MessageDeleted { target, hard: true });
            let writing = Writing {
                app,
                room: self.room,
                draft: &draft,
                claim: None,
                now: self.clock.now(),
            };
            if is_settled(store.change_message(writing, message).await) {
                return;
            }
        }
        panic!("not deleted");
    }

    /// From here on messages are kept for a day.
    async fn retain(&self) {
        let (store, app) = (&self.store, &self.app);
        for _ in 0..ATTEMPTS {
            let before = store.room(app, self.room).await.unwrap().unwrap();
            if before.settings.retention_days.is_some() {
                return;
            }
            let change = RoomChange {
                retention_days: Some(Some(1)),
                ..RoomChange::default()
            };
            let (now, after) = (self.clock.now(), before.changed(change, self.clock.now()));
            let draft = self.clock.draft(None, None, Body::room_updated(&after));
            let _ = store.update_room(app, &before, &after, &draft, None, now).await;
        }
        panic!("not kept for a day");
    }

    /// What is not done now, because an answer was lost, is done by the next step.
    async fn sweep(&mut self) {
        let now = self.clock.now();
        for due in self.store.trims_due(now, 20).await.unwrap() {
            let _ = self.store.trim_room(&due, now).await;
        }
        let page = self.store.entries_after(&self.app, self.room, Seq::ZERO, 1).await;
        let first = page.unwrap().entries[0].seq;
        assert!(
            first >= self.oldest,
            "{first} is back, and {} was the oldest",
            self.oldest
        );
        self.oldest = first;
    }
}
