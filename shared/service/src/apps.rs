//! Apps and their API tokens: an operator's work, by the command line.

use parlour_auth::ApiToken;
use parlour_domain::app::{App, AppToken};
use parlour_domain::rate::Quotas;
use parlour_domain::{AppId, Moment};

use crate::{Error, Parlour};

/// An app with an API token that is shown this once.
#[derive(Debug)]
pub struct AppWithToken {
    /// The app.
    pub app: App,
    /// The token; only its hash is kept.
    pub api_token: ApiToken,
}

/// Makes an app with its first API token.
///
/// # Errors
/// [`Error::Store`].
pub async fn create(
    parlour: &Parlour,
    moment: &mut Moment,
    name: &str,
    allowed_origins: Vec<String>,
) -> Result<AppWithToken, Error> {
    let api_token = ApiToken::generate(moment);
    let token = AppToken {
        id: api_token.id().as_str().to_owned(),
        created_at: moment.now,
    };
    let id = AppId::generate(moment);
    let app = App {
        id,
        name: name.to_owned(),
        allowed_origins,
        created_at: moment.now,
        tokens: vec![token],
        quotas: Quotas::default(),
    };
    if parlour.store.create_app(&app, &api_token.hash().to_text()).await? {
        Ok(AppWithToken { app, api_token })
    } else {
        Err(Error::Busy)
    }
}

/// All apps.
///
/// # Errors
/// [`Error::Store`].
pub async fn list(parlour: &Parlour) -> Result<Vec<App>, Error> {
    Ok(parlour.store.apps().await?)
}

/// Gives an app a new API token. The one before goes on working until the next rotation.
///
/// # Errors
/// [`Error::NotFound`], [`Error::Store`].
pub async fn rotate_token(parlour: &Parlour, moment: &mut Moment, app: &AppId) -> Result<AppWithToken, Error> {
    let api_token = ApiToken::generate(moment);
    let token = AppToken {
        id: api_token.id().as_str().to_owned(),
        created_at: moment.now,
    };
    let app = parlour
        .store
        .add_token(app, token, &api_token.hash().to_text())
        .await?
        .ok_or(Error::NotFound)?;
    Ok(AppWithToken { app, api_token })
}

/// Replaces the origins from which browsers may use an app.
///
/// # Errors
/// [`Error::NotFound`], [`Error::Store`].
pub async fn set_allowed_origins(parlour: &Parlour, app: &AppId, origins: &[String]) -> Result<(), Error> {
    if parlour.store.set_allowed_origins(app, origins).await? {
        Ok(())
    } else {
        Err(Error::NotFound)
    }
}

/// Sets how many messages an app's users may send over all rooms, from their next connection or request on.
///
/// # Errors
/// [`Error::NotFound`], [`Error::Store`].
pub async fn set_quotas(parlour: &Parlour, app: &AppId, quotas: Quotas) -> Result<(), Error> {
    if parlour.store.set_quotas(app, quotas).await? {
        Ok(())
    } else {
        Err(Error::NotFound)
    }
}

/// Ends an app: its credentials are refused from here on. What its users wrote stays in the table.
///
/// # Errors
/// [`Error::NotFound`], [`Error::Store`].
pub async fn delete(parlour: &Parlour, app: &AppId) -> Result<(), Error> {
    if parlour.store.delete_app(app).await? {
        Ok(())
    } else {
        Err(Error::NotFound)
    }
}
