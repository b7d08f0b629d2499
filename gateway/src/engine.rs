//! Which DynamoDB engine the store runs on: one in this process, in memory or in a file, or DynamoDB elsewhere.

use std::env;
use std::path::PathBuf;
use std::time::Duration;

use aws_credential_types::provider::SharedCredentialsProvider;
use aws_smithy_http_client::tls::Provider;
use aws_smithy_http_client::tls::rustls_provider::CryptoMode;
use parlour_connectors::embedded::{EmbeddedEngine, EngineError};
use parlour_connectors::http_client;
use parlour_store::{ClientSettings, Credentials, Store, StoreError, Tables, client};

use crate::account::{Access, Account, AccountError};
use crate::signed::KeyPair;

/// The pause between two deletions of expired rows.
const EXPIRE_EVERY: Duration = Duration::from_secs(3_600);
/// Tries of one call of the store.
const ATTEMPTS: u32 = 3;

/// Where the data is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Place {
    /// In memory, gone with the process.
    Memory,
    /// In a folder; one process may use it at a time.
    Folder(PathBuf),
    /// Not in this process.
    DynamoDb(DynamoDb),
}

/// DynamoDB outside this process.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct DynamoDb {
    /// An endpoint, such as that of DynamoDB Local; `None`: AWS, or what `AWS_ENDPOINT_URL_DYNAMODB` or `AWS_ENDPOINT_URL` say.
    pub endpoint: Option<String>,
    /// With whose credentials, and in which Region.
    pub account: Account,
}

impl DynamoDb {
    /// What requests are signed with.
    ///
    /// At an endpoint that is not AWS, and without credentials of the user, it is the gateway's own pair in the Region `local`: the same
    /// that functions outside are given. DynamoDB Local keeps tables apart by key and Region, unless it is started with
    /// `-sharedDb`, and takes an access key of letters and digits only.
    ///
    /// # Errors
    /// [`AccountError`].
    pub async fn access(&self, own: &KeyPair) -> Result<Access, AccountError> {
        match self.endpoint {
            Some(_) => self.account.access_or(own.credentials()).await,
            None => self.account.access().await,
        }
    }
}

/// Why an engine cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    /// The embedded engine cannot open its file.
    #[error(transparent)]
    Embedded(#[from] EngineError),
    /// There is no access to DynamoDB.
    #[error(transparent)]
    Account(#[from] AccountError),
    /// DynamoDB gives no answer.
    #[error("DynamoDB does not answer: {0}")]
    Store(#[from] StoreError),
    /// There are no tables of these names.
    #[error(
        "there are no tables `{}` and `{}`: look at --table-prefix and --region, or deploy the template; \
         `parlour migrate up` makes them too, without backups or protection",
        .0.chat, .0.connections
    )]
    NoTables(Tables),
    /// Opening the file broke off.
    #[error("the data cannot be opened: {0}")]
    BrokenOff(#[from] tokio::task::JoinError),
}

/// A store and the engine under it, if that is in this process.
#[derive(Debug, Clone)]
pub struct Engine {
    /// The store.
    pub store: Store,
    embedded: Option<EmbeddedEngine>,
    /// The names of tables that others make, who may have got them wrong.
    expected: Option<Tables>,
}

impl Engine {
    /// Opens the store over these tables. Creates nothing but the file.
    ///
    /// # Errors
    /// [`OpenError`].
    pub async fn open(place: Place, tables: Tables, own: &KeyPair) -> Result<Self, OpenError> {
        let file = match place {
            Place::Memory => None,
            Place::Folder(folder) => Some(folder.join("parlour.db")),
            Place::DynamoDb(dynamodb) => {
                let access = dynamodb.access(own).await?;
                let expected = dynamodb.endpoint.is_none().then(|| tables.clone());
                let endpoint = dynamodb.endpoint.or_else(environment_endpoint);
                return Ok(Self {
                    store: Store::new(client(outside(endpoint, access)), tables),
                    embedded: None,
                    expected,
                });
            }
        };
        let opening = move || match file {
            Some(file) => EmbeddedEngine::open(&file),
            None => EmbeddedEngine::in_memory(),
        };
        let embedded = tokio::task::spawn_blocking(opening).await??;
        let settings = ClientSettings {
            http: http_client(embedded.connector()),
            endpoint: None,
            region: "local".to_owned(),
            credentials: Credentials::new("local", "local", None, None, "embedded"),
            attempts: ATTEMPTS,
        };
        Ok(Self {
            store: Store::new(client(settings), tables),
            embedded: Some(embedded),
            expected: None,
        })
    }

    /// In an AWS account, tables are made by the template or by `parlour migrate up`, never by the way: a mistaken name would make two
    /// that are billed and have no backups.
    ///
    /// # Errors
    /// [`OpenError::NoTables`], [`OpenError::Store`].
    pub async fn expect_tables(&self) -> Result<(), OpenError> {
        match &self.expected {
            Some(tables) if !self.store.tables_exist().await? => Err(OpenError::NoTables(tables.clone())),
            _ => Ok(()),
        }
    }

    /// Deletes rows whose time to live has ended, every hour, until the task is aborted. DynamoDB does that by itself; an
    /// endpoint is left to do it too.
    pub async fn expire(self) {
        let Some(embedded) = self.embedded else { return };
        loop {
            tokio::time::sleep(EXPIRE_EVERY).await;
            let engine = embedded.clone();
            match tokio::task::spawn_blocking(move || engine.delete_expired()).await {
                Ok(Ok(rows)) => tracing::debug!(rows, "expired rows deleted"),
                Ok(Err(error)) => tracing::warn!(%error, "expired rows cannot be deleted"),
                Err(error) => tracing::error!(%error, "deleting expired rows failed"),
            }
        }
    }

    /// Finishes what is queued and closes the file. Blocks until that is done.
    pub fn close(&self) {
        if let Some(embedded) = &self.embedded {
            embedded.close();
        }
    }
}

fn environment_endpoint() -> Option<String> {
    let variables = ["AWS_ENDPOINT_URL_DYNAMODB", "AWS_ENDPOINT_URL"];
    let mut set = variables.into_iter().filter_map(|name| env::var(name).ok());
    set.find(|value| !value.is_empty())
}

fn outside(endpoint: Option<String>, access: Access) -> ClientSettings<SharedCredentialsProvider> {
    ClientSettings {
        http: aws_smithy_http_client::Builder::new()
            .tls_provider(Provider::Rustls(CryptoMode::Ring))
            .build_https(),
        endpoint,
        region: access.region,
        credentials: access.credentials,
        attempts: ATTEMPTS,
    }
}
