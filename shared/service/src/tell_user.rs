//! Telling a user what is theirs alone, on all connections, whatever rooms these have joined.

use parlour_domain::{AppId, ConnectionId, Timestamp, UserId, limits};
use parlour_store::{StoreError, Subscriber};
use serde::Serialize;

use crate::fan_out::{Notice, tell_these};
use crate::{Parlour, metric};

/// Tells the live connections of a user, at most [`limits::USER_CONNECTIONS`], whose tokens hold: a push like any other, so nothing
/// here can fail a request. Call it after the write that they are to hear of: they are read consistently, in one round trip.
/// `except` has the news already, as its answer.
pub async fn tell_user<T: Serialize + Sync>(
    parlour: &Parlour,
    app: &AppId,
    user: UserId,
    (event, data): (&str, &T),
    except: Option<&ConnectionId>,
    now: Timestamp,
) {
    let connections = parlour
        .store
        .connections_to_tell(app, user, limits::USER_CONNECTIONS, now, true)
        .await;
    tell_connections(parlour, app, (event, data), connections, (except, now)).await;
}

/// Tells these connections of one user, which were read already.
pub(crate) async fn tell_connections<T: Serialize + Sync>(
    parlour: &Parlour,
    app: &AppId,
    (event, data): (&str, &T),
    connections: Result<Vec<Subscriber>, StoreError>,
    (except, now): (Option<&ConnectionId>, Timestamp),
) {
    let notice = Notice {
        app,
        room: None,
        event,
        seq: None,
        except,
        now,
    };
    match connections {
        Ok(connections) => tell_these(parlour, &notice, data, connections).await,
        Err(error) => {
            metric::store_failed(&error);
            tracing::warn!(%error, "a user's connections cannot be read");
        }
    }
}
