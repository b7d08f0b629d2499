//! `POST /room/{room_id}/truncate` and `truncate_room`: what stands before an entry counts no more, for every reader at once.
//! `sweep` takes it away.

use parlour_domain::access::{Actor, Operation};
use parlour_domain::log::{Body, Draft};
use parlour_domain::{Moment, RoomId, Seq};
use parlour_protocol::InvalidInput;
use parlour_protocol::view::{EntryView, TruncatedView};
use parlour_store::{AppendRefusal, Appended};

use crate::fan_out::tell_entry;
use crate::idempotency::{Done, Key, claim, replay, replayed};
use crate::message::TRIES;
use crate::room::{decide, number, own_row};
use crate::{Error, Parlour};

/// Takes away what stands before `before`, an entry of the room. What is gone already stays so.
///
/// # Errors
/// [`Error::NotFound`], [`Error::Denied`], [`Error::Invalid`] (no such entry), [`Error::Busy`], [`Error::ClientIdConflict`],
/// [`Error::Store`].
pub async fn truncate_room(
    parlour: &Parlour,
    moment: &mut Moment,
    actor: &Actor,
    room: RoomId,
    before: Seq,
    key: Option<&Key>,
) -> Result<Done<TruncatedView>, Error> {
    let (app, number, store) = (actor.app(), number(actor, room)?, &parlour.store);
    if let Some(done) = replay(parlour, actor, key, moment.now).await? {
        return Ok(done);
    }
    for _ in 0..TRIES {
        let (row, own, floor) = tokio::join!(
            store.room(app, number),
            own_row(parlour, actor, number),
            store.entry(app, number, before),
        );
        let (row, _) = decide(actor, Operation::TruncateRoom, row?, own?, None)?;
        let view = TruncatedView::new(room, before.max(row.floor));
        if before <= row.floor {
            return Ok(Done::now(view));
        }
        let floor = floor?.ok_or_else(|| InvalidInput::new("before_seq", "must be an entry of the room"))?;
        let draft = Draft::new(moment, actor.user(), None, Body::RoomTruncated { floor: before });
        let claim = claim(actor, key, &view, moment.now);
        let written = store
            .truncate_room(app, number, &floor, &draft, claim.as_ref(), moment.now)
            .await;
        match written {
            Ok(Appended::New(entry) | Appended::Duplicate(entry)) => {
                let told = EntryView::new(app, number, &entry, None);
                tell_entry(parlour, app, number, &told, None, moment.now).await;
                return Ok(Done::now(view));
            }
            Ok(Appended::Replayed(reply)) => return replayed(&reply),
            Err(AppendRefusal::Condition) => {}
            Err(refusal) => return Err(refusal.into()),
        }
    }
    Err(Error::Busy)
}
