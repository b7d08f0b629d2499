//! Members of rooms.

use axum::extract::State;
use parlour_protocol::error::Problem;
use parlour_protocol::request::{AddMember, AddMembers, after_user, online_only, page_limit};
use parlour_protocol::view::{MemberView, MembersAddedView, PageView};
use parlour_service::{
    PageSize, add_member as add, add_members as several, list_members as list, remove_member as remove,
};
use serde::Deserialize;
use utoipa::IntoParams;

use super::Rest;
use super::extract::{Bodyless, Caller, InRoom, Now, OfMember, Params, Write};
use super::respond::{Answer, changed, created, gone, ok};

/// A page of a list of members.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct MemberParams {
    /// At most so many, 1 to 50.
    limit: Option<u64>,
    /// The `next` of the page before.
    after: Option<String>,
    /// `online`: only those who are there. A page looks at `limit` members and may so be short, or empty.
    filter: Option<String>,
}

/// List the members of a room, by user id.
#[utoipa::path(get, path = "/room/{room_id}/member", tag = "member", params(("room_id" = String, Path), MemberParams),
    security(("bearer" = []), ("clientKey" = [])),
    responses((status = 200, body = PageView<MemberView>), (status = "4XX", body = Problem), (status = 503, body = Problem)))]
pub(crate) async fn list_members(
    State(rest): State<Rest>,
    Now(moment): Now,
    Caller(actor): Caller,
    InRoom(room): InRoom,
    Params(params): Params<MemberParams>,
) -> Answer {
    let after = after_user(params.after.as_deref())?;
    let online = online_only(params.filter.as_deref())?.then_some(moment.now);
    let page = (after, PageSize::whole(page_limit(params.limit)?));
    ok(&list::list_members(&rest.parlour, &actor, room, page, online).await?)
}

/// Add a member.
///
/// By a moderator, an owner or the backend; not to direct rooms, nor while the room is archived.
#[utoipa::path(post, path = "/room/{room_id}/member", tag = "member", params(("room_id" = String, Path)),
    request_body = AddMember, security(("bearer" = []), ("clientKey" = [])),
    responses((status = 201, body = MemberView), (status = 200, body = MemberView, description = "a member already"),
        (status = "4XX", body = Problem), (status = 503, body = Problem)))]
pub(crate) async fn add_member(
    State(rest): State<Rest>,
    Now(mut moment): Now,
    Caller(actor): Caller,
    InRoom(room): InRoom,
    Write { body, key }: Write<AddMember>,
) -> Answer {
    created(&add::add_member(&rest.parlour, &mut moment, &actor, room, body.check()?, key.as_ref()).await?)
}

/// Add several members.
///
/// By a moderator, an owner or the backend; all of those who can become members, or none. Nobody while the room is archived.
#[utoipa::path(post, path = "/room/{room_id}/members", tag = "member", params(("room_id" = String, Path)),
    request_body = AddMembers, security(("bearer" = []), ("clientKey" = [])),
    responses((status = 200, body = MembersAddedView), (status = "4XX", body = Problem), (status = 503, body = Problem)))]
pub(crate) async fn add_members(
    State(rest): State<Rest>,
    Now(mut moment): Now,
    Caller(actor): Caller,
    InRoom(room): InRoom,
    Write { body, key }: Write<AddMembers>,
) -> Answer {
    let users = body.check()?;
    changed(&several::add_members(&rest.parlour, &mut moment, &actor, room, &users, key.as_ref()).await?)
}

/// Remove a member.
///
/// By a moderator, an owner, the backend, or the member.
#[utoipa::path(delete, path = "/room/{room_id}/member/{user_id}", tag = "member",
    params(("room_id" = String, Path), ("user_id" = String, Path)), security(("bearer" = []), ("clientKey" = [])),
    responses((status = 204), (status = "4XX", body = Problem), (status = 503, body = Problem)))]
pub(crate) async fn remove_member(
    State(rest): State<Rest>,
    Now(mut moment): Now,
    Caller(actor): Caller,
    OfMember(room, user): OfMember,
    Bodyless(key): Bodyless,
) -> Answer {
    gone(&remove::remove_member(&rest.parlour, &mut moment, &actor, room, user, key.as_ref()).await?)
}

/// Join a public room.
#[utoipa::path(post, path = "/room/{room_id}/join", tag = "member", params(("room_id" = String, Path)),
    security(("bearer" = []), ("clientKey" = [])),
    responses((status = 200, body = MemberView), (status = "4XX", body = Problem), (status = 503, body = Problem)))]
pub(crate) async fn join_room(
    State(rest): State<Rest>,
    Now(mut moment): Now,
    Caller(actor): Caller,
    InRoom(room): InRoom,
) -> Answer {
    ok(&add::join_public_room(&rest.parlour, &mut moment, &actor, room, None)
        .await?
        .value)
}

/// Leave a room.
#[utoipa::path(post, path = "/room/{room_id}/leave", tag = "member", params(("room_id" = String, Path)),
    security(("bearer" = []), ("clientKey" = [])),
    responses((status = 204), (status = "4XX", body = Problem), (status = 503, body = Problem)))]
pub(crate) async fn leave_room(
    State(rest): State<Rest>,
    Now(mut moment): Now,
    Caller(actor): Caller,
    InRoom(room): InRoom,
) -> Answer {
    gone(&remove::leave(&rest.parlour, &mut moment, &actor, room, None).await?)
}
