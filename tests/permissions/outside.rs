//! What is outside of a function besides the tables: the connections, the queues of `fan_out` and `deliver`, the event bus, and other
//! functions.

use std::pin::Pin;
use std::sync::{Arc, Mutex};
use std::task::{Context, Poll};
use std::time::Duration;

use bytes::Bytes;
use parlour_service::calls::{CallError, Calls};
use parlour_service::event_bus::{BusError, BusEvent, EventBus};
use parlour_service::push::{Address, BoxFuture, Push, Pushed};
use parlour_service::queue::{Queue, QueueError};
use tokio::time::sleep;

use crate::ledger::{Ledger, Permission};

/// The places that are no table.
pub(crate) const POST: &str = "connections, POST";
pub(crate) const DELETE: &str = "connections, DELETE";
pub(crate) const QUEUE: &str = "queue of fan_out";
pub(crate) const DELIVERIES: &str = "queue of deliver";
pub(crate) const BUS: &str = "event bus";
pub(crate) const EVENTS: &str = "queue of events";
pub(crate) const CONNECTED: &str = "function connected";

/// What a post meets.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Clients {
    /// It arrives.
    Listen,
    /// It takes almost as long as a post may take, and then fails.
    AreSlow,
    /// There is no such connection.
    AreGone,
}

/// What the outside is like.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Weather {
    pub(crate) clients: Clients,
    /// Whether the queues take messages.
    pub(crate) queue: bool,
}

/// Connections, queue and functions. Clones share what was queued.
#[derive(Debug, Clone)]
pub(crate) struct Outside {
    weather: Weather,
    ledger: Ledger,
    queued: Arc<Mutex<Vec<String>>>,
    deliveries: Arc<Mutex<Vec<String>>>,
}

/// The queue of `deliver`.
#[derive(Debug)]
pub(crate) struct Deliveries(pub(crate) Outside);

impl Outside {
    pub(crate) fn new(weather: Weather, ledger: Ledger) -> Self {
        Self {
            weather,
            ledger,
            queued: Arc::default(),
            deliveries: Arc::default(),
        }
    }

    /// Takes out what was queued since the last time.
    pub(crate) fn take_queued(&self) -> Vec<String> {
        std::mem::take(&mut *self.queued.lock().unwrap())
    }

    /// The same for the queue of `deliver`.
    pub(crate) fn take_deliveries(&self) -> Vec<String> {
        std::mem::take(&mut *self.deliveries.lock().unwrap())
    }

    /// Whether the queue took them.
    fn put_into(&self, queue: &Mutex<Vec<String>>, messages: Vec<String>) -> bool {
        if self.weather.queue {
            queue.lock().unwrap().extend(messages);
        }
        self.weather.queue
    }

    /// Notes what is done, when it begins and whenever it goes on.
    fn watched<'a, T: 'a>(
        &'a self,
        (place, action): (&'static str, &'static str),
        work: impl Future<Output = T> + Send + 'a,
    ) -> BoxFuture<'a, T> {
        Box::pin(Watched {
            begins: Some(Permission::new(place, action)),
            place,
            ledger: self.ledger.clone(),
            work: Box::pin(work),
        })
    }

    async fn reach(&self) -> Pushed {
        match self.weather.clients {
            Clients::Listen => Pushed::Sent,
            Clients::AreSlow => {
                sleep(Duration::from_millis(1_900)).await;
                Pushed::Failed
            }
            Clients::AreGone => Pushed::Gone,
        }
    }
}

struct Watched<'a, T> {
    begins: Option<Permission>,
    place: &'static str,
    ledger: Ledger,
    work: BoxFuture<'a, T>,
}

impl<T> Future for Watched<'_, T> {
    type Output = T;

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<T> {
        match self.begins.take() {
            Some(permission) => self.ledger.note(permission),
            None => self.ledger.goes_on(self.place),
        }
        self.work.as_mut().poll(context)
    }
}

impl Push for Outside {
    fn post<'a>(&'a self, _: Address<'a>, _: Bytes) -> BoxFuture<'a, Pushed> {
        self.watched((POST, "execute-api:ManageConnections"), self.reach())
    }

    fn close<'a>(&'a self, _: Address<'a>) -> BoxFuture<'a, Pushed> {
        self.watched((DELETE, "execute-api:ManageConnections"), self.reach())
    }
}

fn answer(taken: bool) -> Result<(), QueueError> {
    taken.then_some(()).ok_or_else(|| QueueError("out of order".to_owned()))
}

impl Queue for Outside {
    fn put(&self, messages: Vec<String>) -> BoxFuture<'_, Result<(), QueueError>> {
        self.watched((QUEUE, "sqs:SendMessage"), async move {
            answer(self.put_into(&self.queued, messages))
        })
    }

    fn put_later(&self, messages: Vec<String>, _: u16) -> BoxFuture<'_, Result<(), QueueError>> {
        Queue::put(self, messages)
    }
}

impl Queue for Deliveries {
    fn put(&self, messages: Vec<String>) -> BoxFuture<'_, Result<(), QueueError>> {
        let outside = &self.0;
        outside.watched((DELIVERIES, "sqs:SendMessage"), async move {
            answer(outside.put_into(&outside.deliveries, messages))
        })
    }

    fn put_later(&self, messages: Vec<String>, _: u16) -> BoxFuture<'_, Result<(), QueueError>> {
        self.put(messages)
    }
}

impl EventBus for Outside {
    fn put(&self, _: Vec<BusEvent>) -> BoxFuture<'_, Result<(), BusError>> {
        self.watched((BUS, "events:PutEvents"), std::future::ready(Ok(())))
    }
}

impl Calls for Outside {
    fn call_later(&self, function: &'static str, _: Bytes) -> BoxFuture<'_, Result<(), CallError>> {
        let place = match function {
            "connected" => CONNECTED,
            other => other,
        };
        self.watched((place, "lambda:InvokeFunction"), std::future::ready(Ok(())))
    }
}
