//! From polling to a WebSocket: the client tries the new way first, while the old one goes on.

use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;

use axum::body::Body;
use http::{Request as HttpRequest, Response};
use hyper::body::Incoming;
use hyper::upgrade::OnUpgrade;
use tokio::sync::mpsc;
use tokio::time::timeout;

use super::links::{Link, Request};
use super::refusal::Refusal;
use crate::connection::Input;
use crate::socket::{Broken, Hub, WebSocket, accept_key, accepted, refused};

/// How long a client may take from its handshake to the packet that makes the WebSocket the way.
const UPGRADE_TIMEOUT: Duration = Duration::from_secs(10);
/// The client asks whether the WebSocket carries packets.
const PROBE: &str = "2probe";
/// It does.
const PROBED: &str = "3probe";
/// From here on everything goes by it.
const UPGRADE: &str = "5";

/// Answers the handshake of a WebSocket that is to carry on a session.
pub(super) fn accept(hub: &Hub, mut request: HttpRequest<Incoming>, link: Arc<Link>) -> Response<Body> {
    let key = match accept_key(&request) {
        Ok(key) => key,
        Err(status) => return refused(status),
    };
    if link.probing.swap(true, Ordering::AcqRel) {
        return Refusal::BAD_REQUEST.response();
    }
    let upgrade = hyper::upgrade::on(&mut request);
    tokio::spawn(carry(link, upgrade, hub.alive.upgrade()));
    accepted(&key, None)
}

/// Hands the WebSocket over to its session, or gives it up.
async fn carry(link: Arc<Link>, upgrade: OnUpgrade, _alive: Option<mpsc::Sender<()>>) {
    let given_up = match WebSocket::open(upgrade).await {
        Ok(socket) => hand_over(&link, socket).await,
        Err(Broken) => Err(None),
    };
    let Err(socket) = given_up else { return };
    link.probing.store(false, Ordering::Release);
    let _ = link.requests.send(Request::Unprobed).await;
    if let Some(socket) = socket {
        socket.close(Some((1002, "No upgrade"))).await;
    }
}

/// The error is the WebSocket, if it is of use for a farewell.
async fn hand_over(link: &Link, mut socket: WebSocket) -> Result<(), Option<Box<WebSocket>>> {
    let tried = tokio::select! {
        tried = timeout(UPGRADE_TIMEOUT, probe(link, &mut socket)) => matches!(tried, Ok(Ok(()))),
        () = link.requests.closed() => false,
    };
    let socket = Box::new(socket);
    if !tried {
        return Err(Some(socket));
    }
    let handed = link.requests.send(Request::Upgraded(socket)).await;
    handed.map_err(|mpsc::error::SendError(request)| match request {
        // The session has ended meanwhile.
        Request::Upgraded(socket) => Some(socket),
        _ => None,
    })
}

async fn probe(link: &Link, socket: &mut WebSocket) -> Result<(), Broken> {
    expect(socket, PROBE).await?;
    socket.text(PROBED.into()).await?;
    socket.flush().await?;
    // The client stops to poll before it goes on, and so needs its request back.
    link.requests.send(Request::Probed).await.map_err(|_| Broken)?;
    expect(socket, UPGRADE).await
}

async fn expect(socket: &mut WebSocket, packet: &str) -> Result<(), Broken> {
    match socket.next().await {
        Input::Text(text) if text == packet => Ok(()),
        _ => Err(Broken),
    }
}
