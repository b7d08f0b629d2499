//! What becomes of a message after it was sent: edits, deletion, reactions, its thread.

use axum::extract::State;
use parlour_domain::access::Actor;
use parlour_domain::{MessageId, RoomId, limits};
use parlour_protocol::error::Problem;
use parlour_protocol::request::{EditMessage, ForwardMessage, page_limit, seq};
use parlour_protocol::view::{EditView, EntryView, HistoryView, PageView};
use parlour_service::{
    Changed, Done, PageSize, Target, delete_message as delete, edit_message as edit, forward_message as forward, react,
    replies,
};
use serde::Deserialize;
use utoipa::IntoParams;

use super::Rest;
use super::extract::{Bodyless, Caller, Now, OfMessage, OfReaction, Params, Write, one_id};
use super::respond::{Answer, changed, created, gone, ok};

/// Edit a message.
///
/// Only its sender and the backend may. What is not given stays, `null` removes.
#[utoipa::path(patch, path = "/room/{room_id}/message/{message_id}", tag = "message",
    params(("room_id" = String, Path), ("message_id" = String, Path)),
    request_body = EditMessage, security(("bearer" = []), ("clientKey" = [])),
    responses((status = 200, body = EntryView), (status = "4XX", body = Problem), (status = 503, body = Problem)))]
pub(crate) async fn edit_message(
    State(rest): State<Rest>,
    Now(mut moment): Now,
    Caller(actor): Caller,
    OfMessage(room, message): OfMessage,
    Write { body, key }: Write<EditMessage>,
) -> Answer {
    let target = target(&actor, room, message);
    let done = edit::edit_message(&rest.parlour, &mut moment, target, body.check()?, key.as_ref()).await?;
    changed(&message_of(done))
}

/// Forward a message to another room.
///
/// Who forwards must see the one and may send in the other. The new message says where it comes from.
#[utoipa::path(post, path = "/room/{room_id}/message/{message_id}/forward", tag = "message",
    params(("room_id" = String, Path), ("message_id" = String, Path)),
    request_body = ForwardMessage, security(("bearer" = []), ("clientKey" = [])),
    responses((status = 201, body = EntryView), (status = 200, body = EntryView, description = "sent before"),
        (status = "4XX", body = Problem), (status = 503, body = Problem)))]
pub(crate) async fn forward_message(
    State(rest): State<Rest>,
    Now(mut moment): Now,
    Caller(actor): Caller,
    OfMessage(room, message): OfMessage,
    Write { body, key }: Write<ForwardMessage>,
) -> Answer {
    let mut forwarding = body.check()?;
    forwarding.client_id = one_id(forwarding.client_id, key.map(|key| key.client_id))?;
    let target = target(&actor, room, message);
    created(&forward::forward_message(&rest.parlour, &mut moment, target, forwarding).await?)
}

/// How a message is deleted.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct DeleteParams {
    /// Keep nothing of what it said.
    #[serde(default)]
    hard: bool,
}

/// Delete a message; it keeps its place.
///
/// Its sender, a moderator or owner of the room and the backend may.
#[utoipa::path(delete, path = "/room/{room_id}/message/{message_id}", tag = "message",
    params(("room_id" = String, Path), ("message_id" = String, Path), DeleteParams),
    security(("bearer" = []), ("clientKey" = [])),
    responses((status = 204), (status = "4XX", body = Problem), (status = 503, body = Problem)))]
pub(crate) async fn delete_message(
    State(rest): State<Rest>,
    Now(mut moment): Now,
    Caller(actor): Caller,
    OfMessage(room, message): OfMessage,
    Params(params): Params<DeleteParams>,
    Bodyless(key): Bodyless,
) -> Answer {
    let target = target(&actor, room, message);
    let done = delete::delete_message(&rest.parlour, &mut moment, target, params.hard, key.as_ref()).await?;
    gone(&nothing_of(&done))
}

/// List what a message said before it was edited, and since when.
#[utoipa::path(get, path = "/room/{room_id}/message/{message_id}/edit", tag = "message",
    params(("room_id" = String, Path), ("message_id" = String, Path)), security(("bearer" = []), ("clientKey" = [])),
    responses((status = 200, body = PageView<EditView>), (status = "4XX", body = Problem),
        (status = 503, body = Problem)))]
pub(crate) async fn list_edits(
    State(rest): State<Rest>,
    Caller(actor): Caller,
    OfMessage(room, message): OfMessage,
) -> Answer {
    // The message as it was sent, and after each edit.
    let all = (0, PageSize::whole(limits::MESSAGE_EDITS + 1));
    ok(&edit::edits(&rest.parlour, &actor, (room, message), all).await?)
}

/// A page of a thread.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct ReplyParams {
    /// After this entry.
    after_seq: Option<u64>,
    /// At most so many, 1 to 50.
    limit: Option<u64>,
}

/// List the replies in a message's thread, oldest first.
#[utoipa::path(get, path = "/room/{room_id}/message/{message_id}/reply", tag = "message",
    params(("room_id" = String, Path), ("message_id" = String, Path), ReplyParams),
    security(("bearer" = []), ("clientKey" = [])),
    responses((status = 200, body = HistoryView), (status = "4XX", body = Problem), (status = 503, body = Problem)))]
pub(crate) async fn list_replies(
    State(rest): State<Rest>,
    Caller(actor): Caller,
    OfMessage(room, message): OfMessage,
    Params(params): Params<ReplyParams>,
) -> Answer {
    let after = seq("after_seq", params.after_seq.unwrap_or_default())?;
    let limit = page_limit(params.limit)?;
    ok(&replies::list(&rest.parlour, &actor, (room, message), after, limit).await?)
}

/// React to a message. Doing it again changes nothing.
#[utoipa::path(put, path = "/room/{room_id}/message/{message_id}/reaction/{reaction}", tag = "message",
    params(("room_id" = String, Path), ("message_id" = String, Path), ("reaction" = String, Path)),
    security(("bearer" = []), ("clientKey" = [])),
    responses((status = 200, body = EntryView), (status = "4XX", body = Problem), (status = 503, body = Problem)))]
pub(crate) async fn add_reaction(
    State(rest): State<Rest>,
    Now(mut moment): Now,
    Caller(actor): Caller,
    OfReaction(room, message, reaction): OfReaction,
) -> Answer {
    let target = target(&actor, room, message);
    let done = react::react(&rest.parlour, &mut moment, target, (reaction, true)).await?;
    ok(&done.value.message)
}

/// Take a reaction back. Doing it again changes nothing.
#[utoipa::path(delete, path = "/room/{room_id}/message/{message_id}/reaction/{reaction}", tag = "message",
    params(("room_id" = String, Path), ("message_id" = String, Path), ("reaction" = String, Path)),
    security(("bearer" = []), ("clientKey" = [])),
    responses((status = 204), (status = "4XX", body = Problem), (status = 503, body = Problem)))]
pub(crate) async fn remove_reaction(
    State(rest): State<Rest>,
    Now(mut moment): Now,
    Caller(actor): Caller,
    OfReaction(room, message, reaction): OfReaction,
) -> Answer {
    let target = target(&actor, room, message);
    let done = react::react(&rest.parlour, &mut moment, target, (reaction, false)).await?;
    gone(&nothing_of(&done))
}

pub(super) const fn target<'a>(actor: &'a Actor, room: RoomId, message: MessageId) -> Target<'a> {
    Target {
        actor,
        room,
        message,
        from: None,
    }
}

fn message_of(done: Done<Changed>) -> Done<EntryView> {
    Done {
        value: done.value.message,
        replayed: done.replayed,
    }
}

const fn nothing_of(done: &Done<Changed>) -> Done<()> {
    Done {
        value: (),
        replayed: done.replayed,
    }
}
