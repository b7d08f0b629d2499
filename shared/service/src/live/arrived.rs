//! A user's connection that is new, or new in a room. Only the first one of a user is told of; of several that come at once, the
//! earliest counts as the first.

use futures_util::{StreamExt as _, TryStreamExt as _, stream};
use parlour_domain::presence::Presence;
use parlour_domain::{AppId, ConnectionId, RoomId, RoomNumber, Timestamp, UserId, limits};
use parlour_protocol::view::ComesOrGoesView;
use parlour_store::Trace;

use super::PARALLEL;
use super::watchers::tell_watchers;
use crate::fan_out::{Notice, tell_these};
use crate::push::BoxFuture;
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
    let traces = parlour.store.traces_of(app, user, true).await?;
    let Some(own) = traces.iter().find(|trace| trace.connection.id == *connection) else {
        return Ok(());
    };
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
