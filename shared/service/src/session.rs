//! A WebSocket connection's identity, as the authorizer proved it: it comes with every event and costs no read.

use parlour_domain::access::Actor;
use parlour_domain::dialect::Service;
use parlour_domain::rate::Quotas;
use parlour_domain::{AppId, ConnectionId, Timestamp, UserId};

use crate::{Error, Parlour};

/// Who is at the other end of a connection.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Session {
    /// The user's app.
    pub app: AppId,
    /// The user.
    pub user: UserId,
    /// The connection.
    pub connection: ConnectionId,
    /// When the connection was made.
    pub connected_at: Timestamp,
    /// When the token ends that opened the connection. `reauth` moves the end in the connection's row only.
    pub expires: Timestamp,
    /// The management endpoint, where it is not the default one.
    pub endpoint: Option<String>,
    /// The service whose protocol is spoken; none: Parlour's own.
    pub dialect: Option<Service>,
    /// How many messages the user may send over all rooms, as it was when the connection was made.
    pub quotas: Quotas,
}

impl Session {
    /// As whom the connection acts.
    #[must_use]
    pub fn actor(&self) -> Actor {
        Actor::User {
            app: self.app.clone(),
            user: self.user,
            quotas: self.quotas,
        }
    }

    /// Checks that the user's token, or the one of a later `reauth`, still holds. A read only after the first one's end.
    ///
    /// # Errors
    /// [`Error::TokenExpired`], [`Error::UnknownConnection`].
    pub async fn still_holds(&self, parlour: &Parlour, now: Timestamp) -> Result<(), Error> {
        if now < self.expires {
            return Ok(());
        }
        let row = parlour
            .store
            .connection(&self.app, self.user, &self.connection, now)
            .await?;
        match row {
            None => Err(Error::UnknownConnection),
            Some(row) if row.token_expires > now => Ok(()),
            Some(_) => Err(Error::TokenExpired),
        }
    }

    /// When subscriptions of this connection end, if its token ends at `token_expires`.
    #[must_use]
    pub fn subscriptions_expire(&self, parlour: &Parlour, token_expires: Timestamp) -> Timestamp {
        match parlour.settings.connection_life_seconds {
            Some(life) => token_expires.min(self.connected_at.plus_seconds(life + 300)),
            None => token_expires,
        }
    }
}
