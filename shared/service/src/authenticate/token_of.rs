//! A token beside the id of the app whose settings it is to be proven by: ours, or one that Parlour did not issue.
//!
//! The token never chooses its app. What a JWT says of its subject is looked up beside the app's settings, before it is proven, so
//! that a known user costs one round trip more than with a token of ours; the row is used only if the proof names the same user.

use parlour_auth::{CredentialError, ForeignToken};
use parlour_domain::app::App;
use parlour_domain::dialect::{Dialect, Service};
use parlour_domain::user::User;
use parlour_domain::verification::{Granted, Method, Person, Verification};
use parlour_domain::{AppId, ExternalId, Moment, Timestamp, UserId};
use parlour_store::{StoreError, Written};

use super::{let_in, refused, registered};
use crate::{Error, Parlour};

/// Whom a token means.
pub(crate) struct Known {
    pub(crate) app: App,
    pub(crate) user: UserId,
    pub(crate) expires: Timestamp,
    /// What the token says of its holder; nothing where it is one of ours.
    pub(crate) granted: Granted,
}

/// Proves a token by the settings of `app`.
///
/// # Errors
/// [`Error::Unauthenticated`] (also for an unknown app), [`Error::TokenExpired`], [`Error::UserSuspended`],
/// [`Error::NotVerified`], [`Error::Store`].
pub(crate) async fn token_of(
    parlour: &Parlour,
    moment: &mut Moment,
    (app, service): (&str, Option<Service>),
    token: &str,
) -> Result<Known, Error> {
    let app = AppId::parse(app).map_err(|_| Error::Unauthenticated)?;
    match parlour.signing.verify_for(&app, token, moment.now) {
        Ok(claims) => {
            let (row, user) = tokio::join!(parlour.store.app(&app), parlour.store.user(&app, claims.user));
            let (Some(app), Some(user)) = (row?, user?) else {
                return Err(Error::Unauthenticated);
            };
            understood(&app, service)?;
            Ok(Known {
                user: let_in(&user, moment.now)?,
                app,
                expires: claims.expires_at,
                granted: Granted::default(),
            })
        }
        // Anything else says that it is ours, and is wrong.
        Err(CredentialError::Malformed | CredentialError::WrongKind) => {
            foreign(parlour, moment, (&app, service), token).await
        }
        Err(error) => Err(refused(error)),
    }
}

/// What an app says about the clients of a service, if they are understood.
pub(super) fn understood(app: &App, service: Option<Service>) -> Result<Option<&Dialect>, Error> {
    match service {
        Some(service) => app.dialect(service).map(Some).ok_or(Error::Unauthenticated),
        None => Ok(None),
    }
}

async fn foreign(
    parlour: &Parlour,
    moment: &mut Moment,
    (app, service): (&AppId, Option<Service>),
    token: &str,
) -> Result<Known, Error> {
    let claimed = claimed(token);
    let (row, found, registered) = tokio::join!(
        parlour.store.app(app),
        find(parlour, app, claimed.as_ref()),
        registered::find(parlour, app, service, token),
    );
    let (app, found) = (row?.ok_or(Error::Unauthenticated)?, found?);
    if let Some(registered) = registered? {
        understood(&app, service)?;
        return registered::known(parlour, (app, service), registered, token, moment.now).await;
    }
    let own = understood(&app, service)?.and_then(|dialect| dialect.verification.as_ref());
    let is_url = own.is_some_and(|own| matches!(own.method, Method::Url { .. }));
    if is_url && service.is_some_and(Service::registers_tokens) {
        return Err(Error::Unauthenticated);
    }
    let settings = own.or(app.verification.as_ref()).ok_or(Error::Unauthenticated)?;
    let (mut person, expires) = parlour.trust.person(&app.id, settings, token, moment.now).await?;
    let granted = std::mem::take(&mut person.granted);
    let found = if claimed.as_ref() == Some(&person.external_id) {
        found
    } else {
        find(parlour, &app.id, Some(&person.external_id)).await?
    };
    let user = match found {
        Some(user) => parlour.store.user(&app.id, user).await?,
        None => made(parlour, moment, &app.id, settings, person).await?,
    };
    Ok(Known {
        user: let_in(&user.ok_or(Error::Unauthenticated)?, moment.now)?,
        app,
        expires,
        granted,
    })
}

/// The user whom an unproven JWT says it is about.
fn claimed(token: &str) -> Option<ExternalId> {
    let subject = ForeignToken::parse(token).ok()?.unproven_subject()?;
    ExternalId::parse(&subject).ok()
}

async fn find(parlour: &Parlour, app: &AppId, id: Option<&ExternalId>) -> Result<Option<UserId>, StoreError> {
    match id {
        Some(id) => parlour.store.user_id_by_external_id(app, id).await,
        None => Ok(None),
    }
}

/// A user who is seen for the first time, if the app wants that and has not said that there is no such user; whoever comes second of
/// two at once is the same user.
async fn made(
    parlour: &Parlour,
    moment: &mut Moment,
    app: &AppId,
    settings: &Verification,
    person: Person,
) -> Result<Option<User>, Error> {
    if !settings.user.create {
        return Ok(None);
    }
    let id = person.external_id.clone();
    // Who is gone by an event of the integrator's system comes back by an event, not by a token that is still good.
    if parlour.store.told(app, &id).await?.is_some_and(|told| told.gone) {
        return Ok(None);
    }
    let user = person
        .into_user(moment)
        .ok_or_else(|| Error::Defect("a nameless user has no name".to_owned()))?;
    match parlour.store.create_user(app, &user, None).await? {
        Written::Done => Ok(Some(user)),
        Written::Refused => Ok(parlour.store.user_by_external_id(app, &id).await?),
        Written::Busy | Written::Replayed(_) | Written::Reused => Err(Error::Busy),
    }
}
