//! `message.unseen`: members without a connection that hears of the room have not seen a message half a minute after it was sent. A
//! backend sends them a push then.
//!
//! It costs a send nothing. When the log is turned into deliveries, the first message that may be unseen is noted in the same write,
//! and a job looks half a minute later: at the room, its connections, the messages since, its members and the one row of who was told
//! already. Whoever was told is told again only when they have read, or were there, since. Of a room of more than
//! [`limits::UNSEEN_MEMBERS`] members only those are looked at whom a message names.
//!
//! What a burst costs, however many messages it has: four rows, the connections (a unit for each 40), up to 100 messages and up to 100
//! members by size, in three round trips; and one transaction of two rows, with one more for each webhook if somebody is told of.
//! Where there is an event bus it hears of everybody, and so every app has these costs.

use std::collections::{BTreeMap, BTreeSet};

use parlour_domain::delivery::{Delivery, DeliveryId};
use parlour_domain::log::Entry;
use parlour_domain::member::{Member, Notification};
use parlour_domain::room::Room;
use parlour_domain::webhook::{EventKind, Webhook, Webhooks};
use parlour_domain::{MessageId, RoomNumber, Seq, UserId, limits};
use parlour_store::{Missing, Outbox, Unseen};

use super::telling::Telling;
use super::{Job, put};
use crate::Error;

/// Messages of one burst that are looked at, the latest.
const MESSAGES: usize = 100;

/// What decides who is told.
struct Burst<'a> {
    room: &'a Room,
    /// The messages, the latest first.
    messages: &'a [Entry],
    /// Who hears of the room.
    here: &'a BTreeSet<UserId>,
    missing: &'a Missing,
}

impl Burst<'_> {
    /// Whether a member is to be told to be missing the latest message. Who was told already, and neither read nor was there since, is
    /// not.
    fn misses(&self, member: &Member, latest: &Entry) -> bool {
        let user = member.user;
        let said_something = self.messages.iter().any(|entry| entry.sender == Some(user));
        let unread = member.read_up_to() < latest.seq && member.visible_from(self.room) <= latest.seq;
        let told = self.missing.users.get(&user);
        let again = told.is_none_or(|told| *told <= member.read_up_to());
        let named = || {
            let unread = self.messages.iter().filter(|entry| entry.seq > member.read_up_to());
            unread
                .filter_map(Entry::message)
                .any(|message| message.mentions.contains(&user))
        };
        let wanted = match member.notification {
            Notification::All => true,
            Notification::Mentions => named(),
            Notification::None => false,
        };
        member.is_active() && !self.here.contains(&user) && !said_something && unread && again && wanted
    }

    /// Who was told by now: without those who are here, and with these.
    fn told(&self, missing: &[UserId], latest: Seq) -> BTreeMap<UserId, Seq> {
        let mut told = self.missing.users.clone();
        told.retain(|user, _| !self.here.contains(user));
        told.extend(missing.iter().map(|user| (*user, latest)));
        while told.len() > 2 * limits::UNSEEN_MEMBERS {
            let Some(oldest) = told.iter().min_by_key(|(_, seq)| **seq).map(|(user, _)| *user) else {
                break;
            };
            told.remove(&oldest);
        }
        told
    }
}

impl Telling<'_> {
    /// What of these entries somebody may not have seen, unless that is noted already, or nobody hears of it.
    pub(super) fn noted(&self, hooks: &Webhooks, entries: &[Entry], before: &Outbox) -> Option<Unseen> {
        let hears = |entry: &Entry| {
            let mut hooks = hooks.webhooks.iter();
            self.out.bus.is_some() || hooks.any(|hook| hook.hears(EventKind::MessageUnseen, entry.at))
        };
        let first = entries.iter().find(|entry| entry.body.is_message() && hears(entry));
        let due = |first: &Entry| self.now.max(first.at.plus_seconds(limits::UNSEEN_SECONDS));
        let unseen = first.map(|first| Unseen {
            from: first.seq,
            due: due(first),
        });
        unseen.filter(|_| before.unseen.is_none())
    }

    /// Has it found out later who has not seen what.
    pub(super) async fn unseen_later(&self, room: RoomNumber, unseen: Unseen) {
        let wait = (unseen.due.millis() - self.now.millis() + 999).div_euclid(1_000);
        let wait = u16::try_from(wait).unwrap_or_default();
        put(self.out, vec![Job::of_unseen(self.app, room)], wait).await;
    }

    /// Finds out who has not seen what, if it is time, and has it told. Doing it again does nothing.
    pub(super) async fn unseen(&self, room: RoomNumber) -> Result<(), Error> {
        let store = &self.parlour.store;
        let outbox = store.outbox(self.app, room).await?;
        let Some(unseen) = outbox.and_then(|outbox| outbox.unseen) else {
            return Ok(());
        };
        if unseen.due > self.now {
            // Two clocks need not agree.
            self.unseen_later(room, unseen).await;
            return Ok(());
        }
        let (hooks, missing, row, subscribers) = tokio::join!(
            store.webhooks(self.app),
            store.missing(self.app, room),
            store.room(self.app, room),
            store.subscribers(self.app, room, self.now),
        );
        let (hooks, before, row) = (hooks?, missing?, row?);
        let here: BTreeSet<UserId> = subscribers?.iter().map(|subscriber| subscriber.user).collect();
        let since = (None, unseen.from);
        let page = store.entries_before(self.app, room, since, MESSAGES, true).await?;
        let stands = |entry: &Entry| entry.body.is_message() && entry.deletion.is_none();
        let messages: Vec<Entry> = page.entries.into_iter().filter(stands).collect();
        let hearing: Vec<&Webhook> = hooks
            .webhooks
            .iter()
            .filter(|hook| hook.hears(EventKind::MessageUnseen, self.now))
            .collect();
        let (mut after, mut deliveries) = (before.users.clone(), Vec::new());
        let is_heard = self.out.bus.is_some() || !hearing.is_empty();
        if let (Some(latest), Some(row), true) = (messages.first(), &row, is_heard) {
            let burst = Burst {
                room: row,
                messages: &messages,
                here: &here,
                missing: &before,
            };
            let members = self.looked_at(&burst).await?;
            let told = members.iter().filter(|member| burst.misses(member, latest));
            let told: Vec<UserId> = told.map(|member| member.user).take(limits::UNSEEN_MEMBERS).collect();
            after = burst.told(&told, latest.seq);
            // The same whenever this is done again.
            let id = DeliveryId {
                at: unseen.due,
                event: MessageId::new(self.app, room, latest.seq),
            };
            if !told.is_empty() {
                self.publish_unseen(id, (room, latest), &told).await?;
                let delivery = |hook: &&Webhook| Delivery::unseen(id, hook.id, told.clone(), self.now);
                deliveries = hearing.iter().map(delivery).collect();
            }
        }
        let settled = store.settle_unseen((self.app, room), unseen, (&before, &after), &deliveries, self.now);
        if settled.await? {
            let job = |delivery: &Delivery| Job::of_delivery(self.app, delivery.webhook, delivery.id);
            put(self.out, deliveries.iter().map(job).collect(), 0).await;
        }
        Ok(())
    }

    /// The members who may be missing something: all of a small room, of a large one those whom a message names.
    async fn looked_at(&self, burst: &Burst<'_>) -> Result<Vec<Member>, Error> {
        let (store, number) = (&self.parlour.store, burst.room.number);
        if burst.room.member_count <= limits::UNSEEN_MEMBERS as u64 {
            let page = store
                .list_members(self.app, number, None, limits::UNSEEN_MEMBERS)
                .await?;
            return Ok(page.members);
        }
        let named = burst.messages.iter().filter_map(Entry::message);
        let named: BTreeSet<UserId> = named.flat_map(|message| message.mentions.iter().copied()).collect();
        let named: Vec<UserId> = named.into_iter().take(limits::UNSEEN_MEMBERS).collect();
        if named.is_empty() {
            return Ok(Vec::new());
        }
        Ok(store
            .members_by_id(self.app, number, &named)
            .await?
            .into_values()
            .collect())
    }
}
