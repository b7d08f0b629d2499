//! The rooms of a user by number, for protocols that page so.

use std::cmp::Reverse;
use std::collections::{HashMap, HashSet};

use futures_util::{StreamExt as _, TryStreamExt as _, stream};
use parlour_domain::access::{Actor, Denied, Operation, on_app};
use parlour_domain::room::Room;
use parlour_domain::{AppId, RoomNumber, Timestamp, UserId, limits};
use parlour_protocol::view::RoomListItem;
use parlour_store::StoreError;

use super::item::items;
use super::{Listed, RoomFilter, filtered};
use crate::push::BoxFuture;
use crate::{Error, Parlour, presence};

/// Rooms whose rows one read takes.
const ROWS: usize = 100;
/// Reads under way at once.
const PARALLEL: usize = 8;

/// Which rooms, of all that the user is in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Numbered {
    /// Only direct rooms whose other user is online then: of the first [`limits::PRESENCE_USERS`] direct rooms by activity.
    pub online_at: Option<Timestamp>,
    /// So many are left out.
    pub skip: u64,
    /// So many at most.
    pub count: usize,
}

/// A part of a user's rooms, and how many there are.
#[derive(Debug)]
pub struct NumberedRooms {
    /// The rooms.
    pub items: Vec<RoomListItem>,
    /// How many there are in all.
    pub total: u64,
}

/// Lists the rooms of a user by activity, the latest first. Of a user with more than [`limits::ROOMS_SORTED`] rooms, only the first of
/// them in the order of joining are listed and counted.
///
/// # Errors
/// [`Error::Denied`] for the backend, [`Error::Store`].
pub async fn numbered(parlour: &Parlour, actor: &Actor, part: Numbered) -> Result<NumberedRooms, Error> {
    on_app(actor, Operation::ListRooms, None)?;
    let user = actor.user().ok_or(Error::Denied(Denied::UserRequired))?;
    let app = actor.app();
    let (rooms, _) = parlour.store.rooms_of(app, user, None, limits::ROOMS_SORTED).await?;
    let all = RoomFilter::default();
    let mut listed = filtered(parlour, (app, user), &all, &rooms).await?;
    listed.sort_unstable_by_key(|(room, head)| Reverse((head.at.millis(), room.get())));
    if let Some(now) = part.online_at {
        listed = with_online(parlour, (app, user), listed, now).await?;
    }
    let total = listed.len() as u64;
    let skip = usize::try_from(part.skip).unwrap_or(usize::MAX);
    let page = listed.into_iter().skip(skip).take(part.count).collect();
    let items = items(parlour, (app, user), &all, page).await?;
    Ok(NumberedRooms {
        items: items.into_iter().map(|(_, item)| item).collect(),
        total,
    })
}

/// The direct rooms whose other user is online, and has not blocked the one who asks.
async fn with_online(
    parlour: &Parlour,
    (app, user): (&AppId, UserId),
    listed: Vec<Listed>,
    now: Timestamp,
) -> Result<Vec<Listed>, Error> {
    let numbers: Vec<RoomNumber> = listed.iter().map(|(room, _)| *room).collect();
    let mut reads: Vec<BoxFuture<'_, Result<_, StoreError>>> = Vec::new();
    for chunk in numbers.chunks(ROWS) {
        reads.push(Box::pin(parlour.store.rooms_by_number(app, chunk)));
    }
    let rows: Vec<HashMap<_, _>> = stream::iter(reads).buffer_unordered(PARALLEL).try_collect().await?;
    let rows: HashMap<RoomNumber, Room> = rows.into_iter().flatten().collect();
    let other = |(room, _): &Listed| {
        let pair = rows.get(room)?.pair?;
        pair.into_iter().find(|other| *other != user)
    };
    let direct = listed.into_iter().filter_map(|at| Some((other(&at)?, at)));
    let direct: Vec<(UserId, Listed)> = direct.take(limits::PRESENCE_USERS).collect();
    let others: HashSet<UserId> = direct.iter().map(|(other, _)| *other).collect();
    let others: Vec<UserId> = others.into_iter().collect();
    if others.is_empty() {
        return Ok(Vec::new());
    }
    let (presences, blocking) = tokio::join!(
        presence::of(parlour, app, &others, now, false),
        parlour.store.blocking(app, &others, user),
    );
    let (presences, blocking) = (presences?, blocking?);
    let is_online =
        |other: &UserId| !blocking.contains(other) && presences.get(other).is_some_and(|presence| presence.online);
    let online = direct.into_iter().filter(|(other, _)| is_online(other));
    Ok(online.map(|(_, at)| at).collect())
}
