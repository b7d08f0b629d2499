//! A user's connection that is new, or new in a room. Only the first one of a user is told of; of several that come at once, the
//! earliest counts as the first. Of who was suspended or deleted between the authorizer and `$connect` the connection ends here: whoever
//! did that found none to end.

use futures_util::{StreamExt as _, TryStreamExt as _, stream};
use parlour_domain::presence::Presence;
use parlour_domain::{AppId, ConnectionId, RoomId, RoomNumber, Timestamp, UserId, limits};
use parlour_protocol::view::ComesOrGoesView;
use parlour_store::Trace;
use tokio::time::sleep;

use super::PARALLEL;
use super::watchers::tell_watchers;
use crate::connected::PAUSES;
use crate::fan_out::{Notice, tell_these};
use crate::push::{Address, BoxFuture, Pushed};
use crate::{Error, Parlour};

/// What is known of the user when the connection came.
#[derive(Debug, Clone, Copy)]
struct Coming<'a> {
    app: &'a AppId,
    user: UserId,
    own: &'a Trace,
    traces: &'a [Trace],
    now: Timestamp,
}

pub(super) async fn arrived(
    parlour: &Parlour,
    app: &AppId,
    user: UserId,
    connection: &ConnectionId,
    rooms: &[RoomNumber],
    now: Timestamp,
) -> Result<(), Error> {
    // Only a connection that is new needs it: what comes later is refused by what it reads itself.
    let is_out = async {
        match rooms {
            [] => is_kept_out(parlour, app, user, now).await,
            _ => Ok(false),
        }
    };
    let (traces, is_out) = tokio::join!(parlour.store.traces_of(app, user, true), is_out);
    let traces = traces?;
    let own = traces.iter().find(|trace| trace.connection.id == *connection);
    if is_out? {
        let endpoint = own.and_then(|own| own.connection.endpoint.as_deref());
        return turn_away(parlour, app, user, Address { connection, endpoint }, now).await;
    }
    let Some(own) = own else { return Ok(()) };
    let coming = Coming {
        app,
        user,
        own,
        traces: &traces,
        now,
    };
    if rooms.is_empty() {
        return if coming.others().any(|other| coming.was_there(other)) {
            Ok(())
        } else {
            let online = Presence {
                online: true,
                last_seen: None,
            };
            tell_watchers(parlour, app, user, online, now).await
        };
    }
    let mut told: Vec<BoxFuture<'_, Result<(), Error>>> = Vec::with_capacity(rooms.len());
    for room in rooms.iter().copied() {
        told.push(Box::pin(in_room(parlour, coming, room)));
    }
    stream::iter(told).buffer_unordered(PARALLEL).try_collect().await
}

/// Whether the user has no connection by right. Read after the connection was kept: whoever wrote so before and looked for
/// connections too early is seen here, and whoever writes so later finds this one.
async fn is_kept_out(parlour: &Parlour, app: &AppId, user: UserId, now: Timestamp) -> Result<bool, Error> {
    let known = parlour.store.user(app, user).await?;
    Ok(known.is_none_or(|user| user.is_suspended(now)))
}

/// Ends a connection that may still be opening: until the handshake is over the connection manager says that it is gone.
async fn turn_away(
    parlour: &Parlour,
    app: &AppId,
    user: UserId,
    address: Address<'_>,
    now: Timestamp,
) -> Result<(), Error> {
    if parlour.store.end_connection(app, user, address.connection, now).await? {
        super::ended(parlour, app, user, address.connection).await;
    }
    let mut closed = parlour.push.close(address).await;
    for pause in PAUSES {
        if closed == Pushed::Sent {
            return Ok(());
        }
        sleep(pause).await;
        closed = parlour.push.close(address).await;
    }
    if !matches!(closed, Pushed::Sent | Pushed::Gone) {
        tracing::warn!(connection = %address.connection, ?closed, "a socket cannot be closed");
    }
    Ok(())
}

impl<'a> Coming<'a> {
    fn others(self) -> impl Iterator<Item = &'a Trace> {
        let own = &self.own.connection.id;
        self.traces.iter().filter(move |trace| trace.connection.id != *own)
    }

    /// Whether the user is known to be there by another connection: by an earlier one, or by one whose end was not told yet.
    fn was_there(self, other: &Trace) -> bool {
        other.lease.is_untold_end() || (other.lease.is_live(self.now) && other.is_before(&self.own.connection))
    }
}

async fn in_room(parlour: &Parlour, coming: Coming<'_>, room: RoomNumber) -> Result<(), Error> {
    let Coming {
        app, user, own, now, ..
    } = coming;
    let few = parlour
        .store
        .few_present(app, room, limits::LIVE_CONNECTIONS, now)
        .await?;
    let Some(few) = few else { return Ok(()) };
    let is_own = |id: &ConnectionId| *id == own.connection.id;
    if !few.iter().any(|one| is_own(&one.subscriber.connection) && one.is_new) {
        return Ok(());
    }
    let lingers = coming
        .others()
        .any(|other| other.lease.is_untold_end() && other.joined(room));
    let earlier = few.iter().map(|one| &one.subscriber).any(|other| {
        let trace = coming.others().find(|trace| trace.connection.id == other.connection);
        other.user == user && !is_own(&other.connection) && trace.is_none_or(|trace| trace.is_before(&own.connection))
    });
    if lingers || earlier {
        return Ok(());
    }
    let notice = Notice {
        app,
        room: Some(room),
        event: "user_connected",
        seq: None,
        except: Some(&own.connection.id),
        now,
    };
    let data = ComesOrGoesView::new(RoomId::new(app, room), user);
    let subscribers = few.into_iter().map(|one| one.subscriber).collect();
    tell_these(parlour, &notice, &data, subscribers).await;
    Ok(())
}
