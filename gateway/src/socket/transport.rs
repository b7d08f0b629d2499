//! What is under a connection: a WebSocket, or requests that may become one.

use std::collections::VecDeque;

use tokio_tungstenite::tungstenite::Utf8Bytes;

use super::websocket::WebSocket;
use crate::connection::Input;
use crate::polling::{Event, Inbox, Line, Waiter, taken, tell};

/// What carries the frames is of no use any more.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Broken;

pub(super) struct Transport {
    way: Way,
    /// What was posted: it comes before what the WebSocket carries.
    inbox: Inbox<Waiter>,
    /// What no request has fetched: the WebSocket carries it first.
    unsent: VecDeque<Utf8Bytes>,
}

enum Way {
    Socket(Box<WebSocket>),
    Polling(Box<Line>),
}

impl Transport {
    pub(super) fn socket(socket: WebSocket) -> Self {
        Self::of(Way::Socket(Box::new(socket)))
    }

    pub(super) fn polling(line: Line) -> Self {
        Self::of(Way::Polling(Box::new(line)))
    }

    fn of(way: Way) -> Self {
        Self {
            way,
            inbox: Inbox::new(),
            unsent: VecDeque::new(),
        }
    }

    /// The next thing that the client does; `None`: nothing that the rules are about, but [`Self::flush`] may have something to do.
    /// `reading`: its frames are wanted. May be dropped at any time without losing anything.
    pub(super) async fn next(&mut self, reading: bool) -> Option<Input> {
        self.inbox.admit(|waiter| tell(waiter, taken()).is_ok());
        if reading && let Some(input) = self.inbox.next() {
            return Some(input);
        }
        let line = match &mut self.way {
            Way::Socket(socket) if reading => return Some(socket.next().await),
            Way::Socket(_) => return std::future::pending().await,
            Way::Polling(line) => line,
        };
        match line.next(&mut self.inbox).await {
            Event::Input(input) => Some(input),
            Event::Moved => None,
            Event::Upgraded(socket, unsent) => {
                self.unsent = unsent;
                self.way = Way::Socket(socket);
                None
            }
        }
    }

    /// Whether there is room for more frames; if not, they wait where posts are throttled.
    pub(super) fn has_room(&self) -> bool {
        match &self.way {
            // Who writes into it waits.
            Way::Socket(_) => true,
            Way::Polling(line) => line.has_room(),
        }
    }

    /// Takes a text frame; [`Self::flush`] sends it.
    pub(super) async fn text(&mut self, frame: Utf8Bytes) -> Result<(), Broken> {
        match &mut self.way {
            Way::Socket(socket) if self.unsent.is_empty() => socket.text(frame).await?,
            Way::Socket(_) => self.unsent.push_back(frame),
            Way::Polling(line) => line.text(frame),
        }
        Ok(())
    }

    /// Wants to hear of the client; [`Self::flush`] asks it.
    pub(super) async fn ping(&mut self) -> Result<(), Broken> {
        match &mut self.way {
            Way::Socket(socket) => socket.ping().await,
            Way::Polling(line) => {
                line.ping();
                Ok(())
            }
        }
    }

    /// Sends what was taken.
    pub(super) async fn flush(&mut self) -> Result<(), Broken> {
        match &mut self.way {
            Way::Socket(socket) => {
                for frame in std::mem::take(&mut self.unsent) {
                    socket.text(frame).await?;
                }
                socket.flush().await
            }
            Way::Polling(line) => line.flush(),
        }
    }

    /// Says goodbye: with this code and reason, or to a client that has closed by itself.
    pub(super) async fn close(self, frame: Option<(u16, &'static str)>) {
        match self.way {
            Way::Socket(socket) => socket.close(frame).await,
            Way::Polling(line) => {
                if let Some((socket, unsent)) = line.close(frame.is_some()).await {
                    let mut upgraded = Self::socket(*socket);
                    upgraded.unsent = unsent;
                    if upgraded.flush().await.is_ok()
                        && let Way::Socket(socket) = upgraded.way
                    {
                        socket.close(frame).await;
                    }
                }
            }
        }
    }
}
