//! Messages.

use axum::extract::State;
use parlour_protocol::InvalidInput;
use parlour_protocol::error::Problem;
use parlour_protocol::request::{SendMessage, page_limit};
use parlour_protocol::view::{EntryView, HistoryView};
use parlour_service::{history, metric, send_message as send};
use serde::Deserialize;
use utoipa::IntoParams;

use super::Rest;
use super::extract::{Caller, InRoom, Now, OfMessage, Params, Write};
use super::respond::{Answer, Timed, created, ok};
use crate::direction::direction;

/// Send a message.
///
/// Sent again with the same `client_id` (or Idempotency-Key), the original message is answered with `duplicate: true`.
#[utoipa::path(post, path = "/room/{room_id}/message/send", tag = "message", params(("room_id" = String, Path)),
    request_body = SendMessage, security(("bearer" = []), ("clientKey" = [])),
    responses((status = 201, body = EntryView), (status = 200, body = EntryView, description = "sent before"),
        (status = "4XX", body = Problem), (status = 503, body = Problem)))]
pub(crate) async fn send_message(
    State(rest): State<Rest>,
    Now(mut moment): Now,
    Caller(actor): Caller,
    InRoom(room): InRoom,
    Write { body, key }: Write<SendMessage>,
) -> Answer {
    let mut message = body.check()?;
    match (&message.client_id, key) {
        (None, Some(key)) => message.client_id = Some(key.client_id),
        (Some(id), Some(key)) if *id != key.client_id => {
            return Err(InvalidInput::new("client_id", "must be the Idempotency-Key if both are given").into());
        }
        _ => {}
    }
    let sent = send::send_message(&rest.parlour, &mut moment, &actor, room, message, None).await?;
    let mut response = created(&sent)?;
    response.extensions_mut().insert(Timed(metric::SEND_LATENCY));
    Ok(response)
}

/// A page of messages.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct HistoryParams {
    /// Newest first, before this entry.
    before_seq: Option<u64>,
    /// Oldest first, after this entry.
    after_seq: Option<u64>,
    /// At most so many, 1 to 50.
    limit: Option<u64>,
}

/// List messages, from the newest or from a place in either direction.
#[utoipa::path(get, path = "/room/{room_id}/message", tag = "message",
    params(("room_id" = String, Path), HistoryParams), security(("bearer" = []), ("clientKey" = [])),
    responses((status = 200, body = HistoryView), (status = "4XX", body = Problem), (status = 503, body = Problem)))]
pub(crate) async fn list_messages(
    State(rest): State<Rest>,
    Caller(actor): Caller,
    InRoom(room): InRoom,
    Params(params): Params<HistoryParams>,
) -> Answer {
    let direction = direction(params.before_seq, params.after_seq)?;
    ok(&history::list(&rest.parlour, &actor, room, direction, page_limit(params.limit)?).await?)
}

/// Get a message.
#[utoipa::path(get, path = "/room/{room_id}/message/{message_id}", tag = "message",
    params(("room_id" = String, Path), ("message_id" = String, Path)), security(("bearer" = []), ("clientKey" = [])),
    responses((status = 200, body = EntryView), (status = "4XX", body = Problem), (status = 503, body = Problem)))]
pub(crate) async fn get_message(
    State(rest): State<Rest>,
    Caller(actor): Caller,
    OfMessage(room, message): OfMessage,
) -> Answer {
    ok(&history::get(&rest.parlour, &actor, room, message).await?)
}
