//! The ports of a function that uses neither queue nor calls. It has no right to them either.

use std::future::ready;

use bytes::Bytes;
use parlour_service::calls::{CallError, Calls};
use parlour_service::push::BoxFuture;
use parlour_service::queue::{Queue, QueueError};

/// Refuses everything.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Unused;

impl Queue for Unused {
    fn put(&self, _: Vec<String>) -> BoxFuture<'_, Result<(), QueueError>> {
        Box::pin(ready(Err(QueueError("this function has no queue".to_owned()))))
    }

    fn put_later(&self, messages: Vec<String>, _: u16) -> BoxFuture<'_, Result<(), QueueError>> {
        self.put(messages)
    }
}

impl Calls for Unused {
    fn call_later(&self, function: &'static str, _: Bytes) -> BoxFuture<'_, Result<(), CallError>> {
        Box::pin(ready(Err(CallError(format!(
            "this function may not call `{function}`"
        )))))
    }
}
