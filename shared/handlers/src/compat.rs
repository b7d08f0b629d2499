//! REST of other services, for their clients: a router each, at the service's own paths, below the prefix that names app and service.
//!
//! Statuses, envelopes and errors are the service's; who may do what is Parlour's.

mod asked;
mod callsewa;
mod chat_panel;
mod facebook_clone;
mod go_chat;
mod sourceloop;

use std::sync::Arc;

use axum::body::Body;
use axum::extract::{DefaultBodyLimit, Request, State};
use axum::http::header::{HOST, ORIGIN};
use axum::http::uri::PathAndQuery;
use axum::http::{HeaderMap, Uri};
use axum::middleware::from_fn_with_state;
use axum::response::{IntoResponse, Response};
use axum::{Extension, Router};
use parlour_domain::access::Actor;
use parlour_domain::app::App;
use parlour_domain::dialect::Service;
use parlour_domain::verification::Granted;
use parlour_domain::{AppId, Moment, limits};
use parlour_protocol::Code;
use parlour_protocol::dialect::place::{self, Host, Place};
use parlour_service::authenticate;
use parlour_service::{Error, Parlour, apps};
use tower::ServiceExt;

use crate::MomentSource;
use crate::authorizer::foreign_origin;
use crate::rest::{Rest, edge, respond};

/// What the address that a request came to stands for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Bound {
    /// The app.
    pub app: AppId,
    /// Whose clients connect there.
    pub service: Service,
}

/// Where a request has come: in place of a path's prefix.
#[derive(Debug, Clone)]
pub(crate) struct Mounted {
    pub(crate) app: Arc<App>,
    pub(crate) service: Service,
    /// What URLs begin with that lead here again, without a slash at its end.
    pub(crate) root: String,
}

/// Whose request it is.
fn place_of<'a>(bound: Option<&'a Bound>, path: &'a str) -> Place<'a> {
    let host = bound.map(|bound| Host {
        app: bound.app.as_str(),
        service: bound.service,
    });
    place::place(host, path)
}

/// Whether a request is for [`router`]: of a client of another service, or of nobody.
#[must_use]
pub fn is_ours(bound: Option<&Bound>, path: &str) -> bool {
    place_of(bound, path) != Place::Native
}

/// The routers of all services. What an address stands for has to be in the path.
pub fn router(parlour: Arc<Parlour>, moments: MomentSource) -> Router {
    let rest = Rest::new(parlour, moments);
    Router::new()
        .fallback(mounted)
        .with_state(rest.clone())
        .layer(DefaultBodyLimit::max(limits::REST_BODY_BYTES))
        .layer(from_fn_with_state(rest, edge::edge))
}

/// Hands a request over to the router of its service, as that service would have got it.
async fn mounted(State(rest): State<Rest>, request: Request) -> Response {
    let path = request.uri().path().to_owned();
    let Place::Of {
        app,
        service,
        path: own,
    } = place_of(None, &path)
    else {
        return not_found();
    };
    let app = match app {
        place::App::Named(name) => AppId::parse(name).ok(),
        place::App::Default => rest.parlour.default_app.clone(),
    };
    let Some(app) = app else {
        return not_found();
    };
    let app = match apps::get(&rest.parlour, &app).await {
        Ok(app) if app.dialect(service).is_some() => app,
        Ok(_) | Err(Error::NotFound) => return not_found(),
        Err(error) => return respond::Failure::from(error).into_response(),
    };
    let prefix = path.strip_suffix(&*own).unwrap_or_default();
    let mounted = Mounted {
        app: Arc::new(app),
        service,
        root: format!("{}{prefix}", origin(request.headers())),
    };
    let Some(request) = at(request, &own) else {
        return not_found();
    };
    let router = match service {
        Service::Sourceloop => sourceloop::routes(),
        Service::GoChat => go_chat::routes(),
        Service::ChatPanel => chat_panel::routes(),
        Service::Callsewa => callsewa::routes(),
        Service::FacebookClone => facebook_clone::routes(),
    };
    let router = router.layer(Extension(mounted)).with_state(rest);
    router.oneshot(request).await.into_response()
}

/// The request at another path, with its query.
fn at(mut request: Request, path: &str) -> Option<Request<Body>> {
    let path = match request.uri().query() {
        Some(query) => format!("{path}?{query}"),
        None => path.to_owned(),
    };
    *request.uri_mut() = Uri::from(PathAndQuery::try_from(path).ok()?);
    Some(request)
}

fn origin(headers: &HeaderMap) -> String {
    let text = |name| {
        headers
            .get(name)
            .and_then(|value: &axum::http::HeaderValue| value.to_str().ok())
    };
    let scheme = match text(axum::http::HeaderName::from_static("x-forwarded-proto")) {
        Some("https") => "https",
        _ => "http",
    };
    format!("{scheme}://{}", text(HOST).unwrap_or("localhost"))
}

fn not_found() -> Response {
    respond::Failure::from(Code::NotFound).into_response()
}

/// Proves the token of a client of the service: by what the app says about such clients.
///
/// # Errors
/// As [`authenticate::rest`].
pub(crate) async fn caller(
    rest: &Rest,
    moment: &mut Moment,
    mounted: &Mounted,
    headers: &HeaderMap,
    token: &str,
) -> Result<Actor, Error> {
    let (actor, _) = granted(rest, moment, mounted, headers, token).await?;
    Ok(actor)
}

/// [`caller`], with what the token says of its holder: for services whose tokens carry permissions.
///
/// # Errors
/// As [`authenticate::rest`].
pub(crate) async fn granted(
    rest: &Rest,
    moment: &mut Moment,
    mounted: &Mounted,
    headers: &HeaderMap,
    token: &str,
) -> Result<(Actor, Granted), Error> {
    let text = |name: axum::http::HeaderName| headers.get(name).map(|value| value.to_str().unwrap_or("null"));
    let foreign_origin = foreign_origin(text(ORIGIN), text(HOST));
    let of = (mounted.app.id.as_str(), Some(mounted.service));
    authenticate::granted(&rest.parlour, moment, of, token, foreign_origin).await
}

#[cfg(test)]
mod tests {
    use axum::http::HeaderValue;

    use super::*;

    #[test]
    fn urls_lead_back_to_where_the_request_came() {
        let mut headers = HeaderMap::new();
        assert_eq!(origin(&headers), "http://localhost");
        headers.insert(HOST, HeaderValue::from_static("chat.example:888"));
        assert_eq!(origin(&headers), "http://chat.example:888");
        headers.insert("x-forwarded-proto", HeaderValue::from_static("https"));
        assert_eq!(origin(&headers), "https://chat.example:888");
    }

    #[test]
    fn a_request_keeps_its_query() {
        let request = |uri: &str| Request::get(uri).body(Body::empty()).unwrap();
        let moved = at(
            request("/a/x/facebook-clone/api/chat/users/?page=2"),
            "/api/chat/users/",
        )
        .unwrap();
        assert_eq!(moved.uri(), "/api/chat/users/?page=2");
        assert_eq!(at(request("/a/x/go-chat"), "/").unwrap().uri(), "/");
    }
}
