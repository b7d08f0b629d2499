//! Credentials for users.

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::IntoResponse;
use parlour_protocol::error::Problem;
use parlour_protocol::view::{TicketView, TokenView};
use parlour_service::issue;

use super::Rest;
use super::extract::{Caller, CallerUntil, Now, OfUser};
use super::respond::Answer;

/// Issue a user token.
///
/// For a user that exists; an unknown one is 404 and never created. The token lives an hour.
#[utoipa::path(post, path = "/auth/{user_id}", tag = "auth", params(("user_id" = String, Path)),
    security(("clientKey" = [])),
    responses((status = 201, body = TokenView), (status = "4XX", body = Problem), (status = 503, body = Problem)))]
pub(crate) async fn issue_user_token(
    State(rest): State<Rest>,
    Now(moment): Now,
    Caller(actor): Caller,
    OfUser(user): OfUser,
) -> Answer {
    let token = issue::user_token(&rest.parlour, &moment, &actor, user).await?;
    Ok((StatusCode::CREATED, axum::Json(token)).into_response())
}

/// Issue a ticket.
///
/// A credential for `?ticket=` of a WebSocket URL: it works once and for a minute. The connection that it opens holds as long as the token
/// that asked for it, an hour at most.
#[utoipa::path(post, path = "/ticket", tag = "auth", security(("bearer" = []), ("clientKey" = [])),
    responses((status = 201, body = TicketView), (status = "4XX", body = Problem), (status = 503, body = Problem)))]
pub(crate) async fn issue_ticket(
    State(rest): State<Rest>,
    Now(mut moment): Now,
    CallerUntil(actor, until): CallerUntil,
) -> Answer {
    let ticket = issue::ticket(&rest.parlour, &mut moment, &actor, until).await?;
    Ok((StatusCode::CREATED, axum::Json(ticket)).into_response())
}
