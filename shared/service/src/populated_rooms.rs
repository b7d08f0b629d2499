//! Rooms with their members, for protocols that show both at once: of each room the first members, with what others see of them and
//! their numbers.

use std::collections::{BTreeSet, HashMap};

use futures_util::{StreamExt as _, TryStreamExt as _, stream};
use parlour_domain::access::{Actor, Operation, on_app};
use parlour_domain::member::Member;
use parlour_domain::room::Room;
use parlour_domain::user::User;
use parlour_domain::{AppId, RoomId, RoomNumber, UserId};
use parlour_store::{RoomCursor, StoreError};

use crate::push::BoxFuture;
use crate::room::{authorise, number};
use crate::{Error, Parlour, numbers};

/// Members of a room that are shown.
const MEMBERS: usize = 100;
/// Rooms of a user that are shown.
const ROOMS: usize = 100;
/// Rows of one read.
const ROWS: usize = 100;
/// Rooms of one read, each with a member's row.
const PAIRS: usize = 50;
/// Rooms of an app that are listed.
const LISTED: usize = 1_000;
/// Reads under way at once.
const PARALLEL: usize = 8;

/// A room and its members, the first hundred by id.
#[derive(Debug)]
pub struct Populated {
    /// The room.
    pub room: Room,
    /// Who is in it.
    pub members: Vec<(Member, User)>,
}

/// A room with its members, for one of them or the backend. Four round trips.
///
/// # Errors
/// [`Error::NotFound`], [`Error::Store`].
pub async fn get(parlour: &Parlour, actor: &Actor, room: RoomId) -> Result<Populated, Error> {
    let number = number(actor, room)?;
    let (room, _) = authorise(parlour, actor, Operation::ListMembers, number, None).await?;
    let mut populated = populate(parlour, actor.app(), vec![room]).await?;
    populated.pop().ok_or(Error::NotFound)
}

/// The rooms in which a user is, the first hundred in the order of joining.
///
/// # Errors
/// [`Error::Denied`] for the backend, [`Error::Store`].
pub async fn of_user(parlour: &Parlour, actor: &Actor) -> Result<Vec<Populated>, Error> {
    on_app(actor, Operation::ListRooms, None)?;
    let user = actor.user().ok_or(Error::Unauthenticated)?;
    let app = actor.app();
    let (joined, _) = parlour.store.rooms_of(app, user, None, ROOMS).await?;
    // The index is a moment behind: who was removed just now is told nothing.
    let mut rows = HashMap::with_capacity(joined.len());
    for joined in joined.chunks(PAIRS) {
        rows.extend(parlour.store.rooms_and_members(app, user, joined, true).await?);
    }
    let rooms = joined.iter().filter_map(|room| rows.remove(room));
    let still = rooms.filter(|(room, member)| !room.deleted && member.is_active());
    populate(parlour, app, still.map(|(room, _)| room).collect()).await
}

/// The rooms of an app by name, at most a thousand, a moment behind, without their members: for the backend.
///
/// # Errors
/// [`Error::Denied`] for users, [`Error::Store`].
pub async fn of_app(parlour: &Parlour, actor: &Actor) -> Result<Vec<Room>, Error> {
    // The same as of a user's rooms: the backend alone sees all.
    on_app(actor, Operation::ListRoomsOfUser, None)?;
    let (mut rooms, mut after): (Vec<Room>, Option<RoomCursor>) = (Vec::new(), None);
    while rooms.len() < LISTED {
        let page = parlour
            .store
            .list_rooms(actor.app(), None, after.as_ref(), ROWS)
            .await?;
        rooms.extend(page.rooms);
        after = page.next;
        if after.is_none() {
            break;
        }
    }
    Ok(rooms)
}

async fn populate(parlour: &Parlour, app: &AppId, rooms: Vec<Room>) -> Result<Vec<Populated>, Error> {
    let mut reads: Vec<BoxFuture<'_, Result<_, StoreError>>> = Vec::new();
    for room in rooms.iter().map(|room| room.number) {
        reads.push(Box::pin(async move {
            let page = parlour.store.list_members(app, room, None, MEMBERS).await?;
            Ok((room, page.members))
        }));
    }
    let members: HashMap<RoomNumber, Vec<Member>> =
        stream::iter(reads).buffer_unordered(PARALLEL).try_collect().await?;
    let users: BTreeSet<UserId> = members.values().flatten().map(|member| member.user).collect();
    let users = known(parlour, app, &users.into_iter().collect::<Vec<_>>()).await?;
    Ok(with_members(rooms, members, &users))
}

/// These users, each with a number.
async fn known(parlour: &Parlour, app: &AppId, users: &[UserId]) -> Result<HashMap<UserId, User>, Error> {
    let mut known = HashMap::with_capacity(users.len());
    for users in users.chunks(ROWS) {
        let mut rows = parlour.store.users_by_id(app, users).await?;
        numbers::give(parlour, app, rows.values_mut()).await?;
        known.extend(rows);
    }
    Ok(known)
}

fn with_members(
    rooms: Vec<Room>,
    mut members: HashMap<RoomNumber, Vec<Member>>,
    users: &HashMap<UserId, User>,
) -> Vec<Populated> {
    let populated = rooms.into_iter().map(|room| {
        let members = members.remove(&room.number).unwrap_or_default();
        let members = members.into_iter().filter_map(|member| {
            let user = users.get(&member.user)?.clone();
            Some((member, user))
        });
        Populated {
            members: members.collect(),
            room,
        }
    });
    populated.collect()
}
