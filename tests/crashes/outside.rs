//! What is outside of a function besides the tables: connections that listen, the queues, other functions. Invocations end on
//! calls to these too.

use std::sync::{Arc, Mutex};

use bytes::Bytes;
use parlour_service::calls::{CallError, Calls};
use parlour_service::push::{Address, BoxFuture, Push, Pushed};
use parlour_service::queue::{Queue, QueueError};

use crate::cut::{Cut, Pass};

/// All of it. Nothing is kept of what was told: a push is a hint, and a crash may take it. Clones share the queue.
#[derive(Debug, Clone)]
pub(crate) struct Outside {
    cut: Cut,
    queued: Arc<Mutex<Vec<String>>>,
    deliveries: Arc<Mutex<Vec<String>>>,
}

/// The queue of `deliver`.
#[derive(Debug)]
pub(crate) struct Deliveries(pub(crate) Outside);

impl Outside {
    pub(crate) fn new(cut: Cut) -> Self {
        Self {
            cut,
            queued: Arc::default(),
            deliveries: Arc::default(),
        }
    }

    /// Takes out what was queued since the last time.
    pub(crate) fn take_queued(&self) -> Vec<String> {
        std::mem::take(&mut *self.queued.lock().unwrap())
    }

    /// The same of the queue of `deliver`, what is to wait included.
    pub(crate) fn take_deliveries(&self) -> Vec<String> {
        std::mem::take(&mut *self.deliveries.lock().unwrap())
    }

    async fn put_into(&self, queue: &Mutex<Vec<String>>, messages: Vec<String>) -> Result<(), QueueError> {
        let pass = self.cut.begin();
        if pass != Pass::Never {
            queue.lock().unwrap().extend(messages);
        }
        match pass {
            Pass::Through => Ok(()),
            Pass::Unanswered | Pass::Never => std::future::pending().await,
        }
    }

    fn answer<T: Send + 'static>(&self, answer: T) -> BoxFuture<'_, T> {
        Box::pin(async move {
            match self.cut.begin() {
                Pass::Through => answer,
                Pass::Unanswered | Pass::Never => std::future::pending().await,
            }
        })
    }
}

impl Push for Outside {
    fn post<'a>(&'a self, _: Address<'a>, _: Bytes) -> BoxFuture<'a, Pushed> {
        self.answer(Pushed::Sent)
    }

    fn close<'a>(&'a self, _: Address<'a>) -> BoxFuture<'a, Pushed> {
        self.answer(Pushed::Sent)
    }
}

impl Queue for Outside {
    fn put(&self, messages: Vec<String>) -> BoxFuture<'_, Result<(), QueueError>> {
        Box::pin(self.put_into(&self.queued, messages))
    }

    fn put_later(&self, messages: Vec<String>, _: u16) -> BoxFuture<'_, Result<(), QueueError>> {
        self.put(messages)
    }
}

impl Queue for Deliveries {
    fn put(&self, messages: Vec<String>) -> BoxFuture<'_, Result<(), QueueError>> {
        Box::pin(self.0.put_into(&self.0.deliveries, messages))
    }

    fn put_later(&self, messages: Vec<String>, _: u16) -> BoxFuture<'_, Result<(), QueueError>> {
        self.put(messages)
    }
}

impl Calls for Outside {
    fn call_later(&self, _: &'static str, _: Bytes) -> BoxFuture<'_, Result<(), CallError>> {
        self.answer(Ok(()))
    }
}
