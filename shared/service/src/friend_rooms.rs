//! The rooms of a user as a list of friends, for protocols whose rooms are that: by page number, each with the other one in it.
//!
//! Who is whose friend is told by the integrator's own system, before or after either is a user here. So the room of two friends is
//! made when one of them looks, if it is not there yet: there is one for each two, however often and by whomever it is asked for.

use parlour_domain::access::Actor;
use parlour_domain::room::{History, RoomKind, RoomSettings};
use parlour_domain::{ExternalId, Moment, RoomId, Timestamp, UserId, limits};
use parlour_protocol::dialect::facebook_clone::friend_in;
use parlour_protocol::request::NewRoom;
use parlour_protocol::view::RoomListItem;

use crate::company::{Company, company};
use crate::list_rooms::{NumberedRooms, one};
use crate::room::number;
use crate::{Error, Parlour, create_room, friends, list_rooms};

/// Friends that one read gives.
const FRIENDS_PER_READ: usize = 100;
/// Reads of friends for one list: the latest [`limits::ROOMS_SORTED`] are looked at.
const READS: usize = limits::ROOMS_SORTED / FRIENDS_PER_READ;
/// Rooms that are made for one list; the next one makes more.
const MADE: usize = 20;

/// Rooms, and who else is in them.
#[derive(Debug)]
pub struct FriendRooms {
    /// The rooms.
    pub items: Vec<RoomListItem>,
    /// The other one in each.
    pub company: Company,
    /// How many rooms there are in all.
    pub total: u64,
}

/// Lists the rooms of a user by activity, as [`list_rooms::numbered`] does. The first page makes rooms for friends who have none with
/// the user yet: of the latest 500 friends, 20 at a time.
///
/// # Errors
/// [`Error::Denied`] for the backend, [`Error::Store`].
pub async fn list(
    parlour: &Parlour,
    moment: &mut Moment,
    actor: &Actor,
    part: list_rooms::Numbered,
) -> Result<FriendRooms, Error> {
    if part.skip == 0 {
        make_rooms(parlour, moment, actor).await?;
    }
    let NumberedRooms { items, total } = list_rooms::numbered(parlour, actor, part).await?;
    let company = company_in(parlour, actor, &items, moment.now).await?;
    Ok(FriendRooms { items, company, total })
}

/// One room of a user.
///
/// # Errors
/// [`Error::NotFound`], [`Error::Store`].
pub async fn get(
    parlour: &Parlour,
    actor: &Actor,
    room: RoomId,
    now: Timestamp,
) -> Result<(RoomListItem, Company), Error> {
    let number = number(actor, room)?;
    let user = actor.user().ok_or(Error::NotFound)?;
    let item = one(parlour, (actor.app(), user), number)
        .await?
        .ok_or(Error::NotFound)?;
    let items = [item];
    let company = company_in(parlour, actor, &items, now).await?;
    let [item] = items;
    Ok((item, company))
}

async fn company_in(
    parlour: &Parlour,
    actor: &Actor,
    items: &[RoomListItem],
    now: Timestamp,
) -> Result<Company, Error> {
    let own = actor.user().map(|user| user.to_string()).unwrap_or_default();
    let friends = items.iter().filter_map(|item| friend_in(item, &own));
    let friends = friends.filter_map(|id| UserId::parse(id).ok());
    company(parlour, actor, friends, now).await
}

async fn make_rooms(parlour: &Parlour, moment: &mut Moment, actor: &Actor) -> Result<(), Error> {
    let Some(own) = friends::own_id(parlour, actor).await? else {
        return Ok(());
    };
    let (store, app) = (&parlour.store, actor.app());
    let (mut after, mut left) = (None, MADE);
    for _ in 0..READS {
        let page = store.friends(app, &own, after.take(), FRIENDS_PER_READ).await?;
        let ids: Vec<ExternalId> = page.friends.into_iter().map(|(friend, _)| friend).collect();
        for friend in without_room(parlour, actor, &ids).await?.into_iter().take(left) {
            make_room(parlour, moment, actor, friend).await?;
            left -= 1;
        }
        after = page.next;
        if after.is_none() || left == 0 {
            break;
        }
    }
    Ok(())
}

/// Those of these friends who are users, have no room with the actor and would have one.
async fn without_room(parlour: &Parlour, actor: &Actor, friends: &[ExternalId]) -> Result<Vec<UserId>, Error> {
    let (store, app) = (&parlour.store, actor.app());
    let (Some(user), false) = (actor.user(), friends.is_empty()) else {
        return Ok(Vec::new());
    };
    let ids = store.user_ids_by_external_ids(app, friends).await?;
    let known: Vec<UserId> = ids.into_values().collect();
    if known.is_empty() {
        return Ok(known);
    }
    let (have, blocking) = tokio::join!(
        store.with_direct_rooms(app, user, &known),
        store.blocking(app, &known, user),
    );
    let (have, blocking) = (have?, blocking?);
    let without = known.into_iter();
    Ok(without
        .filter(|friend| !have.contains(friend) && !blocking.contains(friend))
        .collect())
}

async fn make_room(parlour: &Parlour, moment: &mut Moment, actor: &Actor, friend: UserId) -> Result<(), Error> {
    let new = NewRoom {
        kind: RoomKind::Direct,
        name: None,
        members: vec![friend],
        public: false,
        key: None,
        history: History::All,
        custom: None,
        settings: RoomSettings::default(),
    };
    match create_room::create_room(parlour, moment, actor, new, None).await {
        // Who has blocked a friend, who is deleted meanwhile, or whom someone else is just making the room with, is no reason
        // not to list the others.
        Ok(_) | Err(Error::Denied(_) | Error::Invalid(_) | Error::Busy) => Ok(()),
        Err(error) => Err(error),
    }
}
