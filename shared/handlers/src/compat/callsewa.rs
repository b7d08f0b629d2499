//! callsewa: operators and their apps, users with the tokens that their own system registers, rooms by name.
//!
//! An operator proves themselves by a JWT, a team's backend by knowing the app's id, a user by a registered token. Some refusals come
//! with status 200, as the service returns them; a body that is not as its route's model says gets a page.

mod operators;
mod refusal;
mod rooms;
mod users;

use axum::body::Body as Stream;
use axum::extract::{Extension, Request, State};
use axum::http::header::{CONTENT_SECURITY_POLICY, HOST, ORIGIN};
use axum::http::request::Parts;
use axum::http::{HeaderName, HeaderValue};
use axum::response::{Html, IntoResponse, Response};
use axum::{Json, Router};
use parlour_domain::access::Actor;
use parlour_domain::{AppId, ApplicationId, Moment};
use parlour_protocol::dialect::callsewa_rest::{Body, Call, call, description, description_page};
use parlour_service::{Error, Parlour, hosted_apps};
use serde_json::{Value, json};

use self::refusal::Refusal;
use super::Mounted;
use super::asked::{decoded, whole};
use crate::authorizer::foreign_origin;
use crate::rest::Rest;
use crate::rest::edge::RequestId;

/// Names the app.
const APP_ID: HeaderName = HeaderName::from_static("appid");
/// Names the user.
const TOKEN: HeaderName = HeaderName::from_static("token");

/// The service's routes, at its own paths.
pub(super) fn routes() -> Router<Rest> {
    Router::new().fallback(serve)
}

/// A request.
struct Asked<'a> {
    rest: &'a Rest,
    mounted: &'a Mounted,
    parts: &'a Parts,
    moment: Moment,
}

/// An app that a request names by its id.
struct Named {
    /// Its backend.
    backend: Actor,
    /// Its number.
    number: u32,
}

type Answered = Result<Value, Refusal>;

async fn serve(
    State(rest): State<Rest>,
    Extension(mounted): Extension<Mounted>,
    Extension(RequestId(request_id)): Extension<RequestId>,
    request: Request,
) -> Response {
    let (parts, body) = request.into_parts();
    let mut asked = Asked {
        moment: (rest.moments)(),
        rest: &rest,
        mounted: &mounted,
        parts: &parts,
    };
    let answered = asked.answer(body).await;
    answered.unwrap_or_else(|refusal| refusal.response(&parts, &request_id))
}

impl Asked<'_> {
    fn parlour(&self) -> &Parlour {
        &self.rest.parlour
    }

    /// The app that the base URL names.
    fn home(&self) -> &AppId {
        &self.mounted.app.id
    }

    async fn answer(&mut self, body: Stream) -> Result<Response, Refusal> {
        let call = call(self.parts.method.as_str(), self.parts.uri.path()).ok_or(Refusal::NoRoute)?;
        let answer = match call {
            Call::Swagger => {
                let nothing_else = HeaderValue::from_static("default-src 'none'");
                return Ok(([(CONTENT_SECURITY_POLICY, nothing_else)], Html(description_page())).into_response());
            }
            Call::Description => description(&self.mounted.root),
            call => {
                self.allow_origin()?;
                self.called(call, body).await?
            }
        };
        Ok(Json(answer).into_response())
    }

    async fn called(&mut self, call: Call<'_>, body: Stream) -> Answered {
        match call {
            Call::Login => self.log_in(read(body).await?).await,
            Call::Register => self.register(read(body).await?).await,
            Call::Verify => Ok(self.verify().await?.into()),
            Call::MakeApp => self.make_app(read(body).await?).await,
            Call::Apps => self.apps(read(body).await?).await,
            Call::DeleteApp(id) => self.delete_app(id, read(body).await?).await,
            Call::MakeUser => self.make_user(&read(body).await?).await,
            Call::Users(app) => self.users(&part(app)?).await,
            Call::DeleteUser(id) => self.delete_user(id).await,
            Call::MakeRoom => self.make_room(&read(body).await?).await,
            Call::Rooms => self.rooms().await,
            Call::MyRooms => self.my_rooms().await,
            Call::Room(name) => self.room(&part(name)?).await,
            Call::CheckRoom => self.check_room(&read(body).await?).await,
            Call::AddUsers => self.add_users(&read(body).await?).await,
            Call::RemoveUsers => self.remove_users(&read(body).await?).await,
            Call::DeleteRoom(id) => self.delete_room(id).await,
            Call::Swagger | Call::Description => Err(Refusal::NoRoute),
        }
    }

    /// Pages of other origins than the app allows are refused, whatever they prove themselves with.
    fn allow_origin(&self) -> Result<(), Refusal> {
        let text = |name: HeaderName| {
            self.parts
                .headers
                .get(name)
                .map(|value| value.to_str().unwrap_or("null"))
        };
        match foreign_origin(text(ORIGIN), text(HOST)) {
            Some(origin) if !self.mounted.app.allows_origin(origin) => Err(Error::OriginNotAllowed.into()),
            _ => Ok(()),
        }
    }

    /// A header that the route's model asks for.
    fn header(&self, name: &HeaderName) -> Result<&str, Refusal> {
        let value = self.parts.headers.get(name).ok_or(Refusal::Unfit)?;
        value.to_str().map_err(|_| Refusal::Unfit)
    }

    /// The app of this id.
    async fn named(&self, id: &str) -> Result<Named, Refusal> {
        let known = ApplicationId::parse(id).ok_or_else(|| Refusal::no_uuid(id))?;
        let found = hosted_apps::backend_of(self.parlour(), &self.mounted.app, &known).await?;
        let (backend, number) = found.ok_or_else(|| Refusal::thrown(404, "App Not Found"))?;
        Ok(Named { backend, number })
    }

    /// The app of the header.
    async fn app(&self) -> Result<Named, Refusal> {
        self.named(self.header(&APP_ID)?).await
    }
}

/// The body; what is no JSON is refused as the service's framework does.
async fn read(body: Stream) -> Result<Body, Refusal> {
    let body = whole(body)
        .await
        .ok_or_else(|| Refusal::said(413, json!({ "message": "request entity too large" })))?;
    Body::read(&body).ok_or_else(|| Refusal::said(400, json!({ "message": "Unexpected token in JSON" })))
}

/// A part of the path.
fn part(text: &str) -> Result<String, Refusal> {
    decoded(text).ok_or(Refusal::Unfit)
}

/// A whole number in the path.
fn id(text: &str) -> Result<u64, Refusal> {
    text.parse().map_err(|_| Refusal::Unfit)
}
