//! Messages.

use axum::Extension;
use axum::extract::State;
use parlour_protocol::error::Problem;
use parlour_protocol::request::{SendForm, SendMessage, SendMessages, client_id, page_limit};
use parlour_protocol::view::{EntryView, HistoryView, PageView, SentView};
use parlour_service::{history, metric, send_message as send, send_messages as bulk};
use serde::Deserialize;
use utoipa::IntoParams;

use super::Rest;
use super::edge::RequestId;
use super::extract::{Caller, InRoom, Now, OfMessage, Params, Said, Sending, Write, one_id};
use super::respond::{Answer, Timed, created, ok};
use super::send_form;
use crate::direction::place;
use crate::wire::wire;

/// Send a message.
///
/// Sent again with the same `client_id` (or Idempotency-Key), the original message is answered with `duplicate: true`. Files may come
/// with it in a form; larger ones are announced by `POST /attachments` and named in `attachments`.
#[utoipa::path(post, path = "/room/{room_id}/message/send", tag = "message", params(("room_id" = String, Path)),
    request_body(content((SendMessage = "application/json"), (SendForm = "multipart/form-data"))), security(("bearer" = []), ("clientKey" = [])),
    responses((status = 201, body = EntryView), (status = 200, body = EntryView, description = "sent before"),
        (status = "4XX", body = Problem), (status = 503, body = Problem)))]
pub(crate) async fn send_message(
    State(rest): State<Rest>,
    Now(mut moment): Now,
    Caller(actor): Caller,
    InRoom(room): InRoom,
    Sending { said, id }: Sending,
) -> Answer {
    let mut message = match said {
        Said::Json(body) => body.check()?,
        Said::Form(mut form) => {
            let read = send_form::read(&rest, &mut moment, (&actor, room), &mut form).await;
            if read.is_err() {
                form.drain().await;
            }
            // Reading it may have taken minutes.
            moment = (rest.moments)();
            read?
        }
    };
    message.client_id = one_id(message.client_id, id)?;
    let sent = send::send_message(&rest.parlour, &mut moment, &actor, room, message, None).await?;
    let mut response = created(&sent)?;
    response.extensions_mut().insert(Timed(metric::SEND_LATENCY));
    Ok(response)
}

/// Send many messages.
///
/// Each is answered for itself, in the same order: the message, or why it was not sent. An Idempotency-Key (here of at most 61
/// characters) makes a client id for every message that has none.
#[utoipa::path(post, path = "/message/send", tag = "message",
    request_body = SendMessages, security(("clientKey" = [])),
    responses((status = 200, body = PageView<SentView>), (status = "4XX", body = Problem), (status = 503, body = Problem)))]
pub(crate) async fn send_messages(
    State(rest): State<Rest>,
    Now(mut moment): Now,
    Caller(actor): Caller,
    Extension(RequestId(request)): Extension<RequestId>,
    Write { body, key }: Write<SendMessages>,
) -> Answer {
    let mut messages = body.check()?;
    if let Some(key) = key {
        for (place, (_, _, message)) in messages.iter_mut().enumerate() {
            if message.client_id.is_none() {
                let id = format!("{}.{place}", key.client_id);
                message.client_id = Some(client_id("Idempotency-Key", &id)?);
            }
        }
    }
    let sent = bulk::send_messages(&rest.parlour, &mut moment, &actor, messages).await?;
    let items = sent.into_iter().map(|sent| became(sent, &request));
    ok(&PageView {
        items: items.collect(),
        next: None,
    })
}

fn became(sent: bulk::Sent, request: &str) -> SentView {
    match sent {
        Ok(done) => SentView {
            message: Some(done.value),
            error: None,
        },
        Err(error) => SentView {
            message: None,
            error: Some(wire(error, request).frame_data()),
        },
    }
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
    /// On both sides of this entry, oldest first.
    around_seq: Option<u64>,
    /// At most so many, 1 to 50.
    limit: Option<u64>,
}

/// List messages, from the newest, from a place in either direction, or around a place.
#[utoipa::path(get, path = "/room/{room_id}/message", tag = "message",
    params(("room_id" = String, Path), HistoryParams), security(("bearer" = []), ("clientKey" = [])),
    responses((status = 200, body = HistoryView), (status = "4XX", body = Problem), (status = 503, body = Problem)))]
pub(crate) async fn list_messages(
    State(rest): State<Rest>,
    Caller(actor): Caller,
    InRoom(room): InRoom,
    Params(params): Params<HistoryParams>,
) -> Answer {
    let place = place(params.before_seq, params.after_seq, params.around_seq)?;
    ok(&history::list(&rest.parlour, &actor, room, place, page_limit(params.limit)?).await?)
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
