//! The whole of Parlour in one process: engine, handlers, gateway, development app. Or the gateway alone, before functions elsewhere.

mod backend;
mod options;

use std::fmt;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::sync::Arc;

use parlour_domain::AppId;
use parlour_handlers::{MomentSource, compat};
use parlour_service::files::Files;
use parlour_service::{FrameRate, Settings};
use parlour_store::StoreError;
use tokio::net::TcpListener;
use tokio::task::JoinHandle;

use crate::account::environment_key_pair;
use crate::dev::{self, Development};
use crate::engine::{Engine, OpenError};
use crate::faults::Faults;
use crate::files::{FileEndpoint, Folder, OwnBucket};
use crate::http_event::api;
use crate::in_process::InProcess;
use crate::invoke::{Invoke, Invoker};
use crate::lambda_client::{LambdaClient, LambdaError};
use crate::registry::Registry;
use crate::secrets::{DevelopmentApp, Secrets, SecretsError};
use crate::server::{Parts, Server};
use crate::signed::KeyPair;
use crate::{clock, development_app, pages, queue, upgrade};

pub use backend::Backend;
pub use options::{Options, TABLE_PREFIX};

/// The Region that requests to the bucket are signed for.
const REGION: &str = "us-east-1";
/// The folder of the files of messages, in the one for data.
const FILES: &str = "files";

/// Why serving did not begin.
#[derive(Debug, thiserror::Error)]
pub enum ServeError {
    /// TLS is not usable for the URLs of apps and for webhooks.
    #[error("TLS is not usable: {0}")]
    Tls(#[from] parlour_fetch::TlsError),
    /// The address cannot be listened on.
    #[error("cannot listen on {address}: {source}")]
    Listen {
        /// The address.
        address: String,
        /// Why.
        source: std::io::Error,
    },
    /// The engine cannot be used.
    #[error(transparent)]
    Engine(#[from] OpenError),
    /// Functions elsewhere cannot see the embedded engine.
    #[error(
        "functions that run elsewhere cannot see the engine in this process: --invoke needs DynamoDB outside, by \
         --dynamodb-endpoint, --aws or --profile"
    )]
    InvokeWithoutDynamoDb,
    /// Functions elsewhere cannot be called.
    #[error(transparent)]
    Lambda(#[from] LambdaError),
    /// A secret could not be read or made.
    #[error(transparent)]
    Secrets(#[from] SecretsError),
    /// The store gave no answer.
    #[error("the store does not answer: {0}")]
    Store(#[from] StoreError),
    /// The folder of the files of messages cannot be used.
    #[error("cannot use the folder of the files: {0}")]
    Files(std::io::Error),
    /// The development app could not be made.
    #[error("cannot make the development app: {0}")]
    DevelopmentApp(String),
}

/// A running gateway.
pub struct Running {
    /// The base URL of REST and of the page, without a slash at the end.
    pub http: String,
    /// The URL of the WebSocket.
    pub ws: String,
    /// The app to try things with; `None` in the tables of an account, where nobody asked for it.
    pub app: Option<DevelopmentApp>,
    /// Signs requests to `/@connections`, to the queue and to the Invoke API.
    pub key: KeyPair,
    /// Whether that pair is the gateway's own. Before functions elsewhere it is the one of the environment, if there is one.
    pub own_key: bool,
    /// Where functions are called, if not in this process.
    pub functions: Option<String>,
    /// The URLs of the queues that `fan_out` and `deliver` are fed from, for functions that run elsewhere.
    pub queue_urls: [String; 2],
    /// The open connections of this process.
    pub registry: Arc<Registry>,
    server: Server,
    engine: Engine,
    expiry: JoinHandle<()>,
    upgrade: JoinHandle<()>,
}

impl fmt::Debug for Running {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Running")
            .field("http", &self.http)
            .field("app", &self.app)
            .finish_non_exhaustive()
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
    if options.invoke.is_some() && options.dynamodb.is_none() {
        return Err(ServeError::InvokeWithoutDynamoDb);
    }
    let outside = match &options.invoke {
        Some(settings) => Some(LambdaClient::new(settings).await?),
        None => None,
    };
    let listener = TcpListener::bind(&options.listen).await.map_err(cannot_listen)?;
    let address = listener.local_addr().map_err(cannot_listen)?;
    let mut bound = Vec::with_capacity(options.bindings.len());
    for binding in &options.bindings {
        let listener = TcpListener::bind(&binding.listen).await;
        let listener = listener.map_err(|source| ServeError::Listen {
            address: binding.listen.clone(),
            source,
        })?;
        bound.push((listener, binding.bound.clone()));
    }
    let secrets = Secrets::open(options.data.as_deref())?;
    let own = secrets.key_pair()?;
    // Functions outside sign everything with one pair: the user's, where there is one.
    let key = outside
        .as_ref()
        .and_then(|_| environment_key_pair())
        .unwrap_or_else(|| own.clone());
    let rules = options.rules();
    let faults = Arc::new(Faults::new(options.faults));
    let registry = Arc::new(Registry::new(Arc::clone(&faults), None));
    let settings = Settings {
        tells_refusals: false,
        connection_life_seconds: rules.life.map(|life| i64::try_from(life.as_secs()).unwrap_or(i64::MAX)),
        // There is no quota to keep below: a post is a hand-over in this process.
        posts_per_second: None,
        form_bytes: None,
        frame_rate: Some(FrameRate {
            at_once: rules.rate.burst,
            per_second: rules.rate.per_second,
        }),
    };
    let reachable = reachable(address);
    let key = Arc::new(key);
    let files = endpoint_of_files(&options, &key)?;
    let bucket = OwnBucket::new(
        options.files_url(reachable),
        REGION.to_owned(),
        key.credentials(),
        files.clone(),
    );
    let with = (settings, Arc::new(bucket) as Arc<dyn Files>);
    let backend = Backend::open(&options, &secrets, &own, Arc::clone(&registry), with).await?;
    backend.engine.expect_tables().await?;
    let upgrade = upgrade::begin(&backend.engine.store).await?;
    let Backend { engine, parlour, work } = backend;

    let moments: MomentSource = Arc::new(clock::moment);
    let rest = parlour_handlers::rest::router(Arc::clone(&parlour), Arc::clone(&moments));
    let mut development = Development {
        rest: rest.clone(),
        client_key: String::new(),
        faults: Arc::clone(&faults),
        beyond_loopback: options.dev,
    };
    // Made here in any case: functions elsewhere may not run yet.
    let app = if options.wants_development_app() {
        Some(development_app::ready(&mut development, &parlour, &secrets).await?)
    } else {
        None
    };
    let development_app = app.as_ref().and_then(|app| AppId::parse(&app.app_id).ok());
    let default_app = options.default_app.clone().or(development_app);
    let (functions, rest, compat): (Arc<dyn Invoke>, _, _) = match outside {
        None => {
            let compat = compat::router(Arc::clone(&parlour), Arc::clone(&moments));
            (Arc::new(InProcess::new(parlour, moments)), rest, compat)
        }
        Some(client) => {
            let functions: Arc<dyn Invoke> = Arc::new(client);
            let invoker = Invoker::new(Arc::clone(&functions));
            let rest = api::router(invoker.clone(), api::REST);
            development.rest = rest.clone();
            (functions, rest, api::router(invoker, api::COMPAT_REST))
        }
    };
    let mut router = rest.merge(pages::router(&options.public_origin(reachable)));
    if app.is_some() && options.offers_development(address) {
        router = router.merge(dev::router(development));
    }
    let parts = Parts {
        rules,
        functions,
        registry: Arc::clone(&registry),
        faults,
        key: Arc::clone(&key),
        files,
        router,
        compat,
        default_app,
        bound,
        work,
        schedule: true,
    };
    let server = Server::start(listener, parts).map_err(cannot_listen)?;
    Ok(Running {
        http: format!("http://{reachable}"),
        ws: format!("ws://{reachable}/ws"),
        app,
        own_key: *key == own,
        key: KeyPair::clone(&key),
        functions: options.invoke.map(|settings| settings.url),
        queue_urls: [queue::FAN_OUT, queue::DELIVER].map(|queue| format!("http://{reachable}{}", queue::path(queue))),
        registry,
        server,
        expiry: tokio::spawn(engine.clone().expire()),
        upgrade,
        engine,
    })
}

/// The bucket's endpoint: in the folder for data, or in one that ends with the process.
fn endpoint_of_files(options: &Options, key: &Arc<KeyPair>) -> Result<FileEndpoint, ServeError> {
    let folder = match &options.data {
        Some(data) => Folder::open_at(&data.join(FILES)),
        None => Folder::temporary(),
    };
    Ok(FileEndpoint::new(folder.map_err(ServeError::Files)?, Arc::clone(key)))
}

impl Running {
    /// Drains and stops: no new connections, what is under way finishes, sockets are closed with 1001, the file is closed.
    pub async fn shutdown(self) {
        let Self {
            server,
            engine,
            expiry,
            upgrade,
            ..
        } = self;
        server.shutdown().await;
        expiry.abort();
        upgrade.abort();
        // Blocks until the last write is on disk.
        let _ = tokio::task::spawn_blocking(move || engine.close()).await;
    }
}

/// An address that a client on this machine can use.
pub(crate) fn reachable(address: SocketAddr) -> SocketAddr {
    let ip = match address.ip() {
        IpAddr::V4(ip) if ip.is_unspecified() => IpAddr::V4(Ipv4Addr::LOCALHOST),
        IpAddr::V6(ip) if ip.is_unspecified() => IpAddr::V6(Ipv6Addr::LOCALHOST),
        ip => ip,
    };
    SocketAddr::new(ip, address.port())
}
