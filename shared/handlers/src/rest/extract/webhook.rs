//! Ids of webhooks and deliveries in paths.

use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use parlour_domain::WebhookId;
use parlour_domain::delivery::DeliveryId;
use parlour_protocol::request::{delivery_id, webhook_id};

use super::path::texts;
use crate::rest::Rest;
use crate::rest::respond::Failure;

/// `{webhook_id}` of the path.
pub(crate) struct OfWebhook(pub(crate) WebhookId);

impl FromRequestParts<Rest> for OfWebhook {
    type Rejection = Failure;

    async fn from_request_parts(parts: &mut Parts, rest: &Rest) -> Result<Self, Failure> {
        let [webhook] = texts(parts, rest).await?;
        Ok(Self(webhook_id(&webhook)?))
    }
}

/// `{webhook_id}` and `{delivery_id}` of the path.
pub(crate) struct OfDelivery(pub(crate) WebhookId, pub(crate) DeliveryId);

impl FromRequestParts<Rest> for OfDelivery {
    type Rejection = Failure;

    async fn from_request_parts(parts: &mut Parts, rest: &Rest) -> Result<Self, Failure> {
        let [webhook, delivery] = texts(parts, rest).await?;
        Ok(Self(webhook_id(&webhook)?, delivery_id("delivery_id", &delivery)?))
    }
}
