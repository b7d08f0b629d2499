//! A room as protocols show it whose clients get all of it at once: with its members, and who is connected to it.

use std::collections::BTreeSet;

use parlour_domain::access::{Actor, Operation};
use parlour_domain::room::Room;
use parlour_domain::{AppId, RoomId, RoomNumber, Timestamp, UserId, limits};
use parlour_protocol::dialect::{People, Roster};
use parlour_protocol::view::{MemberView, RoomView};
use parlour_store::{StoreError, Subscriber};

use crate::people::numbered;
use crate::room::{authorise, decide, number};
use crate::{Error, Parlour};

/// The most members and connections that are shown: as many as one read of users takes.
const SHOWN: usize = 100;

/// A room, with the first of its members and of its connections.
#[derive(Debug)]
pub struct RoomInfo {
    /// Its number.
    pub number: RoomNumber,
    /// The room.
    pub room: RoomView,
    /// Its members, by user id.
    pub members: Vec<MemberView>,
    /// Who is connected to it.
    pub roster: Roster,
    /// Those whom all this names, with their numbers.
    pub people: People,
}

/// A room with at most 100 of its members and of its connections. Two rounds of reads.
///
/// # Errors
/// [`Error::NotFound`], [`Error::Store`].
pub async fn room_info(parlour: &Parlour, actor: &Actor, room: RoomId, now: Timestamp) -> Result<RoomInfo, Error> {
    let number = number(actor, room)?;
    let (app, store) = (actor.app(), &parlour.store);
    let (allowed, members, connected) = tokio::join!(
        authorise(parlour, actor, Operation::ListMembers, number, None),
        store.list_members(app, number, None, SHOWN),
        store.some_subscribers(app, number, SHOWN, now),
    );
    let (row, own) = allowed?;
    let (row, _) = decide(actor, Operation::ListRoster, Some(row), own, None)?;
    let (members, connected) = (members?.members, connected?);
    let users: BTreeSet<UserId> = members.iter().map(|member| member.user).collect();
    // Nearly all who are connected are among the members that are shown.
    let others: BTreeSet<UserId> = connected.iter().map(|one| one.user).collect();
    let others: Vec<UserId> = others.difference(&users).copied().collect();
    let users: Vec<UserId> = users.into_iter().collect();
    let (people, strangers) = tokio::join!(numbered(parlour, app, &users), async {
        match others.as_slice() {
            [] => Ok(People::default()),
            others => numbered(parlour, app, others).await,
        }
    });
    let view = |member| MemberView::new(app, number, member, None);
    Ok(RoomInfo {
        number,
        room: RoomView::new(app, &row),
        members: members.iter().map(view).collect(),
        roster: of_room(app, &row, connected),
        people: people?.and(strangers?),
    })
}

/// At most 100 of the connections that hear of a room, and whose they are.
///
/// # Errors
/// [`Error::NotFound`], [`Error::Store`].
pub async fn roster(parlour: &Parlour, actor: &Actor, room: RoomId, now: Timestamp) -> Result<(Roster, People), Error> {
    let (app, number) = (actor.app(), number(actor, room)?);
    let (allowed, connected) = tokio::join!(
        authorise(parlour, actor, Operation::ListRoster, number, None),
        parlour.store.some_subscribers(app, number, SHOWN, now),
    );
    let (row, _) = allowed?;
    let roster = of_room(app, &row, connected?);
    let mut users: Vec<UserId> = roster.connections.iter().map(|(user, _)| *user).collect();
    users.sort_unstable();
    users.dedup();
    let people = numbered(parlour, app, &users).await?;
    Ok((roster, people))
}

/// The same for those who hear of the room anyway, which is told of in small rooms alone; `None`: there is none.
pub(crate) async fn roster_to_tell(
    parlour: &Parlour,
    app: &AppId,
    room: RoomNumber,
    now: Timestamp,
) -> Result<Option<Roster>, StoreError> {
    let (row, connected) = tokio::join!(
        parlour.store.room(app, room),
        // A few more may have come since.
        parlour
            .store
            .some_subscribers(app, room, 2 * limits::LIVE_CONNECTIONS, now),
    );
    let connected = connected?;
    Ok(row?.map(|row| of_room(app, &row, connected)))
}

fn of_room(app: &AppId, row: &Room, connected: Vec<Subscriber>) -> Roster {
    let key = row.key.as_ref().map(ToString::to_string);
    Roster {
        room: key.unwrap_or_else(|| RoomId::new(app, row.number).to_string()),
        number: row.number,
        connections: connected.into_iter().map(|one| (one.user, one.connection)).collect(),
    }
}
