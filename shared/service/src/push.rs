//! Handing a frame to a connection, wherever its socket is.

use std::fmt::Debug;
use std::future::Future;
use std::pin::Pin;

use bytes::Bytes;
use parlour_domain::ConnectionId;

/// A future that may be sent between threads.
pub type BoxFuture<'a, T> = Pin<Box<dyn Future<Output = T> + Send + 'a>>;

/// Where a connection is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Address<'a> {
    /// The connection.
    pub connection: &'a ConnectionId,
    /// The management endpoint of its connection manager; `None`: the default one.
    pub endpoint: Option<&'a str>,
}

/// What became of a post. None of these is an error: a push is a hint, history is the truth.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Pushed {
    /// The connection manager took it.
    Sent,
    /// There is no such connection any more.
    Gone,
    /// The connection's buffer is full or the quota is used up; the client finds the gap by `seq`.
    Throttled,
    /// Anything else, a timeout included.
    Failed,
}

/// Posts frames to connections. Implementations return within 2 s and never wait for a slow reader.
pub trait Push: Send + Sync + Debug {
    /// Posts one text frame.
    fn post<'a>(&'a self, to: Address<'a>, frame: Bytes) -> BoxFuture<'a, Pushed>;

    /// Closes the connection. `Gone` if it was closed already.
    fn close<'a>(&'a self, to: Address<'a>) -> BoxFuture<'a, Pushed>;
}
