//! Messages over several rooms at once, for the protocol of another service that asks so. What is looked at is bounded, and it is said
//! where there is more.

mod part;

use std::collections::{BTreeSet, HashMap, HashSet};

use futures_util::{StreamExt as _, TryStreamExt as _, stream};
use parlour_domain::access::{Actor, Denied, Operation, in_room, on_app};
use parlour_domain::log::Entry;
use parlour_domain::member::Member;
use parlour_domain::room::{Room, RoomKind};
use parlour_domain::{AppId, MessageId, RoomId, RoomNumber, Seq, UserId, limits};
use parlour_protocol::dialect::People;
use parlour_protocol::dialect::sourceloop::row::{Channel, Reader};
use parlour_protocol::view::EntryView;
use parlour_store::StoreError;

use crate::push::BoxFuture;
use crate::unread::heads;
use crate::{Error, Parlour};

/// Reads under way at once.
const PARALLEL: usize = 8;
/// Rooms, with the reader's rows in them, of one read.
const ROOMS: usize = 50;
/// Rows of one read by their places.
const ROWS: usize = 100;
/// Members of one room.
const MEMBERS: usize = 100;

/// Which messages are looked at.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Which {
    /// Those of the user's own rooms, at most [`limits::ROOMS_LOOKED_THROUGH`]: those in which something happened last.
    Own,
    /// Those of these rooms, as many at most.
    Rooms(Vec<RoomId>),
    /// These, at most 100.
    Messages(Vec<MessageId>),
    /// Those in the thread of this one, or in the one that it is in.
    Thread(MessageId),
}

/// Whose read positions are wanted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Readers {
    /// Nobody's.
    None,
    /// Those of the rooms' members, at most [`limits::MEMBERS_LOOKED_AT`] over all of them.
    All,
    /// Those of these users, at most 100.
    These(Vec<UserId>),
}

/// What is looked at.
#[derive(Debug, Clone)]
pub struct Wanted {
    /// Which messages.
    pub which: Which,
    /// Whether each room is begun at its oldest end.
    pub oldest_first: bool,
    /// Whose positions.
    pub readers: Readers,
}

/// What was found. Messages that are deleted are not.
#[derive(Debug, Default)]
pub struct Looked {
    /// The rooms, by id.
    pub channels: HashMap<String, Channel>,
    /// Those of them in which the actor may delete the messages of others.
    pub moderated: HashSet<String>,
    /// The messages, at most [`limits::MESSAGES_LOOKED_AT`]; the oldest first.
    pub messages: Vec<EntryView>,
    /// The users whom they name.
    pub people: People,
    /// The ids of those that the one who asks has starred; only where readers are wanted.
    pub starred: HashSet<String>,
    /// Whether there is more than this.
    pub cut: bool,
}

/// A room that the actor may read.
struct Open {
    row: Room,
    own: Option<Member>,
    from: Seq,
}

/// Looks at messages. `actor` decides what may be seen; `asking` is whose stars are meant.
///
/// # Errors
/// [`Error::Denied`], [`Error::Store`]. What the actor may not see is not there.
pub async fn look(parlour: &Parlour, (actor, asking): (&Actor, UserId), wanted: &Wanted) -> Result<Looked, Error> {
    let app = actor.app();
    let (numbers, mut cut) = numbers(parlour, actor, &wanted.which).await?;
    let rooms = open(parlour, actor, &numbers).await?;
    let (found, more) = match &wanted.which {
        Which::Own | Which::Rooms(_) => part::through(parlour, app, &rooms, wanted.oldest_first).await?,
        Which::Messages(ids) => part::by_id(parlour, app, &rooms, ids).await?,
        Which::Thread(id) => part::thread(parlour, app, &rooms, *id).await?,
    };
    cut |= more;
    let mut looked = Looked::default();
    let (members, more) = readers(parlour, app, &rooms, &found, &wanted.readers).await?;
    cut |= more;
    let places: Vec<(RoomNumber, Seq)> = found.iter().map(|(room, entry)| (*room, entry.seq)).collect();
    if wanted.readers != Readers::None {
        for places in places.chunks(ROWS) {
            let starred = parlour.store.starred_among(app, asking, places).await?;
            let ids = starred
                .into_iter()
                .map(|(room, seq)| MessageId::new(app, room, seq).to_string());
            looked.starred.extend(ids);
        }
    }
    looked.people = people(parlour, app, &found, &members).await?;
    for room in rooms {
        let id = RoomId::new(app, room.row.number).to_string();
        let moderates = room.own.as_ref().is_none_or(|own| own.role.moderates());
        if moderates {
            looked.moderated.insert(id.clone());
        }
        let readers = members.get(&room.row.number).map(Vec::as_slice).unwrap_or_default();
        looked.channels.insert(id.clone(), channel(&room.row, id, readers));
    }
    let mut views: Vec<EntryView> = found
        .iter()
        .map(|(room, entry)| EntryView::new(app, *room, entry, None))
        .collect();
    views.sort_by(|one, other| one.created_at.cmp(&other.created_at).then(one.seq.cmp(&other.seq)));
    looked.messages = views;
    looked.cut = cut;
    Ok(looked)
}

fn channel(row: &Room, id: String, members: &[Member]) -> Channel {
    let reader = |member: &Member| Reader {
        user: member.user.to_string(),
        // Where they go on reading, not how far they ever were: what is marked unread is unread.
        read: member.read.seq.get(),
        from: member.visible_from(row).get(),
    };
    Channel {
        name: row.key.as_ref().map_or(id, ToString::to_string),
        kind: match row.kind {
            RoomKind::Direct => "direct",
            RoomKind::Group => "group",
        },
        members: members.iter().map(reader).collect(),
    }
}

/// The rooms to be looked through, and whether there are more.
async fn numbers(parlour: &Parlour, actor: &Actor, which: &Which) -> Result<(Vec<RoomNumber>, bool), Error> {
    let app = actor.app();
    let of = |messages: &[MessageId]| {
        let places = messages.iter().filter_map(|id| id.place(app).ok());
        let rooms: BTreeSet<RoomNumber> = places.map(|(room, _)| room).collect();
        (rooms.into_iter().collect(), false)
    };
    Ok(match which {
        Which::Own => own(parlour, actor).await?,
        Which::Rooms(ids) => {
            let rooms: BTreeSet<RoomNumber> = ids.iter().filter_map(|id| id.number(app).ok()).collect();
            let more = rooms.len() > limits::ROOMS_LOOKED_THROUGH;
            (rooms.into_iter().take(limits::ROOMS_LOOKED_THROUGH).collect(), more)
        }
        Which::Messages(ids) => of(ids),
        Which::Thread(id) => of(&[*id]),
    })
}

async fn own(parlour: &Parlour, actor: &Actor) -> Result<(Vec<RoomNumber>, bool), Error> {
    on_app(actor, Operation::ListRooms, None)?;
    let (app, user) = (actor.app(), actor.user().ok_or(Error::Denied(Denied::UserRequired))?);
    let (mut rooms, next) = parlour.store.rooms_of(app, user, None, limits::ROOMS_SORTED).await?;
    if rooms.len() > 1 {
        let heads = heads(parlour, app, &rooms).await?;
        rooms.retain(|room| heads.contains_key(room));
        rooms.sort_by_key(|room| std::cmp::Reverse(heads.get(room).map(|head| head.at)));
    }
    let more = next.is_some() || rooms.len() > limits::ROOMS_LOOKED_THROUGH;
    rooms.truncate(limits::ROOMS_LOOKED_THROUGH);
    Ok((rooms, more))
}

/// Those rooms that the actor may read, in the same order.
async fn open(parlour: &Parlour, actor: &Actor, numbers: &[RoomNumber]) -> Result<Vec<Open>, Error> {
    let (app, store) = (actor.app(), &parlour.store);
    let mut rows: HashMap<RoomNumber, (Room, Option<Member>)> = HashMap::new();
    for numbers in numbers.chunks(ROOMS) {
        match actor.user() {
            // What ends a membership ends this view of the room at once.
            Some(user) => {
                let found = store.rooms_and_members(app, user, numbers, true).await?;
                rows.extend(
                    found
                        .into_iter()
                        .map(|(number, (room, own))| (number, (room, Some(own)))),
                );
            }
            None => {
                let found = store.rooms_by_number(app, numbers).await?;
                rows.extend(found.into_iter().map(|(number, room)| (number, (room, None))));
            }
        }
    }
    let open = |number: &RoomNumber| {
        let (row, own) = rows.remove(number)?;
        in_room(actor, Operation::ListMessages, Some(&row), own.as_ref(), None).ok()?;
        let from = own.as_ref().map_or(row.floor, |own| own.visible_from(&row));
        Some(Open { row, own, from })
    };
    Ok(numbers.iter().filter_map(open).collect())
}

type Members = HashMap<RoomNumber, Vec<Member>>;

/// The members whose positions are wanted, in the rooms in which something was found, and whether there are more.
async fn readers(
    parlour: &Parlour,
    app: &AppId,
    rooms: &[Open],
    found: &[(RoomNumber, Entry)],
    wanted: &Readers,
) -> Result<(Members, bool), StoreError> {
    let with: HashSet<RoomNumber> = found.iter().map(|(room, _)| *room).collect();
    let numbers = rooms
        .iter()
        .map(|room| room.row.number)
        .filter(|room| with.contains(room));
    let mut reads: Vec<BoxFuture<'_, Result<_, StoreError>>> = Vec::new();
    for room in numbers {
        reads.push(Box::pin(async move {
            Ok(match wanted {
                Readers::None => (room, Vec::new(), false),
                Readers::These(users) => {
                    let members = parlour.store.members_by_id(app, room, users).await?;
                    (room, members.into_values().collect(), false)
                }
                Readers::All => {
                    let page = parlour.store.list_members(app, room, None, MEMBERS).await?;
                    (room, page.members, page.next.is_some())
                }
            })
        }));
    }
    let read: Vec<(RoomNumber, Vec<Member>, bool)> = stream::iter(reads).buffered(PARALLEL).try_collect().await?;
    let (mut members, mut left, mut more) = (HashMap::new(), limits::MEMBERS_LOOKED_AT, false);
    for (room, mut of, cut) in read {
        more |= cut || of.len() > left;
        of.truncate(left);
        left -= of.len();
        members.insert(room, of);
    }
    Ok((members, more))
}

/// Those who sent the messages, and the members.
async fn people(
    parlour: &Parlour,
    app: &AppId,
    found: &[(RoomNumber, Entry)],
    members: &Members,
) -> Result<People, StoreError> {
    let senders = found.iter().filter_map(|(_, entry)| entry.sender);
    let members = members.values().flatten().map(|member| member.user);
    let users: BTreeSet<UserId> = senders.chain(members).collect();
    let users: Vec<UserId> = users.into_iter().collect();
    let mut known = HashMap::new();
    for users in users.chunks(ROWS) {
        known.extend(parlour.store.users_by_id(app, users).await?);
    }
    Ok(People::new(known.values()))
}
