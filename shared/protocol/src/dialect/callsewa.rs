//! `sub-rat/ChatServer, known as callsewa`: events of Socket.IO.

use super::socket_io::Said;
use super::{Event, Recipient};

/// An event in the words of the service; none where it has none for it.
#[must_use]
pub fn encode(_event: &Event, _to: Recipient<'_>) -> Vec<Said> {
    Vec::new()
}
