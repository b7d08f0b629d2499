//! Telling webhooks what happens: the log of a room becomes deliveries, a delivery is tried until the receiver has it or a day is over.
//!
//! What is in the queue is only a hint to look at once: the rows say what is to be done, and `sweep` looks at them every minute.

mod call;
mod job;
mod publish;
mod telling;
mod trying;
mod unseen;

use std::sync::Arc;

use parlour_domain::delivery::{Delivery, DeliveryId};
use parlour_domain::{AppId, Moment, RoomNumber, Timestamp, WebhookId};

use crate::event_bus::EventBus;
use crate::queue::Queue;
use crate::{Error, Parlour};
use job::What;
use telling::Telling;

pub use job::Job;

/// Rooms and deliveries, each, that one run of `sweep` has looked at.
const SWEPT: usize = 500;

/// What tells others than clients what happens. Receivers of webhooks are called as key sets are: by [`crate::trust::Trust::fetcher`].
#[derive(Debug, Clone)]
pub struct Outgoing {
    /// The queue of the `deliver` function.
    pub queue: Arc<dyn Queue>,
    /// The event bus that hears of everything, if there is one.
    pub bus: Option<Arc<dyn EventBus>>,
}

/// Does a job. Doing it again does no harm: a receiver may be called again with the same id.
///
/// # Errors
/// [`Error::Store`], [`Error::EventBus`]; what was not done is found by `sweep`.
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
