//! A way to the connections that only notes what was posted, and a queue and asynchronous calls that only keep what they get.

use std::sync::{Arc, Mutex};

use bytes::Bytes;
use parlour_service::calls::{CallError, Calls};
use parlour_service::push::{Address, BoxFuture, Push, Pushed};
use parlour_service::queue::{Queue, QueueError};

/// API Gateway bills a message for each 32 KB begun.
const BILLED_BYTES: usize = 32 * 1024;

/// How many messages a frame is billed as.
pub(crate) fn billable(frame: &[u8]) -> usize {
    frame.len().div_ceil(BILLED_BYTES)
}

/// The posts so far. Clones share them.
#[derive(Debug, Clone, Default)]
pub(crate) struct Posts {
    sent: Arc<Mutex<Vec<(String, Bytes)>>>,
}

impl Posts {
    /// Takes out what was posted since the last time: to which connection, and the frame.
    pub(crate) fn take(&self) -> Vec<(String, Bytes)> {
        std::mem::take(&mut *self.sent.lock().unwrap())
    }
}

impl Push for Posts {
    fn post<'a>(&'a self, to: Address<'a>, frame: Bytes) -> BoxFuture<'a, Pushed> {
        self.sent.lock().unwrap().push((to.connection.to_string(), frame));
        Box::pin(std::future::ready(Pushed::Sent))
    }

    fn close<'a>(&'a self, _: Address<'a>) -> BoxFuture<'a, Pushed> {
        Box::pin(std::future::ready(Pushed::Sent))
    }
}

/// The messages for `fan_out` so far. Clones share them.
#[derive(Debug, Clone, Default)]
pub(crate) struct Queued {
    messages: Arc<Mutex<Vec<String>>>,
    tasks: Arc<Mutex<Vec<String>>>,
}

impl Queued {
    /// Takes out the tasks since the last time: who came and went.
    pub(crate) fn take_tasks(&self) -> Vec<String> {
        std::mem::take(&mut *self.tasks.lock().unwrap())
    }

    /// Takes out what was queued since the last time.
    pub(crate) fn take(&self) -> Vec<String> {
        std::mem::take(&mut *self.messages.lock().unwrap())
    }
}

impl Queue for Queued {
    fn put(&self, messages: Vec<String>) -> BoxFuture<'_, Result<(), QueueError>> {
        self.messages.lock().unwrap().extend(messages);
        Box::pin(std::future::ready(Ok(())))
    }

    fn put_later(&self, messages: Vec<String>, _: u16) -> BoxFuture<'_, Result<(), QueueError>> {
        self.tasks.lock().unwrap().extend(messages);
        Box::pin(std::future::ready(Ok(())))
    }
}

impl Calls for Queued {
    /// Of `connected`, which reads and writes nothing.
    fn call_later(&self, function: &'static str, _: Bytes) -> BoxFuture<'_, Result<(), CallError>> {
        assert_eq!(function, "connected");
        Box::pin(std::future::ready(Ok(())))
    }
}
