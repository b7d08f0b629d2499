//! The frames of one connection: the rate, one after the other or in parallel, replies and error frames.

use std::collections::VecDeque;

use tokio_tungstenite::tungstenite::Utf8Bytes;

use super::rate::Bucket;
use super::{BACKLOG_BYTES, Command, InvocationId, Outcome, Route, Rules, Time, select_route};

/// The message of the error frame after a failure.
const FAILED: &str = "Internal server error";
/// The message of the error frame after the integration timeout.
const TIMED_OUT: &str = "Endpoint request timed out";
/// The message of the error frame above the rate.
const TOO_MANY: &str = "Too Many Requests";

#[derive(Debug)]
pub(super) struct Frames {
    in_order: bool,
    capacity: usize,
    bucket: Bucket,
    next: InvocationId,
    running: Vec<(InvocationId, Route)>,
    waiting: VecDeque<(InvocationId, Utf8Bytes)>,
}

impl Frames {
    pub(super) fn new(rules: &Rules, now: Time) -> Self {
        Self {
            in_order: rules.in_order,
            capacity: rules.backlog,
            bucket: Bucket::new(rules.rate, now),
            next: 1,
            running: Vec::new(),
            waiting: VecDeque::new(),
        }
    }

    pub(super) const fn in_order(&self) -> bool {
        self.in_order
    }

    /// Nothing runs and nothing waits.
    pub(super) fn is_quiet(&self) -> bool {
        self.running.is_empty() && self.waiting.is_empty()
    }

    pub(super) fn has_room(&self) -> bool {
        let bytes: usize = self.waiting.iter().map(|(_, body)| body.as_str().len()).sum();
        self.running.len().max(self.waiting.len()) < self.capacity && bytes < BACKLOG_BYTES
    }

    /// Takes one frame from the rate; false: there is none left.
    pub(super) fn spend(&mut self, now: Time) -> bool {
        self.bucket.take(now)
    }

    pub(super) fn arrived(&mut self, now: Time, body: Utf8Bytes) -> Vec<Command> {
        let id = self.next;
        self.next += 1;
        if !self.spend(now) {
            return vec![Command::Fault { id, message: TOO_MANY }];
        }
        if self.in_order && !self.running.is_empty() {
            self.waiting.push_back((id, body));
            return Vec::new();
        }
        vec![self.start(id, body)]
    }

    pub(super) fn answered(&mut self, id: InvocationId, outcome: Outcome) -> Vec<Command> {
        let Some(place) = self.running.iter().position(|(running, _)| *running == id) else {
            return Vec::new();
        };
        let (_, route) = self.running.remove(place);
        let mut commands: Vec<Command> = reply(id, route, outcome).into_iter().collect();
        if self.running.is_empty()
            && let Some((id, body)) = self.waiting.pop_front()
        {
            commands.push(self.start(id, body));
        }
        if self.is_quiet() {
            // Most connections are idle most of the time; they should not keep the room of a burst.
            self.waiting.shrink_to_fit();
        }
        commands
    }

    pub(super) fn forget_backlog(&mut self) {
        self.waiting.clear();
    }

    fn start(&mut self, id: InvocationId, body: Utf8Bytes) -> Command {
        let route = select_route(&body);
        self.running.push((id, route));
        Command::Invoke { id, route, body }
    }
}

/// Without a route response a body is dropped, but a failure is always told, as API Gateway does.
fn reply(id: InvocationId, route: Route, outcome: Outcome) -> Option<Command> {
    match outcome {
        Outcome::Replied(body) => body.filter(|_| route.responds).map(Command::Send),
        Outcome::Failed => Some(Command::Fault { id, message: FAILED }),
        Outcome::TimedOut => Some(Command::Fault { id, message: TIMED_OUT }),
    }
}
