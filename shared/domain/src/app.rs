//! An app is a tenant: an integrator's product with its own users, rooms and credentials.

use serde::{Deserialize, Serialize};

use crate::rate::Quotas;
use crate::{AppId, Timestamp};

/// One tenant.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct App {
    /// Its id, the first part of every key.
    pub id: AppId,
    /// What operators call it.
    pub name: String,
    /// Origins (scheme, host, port) from which browsers may use it, beside the server's own.
    pub allowed_origins: Vec<String>,
    /// When it was made.
    pub created_at: Timestamp,
    /// Its live API tokens, oldest first; never the secrets.
    pub tokens: Vec<AppToken>,
    /// How many messages its users may send over all rooms.
    #[serde(default, skip_serializing_if = "Quotas::is_none")]
    pub quotas: Quotas,
}

/// An API token of an app, without its secret.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AppToken {
    /// The public part that finds the token's row.
    pub id: String,
    /// When it was made.
    pub created_at: Timestamp,
}

impl App {
    /// Whether a page of `origin` may use this app. Exact comparison: no suffix or wildcard matching.
    #[must_use]
    pub fn allows_origin(&self, origin: &str) -> bool {
        self.allowed_origins.iter().any(|allowed| allowed == origin)
    }
}
