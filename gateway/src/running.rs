//! The whole of Parlour in one process: engine, handlers, gateway, development app.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::path::PathBuf;
use std::sync::Arc;

use parlour_connectors::embedded::EngineError;
use parlour_handlers::MomentSource;
use parlour_service::{Parlour, Settings};
use parlour_store::StoreError;
use tokio::net::TcpListener;
use tokio::task::JoinHandle;

use crate::connection::Rules;
use crate::dev::{self, Development};
use crate::engine::{Engine, Place};
use crate::faults::{Faults, Plan};
use crate::in_process::InProcess;
use crate::registry::Registry;
use crate::secrets::{Secrets, SecretsError};
use crate::server::{Parts, Server};
use crate::signed::KeyPair;
use crate::{clock, development_app, pages};

/// What to serve, and how.
#[derive(Debug, Clone)]
pub struct Options {
    /// Where to listen, `host:port`; port 0: any free one.
    pub listen: String,
    /// The folder for data and secrets; `None`: memory.
    pub data: Option<PathBuf>,
    /// A DynamoDB endpoint instead of the embedded engine; secrets stay in `data`.
    pub dynamodb_endpoint: Option<String>,
    /// The rules of connections.
    pub rules: Rules,
    /// The faults that are switched on at the start.
    pub faults: Plan,
    /// The development endpoints, although not only this machine can reach them.
    pub dev: bool,
}

impl Default for Options {
    /// In memory, on a free port of this machine.
    fn default() -> Self {
        Self {
            listen: "127.0.0.1:0".to_owned(),
            data: None,
            dynamodb_endpoint: None,
            rules: Rules::kind(),
            faults: Plan::default(),
            dev: false,
        }
    }
}

/// Why serving did not begin.
#[derive(Debug, thiserror::Error)]
pub enum ServeError {
    /// The address cannot be listened on.
    #[error("cannot listen on {address}: {source}")]
    Listen {
        /// The address.
        address: String,
        /// Why.
        source: std::io::Error,
    },
    /// The embedded engine did not start.
    #[error(transparent)]
    Engine(#[from] EngineError),
    /// A secret could not be read or made.
    #[error(transparent)]
    Secrets(#[from] SecretsError),
    /// The store gave no answer.
    #[error("the store does not answer: {0}")]
    Store(#[from] StoreError),
    /// The development app could not be made.
    #[error("cannot make the development app: {0}")]
    DevelopmentApp(String),
}

/// A running gateway.
#[derive(Debug)]
pub struct Running {
    /// The base URL of REST and of the page, without a slash at the end.
    pub http: String,
    /// The URL of the WebSocket.
    pub ws: String,
    /// The development app.
    pub app_id: String,
    /// The development app's API token, the value of the `clientKey` header.
    pub client_key: String,
    /// A user of the development app.
    pub user_id: String,
    /// Another one.
    pub other_user_id: String,
    /// A room of the two.
    pub room_id: String,
    /// Signs requests to `/@connections`.
    pub key: KeyPair,
    /// The open connections of this process.
    pub registry: Arc<Registry>,
    server: Server,
    engine: Engine,
    expiry: JoinHandle<()>,
}

/// An engine with what the use-cases work with.
#[derive(Debug)]
pub struct Backend {
    /// The engine.
    pub engine: Engine,
    /// What the use-cases work with.
    pub parlour: Arc<Parlour>,
}

impl Backend {
    /// Opens the store and takes the secrets from `secrets`.
    ///
    /// # Errors
    /// [`ServeError`].
    pub async fn open(
        place: Place,
        secrets: &Secrets,
        registry: Arc<Registry>,
        settings: Settings,
    ) -> Result<Self, ServeError> {
        let opened = tokio::task::spawn_blocking(move || Engine::open(&place)).await;
        let engine = opened.map_err(|error| ServeError::DevelopmentApp(error.to_string()))??;
        let parlour = Parlour {
            store: engine.store.clone(),
            push: registry,
            signing: secrets.signing_keys()?,
            settings,
        };
        Ok(Self {
            engine,
            parlour: Arc::new(parlour),
        })
    }

    /// Applies the migrations that are missing.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn migrate(&self) -> Result<(), StoreError> {
        for migration in parlour_migrations::up(&self.engine.store, clock::moment().now).await? {
            tracing::info!(number = migration.number, name = migration.name, "migration applied");
        }
        Ok(())
    }
}

impl Options {
    /// Which engine these options mean.
    #[must_use]
    pub fn place(&self) -> Place {
        match (&self.dynamodb_endpoint, &self.data) {
            (Some(endpoint), _) => Place::Endpoint(endpoint.clone()),
            (None, Some(folder)) => Place::Folder(folder.clone()),
            (None, None) => Place::Memory,
        }
    }
}

/// Starts everything. When it returns, clients can connect.
///
/// # Errors
/// [`ServeError`].
pub async fn serve(options: Options) -> Result<Running, ServeError> {
    let cannot_listen = |source| ServeError::Listen {
        address: options.listen.clone(),
        source,
    };
    let listener = TcpListener::bind(&options.listen).await.map_err(cannot_listen)?;
    let address = listener.local_addr().map_err(cannot_listen)?;
    let secrets = Secrets::open(options.data.as_deref())?;
    let faults = Arc::new(Faults::new(options.faults));
    let registry = Arc::new(Registry::new(Arc::clone(&faults), None));
    let settings = Settings {
        connection_life_seconds: options
            .rules
            .life
            .map(|life| i64::try_from(life.as_secs()).unwrap_or(i64::MAX)),
    };
    let backend = Backend::open(options.place(), &secrets, Arc::clone(&registry), settings).await?;
    backend.migrate().await?;
    let Backend { engine, parlour } = backend;

    let moments: MomentSource = Arc::new(clock::moment);
    let rest = parlour_handlers::rest::router(Arc::clone(&parlour), Arc::clone(&moments));
    let development = Development {
        rest: rest.clone(),
        client_key: String::new(),
        faults: Arc::clone(&faults),
        beyond_loopback: options.dev,
    };
    let (development, app) = development_app::ready(development, &parlour, &secrets).await?;
    let mut router = rest.merge(pages::router());
    if options.dev || address.ip().is_loopback() {
        router = router.merge(dev::router(development));
    }
    let key = secrets.key_pair()?;
    let parts = Parts {
        rules: options.rules,
        functions: Arc::new(InProcess::new(parlour, moments)),
        registry: Arc::clone(&registry),
        faults,
        key: Arc::new(key.clone()),
        router,
        schedule: true,
    };
    let server = Server::start(listener, parts).map_err(cannot_listen)?;
    let reachable = reachable(address);
    Ok(Running {
        http: format!("http://{reachable}"),
        ws: format!("ws://{reachable}/ws"),
        app_id: app.app_id,
        client_key: app.client_key,
        user_id: app.user_id,
        other_user_id: app.other_user_id,
        room_id: app.room_id,
        key,
        registry,
        server,
        expiry: tokio::spawn(engine.clone().expire()),
        engine,
    })
}

impl Running {
    /// Drains and stops: no new connections, what is under way finishes, sockets are closed with 1001, the file is closed.
    pub async fn shutdown(self) {
        let Self {
            server, engine, expiry, ..
        } = self;
        server.shutdown().await;
        expiry.abort();
        // Blocks until the last write is on disk.
        let _ = tokio::task::spawn_blocking(move || engine.close()).await;
    }
}

/// An address that a client on this machine can use.
fn reachable(address: SocketAddr) -> SocketAddr {
    let ip = match address.ip() {
        IpAddr::V4(ip) if ip.is_unspecified() => IpAddr::V4(Ipv4Addr::LOCALHOST),
        IpAddr::V6(ip) if ip.is_unspecified() => IpAddr::V6(Ipv6Addr::LOCALHOST),
        ip => ip,
    };
    SocketAddr::new(ip, address.port())
}
