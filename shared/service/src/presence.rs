//! `GET /user/{user_id}/presence`, `POST /presence` and `watch_presence`: who is there, of those whom the asker shares a room with
//! or is a friend of, without those who have blocked the asker.

use std::collections::{BTreeSet, HashMap, HashSet};

use futures_util::{StreamExt as _, TryStreamExt as _, stream};
use parlour_domain::access::{Actor, Denied, Operation, about_user};
use parlour_domain::presence::{Lease, Presence};
use parlour_domain::{AppId, RoomNumber, Timestamp, UserId, limits};
use parlour_protocol::view::PresenceView;
use parlour_store::{StoreError, Subscriber};

use crate::push::BoxFuture;
use crate::unread::memberships;
use crate::{Error, Parlour, Session, friends};

/// Reads of users that are made side by side: what is found of each.
type Reads<'a, T> = Vec<BoxFuture<'a, Result<(UserId, T), StoreError>>>;

/// Reads under way at once.
const PARALLEL: usize = 64;

/// One user's presence.
///
/// # Errors
/// [`Error::NotFound`], also of a user whom the asker neither shares a room with nor is a friend of, or who has blocked the asker;
/// [`Error::Store`].
pub async fn get(parlour: &Parlour, actor: &Actor, user: UserId, now: Timestamp) -> Result<PresenceView, Error> {
    list(parlour, actor, &[user], now).await?.pop().ok_or(Error::NotFound)
}

/// The presence of users, at most [`limits::PRESENCE_USERS`], in their order; those whom the asker may not see, or who do not
/// exist, are left out. A few rounds of reads, however many are asked for.
///
/// # Errors
/// [`Error::Store`].
pub async fn list(
    parlour: &Parlour,
    actor: &Actor,
    users: &[UserId],
    now: Timestamp,
) -> Result<Vec<PresenceView>, Error> {
    let (visible, presences) = tokio::join!(
        visible(parlour, actor, Operation::GetPresence, users),
        of(parlour, actor.app(), users, now, false),
    );
    Ok(views(&visible?, &presences?))
}

/// Has a connection told when the presence of these users changes, and of no others'; answers with what it is now. The watch
/// ends with the connection, and with its token.
///
/// # Errors
/// [`Error::UnknownConnection`], [`Error::Store`].
pub async fn watch(
    parlour: &Parlour,
    session: &Session,
    users: &[UserId],
    now: Timestamp,
) -> Result<Vec<PresenceView>, Error> {
    let (app, store) = (&session.app, &parlour.store);
    let (visible, row) = tokio::join!(
        async { visible(parlour, &session.actor(), Operation::WatchPresence, users).await },
        store.connection(app, session.user, &session.connection, now),
    );
    let (visible, row) = (visible?, row?.ok_or(Error::UnknownConnection)?);
    let expires = session.subscriptions_expire(parlour, row.token_expires.max(session.expires));
    let who = Subscriber {
        user: session.user,
        connection: session.connection.clone(),
        endpoint: session.endpoint.clone(),
        dialect: session.dialect,
    };
    if !store.watch(app, &who, &visible, expires, now).await? {
        return Err(Error::UnknownConnection);
    }
    // Read after the watch began: a change in between is told, one before it is read.
    Ok(views(&visible, &of(parlour, app, &visible, now, true).await?))
}

fn views(users: &[UserId], presences: &HashMap<UserId, Presence>) -> Vec<PresenceView> {
    let view = |user: &UserId| PresenceView::new(*user, presences.get(user).copied().unwrap_or_default());
    users.iter().map(view).collect()
}

/// The presence of users, at most [`limits::PRESENCE_USERS`], whoever asks.
pub(crate) async fn of(
    parlour: &Parlour,
    app: &AppId,
    users: &[UserId],
    now: Timestamp,
    consistent: bool,
) -> Result<HashMap<UserId, Presence>, Error> {
    let store = &parlour.store;
    let mut reads: Reads<'_, Vec<Lease>> = Vec::with_capacity(users.len());
    for user in users.iter().copied() {
        reads.push(Box::pin(async move {
            let traces = store.traces_of(app, user, consistent).await?;
            Ok((user, traces.into_iter().map(|trace| trace.lease).collect()))
        }));
    }
    let (seen, leases) = tokio::join!(
        store.last_seen(app, users),
        stream::iter(reads).buffer_unordered(PARALLEL).try_collect::<Vec<_>>(),
    );
    let seen = seen?;
    let presence = |(user, leases): (UserId, Vec<Lease>)| (user, Presence::of(&leases, seen.get(&user).copied(), now));
    Ok(leases?.into_iter().map(presence).collect())
}

/// Those of these users who exist and whom the actor may see: who has blocked the actor is a stranger here.
async fn visible(
    parlour: &Parlour,
    actor: &Actor,
    operation: Operation,
    users: &[UserId],
) -> Result<Vec<UserId>, Error> {
    let blocking = async {
        match actor.user() {
            Some(asking) => parlour.store.blocking(actor.app(), users, asking).await,
            None => Ok(HashSet::new()),
        }
    };
    let (known, acquaintances, blocking) = tokio::join!(
        parlour.store.users_by_id(actor.app(), users),
        acquaintances(parlour, actor, users),
        blocking,
    );
    let (known, mut acquaintances, blocking) = (known?, acquaintances?, blocking?);
    if let Some(asking) = actor.user() {
        let unknown = |user: &UserId| !acquaintances.contains(user) && !blocking.contains(user);
        let stranger = |user: &&UserId| **user != asking && unknown(user);
        let strangers: Vec<_> = users
            .iter()
            .filter(stranger)
            .filter_map(|user| known.get(user))
            .collect();
        acquaintances.extend(friends::among(parlour, actor, &strangers).await?);
    }
    let mut visible = Vec::with_capacity(users.len());
    for user in users {
        let acquainted = acquaintances.contains(user) && !blocking.contains(user);
        match about_user(actor, operation, *user, acquainted) {
            Ok(()) if known.contains_key(user) => visible.push(*user),
            Ok(()) | Err(Denied::NotFound) => {}
            Err(denied) => return Err(denied.into()),
        }
    }
    Ok(visible)
}

/// Those of these users who share a room with the actor, if that is a user. Of two who are both in more than
/// [`limits::ROOMS_SORTED`] rooms, not all are compared.
async fn acquaintances(parlour: &Parlour, actor: &Actor, users: &[UserId]) -> Result<HashSet<UserId>, Error> {
    let Some(asking) = actor.user() else {
        return Ok(HashSet::new());
    };
    let others: Vec<UserId> = users.iter().copied().filter(|user| *user != asking).collect();
    if others.is_empty() {
        return Ok(HashSet::new());
    }
    let mut reads: Reads<'_, (Vec<RoomNumber>, bool)> = Vec::new();
    for user in others.into_iter().chain([asking]) {
        reads.push(Box::pin(async move {
            let rooms = parlour.store.rooms_of(actor.app(), user, None, limits::ROOMS_SORTED);
            let (rooms, next) = rooms.await?;
            Ok((user, (rooms, next.is_some())))
        }));
    }
    let mut rooms: HashMap<UserId, (Vec<RoomNumber>, bool)> =
        stream::iter(reads).buffer_unordered(PARALLEL).try_collect().await?;
    let (own, cut) = rooms.remove(&asking).unwrap_or_default();
    let mut shared: HashSet<RoomNumber> = own.into_iter().collect();
    if cut {
        // More rooms than were read: which of the others' rooms are among the rest, the rows say.
        let unknown = rooms.values().flat_map(|(rooms, _)| rooms).copied();
        let unknown: BTreeSet<RoomNumber> = unknown.filter(|room| !shared.contains(room)).collect();
        let unknown: Vec<RoomNumber> = unknown.into_iter().take(limits::UNREAD_ROOMS).collect();
        shared.extend(memberships(parlour, actor.app(), asking, &unknown).await?.into_keys());
    }
    let shares = |(user, (rooms, _)): (UserId, (Vec<RoomNumber>, bool))| {
        let shares = rooms.iter().any(|room| shared.contains(room));
        shares.then_some(user)
    };
    Ok(rooms.into_iter().filter_map(shares).collect())
}
