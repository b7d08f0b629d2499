//! Telling webhooks what happens: the log of a room becomes deliveries, a delivery is tried until the receiver has it or a day is over.
//!
//! What is in the queue is only a hint to look at once: the rows say what is to be done, and `sweep` looks at them every minute.

mod call;
mod job;
mod unseen;

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use futures_util::{StreamExt as _, stream};
use parlour_domain::delivery::{Delivery, DeliveryId, DeliveryStatus, Failure, Outcome};
use parlour_domain::log::Entry;
use parlour_domain::webhook::{EventKind, Webhook, Webhooks};
use parlour_domain::{AppId, MessageId, Moment, RoomNumber, Timestamp, WebhookId};
use parlour_protocol::view::EntryView;
use parlour_store::{Outbox, Written};
use tokio::time::Instant;

use crate::fetch::Fetch;
use crate::history::views;
use crate::push::BoxFuture;
use crate::queue::Queue;
use crate::{Error, Parlour, metric};
use job::What;

pub use job::Job;

/// Entries of one page: the next one is another job.
const ENTRIES: usize = 50;
/// Deliveries of one page, whatever its entries: they are put in one transaction.
const DELIVERIES: usize = 90;
/// Webhooks called at once by one job.
const PARALLEL: usize = 20;
/// One job calls a webhook for so long; what is left comes a second later.
const PATIENCE: Duration = Duration::from_secs(20);
/// A delivery that comes later than this is left to `sweep`: the longest that a queue of SQS holds anything back.
const QUEUED_SECONDS: i64 = 900;
/// Rooms and deliveries, each, that one run of `sweep` has looked at.
const SWEPT: usize = 500;

/// What tells webhooks.
#[derive(Debug, Clone)]
pub struct Outgoing {
    /// The queue of the jobs.
    pub queue: Arc<dyn Queue>,
    /// The way to the receivers.
    pub fetch: Arc<dyn Fetch>,
}

/// Does a job. Doing it again does no harm: a receiver may be called again with the same id.
///
/// # Errors
/// [`Error::Store`]; what was not done is found by `sweep`.
pub async fn run(parlour: &Parlour, moment: &mut Moment, job: Job) -> Result<(), Error> {
    let (Some(out), Ok(app)) = (&parlour.outgoing, AppId::parse(&job.app)) else {
        return Ok(());
    };
    let telling = Telling {
        parlour,
        out,
        app: &app,
        now: moment.now,
    };
    match job.what {
        What::Room { room, swept } => match RoomNumber::new(room) {
            Some(room) => telling.room(moment, room, swept).await,
            None => Ok(()),
        },
        What::Unseen { room } => match RoomNumber::new(room) {
            Some(room) => telling.unseen(room).await,
            None => Ok(()),
        },
        What::Delivery { webhook, delivery } => match (WebhookId::parse(&webhook), DeliveryId::parse(&delivery)) {
            (Ok(webhook), Ok(delivery)) => telling.again(moment, webhook, delivery).await,
            _ => Ok(()),
        },
    }
}

/// An entry stands: whoever tells webhooks of the room should look at once. No call if the app has none.
pub(crate) async fn nudge(parlour: &Parlour, app: &AppId, room: RoomNumber, now: Timestamp) {
    if let Some(out) = &parlour.outgoing
        && parlour.store.has_noted(app, room, now)
    {
        put(out, vec![Job::of_room(app, room, false)], 0).await;
    }
}

/// A delivery is due now.
pub(crate) async fn due(parlour: &Parlour, app: &AppId, delivery: &Delivery) {
    if let Some(out) = &parlour.outgoing {
        put(out, vec![Job::of_delivery(app, delivery.webhook, delivery.id)], 0).await;
    }
}

/// Has looked at what the queue has lost.
///
/// # Errors
/// [`Error::Store`].
pub(crate) async fn sweep(parlour: &Parlour, now: Timestamp) -> Result<(), Error> {
    let Some(out) = &parlour.outgoing else { return Ok(()) };
    let store = &parlour.store;
    let (rooms, deliveries) = tokio::join!(store.outboxes_due(now, SWEPT), store.deliveries_due(now, SWEPT));
    let (rooms, deliveries) = (rooms?, deliveries?);
    let rooms = rooms.iter().map(|(app, room)| Job::of_room(app, *room, true));
    let deliveries = deliveries
        .iter()
        .map(|(app, webhook, id)| Job::of_delivery(app, *webhook, *id));
    put(out, rooms.chain(deliveries).collect(), 0).await;
    Ok(())
}

async fn put(out: &Outgoing, jobs: Vec<String>, seconds: u16) {
    if jobs.is_empty() {
        return;
    }
    if let Err(error) = out.queue.put_later(jobs, seconds).await {
        tracing::warn!(%error, "what is to be told to webhooks waits for the next sweep");
    }
}

/// What one page of a log is turned into.
struct Page {
    entries: Vec<Entry>,
    deliveries: Vec<Delivery>,
}

/// What every step of a job needs.
struct Telling<'a> {
    parlour: &'a Parlour,
    out: &'a Outgoing,
    app: &'a AppId,
    now: Timestamp,
}

impl Telling<'_> {
    /// Turns a page of the log into deliveries and tries each of them once.
    async fn room(&self, moment: &mut Moment, room: RoomNumber, swept: bool) -> Result<(), Error> {
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
        let unseen = unseen::noted(&hooks, &page.entries, &before, self.now);
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
        self.tell(moment, &hooks, room, page).await
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
    async fn tell(&self, moment: &mut Moment, hooks: &Webhooks, room: RoomNumber, page: Page) -> Result<(), Error> {
        let views = views(self.parlour, (self.app, None), room, page.entries).await?;
        let views: HashMap<String, EntryView> = views.into_iter().map(|view| (view.id.clone(), view)).collect();
        let mut turns: Vec<BoxFuture<'_, ()>> = Vec::with_capacity(hooks.webhooks.len());
        for hook in &hooks.webhooks {
            let own: Vec<&Delivery> = page.deliveries.iter().filter(|of| of.webhook == hook.id).collect();
            let (views, moment) = (&views, moment.fork());
            turns.push(Box::pin(async move { self.in_turn(moment, hook, own, views).await }));
        }
        stream::iter(turns).for_each_concurrent(PARALLEL, |turn| turn).await;
        Ok(())
    }

    /// After the first that fails the others are not tried: they wait as long as that one.
    async fn in_turn(
        &self,
        mut moment: Moment,
        hook: &Webhook,
        deliveries: Vec<&Delivery>,
        views: &HashMap<String, EntryView>,
    ) {
        let end = Instant::now() + PATIENCE;
        let mut wait = None;
        for delivery in deliveries {
            if wait.is_none() && Instant::now() >= end {
                wait = Some(self.now.plus_seconds(1));
            }
            let after = match wait {
                Some(until) => delivery.put_off(until, self.now),
                None => {
                    let view = views.get(&delivery.id.event.to_string());
                    let outcome = self.call(Some(hook), delivery, view).await;
                    delivery.tried(outcome, self.now, moment.entropy.below(u64::MAX))
                }
            };
            wait = wait.or(after.due);
            self.keep(delivery, &after).await;
        }
    }

    /// Tries a delivery that is due.
    async fn again(&self, moment: &mut Moment, webhook: WebhookId, id: DeliveryId) -> Result<(), Error> {
        let store = &self.parlour.store;
        let (hooks, delivery) = tokio::join!(store.webhooks(self.app), store.delivery(self.app, webhook, id));
        let hooks = hooks?;
        let pending = |delivery: &Delivery| delivery.due.is_some_and(|due| due <= self.now);
        let Some(delivery) = delivery?.filter(pending) else {
            return Ok(());
        };
        let place = id.event.place(self.app).ok();
        let view = match place {
            Some((room, seq)) => {
                let entry = store.entry(self.app, room, seq).await?;
                views(self.parlour, (self.app, None), room, entry.into_iter().collect())
                    .await?
                    .pop()
            }
            None => None,
        };
        let outcome = self.call(hooks.of(webhook), &delivery, view.as_ref()).await;
        let after = delivery.tried(outcome, self.now, moment.entropy.below(u64::MAX));
        self.keep(&delivery, &after).await;
        Ok(())
    }

    async fn call(&self, hook: Option<&Webhook>, delivery: &Delivery, view: Option<&EntryView>) -> Outcome {
        match (hook.filter(|hook| hook.enabled), view) {
            (None, _) => Outcome::Failed(Failure::Disabled),
            (_, None) => Outcome::Failed(Failure::Gone),
            (Some(hook), Some(view)) => call::post(self.out, hook, delivery, view, self.now).await,
        }
    }

    /// Writes down what became of a try, and has the next one made. If the row cannot be written, `sweep` has it tried again.
    async fn keep(&self, before: &Delivery, after: &Delivery) {
        if after.answer == Some(410) && after.status == DeliveryStatus::Dead {
            self.switch_off(after.webhook).await;
        }
        match self.parlour.store.replace_delivery(self.app, before, after).await {
            Ok(Written::Done) => {}
            Ok(_) => return,
            Err(error) => {
                metric::store_failed(&error);
                return tracing::warn!(%error, "what became of a delivery is not written down");
            }
        }
        let Some(due) = after.due else { return };
        let wait = (due.millis() - self.now.millis() + 999).div_euclid(1_000).max(0);
        if let Some(wait) = u16::try_from(wait)
            .ok()
            .filter(|wait| i64::from(*wait) <= QUEUED_SECONDS)
        {
            let job = Job::of_delivery(self.app, after.webhook, after.id);
            put(self.out, vec![job], wait).await;
        }
    }

    /// The receiver says that it is gone for good (410).
    async fn switch_off(&self, webhook: WebhookId) {
        let store = &self.parlour.store;
        let switched = async {
            let before = store.webhooks(self.app).await?;
            let mut after = before.clone();
            match after.of_mut(webhook) {
                Some(hook) if hook.enabled => {
                    hook.enabled = false;
                    hook.updated_at = self.now;
                }
                _ => return Ok(()),
            }
            // Whoever changed the list meanwhile has just looked after it.
            store
                .replace_webhooks(self.app, &before, after, None, self.now)
                .await
                .map(drop)
        };
        if let Err(error) = switched.await {
            metric::store_failed(&error);
        }
    }
}
