//! What is kept of a room's messages: pins, by the room, and stars, by each user.

use axum::extract::State;
use parlour_domain::limits;
use parlour_protocol::error::Problem;
use parlour_protocol::request::{PinMessage, expires_at, page_limit};
use parlour_protocol::view::{EntryView, PageView, PinView, StarView, StarredView};
use parlour_service::{Done, PageSize, pin, star};

use super::Rest;
use super::extract::{Caller, InRoom, Now, OfMessage, Params, Write};
use super::message_change::target;
use super::respond::{Answer, gone, ok};
use super::user::PageParams;

/// Pin a message, for ever or until a time.
///
/// Moderators, owners, both users of a direct room and the backend may. A room has at most 50 pins.
#[utoipa::path(put, path = "/room/{room_id}/message/{message_id}/pin", tag = "message",
    params(("room_id" = String, Path), ("message_id" = String, Path)),
    request_body = PinMessage, security(("bearer" = []), ("clientKey" = [])),
    responses((status = 200, body = EntryView), (status = "4XX", body = Problem), (status = 503, body = Problem)))]
pub(crate) async fn pin_message(
    State(rest): State<Rest>,
    Now(mut moment): Now,
    Caller(actor): Caller,
    OfMessage(room, message): OfMessage,
    Write { body, .. }: Write<PinMessage>,
) -> Answer {
    let (target, until) = (target(&actor, room, message), expires_at(body.expires_at.as_deref())?);
    ok(&pin::pin(&rest.parlour, &mut moment, target, until).await?.value.message)
}

/// End the pin of a message. Doing it again changes nothing.
#[utoipa::path(delete, path = "/room/{room_id}/message/{message_id}/pin", tag = "message",
    params(("room_id" = String, Path), ("message_id" = String, Path)), security(("bearer" = []), ("clientKey" = [])),
    responses((status = 204), (status = "4XX", body = Problem), (status = 503, body = Problem)))]
pub(crate) async fn unpin_message(
    State(rest): State<Rest>,
    Now(mut moment): Now,
    Caller(actor): Caller,
    OfMessage(room, message): OfMessage,
) -> Answer {
    pin::unpin(&rest.parlour, &mut moment, target(&actor, room, message)).await?;
    gone(&Done::now(()))
}

/// List the pinned messages of a room, the latest pin first. All are on one page.
#[utoipa::path(get, path = "/room/{room_id}/pin", tag = "message", params(("room_id" = String, Path)),
    security(("bearer" = []), ("clientKey" = [])),
    responses((status = 200, body = PageView<PinView>), (status = "4XX", body = Problem), (status = 503, body = Problem)))]
pub(crate) async fn list_pins(
    State(rest): State<Rest>,
    Now(moment): Now,
    Caller(actor): Caller,
    InRoom(room): InRoom,
) -> Answer {
    let all = (None, PageSize::whole(limits::PINS));
    ok(&pin::list(&rest.parlour, &actor, room, all, moment.now).await?)
}

/// Star a message, for yourself. Doing it again changes nothing.
///
/// Your other connections hear `message_starred`.
#[utoipa::path(put, path = "/room/{room_id}/message/{message_id}/star", tag = "message",
    params(("room_id" = String, Path), ("message_id" = String, Path)), security(("bearer" = []), ("clientKey" = [])),
    responses((status = 200, body = StarView), (status = "4XX", body = Problem), (status = 503, body = Problem)))]
pub(crate) async fn star_message(
    State(rest): State<Rest>,
    Now(moment): Now,
    Caller(actor): Caller,
    OfMessage(room, message): OfMessage,
) -> Answer {
    ok(&star::star(&rest.parlour, target(&actor, room, message), moment.now).await?)
}

/// Take a star away. Doing it again changes nothing.
///
/// Your other connections hear `message_unstarred`.
#[utoipa::path(delete, path = "/room/{room_id}/message/{message_id}/star", tag = "message",
    params(("room_id" = String, Path), ("message_id" = String, Path)), security(("bearer" = []), ("clientKey" = [])),
    responses((status = 204), (status = "4XX", body = Problem), (status = 503, body = Problem)))]
pub(crate) async fn unstar_message(
    State(rest): State<Rest>,
    Now(moment): Now,
    Caller(actor): Caller,
    OfMessage(room, message): OfMessage,
) -> Answer {
    star::unstar(&rest.parlour, target(&actor, room, message), moment.now).await?;
    gone(&Done::now(()))
}

/// List your starred messages over all rooms, the latest star first.
///
/// A page may be short: messages that are deleted, or in rooms that you have left, are not shown.
#[utoipa::path(get, path = "/star", tag = "message", params(PageParams), security(("bearer" = []), ("clientKey" = [])),
    responses((status = 200, body = PageView<StarredView>), (status = "4XX", body = Problem),
        (status = 503, body = Problem)))]
pub(crate) async fn list_stars(
    State(rest): State<Rest>,
    Caller(actor): Caller,
    Params(params): Params<PageParams>,
) -> Answer {
    let (after, limit) = (params.after.as_deref(), page_limit(params.limit)?);
    ok(&star::list(&rest.parlour, &actor, after, limit).await?)
}
