//! `reauth`: a new token of the same user extends the connection and its subscriptions.

use parlour_auth::CredentialError;
use parlour_domain::{RoomNumber, Timestamp};

use crate::{Error, Parlour, Session};

/// Extends a connection; user and app stay. Answers with the new end.
///
/// # Errors
/// [`Error::Unauthenticated`] (not valid, or another user's), [`Error::TokenExpired`], [`Error::UnknownConnection`], [`Error::Store`].
pub async fn reauth(parlour: &Parlour, session: &Session, token: &str, now: Timestamp) -> Result<Timestamp, Error> {
    let claims = parlour.signing.verify(token, now).map_err(|error| match error {
        CredentialError::Expired { .. } => Error::TokenExpired,
        _ => Error::Unauthenticated,
    })?;
    if claims.app != session.app || claims.user != session.user {
        return Err(Error::Unauthenticated);
    }
    let (app, user, connection) = (&session.app, session.user, &session.connection);
    parlour.store.user(app, user).await?.ok_or(Error::Unauthenticated)?;
    let renewed = parlour
        .store
        .renew_connection(app, user, connection, now, Some(claims.expires_at))
        .await?;
    let rooms: Vec<RoomNumber> = renewed.ok_or(Error::UnknownConnection)?.rooms().collect();
    let expires = session.subscriptions_expire(parlour, claims.expires_at);
    parlour
        .store
        .extend_subscriptions(app, user, connection, &rooms, expires)
        .await?;
    Ok(claims.expires_at)
}
