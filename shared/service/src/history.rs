//! Reading messages: a page in either direction, and one message.

mod around;
mod numbered;

use std::collections::BTreeMap;

use parlour_domain::access::{Actor, Operation};
use parlour_domain::log::Entry;
use parlour_domain::{AppId, MessageId, RoomId, RoomNumber, Seq, UserId, limits};
use parlour_protocol::view::{EntryView, HistoryView};
use parlour_store::{Page, StoreError};

use crate::room::{authorise, decide, number, own_row};
use crate::{Error, PageSize, Parlour};

pub use numbered::{Numbered, NumberedPart, numbered};

/// Where a page begins and in which direction it goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Direction {
    /// Newest first, before this entry or from the end.
    Before(Option<Seq>),
    /// Oldest first, after this entry.
    After(Seq),
}

/// What a page is a page of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Place {
    /// From a place on, or from the end.
    From(Direction),
    /// On both sides of this entry, oldest first: about half of it from each side, less where the log ends.
    Around(Seq),
}

/// A page of a room's messages. It may be short; `next` tells whether there are more.
///
/// # Errors
/// [`Error::NotFound`], [`Error::Store`].
pub async fn list(
    parlour: &Parlour,
    actor: &Actor,
    room: RoomId,
    place: Place,
    limit: usize,
) -> Result<HistoryView, Error> {
    match place {
        Place::From(direction) => from(parlour, actor, room, direction, limit).await,
        Place::Around(place) => around::around(parlour, actor, room, place, limit).await,
    }
}

async fn from(
    parlour: &Parlour,
    actor: &Actor,
    room: RoomId,
    direction: Direction,
    limit: usize,
) -> Result<HistoryView, Error> {
    let number = number(actor, room)?;
    let app = actor.app();
    let (row, member, page) = tokio::join!(
        parlour.store.room(app, number),
        own_row(parlour, actor, number),
        read(parlour, app, number, direction, limit),
    );
    let (row, member) = decide(actor, Operation::ListMessages, row?, member?, None)?;
    let visible_from = member.map_or(row.floor, |member| member.visible_from(&row));
    let part = messages(parlour, (app, number), (direction, visible_from), page?).await?;
    let total = part.messages.len();
    let messages = part.messages.into_iter().take(limit).collect();
    let items = fit(views(parlour, (app, actor.user()), number, messages).await?);
    let cut = items.len() < total;
    let next = if cut {
        items.last().map(|item| item.seq)
    } else {
        part.next
    };
    Ok(HistoryView {
        items,
        next,
        previous: None,
    })
}

/// The messages of a page, and where it goes on.
#[derive(Debug)]
struct Part {
    messages: Vec<Entry>,
    next: Option<u64>,
}

/// The messages of a page that was read, of which as many are left as the reader may see. Reads on where there is none.
async fn messages(
    parlour: &Parlour,
    (app, room): (&AppId, RoomNumber),
    (direction, visible_from): (Direction, Seq),
    page: Page,
) -> Result<Part, StoreError> {
    let hidden = |page: &Page| page.entries.last().is_some_and(|last| last.seq < visible_from);
    let page = match direction {
        // Far before all that the reader may see: the log goes on there.
        Direction::After(_) if page.more && hidden(&page) => {
            let visible = Direction::After(visible_from.previous());
            read(parlour, app, room, visible, limits::ENTRIES_PER_READ).await?
        }
        _ => page,
    };
    let mut page = within(page, visible_from, direction);
    for _ in 1..limits::READS_PER_PAGE {
        // A stretch without messages must not look like the end to a client that stops at an empty page.
        let Some(last) = page.entries.last() else {
            break;
        };
        if !page.more || page.entries.iter().any(|entry| entry.body.is_message()) {
            break;
        }
        let onwards = match direction {
            // Backwards every entry tells where the next message is.
            Direction::Before(_) => Direction::Before(Some(last.last_msg_seq.next())),
            Direction::After(_) => Direction::After(last.seq),
        };
        let read = read(parlour, app, room, onwards, limits::ENTRIES_PER_READ).await?;
        page = within(read, visible_from, direction);
    }
    let examined = page.entries.last().map(|entry| entry.seq);
    Ok(Part {
        next: examined.filter(|_| page.more).map(Seq::get),
        messages: page
            .entries
            .into_iter()
            .filter(|entry| entry.body.is_message())
            .collect(),
    })
}

async fn read(
    parlour: &Parlour,
    app: &AppId,
    room: RoomNumber,
    direction: Direction,
    limit: usize,
) -> Result<Page, StoreError> {
    // A few entries more than messages wanted, because some entries are none.
    let entries = (limit + limit / 8 + 1).min(limits::ENTRIES_PER_READ);
    match direction {
        Direction::Before(before) => {
            parlour
                .store
                .entries_before(app, room, (before, Seq::FIRST), entries, true)
                .await
        }
        Direction::After(after) => parlour.store.entries_after(app, room, after, entries).await,
    }
}

/// Leaves out what the reader may not see; a page that reaches it downwards is the last.
fn within(mut page: Page, visible_from: Seq, direction: Direction) -> Page {
    let before = page.entries.len();
    page.entries.retain(|entry| entry.seq >= visible_from);
    if page.entries.len() < before && matches!(direction, Direction::Before(_)) {
        page.more = false;
    }
    page
}

/// Entries with their senders' names and the reader's own reactions: one read for all of each.
pub(crate) async fn views(
    parlour: &Parlour,
    (app, reader): (&AppId, Option<UserId>),
    room: RoomNumber,
    entries: Vec<Entry>,
) -> Result<Vec<EntryView>, StoreError> {
    let senders: Vec<UserId> = entries.iter().filter_map(|entry| entry.sender).collect();
    let reacted_to = entries
        .iter()
        .filter(|entry| !entry.reactions.is_empty())
        .map(|entry| entry.seq);
    let part = reacted_to.clone().min().zip(reacted_to.max());
    let own = async {
        match (reader, part) {
            (Some(reader), Some(part)) => parlour.store.own_reactions(app, room, reader, part).await,
            _ => Ok(BTreeMap::new()),
        }
    };
    let (users, own) = tokio::join!(parlour.store.users_by_id(app, &senders), own);
    let (users, own) = (users?, own?);
    let sender = |entry: &Entry| entry.sender.and_then(|user| users.get(&user));
    let view = |entry: &Entry| EntryView::new(app, room, entry, sender(entry));
    Ok(entries
        .iter()
        .map(|entry| match own.get(&entry.seq) {
            Some(own) => view(entry).with_own(own),
            None => view(entry),
        })
        .collect())
}

/// Cuts a page at the size that still fits a frame, but never to nothing.
pub(crate) fn fit(items: Vec<EntryView>) -> Vec<EntryView> {
    PageSize::in_frame(items.len()).cut(items, |item| item)
}

/// `GET /room/{room_id}/message/{message_id}`. An id of another room is "not found" here.
///
/// # Errors
/// [`Error::NotFound`], [`Error::Store`].
pub async fn get(parlour: &Parlour, actor: &Actor, room: RoomId, message: MessageId) -> Result<EntryView, Error> {
    let number = number(actor, room)?;
    let (row, member) = authorise(parlour, actor, Operation::GetMessage, number, None).await?;
    let (of_room, seq) = message.place(actor.app()).map_err(|_| Error::NotFound)?;
    let visible_from = member.map_or(row.floor, |member| member.visible_from(&row));
    if of_room != number || seq < visible_from {
        return Err(Error::NotFound);
    }
    let entry = parlour
        .store
        .entry(actor.app(), number, seq)
        .await?
        .ok_or(Error::NotFound)?;
    if entry.message().is_none() {
        return Err(Error::NotFound);
    }
    let view = views(parlour, (actor.app(), actor.user()), number, vec![entry.clone()]).await?;
    let view = view.into_iter().next().ok_or(Error::NotFound)?;
    Ok(match actor {
        Actor::Backend { app } => view.revealed(app, number, &entry),
        Actor::User { .. } => view,
    })
}
