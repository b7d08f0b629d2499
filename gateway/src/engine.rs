//! Which DynamoDB engine the store runs on: one in this process, in memory or in a file, or an endpoint.

use std::env;
use std::path::PathBuf;
use std::time::Duration;

use aws_smithy_http_client::tls::Provider;
use aws_smithy_http_client::tls::rustls_provider::CryptoMode;
use parlour_connectors::embedded::{EmbeddedEngine, EngineError};
use parlour_connectors::http_client;
use parlour_store::{ClientSettings, Credentials, Store, Tables, client};

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
    /// At a DynamoDB endpoint. Credentials and Region come from `AWS_ACCESS_KEY_ID`, `AWS_SECRET_ACCESS_KEY`,
    /// `AWS_SESSION_TOKEN` and `AWS_REGION`; without them any values are sent, which DynamoDB Local accepts.
    Endpoint(String),
}

/// A store and the engine under it, if that is in this process.
#[derive(Debug, Clone)]
pub struct Engine {
    /// The store.
    pub store: Store,
    embedded: Option<EmbeddedEngine>,
}

impl Engine {
    /// Opens the store. Creates nothing but the file.
    ///
    /// # Errors
    /// [`EngineError`] if the embedded engine cannot open its file.
    pub fn open(place: &Place) -> Result<Self, EngineError> {
        let embedded = match place {
            Place::Memory => EmbeddedEngine::in_memory()?,
            Place::Folder(folder) => EmbeddedEngine::open(&folder.join("parlour.db"))?,
            Place::Endpoint(endpoint) => {
                return Ok(Self {
                    store: store(at_endpoint(endpoint)),
                    embedded: None,
                });
            }
        };
        let settings = ClientSettings {
            http: http_client(embedded.connector()),
            endpoint: None,
            region: "local".to_owned(),
            credentials: Credentials::new("local", "local", None, None, "embedded"),
            attempts: ATTEMPTS,
        };
        Ok(Self {
            store: store(settings),
            embedded: Some(embedded),
        })
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

fn store(settings: ClientSettings) -> Store {
    Store::new(client(settings), Tables::with_prefix("parlour-"))
}

fn at_endpoint(endpoint: &str) -> ClientSettings {
    let variable = |name: &str| env::var(name).ok().filter(|value| !value.is_empty());
    let or_local = |name: &str| variable(name).unwrap_or_else(|| "local".to_owned());
    let credentials = Credentials::new(
        or_local("AWS_ACCESS_KEY_ID"),
        or_local("AWS_SECRET_ACCESS_KEY"),
        variable("AWS_SESSION_TOKEN"),
        None,
        "environment",
    );
    ClientSettings {
        http: aws_smithy_http_client::Builder::new()
            .tls_provider(Provider::Rustls(CryptoMode::Ring))
            .build_https(),
        endpoint: Some(endpoint.to_owned()),
        region: variable("AWS_REGION")
            .or_else(|| variable("AWS_DEFAULT_REGION"))
            .unwrap_or_else(|| "local".to_owned()),
        credentials,
        attempts: ATTEMPTS,
    }
}
