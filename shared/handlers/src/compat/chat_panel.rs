//! REST of zawhtetnaing006/chat-panel.

use axum::Router;

use crate::rest::Rest;

/// The service's routes, at its own paths.
pub(super) fn routes() -> Router<Rest> {
    Router::new()
}
