//! Requests about webhooks.

use std::collections::BTreeSet;

use parlour_domain::WebhookId;
use parlour_domain::delivery::{DeliveryId, DeliveryStatus};
use parlour_domain::webhook::{EventKind, WebhookUrl};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{given, parsed};
use crate::error::InvalidInput;

/// A webhook's id.
///
/// # Errors
/// If it is no lower-case UUID.
pub fn webhook_id(text: &str) -> Result<WebhookId, InvalidInput> {
    parsed("webhook_id", WebhookId::parse(text))
}

/// `POST /webhook`.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct CreateWebhook {
    /// Where it is called: https, on port 443 or 8443, at most 512 bytes.
    #[schema(example = "https://shop.example/parlour")]
    pub url: String,
    /// What it is told of, such as `message.created`; not given: everything.
    pub events: Option<Vec<String>>,
}

/// A webhook to make, checked.
#[derive(Debug, Clone)]
pub struct NewWebhook {
    /// Where it is called.
    pub url: WebhookUrl,
    /// What it is told of; none: everything.
    pub events: Option<BTreeSet<EventKind>>,
}

fn events(names: &[String]) -> Result<BTreeSet<EventKind>, InvalidInput> {
    let kinds: Option<BTreeSet<EventKind>> = names.iter().map(|name| EventKind::parse(name)).collect();
    kinds
        .filter(|kinds| !kinds.is_empty())
        .ok_or_else(|| InvalidInput::new("events", "must name events that there are, or be left out"))
}

fn url(text: &str) -> Result<WebhookUrl, InvalidInput> {
    parsed("url", WebhookUrl::parse(text))
}

impl CreateWebhook {
    /// Checks every field; where the URL leads is for the use-case to look at.
    ///
    /// # Errors
    /// The first that is not valid.
    pub fn check(&self) -> Result<NewWebhook, InvalidInput> {
        Ok(NewWebhook {
            url: url(&self.url)?,
            events: self.events.as_deref().map(events).transpose()?,
        })
    }
}

/// `PATCH /webhook/{webhook_id}`. What is not given stays.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct UpdateWebhook {
    /// Where it is called from now on.
    pub url: Option<String>,
    /// What it is told of from now on; `null`: everything.
    #[serde(default, deserialize_with = "given")]
    #[schema(value_type = Option<Vec<String>>)]
    pub events: Option<Option<Vec<String>>>,
    /// Whether it is called. What happens while it is not is never told.
    pub enabled: Option<bool>,
}

/// A change of a webhook, checked.
#[derive(Debug, Clone)]
pub struct WebhookChange {
    /// Another URL.
    pub url: Option<WebhookUrl>,
    /// Other events; `Some(None)`: everything.
    pub events: Option<Option<BTreeSet<EventKind>>>,
    /// Whether it is called.
    pub enabled: Option<bool>,
}

impl UpdateWebhook {
    /// Checks every field; where the URL leads is for the use-case to look at.
    ///
    /// # Errors
    /// The first that is not valid.
    pub fn check(&self) -> Result<WebhookChange, InvalidInput> {
        let of = |names: &Option<Vec<String>>| names.as_deref().map(events).transpose();
        Ok(WebhookChange {
            url: self.url.as_deref().map(url).transpose()?,
            events: self.events.as_ref().map(of).transpose()?,
            enabled: self.enabled,
        })
    }
}

/// How far a delivery is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum DeliveryStatusOption {
    /// There will be another call.
    Pending,
    /// The receiver has it.
    Delivered,
    /// There is no further call, unless you ask for one.
    Dead,
}

impl From<DeliveryStatusOption> for DeliveryStatus {
    fn from(option: DeliveryStatusOption) -> Self {
        match option {
            DeliveryStatusOption::Pending => Self::Pending,
            DeliveryStatusOption::Delivered => Self::Delivered,
            DeliveryStatusOption::Dead => Self::Dead,
        }
    }
}

/// A delivery's id.
///
/// # Errors
/// If it is none.
pub fn delivery_id(field: &'static str, text: &str) -> Result<DeliveryId, InvalidInput> {
    parsed(field, DeliveryId::parse(text))
}
