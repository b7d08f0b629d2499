//! Who is there.

use axum::extract::State;
use parlour_protocol::error::Problem;
use parlour_protocol::request::{PresenceOf, after_user, page_limit};
use parlour_protocol::view::{PageView, PresenceView, PresencesView, RosterView};
use parlour_service::{PageSize, presence, roster};

use super::Rest;
use super::extract::{Caller, InRoom, Now, OfUser, Params, Write};
use super::respond::{Answer, ok};
use super::user::PageParams;

/// Get a user's presence.
///
/// For the backend, the user, and users who share a room with them or are their friends.
#[utoipa::path(get, path = "/user/{user_id}/presence", tag = "presence", params(("user_id" = String, Path)),
    security(("bearer" = []), ("clientKey" = [])),
    responses((status = 200, body = PresenceView), (status = "4XX", body = Problem), (status = 503, body = Problem)))]
pub(crate) async fn get_presence(
    State(rest): State<Rest>,
    Now(moment): Now,
    Caller(actor): Caller,
    OfUser(user): OfUser,
) -> Answer {
    ok(&presence::get(&rest.parlour, &actor, user, moment.now).await?)
}

/// Get the presence of up to 100 users.
///
/// Those whom you neither share a room with nor are a friend of, and those who do not exist, are left out.
#[utoipa::path(post, path = "/presence", tag = "presence", request_body = PresenceOf,
    security(("bearer" = []), ("clientKey" = [])),
    responses((status = 200, body = PresencesView), (status = "4XX", body = Problem), (status = 503, body = Problem)))]
pub(crate) async fn list_presence(
    State(rest): State<Rest>,
    Now(moment): Now,
    Caller(actor): Caller,
    Write { body, .. }: Write<PresenceOf>,
) -> Answer {
    let items = presence::list(&rest.parlour, &actor, &body.check()?, moment.now).await?;
    ok(&PresencesView { items })
}

/// List who is connected to a room.
///
/// Each user once, however many connections they have; in no particular order, which stays the same from page to page.
#[utoipa::path(get, path = "/room/{room_id}/roster", tag = "presence", params(("room_id" = String, Path), PageParams),
    security(("bearer" = []), ("clientKey" = [])),
    responses((status = 200, body = PageView<RosterView>), (status = "4XX", body = Problem), (status = 503, body = Problem)))]
pub(crate) async fn list_roster(
    State(rest): State<Rest>,
    Now(moment): Now,
    Caller(actor): Caller,
    InRoom(room): InRoom,
    Params(params): Params<PageParams>,
) -> Answer {
    let after = after_user(params.after.as_deref())?;
    let page = (after, PageSize::whole(page_limit(params.limit)?));
    ok(&roster::roster(&rest.parlour, &actor, room, page, moment.now).await?)
}
