//! One port for everything: the WebSocket, REST, the page, its reference, and the signed endpoints that are shaped like AWS's.

mod patient;
mod route;
mod waiting;

use std::convert::Infallible;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::{Duration, Instant};

use axum::body::Body;
use axum::extract::ConnectInfo;
use http::{HeaderValue, Request, Response, StatusCode, header};
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::TokioIo;
use parlour_domain::AppId;
use parlour_handlers::compat::{self, Bound};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{Semaphore, mpsc, watch};
use tokio::time::timeout;

use crate::background::{Background, Work};
use crate::connection::Rules;
use crate::faults::Faults;
use crate::files::{self, FileEndpoint};
use crate::invoke::{Invoke, Invoker};
use crate::lambda_api::{LambdaApi, function_in};
use crate::management::{Management, connection_in};
use crate::places::{self, At};
use crate::polling;
use crate::registry::Registry;
use crate::schedule;
use crate::signed::KeyPair;
use crate::socket::{self, Hub};
use crate::sqs::{self, Sqs};
use patient::Patient;
use route::REQUEST_TIMEOUT;
use waiting::{HeadTimer, Heard, IDLE_TIMEOUT};

/// How long a client may leave what is sent to it unread, without taking a single byte.
const READ_TIMEOUT: Duration = Duration::from_secs(60);
/// How long shutting down may take in all.
const SHUTDOWN_TIMEOUT: Duration = Duration::from_secs(35);
/// The most header lines of a request.
const MAX_HEADERS: usize = 64;
/// The most bytes of a request's head.
const MAX_HEAD: usize = 32 * 1024;
/// The most TCP connections that are no open WebSocket.
const MAX_PLAIN_CONNECTIONS: usize = 4096;
/// Where no more of these are left, none is kept that is not used.
const FEW_PLAIN_CONNECTIONS: usize = MAX_PLAIN_CONNECTIONS / 2;

/// What a server is made of.
#[derive(Debug)]
pub struct Parts {
    /// The rules of every WebSocket connection.
    pub rules: Rules,
    /// The functions behind the routes.
    pub functions: Arc<dyn Invoke>,
    /// The open connections.
    pub registry: Arc<Registry>,
    /// The switchable faults.
    pub faults: Arc<Faults>,
    /// Signs requests to the endpoints that are shaped like AWS's.
    pub key: Arc<KeyPair>,
    /// Everything else: REST, pages, development endpoints.
    pub router: axum::Router,
    /// REST for clients of other services.
    pub compat: axum::Router,
    /// The app of clients of other services whose URL names none.
    pub default_app: Option<AppId>,
    /// Further sockets, each of which stands for an app and a service.
    pub bound: Vec<(TcpListener, Bound)>,
    /// The files of messages.
    pub files: FileEndpoint,
    /// What the functions leave for later.
    pub work: Work,
    /// Whether `sweep` runs every minute.
    pub schedule: bool,
}

/// A server that runs until it is shut down.
#[derive(Debug)]
pub struct Server {
    address: SocketAddr,
    /// Nobody new is let in.
    shut: watch::Sender<bool>,
    /// Who is in goes.
    drain: watch::Sender<bool>,
    over: mpsc::Receiver<()>,
    background: Background,
}

#[derive(Debug)]
struct Site {
    hub: Arc<Hub>,
    management: Management,
    sqs: Sqs,
    lambda: LambdaApi,
    files: FileEndpoint,
    router: axum::Router,
    compat: axum::Router,
    default_app: Option<AppId>,
}

/// A socket that is listened on.
#[derive(Debug, Clone)]
struct Door {
    site: Arc<Site>,
    /// What its address stands for, if for anything.
    bound: Option<Arc<Bound>>,
}

impl Server {
    /// Starts to serve on a bound socket.
    ///
    /// # Errors
    /// If the socket has no local address.
    pub fn start(listener: TcpListener, parts: Parts) -> std::io::Result<Self> {
        let address = listener.local_addr()?;
        let (shut, shutting) = watch::channel(false);
        let (drain, draining) = watch::channel(false);
        let (alive, over) = mpsc::channel(1);
        let invoker = Invoker::new(parts.functions);
        if parts.schedule {
            tokio::spawn(schedule::run(invoker.clone(), shutting.clone()));
        }
        let sqs = Sqs::new(parts.work.queues(), Arc::clone(&parts.key));
        let lambda = LambdaApi::new(invoker.clone(), Arc::clone(&parts.work.calls), Arc::clone(&parts.key));
        let background = Background::start(parts.work, &invoker);
        let hub = Arc::new(Hub {
            rules: parts.rules,
            invoker,
            registry: Arc::clone(&parts.registry),
            links: Arc::default(),
            faults: parts.faults,
            drain: draining.clone(),
            started: Instant::now(),
            alive: alive.downgrade(),
        });
        let management = Management::new(parts.registry, parts.key);
        let site = Arc::new(Site {
            hub,
            management,
            sqs,
            lambda,
            files: parts.files,
            router: parts.router,
            compat: parts.compat,
            default_app: parts.default_app,
        });
        let own = (listener, None);
        let others = parts
            .bound
            .into_iter()
            .map(|(listener, bound)| (listener, Some(Arc::new(bound))));
        for (listener, bound) in std::iter::once(own).chain(others) {
            let door = Door {
                site: Arc::clone(&site),
                bound,
            };
            tokio::spawn(accept(
                listener,
                door,
                shutting.clone(),
                draining.clone(),
                alive.clone(),
            ));
        }
        Ok(Self {
            address,
            shut,
            drain,
            over,
            background,
        })
    }

    /// Where it listens.
    #[must_use]
    pub const fn address(&self) -> SocketAddr {
        self.address
    }

    /// Drains: no new connections, what is queued is delivered, requests and frames under way finish, sockets are closed with
    /// 1001, and what these left behind is done. Returns when all is over, after 35 s at the latest.
    pub async fn shutdown(self) {
        let Self {
            shut,
            drain,
            mut over,
            background,
            ..
        } = self;
        let all = async {
            shut.send_replace(true);
            background.settle().await;
            drain.send_replace(true);
            let _ = over.recv().await;
            background.finish().await;
        };
        if timeout(SHUTDOWN_TIMEOUT, all).await.is_err() {
            tracing::warn!("some connections, or what is queued, did not end in time");
        }
    }
}

async fn accept(
    listener: TcpListener,
    door: Door,
    mut shutting: watch::Receiver<bool>,
    draining: watch::Receiver<bool>,
    alive: mpsc::Sender<()>,
) {
    let places = Arc::new(Semaphore::new(MAX_PLAIN_CONNECTIONS));
    loop {
        let Ok(place) = Arc::clone(&places).acquire_owned().await else {
            return;
        };
        let accepted = tokio::select! {
            // When the server was dropped instead of shut down, nobody waits; it ends just the same.
            _ = shutting.wait_for(|shutting| *shutting) => return,
            accepted = listener.accept() => accepted,
        };
        match accepted {
            Ok((stream, peer)) => {
                // Frames are small and someone waits for each.
                let _ = stream.set_nodelay(true);
                let heard = Heard::default();
                let timer = HeadTimer::new(heard.clone(), Arc::clone(&places), FEW_PLAIN_CONNECTIONS);
                let stream = Patient::new(stream, READ_TIMEOUT, heard);
                let connection = plain_connection(stream, timer, (peer, door.clone()), draining.clone());
                let alive = alive.clone();
                tokio::spawn(async move {
                    connection.await;
                    drop((place, alive));
                });
            }
            Err(error) => {
                // Out of file descriptors, most likely: what is open goes on, and some of it will close.
                tracing::warn!(%error, "cannot accept a connection");
                tokio::time::sleep(Duration::from_millis(100)).await;
            }
        }
    }
}

async fn plain_connection(
    stream: Patient<TcpStream>,
    timer: HeadTimer,
    (peer, door): (SocketAddr, Door),
    mut draining: watch::Receiver<bool>,
) {
    let service = service_fn(move |request| {
        let door = door.clone();
        async move { Ok::<_, Infallible>(door.site.answer(request, peer, door.bound.as_deref()).await) }
    });
    let mut builder = http1::Builder::new();
    builder
        .timer(timer)
        .header_read_timeout(IDLE_TIMEOUT)
        .max_headers(MAX_HEADERS)
        .max_buf_size(MAX_HEAD);
    let connection = builder.serve_connection(TokioIo::new(stream), service).with_upgrades();
    let mut connection = std::pin::pin!(connection);
    tokio::select! {
        // An error here is a client that broke off or broke the protocol: nothing that anyone could do.
        _ = connection.as_mut() => return,
        _ = draining.wait_for(|draining| *draining) => {}
    }
    connection.as_mut().graceful_shutdown();
    let _ = timeout(REQUEST_TIMEOUT, connection).await;
}

impl Site {
    async fn answer(&self, request: Request<Incoming>, peer: SocketAddr, bound: Option<&Bound>) -> Response<Body> {
        let path = request.uri().path();
        let at = At {
            bound,
            default_app: self.default_app.as_ref(),
        };
        let is_socket_io = places::is_socket_io(at, path);
        let mut response = if socket::is_upgrade(&request) && is_socket_io {
            return polling::upgrade(&self.hub, at, request, peer).await;
        } else if socket::is_upgrade(&request) {
            match places::handshake(at, request) {
                Some(request) => return socket::accept(Arc::clone(&self.hub), request, peer).await,
                None => empty(StatusCode::NOT_FOUND),
            }
        } else if is_socket_io {
            polling::answer(&self.hub, at, request, peer).await
        } else if compat::is_ours(bound, path) {
            let mut request = request.map(Body::new);
            request.extensions_mut().insert(ConnectInfo(peer));
            places::prefix(at, &mut request);
            route::answer(self.compat.clone(), request, self.hub.alive.upgrade()).await
        } else if let Some(id) = connection_in(path) {
            self.management.answer(&id, request).await
        } else if let Some(function) = function_in(path) {
            self.lambda.answer(&function, request).await
        } else if files::is_ours(path) {
            self.files.answer(request).await
        } else if sqs::is_ours(&request) {
            self.sqs.answer(request).await
        } else {
            let mut request = request.map(Body::new);
            request.extensions_mut().insert(ConnectInfo(peer));
            route::answer(self.router.clone(), request, self.hub.alive.upgrade()).await
        };
        let headers = response.headers_mut();
        headers.insert(header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
        headers.insert(header::REFERRER_POLICY, HeaderValue::from_static("no-referrer"));
        response
    }
}

fn empty(status: StatusCode) -> Response<Body> {
    let mut response = Response::new(Body::empty());
    *response.status_mut() = status;
    response
}
