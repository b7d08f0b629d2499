//! go-chat: what of its REST has to do with chat.

use axum::Router;

use crate::rest::Rest;

/// The service's routes, at its own paths.
pub(super) fn routes() -> Router<Rest> {
    Router::new()
}
