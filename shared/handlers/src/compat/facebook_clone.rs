//! facebook-clone: `/api/chat/`.
//!
//! As the Django REST framework does it: whoever asks is looked at before the method, and of a room that is none of theirs users are
//! told that it is not there.

mod list;
mod refusal;

use axum::body::Body;
use axum::extract::{Extension, Request, State};
use axum::http::header::{ALLOW, CONTENT_SECURITY_POLICY, LOCATION};
use axum::http::request::Parts;
use axum::http::{HeaderValue, StatusCode};
use axum::response::{Html, IntoResponse, Response};
use axum::{Json, Router};
use parlour_domain::access::Actor;
use parlour_domain::{Moment, RoomId};
use parlour_protocol::dialect::facebook_clone::Room;
use parlour_protocol::dialect::facebook_clone::rest::{
    Found, Resource, description, description_page, detail, find, marks_read, not_allowed,
};
use parlour_protocol::dialect::uuid::is_uuid;
use parlour_service::{Error, enter_room, friend_rooms, read_all};

use self::refusal::Refusal;
use super::asked::{credential, decoded, query, whole};
use super::{Mounted, caller};
use crate::rest::Rest;
use crate::rest::edge::RequestId;

/// How the service's clients send their tokens.
const SCHEME: &str = "JWT";

/// The service's routes, at its own paths.
pub(super) fn routes() -> Router<Rest> {
    Router::new().fallback(serve)
}

/// A request.
struct Asked<'a> {
    rest: &'a Rest,
    mounted: &'a Mounted,
    request_id: &'a str,
    parts: &'a Parts,
    query: Vec<(String, String)>,
    /// The room that its path names.
    room: String,
}

impl Asked<'_> {
    /// A parameter of the query; of several of the name the last, as in Django.
    fn parameter(&self, name: &str) -> Option<&str> {
        let given = self.query.iter().rev().find(|(given, _)| given == name);
        given.map(|(_, value)| value.as_str())
    }

    fn refused(&self, error: Error) -> Refusal {
        Refusal::of(error, self.request_id)
    }
}

async fn serve(
    State(rest): State<Rest>,
    Extension(mounted): Extension<Mounted>,
    Extension(RequestId(request_id)): Extension<RequestId>,
    request: Request,
) -> Response {
    let (parts, body) = request.into_parts();
    let found = find(parts.uri.path());
    let Some((found, room)) = found.and_then(|found| decoded(found.id).map(|room| (found, room))) else {
        return Refusal::not_found().into_response();
    };
    let method = parts.method.as_str();
    if !found.slash && matches!(method, "GET" | "HEAD") {
        return moved(&mounted, &parts);
    }
    let asked = Asked {
        rest: &rest,
        mounted: &mounted,
        request_id: &request_id,
        parts: &parts,
        query: query(&parts.uri),
        room,
    };
    let answered = answer(&asked, &found, body).await;
    let mut response = answered.unwrap_or_else(IntoResponse::into_response);
    if method == "HEAD" {
        *response.body_mut() = Body::empty();
    }
    response
}

/// The same with a slash at the end of the path.
fn moved(mounted: &Mounted, parts: &Parts) -> Response {
    let query = parts.uri.query().map(|query| format!("?{query}")).unwrap_or_default();
    let to = format!("{}{}/{query}", mounted.root, parts.uri.path());
    let mut response = StatusCode::MOVED_PERMANENTLY.into_response();
    if let Ok(to) = HeaderValue::from_str(&to) {
        response.headers_mut().insert(LOCATION, to);
    }
    response
}

async fn answer(asked: &Asked<'_>, found: &Found<'_>, body: Body) -> Result<Response, Refusal> {
    let method = asked.parts.method.as_str();
    let has = found.route.has(method);
    if found.route.resource == Resource::Description {
        return if has {
            Ok(described(asked))
        } else {
            Ok(no_method(found, method))
        };
    }
    let mut moment = (asked.rest.moments)();
    let actor = who(asked, &mut moment).await?;
    match (found.route.resource, method) {
        _ if !has => Ok(no_method(found, method)),
        (Resource::Rooms, _) => list::rooms(asked, &mut moment, &actor).await,
        (Resource::Room, _) => room(asked, &moment, &actor).await,
        (_, "POST") => read(asked, &moment, &actor, body).await,
        _ => list::messages(asked, &moment, &actor).await,
    }
}

fn no_method(found: &Found<'_>, method: &str) -> Response {
    let mut response = (StatusCode::METHOD_NOT_ALLOWED, Json(not_allowed(method))).into_response();
    if let Ok(allow) = HeaderValue::from_str(&found.route.allow()) {
        response.headers_mut().insert(ALLOW, allow);
    }
    response
}

fn described(asked: &Asked<'_>) -> Response {
    if asked.parameter("format") == Some("openapi") {
        return Json(description(&asked.mounted.root)).into_response();
    }
    let nothing_else = HeaderValue::from_static("default-src 'none'");
    ([(CONTENT_SECURITY_POLICY, nothing_else)], Html(description_page())).into_response()
}

async fn who(asked: &Asked<'_>, moment: &mut Moment) -> Result<Actor, Refusal> {
    let headers = &asked.parts.headers;
    let token = match credential(headers) {
        Ok(None) => return Err(Refusal::forbidden()),
        Ok(Some((scheme, token))) if scheme.eq_ignore_ascii_case(SCHEME) => token,
        Ok(Some(_)) | Err(_) => return Err(Refusal::invalid_token()),
    };
    let actor = caller(asked.rest, moment, asked.mounted, headers, token).await;
    actor.map_err(|error| Refusal::of_token(error, asked.request_id))
}

/// The room that the path names; `None`: there is none, and an id would look like this.
async fn named(asked: &Asked<'_>, actor: &Actor) -> Result<Option<RoomId>, Refusal> {
    match enter_room::named(&asked.rest.parlour, actor, &asked.room).await {
        Ok(room) => Ok(Some(room)),
        Err(Error::NotFound) if is_uuid(&asked.room) => Ok(None),
        Err(Error::NotFound) => Err(Refusal::not_found()),
        Err(error) => Err(asked.refused(error)),
    }
}

async fn room(asked: &Asked<'_>, moment: &Moment, actor: &Actor) -> Result<Response, Refusal> {
    let room = named(asked, actor).await?.ok_or_else(Refusal::no_user)?;
    let found = friend_rooms::get(&asked.rest.parlour, actor, room, moment.now).await;
    let (item, company) = found.map_err(|error| asked.refused(error))?;
    let friend = list::friend(&item, &company, actor);
    Ok(Json(Room::new(&item, friend)).into_response())
}

/// Marks everything in the room as read, if that is asked for; else it does nothing, for whomever.
async fn read(asked: &Asked<'_>, moment: &Moment, actor: &Actor, body: Body) -> Result<Response, Refusal> {
    let body = whole(body).await;
    let body = body.ok_or_else(|| Refusal::new(400, detail("The request body is too large.")))?;
    if marks_read(asked.parameter("mark_read"), &body) {
        let room = named(asked, actor).await?.ok_or_else(Refusal::no_user)?;
        let read = read_all::read_all(&asked.rest.parlour, actor, room, None, moment.now).await;
        read.map_err(|error| asked.refused(error))?;
    }
    Ok(StatusCode::OK.into_response())
}
