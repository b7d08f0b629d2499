//! The figures of a connection's rules: API Gateway's hard limits and what is configurable.

use std::time::Duration;

/// The largest frame a client may send, in bytes (API Gateway: 32 KB).
pub const MAX_FRAME: usize = 32 * 1024;

/// The largest message in either direction, in bytes (API Gateway: 128 KB).
pub const MAX_MESSAGE: usize = 128 * 1024;

/// How many bytes of frames may wait in order before the socket is not read any more; the last of them may exceed it.
pub const BACKLOG_BYTES: usize = 2 * MAX_MESSAGE;

/// How fast one connection may send: a bucket of `burst` frames, refilled with `per_second`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Rate {
    /// Frames at once.
    pub burst: u32,
    /// Frames per second in the long run; at least 1.
    pub per_second: u32,
}

/// The rules of a connection.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Rules {
    /// One frame after the other (true), or all at once as API Gateway does.
    pub in_order: bool,
    /// How many frames may wait (in order) or run at once (in parallel) before the socket is not read any more.
    pub backlog: usize,
    /// The pause between two pings; a peer that leaves two unanswered is closed when the third is due.
    pub ping_every: Option<Duration>,
    /// The longest silence.
    pub idle: Option<Duration>,
    /// The longest life.
    pub life: Option<Duration>,
    /// What the connection may send.
    pub rate: Rate,
    /// How long frames in flight may take once the gateway drains.
    pub drain: Duration,
}

impl Rules {
    /// Kinder than API Gateway: frames in order, pings, no idle limit, no end of life.
    #[must_use]
    pub const fn kind() -> Self {
        Self {
            in_order: true,
            backlog: 64,
            ping_every: Some(Duration::from_secs(25)),
            idle: None,
            life: None,
            rate: Rate {
                burst: 500,
                per_second: 100,
            },
            drain: Duration::from_secs(10),
        }
    }

    /// As API Gateway: frames in parallel, 10 min idle, 2 h life, no pings.
    #[must_use]
    pub const fn like_aws() -> Self {
        Self {
            in_order: false,
            ping_every: None,
            idle: Some(Duration::from_secs(10 * 60)),
            life: Some(Duration::from_secs(2 * 60 * 60)),
            ..Self::kind()
        }
    }
}
