//! What is in the queue, and what comes next.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use tokio::time::Instant;

use super::message::Message;

/// The most messages of one invocation: SQS's own limit of a batch.
const BATCH: usize = 10;
/// The most bytes of their bodies: the event escapes them, and a function takes 6 MB.
const BATCH_BYTES: usize = 2 * 1024 * 1024;

#[derive(Debug, Default)]
pub(super) struct State {
    /// The number of the next message.
    pub(super) next: u64,
    /// The bytes of all open messages.
    pub(super) bytes: usize,
    /// What can be received, in its order.
    pub(super) ready: BTreeMap<u64, Message>,
    /// What failed or is to wait, by the time when it comes (again).
    pub(super) hidden: BTreeMap<(Instant, u64), Message>,
    /// All that is neither delivered nor dead, what a function has just now included.
    pub(super) open: BTreeSet<u64>,
    /// Nothing is hidden any more: the gateway is about to stop.
    pub(super) hurried: bool,
    pub(super) closed: bool,
}

impl State {
    /// Takes it out of sight: after a failure, or because it is to wait.
    pub(super) fn hide(&mut self, message: Message, visibility: Duration) {
        self.hidden
            .insert((message.received + visibility, message.number), message);
    }

    /// What was hidden and may be seen again goes back to its place.
    pub(super) fn uncover(&mut self, now: Instant) {
        while let Some(first) = self.hidden.first_entry() {
            if !self.hurried && first.key().0 > now {
                return;
            }
            let message = first.remove();
            self.ready.insert(message.number, message);
        }
    }

    /// The next messages for one invocation; none if nothing is ready.
    pub(super) fn batch(&mut self) -> Vec<Message> {
        let mut batch: Vec<Message> = Vec::new();
        let mut bytes = 0;
        while let Some(first) = self.ready.first_entry() {
            let (alone, length) = (first.get().alone, first.get().body.len());
            let full = batch.len() == BATCH || bytes + length > BATCH_BYTES;
            let company = batch.first().is_some_and(|other| full || alone || other.alone);
            if company {
                break;
            }
            bytes += length;
            batch.push(first.remove().receive());
        }
        batch
    }
}
