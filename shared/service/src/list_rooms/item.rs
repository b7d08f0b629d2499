//! The rooms of a page: one read for each with its first members, one for the end of its log, and one for all rows of the user.

use std::collections::{BTreeSet, HashMap};

use futures_util::{StreamExt as _, TryStreamExt as _, stream};
use parlour_domain::log::Entry;
use parlour_domain::member::Member;
use parlour_domain::room::Room;
use parlour_domain::{AppId, RoomNumber, Seq, UserId, limits};
use parlour_protocol::view::{EntryView, RoomListItem, RoomMemberView, RoomView};
use parlour_store::{Page, StoreError};

use super::{Listed, RoomFilter};
use crate::push::BoxFuture;
use crate::unread::{PARALLEL, Place, counts, memberships};
use crate::{Error, Parlour, presence};

/// Entries of a log's end that are read for each listed room: the last message, and what is unread if that is little.
const TAIL: usize = 12;

/// What is read of one room.
struct Read {
    room: Room,
    shown: Vec<Member>,
    tail: Page,
}

/// An item, and where it is listed.
type Placed = (Listed, RoomListItem);

/// The items of a page; the filter may leave some out.
pub(super) async fn items(
    parlour: &Parlour,
    (app, user): (&AppId, UserId),
    filter: &RoomFilter,
    listed: Vec<Listed>,
) -> Result<Vec<Placed>, Error> {
    let numbers: Vec<RoomNumber> = listed.iter().map(|(room, _)| *room).collect();
    let mut reads: Vec<BoxFuture<'_, Result<_, StoreError>>> = Vec::with_capacity(numbers.len());
    for room in numbers.iter().copied() {
        reads.push(Box::pin(read(parlour, app, room)));
    }
    let (members, read) = tokio::join!(
        memberships(parlour, app, user, &numbers),
        stream::iter(reads)
            // Two calls each.
            .buffer_unordered(PARALLEL / 2)
            .try_collect::<Vec<_>>(),
    );
    let mut members = members?;
    let mut read: HashMap<RoomNumber, Read> = read?
        .into_iter()
        .flatten()
        .map(|read| (read.room.number, read))
        .collect();
    let others: HashMap<RoomNumber, Vec<UserId>> =
        read.iter().map(|(room, read)| (*room, others(read, user))).collect();
    // At once: a room whose tail does not say all needs another read, and so may every one of them.
    let mut items: Vec<BoxFuture<'_, Result<Placed, StoreError>>> = Vec::with_capacity(listed.len());
    for (room, listed) in listed {
        if let (Some(read), Some(mut member)) = (read.remove(&room), members.remove(&room)) {
            member.read = member.read_in(&read.room);
            let head = read.tail.entries.first().map_or(listed, Entry::head);
            let place = Place { room, head, member };
            items.push(Box::pin(async move {
                let item = item(parlour, app, place, read).await?;
                Ok(((room, listed), item))
            }));
        }
    }
    let mut items: Vec<Placed> = stream::iter(items).buffered(PARALLEL).try_collect().await?;
    // Only the tail tells that all that is new is the user's own, or deleted.
    items.retain(|(_, item)| !filter.unread || item.unread.count > 0 || item.unread.more);
    if let Some(now) = filter.online_at {
        let asked: BTreeSet<UserId> = items.iter().flat_map(|((room, _), _)| &others[room]).copied().collect();
        let asked: Vec<UserId> = asked.into_iter().collect();
        let presences = presence::of(parlour, app, &asked, now, false).await?;
        let online = |user: &UserId| presences.get(user).is_some_and(|presence| presence.online);
        items.retain(|((room, _), _)| others[room].iter().any(online));
    }
    Ok(items)
}

/// Who is shown beside the user: at most [`limits::MEMBERS_SHOWN`], so that a page costs no read for each member.
fn others(read: &Read, user: UserId) -> Vec<UserId> {
    let shown = read.shown.iter().map(|member| member.user);
    shown.filter(|shown| *shown != user).collect()
}

async fn read(parlour: &Parlour, app: &AppId, room: RoomNumber) -> Result<Option<Read>, StoreError> {
    let (rows, tail) = tokio::join!(
        parlour.store.room_with_members(app, room, limits::MEMBERS_SHOWN),
        parlour.store.entries_before(app, room, (None, Seq::FIRST), TAIL, false),
    );
    let (rows, tail) = (rows?, tail?);
    Ok(rows.map(|(room, shown)| Read { room, shown, tail }))
}

async fn item(parlour: &Parlour, app: &AppId, place: Place, read: Read) -> Result<RoomListItem, StoreError> {
    let Read { room, shown, tail } = read;
    let (head, member) = (place.head, &place.member);
    let visible = head.last_msg_seq >= member.visible_from(&room) && head.last_msg_seq > Seq::ZERO;
    let last = async {
        match tail.entries.iter().find(|entry| entry.body.is_message()) {
            Some(entry) if visible => Ok(Some(entry.clone())),
            None if visible => parlour.store.entry(app, room.number, head.last_msg_seq).await,
            _ => Ok(None),
        }
    };
    let (counts, last) = tokio::join!(counts(parlour, app, &place, Some(&tail)), last);
    let (counts, last) = (counts?, last?);
    Ok(RoomListItem {
        room: RoomView::new(app, &room),
        head_seq: head.seq.get(),
        read_seq: member.read.seq.get(),
        unread: counts.unread.into(),
        mentions: counts.mentions.into(),
        notification: member.notification.into(),
        members: shown.iter().map(RoomMemberView::from).collect(),
        last_message: last.map(|entry| EntryView::new(app, room.number, &entry, None)),
    })
}
