//! chat-panel: users, rooms and messages, as its framework (Nest) answers.
//!
//! Whoever asks is looked at before what is asked for. A backend has its API token, a user a token of its own; the service let every
//! user do what its backends do, here a user is one of Parlour's.

mod credential;
mod message;
mod refusal;
mod room;
mod sending;
mod user;

use axum::body::{Body, Bytes};
use axum::extract::{Extension, Request, State};
use axum::http::header::CONTENT_SECURITY_POLICY;
use axum::http::request::Parts;
use axum::http::{HeaderValue, StatusCode};
use axum::response::{Html, IntoResponse, Response};
use axum::{Json, Router};
use parlour_domain::access::Actor;
use parlour_domain::log::BodyHash;
use parlour_domain::{ClientId, RoomId};
use parlour_protocol::dialect::chat_panel::rest::{
    Call, Envelope, HEALTHY, Problem, call, description, description_page,
};
use parlour_protocol::request::client_id;
use parlour_service::{Error, Key, Parlour, enter_room};
use serde::Serialize;

use self::refusal::Refusal;
use super::Mounted;
use super::asked::{decoded, query, whole};
use crate::rest::Rest;
use crate::rest::edge::RequestId;

/// The service's routes, at its own paths: one for all, because whatever it does not have is refused in its own words.
pub(super) fn routes() -> Router<Rest> {
    Router::new().fallback(serve)
}

/// A request.
struct Asked<'a> {
    rest: &'a Rest,
    mounted: &'a Mounted,
    parts: &'a Parts,
    query: Vec<(String, String)>,
}

type Answered = Result<Response, Refusal>;

async fn serve(
    State(rest): State<Rest>,
    Extension(mounted): Extension<Mounted>,
    Extension(RequestId(request_id)): Extension<RequestId>,
    request: Request,
) -> Response {
    let (mut parts, body) = request.into_parts();
    let is_head = parts.method == "HEAD";
    if is_head {
        parts.method = axum::http::Method::GET;
    }
    let asked = Asked {
        rest: &rest,
        mounted: &mounted,
        query: query(&parts.uri),
        parts: &parts,
    };
    let answered = asked.answer(body).await;
    let mut response = answered.unwrap_or_else(|refusal| refusal.response(asked.success(), &request_id));
    if is_head {
        *response.body_mut() = Body::empty();
    }
    response
}

impl Asked<'_> {
    async fn answer(&self, body: Body) -> Answered {
        let uri = &self.parts.uri;
        let asked = uri.path_and_query().map_or("/", |asked| asked.as_str());
        let call = call(self.parts.method.as_str(), uri.path(), asked)?;
        if call.is_public() {
            return Ok(self.tells_of_itself(call));
        }
        let mut moment = (self.rest.moments)();
        let actor = credential::who(self, &mut moment).await?;
        let (moment, actor) = (&mut moment, &actor);
        match call {
            Call::Init(user) => user::init(self, moment, actor, (user, body)).await,
            Call::CreateUser => user::create(self, moment, actor, body).await,
            Call::Users => user::list(self, actor).await,
            Call::User(id) => user::get(self, actor, id).await,
            Call::UpdateUser(id) => user::update(self, moment, actor, (id, body)).await,
            Call::DeleteUser(id) => user::delete(self, moment, actor, id).await,
            Call::CreateRoom => room::create(self, moment, actor, body).await,
            Call::Rooms => room::list(self, actor).await,
            Call::Room(id) => room::get(self, actor, id).await,
            Call::UpdateRoom(id) => room::update(self, moment, actor, (id, body)).await,
            Call::DeleteRoom(id) => room::delete(self, moment, actor, id).await,
            Call::Join(id) => room::join(self, moment, actor, id).await,
            Call::Send(id) => sending::send(self, moment, actor, (id, body)).await,
            Call::Messages(id) => message::list(self, actor, id).await,
            Call::Health | Call::Docs | Call::DocsJson => Err(Problem::internal().into()),
        }
    }

    /// What anybody may know.
    fn tells_of_itself(&self, call: Call<'_>) -> Response {
        let root = &self.mounted.root;
        match call {
            Call::DocsJson => Json(description(root)).into_response(),
            Call::Docs => {
                let nothing_else = HeaderValue::from_static("default-src 'none'");
                ([(CONTENT_SECURITY_POLICY, nothing_else)], Html(description_page(root))).into_response()
            }
            _ => Html(HEALTHY).into_response(),
        }
    }

    fn parlour(&self) -> &Parlour {
        &self.rest.parlour
    }

    /// The HTTP status of whatever the service answers by itself: it goes by the method alone.
    fn success(&self) -> StatusCode {
        if self.parts.method == "POST" {
            StatusCode::CREATED
        } else {
            StatusCode::OK
        }
    }

    /// An answer in the service's envelope. What the body says of the status is another matter.
    fn says<T: Serialize>(&self, message: &'static str, status_code: u16, content: T) -> Answered {
        let envelope = Envelope::new(message, status_code, content);
        Ok((self.success(), Json(envelope)).into_response())
    }

    /// The client's id of a write, if it sends one as Parlour's own clients do.
    fn client_id(&self) -> Result<Option<ClientId>, Refusal> {
        let Some(key) = self.parts.headers.get("idempotency-key") else {
            return Ok(None);
        };
        let id = client_id("Idempotency-Key", key.to_str().unwrap_or_default());
        Ok(Some(id.map_err(Error::from)?))
    }

    /// The same for a write that says this.
    fn key(&self, body: &[u8]) -> Result<Option<Key>, Refusal> {
        let what = (self.parts.method.to_string(), self.parts.uri.to_string());
        let key = |client_id| Key {
            client_id,
            hash: BodyHash::of(&(what, body)),
        };
        Ok(self.client_id()?.map(key))
    }

    /// The room that the path names. Whether the actor may know of it is decided by whatever is done there.
    async fn room(&self, actor: &Actor, id: &str) -> Result<RoomId, Error> {
        let name = decoded(id).ok_or(Error::NotFound)?;
        enter_room::named(self.parlour(), actor, &name).await
    }
}

/// The whole body of a request.
async fn read(body: Body) -> Result<Bytes, Refusal> {
    Ok(whole(body).await.ok_or_else(Problem::too_large)?)
}
