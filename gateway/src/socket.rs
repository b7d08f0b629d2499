//! One connection from its handshake to its end: carries the commands of the state machine out.
//!
//! The handshake runs in a task of its own, so that a client that leaves while `$connect` runs cannot leave a row behind.

mod door;
mod handshake;
mod offer;
mod open;
mod transport;
mod websocket;

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Instant;

use axum::body::Body;
use http::{Request, Response, StatusCode};
use hyper::body::Incoming;
use tokio::sync::{mpsc, oneshot, watch};

use crate::clock;
use crate::connection::{Command, Connection, Input, Rules};
use crate::connection_id;
use crate::event::{self, Client, Context, Stamp};
use crate::faults::{Fault, Faults};
use crate::invoke::Invoker;
use crate::polling::{Links, Opening, Refusal, Waiter};
use crate::registry::Registry;

use door::Door;
use offer::Offer;

pub(crate) use door::{accepted, refused};
pub(crate) use offer::accept_key;
pub use offer::is_upgrade;
pub(crate) use transport::Broken;
pub(crate) use websocket::WebSocket;

/// What all connections of a gateway share.
#[derive(Debug)]
pub struct Hub {
    /// The rules of every connection.
    pub rules: Rules,
    /// Calls the functions.
    pub invoker: Invoker,
    /// The open connections.
    pub registry: Arc<Registry>,
    /// Those of them that poll.
    pub links: Arc<Links>,
    /// The faults that are switched on.
    pub faults: Arc<Faults>,
    /// True once the gateway shuts down.
    pub drain: watch::Receiver<bool>,
    /// The origin of the connections' time.
    pub started: Instant,
    /// Each connection holds a clone; when all are dropped, all connections are over.
    pub alive: mpsc::WeakSender<()>,
}

/// A connection and what it is known by.
struct Session {
    hub: Arc<Hub>,
    client: Client,
    context: Context,
    machine: Connection,
    _alive: Option<mpsc::Sender<()>>,
}

/// Answers a request for an upgrade. The connection lives on in a task of its own.
pub async fn accept(hub: Arc<Hub>, mut request: Request<Incoming>, peer: SocketAddr) -> Response<Body> {
    let read = offer::accept_key(&request).and_then(|key| Ok((key, offer::read(&request, peer)?)));
    let (accept_key, offer) = match read {
        Ok(read) => read,
        Err(status) => return refused(status),
    };
    let upgrade = hyper::upgrade::on(&mut request);
    drop(request);
    let door = Door::WebSocket { accept_key, upgrade };
    let answer = begin(hub, offer, door).await;
    answer.unwrap_or_else(|| refused(StatusCode::INTERNAL_SERVER_ERROR))
}

/// Answers a request that is to begin a session of requests: by its open packet. The connection lives on in a task of its own.
pub(crate) async fn poll<B>(hub: Arc<Hub>, request: &Request<B>, peer: SocketAddr, opening: Opening) -> Response<Body> {
    let answer = match offer::read(request, peer) {
        Ok(offer) => begin(hub, offer, Door::Polling(opening)).await,
        Err(status) => return Refusal::with_status(status).response(),
    };
    answer.unwrap_or_else(|| Refusal::with_status(StatusCode::INTERNAL_SERVER_ERROR).response())
}

/// Begins a connection; what its client is answered.
async fn begin(hub: Arc<Hub>, offer: Offer, door: Door) -> Option<Response<Body>> {
    let client = offer.client(connection_id::generate().ok()?, clock::now_millis());
    let session = Session {
        machine: Connection::new(hub.rules, hub.started.elapsed()),
        _alive: hub.alive.upgrade(),
        hub,
        client,
        context: Context::new(),
    };
    let (answer, answered) = oneshot::channel();
    tokio::spawn(session.run(offer, door, answer));
    answered.await.ok()
}

impl Session {
    async fn run(mut self, offer: Offer, door: Door, answer: Waiter) {
        let mut answer = Some(answer);
        if let Some(entry) = self.shake_hands(offer, &door, &mut answer).await {
            self.serve(door.open(answer).await, &entry).await;
        }
    }

    fn stamp(&self) -> Stamp {
        // Without randomness an id is empty; it serves only to find a request in a log.
        Stamp {
            request_id: connection_id::generate().unwrap_or_default(),
            now: clock::now_millis(),
        }
    }

    fn handle(&mut self, input: Input) -> Vec<Command> {
        self.machine.handle(self.hub.started.elapsed(), input)
    }

    fn deregister(&self) {
        self.hub.registry.remove(&self.client.connection_id);
    }

    async fn disconnect(&self, code: u16, reason: &str) {
        if self.hub.faults.strikes(Fault::LostDisconnect) {
            tracing::debug!(connection = self.client.connection_id, "fault: $disconnect is lost");
            return;
        }
        let payload = event::disconnect(&self.client, &self.context, &self.stamp(), code, reason);
        // Logged by the invoker; API Gateway does not try again either.
        let _ = self.hub.invoker.call("disconnect", payload).await;
    }
}
