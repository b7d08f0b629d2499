//! Rooms.

use axum::extract::State;
use parlour_domain::limits;
use parlour_domain::room::RoomKind;
use parlour_protocol::error::Problem;
use parlour_protocol::request::{
    CreateRoom, FindRoom, Kind, TruncateRoom, UpdateRoom, name_prefix, page_limit, room_key, seq,
};
use parlour_protocol::view::{FoundRoomsView, PageView, RoomView, RoomsView, TruncatedView};
use parlour_service::list_rooms::RoomFilter;
use parlour_service::{
    PageSize, create_room as create, delete_room as delete, find_room as find, list_rooms as list, room,
    truncate_room as truncate, update_room as update,
};
use serde::Deserialize;
use utoipa::IntoParams;

use super::Rest;
use super::extract::{Bodyless, Caller, InRoom, Now, Params, Write};
use super::respond::{Answer, changed, created, gone, ok};

/// Create a room.
///
/// A user who makes a group is its owner. A backend may give it a key: made again with the same key and members, the existing room
/// is answered with 200. There is one direct room for each pair of users: an existing one is answered with 200.
#[utoipa::path(post, path = "/room", tag = "room", request_body = CreateRoom, security(("bearer" = []), ("clientKey" = [])),
    responses((status = 201, body = RoomView), (status = 200, body = RoomView, description = "it exists already"),
        (status = "4XX", body = Problem), (status = 503, body = Problem)))]
pub(crate) async fn create_room(
    State(rest): State<Rest>,
    Now(mut moment): Now,
    Caller(actor): Caller,
    Write { body, key }: Write<CreateRoom>,
) -> Answer {
    created(&create::create_room(&rest.parlour, &mut moment, &actor, body.check()?, key.as_ref()).await?)
}

/// A page of rooms.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct RoomParams {
    /// At most so many, 1 to 50.
    limit: Option<u64>,
    /// The `next` of the page before.
    after: Option<String>,
    /// Only rooms whose names begin with this, regardless of case; direct rooms have no name.
    name_prefix: Option<String>,
    /// Only rooms that came about so.
    kind: Option<Kind>,
    /// Only rooms with something unread; for users.
    #[serde(default)]
    unread: bool,
    /// Only rooms where someone else of the members that are shown (at most 8) is online; for users.
    #[serde(default)]
    online: bool,
}

/// List rooms.
///
/// The calling user's rooms, most active first; for the backend all rooms of the app, by name. A page may be short where `kind`,
/// `unread` or `online` leaves rooms out; `next` tells whether there are more.
#[utoipa::path(get, path = "/room", tag = "room", params(RoomParams), security(("bearer" = []), ("clientKey" = [])),
    responses((status = 200, body = RoomsView), (status = "4XX", body = Problem), (status = 503, body = Problem)))]
pub(crate) async fn list_rooms(
    State(rest): State<Rest>,
    Now(moment): Now,
    Caller(actor): Caller,
    Params(params): Params<RoomParams>,
) -> Answer {
    let filter = RoomFilter {
        name_prefix: params.name_prefix.as_deref().map(name_prefix).transpose()?,
        kind: params.kind.map(RoomKind::from),
        unread: params.unread,
        online_at: params.online.then_some(moment.now),
    };
    let (after, size) = (params.after.as_deref(), PageSize::whole(page_limit(params.limit)?));
    ok(&list::list_rooms(&rest.parlour, &actor, &filter, after, size).await?)
}

/// A page of public rooms.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct PublicParams {
    /// At most so many, 1 to 50.
    limit: Option<u64>,
    /// The `next` of the page before.
    after: Option<String>,
    /// Only rooms whose names begin with this, regardless of case.
    name_prefix: Option<String>,
}

/// List public rooms, by name.
///
/// Any user may join them. Archived ones are left out; `custom` and `key` are shown to the backend alone. The list is a moment
/// behind.
#[utoipa::path(get, path = "/room/public", tag = "room", params(PublicParams), security(("bearer" = []), ("clientKey" = [])),
    responses((status = 200, body = PageView<RoomView>), (status = "4XX", body = Problem), (status = 503, body = Problem)))]
pub(crate) async fn list_public_rooms(
    State(rest): State<Rest>,
    Caller(actor): Caller,
    Params(params): Params<PublicParams>,
) -> Answer {
    let prefix = params.name_prefix.as_deref().map(name_prefix).transpose()?;
    let (after, size) = (params.after.as_deref(), PageSize::whole(page_limit(params.limit)?));
    ok(&list::list_public_rooms(&rest.parlour, &actor, prefix.as_ref(), after, size).await?)
}

/// Find the rooms of exactly these members.
///
/// For a user among their own rooms, for the backend among those of the first user named; groups and direct rooms, at most 20, the
/// oldest first. The first 500 rooms of that user are looked through, in the order of joining: `more` tells whether there are
/// others. A moment behind: a room that was just made may be missing.
#[utoipa::path(post, path = "/room/find", tag = "room", request_body = FindRoom, security(("bearer" = []), ("clientKey" = [])),
    responses((status = 200, body = FoundRoomsView), (status = "4XX", body = Problem), (status = 503, body = Problem)))]
pub(crate) async fn find_rooms(
    State(rest): State<Rest>,
    Caller(actor): Caller,
    Write { body, .. }: Write<FindRoom>,
) -> Answer {
    let size = PageSize::whole(limits::ROOMS_FOUND);
    ok(&find::find_rooms(&rest.parlour, &actor, &body.check()?, size).await?)
}

/// Get a room.
#[utoipa::path(get, path = "/room/{room_id}", tag = "room", params(("room_id" = String, Path)),
    security(("bearer" = []), ("clientKey" = [])),
    responses((status = 200, body = RoomView), (status = "4XX", body = Problem), (status = 503, body = Problem)))]
pub(crate) async fn get_room(State(rest): State<Rest>, Caller(actor): Caller, InRoom(room): InRoom) -> Answer {
    ok(&room::get(&rest.parlour, &actor, room).await?)
}

/// Which room.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct KeyParams {
    /// What the backend calls it. Not a part of the path: there an HTTP API would resolve escapes, and a key may have any character.
    key: String,
}

/// Get the room with a key.
#[utoipa::path(get, path = "/room/by-key", tag = "room", params(KeyParams),
    security(("bearer" = []), ("clientKey" = [])),
    responses((status = 200, body = RoomView), (status = "4XX", body = Problem), (status = 503, body = Problem)))]
pub(crate) async fn get_room_by_key(
    State(rest): State<Rest>,
    Caller(actor): Caller,
    Params(params): Params<KeyParams>,
) -> Answer {
    ok(&room::by_key(&rest.parlour, &actor, &room_key(&params.key)?).await?)
}

/// Change a room.
///
/// By an owner or the backend.
#[utoipa::path(patch, path = "/room/{room_id}", tag = "room", params(("room_id" = String, Path)),
    request_body = UpdateRoom, security(("bearer" = []), ("clientKey" = [])),
    responses((status = 200, body = RoomView), (status = "4XX", body = Problem), (status = 503, body = Problem)))]
pub(crate) async fn update_room(
    State(rest): State<Rest>,
    Now(mut moment): Now,
    Caller(actor): Caller,
    InRoom(room): InRoom,
    Write { body, key }: Write<UpdateRoom>,
) -> Answer {
    changed(&update::update_room(&rest.parlour, &mut moment, &actor, room, body.check()?, key.as_ref()).await?)
}

/// Delete a room.
///
/// By an owner or the backend. A room made again has a new id.
#[utoipa::path(delete, path = "/room/{room_id}", tag = "room", params(("room_id" = String, Path)),
    security(("bearer" = []), ("clientKey" = [])),
    responses((status = 204), (status = "4XX", body = Problem), (status = 503, body = Problem)))]
pub(crate) async fn delete_room(
    State(rest): State<Rest>,
    Now(mut moment): Now,
    Caller(actor): Caller,
    InRoom(room): InRoom,
    Bodyless(key): Bodyless,
) -> Answer {
    gone(&delete::delete_room(&rest.parlour, &mut moment, &actor, room, key.as_ref()).await?)
}

/// Archive a room.
///
/// By an owner or the backend. Nobody writes into it from here on; what it has stays.
#[utoipa::path(put, path = "/room/{room_id}/archive", tag = "room", params(("room_id" = String, Path)),
    security(("bearer" = []), ("clientKey" = [])),
    responses((status = 200, body = RoomView), (status = "4XX", body = Problem), (status = 503, body = Problem)))]
pub(crate) async fn archive_room(
    State(rest): State<Rest>,
    Now(mut moment): Now,
    Caller(actor): Caller,
    InRoom(room): InRoom,
    Bodyless(key): Bodyless,
) -> Answer {
    changed(&update::archive_room(&rest.parlour, &mut moment, &actor, room, true, key.as_ref()).await?)
}

/// Take a room out of the archive.
#[utoipa::path(delete, path = "/room/{room_id}/archive", tag = "room", params(("room_id" = String, Path)),
    security(("bearer" = []), ("clientKey" = [])),
    responses((status = 200, body = RoomView), (status = "4XX", body = Problem), (status = 503, body = Problem)))]
pub(crate) async fn unarchive_room(
    State(rest): State<Rest>,
    Now(mut moment): Now,
    Caller(actor): Caller,
    InRoom(room): InRoom,
    Bodyless(key): Bodyless,
) -> Answer {
    changed(&update::archive_room(&rest.parlour, &mut moment, &actor, room, false, key.as_ref()).await?)
}

/// Take away the beginning of a room's log.
///
/// By an owner or the backend. What stands before `before_seq` is gone for every reader.
#[utoipa::path(post, path = "/room/{room_id}/truncate", tag = "room", params(("room_id" = String, Path)),
    request_body = TruncateRoom, security(("bearer" = []), ("clientKey" = [])),
    responses((status = 200, body = TruncatedView), (status = "4XX", body = Problem), (status = 503, body = Problem)))]
pub(crate) async fn truncate_room(
    State(rest): State<Rest>,
    Now(mut moment): Now,
    Caller(actor): Caller,
    InRoom(room): InRoom,
    Write { body, key }: Write<TruncateRoom>,
) -> Answer {
    let before = seq("before_seq", body.before_seq)?;
    changed(&truncate::truncate_room(&rest.parlour, &mut moment, &actor, room, before, key.as_ref()).await?)
}
