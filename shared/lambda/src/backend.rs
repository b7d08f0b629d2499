//! What a function works with, made once while Lambda starts the process, when processor time is neither short nor billed twice.

use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use http::Request;
use parlour_auth::{SigningKeys, SigningKeysError};
use parlour_files::Bucket;
use parlour_service::calls::Calls;
use parlour_service::deliver::Outgoing;
use parlour_service::event_bus::EventBus;
use parlour_service::files::{Files, NoFiles};
use parlour_service::queue::Queue;
use parlour_service::trust::Trust;
use parlour_service::{Parlour, Settings};
use parlour_store::{ClientSettings, Store, client};

use crate::aws_service::AwsService;
use crate::calls::{self, LambdaCalls};
use crate::config::{Config, ConfigError, ConnectedSettings, EventBusSettings, KeySource, QueueSettings};
use crate::endpoint::Endpoint;
use crate::event_bridge::{self, EventBridge};
use crate::management_api::ManagementApi;
use crate::moment::moment;
use crate::needs::{Needs, Pushing};
use crate::outbound::Outbound;
use crate::parameter_store::{self, ParameterError};
use crate::queue::{self, SqsQueue};
use crate::signer::Signer;
use crate::signing_keys::{self, SigningKeysTextError};
use crate::unused::Unused;

/// Tries of one call of the store.
const ATTEMPTS: u32 = 3;
/// API Gateway ends a connection after two hours.
const CONNECTION_LIFE_SECONDS: i64 = 7_200;
/// The largest form with files: with a third more for base64, and the rest of the event, less than the 6 MB that Lambda takes.
const FORM_BYTES: u64 = 4 * 1024 * 1024;
/// Opening a connection ahead of its first use is given up after this.
const OPENING: Duration = Duration::from_secs(1);

/// Why a function did not start.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// There is no function of this name.
    #[error("there is no function `{0}`")]
    UnknownFunction(String),
    /// A variable of the environment is bad.
    #[error(transparent)]
    Config(#[from] ConfigError),
    /// TLS is not usable.
    #[error("TLS is not usable: {0}")]
    Tls(#[from] rustls::Error),
    /// The signing keys could not be fetched.
    #[error("the signing keys cannot be fetched: {0}")]
    Parameter(#[from] ParameterError),
    /// What was fetched is no list of signing keys.
    #[error("the signing keys cannot be used: {0}")]
    SigningKeys(#[from] SigningKeysTextError),
    /// A key of its own was refused.
    #[error(transparent)]
    OwnKey(#[from] SigningKeysError),
}

/// What a function works with.
#[derive(Debug, Clone)]
pub struct Backend {
    /// What the use-cases work with.
    pub parlour: Arc<Parlour>,
    /// The way to the connections: the one in `parlour`, by its own type.
    pub management: Arc<ManagementApi>,
    /// The Region.
    pub region: Arc<str>,
}

impl Backend {
    /// Makes it, fetches the signing keys and opens the first connections, all at once.
    ///
    /// # Errors
    /// [`StartError`]. That a connection cannot be opened ahead is none.
    pub async fn start(config: Config, needs: Needs) -> Result<Self, StartError> {
        let services = Services {
            outbound: Outbound::new()?,
            signer: Signer::new(config.credentials.clone(), config.region.clone()),
        };
        let outbound = &services.outbound;
        // The others are not called by every event.
        let posted_to = config.management_endpoint.clone();
        let posted_to = posted_to.filter(|_| needs.pushing != Pushing::Never);
        let (signing, (), ()) = tokio::join!(
            signing_keys(config.signing_keys, &services),
            open(
                outbound,
                Some(dynamodb(config.dynamodb_endpoint.as_ref(), &config.region)),
                "/",
            ),
            // Any other path would start the function of the default route.
            open(outbound, posted_to, "/@connections/"),
        );
        let dynamodb = client(ClientSettings {
            http: outbound.for_sdk(),
            endpoint: config.dynamodb_endpoint.map(|endpoint| endpoint.as_str().to_owned()),
            region: config.region.clone(),
            credentials: config.credentials,
            attempts: ATTEMPTS,
        });
        let management = Arc::new(ManagementApi::new(
            outbound.clone(),
            services.signer.clone(),
            config.management_endpoint,
        ));
        let outgoing = services.outgoing(config.deliveries, config.event_bus);
        let store = Store::new(dynamodb, config.tables);
        let parlour = Parlour {
            store: match &outgoing {
                Some(Outgoing { bus: Some(_), .. }) => store.with_outbox_of_all(),
                Some(_) => store.with_outbox(),
                None => store,
            },
            push: Arc::clone(&management) as _,
            queue: services.queue(config.queue),
            files: services.files(config.files, &config.region),
            calls: services.calls(config.connected),
            signing: signing?,
            trust: Trust::reaching(config.reach)?,
            outgoing,
            default_app: config.default_app,
            settings: Settings {
                connection_life_seconds: Some(CONNECTION_LIFE_SECONDS),
                posts_per_second: config.posts_per_second,
                form_bytes: Some(FORM_BYTES),
                tells_refusals: config.tells_refusals,
                // API Gateway limits a stage, not a connection.
                frame_rate: None,
            },
        };
        Ok(Self {
            parlour: Arc::new(parlour),
            management,
            region: config.region.into(),
        })
    }
}

/// What reaches any service.
struct Services {
    outbound: Outbound,
    signer: Signer,
}

impl Services {
    fn service(&self, name: &'static str, endpoint: Endpoint) -> AwsService {
        AwsService::new(name, endpoint, self.outbound.clone(), self.signer.clone())
    }

    fn queue(&self, settings: Option<QueueSettings>) -> Arc<dyn Queue> {
        match settings {
            Some(QueueSettings { url, endpoint }) => {
                Arc::new(SqsQueue::new(self.service(queue::SERVICE, endpoint), url))
            }
            None => Arc::new(Unused),
        }
    }

    fn outgoing(&self, queue: Option<QueueSettings>, bus: Option<EventBusSettings>) -> Option<Outgoing> {
        let bus = bus.map(|EventBusSettings { bus, endpoint }| {
            let service = self.service(event_bridge::SERVICE, endpoint);
            Arc::new(EventBridge::new(service, bus)) as Arc<dyn EventBus>
        });
        queue.map(|queue| Outgoing {
            queue: self.queue(Some(queue)),
            bus,
        })
    }

    fn files(&self, bucket: Option<Endpoint>, region: &str) -> Arc<dyn Files> {
        match bucket {
            Some(base) => Arc::new(Bucket::new(
                base.as_str().to_owned(),
                region.to_owned(),
                self.signer.credentials(),
                self.outbound.clone(),
            )),
            None => Arc::new(NoFiles),
        }
    }

    fn calls(&self, settings: Option<ConnectedSettings>) -> Arc<dyn Calls> {
        match settings {
            Some(ConnectedSettings { function, endpoint }) => {
                Arc::new(LambdaCalls::new(self.service(calls::SERVICE, endpoint), function))
            }
            None => Arc::new(Unused),
        }
    }
}

async fn signing_keys(source: Option<KeySource>, services: &Services) -> Result<SigningKeys, StartError> {
    match source {
        Some(KeySource::Given(keys)) => Ok(keys),
        Some(KeySource::Parameter { name, endpoint }) => {
            let parameter_store = services.service(parameter_store::SERVICE, endpoint);
            let text = parameter_store::value(&parameter_store, &name).await?;
            Ok(signing_keys::parse(&text)?)
        }
        // A function without tokens gets a key that ends with its process: nobody takes what it would sign.
        None => {
            let secret = SigningKeys::generate_secret(&mut moment());
            Ok(SigningKeys::new(vec![("own".to_owned(), secret.to_vec())])?)
        }
    }
}

fn dynamodb(configured: Option<&Endpoint>, region: &str) -> Endpoint {
    let of_region = || Endpoint::of_service("dynamodb", region);
    configured.cloned().unwrap_or_else(of_region)
}

/// Opens a connection, TLS included, and leaves it to the first request. What is answered does not matter.
async fn open(outbound: &Outbound, endpoint: Option<Endpoint>, path: &str) {
    let Some(endpoint) = endpoint else { return };
    let Ok(request) = Request::get(format!("{endpoint}{path}")).body(Bytes::new()) else {
        return;
    };
    if let Err(error) = outbound.send(request, OPENING).await {
        tracing::debug!(%error, %endpoint, "no connection could be opened ahead");
    }
}
