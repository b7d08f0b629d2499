//! A way to the connections that only notes what was posted.

use std::sync::{Arc, Mutex};

use bytes::Bytes;
use parlour_service::push::{Address, BoxFuture, Push, Pushed};

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
