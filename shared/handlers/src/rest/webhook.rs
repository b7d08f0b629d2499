//! Webhooks.

use axum::extract::State;
use parlour_protocol::error::Problem;
use parlour_protocol::request::{CreateWebhook, DeliveryStatusOption, UpdateWebhook, delivery_id, page_limit};
use parlour_protocol::view::{DeliveryView, PageView, WebhookView};
use parlour_service::{delivery_log, webhook};
use serde::Deserialize;
use utoipa::IntoParams;

use super::Rest;
use super::extract::{Bodyless, Caller, Now, OfDelivery, OfWebhook, Params, Write};
use super::respond::{Answer, changed, created, gone, ok};

/// Make a webhook.
///
/// The answer has the secret that its calls are signed with; nothing else ever shows it.
#[utoipa::path(post, path = "/webhook", tag = "webhook", request_body = CreateWebhook, security(("clientKey" = [])),
    responses((status = 201, body = WebhookView), (status = 200, body = WebhookView, description = "the same Idempotency-Key again"),
        (status = "4XX", body = Problem), (status = 503, body = Problem)))]
pub(crate) async fn create_webhook(
    State(rest): State<Rest>,
    Now(mut moment): Now,
    Caller(actor): Caller,
    Write { body, key }: Write<CreateWebhook>,
) -> Answer {
    let new = body.check()?;
    created(&webhook::create(&rest.parlour, &mut moment, &actor, new, key.as_ref()).await?)
}

/// List the webhooks of the app, the oldest first.
#[utoipa::path(get, path = "/webhook", tag = "webhook", security(("clientKey" = [])),
    responses((status = 200, body = PageView<WebhookView>), (status = "4XX", body = Problem), (status = 503, body = Problem)))]
pub(crate) async fn list_webhooks(State(rest): State<Rest>, Caller(actor): Caller) -> Answer {
    ok(&webhook::list(&rest.parlour, &actor).await?)
}

/// Change a webhook.
#[utoipa::path(patch, path = "/webhook/{webhook_id}", tag = "webhook", params(("webhook_id" = String, Path)),
    request_body = UpdateWebhook, security(("clientKey" = [])),
    responses((status = 200, body = WebhookView), (status = "4XX", body = Problem), (status = 503, body = Problem)))]
pub(crate) async fn update_webhook(
    State(rest): State<Rest>,
    Now(moment): Now,
    Caller(actor): Caller,
    OfWebhook(id): OfWebhook,
    Write { body, key }: Write<UpdateWebhook>,
) -> Answer {
    let to = body.check()?;
    changed(&webhook::update(&rest.parlour, &moment, &actor, (id, to), key.as_ref()).await?)
}

/// Delete a webhook. What was not told to it yet never is.
#[utoipa::path(delete, path = "/webhook/{webhook_id}", tag = "webhook", params(("webhook_id" = String, Path)),
    security(("clientKey" = [])),
    responses((status = 204), (status = "4XX", body = Problem), (status = 503, body = Problem)))]
pub(crate) async fn delete_webhook(
    State(rest): State<Rest>,
    Now(moment): Now,
    Caller(actor): Caller,
    OfWebhook(id): OfWebhook,
    Bodyless(key): Bodyless,
) -> Answer {
    gone(&webhook::delete(&rest.parlour, &moment, &actor, id, key.as_ref()).await?)
}

/// Give a webhook a new secret.
///
/// The answer has it. For a day its calls are signed with the one before it too, so that none is refused meanwhile: with up to five
/// at the same time, where the answer was lost and asked for again.
#[utoipa::path(post, path = "/webhook/{webhook_id}/secret", tag = "webhook", params(("webhook_id" = String, Path)),
    security(("clientKey" = [])),
    responses((status = 200, body = WebhookView), (status = "4XX", body = Problem), (status = 503, body = Problem)))]
pub(crate) async fn rotate_webhook_secret(
    State(rest): State<Rest>,
    Now(mut moment): Now,
    Caller(actor): Caller,
    OfWebhook(id): OfWebhook,
    Bodyless(key): Bodyless,
) -> Answer {
    changed(&webhook::rotate_secret(&rest.parlour, &mut moment, &actor, id, key.as_ref()).await?)
}

/// A page of deliveries.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct DeliveriesParams {
    /// `pending`, `delivered` or `dead`; not given: all.
    status: Option<DeliveryStatusOption>,
    /// At most so many, 1 to 50.
    limit: Option<u64>,
    /// The `next` of the page before.
    after: Option<String>,
}

/// List what a webhook was told, the latest event first.
///
/// What it has is kept for 3 days, what it could not be told for 30. With a `status`, a page may be short, or empty, although there
/// is a `next`.
#[utoipa::path(get, path = "/webhook/{webhook_id}/delivery", tag = "webhook",
    params(("webhook_id" = String, Path), DeliveriesParams), security(("clientKey" = [])),
    responses((status = 200, body = PageView<DeliveryView>), (status = "4XX", body = Problem), (status = 503, body = Problem)))]
pub(crate) async fn list_deliveries(
    State(rest): State<Rest>,
    Caller(actor): Caller,
    OfWebhook(id): OfWebhook,
    Params(params): Params<DeliveriesParams>,
) -> Answer {
    let after = params
        .after
        .as_deref()
        .map(|after| delivery_id("after", after))
        .transpose()?;
    let page = (after, page_limit(params.limit)?);
    let status = params.status.map(Into::into);
    ok(&delivery_log::list(&rest.parlour, &actor, id, status, page).await?)
}

/// Tell a webhook of an event again, now.
///
/// Whether it has it already or there was no further call. The event keeps its id, by which a receiver knows that it is the same.
#[utoipa::path(post, path = "/webhook/{webhook_id}/delivery/{delivery_id}/replay", tag = "webhook",
    params(("webhook_id" = String, Path), ("delivery_id" = String, Path)), security(("clientKey" = [])),
    responses((status = 200, body = DeliveryView), (status = "4XX", body = Problem), (status = 503, body = Problem)))]
pub(crate) async fn replay_delivery(
    State(rest): State<Rest>,
    Now(moment): Now,
    Caller(actor): Caller,
    OfDelivery(webhook, delivery): OfDelivery,
) -> Answer {
    ok(&delivery_log::replay(&rest.parlour, &moment, &actor, (webhook, delivery)).await?)
}
