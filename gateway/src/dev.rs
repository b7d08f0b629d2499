//! Endpoints for the page on a developer's machine: pick or make a user, get a token, switch faults.
//!
//! They hand out credentials without asking for any, so they exist only on loopback where clients reach the gateway itself
//! (no `--public-url`), or with `--dev`, and answer only to a loopback `Host`, a same-origin page, and no proxy that says so: a web
//! page elsewhere cannot reach them, not even by DNS rebinding. They use the public REST API with the development app's key and can do
//! nothing that its holder could not, but for the faults, which are those of the whole gateway.

use std::fmt;
use std::net::IpAddr;
use std::sync::Arc;

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::extract::{RawQuery, Request, State};
use axum::middleware::{Next, from_fn_with_state};
use axum::response::{IntoResponse, Json, Response};
use axum::routing::{get, post};
use http::{HeaderMap, Method, StatusCode, header};
use parlour_domain::UserId;
use serde::Deserialize;
use serde_json::{Value, json};
use tower::ServiceExt;

use crate::faults::{Faults, Plan};

/// The most that a REST answer may hold here, in bytes: a page of users with all the data that they can have.
const MAX_ANSWER: usize = 1024 * 1024;

/// What the development endpoints work with.
#[derive(Clone)]
pub struct Development {
    /// The REST API.
    pub rest: Router,
    /// The development app's key.
    pub client_key: String,
    /// The switchable faults.
    pub faults: Arc<Faults>,
    /// Whether hosts other than loopback are allowed, as IP addresses (`--dev`).
    pub beyond_loopback: bool,
}

impl fmt::Debug for Development {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Development")
            .field("beyond_loopback", &self.beyond_loopback)
            .finish_non_exhaustive()
    }
}

/// The endpoints: `/dev`, `/dev/user`, `/dev/session`, `/dev/fault`.
pub fn router(development: Development) -> Router {
    let development = Arc::new(development);
    Router::new()
        .route("/dev", get(async || Json(json!({ "dev": true }))))
        .route("/dev/user", get(users).post(create_user))
        .route("/dev/session", post(session))
        .route("/dev/fault", get(faults).put(set_faults))
        .layer(from_fn_with_state(Arc::clone(&development), guard))
        .with_state(development)
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct NewUser {
    name: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct NewSession {
    user_id: String,
}

type Shared = State<Arc<Development>>;

/// A page of users; `limit` and `after` are those of `GET /user`.
async fn users(State(dev): Shared, RawQuery(query): RawQuery) -> Response {
    let path = query.map_or_else(|| "/user".to_owned(), |query| format!("/user?{query}"));
    let (status, body) = dev.call(Method::GET, &path, None).await;
    (status, Json(body)).into_response()
}

async fn create_user(State(dev): Shared, Json(user): Json<NewUser>) -> Response {
    let (status, body) = dev
        .call(Method::POST, "/user", Some(json!({ "name": user.name })))
        .await;
    (status, Json(body)).into_response()
}

async fn session(State(dev): Shared, Json(session): Json<NewSession>) -> Response {
    let Ok(user_id) = UserId::parse(&session.user_id) else {
        return StatusCode::NOT_FOUND.into_response();
    };
    let (status, user) = dev.call(Method::GET, &format!("/user/{user_id}"), None).await;
    if !status.is_success() {
        return (status, Json(user)).into_response();
    }
    let (status, token) = dev.call(Method::POST, &format!("/auth/{user_id}"), None).await;
    if !status.is_success() {
        return (status, Json(token)).into_response();
    }
    let answer = json!({ "token": token["token"], "expires_at": token["expires_at"], "user": user });
    (StatusCode::CREATED, Json(answer)).into_response()
}

async fn faults(State(dev): Shared) -> Json<Plan> {
    Json(dev.faults.plan())
}

async fn set_faults(State(dev): Shared, Json(plan): Json<Plan>) -> Response {
    match plan.checked() {
        Ok(plan) => {
            dev.faults.replace(plan);
            Json(plan).into_response()
        }
        Err(error) => (StatusCode::BAD_REQUEST, Json(json!({ "message": error.to_string() }))).into_response(),
    }
}

impl Development {
    /// Calls the REST API as the backend of the development app.
    pub async fn call(&self, method: Method, path: &str, body: Option<Value>) -> (StatusCode, Value) {
        let request = Request::builder()
            .method(method)
            .uri(path)
            .header("clientKey", &self.client_key)
            .header(header::CONTENT_TYPE, "application/json")
            .body(body.map_or_else(Body::empty, |body| Body::from(body.to_string())));
        let Ok(request) = request else {
            return (StatusCode::BAD_REQUEST, Value::Null);
        };
        let response = match self.rest.clone().oneshot(request).await {
            Ok(response) => response,
            Err(never) => match never {},
        };
        let status = response.status();
        let bytes = to_bytes(response.into_body(), MAX_ANSWER).await.unwrap_or_default();
        (status, serde_json::from_slice(&bytes).unwrap_or_default())
    }
}

async fn guard(State(dev): Shared, request: Request, next: Next) -> Response {
    if is_local(request.headers(), dev.beyond_loopback) {
        next.run(request).await
    } else {
        StatusCode::FORBIDDEN.into_response()
    }
}

/// What a proxy adds to a request. One on this machine comes from loopback, and may name it as the host, whoever asked it.
const FORWARDED: [&str; 5] = ["forwarded", "via", "x-forwarded-for", "x-forwarded-host", "x-real-ip"];

/// The request names a host that no foreign name server can have chosen, and no other site sent it.
fn is_local(headers: &HeaderMap, beyond_loopback: bool) -> bool {
    if !beyond_loopback && FORWARDED.iter().any(|name| headers.contains_key(*name)) {
        return false;
    }
    let text = |name: &header::HeaderName| headers.get(name).and_then(|value| value.to_str().ok());
    let Some(host) = text(&header::HOST) else { return false };
    let same_origin = !headers.contains_key(header::ORIGIN)
        || text(&header::ORIGIN).is_some_and(|origin| origin.strip_prefix("http://") == Some(host));
    let same_site = headers
        .get("sec-fetch-site")
        .is_none_or(|site| site == "same-origin" || site == "none");
    same_origin && same_site && is_local_host(host, beyond_loopback)
}

fn is_local_host(host: &str, beyond_loopback: bool) -> bool {
    let name = match host.rsplit_once(':') {
        Some((name, port)) if port.bytes().all(|byte| byte.is_ascii_digit()) => name,
        _ => host,
    };
    if name.eq_ignore_ascii_case("localhost") {
        return true;
    }
    let address = name
        .strip_prefix('[')
        .and_then(|name| name.strip_suffix(']'))
        .unwrap_or(name);
    address
        .parse::<IpAddr>()
        .is_ok_and(|address| beyond_loopback || address.is_loopback())
}

#[cfg(test)]
mod tests;
