//! Webhooks.

use axum::extract::State;
use parlour_protocol::error::Problem;
use parlour_protocol::request::{CreateWebhook, UpdateWebhook};
use parlour_protocol::view::{PageView, WebhookView};
use parlour_service::webhook;

use super::Rest;
use super::extract::{Bodyless, Caller, Now, OfWebhook, Write};
use super::respond::{Answer, changed, created, gone, ok};

/// Make a webhook.
///
/// The answer has the secret that its calls are signed with; nothing else ever shows it.
#[utoipa::path(post, path = "/webhook", tag = "webhook", request_body = CreateWebhook, security(("clientKey" = [])),
    responses((status = 201, body = WebhookView), (status = "4XX", body = Problem), (status = 503, body = Problem)))]
pub(crate) async fn create_webhook(
    State(rest): State<Rest>,
    Now(mut moment): Now,
    Caller(actor): Caller,
    Write { body, key }: Write<CreateWebhook>,
) -> Answer {
    let new = body.check(rest.parlour.settings.plain_webhooks)?;
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
    let to = body.check(rest.parlour.settings.plain_webhooks)?;
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
/// The answer has it. For a day its calls are signed with the one before it too, so that none is refused meanwhile.
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
