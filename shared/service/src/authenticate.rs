//! From a credential to an actor, for REST, and to a session's identity, for a WebSocket handshake.

mod registered;
mod token_of;

use parlour_auth::{ApiToken, ClientKey, CredentialError, Ticket, TokenHash, UserClaims};
use parlour_domain::access::Actor;
use parlour_domain::app::App;
use parlour_domain::dialect::Service;
use parlour_domain::rate::Quotas;
use parlour_domain::user::User;
use parlour_domain::verification::Granted;
use parlour_domain::{AppId, Moment, Timestamp, UserId};

use crate::{Error, Parlour};

pub(crate) use registered::hash_of;
pub(crate) use token_of::{Known, token_of};

/// A credential as a REST request carries it.
#[derive(Debug, Clone, Copy)]
pub enum Credential<'a> {
    /// The `clientKey` header.
    ClientKey(&'a str),
    /// The token of `Authorization: Bearer`.
    Bearer(&'a str),
    /// The same beside the id of the app by whose settings it is to be proven.
    BearerOf {
        /// The app, as the request names it.
        app: &'a str,
        /// The service of whose clients it is; none: of the app's own.
        service: Option<Service>,
        /// The token.
        token: &'a str,
    },
}

/// A credential as a WebSocket handshake carries it.
#[derive(Debug, Clone, Copy)]
pub enum Handshake<'a> {
    /// A user token, in the URL or as a subprotocol.
    Token(&'a str),
    /// The same beside the id of the app by whose settings it is to be proven.
    TokenOf {
        /// The app, as the URL names it.
        app: &'a str,
        /// The service of whose clients it is; none: of the app's own.
        service: Option<Service>,
        /// The token.
        token: &'a str,
    },
    /// A ticket, in the URL.
    Ticket(&'a str),
}

/// Whoever opens a connection.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Visitor {
    /// The user's app.
    pub app: AppId,
    /// The user.
    pub user: UserId,
    /// When the credential's power ends.
    pub expires: Timestamp,
    /// How many messages the user may send over all rooms.
    pub quotas: Quotas,
}

fn refused(error: CredentialError) -> Error {
    match error {
        CredentialError::Expired { .. } => Error::TokenExpired,
        _ => Error::Unauthenticated,
    }
}

/// Proves a REST request's credential: who calls, and until when the credential holds. `foreign_origin` is the `Origin` of a page that
/// is not the server's own.
///
/// # Errors
/// [`Error::Unauthenticated`], [`Error::TokenExpired`], [`Error::UserSuspended`], [`Error::OriginNotAllowed`],
/// [`Error::NotVerified`], [`Error::Store`].
pub async fn rest(
    parlour: &Parlour,
    moment: &mut Moment,
    credential: Credential<'_>,
    foreign_origin: Option<&str>,
) -> Result<(Actor, Timestamp), Error> {
    let now = moment.now;
    // An API token has no end; a token that it issued now would have this one.
    let issued_until = now.plus_seconds(parlour_domain::limits::USER_TOKEN_SECONDS);
    let (actor, until) = match credential {
        Credential::BearerOf { app, service, token } => {
            let (actor, known) = bearer_of(parlour, moment, (app, service), token, foreign_origin).await?;
            return Ok((actor, known.expires));
        }
        Credential::Bearer(token) => {
            let claims = parlour.signing.verify(token, now).map_err(refused)?;
            (user_of(parlour, &claims, now).await?, claims.expires_at)
        }
        Credential::ClientKey(header) => match ClientKey::parse(header).map_err(refused)? {
            ClientKey::Backend(token) => {
                let app = app_of(parlour, &token).await?;
                (Actor::Backend { app }, issued_until)
            }
            ClientKey::AsUser(token, user) => {
                let app = app_of(parlour, &token).await?;
                let row = parlour.store.user(&app, user).await?.ok_or(Error::Unauthenticated)?;
                let user = let_in(&row, now)?;
                // The backend is not bound, whomever it acts as.
                let quotas = Quotas::default();
                (Actor::User { app, user, quotas }, issued_until)
            }
        },
    };
    if let Some(origin) = foreign_origin {
        let app = parlour.store.app(actor.app()).await?.ok_or(Error::Unauthenticated)?;
        allow_origin(&app, origin)?;
    }
    Ok((actor, until))
}

/// Proves the token of a request that names the app by whose settings it is to be proven: who calls, and what the token says of its
/// holder.
///
/// # Errors
/// As [`rest`].
pub async fn granted(
    parlour: &Parlour,
    moment: &mut Moment,
    of: (&str, Option<Service>),
    token: &str,
    foreign_origin: Option<&str>,
) -> Result<(Actor, Granted), Error> {
    let (actor, known) = bearer_of(parlour, moment, of, token, foreign_origin).await?;
    Ok((actor, known.granted))
}

async fn bearer_of(
    parlour: &Parlour,
    moment: &mut Moment,
    of: (&str, Option<Service>),
    token: &str,
    foreign_origin: Option<&str>,
) -> Result<(Actor, Known), Error> {
    let known = token_of(parlour, moment, of, token).await?;
    if let Some(origin) = foreign_origin {
        allow_origin(&known.app, origin)?;
    }
    let actor = Actor::User {
        quotas: known.app.quotas,
        app: known.app.id.clone(),
        user: known.user,
    };
    Ok((actor, known))
}

/// A user token is good while its user and its app are there.
async fn user_of(parlour: &Parlour, claims: &UserClaims, now: Timestamp) -> Result<Actor, Error> {
    let (app, user) = tokio::join!(
        parlour.store.app(&claims.app),
        parlour.store.user(&claims.app, claims.user)
    );
    match (app?, user?) {
        (Some(app), Some(user)) => Ok(Actor::User {
            app: claims.app.clone(),
            user: let_in(&user, now)?,
            quotas: app.quotas,
        }),
        _ => Err(Error::Unauthenticated),
    }
}

async fn app_of(parlour: &Parlour, token: &ApiToken) -> Result<AppId, Error> {
    let (app, hash) = parlour
        .store
        .token(token.id().as_str())
        .await?
        .ok_or(Error::Unauthenticated)?;
    let hash = TokenHash::parse(&hash).map_err(|_| Error::Defect("a token's hash cannot be read".to_owned()))?;
    if hash.matches(token) {
        Ok(app)
    } else {
        Err(Error::Unauthenticated)
    }
}

/// Who is suspended is let in nowhere.
pub(crate) fn let_in(user: &User, now: Timestamp) -> Result<UserId, Error> {
    if user.is_suspended(now) {
        return Err(Error::UserSuspended);
    }
    Ok(user.id)
}

fn allow_origin(app: &App, origin: &str) -> Result<(), Error> {
    if app.allows_origin(origin) {
        Ok(())
    } else {
        Err(Error::OriginNotAllowed)
    }
}

/// Proves a handshake's credential. A ticket is used up by this, whatever comes after.
///
/// # Errors
/// [`Error::Unauthenticated`], [`Error::TokenExpired`], [`Error::UserSuspended`], [`Error::OriginNotAllowed`],
/// [`Error::NotVerified`], [`Error::Store`].
pub async fn handshake(
    parlour: &Parlour,
    moment: &mut Moment,
    credential: Handshake<'_>,
    foreign_origin: Option<&str>,
) -> Result<Visitor, Error> {
    let now = moment.now;
    let mut visitor = match credential {
        Handshake::TokenOf { app, service, token } => {
            let known = token_of(parlour, moment, (app, service), token).await?;
            if let Some(origin) = foreign_origin {
                allow_origin(&known.app, origin)?;
            }
            return Ok(Visitor {
                quotas: known.app.quotas,
                app: known.app.id,
                user: known.user,
                expires: known.expires,
            });
        }
        Handshake::Token(token) => {
            let claims = parlour.signing.verify(token, now).map_err(refused)?;
            Visitor {
                app: claims.app,
                user: claims.user,
                expires: claims.expires_at,
                quotas: Quotas::default(),
            }
        }
        Handshake::Ticket(text) => {
            let ticket = Ticket::parse(text).map_err(refused)?;
            let app = ticket.app().clone();
            let taken = parlour.store.take_ticket(&app, &ticket.hash().to_text(), now).await?;
            let (user, until) = taken.ok_or(Error::Unauthenticated)?;
            if until <= now {
                return Err(Error::TokenExpired);
            }
            let longest = now.plus_seconds(parlour_domain::limits::USER_TOKEN_SECONDS);
            Visitor {
                app,
                user,
                expires: until.min(longest),
                quotas: Quotas::default(),
            }
        }
    };
    let (app, user) = tokio::join!(
        parlour.store.app(&visitor.app),
        parlour.store.user(&visitor.app, visitor.user)
    );
    let (Some(app), Some(user)) = (app?, user?) else {
        return Err(Error::Unauthenticated);
    };
    let_in(&user, now)?;
    if let Some(origin) = foreign_origin {
        allow_origin(&app, origin)?;
    }
    visitor.quotas = app.quotas;
    Ok(visitor)
}
