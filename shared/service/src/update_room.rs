//! `PATCH /room/{room_id}`: the room's row and the entry `room_updated`, all or nothing.

use parlour_domain::access::{Actor, Operation};
use parlour_domain::log::{Body, Draft};
use parlour_domain::room::RoomChange;
use parlour_domain::{Moment, RoomId};
use parlour_protocol::view::{EntryView, RoomView};
use parlour_store::Appended;

use crate::fan_out::tell_entry;
use crate::idempotency::{Done, Key, claim, replayed};
use crate::room::{authorise, number};
use crate::{Error, Parlour};

/// Changes a room.
///
/// # Errors
/// [`Error::NotFound`], [`Error::Denied`], [`Error::Busy`], [`Error::ClientIdConflict`], [`Error::Store`].
pub async fn update_room(
    parlour: &Parlour,
    moment: &mut Moment,
    actor: &Actor,
    room: RoomId,
    change: RoomChange,
    key: Option<&Key>,
) -> Result<Done<RoomView>, Error> {
    let number = number(actor, room)?;
    let app = actor.app();
    let (before, _) = authorise(parlour, actor, Operation::UpdateRoom, number, None).await?;
    let after = before.changed(change, moment.now);
    let body = Body::RoomUpdated {
        name: after.name.clone(),
        custom: after.custom.clone(),
    };
    let draft = Draft::new(moment, actor.user(), None, body);
    let view = RoomView::new(app, &after);
    let claim = claim(actor, key, &view, moment.now);
    match parlour
        .store
        .update_room(app, &before, &after, &draft, claim.as_ref(), moment.now)
        .await?
    {
        Appended::New(entry) | Appended::Duplicate(entry) => {
            let entry = EntryView::new(app, number, &entry, None);
            tell_entry(parlour, app, number, &entry, None, moment.now).await;
            Ok(Done::now(view))
        }
        Appended::Replayed(reply) => replayed(&reply),
    }
}
