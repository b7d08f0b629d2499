//! `reauth`: a new token of the same user extends the connection and its subscriptions.

use parlour_auth::CredentialError;
use parlour_domain::{Moment, RoomNumber, Timestamp};

use crate::authenticate::{let_in, token_of};
use crate::{Error, Parlour, Session};

/// Extends a connection; user and app stay. Answers with the new end. A token that Parlour did not issue is proven by the settings
/// of the connection's own app.
///
/// # Errors
/// [`Error::Unauthenticated`] (not valid, or another user's), [`Error::TokenExpired`], [`Error::UserSuspended`],
/// [`Error::NotVerified`], [`Error::UnknownConnection`], [`Error::Store`].
pub async fn reauth(
    parlour: &Parlour,
    session: &Session,
    token: &str,
    moment: &mut Moment,
) -> Result<Timestamp, Error> {
    let now = moment.now;
    let until = proven(parlour, session, token, moment).await?;
    let (app, user, connection) = (&session.app, session.user, &session.connection);
    let renewed = parlour
        .store
        .renew_connection(app, user, connection, now, Some(until))
        .await?;
    let rooms: Vec<RoomNumber> = renewed.ok_or(Error::UnknownConnection)?.rooms().collect();
    let expires = session.subscriptions_expire(parlour, until);
    parlour
        .store
        .extend_subscriptions(app, user, connection, &rooms, expires)
        .await?;
    Ok(until)
}

/// Until when the token means this very user.
async fn proven(parlour: &Parlour, session: &Session, token: &str, moment: &mut Moment) -> Result<Timestamp, Error> {
    let (app, user) = (&session.app, session.user);
    let (meant, until) = match parlour.signing.verify_for(app, token, moment.now) {
        Ok(claims) => {
            if claims.user == user {
                let row = parlour.store.user(app, user).await?.ok_or(Error::Unauthenticated)?;
                // A suspension that a crash cut short has left the connections open.
                let_in(&row, moment.now)?;
            }
            (claims.user, claims.expires_at)
        }
        Err(CredentialError::Expired { .. }) => return Err(Error::TokenExpired),
        Err(CredentialError::Malformed | CredentialError::WrongKind) => {
            let known = token_of(parlour, moment, (app.as_str(), None), token).await?;
            (known.user, known.expires)
        }
        Err(_) => return Err(Error::Unauthenticated),
    };
    if meant == user {
        Ok(until)
    } else {
        Err(Error::Unauthenticated)
    }
}
