//! A request whose caller is proven and permitted, and what it says.

use axum::body::Bytes;
use axum::extract::{FromRequest, Query, Request};
use axum::http::header::{AUTHORIZATION, CONTENT_TYPE};
use axum::http::{HeaderMap, StatusCode};
use parlour_domain::access::Actor;
use parlour_domain::{ClientId, MessageId, Moment, RoomId, UserId};
use parlour_protocol::dialect::sourceloop::ADMINISTRATOR;
use parlour_protocol::dialect::sourceloop::filter::parameter;
use parlour_protocol::dialect::sourceloop::operation::Operation;
use parlour_protocol::dialect::sourceloop::problem::{Detail, Problem};
use parlour_protocol::request::client_id;
use parlour_service::{Error, Parlour, Target, enter_room};
use serde_json::Value;

use super::answer::Refusal;
use crate::compat::{Mounted, granted};
use crate::rest::Rest;

/// A request.
pub(super) struct Call {
    pub(super) rest: Rest,
    pub(super) moment: Moment,
    /// Who asks.
    pub(super) user: Actor,
    pub(super) own: UserId,
    /// By what power: an administrator's, or the user's own.
    pub(super) power: Actor,
    pub(super) operation: &'static Operation,
    /// The id in the path.
    pub(super) id: Option<String>,
    pairs: Vec<(String, String)>,
    pub(super) body: Value,
    /// The client's id of this write.
    pub(super) key: Option<ClientId>,
}

impl Call {
    pub(super) async fn read(
        rest: &Rest,
        mounted: &Mounted,
        (operation, id): (&'static Operation, Option<String>),
        request: Request,
    ) -> Result<Self, Refusal> {
        let mut moment = (rest.moments)();
        let token = bearer(request.headers())?.to_owned();
        let (user, granted) = granted(rest, &mut moment, mounted, request.headers(), &token).await?;
        let own = user.user().ok_or(Problem::Forbidden)?;
        if granted.password_expires.is_some_and(|at| at <= moment.now) {
            return Err(Problem::PasswordExpired.into());
        }
        if !operation.is_permitted(&granted.permissions) {
            return Err(Problem::Forbidden.into());
        }
        let power = if granted.permissions.iter().any(|own| own == ADMINISTRATOR) {
            Actor::Backend {
                app: user.app().clone(),
            }
        } else {
            user.clone()
        };
        let pairs = Query::<Vec<(String, String)>>::try_from_uri(request.uri());
        let pairs = pairs.map_err(|_| Problem::Parameter("filter", Vec::new()))?.0;
        let key = request.headers().get("idempotency-key");
        let key = key.map(|key| client_id("Idempotency-Key", key.to_str().unwrap_or_default()));
        let key = key.transpose()?;
        let body = match operation.method {
            "POST" | "PATCH" | "PUT" => body(rest, request).await?,
            _ => Value::Null,
        };
        Ok(Self {
            rest: rest.clone(),
            moment,
            user,
            own,
            power,
            operation,
            id,
            pairs,
            body,
            key,
        })
    }

    pub(super) fn parlour(&self) -> &Parlour {
        &self.rest.parlour
    }

    /// A parameter of the query.
    pub(super) fn parameter(&self, name: &'static str) -> Result<Option<Value>, Problem> {
        parameter(&self.pairs, name).map_err(|detail| Problem::Parameter(name, vec![detail]))
    }

    /// The id that the path names.
    pub(super) fn named(&self) -> &str {
        self.id.as_deref().unwrap_or_default()
    }

    /// There is no row of the id that the path names, for who would change it.
    pub(super) fn no_entity(&self) -> Problem {
        Problem::NoEntity(self.operation.model, self.named().to_owned())
    }

    /// The room that a client names, if there is one of that name.
    pub(super) async fn room(&self, name: &str) -> Result<Option<RoomId>, Error> {
        match enter_room::named(self.parlour(), &self.user, name).await {
            Ok(room) => Ok(Some(room)),
            Err(Error::NotFound) => Ok(None),
            Err(error) => Err(error),
        }
    }

    /// A field of the body that names a room must name this one.
    pub(super) async fn must_be_in(&self, room: RoomId, body: &Value) -> Result<(), Refusal> {
        let Some(name) = body.get("channelId").and_then(Value::as_str) else {
            return Ok(());
        };
        if self.room(name).await? == Some(room) {
            return Ok(());
        }
        Err(fixed("channelId").into())
    }
}

/// A message, and by whom it is to be changed.
pub(super) fn target(actor: &Actor, (room, message): (RoomId, MessageId)) -> Target<'_> {
    Target {
        actor,
        room,
        message,
        from: None,
    }
}

/// A field of which a row says something else, for good.
pub(super) fn fixed(field: &str) -> Problem {
    let detail = Detail::new(
        format!("/{field}"),
        "const",
        "must be equal to what it was when the row was made",
    );
    Problem::Body(vec![detail])
}

/// The token of exactly one header.
fn bearer(headers: &HeaderMap) -> Result<&str, Problem> {
    let mut all = headers.get_all(AUTHORIZATION).iter();
    let (header, more) = (all.next().ok_or(Problem::NoToken)?, all.next());
    let text = header.to_str().map_err(|_| Problem::BadToken)?;
    let (scheme, token) = text.split_once(' ').ok_or(Problem::NoBearer)?;
    if !scheme.eq_ignore_ascii_case("bearer") {
        return Err(Problem::NoBearer);
    }
    if more.is_some() || token.is_empty() {
        return Err(Problem::BadToken);
    }
    Ok(token)
}

async fn body(rest: &Rest, request: Request) -> Result<Value, Problem> {
    let kind = request.headers().get(CONTENT_TYPE).and_then(|kind| kind.to_str().ok());
    let kind = kind
        .and_then(|kind| kind.split(';').next())
        .map(str::trim)
        .map(str::to_ascii_lowercase);
    let bytes = Bytes::from_request(request, rest)
        .await
        .map_err(|rejection| match rejection.status() {
            StatusCode::PAYLOAD_TOO_LARGE => Problem::TooLarge,
            _ => Problem::Malformed,
        })?;
    if bytes.is_empty() {
        return Err(Problem::Empty);
    }
    match kind.as_deref() {
        Some("application/json") | None => serde_json::from_slice(&bytes).map_err(|_| Problem::Malformed),
        Some(_) => Err(Problem::MediaType),
    }
}
