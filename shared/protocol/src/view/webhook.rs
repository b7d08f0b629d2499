//! Webhooks, for the backend.

use parlour_domain::webhook::{EventKind, Webhook};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// A webhook.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct WebhookView {
    /// UUID.
    pub id: String,
    /// Where it is called.
    pub url: String,
    /// What it is told of; `null`: everything.
    pub events: Option<Vec<String>>,
    /// Whether it is called.
    pub enabled: bool,
    /// `whsec_…`, what its calls are signed with: only in the answer that made it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub secret: Option<String>,
    /// Until when they are signed with the secret before it too. RFC 3339.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub previous_secret_until: Option<String>,
    /// RFC 3339.
    pub created_at: String,
    /// RFC 3339.
    pub updated_at: String,
}

impl WebhookView {
    /// Without its secret.
    #[must_use]
    pub fn new(webhook: &Webhook) -> Self {
        let names = |kinds: &std::collections::BTreeSet<EventKind>| -> Vec<String> {
            kinds.iter().map(|kind| kind.as_str().to_owned()).collect()
        };
        let previous = webhook.secrets.iter().rev().find_map(|secret| secret.until);
        Self {
            id: webhook.id.to_string(),
            url: webhook.url.as_str().to_owned(),
            events: webhook.events.as_ref().map(names),
            enabled: webhook.enabled,
            secret: None,
            previous_secret_until: previous.map(|until| until.to_string()),
            created_at: webhook.created_at.to_string(),
            updated_at: webhook.updated_at.to_string(),
        }
    }

    /// With its newest secret.
    #[must_use]
    pub fn with_secret(webhook: &Webhook) -> Self {
        Self {
            secret: webhook.secrets.last().map(|secret| secret.text.clone()),
            ..Self::new(webhook)
        }
    }
}
