//! Roles, mutes and bans.

use axum::extract::State;
use parlour_domain::access::Actor;
use parlour_domain::{RoomId, UserId};
use parlour_protocol::error::Problem;
use parlour_protocol::request::{SetRole, Until, after_user, page_limit};
use parlour_protocol::view::{BanView, MemberView, PageView};
use parlour_service::{Of, ban as bans, mute as mutes, set_role as roles};

use super::Rest;
use super::extract::{Bodyless, Caller, InRoom, Now, OfMember, Params, Write};
use super::respond::{Answer, changed, gone, ok};
use super::user::PageParams;

const fn of(actor: &Actor, room: RoomId, user: UserId) -> Of<'_> {
    Of { actor, room, user }
}

/// Give a member a role.
///
/// By an owner, for others, or by the backend.
#[utoipa::path(put, path = "/room/{room_id}/member/{user_id}/role", tag = "member",
    params(("room_id" = String, Path), ("user_id" = String, Path)), request_body = SetRole,
    security(("bearer" = []), ("clientKey" = [])),
    responses((status = 200, body = MemberView), (status = "4XX", body = Problem), (status = 503, body = Problem)))]
pub(crate) async fn set_role(
    State(rest): State<Rest>,
    Now(mut moment): Now,
    Caller(actor): Caller,
    OfMember(room, user): OfMember,
    Write { body, key }: Write<SetRole>,
) -> Answer {
    let of = of(&actor, room, user);
    changed(&roles::set_role(&rest.parlour, &mut moment, of, body.role.into(), key.as_ref()).await?)
}

/// Mute a member.
///
/// By a moderator, an owner or the backend. Who is muted can read, but not send, edit or react.
#[utoipa::path(put, path = "/room/{room_id}/member/{user_id}/mute", tag = "member",
    params(("room_id" = String, Path), ("user_id" = String, Path)), request_body = Until,
    security(("bearer" = []), ("clientKey" = [])),
    responses((status = 200, body = MemberView), (status = "4XX", body = Problem), (status = 503, body = Problem)))]
pub(crate) async fn mute_member(
    State(rest): State<Rest>,
    Now(mut moment): Now,
    Caller(actor): Caller,
    OfMember(room, user): OfMember,
    Write { body, key }: Write<Until>,
) -> Answer {
    let (of, mute) = (of(&actor, room, user), body.mute()?);
    changed(&mutes::mute(&rest.parlour, &mut moment, of, Some(mute), key.as_ref()).await?)
}

/// Take a mute back.
#[utoipa::path(delete, path = "/room/{room_id}/member/{user_id}/mute", tag = "member",
    params(("room_id" = String, Path), ("user_id" = String, Path)), security(("bearer" = []), ("clientKey" = [])),
    responses((status = 200, body = MemberView), (status = "4XX", body = Problem), (status = 503, body = Problem)))]
pub(crate) async fn unmute_member(
    State(rest): State<Rest>,
    Now(mut moment): Now,
    Caller(actor): Caller,
    OfMember(room, user): OfMember,
    Bodyless(key): Bodyless,
) -> Answer {
    let of = of(&actor, room, user);
    changed(&mutes::mute(&rest.parlour, &mut moment, of, None, key.as_ref()).await?)
}

/// List the banned users of a room, by user id.
///
/// For moderators, owners and the backend. The list is a moment behind.
#[utoipa::path(get, path = "/room/{room_id}/ban", tag = "member", params(("room_id" = String, Path), PageParams),
    security(("bearer" = []), ("clientKey" = [])),
    responses((status = 200, body = PageView<BanView>), (status = "4XX", body = Problem), (status = 503, body = Problem)))]
pub(crate) async fn list_bans(
    State(rest): State<Rest>,
    Now(moment): Now,
    Caller(actor): Caller,
    InRoom(room): InRoom,
    Params(params): Params<PageParams>,
) -> Answer {
    let after = after_user(params.after.as_deref())?;
    let page = (after, page_limit(params.limit)?);
    ok(&bans::list_bans(&rest.parlour, &actor, room, page, moment.now).await?)
}

/// Ban a user from a room.
///
/// By a moderator, an owner or the backend. A member is removed; who is banned cannot join and cannot be added.
#[utoipa::path(put, path = "/room/{room_id}/ban/{user_id}", tag = "member",
    params(("room_id" = String, Path), ("user_id" = String, Path)), request_body = Until,
    security(("bearer" = []), ("clientKey" = [])),
    responses((status = 200, body = BanView), (status = "4XX", body = Problem), (status = 503, body = Problem)))]
pub(crate) async fn ban_user(
    State(rest): State<Rest>,
    Now(mut moment): Now,
    Caller(actor): Caller,
    OfMember(room, user): OfMember,
    Write { body, key }: Write<Until>,
) -> Answer {
    let until = body.check()?;
    changed(&bans::ban(&rest.parlour, &mut moment, &actor, (room, user), until, key.as_ref()).await?)
}

/// Take a ban back.
#[utoipa::path(delete, path = "/room/{room_id}/ban/{user_id}", tag = "member",
    params(("room_id" = String, Path), ("user_id" = String, Path)), security(("bearer" = []), ("clientKey" = [])),
    responses((status = 204), (status = "4XX", body = Problem), (status = 503, body = Problem)))]
pub(crate) async fn unban_user(
    State(rest): State<Rest>,
    Now(moment): Now,
    Caller(actor): Caller,
    OfMember(room, user): OfMember,
    Bodyless(key): Bodyless,
) -> Answer {
    gone(&bans::unban(&rest.parlour, &moment, &actor, (room, user), key.as_ref()).await?)
}
