//! REST of sub-rat/ChatServer, known as callsewa.

use axum::Router;

use crate::rest::Rest;

/// The service's routes, at its own paths.
pub(super) fn routes() -> Router<Rest> {
    Router::new()
}
