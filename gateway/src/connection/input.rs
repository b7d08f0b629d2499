//! What can happen to a connection.

use tokio_tungstenite::tungstenite::Utf8Bytes;

use super::InvocationId;

/// What the authorizer said.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Authorized {
    /// The policy allows the connection.
    Allowed,
    /// The policy denies it.
    Denied,
    /// The function failed with the text `Unauthorized`.
    Unauthorized,
    /// The function failed in any other way or answered nonsense.
    Failed,
}

/// What `$connect` said.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Connected {
    /// It returned a status and perhaps the subprotocol to name in the handshake.
    Answered {
        /// The status code; 2xx opens the connection.
        status: u16,
        /// The value of its `Sec-WebSocket-Protocol` header.
        subprotocol: Option<String>,
    },
    /// It failed or answered nonsense.
    Failed,
    /// It took longer than the integration timeout.
    TimedOut,
}

/// What became of the invocation for a frame.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Outcome {
    /// The function returned; its `body`, if there was one.
    Replied(Option<Utf8Bytes>),
    /// It failed.
    Failed,
    /// It took longer than the integration timeout.
    TimedOut,
}

/// What a client did that ends its connection.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Violation {
    /// A frame or a message above the limit.
    TooBig,
    /// A text frame that is no UTF-8.
    NotUtf8,
    /// Anything else that RFC 6455 forbids.
    Protocol,
}

/// Something that happened.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Input {
    /// The client asks for an upgrade and offers these subprotocols.
    Handshake {
        /// In the client's order.
        offered: Vec<String>,
    },
    /// The authorizer has answered.
    AuthorizerAnswered(Authorized),
    /// `$connect` has answered.
    ConnectAnswered(Connected),
    /// A text message arrived.
    Text(Utf8Bytes),
    /// A binary message arrived.
    Binary,
    /// The client sent a ping (the socket layer has answered it).
    PingReceived,
    /// The client answered a ping.
    PongReceived,
    /// The invocation for a frame is over.
    InvocationAnswered {
        /// Which one.
        id: InvocationId,
        /// How.
        outcome: Outcome,
    },
    /// A frame was posted to the connection.
    Post(Utf8Bytes),
    /// The connection was deleted through the management API.
    Delete,
    /// The client broke the protocol.
    Violated(Violation),
    /// The client closed, with its code if it gave one.
    PeerClosed {
        /// Code and reason of its close frame.
        frame: Option<(u16, String)>,
    },
    /// The socket broke, or the client has not read for too long.
    Lost,
    /// Time has passed.
    Tick,
    /// The gateway shuts down.
    Drain,
}
