//! `GET /room/{room_id}/message/{message_id}/reply`: the thread of a message, oldest first.

use parlour_domain::access::{Actor, Operation};
use parlour_domain::{MessageId, RoomId, Seq};
use parlour_protocol::view::HistoryView;

use crate::history::{fit, views};
use crate::message::Target;
use crate::{Error, Parlour};

/// A page of replies after `after`. The last reply may be missing for a moment.
///
/// # Errors
/// [`Error::NotFound`], [`Error::Store`].
pub async fn list(
    parlour: &Parlour,
    actor: &Actor,
    (room, message): (RoomId, MessageId),
    after: Seq,
    limit: usize,
) -> Result<HistoryView, Error> {
    let target = Target {
        actor,
        room,
        message,
        from: None,
    };
    let found = target.find(parlour, Operation::ListMessages).await?;
    let app = actor.app();
    let page = parlour
        .store
        .replies(app, found.room, found.entry.seq, after, limit)
        .await?;
    let read = page.entries.len();
    let items = fit(views(parlour, (app, actor.user()), found.room, page.entries).await?);
    let more = page.more || items.len() < read;
    let next = items.last().map(|item| item.seq).filter(|_| more);
    Ok(HistoryView {
        items,
        next,
        previous: None,
    })
}
