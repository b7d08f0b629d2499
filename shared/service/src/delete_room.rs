//! `DELETE /room/{room_id}` and `delete_room`: the log ends with `room_deleted`; row and last entry stay for ever, so that nothing restarts
//! it. `sweep` takes the files of its messages away.

use parlour_domain::access::{Actor, Operation};
use parlour_domain::log::{Body, Draft};
use parlour_domain::{Moment, RoomId};
use parlour_protocol::view::EntryView;
use parlour_store::Appended;

use crate::fan_out::tell_entry;
use crate::idempotency::{Done, Key, claim, replay, replayed};
use crate::room::{authorise, number};
use crate::{Error, Parlour};

/// Deletes a room.
///
/// # Errors
/// [`Error::NotFound`], [`Error::Denied`], [`Error::Busy`], [`Error::ClientIdConflict`], [`Error::Store`].
pub async fn delete_room(
    parlour: &Parlour,
    moment: &mut Moment,
    actor: &Actor,
    room: RoomId,
    key: Option<&Key>,
) -> Result<Done<()>, Error> {
    let number = number(actor, room)?;
    let app = actor.app();
    if let Some(done) = replay(parlour, actor, key, moment.now).await? {
        return Ok(done);
    }
    let (row, _) = authorise(parlour, actor, Operation::DeleteRoom, number, None).await?;
    let draft = Draft::new(moment, actor.user(), None, Body::RoomDeleted);
    let claim = claim(actor, key, &(), moment.now);
    match parlour
        .store
        .delete_room(app, &row, &draft, claim.as_ref(), moment.now)
        .await?
    {
        Appended::New(entry) | Appended::Duplicate(entry) => {
            let entry = EntryView::new(app, number, &entry, None);
            tell_entry(parlour, app, number, &entry, None, moment.now).await;
            // `sweep` does this too, if this invocation ends here.
            parlour.store.finish_room_deletion(app, number).await?;
            Ok(Done::now(()))
        }
        Appended::Replayed(reply) => replayed(&reply),
    }
}
