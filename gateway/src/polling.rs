//! Engine.IO over plain requests, and the way from there to a WebSocket: how Socket.IO clients begin that are told nothing else.
//!
//! A session is a connection as any other: its first request is the handshake, with the same authorizer, `$connect`, rules, registry and
//! `$disconnect`. Only what carries its frames is another: `line` in place of a WebSocket. `exchange` and `inbox` are what is to be
//! sent and what came, `links` is how requests find their session, `upgrade` hands it a WebSocket.
//!
//! A session is named by a secret that only its client is told, because whoever has it is the session; ids of connections are shown to others.

mod exchange;
mod inbox;
mod line;
mod links;
mod packets;
mod refusal;
mod upgrade;

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use axum::body::Body;
use http::{HeaderMap, HeaderValue, Method, Request as HttpRequest, Response, StatusCode, header};
use hyper::body::Incoming;
use tokio::sync::oneshot;
use tokio::time::timeout;

use crate::body::{self, Unread};
use crate::connection::MAX_MESSAGE;
use crate::places::{self, At};
use crate::socket::{self, Hub};
use links::{Link, Request};
use packets::Payload;

pub(crate) use inbox::Inbox;
pub(crate) use line::{Event, Line, taken, tell};
pub use links::Links;
pub(crate) use links::{Opening, Waiter};
pub(crate) use refusal::Refusal;

/// The protocol's revision, as requests name it.
const REVISION: &str = "4";
/// How long a body may take, and then how long its packets may wait for those before them.
const POST_TIMEOUT: Duration = Duration::from_secs(30);
/// Longer than a session lets a request wait.
const POLL_TIMEOUT: Duration = Duration::from_secs(40);

/// What a request says of its session.
#[derive(Debug, Default, PartialEq, Eq)]
struct Query {
    revision: Option<String>,
    transport: Option<String>,
    sid: Option<String>,
}

impl Query {
    fn of<B>(request: &HttpRequest<B>) -> Self {
        let mut query = Self::default();
        for (name, value) in form_urlencoded::parse(request.uri().query().unwrap_or_default().as_bytes()) {
            let place = match &*name {
                "EIO" => &mut query.revision,
                "transport" => &mut query.transport,
                "sid" => &mut query.sid,
                _ => continue,
            };
            *place = Some(value.into_owned());
        }
        query.sid.take_if(|sid| sid.is_empty());
        query
    }

    fn is_of_revision(&self) -> bool {
        self.revision.as_deref() == Some(REVISION)
    }
}

/// Answers a request at the path of Socket.IO clients that asks for no upgrade.
pub(crate) async fn answer(
    hub: &Arc<Hub>,
    at: At<'_>,
    request: HttpRequest<Incoming>,
    peer: SocketAddr,
) -> Response<Body> {
    let asked = request.headers().clone();
    let is_preflight = request.method() == Method::OPTIONS && asked.contains_key(header::ACCESS_CONTROL_REQUEST_METHOD);
    let mut response = if is_preflight {
        preflight(&asked)
    } else {
        match answered(hub, at, request, peer).await {
            Ok(response) => response,
            Err(refusal) => refusal.response(),
        }
    };
    // No cookie is ever read, so an origin gains nothing by being named here: which one may have a connection is decided with the
    // credential, by what the app says.
    if let Some(origin) = asked.get(header::ORIGIN) {
        let headers = response.headers_mut();
        headers.insert(header::ACCESS_CONTROL_ALLOW_ORIGIN, origin.clone());
    }
    response
        .headers_mut()
        .insert(header::VARY, HeaderValue::from_static("origin"));
    response
}

/// Clients may send what headers they like: the credential of some is in one.
fn preflight(asked: &HeaderMap) -> Response<Body> {
    let mut response = Response::new(Body::empty());
    *response.status_mut() = StatusCode::NO_CONTENT;
    let headers = response.headers_mut();
    if let Some(wanted) = asked.get(header::ACCESS_CONTROL_REQUEST_HEADERS) {
        headers.insert(header::ACCESS_CONTROL_ALLOW_HEADERS, wanted.clone());
    }
    let methods = HeaderValue::from_static("GET, POST");
    headers.insert(header::ACCESS_CONTROL_ALLOW_METHODS, methods);
    headers.insert(header::ACCESS_CONTROL_MAX_AGE, HeaderValue::from_static("600"));
    response
}

async fn answered(
    hub: &Arc<Hub>,
    at: At<'_>,
    request: HttpRequest<Incoming>,
    peer: SocketAddr,
) -> Result<Response<Body>, Refusal> {
    let query = Query::of(&request);
    let polls = match query.transport.as_deref() {
        Some("polling") => true,
        Some("websocket") => false,
        _ => return Err(Refusal::UNKNOWN_TRANSPORT),
    };
    let Some(sid) = &query.sid else {
        return match (request.method(), polls, query.is_of_revision()) {
            (&Method::GET, true, true) => begin(hub, at, request, peer).await,
            (&Method::GET, true, false) => Err(Refusal::UNSUPPORTED_VERSION),
            (&Method::GET, false, _) => Err(Refusal::BAD_REQUEST),
            _ => Err(Refusal::BAD_METHOD),
        };
    };
    let link = hub.links.get(sid).ok_or(Refusal::UNKNOWN_SESSION)?;
    match *request.method() {
        _ if !polls || !query.is_of_revision() => Err(Refusal::BAD_REQUEST),
        Method::GET => poll(&link).await,
        Method::POST => post(&link, request).await,
        _ => Err(Refusal::BAD_REQUEST),
    }
}

/// Answers the handshake of a WebSocket at the path of Socket.IO clients.
pub(crate) async fn upgrade(
    hub: &Arc<Hub>,
    at: At<'_>,
    request: HttpRequest<Incoming>,
    peer: SocketAddr,
) -> Response<Body> {
    let query = Query::of(&request);
    // What is left out is what it has to be: on AWS too nobody asks for it.
    let transport = query.transport.as_deref().unwrap_or("websocket");
    let refusal = match &query.sid {
        _ if transport == "polling" => Refusal::BAD_REQUEST,
        _ if transport != "websocket" => Refusal::UNKNOWN_TRANSPORT,
        _ if query.revision.is_some() && !query.is_of_revision() => Refusal::UNSUPPORTED_VERSION,
        Some(sid) => match hub.links.get(sid) {
            Some(link) => return upgrade::accept(hub, request, link),
            None => Refusal::UNKNOWN_SESSION,
        },
        None => match places::handshake(at, request) {
            Some(request) => return socket::accept(Arc::clone(hub), request, peer).await,
            None => Refusal::BAD_REQUEST,
        },
    };
    refusal.response()
}

/// The handshake of a session, which is that of its connection.
async fn begin(
    hub: &Arc<Hub>,
    at: At<'_>,
    request: HttpRequest<Incoming>,
    peer: SocketAddr,
) -> Result<Response<Body>, Refusal> {
    let request = places::handshake(at, request).ok_or(Refusal::BAD_REQUEST)?;
    let full = || Refusal::with_status(StatusCode::SERVICE_UNAVAILABLE);
    let opening = hub.links.open().ok_or_else(full)?;
    Ok(socket::poll(Arc::clone(hub), &request, peer, opening).await)
}

async fn poll(link: &Link) -> Result<Response<Body>, Refusal> {
    let (waiter, answer) = oneshot::channel();
    let told = async {
        link.requests.send(Request::Poll(waiter)).await.ok()?;
        answer.await.ok()
    };
    // The session lets nobody wait as long as this.
    let told = timeout(POLL_TIMEOUT, told).await.ok().flatten();
    told.ok_or(Refusal::UNKNOWN_SESSION)
}

async fn post(link: &Link, request: HttpRequest<Incoming>) -> Result<Response<Body>, Refusal> {
    // The packets of two requests would have no order.
    let Ok(_turn) = link.posting.try_lock() else {
        let _ = link.requests.send(Request::Overlap).await;
        return Err(Refusal::BAD_REQUEST);
    };
    let body = timeout(POST_TIMEOUT, body::read(request.into_body(), MAX_MESSAGE)).await;
    let body = match body {
        Ok(Ok(body)) => body.bytes,
        Ok(Err(Unread::TooLarge)) => return Err(Refusal::TOO_LONG),
        Ok(Err(Unread::Broken)) | Err(_) => return Err(Refusal::BAD_REQUEST),
    };
    let (waiter, answer) = oneshot::channel();
    let told = async {
        let request = Request::Post(Payload::new(body), waiter);
        link.requests.send(request).await.ok()?;
        answer.await.ok()
    };
    match timeout(POST_TIMEOUT, told).await {
        Ok(told) => told.ok_or(Refusal::UNKNOWN_SESSION),
        Err(_) => Err(Refusal::with_status(StatusCode::SERVICE_UNAVAILABLE)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_query_says_which_session() {
        let query = |uri: &str| Query::of(&HttpRequest::get(uri).body(()).unwrap());
        let text = |text: &str| Some(text.to_owned());
        assert_eq!(
            query("/socket.io/?EIO=4&transport=polling&t=abc&sid=x%2By&token=t"),
            Query {
                revision: text("4"),
                transport: text("polling"),
                sid: text("x+y"),
            }
        );
        assert_eq!(query("/socket.io/?sid="), Query::default());
        assert!(!query("/socket.io/").is_of_revision());
        assert!(!query("/socket.io/?EIO=3").is_of_revision());
        assert!(query("/socket.io/?EIO=4").is_of_revision());
    }
}
