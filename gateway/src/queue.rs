//! The queues of functions: what SQS and its event source mappings are on AWS, in this process and in memory.
//!
//! First in, first out; up to ten messages for an invocation, none of which waits for another to come. `fan_out` has one invocation
//! at a time, so that the events of a room keep their order; `deliver` has several, because a receiver may be slow. What is to wait is
//! hidden until then; what fails is hidden for a while, lets the others pass, comes again, and in the end is put aside among the
//! dead letters.

pub mod consumer;
mod dead_letters;
mod message;
mod state;

use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use parlour_service::push::BoxFuture;
use parlour_service::queue::{Queue, QueueError};
use tokio::sync::{Notify, watch};
use tokio::time::{Instant, sleep_until};

use crate::clock;
use state::State;

pub use dead_letters::{DeadLetters, Received};
pub use message::{Message, arn, event, fresh_id, md5_hex, path};

/// The function of large rooms, and of who comes and goes; its queue has the same name.
pub const FAN_OUT: &str = "fan_out";
/// The function that tells webhooks; its queue has the same name.
pub const DELIVER: &str = "deliver";
/// What the name of a queue ends with that holds the dead letters of another.
pub const DEAD_LETTERS: &str = "-dead-letters";
/// The account and Region that queues of the gateway are in, as their URLs and ARNs have it.
pub const ACCOUNT: &str = "000000000000";
/// See [`ACCOUNT`].
pub const REGION: &str = "local";

/// What a queue holds, and what it does about failures.
#[derive(Debug, Clone, Copy)]
pub struct Rules {
    /// The most messages that are not delivered yet; above, a put is refused.
    pub messages: usize,
    /// The most bytes of their bodies; above, a put is refused.
    pub bytes: usize,
    /// How long after it was received a message that failed comes again.
    pub visibility: Duration,
    /// How often a message is received before it is a dead letter.
    pub receives: u32,
    /// How many dead letters are kept; the oldest make room.
    pub dead_letters: usize,
    /// How many invocations are under way at once.
    pub invocations: usize,
}

impl Default for Rules {
    /// SQS's visibility timeout; 64 MiB and 10,000 messages; one invocation.
    fn default() -> Self {
        Self {
            messages: 10_000,
            bytes: 64 * 1024 * 1024,
            visibility: Duration::from_secs(30),
            receives: 3,
            dead_letters: 1_000,
            invocations: 1,
        }
    }
}

/// Why messages are refused; none of them is in the queue.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// There is no room for all of them.
    #[error("the queue is full")]
    Full,
    /// The gateway shuts down.
    #[error("the queue is closed")]
    Closed,
    /// The operating system gives no randomness for their ids.
    #[error("there is no randomness")]
    NoRandomness,
}

/// What came of a batch.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Outcome {
    /// All are delivered but those with these ids.
    Answered {
        /// The ids of the messages that failed.
        failed: Vec<String>,
    },
    /// The invocation failed as a whole.
    Failed,
}

/// A queue.
#[derive(Debug)]
pub struct FunctionQueue {
    function: &'static str,
    rules: Rules,
    state: Mutex<State>,
    /// There may be something to receive.
    changed: Notify,
    /// All messages with lower numbers are settled.
    settled: watch::Sender<u64>,
    dead: DeadLetters,
}

impl FunctionQueue {
    /// An empty queue of this function.
    #[must_use]
    pub fn new(function: &'static str, rules: Rules) -> Self {
        Self {
            function,
            rules,
            state: Mutex::default(),
            changed: Notify::new(),
            settled: watch::Sender::new(0),
            dead: DeadLetters::new(rules.dead_letters),
        }
    }

    /// Puts all of these messages at the end, or none. The ids that they got.
    ///
    /// # Errors
    /// [`Refusal`].
    pub fn put_all(&self, bodies: Vec<String>) -> Result<Vec<String>, Refusal> {
        self.put_all_later(bodies, Duration::ZERO)
    }

    /// The same, but out of sight for this long, or until the gateway stops.
    ///
    /// # Errors
    /// [`Refusal`].
    pub fn put_all_later(&self, bodies: Vec<String>, delay: Duration) -> Result<Vec<String>, Refusal> {
        let ids = bodies.iter().map(|_| fresh_id()).collect::<Result<Vec<_>, _>>();
        let ids = ids.map_err(|_| Refusal::NoRandomness)?;
        let bytes: usize = bodies.iter().map(String::len).sum();
        let mut state = self.state();
        if state.closed {
            return Err(Refusal::Closed);
        }
        if state.open.len() + bodies.len() > self.rules.messages || state.bytes + bytes > self.rules.bytes {
            return Err(Refusal::Full);
        }
        state.bytes += bytes;
        for (id, body) in ids.iter().zip(bodies) {
            let number = state.next;
            state.next += 1;
            state.open.insert(number);
            let message = Message::new(number, id.clone(), body, clock::now_millis());
            if delay.is_zero() {
                state.ready.insert(number, message);
            } else {
                state.hide(message, delay);
            }
        }
        drop(state);
        self.changed.notify_one();
        Ok(ids)
    }

    /// Waits for messages and takes them out of sight; [`FunctionQueue::settle`] has to follow. For one consumer. `None`: the queue
    /// is closed and nothing is left.
    pub async fn receive(&self) -> Option<Vec<Message>> {
        loop {
            let wake_at = {
                let mut state = self.state();
                state.uncover(Instant::now());
                let batch = state.batch();
                if !batch.is_empty() {
                    return Some(batch);
                }
                if state.closed && state.hidden.is_empty() {
                    return None;
                }
                state.hidden.first_key_value().map(|((at, _), _)| *at)
            };
            let again = async {
                match wake_at {
                    Some(at) => sleep_until(at).await,
                    None => std::future::pending().await,
                }
            };
            tokio::select! {
                () = self.changed.notified() => {}
                () = again => {}
            }
        }
    }

    /// Says what came of received messages.
    pub fn settle(&self, batch: Vec<Message>, outcome: &Outcome) {
        let mut state = self.state();
        for mut message in batch {
            let failed = match outcome {
                Outcome::Answered { failed } => failed.contains(&message.id),
                Outcome::Failed => true,
            };
            if failed && message.receives < self.rules.receives {
                // One of them may have harmed the others: from now on each goes alone.
                message.alone |= *outcome == Outcome::Failed;
                state.hide(message, self.rules.visibility);
                continue;
            }
            state.open.remove(&message.number);
            state.bytes -= message.body.len();
            if failed {
                tracing::error!(
                    queue = self.function,
                    message_id = message.id,
                    receives = message.receives,
                    "a message is put aside among the dead letters"
                );
                self.dead.add(message);
            }
        }
        let settled = state.open.first().copied().unwrap_or(state.next);
        drop(state);
        self.settled.send_replace(settled);
    }

    /// Waits until all that was put before is settled. From here on nothing that fails is hidden: it comes again at once.
    pub async fn settled(&self) {
        let mut settled = self.settled.subscribe();
        let target = {
            let mut state = self.state();
            state.hurried = true;
            state.next
        };
        self.changed.notify_one();
        // The sender is a field of the queue: it outlives this call.
        let _ = settled.wait_for(|settled| *settled >= target).await;
    }

    /// Refuses new messages. [`FunctionQueue::receive`] ends once the rest is settled.
    pub fn close(&self) {
        let mut state = self.state();
        state.closed = true;
        state.hurried = true;
        drop(state);
        self.changed.notify_one();
    }

    /// The function that it feeds, and its own name.
    #[must_use]
    pub const fn name(&self) -> &'static str {
        self.function
    }

    /// How many messages wait (those to be received, those out of sight).
    #[must_use]
    pub fn count(&self) -> (usize, usize) {
        let state = self.state();
        (state.ready.len(), state.open.len() - state.ready.len())
    }

    /// How many of those out of sight were never received: they are to wait.
    #[must_use]
    pub fn delayed(&self) -> usize {
        let state = self.state();
        state.hidden.values().filter(|message| message.receives == 0).count()
    }

    /// What this queue does about failures.
    #[must_use]
    pub const fn rules(&self) -> &Rules {
        &self.rules
    }

    /// What could not be delivered.
    #[must_use]
    pub const fn dead_letters(&self) -> &DeadLetters {
        &self.dead
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Queue for FunctionQueue {
    fn put(&self, messages: Vec<String>) -> BoxFuture<'_, Result<(), QueueError>> {
        self.put_later(messages, 0)
    }

    fn put_later(&self, messages: Vec<String>, seconds: u16) -> BoxFuture<'_, Result<(), QueueError>> {
        let put = self.put_all_later(messages, Duration::from_secs(seconds.into()));
        let put = put.map(|_| ()).map_err(|refusal| QueueError(refusal.to_string()));
        Box::pin(std::future::ready(put))
    }
}

#[cfg(test)]
mod tests;
