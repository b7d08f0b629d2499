//! Apps and their API tokens: an operator's work, by the command line.

use parlour_auth::{ApiToken, TokenId};
use parlour_domain::app::{App, AppChange, AppToken};
use parlour_domain::rate::Quotas;
use parlour_domain::verification::Method;
use parlour_domain::{AppId, Moment};
use parlour_fetch::Target;
use parlour_protocol::InvalidInput;

use crate::{Error, Parlour, message_hook};

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
        verification: None,
        message_hook: None,
        dialects: Vec::new(),
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
        .add_token(app, token, &api_token.hash().to_text(), None)
        .await?
        .ok_or(Error::NotFound)?;
    Ok(AppWithToken { app, api_token })
}

/// Changes an app's settings. Quotas hold from the next request or connection of a user on.
///
/// # Errors
/// [`Error::Invalid`] for a URL that leads where none may, [`Error::NotFound`], [`Error::Store`].
pub async fn update(parlour: &Parlour, app: &AppId, change: &AppChange) -> Result<App, Error> {
    check(parlour, change)?;
    let changed = parlour.store.change_app(app, change).await?.ok_or(Error::NotFound)?;
    message_hook::forget(parlour, app);
    tracing::info!(
        %app,
        name = change.name.is_some(),
        allowed_origins = change.allowed_origins.is_some(),
        quotas = change.quotas.is_some(),
        verification = change.verification.is_some(),
        message_hook = change.message_hook.is_some(),
        dialects = change.dialects.is_some(),
        "the settings of an app were changed"
    );
    Ok(changed)
}

/// Checks what only this server can: where URLs lead, and secrets.
pub(crate) fn check(parlour: &Parlour, change: &AppChange) -> Result<(), Error> {
    let own = change.verification.iter().flatten();
    let of_dialects = change.dialects.iter().flatten();
    for verification in own.chain(of_dialects.filter_map(|dialect| dialect.verification.as_ref())) {
        if let Method::Jwks { url, .. } | Method::Url { url } = &verification.method {
            let read = Target::parse(url, parlour.trust.reach());
            read.map_err(|error| InvalidInput::new("verification.url", error))?;
        }
    }
    if let Some(Some(hook)) = &change.message_hook {
        let read = Target::parse(&hook.url, parlour.trust.reach());
        read.map_err(|error| InvalidInput::new("message_hook.url", error))?;
        if !message_hook::are_secrets(&hook.secrets) {
            let reason = "must be one or two different secrets: `whsec_` and 24 to 64 bytes in base64";
            return Err(InvalidInput::new("message_hook.secrets", reason).into());
        }
    }
    Ok(())
}

/// An app.
///
/// # Errors
/// [`Error::NotFound`], [`Error::Store`].
pub async fn get(parlour: &Parlour, app: &AppId) -> Result<App, Error> {
    parlour.store.app(app).await?.ok_or(Error::NotFound)
}

/// Ends an API token at once. One that is not the app's is gone already.
///
/// # Errors
/// [`Error::LastToken`], [`Error::Store`].
pub async fn remove_token(parlour: &Parlour, app: &AppId, token: &TokenId) -> Result<(), Error> {
    let left = parlour.store.remove_token(app, token.as_str()).await?;
    left.ok_or(Error::LastToken)?;
    tracing::info!(%app, %token, "an API token was removed");
    Ok(())
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
