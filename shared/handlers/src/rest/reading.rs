//! What members have read, what is unread, and what to notify of.

use axum::extract::State;
use parlour_domain::limits;
use parlour_protocol::error::Problem;
use parlour_protocol::request::{MarkRead, MarkUnread, SetNotification, UnreadOfUsers, after_user, page_limit, seq};
use parlour_protocol::view::{
    DeliveredView, NotificationView, PageView, ReadPositionView, ReadView, StatusView, UnreadListView,
    UnreadOfUsersView,
};
use parlour_service::{
    PageSize, mark_delivered as delivered, mark_read as read, mark_unread as back, message_status, read_positions,
    set_notification as notification, unread,
};
use serde::Deserialize;
use utoipa::IntoParams;

use super::Rest;
use super::extract::{Caller, InRoom, Now, OfMessage, Params, Write};
use super::message_change::target;
use super::respond::{Answer, changed, ok};
use super::user::PageParams;

/// Mark everything up to an entry as read.
///
/// The position goes up, never down. Your other connections hear `unread_changed`.
#[utoipa::path(post, path = "/room/{room_id}/read", tag = "message", params(("room_id" = String, Path)),
    request_body = MarkRead, security(("bearer" = []), ("clientKey" = [])),
    responses((status = 200, body = ReadView), (status = "4XX", body = Problem), (status = 503, body = Problem)))]
pub(crate) async fn mark_read(
    State(rest): State<Rest>,
    Now(moment): Now,
    Caller(actor): Caller,
    InRoom(room): InRoom,
    Write { body, .. }: Write<MarkRead>,
) -> Answer {
    ok(&read::mark_read(&rest.parlour, &actor, room, seq("seq", body.seq)?, None, moment.now).await?)
}

/// Mark an entry and all after it as unread.
///
/// Others still see what was read as read. Your other connections hear `unread_changed`.
#[utoipa::path(post, path = "/room/{room_id}/unread", tag = "message", params(("room_id" = String, Path)),
    request_body = MarkUnread, security(("bearer" = []), ("clientKey" = [])),
    responses((status = 200, body = ReadView), (status = "4XX", body = Problem), (status = 503, body = Problem)))]
pub(crate) async fn mark_unread(
    State(rest): State<Rest>,
    Now(mut moment): Now,
    Caller(actor): Caller,
    InRoom(room): InRoom,
    Write { body, key }: Write<MarkUnread>,
) -> Answer {
    let from = (room, seq("seq", body.seq)?);
    changed(&back::mark_unread(&rest.parlour, &mut moment, &actor, from, key.as_ref(), None).await?)
}

/// Say that a client has everything up to an entry.
///
/// The position goes up, never down; what is read is delivered.
#[utoipa::path(post, path = "/room/{room_id}/delivered", tag = "message", params(("room_id" = String, Path)),
    request_body = MarkRead, security(("bearer" = []), ("clientKey" = [])),
    responses((status = 200, body = DeliveredView), (status = "4XX", body = Problem), (status = 503, body = Problem)))]
pub(crate) async fn mark_delivered(
    State(rest): State<Rest>,
    Now(moment): Now,
    Caller(actor): Caller,
    InRoom(room): InRoom,
    Write { body, .. }: Write<MarkRead>,
) -> Answer {
    let to = (room, seq("seq", body.seq)?);
    ok(&delivered::mark_delivered(&rest.parlour, &actor, to, None, moment.now).await?)
}

/// List how far the members of a room have read, by user id.
#[utoipa::path(get, path = "/room/{room_id}/read", tag = "message", params(("room_id" = String, Path), PageParams),
    security(("bearer" = []), ("clientKey" = [])),
    responses((status = 200, body = PageView<ReadPositionView>), (status = "4XX", body = Problem),
        (status = 503, body = Problem)))]
pub(crate) async fn list_reads(
    State(rest): State<Rest>,
    Caller(actor): Caller,
    InRoom(room): InRoom,
    Params(params): Params<PageParams>,
) -> Answer {
    let after = after_user(params.after.as_deref())?;
    ok(&read_positions::list(&rest.parlour, &actor, room, after, page_limit(params.limit)?).await?)
}

/// Get how far a message has come.
///
/// For its sender and the backend: with how many members, and with each of them, page by page.
#[utoipa::path(get, path = "/room/{room_id}/message/{message_id}/status", tag = "message",
    params(("room_id" = String, Path), ("message_id" = String, Path), PageParams),
    security(("bearer" = []), ("clientKey" = [])),
    responses((status = 200, body = StatusView), (status = "4XX", body = Problem), (status = 503, body = Problem)))]
pub(crate) async fn get_status(
    State(rest): State<Rest>,
    Caller(actor): Caller,
    OfMessage(room, message): OfMessage,
    Params(params): Params<PageParams>,
) -> Answer {
    let after = after_user(params.after.as_deref())?;
    let (target, limit) = (target(&actor, room, message), page_limit(params.limit)?);
    ok(&message_status::status(&rest.parlour, target, after, limit).await?)
}

/// Say what you are notified of in a room. Your other connections hear `notification_changed`.
#[utoipa::path(put, path = "/room/{room_id}/notification", tag = "room", params(("room_id" = String, Path)),
    request_body = SetNotification, security(("bearer" = []), ("clientKey" = [])),
    responses((status = 200, body = NotificationView), (status = "4XX", body = Problem), (status = 503, body = Problem)))]
pub(crate) async fn set_notification(
    State(rest): State<Rest>,
    Now(moment): Now,
    Caller(actor): Caller,
    InRoom(room): InRoom,
    Write { body, .. }: Write<SetNotification>,
) -> Answer {
    let what = (room, body.notification.into());
    ok(&notification::set_notification(&rest.parlour, &actor, what, None, moment.now).await?)
}

/// Where to go on.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct UnreadParams {
    /// The `next` of the answer before, for users with more than 500 rooms.
    after: Option<String>,
}

/// Get what you have not read: the rooms with something unread, and how much in all.
#[utoipa::path(get, path = "/unread", tag = "message", params(UnreadParams), security(("bearer" = []), ("clientKey" = [])),
    responses((status = 200, body = UnreadListView), (status = "4XX", body = Problem), (status = 503, body = Problem)))]
pub(crate) async fn get_unread(
    State(rest): State<Rest>,
    Caller(actor): Caller,
    Params(params): Params<UnreadParams>,
) -> Answer {
    let size = PageSize::whole(limits::ROOMS_SORTED);
    ok(&unread::of_user(&rest.parlour, &actor, params.after.as_deref(), size).await?)
}

/// Get how much each of up to 100 users has not read.
///
/// No more than 1,000 rooms are looked into; users for whom none were left are named in `left`, to be asked for again.
#[utoipa::path(post, path = "/unread", tag = "message", request_body = UnreadOfUsers, security(("clientKey" = [])),
    responses((status = 200, body = UnreadOfUsersView), (status = "4XX", body = Problem), (status = 503, body = Problem)))]
pub(crate) async fn list_unread(
    State(rest): State<Rest>,
    Caller(actor): Caller,
    Write { body, .. }: Write<UnreadOfUsers>,
) -> Answer {
    ok(&unread::of_users(&rest.parlour, &actor, &body.check()?).await?)
}
