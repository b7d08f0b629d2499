//! A token that the integrator's own system has registered: good while it is the user's latest, and while the integrator's URL, where
//! there is one, says so.

use parlour_auth::TokenHash;
use parlour_domain::app::App;
use parlour_domain::dialect::Service;
use parlour_domain::verification::{Granted, Method};
use parlour_domain::{AppId, Timestamp, limits};
use parlour_store::{Registered, StoreError};

use super::let_in;
use super::token_of::{Known, understood};
use crate::trust::is_opaque;
use crate::{Error, Parlour};

/// A token that is registered, and whose it is.
pub(super) struct Found {
    of: Registered,
    hash: String,
}

/// The hash under which a registered token is kept; `None`: it is none that could be.
pub(crate) fn hash_of(token: &str) -> Option<String> {
    is_opaque(token).then(|| TokenHash::of_foreign("registered", token).to_text())
}

/// Looks a token up among those that are registered at `app`, where the service's are: one read, none for other services.
pub(super) async fn find(
    parlour: &Parlour,
    app: &AppId,
    service: Option<Service>,
    token: &str,
) -> Result<Option<Found>, StoreError> {
    if !service.is_some_and(Service::registers_tokens) {
        return Ok(None);
    }
    let Some(hash) = hash_of(token) else { return Ok(None) };
    let of = parlour.store.registered(app, &hash).await?;
    Ok(of.map(|of| Found { of, hash }))
}

/// Whom it means, who may be of another app than the one it was registered at.
pub(super) async fn known(
    parlour: &Parlour,
    (at, service): (App, Option<Service>),
    Found { of, hash }: Found,
    token: &str,
    now: Timestamp,
) -> Result<Known, Error> {
    let store = &parlour.store;
    // Pages call the address that the token was registered at: whether they may is that app's to say.
    let origins = at.allowed_origins.clone();
    let app = async {
        match of.app == at.id {
            true => Ok(Some(at)),
            false => store.app(&of.app).await,
        }
    };
    let (app, user, current) = tokio::join!(app, store.user(&of.app, of.user), store.is_current_token(&of, &hash));
    let (Some(mut app), Some(user), true) = (app?, user?, current?) else {
        return Err(Error::Unauthenticated);
    };
    let dialect = understood(&app, service)?;
    let user = let_in(&user, now)?;
    if let Some(Method::Url { url }) = dialect.and_then(|dialect| Some(&dialect.verification.as_ref()?.method))
        && !parlour.trust.accepts(&app.id, url, token, now).await?
    {
        return Err(Error::Unauthenticated);
    }
    app.allowed_origins = origins;
    Ok(Known {
        user,
        app,
        expires: now.plus_seconds(limits::USER_TOKEN_SECONDS),
        granted: Granted::default(),
    })
}
