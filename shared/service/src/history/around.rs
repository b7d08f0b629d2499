//! The messages on both sides of a place.

use parlour_domain::access::{Actor, Operation};
use parlour_domain::log::Entry;
use parlour_domain::{RoomId, Seq, limits};
use parlour_protocol::view::{EntryView, HistoryView};

use super::{Direction, messages, read, views};
use crate::room::{decide, number, own_row};
use crate::{Error, Parlour};

pub(super) async fn around(
    parlour: &Parlour,
    actor: &Actor,
    room: RoomId,
    place: Seq,
    limit: usize,
) -> Result<HistoryView, Error> {
    let number = number(actor, room)?;
    let app = actor.app();
    let (older, newer) = (Direction::Before(Some(place)), Direction::After(place.previous()));
    let (row, member, before, after) = tokio::join!(
        parlour.store.room(app, number),
        own_row(parlour, actor, number),
        read(parlour, app, number, older, limit / 2),
        read(parlour, app, number, newer, limit - limit / 2),
    );
    let (row, member) = decide(actor, Operation::ListMessages, row?, member?, None)?;
    let visible_from = member.map_or(row.floor, |member| member.visible_from(&row));
    let (before, after) = tokio::try_join!(
        messages(parlour, (app, number), (older, visible_from), before?),
        messages(parlour, (app, number), (newer, visible_from), after?),
    )?;
    let (older, newer) = (
        before.messages.len().min(limit / 2),
        after.messages.len().min(limit - limit / 2),
    );
    let cut = (older < before.messages.len(), newer < after.messages.len());
    let mut chosen: Vec<Entry> = before.messages.into_iter().take(older).collect();
    chosen.reverse();
    chosen.extend(after.messages.into_iter().take(newer));
    let views = views(parlour, (app, actor.user()), number, chosen).await?;
    let (first, end) = fit_around(&views, older);
    let items: Vec<EntryView> = views.into_iter().skip(first).take(end - first).collect();
    let (oldest, newest) = (items.first().map(|item| item.seq), items.last().map(|item| item.seq));
    Ok(HistoryView {
        previous: if cut.0 || first > 0 { oldest } else { before.next },
        next: if cut.1 || end < older + newer {
            newest
        } else {
            after.next
        },
        items,
    })
}

/// The part of a page that still fits a frame, from its middle outwards on both sides, but never nothing.
fn fit_around(items: &[EntryView], middle: usize) -> (usize, usize) {
    let size = |at: usize| {
        let text = items.get(at).map(serde_json::to_string);
        text.and_then(Result::ok).map_or(0, |text| text.len() + 1)
    };
    let (mut first, mut end) = (middle, middle);
    let mut left = limits::PAGE_BYTES;
    let (mut down, mut up) = (true, true);
    while down || up {
        up = up && end < items.len() && (size(end) <= left || first == end);
        if up {
            left = left.saturating_sub(size(end));
            end += 1;
        }
        down = down && first > 0 && (size(first - 1) <= left || first == end);
        if down {
            first -= 1;
            left = left.saturating_sub(size(first));
        }
    }
    (first, end)
}
