//! What a connection wants done.

use tokio_tungstenite::tungstenite::Utf8Bytes;

use super::{InvocationId, Route};

/// Something to do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Command {
    /// Invoke the authorizer.
    Authorize,
    /// Invoke `$connect`.
    Connect,
    /// Answer the handshake with this status; there will be no connection.
    Refuse {
        /// The HTTP status.
        status: u16,
    },
    /// Answer the handshake with 101; from here on posts reach the connection.
    Accept {
        /// The subprotocol to name.
        subprotocol: Option<String>,
    },
    /// Invoke the function of a route with a frame.
    Invoke {
        /// Comes back in [`super::Input::InvocationAnswered`].
        id: InvocationId,
        /// The route.
        route: Route,
        /// The frame.
        body: Utf8Bytes,
    },
    /// Send a text frame.
    Send(Utf8Bytes),
    /// Send API Gateway's error frame about a client's frame.
    Fault {
        /// The invocation that it is about.
        id: InvocationId,
        /// Its `message`.
        message: &'static str,
    },
    /// Send a ping.
    Ping,
    /// From here on posts find nobody; send a close frame and end the socket.
    Close {
        /// The close code.
        code: u16,
        /// The close reason.
        reason: &'static str,
    },
    /// From here on posts find nobody; the client is gone or has closed by itself.
    HangUp,
    /// Invoke `$disconnect`; its answer is of no interest.
    Disconnect {
        /// `disconnectStatusCode`.
        code: u16,
        /// `disconnectReason`.
        reason: String,
    },
}
