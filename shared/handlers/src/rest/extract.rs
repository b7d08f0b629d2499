//! What routes take from a request: who calls, the body, the parameters, the idempotency key, and the moment.

mod path;
mod webhook;

use std::convert::Infallible;

use axum::body::Bytes;
use axum::extract::{FromRequest, FromRequestParts, Query, Request};
use axum::http::header::{AUTHORIZATION, CONTENT_TYPE, HOST, ORIGIN};
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode};
use parlour_auth::{ClientKey, TokenId};
use parlour_domain::access::Actor;
use parlour_domain::log::BodyHash;
use parlour_domain::{ClientId, Moment, Timestamp};
use parlour_protocol::frame::{describe, is_object};
use parlour_protocol::request::{SendMessage, client_id};
use parlour_protocol::{Code, InvalidInput};
use parlour_service::Key;
use parlour_service::authenticate::{self, Credential};
use serde::de::DeserializeOwned;

use super::Rest;
use super::form::Form;
use super::respond::Failure;
use crate::authorizer::foreign_origin;

pub(crate) use path::{
    AttachmentIn, InRoom, OfAttachment, OfMember, OfMessage, OfReaction, OfReport, OfTask, OfToken, OfUser,
};
pub(crate) use webhook::{OfDelivery, OfWebhook};

const CLIENT_KEY: HeaderName = HeaderName::from_static("clientkey");
/// The app by whose settings a bearer token is to be proven.
const APP: HeaderName = HeaderName::from_static("parlour-app");
const IDEMPOTENCY_KEY: HeaderName = HeaderName::from_static("idempotency-key");

/// The moment of this request.
pub(crate) struct Now(pub(crate) Moment);

impl FromRequestParts<Rest> for Now {
    type Rejection = Infallible;

    async fn from_request_parts(_: &mut Parts, rest: &Rest) -> Result<Self, Infallible> {
        Ok(Self((rest.moments)()))
    }
}

/// Whoever sent the request, proven.
pub(crate) struct Caller(pub(crate) Actor);

impl FromRequestParts<Rest> for Caller {
    type Rejection = Failure;

    async fn from_request_parts(parts: &mut Parts, rest: &Rest) -> Result<Self, Failure> {
        let CallerUntil(actor, _) = CallerUntil::from_request_parts(parts, rest).await?;
        Ok(Self(actor))
    }
}

/// The same, and until when the credential holds.
pub(crate) struct CallerUntil(pub(crate) Actor, pub(crate) Timestamp);

impl FromRequestParts<Rest> for CallerUntil {
    type Rejection = Failure;

    async fn from_request_parts(parts: &mut Parts, rest: &Rest) -> Result<Self, Failure> {
        let credential = credential(&parts.headers)?;
        let text = |name: HeaderName| parts.headers.get(name).map(|value| value.to_str().unwrap_or("null"));
        let foreign_origin = foreign_origin(text(ORIGIN), text(HOST));
        let mut moment = (rest.moments)();
        let (actor, until) = authenticate::rest(&rest.parlour, &mut moment, credential, foreign_origin).await?;
        Ok(Self(actor, until))
    }
}

/// Exactly one credential: never a union of the rights of two.
fn credential(headers: &HeaderMap) -> Result<Credential<'_>, Failure> {
    let keys: Vec<_> = headers.get_all(CLIENT_KEY).iter().collect();
    let bearers: Vec<_> = headers.get_all(AUTHORIZATION).iter().collect();
    match (keys.as_slice(), bearers.as_slice()) {
        ([], []) => Err(Code::Unauthenticated.into()),
        ([key], []) => Ok(Credential::ClientKey(key.to_str().map_err(|_| Code::Unauthenticated)?)),
        ([], [bearer]) => {
            let text = bearer.to_str().map_err(|_| Code::Unauthenticated)?;
            let (scheme, token) = text.split_once(' ').ok_or(Code::Unauthenticated)?;
            let known = scheme.eq_ignore_ascii_case("bearer");
            if !known {
                return Err(Code::Unauthenticated.into());
            }
            Ok(match app(headers)? {
                Some(app) => Credential::BearerOf {
                    app,
                    service: None,
                    token,
                },
                None => Credential::Bearer(token),
            })
        }
        _ => Err(Code::AmbiguousCredentials.into()),
    }
}

/// The app that the request names, if it names one.
fn app(headers: &HeaderMap) -> Result<Option<&str>, Failure> {
    let apps: Vec<_> = headers.get_all(APP).iter().collect();
    match apps.as_slice() {
        [] => Ok(None),
        [app] => Ok(Some(app.to_str().map_err(|_| Code::Unauthenticated)?)),
        _ => Err(Code::Unauthenticated.into()),
    }
}

/// The id of the API token that the request came with, if it came with one; whether that one is good is for [`Caller`] to say.
pub(crate) struct OwnToken(pub(crate) Option<TokenId>);

impl FromRequestParts<Rest> for OwnToken {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &Rest) -> Result<Self, Infallible> {
        let key = parts.headers.get(CLIENT_KEY).and_then(|value| value.to_str().ok());
        let key = key.and_then(|key| ClientKey::parse(key).ok());
        Ok(Self(key.map(|key| key.token().id().clone())))
    }
}

/// A JSON body, and the client's key of the write.
pub(crate) struct Write<T> {
    pub(crate) body: T,
    pub(crate) key: Option<Key>,
}

impl<T: DeserializeOwned> FromRequest<Rest> for Write<T> {
    type Rejection = Failure;

    async fn from_request(request: Request, rest: &Rest) -> Result<Self, Failure> {
        let json = is_kind(request.headers(), "application/json");
        let (raw, key) = raw(request, rest).await?;
        if !json {
            return Err(Code::UnsupportedMediaType.into());
        }
        if !is_object(&raw) {
            return Err(Code::MalformedJson.into());
        }
        let body = serde_json::from_slice(&raw).map_err(|error| match error.classify() {
            serde_json::error::Category::Data => Failure::from(InvalidInput::new("body", describe(&error))),
            _ => Failure::from(Code::MalformedJson),
        })?;
        Ok(Self { body, key })
    }
}

/// The client's key of a write without a body.
pub(crate) struct Bodyless(pub(crate) Option<Key>);

impl FromRequest<Rest> for Bodyless {
    type Rejection = Failure;

    async fn from_request(request: Request, rest: &Rest) -> Result<Self, Failure> {
        raw(request, rest).await.map(|(_, key)| Self(key))
    }
}

/// The client's id of a message: in its body, or the Idempotency-Key in its place.
pub(crate) fn one_id(in_body: Option<ClientId>, key: Option<ClientId>) -> Result<Option<ClientId>, InvalidInput> {
    match (in_body, key) {
        (None, key) => Ok(key),
        (Some(id), Some(key)) if id != key => Err(InvalidInput::new(
            "client_id",
            "must be the Idempotency-Key if both are given",
        )),
        (id, _) => Ok(id),
    }
}

async fn raw(request: Request, rest: &Rest) -> Result<(Bytes, Option<Key>), Failure> {
    let key = request.headers().get(IDEMPOTENCY_KEY).cloned();
    let what = (
        request.method().to_string(),
        request
            .uri()
            .path_and_query()
            .map(ToString::to_string)
            .unwrap_or_default(),
    );
    let body = Bytes::from_request(request, rest)
        .await
        .map_err(|rejection| match rejection.status() {
            StatusCode::PAYLOAD_TOO_LARGE => Code::PayloadTooLarge,
            _ => Code::MalformedJson,
        })?;
    let key = id_of(key.as_ref())?.map(|client_id| Key {
        client_id,
        hash: BodyHash::of(&(what, &body[..])),
    });
    Ok((body, key))
}

fn id_of(key: Option<&HeaderValue>) -> Result<Option<ClientId>, InvalidInput> {
    key.map(|value| client_id("Idempotency-Key", value.to_str().unwrap_or_default()))
        .transpose()
}

/// A message, with its files or without.
pub(crate) enum Said {
    /// As JSON.
    Json(Box<SendMessage>),
    /// As a form, which is still to be read.
    Form(Box<Form>),
}

/// A message, and the client's id of it if that is in the headers.
pub(crate) struct Sending {
    pub(crate) said: Said,
    pub(crate) id: Option<ClientId>,
}

impl FromRequest<Rest> for Sending {
    type Rejection = Failure;

    async fn from_request(request: Request, rest: &Rest) -> Result<Self, Failure> {
        if !is_kind(request.headers(), "multipart/form-data") {
            let Write { body, key } = Write::from_request(request, rest).await?;
            return Ok(Self {
                said: Said::Json(Box::new(body)),
                id: key.map(|key| key.client_id),
            });
        }
        let id = id_of(request.headers().get(IDEMPOTENCY_KEY))?;
        let (parts, body) = request.into_parts();
        let form = Form::new(&parts.headers, body, rest.parlour.settings.form_bytes())?;
        Ok(Self {
            said: Said::Form(Box::new(form)),
            id,
        })
    }
}

fn is_kind(headers: &HeaderMap, wanted: &str) -> bool {
    let kind = headers
        .get(CONTENT_TYPE)
        .and_then(|value| value.to_str().ok())
        .unwrap_or_default();
    kind.split(';')
        .next()
        .is_some_and(|kind| kind.trim().eq_ignore_ascii_case(wanted))
}

/// The parameters of a query.
pub(crate) struct Params<T>(pub(crate) T);

impl<T: DeserializeOwned> FromRequestParts<Rest> for Params<T> {
    type Rejection = Failure;

    async fn from_request_parts(parts: &mut Parts, rest: &Rest) -> Result<Self, Failure> {
        let query = Query::<T>::from_request_parts(parts, rest).await;
        query
            .map(|query| Self(query.0))
            .map_err(|_| InvalidInput::new("query", "has an unknown or invalid parameter").into())
    }
}
