//! `/webhook`: where the backend hears of what happens in its app.

use parlour_auth::WebhookSecret;
use parlour_domain::access::{Actor, Operation, on_app};
use parlour_domain::webhook::{SigningSecret, Webhook, WebhookUrl, Webhooks};
use parlour_domain::{Moment, Timestamp, WebhookId, limits};
use parlour_fetch::Target;
use parlour_protocol::InvalidInput;
use parlour_protocol::request::{NewWebhook, WebhookChange};
use parlour_protocol::view::{PageView, WebhookView};
use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::idempotency::{Done, Key, claim, replay, settle};
use crate::{Error, Parlour};

/// `POST /webhook`: the answer has the secret.
///
/// # Errors
/// [`Error::Denied`], [`Error::Invalid`] for a URL that leads where none may, [`Error::TooManyWebhooks`], [`Error::Busy`],
/// [`Error::ClientIdConflict`], [`Error::Store`].
pub async fn create(
    parlour: &Parlour,
    moment: &mut Moment,
    actor: &Actor,
    new: NewWebhook,
    key: Option<&Key>,
) -> Result<Done<WebhookView>, Error> {
    on_app(actor, Operation::ManageWebhooks, None)?;
    look_at(parlour, &new.url)?;
    let now = moment.now;
    let secret = WebhookSecret::generate(moment).expose().to_owned();
    let webhook = Webhook {
        id: WebhookId::generate(moment),
        url: new.url,
        events: new.events,
        enabled: true,
        secrets: vec![SigningSecret {
            text: secret,
            until: None,
        }],
        created_at: now,
        updated_at: now,
    };
    change(parlour, actor, key, now, |all| {
        if all.webhooks.len() >= limits::WEBHOOKS {
            return Err(Error::TooManyWebhooks);
        }
        let view = WebhookView::with_secret(&webhook);
        all.webhooks.push(webhook);
        Ok(view)
    })
    .await
}

/// `GET /webhook`: all of them, the oldest first. There are at most [`limits::WEBHOOKS`], so this is one page.
///
/// # Errors
/// [`Error::Denied`], [`Error::Store`].
pub async fn list(parlour: &Parlour, actor: &Actor) -> Result<PageView<WebhookView>, Error> {
    on_app(actor, Operation::ManageWebhooks, None)?;
    let all = parlour.store.webhooks(actor.app()).await?;
    Ok(PageView {
        items: all.webhooks.iter().map(WebhookView::new).collect(),
        next: None,
    })
}

/// `PATCH /webhook/{webhook_id}`.
///
/// # Errors
/// [`Error::Denied`], [`Error::Invalid`] for a URL that leads where none may, [`Error::NotFound`], [`Error::Busy`],
/// [`Error::ClientIdConflict`], [`Error::Store`].
pub async fn update(
    parlour: &Parlour,
    moment: &Moment,
    actor: &Actor,
    (id, to): (WebhookId, WebhookChange),
    key: Option<&Key>,
) -> Result<Done<WebhookView>, Error> {
    on_app(actor, Operation::ManageWebhooks, None)?;
    if let Some(url) = &to.url {
        look_at(parlour, url)?;
    }
    let now = moment.now;
    change(parlour, actor, key, now, |all| {
        let webhook = all.of_mut(id).ok_or(Error::NotFound)?;
        if let Some(url) = to.url {
            webhook.url = url;
        }
        if let Some(events) = to.events {
            webhook.events = events;
        }
        webhook.enabled = to.enabled.unwrap_or(webhook.enabled);
        webhook.updated_at = now;
        Ok(WebhookView::new(webhook))
    })
    .await
}

/// `POST /webhook/{webhook_id}/secret`: a new secret, which the answer has; for a day the calls are signed with the one before it too.
///
/// # Errors
/// [`Error::TooManySecrets`]; else as [`update`].
pub async fn rotate_secret(
    parlour: &Parlour,
    moment: &mut Moment,
    actor: &Actor,
    id: WebhookId,
    key: Option<&Key>,
) -> Result<Done<WebhookView>, Error> {
    let now = moment.now;
    let secret = WebhookSecret::generate(moment).expose().to_owned();
    change(parlour, actor, key, now, |all| {
        let webhook = all.of_mut(id).ok_or(Error::NotFound)?;
        webhook.rotate(secret, now).map_err(|_| Error::TooManySecrets)?;
        Ok(WebhookView::with_secret(webhook))
    })
    .await
}

/// `DELETE /webhook/{webhook_id}`.
///
/// # Errors
/// As [`update`].
pub async fn delete(
    parlour: &Parlour,
    moment: &Moment,
    actor: &Actor,
    id: WebhookId,
    key: Option<&Key>,
) -> Result<Done<()>, Error> {
    change(parlour, actor, key, moment.now, |all| {
        let before = all.webhooks.len();
        all.webhooks.retain(|webhook| webhook.id != id);
        if all.webhooks.len() == before {
            return Err(Error::NotFound);
        }
        Ok(())
    })
    .await
}

/// Refuses what could never be called. What a name leads to is found out at every call.
fn look_at(parlour: &Parlour, url: &WebhookUrl) -> Result<(), Error> {
    let read = Target::parse(url.as_str(), parlour.trust.reach());
    read.map_err(|error| InvalidInput::new("url", error))?;
    Ok(())
}

/// Changes the list, unless an earlier attempt did.
async fn change<T: Serialize + DeserializeOwned>(
    parlour: &Parlour,
    actor: &Actor,
    key: Option<&Key>,
    now: Timestamp,
    to: impl FnOnce(&mut Webhooks) -> Result<T, Error>,
) -> Result<Done<T>, Error> {
    on_app(actor, Operation::ManageWebhooks, None)?;
    if let Some(done) = replay(parlour, actor, key, now).await? {
        return Ok(done);
    }
    let before = parlour.store.webhooks(actor.app()).await?;
    let mut after = before.clone();
    let value = to(&mut after)?;
    let claim = claim(actor, key, &value, now);
    let written = parlour
        .store
        .replace_webhooks(actor.app(), &before, after, claim.as_ref(), now)
        .await?;
    settle(written, value, Error::Busy)
}
