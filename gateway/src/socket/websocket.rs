//! The WebSocket under a connection: small buffers, limits, no wait without an end.

use std::time::Duration;

use futures_util::{SinkExt, StreamExt};
use hyper::upgrade::{OnUpgrade, Upgraded};
use hyper_util::rt::TokioIo;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::time::timeout;
use tokio_tungstenite::WebSocketStream;
use tokio_tungstenite::tungstenite::error::{Error, ProtocolError};
use tokio_tungstenite::tungstenite::protocol::{CloseFrame, Role, WebSocketConfig};
use tokio_tungstenite::tungstenite::{Bytes, Message, Utf8Bytes};

use super::transport::Broken;
use crate::connection::{Input, MAX_FRAME, MAX_MESSAGE, Violation};

/// How long the 101 may take to reach the client.
const UPGRADE_TIMEOUT: Duration = Duration::from_secs(5);
/// How long a client may leave what is sent to it unread.
const WRITE_TIMEOUT: Duration = Duration::from_secs(15);
/// How long a closed socket waits for the client's part of the farewell.
const FAREWELL: Duration = Duration::from_secs(1);

/// The client's end is a WebSocket.
pub(crate) struct WebSocket {
    socket: WebSocketStream<TokioIo<Upgraded>>,
    violated: bool,
}

fn config() -> WebSocketConfig {
    // The default read buffer alone is 128 KiB for each connection.
    WebSocketConfig::default()
        .read_buffer_size(4 * 1024)
        .write_buffer_size(4 * 1024)
        .max_write_buffer_size(4 * MAX_MESSAGE)
        .max_frame_size(Some(MAX_FRAME))
        .max_message_size(Some(MAX_MESSAGE))
}

impl WebSocket {
    /// Waits for the socket under an accepted handshake.
    pub(crate) async fn open(upgrade: OnUpgrade) -> Result<Self, Broken> {
        let upgraded = timeout(UPGRADE_TIMEOUT, upgrade)
            .await
            .map_err(|_| Broken)?
            .map_err(|_| Broken)?;
        let io = TokioIo::new(upgraded);
        let socket = WebSocketStream::from_raw_socket(io, Role::Server, Some(config())).await;
        Ok(Self {
            socket,
            violated: false,
        })
    }

    /// The next thing that the client does. May be dropped at any time without losing anything.
    pub(crate) async fn next(&mut self) -> Input {
        match self.socket.next().await {
            Some(Ok(message)) => read(message),
            Some(Err(error)) => {
                let input = broken(&error);
                self.violated = matches!(input, Input::Violated(_));
                input
            }
            None => Input::Lost,
        }
    }

    /// Puts a text frame into the write buffer.
    pub(crate) async fn text(&mut self, frame: Utf8Bytes) -> Result<(), Broken> {
        self.feed(Message::Text(frame)).await
    }

    /// Puts a ping into the write buffer.
    pub(crate) async fn ping(&mut self) -> Result<(), Broken> {
        self.feed(Message::Ping(Bytes::new())).await
    }

    /// Writes the buffer out.
    pub(crate) async fn flush(&mut self) -> Result<(), Broken> {
        bounded(self.socket.flush()).await
    }

    async fn feed(&mut self, message: Message) -> Result<(), Broken> {
        bounded(self.socket.feed(message)).await
    }

    /// Says goodbye: with a close frame of this code, or to a client that has closed by itself.
    pub(crate) async fn close(mut self, frame: Option<(u16, &'static str)>) {
        let farewell = async {
            if let Some((code, reason)) = frame {
                let frame = CloseFrame {
                    code: code.into(),
                    reason: Utf8Bytes::from_static(reason),
                };
                let _ = self.socket.send(Message::Close(Some(frame))).await;
            }
            if self.violated {
                self.discard().await;
            } else {
                while let Some(Ok(_)) = self.socket.next().await {}
            }
        };
        // Who does not answer a farewell is left without one.
        let _ = timeout(FAREWELL, farewell).await;
    }

    /// Reads what the client had already sent, because closing over unread bytes would destroy the close frame.
    async fn discard(&mut self) {
        let io = self.socket.get_mut();
        let _ = io.shutdown().await;
        let mut buffer = vec![0; 4 * 1024];
        while matches!(io.read(&mut buffer).await, Ok(count) if count > 0) {}
    }
}

async fn bounded(write: impl Future<Output = Result<(), Error>>) -> Result<(), Broken> {
    match timeout(WRITE_TIMEOUT, write).await {
        Ok(Ok(())) => Ok(()),
        Ok(Err(_)) | Err(_) => Err(Broken),
    }
}

fn read(message: Message) -> Input {
    match message {
        Message::Text(text) => Input::Text(text),
        Message::Binary(_) => Input::Binary,
        Message::Ping(_) => Input::PingReceived,
        Message::Pong(_) | Message::Frame(_) => Input::PongReceived,
        Message::Close(frame) => {
            let frame = frame.map(|frame| (u16::from(frame.code), frame.reason.as_str().to_owned()));
            Input::PeerClosed { frame }
        }
    }
}

fn broken(error: &Error) -> Input {
    match error {
        Error::Capacity(_) => Input::Violated(Violation::TooBig),
        Error::Utf8(_) => Input::Violated(Violation::NotUtf8),
        Error::Protocol(ProtocolError::ResetWithoutClosingHandshake) => Input::Lost,
        Error::Protocol(_) => Input::Violated(Violation::Protocol),
        _ => Input::Lost,
    }
}
