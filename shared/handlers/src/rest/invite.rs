//! Invites.

use axum::extract::State;
use parlour_protocol::error::Problem;
use parlour_protocol::request::{CreateInvite, after_user, page_limit};
use parlour_protocol::view::{InviteView, MemberView, PageView};
use parlour_service::{PageSize, invite};

use super::Rest;
use super::extract::{Bodyless, Caller, InRoom, Now, OfMember, Params, Write};
use super::respond::{Answer, changed, created, gone, ok};
use super::user::PageParams;

/// Invite a user to a room.
///
/// By a moderator, an owner or the backend; not to direct or archived rooms. The user hears `invited_to_room` and becomes a member by
/// accepting. Invited already: 200, with the invite as it is. An invite ends after 30 days at the latest, with a ban, and when the
/// user leaves the room.
#[utoipa::path(post, path = "/room/{room_id}/invite", tag = "member", params(("room_id" = String, Path)),
    request_body = CreateInvite, security(("bearer" = []), ("clientKey" = [])),
    responses((status = 201, body = InviteView), (status = 200, body = InviteView, description = "invited already"),
        (status = "4XX", body = Problem), (status = 503, body = Problem)))]
pub(crate) async fn invite_user(
    State(rest): State<Rest>,
    Now(mut moment): Now,
    Caller(actor): Caller,
    InRoom(room): InRoom,
    Write { body, key }: Write<CreateInvite>,
) -> Answer {
    let whom = body.check()?;
    created(&invite::invite(&rest.parlour, &mut moment, &actor, room, whom, key.as_ref()).await?)
}

/// List the invites of a room that wait, by user id.
///
/// For moderators, owners and the backend. A page may be short; `next` tells whether there are more.
#[utoipa::path(get, path = "/room/{room_id}/invite", tag = "member", params(("room_id" = String, Path), PageParams),
    security(("bearer" = []), ("clientKey" = [])),
    responses((status = 200, body = PageView<InviteView>), (status = "4XX", body = Problem), (status = 503, body = Problem)))]
pub(crate) async fn list_invites(
    State(rest): State<Rest>,
    Now(moment): Now,
    Caller(actor): Caller,
    InRoom(room): InRoom,
    Params(params): Params<PageParams>,
) -> Answer {
    let after = after_user(params.after.as_deref())?;
    let page = (after, PageSize::whole(page_limit(params.limit)?));
    ok(&invite::list(&rest.parlour, &actor, room, page, moment.now).await?)
}

/// Take an invite back.
#[utoipa::path(delete, path = "/room/{room_id}/invite/{user_id}", tag = "member",
    params(("room_id" = String, Path), ("user_id" = String, Path)), security(("bearer" = []), ("clientKey" = [])),
    responses((status = 204), (status = "4XX", body = Problem), (status = 503, body = Problem)))]
pub(crate) async fn revoke_invite(
    State(rest): State<Rest>,
    Now(moment): Now,
    Caller(actor): Caller,
    OfMember(room, user): OfMember,
    Bodyless(key): Bodyless,
) -> Answer {
    gone(&invite::revoke(&rest.parlour, &moment, &actor, (room, user), key.as_ref()).await?)
}

/// List your invites, the oldest first.
///
/// Name and member count of each room are a moment behind. A page may be short; `next` tells whether there are more.
#[utoipa::path(get, path = "/invite", tag = "member", params(PageParams), security(("bearer" = []), ("clientKey" = [])),
    responses((status = 200, body = PageView<InviteView>), (status = "4XX", body = Problem), (status = 503, body = Problem)))]
pub(crate) async fn list_own_invites(
    State(rest): State<Rest>,
    Now(moment): Now,
    Caller(actor): Caller,
    Params(params): Params<PageParams>,
) -> Answer {
    let (after, size) = (params.after.as_deref(), PageSize::whole(page_limit(params.limit)?));
    ok(&invite::list_own(&rest.parlour, &actor, after, size, moment.now).await?)
}

/// Accept an invite: become a member of the room.
#[utoipa::path(post, path = "/invite/{room_id}/accept", tag = "member", params(("room_id" = String, Path)),
    security(("bearer" = []), ("clientKey" = [])),
    responses((status = 200, body = MemberView), (status = "4XX", body = Problem), (status = 503, body = Problem)))]
pub(crate) async fn accept_invite(
    State(rest): State<Rest>,
    Now(mut moment): Now,
    Caller(actor): Caller,
    InRoom(room): InRoom,
    Bodyless(key): Bodyless,
) -> Answer {
    changed(&invite::accept(&rest.parlour, &mut moment, &actor, room, key.as_ref()).await?)
}

/// Decline an invite. Whether there was one is not told.
#[utoipa::path(post, path = "/invite/{room_id}/decline", tag = "member", params(("room_id" = String, Path)),
    security(("bearer" = []), ("clientKey" = [])),
    responses((status = 204), (status = "4XX", body = Problem), (status = 503, body = Problem)))]
pub(crate) async fn decline_invite(
    State(rest): State<Rest>,
    Now(moment): Now,
    Caller(actor): Caller,
    InRoom(room): InRoom,
    Bodyless(key): Bodyless,
) -> Answer {
    gone(&invite::decline(&rest.parlour, &moment, &actor, room, key.as_ref()).await?)
}
