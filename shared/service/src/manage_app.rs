//! The app's own settings and API tokens, as its backend manages them.

use parlour_auth::{ApiToken, TokenId};
use parlour_domain::Moment;
use parlour_domain::access::{Actor, Operation, on_app};
use parlour_domain::app::{AppChange, AppToken};
use parlour_protocol::view::{AppView, NewTokenView};

use crate::{Error, Parlour, apps};

/// `GET /app`.
///
/// # Errors
/// [`Error::Denied`], [`Error::NotFound`], [`Error::Store`].
pub async fn get(parlour: &Parlour, actor: &Actor) -> Result<AppView, Error> {
    on_app(actor, Operation::ManageApp, None)?;
    let app = parlour.store.app(actor.app()).await?.ok_or(Error::NotFound)?;
    Ok(AppView::new(&app))
}

/// `PATCH /app`: the same change again changes nothing.
///
/// # Errors
/// [`Error::Denied`], [`Error::Invalid`], [`Error::NotFound`], [`Error::Store`].
pub async fn update(parlour: &Parlour, actor: &Actor, change: &AppChange) -> Result<AppView, Error> {
    on_app(actor, Operation::ManageApp, None)?;
    let app = apps::update(parlour, actor.app(), change).await?;
    Ok(AppView::new(&app))
}

/// `POST /app/token`: another API token beside the one that asks for it; any third one ends. So a repeat, after an answer that was
/// lost, gives a token in the place of the one that nobody has seen, and never takes away the one it is called with.
///
/// # Errors
/// [`Error::Denied`], [`Error::NotFound`], [`Error::Store`].
pub async fn add_token(
    parlour: &Parlour,
    moment: &mut Moment,
    actor: &Actor,
    own: Option<&TokenId>,
) -> Result<NewTokenView, Error> {
    on_app(actor, Operation::ManageApp, None)?;
    let api_token = ApiToken::generate(moment);
    let token = AppToken {
        id: api_token.id().as_str().to_owned(),
        created_at: moment.now,
    };
    let hash = api_token.hash().to_text();
    let added = parlour
        .store
        .add_token(actor.app(), token, &hash, own.map(TokenId::as_str));
    added.await?.ok_or(Error::NotFound)?;
    tracing::info!(app = %actor.app(), token = %api_token.id(), "an API token was added");
    Ok(NewTokenView {
        id: api_token.id().to_string(),
        api_token: api_token.expose().to_owned(),
        created_at: moment.now.to_string(),
    })
}

/// `DELETE /app/token/{token_id}`: the token is refused from here on; one that is not there is gone already.
///
/// # Errors
/// [`Error::Denied`], [`Error::LastToken`], [`Error::Store`].
pub async fn remove_token(parlour: &Parlour, actor: &Actor, token: &TokenId) -> Result<(), Error> {
    on_app(actor, Operation::ManageApp, None)?;
    apps::remove_token(parlour, actor.app(), token).await
}
