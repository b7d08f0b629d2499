//! When a connection ends by itself: pings, silence, life, drain.

use std::time::Duration;

use super::{Rules, Time};

/// Pings that may stay unanswered.
const PATIENCE: u8 = 2;

/// What a tick found.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Verdict {
    Fine,
    Ping,
    GoingAway,
    Dead,
}

#[derive(Debug)]
pub(super) struct Liveness {
    ping_every: Option<Duration>,
    idle: Option<Duration>,
    life: Option<Duration>,
    drain: Duration,
    opened_at: Time,
    active_at: Time,
    pinged_at: Time,
    unanswered: u8,
    drains_until: Option<Time>,
}

impl Liveness {
    pub(super) fn new(rules: &Rules, now: Time) -> Self {
        Self {
            ping_every: rules.ping_every,
            idle: rules.idle,
            life: rules.life,
            drain: rules.drain,
            opened_at: now,
            active_at: now,
            pinged_at: now,
            unanswered: 0,
            drains_until: None,
        }
    }

    pub(super) fn opened(&mut self, now: Time) {
        self.opened_at = now;
        self.active_at = now;
        self.pinged_at = now;
    }

    /// The client said something.
    pub(super) fn heard(&mut self, now: Time) {
        self.active_at = now;
        self.unanswered = 0;
    }

    /// Something was sent to the client.
    pub(super) fn said(&mut self, now: Time) {
        self.active_at = now;
    }

    pub(super) fn drain(&mut self, now: Time) {
        self.drains_until.get_or_insert(now + self.drain);
    }

    pub(super) const fn draining(&self) -> bool {
        self.drains_until.is_some()
    }

    pub(super) fn wake_at(&self) -> Option<Time> {
        [self.ping_at(), self.idle_at(), self.dies_at(), self.drains_until]
            .into_iter()
            .flatten()
            .min()
    }

    /// `reading`: the socket is being read; while it is not, a pong could not be seen.
    pub(super) fn tick(&mut self, now: Time, reading: bool) -> Verdict {
        let due = |at: Option<Time>| at.is_some_and(|at| at <= now);
        if due(self.drains_until) || due(self.dies_at()) || due(self.idle_at()) {
            return Verdict::GoingAway;
        }
        if !due(self.ping_at()) {
            return Verdict::Fine;
        }
        self.pinged_at = now;
        if !reading {
            return Verdict::Fine;
        }
        if self.unanswered >= PATIENCE {
            return Verdict::Dead;
        }
        self.unanswered += 1;
        Verdict::Ping
    }

    fn ping_at(&self) -> Option<Time> {
        self.ping_every.map(|every| self.pinged_at + every)
    }

    fn idle_at(&self) -> Option<Time> {
        self.idle.map(|idle| self.active_at + idle)
    }

    fn dies_at(&self) -> Option<Time> {
        self.life.map(|life| self.opened_at + life)
    }
}
