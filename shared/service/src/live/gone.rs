//! A user's connection that has ended, or has left a room, some time ago. Only the last one of a user is told of, and of one whose
//! user came back meanwhile nobody hears.

use futures_util::{StreamExt as _, TryStreamExt as _, stream};
use parlour_domain::member::Standing;
use parlour_domain::presence::Presence;
use parlour_domain::{AppId, ConnectionId, RoomId, RoomNumber, Timestamp, UserId, limits};
use parlour_protocol::view::ComesOrGoesView;
use parlour_store::Subscriber;

use super::PARALLEL;
use super::watchers::tell_watchers;
use crate::fan_out::{Notice, tell_these};
use crate::push::BoxFuture;
use crate::{Error, Parlour};

/// Rooms whose rows are read at once.
const ROOMS_AT_ONCE: usize = 50;

/// A room, and who is to hear of it; `None`: nobody.
type Audience = Result<Option<(RoomNumber, Vec<Subscriber>)>, Error>;

/// Removes a connection that has ended and tells of it. The row goes before the others are looked at: a connection that comes
/// meanwhile either finds the row, and keeps silent, or is found.
pub(super) async fn ended(
    parlour: &Parlour,
    app: &AppId,
    user: UserId,
    connection: &ConnectionId,
    now: Timestamp,
) -> Result<(), Error> {
    let store = &parlour.store;
    let (ended, known) = tokio::join!(store.ended_connection(app, user, connection), store.user(app, user));
    let Some(ended) = ended? else { return Ok(()) };
    if ended.watching {
        store.unwatch(app, user, connection).await?;
    }
    let last_seen = ended.lease.last_seen();
    if known?.is_some() {
        store.saw(app, user, last_seen).await?;
    }
    if !store.remove_ended(app, user, &ended).await? {
        return Ok(());
    }
    let others = store.traces_of(app, user, true).await?;
    if !others
        .iter()
        .any(|one| one.lease.is_live(now) || one.lease.is_untold_end())
    {
        let offline = Presence {
            online: false,
            last_seen: Some(last_seen),
        };
        tell_watchers(parlour, app, user, offline, now).await?;
    }
    let told_by_another = |room: RoomNumber| {
        others
            .iter()
            .any(|other| other.lease.is_untold_end() && other.joined(room))
    };
    let rooms: Vec<RoomNumber> = ended
        .connection
        .rooms()
        .filter(|room| !told_by_another(*room))
        .collect();
    gone_from(parlour, app, user, &rooms, now).await
}

/// Tells the small ones of these rooms that the user has no connection there any more, where that is so. A user who is no
/// member any more is not spoken of.
pub(super) async fn gone_from(
    parlour: &Parlour,
    app: &AppId,
    user: UserId,
    rooms: &[RoomNumber],
    now: Timestamp,
) -> Result<(), Error> {
    let mut reads: Vec<BoxFuture<'_, Audience>> = Vec::with_capacity(rooms.len());
    for room in rooms.iter().copied() {
        reads.push(Box::pin(audience(parlour, app, user, room, now)));
    }
    let read: Vec<_> = stream::iter(reads).buffer_unordered(PARALLEL).try_collect().await?;
    let mut told: Vec<BoxFuture<'_, ()>> = Vec::new();
    for chunk in read.into_iter().flatten().collect::<Vec<_>>().chunks(ROOMS_AT_ONCE) {
        let numbers: Vec<RoomNumber> = chunk.iter().map(|(room, _)| *room).collect();
        let found = parlour.store.rooms_and_members(app, user, &numbers, false).await?;
        for (room, subscribers) in chunk.iter().cloned() {
            let active = |member: &parlour_domain::member::Member| member.standing == Standing::Active;
            if found
                .get(&room)
                .is_some_and(|(room, member)| !room.deleted && active(member))
            {
                told.push(Box::pin(tell(parlour, app, user, (room, subscribers), now)));
            }
        }
    }
    stream::iter(told).buffer_unordered(PARALLEL).collect::<()>().await;
    Ok(())
}

async fn audience(parlour: &Parlour, app: &AppId, user: UserId, room: RoomNumber, now: Timestamp) -> Audience {
    let store = &parlour.store;
    let few = store.few_subscribers(app, room, limits::LIVE_CONNECTIONS, now).await?;
    let absent = |few: &Vec<Subscriber>| !few.is_empty() && few.iter().all(|other| other.user != user);
    Ok(few.filter(absent).map(|few| (room, few)))
}

async fn tell(
    parlour: &Parlour,
    app: &AppId,
    user: UserId,
    (room, subscribers): (RoomNumber, Vec<Subscriber>),
    now: Timestamp,
) {
    let notice = Notice {
        app,
        room: Some(room),
        event: "user_disconnected",
        seq: None,
        except: None,
        now,
    };
    let data = ComesOrGoesView::new(RoomId::new(app, room), user);
    tell_these(parlour, &notice, &data, subscribers).await;
}
