//! What is outside of a function besides the tables: connections that listen, the queues, other functions. Invocations end on
//! calls to these too.

use std::collections::BTreeSet;
use std::sync::{Arc, Mutex, MutexGuard};

use bytes::Bytes;
use parlour_service::calls::{CallError, Calls};
use parlour_service::push::{Address, BoxFuture, Push, Pushed};
use parlour_service::queue::{Queue, QueueError};
use serde_json::Value;

use crate::cut::Cut;

/// An event that a connection was told.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Heard {
    pub(crate) connection: String,
    pub(crate) event: Value,
}

/// All of it. Clones share it.
#[derive(Debug, Clone)]
pub(crate) struct Outside {
    cut: Cut,
    state: Arc<Mutex<State>>,
}

#[derive(Debug, Default)]
struct State {
    queued: Vec<String>,
    deliveries: Vec<String>,
    heard: Vec<Heard>,
    gone: BTreeSet<String>,
    forgetful: bool,
}

/// The queue of `deliver`.
#[derive(Debug)]
pub(crate) struct Deliveries(pub(crate) Outside);

impl Outside {
    pub(crate) fn new(cut: Cut) -> Self {
        Self {
            cut,
            state: Arc::default(),
        }
    }

    /// Takes out what was queued since the last time.
    pub(crate) fn take_queued(&self) -> Vec<String> {
        std::mem::take(&mut self.state().queued)
    }

    /// The same of the queue of `deliver`, what is to wait included.
    pub(crate) fn take_deliveries(&self) -> Vec<String> {
        std::mem::take(&mut self.state().deliveries)
    }

    /// Takes out what was told since the last time: each event on its own, also where several came in one frame.
    pub(crate) fn take_heard(&self) -> Vec<Heard> {
        std::mem::take(&mut self.state().heard)
    }

    /// From here on this connection is gone.
    pub(crate) fn end(&self, connection: &str) {
        self.state().gone.insert(connection.to_owned());
    }

    /// Whether the queue says that it takes messages, and does not.
    pub(crate) fn set_forgetful(&self, is: bool) {
        self.state().forgetful = is;
    }

    fn hear(&self, connection: &str, frame: &Bytes) -> Pushed {
        let mut state = self.state();
        if state.gone.contains(connection) {
            return Pushed::Gone;
        }
        let frame: Value = serde_json::from_slice(frame).unwrap();
        let events = match frame["event"].as_str() {
            Some("batch") => frame["data"].as_array().unwrap().clone(),
            _ => vec![frame],
        };
        state.heard.extend(events.into_iter().map(|event| Heard {
            connection: connection.to_owned(),
            event,
        }));
        Pushed::Sent
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap()
    }
}

impl Push for Outside {
    fn post<'a>(&'a self, to: Address<'a>, frame: Bytes) -> BoxFuture<'a, Pushed> {
        self.cut.answer(move || self.hear(to.connection.as_str(), &frame))
    }

    fn close<'a>(&'a self, _: Address<'a>) -> BoxFuture<'a, Pushed> {
        self.cut.answer(|| Pushed::Sent)
    }
}

impl Queue for Outside {
    fn put(&self, messages: Vec<String>) -> BoxFuture<'_, Result<(), QueueError>> {
        self.cut.answer(move || {
            let mut state = self.state();
            if !state.forgetful {
                state.queued.extend(messages);
            }
            Ok(())
        })
    }

    fn put_later(&self, messages: Vec<String>, _: u16) -> BoxFuture<'_, Result<(), QueueError>> {
        self.put(messages)
    }
}

impl Queue for Deliveries {
    fn put(&self, messages: Vec<String>) -> BoxFuture<'_, Result<(), QueueError>> {
        self.0.cut.answer(move || {
            self.0.state().deliveries.extend(messages);
            Ok(())
        })
    }

    fn put_later(&self, messages: Vec<String>, _: u16) -> BoxFuture<'_, Result<(), QueueError>> {
        self.put(messages)
    }
}

impl Calls for Outside {
    fn call_later(&self, _: &'static str, _: Bytes) -> BoxFuture<'_, Result<(), CallError>> {
        self.cut.answer(|| Ok(()))
    }
}
