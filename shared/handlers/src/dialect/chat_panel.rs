//! Events that clients of zawhtetnaing006/chat-panel emit.

use parlour_domain::Moment;
use parlour_protocol::dialect::socket_io::{Emitted, Said};
use parlour_service::Parlour;

use crate::event::WsEvent;

/// Runs what a client emits; what it is told itself.
pub(super) async fn emitted(_: &Parlour, _: &mut Moment, _: &WsEvent, _: &Emitted) -> Vec<Said> {
    Vec::new()
}
