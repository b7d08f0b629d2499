//! The rules of one WebSocket connection as a pure state machine: inputs and the time go in, commands come out.
//!
//! handshake → authorizer → `$connect` → open → frames → close → `$disconnect`. It knows no sockets, no clock and no
//! functions; `socket` carries the commands out. Order: the commands of one input are carried out in their order.

mod command;
mod frames;
mod input;
mod liveness;
mod rate;
mod route;
mod rules;
#[cfg(test)]
mod tests;

use std::time::Duration;

use frames::Frames;
use liveness::{Liveness, Verdict};

pub use command::Command;
pub use input::{Authorized, Connected, Input, Outcome, Violation};
pub use route::{Route, select as select_route};
pub use rules::{BACKLOG_BYTES, MAX_FRAME, MAX_MESSAGE, Rate, Rules};

/// The time since an origin that the caller chose once; it never goes back.
pub type Time = Duration;

/// Names one invocation of a connection.
pub type InvocationId = u64;

/// The reason API Gateway gives when it ends a connection by itself.
const GOING_AWAY: &str = "Going away";
/// The reason API Gateway gives when the socket broke.
const ABNORMAL: &str = "Connection Closed Abnormally";
/// The reason API Gateway gives for a close frame without a code.
const NO_STATUS: &str = "Client-side close frame status not set";
/// The reason API Gateway gives after a deletion.
const NORMAL: &str = "Connection Closed Normally";

#[derive(Debug)]
enum Phase {
    New,
    Authorizing,
    /// `$connect` runs; what to say in `$disconnect` if it succeeds although the connection is not wanted any more.
    Connecting {
        unwanted: Option<(u16, &'static str)>,
    },
    Open,
    /// No socket any more; `$disconnect` waits for the invocations in flight.
    Closing {
        code: u16,
        reason: String,
    },
    Over,
}

/// One connection.
#[derive(Debug)]
pub struct Connection {
    phase: Phase,
    offered: Vec<String>,
    frames: Frames,
    liveness: Liveness,
}

impl Connection {
    /// A connection whose handshake is about to come.
    #[must_use]
    pub fn new(rules: Rules, now: Time) -> Self {
        Self {
            phase: Phase::New,
            offered: Vec::new(),
            frames: Frames::new(&rules, now),
            liveness: Liveness::new(&rules, now),
        }
    }

    /// Takes what happened at `now` and says what to do.
    pub fn handle(&mut self, now: Time, input: Input) -> Vec<Command> {
        match self.phase {
            Phase::New | Phase::Authorizing | Phase::Connecting { .. } => self.before_open(now, input),
            Phase::Open => self.while_open(now, input),
            Phase::Closing { .. } | Phase::Over => self.after_close(input),
        }
    }

    /// Whether frames may be read from the socket; if not, TCP holds the client back.
    #[must_use]
    pub fn wants_frames(&self) -> bool {
        matches!(self.phase, Phase::Open) && self.frames.has_room() && !self.liveness.draining()
    }

    /// When a [`Input::Tick`] is wanted.
    #[must_use]
    pub fn wake_at(&self) -> Option<Time> {
        matches!(self.phase, Phase::Open)
            .then(|| self.liveness.wake_at())
            .flatten()
    }

    /// Whether there is a socket.
    #[must_use]
    pub fn is_open(&self) -> bool {
        matches!(self.phase, Phase::Open)
    }

    /// Whether everything is done.
    #[must_use]
    pub fn is_over(&self) -> bool {
        matches!(self.phase, Phase::Over)
    }

    fn before_open(&mut self, now: Time, input: Input) -> Vec<Command> {
        match (&mut self.phase, input) {
            (Phase::New, Input::Handshake { offered }) => {
                self.offered = offered;
                self.phase = Phase::Authorizing;
                vec![Command::Authorize]
            }
            (Phase::Authorizing, Input::AuthorizerAnswered(answer)) => self.authorized(answer),
            (Phase::Connecting { unwanted }, Input::ConnectAnswered(answer)) => {
                let unwanted = *unwanted;
                self.connected(now, answer, unwanted)
            }
            (Phase::Connecting { unwanted }, Input::Drain) => {
                *unwanted = Some((1001, GOING_AWAY));
                Vec::new()
            }
            (Phase::Connecting { unwanted }, Input::Lost) => {
                *unwanted = Some((1006, ABNORMAL));
                Vec::new()
            }
            (Phase::New | Phase::Authorizing, Input::Drain) => self.refuse(503),
            (Phase::New | Phase::Authorizing, Input::Lost) => {
                self.phase = Phase::Over;
                Vec::new()
            }
            _ => Vec::new(),
        }
    }

    fn authorized(&mut self, answer: Authorized) -> Vec<Command> {
        match answer {
            Authorized::Allowed => {
                self.phase = Phase::Connecting { unwanted: None };
                vec![Command::Connect]
            }
            Authorized::Denied => self.refuse(403),
            Authorized::Unauthorized => self.refuse(401),
            Authorized::Failed => self.refuse(500),
        }
    }

    fn connected(&mut self, now: Time, answer: Connected, unwanted: Option<(u16, &'static str)>) -> Vec<Command> {
        let subprotocol = match answer {
            Connected::Failed => return self.refuse(502),
            Connected::TimedOut => return self.refuse(504),
            Connected::Answered { status, .. } if !(200..300).contains(&status) => {
                return self.refuse(if (400..600).contains(&status) { status } else { 502 });
            }
            Connected::Answered { subprotocol, .. } => subprotocol,
        };
        if let Some((code, reason)) = unwanted {
            self.phase = Phase::Over;
            let disconnect = Command::Disconnect {
                code,
                reason: reason.to_owned(),
            };
            return vec![Command::Refuse { status: 503 }, disconnect];
        }
        // A server may only name what the client offered; a browser would close the connection otherwise.
        let subprotocol = subprotocol.filter(|name| self.offered.contains(name));
        self.offered = Vec::new();
        self.phase = Phase::Open;
        self.liveness.opened(now);
        vec![Command::Accept { subprotocol }]
    }

    fn refuse(&mut self, status: u16) -> Vec<Command> {
        self.phase = Phase::Over;
        vec![Command::Refuse { status }]
    }

    fn while_open(&mut self, now: Time, input: Input) -> Vec<Command> {
        match input {
            Input::Text(body) => {
                self.liveness.heard(now);
                if self.liveness.draining() {
                    Vec::new()
                } else {
                    self.frames.arrived(now, body)
                }
            }
            Input::PingReceived => {
                self.liveness.heard(now);
                if self.frames.spend(now) {
                    Vec::new()
                } else {
                    self.close(1008, "Too many pings")
                }
            }
            Input::PongReceived => {
                self.liveness.heard(now);
                Vec::new()
            }
            Input::InvocationAnswered { id, outcome } => self.answered(now, id, outcome),
            Input::Post(frame) => {
                self.liveness.said(now);
                vec![Command::Send(frame)]
            }
            Input::Binary => self.close(1003, "Binary frames are not supported"),
            Input::Violated(Violation::TooBig) => self.close(1009, "Message too big"),
            Input::Violated(Violation::NotUtf8) => self.close(1007, "Invalid frame payload data"),
            Input::Violated(Violation::Protocol) => self.close(1002, "Protocol error"),
            Input::Delete => self.close(1000, NORMAL),
            Input::PeerClosed { frame } => {
                let (code, reason) = frame.unwrap_or_else(|| (1005, NO_STATUS.to_owned()));
                self.ended(vec![Command::HangUp], code, reason)
            }
            Input::Lost => self.ended(vec![Command::HangUp], 1006, ABNORMAL.to_owned()),
            Input::Tick => self.tick(now),
            Input::Drain => {
                self.liveness.drain(now);
                self.close_if_drained()
            }
            Input::Handshake { .. } | Input::AuthorizerAnswered(_) | Input::ConnectAnswered(_) => Vec::new(),
        }
    }

    fn answered(&mut self, now: Time, id: InvocationId, outcome: Outcome) -> Vec<Command> {
        let mut commands = self.frames.answered(id, outcome);
        if commands
            .iter()
            .any(|command| matches!(command, Command::Send(_) | Command::Fault { .. }))
        {
            self.liveness.said(now);
        }
        commands.extend(self.close_if_drained());
        commands
    }

    fn tick(&mut self, now: Time) -> Vec<Command> {
        match self.liveness.tick(now, self.frames.has_room()) {
            Verdict::Fine => Vec::new(),
            Verdict::Ping => vec![Command::Ping],
            Verdict::GoingAway => self.close(1001, GOING_AWAY),
            Verdict::Dead => {
                let close = Command::Close {
                    code: 1001,
                    reason: GOING_AWAY,
                };
                self.ended(vec![close], 1006, ABNORMAL.to_owned())
            }
        }
    }

    fn close_if_drained(&mut self) -> Vec<Command> {
        let done = self.liveness.draining() && self.frames.is_quiet();
        if done { self.close(1001, GOING_AWAY) } else { Vec::new() }
    }

    fn close(&mut self, code: u16, reason: &'static str) -> Vec<Command> {
        self.ended(vec![Command::Close { code, reason }], code, reason.to_owned())
    }

    fn ended(&mut self, mut commands: Vec<Command>, code: u16, reason: String) -> Vec<Command> {
        self.frames.forget_backlog();
        // In order means in order to the end: `$disconnect` must not overtake a frame that still runs.
        if self.frames.in_order() && !self.frames.is_quiet() {
            self.phase = Phase::Closing { code, reason };
        } else {
            self.phase = Phase::Over;
            commands.push(Command::Disconnect { code, reason });
        }
        commands
    }

    fn after_close(&mut self, input: Input) -> Vec<Command> {
        let Input::InvocationAnswered { id, outcome } = input else {
            return Vec::new();
        };
        self.frames.answered(id, outcome);
        match &mut self.phase {
            Phase::Closing { code, reason } if self.frames.is_quiet() => {
                let disconnect = Command::Disconnect {
                    code: *code,
                    reason: std::mem::take(reason),
                };
                self.phase = Phase::Over;
                vec![disconnect]
            }
            _ => Vec::new(),
        }
    }
}
