//! The three ways in which messages are read.

use std::collections::HashMap;

use futures_util::future::try_join_all;
use parlour_domain::log::Entry;
use parlour_domain::{AppId, MessageId, RoomNumber, Seq, limits};
use parlour_store::StoreError;

use super::{Open, PARALLEL, ROWS};
use crate::Parlour;

/// What was read, and whether there is more.
type Part = (Vec<(RoomNumber, Entry)>, bool);

/// What is still a message.
fn is_there(entry: &Entry) -> bool {
    entry.message().is_some() && entry.deletion.is_none()
}

/// The rooms one after the other, until enough was looked at.
pub(super) async fn through(
    parlour: &Parlour,
    app: &AppId,
    rooms: &[Open],
    oldest_first: bool,
) -> Result<Part, StoreError> {
    let (mut found, mut more) = (Vec::new(), false);
    for rooms in rooms.chunks(PARALLEL) {
        let left = limits::MESSAGES_LOOKED_AT - found.len();
        if left == 0 {
            return Ok((found, true));
        }
        let reads = rooms.iter().map(|room| of_room(parlour, app, room, oldest_first, left));
        for (room, (entries, cut)) in rooms.iter().zip(try_join_all(reads).await?) {
            let left = limits::MESSAGES_LOOKED_AT - found.len();
            more |= cut || entries.len() > left;
            found.extend(entries.into_iter().take(left).map(|entry| (room.row.number, entry)));
        }
    }
    Ok((found, more))
}

/// So many messages of a room from one end, in a few reads.
async fn of_room(
    parlour: &Parlour,
    app: &AppId,
    room: &Open,
    oldest_first: bool,
    most: usize,
) -> Result<(Vec<Entry>, bool), StoreError> {
    let (number, mut found, mut last) = (room.row.number, Vec::new(), None);
    for _ in 0..limits::READS_PER_PAGE {
        let wanted = most - found.len();
        let entries = (wanted + wanted / 8 + 1).min(limits::ENTRIES_PER_READ);
        let page = if oldest_first {
            let after: Seq = last.unwrap_or_else(|| room.from.previous());
            parlour.store.entries_after(app, number, after, entries).await?
        } else {
            parlour
                .store
                .entries_before(app, number, (last, room.from), entries, true)
                .await?
        };
        last = page.entries.last().map(|entry| entry.seq);
        let more = page.more && last.is_some();
        found.extend(page.entries.into_iter().filter(is_there));
        if found.len() > most {
            found.truncate(most);
            return Ok((found, true));
        }
        if found.len() == most || !more {
            return Ok((found, more));
        }
    }
    Ok((found, true))
}

/// These messages, as far as they are in these rooms.
pub(super) async fn by_id(
    parlour: &Parlour,
    app: &AppId,
    rooms: &[Open],
    ids: &[MessageId],
) -> Result<Part, StoreError> {
    let mut places: HashMap<RoomNumber, Vec<Seq>> = HashMap::new();
    for (room, seq) in ids.iter().take(ROWS).filter_map(|id| id.place(app).ok()) {
        let places = places.entry(room).or_default();
        if !places.contains(&seq) {
            places.push(seq);
        }
    }
    let reads = rooms.iter().filter_map(|room| {
        let mut places = places.remove(&room.row.number)?;
        places.retain(|seq| *seq >= room.from);
        Some(async move {
            let entries = parlour.store.entries(app, room.row.number, &places, true).await?;
            Ok::<_, StoreError>((room.row.number, entries))
        })
    });
    let read = try_join_all(reads).await?;
    let all = read
        .into_iter()
        .flat_map(|(room, entries)| entries.into_iter().map(move |entry| (room, entry)));
    Ok((all.filter(|(_, entry)| is_there(entry)).collect(), ids.len() > ROWS))
}

/// The thread of a message, or the one that it is in.
pub(super) async fn thread(parlour: &Parlour, app: &AppId, rooms: &[Open], id: MessageId) -> Result<Part, StoreError> {
    let Some((number, seq)) = id.place(app).ok() else {
        return Ok((Vec::new(), false));
    };
    let room = rooms.iter().find(|room| room.row.number == number && seq >= room.from);
    let (Some(room), Some(entry)) = (room, parlour.store.entry(app, number, seq).await?) else {
        return Ok((Vec::new(), false));
    };
    let Some(message) = entry.message() else {
        return Ok((Vec::new(), false));
    };
    let (root, mut after, mut found) = (message.parent.unwrap_or(seq), Seq::default(), Vec::new());
    while found.len() < limits::MESSAGES_LOOKED_AT {
        let page = parlour.store.replies(app, number, root, after, ROWS).await?;
        let Some(last) = page.entries.last() else {
            return Ok((found, false));
        };
        after = last.seq;
        let seen = page
            .entries
            .into_iter()
            .filter(|entry| is_there(entry) && entry.seq >= room.from);
        found.extend(seen.map(|entry| (number, entry)));
        if !page.more {
            return Ok((found, false));
        }
    }
    Ok((found, true))
}
