//! `resume`: after a reconnect, what a client missed in many rooms, and the subscriptions to them, in one request.
//!
//! As in `join_room`: subscribe first, then read the heads, then the backlogs. Every room gets a verdict; never a silent gap.

use std::collections::{HashMap, HashSet};

use futures_util::{StreamExt as _, TryStreamExt as _, stream};
use parlour_domain::access::Operation;
use parlour_domain::log::Entry;
use parlour_domain::resume::{Verdict, after_reading, before_reading};
use parlour_domain::{Moment, RoomId, RoomNumber, Seq, limits};
use parlour_protocol::view::{EntryView, ResumedView};
use parlour_store::{StoreError, Subscribed, Subscriber};

use crate::history::views;
use crate::push::BoxFuture;
use crate::room::decide;
use crate::{Error, Parlour, Session, live};

/// Reads under way at once.
const PARALLEL: usize = 64;
/// Bytes of a room in the answer beside its entries.
const PER_ROOM: usize = 130;

/// What still fits into the answer.
#[derive(Debug)]
struct Space {
    left: usize,
    used: bool,
}

/// What is known of a room before its log is read.
#[derive(Debug, Clone, Copy)]
struct Asked {
    room: RoomId,
    number: RoomNumber,
    after: Seq,
    visible_from: Seq,
}

/// A room's head and the entries after what the client has.
#[derive(Debug)]
struct Read {
    asked: Asked,
    head: Seq,
    entries: Vec<Entry>,
}

/// Subscribes the connection to the rooms that the user is a member of, and answers for each room with the entries after the
/// place that the client has, as many as fit a frame.
///
/// # Errors
/// [`Error::UnknownConnection`], [`Error::TooManyRooms`], [`Error::Busy`], [`Error::Store`].
pub async fn resume(
    parlour: &Parlour,
    moment: &Moment,
    session: &Session,
    rooms: &[(RoomId, Seq)],
) -> Result<Vec<ResumedView>, Error> {
    let asked = members_of(parlour, session, rooms).await?;
    let (new, refused) = subscribe(parlour, moment, session, &asked).await?;
    if !new.is_empty() {
        live::arrived(parlour, session, &new).await;
    }
    let asked = asked.into_iter().filter(|asked| !refused.contains(&asked.number));
    let read = read(parlour, session, asked.collect()).await?;
    let mut found: HashMap<RoomId, Read> = read.into_iter().map(|read| (read.asked.room, read)).collect();
    let mut space = Space {
        left: limits::PAGE_BYTES.saturating_sub(PER_ROOM * rooms.len()),
        used: false,
    };
    let mut answers = Vec::with_capacity(rooms.len());
    for (room, _) in rooms {
        answers.push(match found.remove(room) {
            Some(read) => answer(parlour, session, read, &mut space).await?,
            None => ResumedView::forbidden(*room),
        });
    }
    Ok(answers)
}

/// The rooms that the user is a member of.
async fn members_of(parlour: &Parlour, session: &Session, rooms: &[(RoomId, Seq)]) -> Result<Vec<Asked>, Error> {
    let (app, actor) = (&session.app, session.actor());
    let places: HashMap<RoomNumber, (RoomId, Seq)> = rooms
        .iter()
        .filter_map(|(room, after)| Some((room.number(app).ok()?, (*room, *after))))
        .collect();
    let numbers: Vec<RoomNumber> = places.keys().copied().collect();
    let mut asked = Vec::with_capacity(numbers.len());
    for chunk in numbers.chunks(50) {
        let found = parlour.store.rooms_and_members(app, session.user, chunk, true).await?;
        for (number, (row, member)) in found {
            if let Ok((row, Some(member))) = decide(&actor, Operation::Subscribe, Some(row), Some(member), None)
                && let Some((room, after)) = places.get(&number)
            {
                asked.push(Asked {
                    room: *room,
                    number,
                    after: *after,
                    visible_from: member.visible_from(&row),
                });
            }
        }
    }
    Ok(asked)
}

/// Subscribes to what the connection does not hear of yet; says which rooms these are, and of which the user turned out to be no
/// member.
async fn subscribe(
    parlour: &Parlour,
    moment: &Moment,
    session: &Session,
    asked: &[Asked],
) -> Result<(Vec<RoomNumber>, HashSet<RoomNumber>), Error> {
    let (app, store) = (&session.app, &parlour.store);
    let rooms: Vec<RoomNumber> = asked.iter().map(|asked| asked.number).collect();
    let (connection, heard) = tokio::join!(
        store.connection(app, session.user, &session.connection, moment.now),
        store.subscribed(app, session.user, &session.connection, &rooms, moment.now),
    );
    let connection = connection?.ok_or(Error::UnknownConnection)?;
    let heard: HashSet<RoomNumber> = heard?.into_iter().collect();
    let new: Vec<RoomNumber> = rooms.into_iter().filter(|room| !heard.contains(room)).collect();
    let subscriber = Subscriber {
        user: session.user,
        connection: session.connection.clone(),
        endpoint: session.endpoint.clone(),
        dialect: session.dialect,
    };
    let expires = session.subscriptions_expire(parlour, connection.token_expires.max(session.expires));
    let (subscribed, refused) = store.subscribe_many(app, &new, &subscriber, expires).await?;
    match subscribed {
        Subscribed::Done => {
            let refused: HashSet<RoomNumber> = refused.into_iter().collect();
            let new = new.into_iter().filter(|room| !refused.contains(room));
            Ok((new.collect(), refused))
        }
        Subscribed::Busy => Err(Error::Busy),
        Subscribed::NotAMember | Subscribed::NoConnection => {
            let listed = connection.rooms().collect::<HashSet<_>>();
            let all = listed.len() + new.iter().filter(|room| !listed.contains(room)).count();
            Err(if all > limits::ROOMS_PER_CONNECTION {
                Error::TooManyRooms
            } else {
                Error::UnknownConnection
            })
        }
    }
}

async fn read(parlour: &Parlour, session: &Session, asked: Vec<Asked>) -> Result<Vec<Read>, StoreError> {
    let (app, store) = (&session.app, &parlour.store);
    let mut reads: Vec<BoxFuture<'_, Result<Option<Read>, StoreError>>> = Vec::with_capacity(asked.len());
    for asked in asked {
        reads.push(Box::pin(async move {
            let (head, page) = tokio::join!(
                store.head(app, asked.number, true),
                store.entries_after(app, asked.number, asked.after, limits::PAGE_ITEMS),
            );
            let entries = page?.entries;
            let last = entries.last().map_or(Seq::ZERO, |entry| entry.seq);
            Ok(head?.map(|head| Read {
                asked,
                head: head.seq.max(last),
                entries,
            }))
        }));
    }
    let read: Vec<Option<Read>> = stream::iter(reads).buffer_unordered(PARALLEL).try_collect().await?;
    Ok(read.into_iter().flatten().collect())
}

async fn answer(parlour: &Parlour, session: &Session, read: Read, space: &mut Space) -> Result<ResumedView, Error> {
    let Read { asked, head, entries } = read;
    let mut view = ResumedView::of(asked.room, head);
    match before_reading(asked.after, head, asked.visible_from) {
        Verdict::Complete | Verdict::More => {
            let reader = (&session.app, Some(session.user));
            let items = views(parlour, reader, asked.number, entries).await?;
            let items = items.into_iter().map(|item| item.seen_from(asked.visible_from));
            let items = space.take(items.collect());
            let last = items.last().and_then(|item| Seq::new(item.seq)).unwrap_or(asked.after);
            if after_reading(last, head) == Verdict::More {
                view.more(last);
            }
            view.items = items;
        }
        Verdict::BelowFloor { oldest } => view.below_floor(oldest),
        Verdict::AheadOfLog => view.ahead_of_log(),
    }
    Ok(view)
}

impl Space {
    /// As many as fit, and in the whole answer never none: who asks again for what is left over must get further.
    fn take(&mut self, items: Vec<EntryView>) -> Vec<EntryView> {
        let mut taken = Vec::with_capacity(items.len());
        for item in items {
            let size = serde_json::to_string(&item).map_or(0, |text| text.len() + 1);
            if size > self.left && self.used {
                self.left = 0;
                break;
            }
            self.left = self.left.saturating_sub(size);
            self.used = true;
            taken.push(item);
        }
        taken
    }
}
