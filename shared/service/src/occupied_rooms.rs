//! Rooms and who is in them, for protocols that show both at once: one of them, or a part of a list by number, the newest first.
//!
//! A page takes a read for each of its rooms, with its members, as the list of a user's rooms does, and none for a member.

use std::collections::HashSet;

use futures_util::{StreamExt as _, TryStreamExt as _, stream};
use parlour_domain::access::{Actor, Operation, on_app};
use parlour_domain::member::Member;
use parlour_domain::room::Room;
use parlour_domain::{AppId, RoomId, RoomNumber, Timestamp, UserId, limits};
use parlour_protocol::dialect::People;
use parlour_protocol::view::RoomView;
use parlour_store::StoreError;

use crate::push::BoxFuture;
use crate::room::{decide, number, own_row};
use crate::unread::PARALLEL;
use crate::{Error, Parlour, people};

/// Members that are shown of one room.
const MEMBERS: usize = 100;
/// Members that are shown of each room of a short list.
const MEMBERS_LISTED: usize = 50;

/// A member.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Occupant {
    /// Who.
    pub user: UserId,
    /// Since when.
    pub joined_at: Timestamp,
}

/// A room and who is in it: some of them, where they are many.
#[derive(Debug)]
pub struct Occupied {
    /// The room.
    pub room: RoomView,
    /// Its members.
    pub members: Vec<Occupant>,
}

/// A part of a list of rooms, and how many there are.
#[derive(Debug)]
pub struct OccupiedRooms {
    /// The rooms.
    pub items: Vec<Occupied>,
    /// Who is in them.
    pub people: People,
    /// How many rooms there are in all.
    pub total: u64,
}

impl Occupied {
    fn new(app: &AppId, room: &Room, members: &[Member]) -> Self {
        let occupant = |member: &Member| Occupant {
            user: member.user,
            joined_at: member.joined_at,
        };
        Self {
            room: RoomView::new(app, room),
            members: members.iter().map(occupant).collect(),
        }
    }
}

/// One room with at most 100 of its members, who came last first.
///
/// # Errors
/// [`Error::NotFound`], [`Error::Store`].
pub async fn get(parlour: &Parlour, actor: &Actor, room: RoomId) -> Result<Occupied, Error> {
    let number = number(actor, room)?;
    let (app, store) = (actor.app(), &parlour.store);
    let (row, own, members) = tokio::join!(
        store.room(app, number),
        own_row(parlour, actor, number),
        store.list_members(app, number, None, MEMBERS),
    );
    let (room, _) = decide(actor, Operation::GetRoom, row?, own?, None)?;
    let mut members = members?.members;
    members.sort_by_key(|member| std::cmp::Reverse(member.joined_at));
    Ok(Occupied::new(app, &room, &members))
}

/// Lists rooms, those made last first: `skip` of them are left out, and `count` come, at most 100. To a user the first
/// [`limits::ROOMS_SORTED`] that the user has joined, to the backend the newest [`limits::LISTED_BY_NUMBER`] of the app. The list is a
/// moment behind.
///
/// # Errors
/// [`Error::Denied`], [`Error::Store`].
pub async fn list(parlour: &Parlour, actor: &Actor, (skip, count): (u64, usize)) -> Result<OccupiedRooms, Error> {
    on_app(actor, Operation::ListRooms, None)?;
    let all = all(parlour, actor).await?;
    let skip = usize::try_from(skip).unwrap_or(usize::MAX);
    let page: Vec<RoomNumber> = all.iter().copied().skip(skip).take(count).collect();
    let (read, own) = tokio::join!(read(parlour, actor.app(), &page), own_rooms(parlour, actor, &page));
    let (rooms, own) = (read?, own?);
    let listed =
        |(room, _): &&(Room, Vec<Member>)| !room.deleted && own.as_ref().is_none_or(|own| own.contains(&room.number));
    let rooms = rooms.iter().filter(listed);
    let items: Vec<Occupied> = rooms
        .map(|(room, members)| Occupied::new(actor.app(), room, members))
        .collect();
    let users = items.iter().flat_map(|item| &item.members).map(|member| member.user);
    let people = people::many(parlour, actor.app(), users).await?;
    Ok(OccupiedRooms {
        items,
        people,
        total: all.len() as u64,
    })
}

async fn all(parlour: &Parlour, actor: &Actor) -> Result<Vec<RoomNumber>, StoreError> {
    let (store, app) = (&parlour.store, actor.app());
    let Some(user) = actor.user() else {
        return store.newest_rooms(app, limits::LISTED_BY_NUMBER).await;
    };
    let (mut rooms, _) = store.rooms_of(app, user, None, limits::ROOMS_SORTED).await?;
    rooms.sort_unstable_by(|one, other| other.cmp(one));
    Ok(rooms)
}

/// Those of these rooms that the user is in: the list may not know yet that they are not. `None`: all are the backend's.
async fn own_rooms(
    parlour: &Parlour,
    actor: &Actor,
    rooms: &[RoomNumber],
) -> Result<Option<HashSet<RoomNumber>>, StoreError> {
    match (actor.user(), rooms) {
        (None, _) => Ok(None),
        (_, []) => Ok(Some(HashSet::new())),
        (Some(user), rooms) => {
            let own = parlour.store.memberships(actor.app(), user, rooms).await?;
            Ok(Some(own.into_keys().collect()))
        }
    }
}

/// The rows of these rooms and of their first members, in this order.
async fn read(parlour: &Parlour, app: &AppId, rooms: &[RoomNumber]) -> Result<Vec<(Room, Vec<Member>)>, StoreError> {
    let most = (limits::MEMBERS_LOOKED_AT / rooms.len().max(1)).min(MEMBERS_LISTED);
    let mut reads: Vec<BoxFuture<'_, Result<_, StoreError>>> = Vec::with_capacity(rooms.len());
    for room in rooms.iter().copied() {
        reads.push(Box::pin(parlour.store.room_with_members(app, room, most)));
    }
    let rows: Vec<_> = stream::iter(reads).buffered(PARALLEL).try_collect().await?;
    Ok(rows.into_iter().flatten().collect())
}
