//! `/webhook/{webhook_id}/delivery`: what a webhook was told and what it could not be told, and telling it again.

use parlour_domain::access::{Actor, Operation, on_app};
use parlour_domain::delivery::{DeliveryId, DeliveryStatus};
use parlour_domain::{Moment, WebhookId};
use parlour_protocol::view::{DeliveryView, PageView};
use parlour_store::Written;
use serde_json::Value;

use crate::{Error, Parlour, deliver};

/// A page of a webhook's deliveries, the latest event first. With a status, a page may be short, or empty, with a `next`.
///
/// # Errors
/// [`Error::Denied`], [`Error::NotFound`], [`Error::Store`].
pub async fn list(
    parlour: &Parlour,
    actor: &Actor,
    id: WebhookId,
    status: Option<DeliveryStatus>,
    (after, limit): (Option<DeliveryId>, usize),
) -> Result<PageView<DeliveryView>, Error> {
    on_app(actor, Operation::ManageWebhooks, None)?;
    let (app, store) = (actor.app(), &parlour.store);
    let (hooks, page) = tokio::join!(store.webhooks(app), store.deliveries((app, id), status, after, limit));
    hooks?.of(id).ok_or(Error::NotFound)?;
    let page = page?;
    Ok(PageView {
        items: page.deliveries.iter().map(DeliveryView::new).collect(),
        next: page.next.map(|next| Value::from(next.to_string())),
    })
}

/// Has a delivery tried now, and again for a day if it fails. One that waits for its next try need not wait.
///
/// # Errors
/// [`Error::Denied`], [`Error::NotFound`], [`Error::Busy`], [`Error::Store`].
pub async fn replay(
    parlour: &Parlour,
    moment: &Moment,
    actor: &Actor,
    (webhook, id): (WebhookId, DeliveryId),
) -> Result<DeliveryView, Error> {
    on_app(actor, Operation::ManageWebhooks, None)?;
    let (app, store) = (actor.app(), &parlour.store);
    let (hooks, before) = tokio::join!(store.webhooks(app), store.delivery(app, webhook, id));
    hooks?.of(webhook).ok_or(Error::NotFound)?;
    let before = before?.ok_or(Error::NotFound)?;
    let after = before.replayed(moment.now);
    match store.replace_delivery(app, &before, &after).await? {
        Written::Done => {}
        _ => return Err(Error::Busy),
    }
    deliver::due(parlour, app, &after).await;
    Ok(DeliveryView::new(&after))
}
