//! What webhooks were told, for the backend.

use parlour_domain::delivery::{Delivery, DeliveryStatus, Failure};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::request::DeliveryStatusOption;

/// An event, as one webhook was told of it.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct DeliveryView {
    /// Its id among the deliveries of the webhook.
    pub id: String,
    /// The event's id, the header `webhook-id` of the calls.
    pub event_id: String,
    /// What happened, such as `message.created`.
    #[serde(rename = "type")]
    pub kind: String,
    /// How far it is.
    pub status: DeliveryStatusOption,
    /// Calls so far.
    pub tries: u64,
    /// The status of the last answer, if there was one.
    pub response_status: Option<u16>,
    /// Why the last call failed: `status`, `timed_out`, `unreachable`, `forbidden` (its address may not be called), `disabled` or
    /// `gone` (there is nothing to tell any more).
    pub failure: Option<String>,
    /// When it is called again. RFC 3339.
    pub next_try_at: Option<String>,
    /// When it happened. RFC 3339.
    pub created_at: String,
    /// RFC 3339.
    pub updated_at: String,
}

const fn failure_name(failure: Failure) -> &'static str {
    match failure {
        Failure::Status => "status",
        Failure::TimedOut => "timed_out",
        Failure::Unreachable => "unreachable",
        Failure::Forbidden => "forbidden",
        Failure::Disabled => "disabled",
        Failure::Gone => "gone",
    }
}

impl DeliveryView {
    /// For the backend.
    #[must_use]
    pub fn new(delivery: &Delivery) -> Self {
        Self {
            id: delivery.id.to_string(),
            event_id: delivery.event_id(),
            kind: delivery.kind.as_str().to_owned(),
            status: match delivery.status {
                DeliveryStatus::Pending => DeliveryStatusOption::Pending,
                DeliveryStatus::Delivered => DeliveryStatusOption::Delivered,
                DeliveryStatus::Dead => DeliveryStatusOption::Dead,
            },
            tries: delivery.tries,
            response_status: delivery.answer,
            failure: delivery.failure.map(|failure| failure_name(failure).to_owned()),
            next_try_at: delivery.due.map(|due| due.to_string()),
            created_at: delivery.id.at.to_string(),
            updated_at: delivery.updated_at.to_string(),
        }
    }
}
