//! Messages by number, for protocols that page so: at most eight round trips to the first, whatever the room is like.

use parlour_domain::access::{Actor, Operation};
use parlour_domain::log::Entry;
use parlour_domain::{AppId, RoomId, RoomNumber, Seq, limits};
use parlour_protocol::view::EntryView;
use parlour_store::StoreError;

use super::views;
use crate::room::{decide, number, own_row};
use crate::{Error, Parlour};

/// Which messages, of all that the reader may see.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Numbered {
    /// From which end it is counted, and in which order they come.
    pub newest_first: bool,
    /// So many are left out.
    pub skip: u64,
    /// So many at most.
    pub count: usize,
}

/// A part of a room's messages, and how many there are.
#[derive(Debug)]
pub struct NumberedPart {
    /// The messages; one that is deleted keeps its place.
    pub items: Vec<EntryView>,
    /// How many the reader may see in all, those that are deleted included.
    pub total: u64,
}

/// Some messages of a room, by number.
///
/// # Errors
/// [`Error::NotFound`], [`Error::Store`].
pub async fn numbered(parlour: &Parlour, actor: &Actor, room: RoomId, part: Numbered) -> Result<NumberedPart, Error> {
    let number = number(actor, room)?;
    let (app, store) = (actor.app(), &parlour.store);
    let (row, member, head) = tokio::join!(
        store.room(app, number),
        own_row(parlour, actor, number),
        store.head(app, number, true),
    );
    let (row, member) = decide(actor, Operation::ListMessages, row?, member?, None)?;
    let head = head?.ok_or(Error::NotFound)?;
    let visible_from = member.map_or(row.floor, |member| member.visible_from(&row));
    let hidden = if visible_from == row.floor {
        row.floor_msgs
    } else {
        // What came before the reader did.
        let before = store.entry(app, number, visible_from.previous()).await?;
        before.map_or(row.floor_msgs, |entry| entry.msg_no)
    };
    let total = head.msg_no.saturating_sub(hidden);
    let left = total.saturating_sub(part.skip);
    let count = usize::try_from(left).unwrap_or(usize::MAX).min(part.count);
    if count == 0 {
        return Ok(NumberedPart {
            items: Vec::new(),
            total,
        });
    }
    let first = if part.newest_first {
        hidden + left - count as u64 + 1
    } else {
        hidden + part.skip + 1
    };
    let mut messages = from(
        parlour,
        (app, number),
        (first, first == hidden + 1),
        visible_from,
        count,
    )
    .await?;
    if part.newest_first {
        messages.reverse();
    }
    Ok(NumberedPart {
        items: views(parlour, (app, actor.user()), number, messages).await?,
        total,
    })
}

/// So many messages from the one of this number on, oldest first.
async fn from(
    parlour: &Parlour,
    (app, room): (&AppId, RoomNumber),
    (first, is_oldest): (u64, bool),
    visible_from: Seq,
    count: usize,
) -> Result<Vec<Entry>, StoreError> {
    let store = &parlour.store;
    let mut after = if is_oldest {
        visible_from.previous()
    } else {
        match store.message_number(app, room, first).await? {
            Some(entry) => entry.seq.previous(),
            // `sweep` has just taken it away.
            None => return Ok(Vec::new()),
        }
    };
    let mut messages = Vec::with_capacity(count);
    for _ in 0..limits::READS_PER_PAGE {
        let wanted = count - messages.len();
        let entries = (wanted + wanted / 8 + 1).min(limits::ENTRIES_PER_READ);
        let page = store.entries_after(app, room, after, entries).await?;
        let Some(last) = page.entries.last() else { break };
        after = last.seq;
        messages.extend(page.entries.into_iter().filter(|entry| entry.body.is_message()));
        if messages.len() >= count || !page.more {
            break;
        }
    }
    messages.truncate(count);
    Ok(messages)
}
