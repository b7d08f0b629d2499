//! From the log of a room to deliveries, and the first try of each.

use std::collections::HashMap;

use futures_util::{StreamExt as _, stream};
use parlour_domain::delivery::{Delivery, DeliveryId};
use parlour_domain::log::Entry;
use parlour_domain::webhook::{EventKind, Webhooks};
use parlour_domain::{AppId, MessageId, Moment, RoomNumber, Timestamp};
use parlour_protocol::view::EntryView;
use parlour_store::Outbox;

use super::{Job, Outgoing, put};
use crate::history::views;
use crate::push::BoxFuture;
use crate::{Error, Parlour};

/// Entries of one page: the next one is another job.
const ENTRIES: usize = 50;
/// Deliveries of one page, whatever its entries: they are put in one transaction.
const DELIVERIES: usize = 90;
/// Webhooks called at once by one job.
const PARALLEL: usize = 20;

/// What one page of a log is turned into.
struct Page {
    entries: Vec<Entry>,
    deliveries: Vec<Delivery>,
}

/// What every step of a job needs.
pub(super) struct Telling<'a> {
    pub(super) parlour: &'a Parlour,
    pub(super) out: &'a Outgoing,
    pub(super) app: &'a AppId,
    pub(super) now: Timestamp,
}

impl Telling<'_> {
    /// Turns a page of the log into deliveries and tries each of them once. The event bus, where there is one, has the page before:
    /// what it did not take is not told yet.
    pub(super) async fn room(&self, moment: &mut Moment, room: RoomNumber, swept: bool) -> Result<(), Error> {
        let store = &self.parlour.store;
        let (hooks, outbox) = tokio::join!(store.webhooks(self.app), store.outbox(self.app, room));
        let Some(before) = outbox? else { return Ok(()) };
        let hooks = hooks?;
        let read = store.entries_after(self.app, room, before.told, ENTRIES).await?;
        let (read, mut more) = (read.entries, read.more);
        let found = read.len();
        let page = self.page(&hooks, room, read);
        let Some(last) = page.entries.last().map(|entry| entry.seq) else {
            return self.rest(room, &before, swept).await;
        };
        more |= page.entries.len() < found;
        let is_told = self.out.bus.is_some() || !page.deliveries.is_empty();
        let views = if is_told {
            views(self.parlour, (self.app, None), room, page.entries.clone()).await?
        } else {
            Vec::new()
        };
        if let Some(bus) = &self.out.bus {
            self.publish(&**bus, &page.entries, &views).await?;
        }
        let unseen = self.noted(&hooks, &page.entries, &before);
        if !store
            .put_deliveries((self.app, room), &before, (last, unseen), &page.deliveries)
            .await?
        {
            // Somebody else is at it.
            return Ok(());
        }
        if let Some(unseen) = unseen {
            self.unseen_later(room, unseen).await;
        }
        if more {
            put(self.out, vec![Job::of_room(self.app, room, false)], 0).await;
        }
        if page.deliveries.is_empty() {
            return Ok(());
        }
        self.tell(moment, &hooks, &page.deliveries, views).await;
        Ok(())
    }

    fn page(&self, hooks: &Webhooks, room: RoomNumber, read: Vec<Entry>) -> Page {
        let mut page = Page {
            entries: Vec::with_capacity(read.len()),
            deliveries: Vec::new(),
        };
        for entry in read {
            let kind = EventKind::of(&entry.body);
            let id = DeliveryId {
                at: entry.at,
                event: MessageId::new(self.app, room, entry.seq),
            };
            let hearing = hooks.webhooks.iter().filter(|hook| hook.hears(kind, entry.at));
            let fresh: Vec<Delivery> = hearing.map(|hook| Delivery::new(id, hook.id, kind, self.now)).collect();
            if page.deliveries.len() + fresh.len() > DELIVERIES {
                break;
            }
            page.deliveries.extend(fresh);
            page.entries.push(entry);
        }
        page
    }

    /// There is nothing to tell of the room: `sweep` need not look again, or not before the others.
    async fn rest(&self, room: RoomNumber, before: &Outbox, swept: bool) -> Result<(), Error> {
        let store = &self.parlour.store;
        if swept && before.unseen.is_some_and(|unseen| unseen.due <= self.now) {
            // The queue has lost it.
            self.unseen(room).await?;
        } else if before.is_settled(self.now) && before.unseen.is_none() {
            store.end_outbox(self.app, room, before).await?;
        } else if swept {
            store.defer_outbox(self.app, room, self.now).await?;
        }
        Ok(())
    }

    /// Tries fresh deliveries: those of one webhook in the order of the log, the webhooks side by side.
    async fn tell(&self, moment: &mut Moment, hooks: &Webhooks, deliveries: &[Delivery], views: Vec<EntryView>) {
        let views: HashMap<String, EntryView> = views.into_iter().map(|view| (view.id.clone(), view)).collect();
        let mut turns: Vec<BoxFuture<'_, ()>> = Vec::with_capacity(hooks.webhooks.len());
        for hook in &hooks.webhooks {
            let own: Vec<&Delivery> = deliveries.iter().filter(|of| of.webhook == hook.id).collect();
            let (views, moment) = (&views, moment.fork());
            turns.push(Box::pin(async move { self.in_turn(moment, hook, own, views).await }));
        }
        stream::iter(turns).for_each_concurrent(PARALLEL, |turn| turn).await;
    }
}
