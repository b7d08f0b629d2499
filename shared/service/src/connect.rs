//! `$connect` and `$disconnect`: a connection's row appears and goes. Nothing is posted to a connection that is opening.

use parlour_domain::{AppId, ConnectionId, Timestamp, UserId};
use parlour_store::Connection;

use crate::{Error, Parlour, Session, live, metric};

/// Keeps a new connection.
///
/// # Errors
/// [`Error::TokenExpired`], [`Error::Store`].
pub async fn connect(parlour: &Parlour, session: &Session, now: Timestamp) -> Result<(), Error> {
    if now >= session.expires {
        return Err(Error::TokenExpired);
    }
    let connection = Connection {
        id: session.connection.clone(),
        connected_at: session.connected_at,
        token_expires: session.expires,
        endpoint: session.endpoint.clone(),
        dialect: session.dialect,
        rooms: Vec::new(),
    };
    parlour
        .store
        .put_connection(&session.app, session.user, &connection, now)
        .await?;
    metric::CONNECTS.add(1);
    live::arrived(parlour, session, &[]).await;
    Ok(())
}

/// Ends a connection and its subscriptions. It may have ended already, and this event may never come.
///
/// # Errors
/// [`Error::Store`].
pub async fn disconnect(
    parlour: &Parlour,
    app: &AppId,
    user: UserId,
    connection: &ConnectionId,
    now: Timestamp,
) -> Result<(), Error> {
    if parlour.store.end_connection(app, user, connection, now).await? {
        live::ended(parlour, app, user, connection).await;
    }
    Ok(())
}
