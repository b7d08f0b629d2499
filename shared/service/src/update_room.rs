//! `PATCH /room/{room_id}` and `update_room`, `PUT` and `DELETE /room/{room_id}/archive` and `archive_room`, `unarchive_room`: the
//! room's row and the entry that says so, all or nothing.

use parlour_domain::access::{Actor, Operation};
use parlour_domain::log::{Body, Draft};
use parlour_domain::room::{Room, RoomChange, RoomKind};
use parlour_domain::{Moment, RoomId};
use parlour_protocol::InvalidInput;
use parlour_protocol::view::{EntryView, RoomView};
use parlour_store::Appended;

use crate::fan_out::tell_entry;
use crate::idempotency::{Done, Key, claim, replay, replayed};
use crate::room::{authorise, number};
use crate::{Error, Parlour};

/// Changes a room.
///
/// # Errors
/// [`Error::NotFound`], [`Error::Denied`], [`Error::Invalid`], [`Error::Busy`], [`Error::ClientIdConflict`], [`Error::Store`].
pub async fn update_room(
    parlour: &Parlour,
    moment: &mut Moment,
    actor: &Actor,
    room: RoomId,
    change: RoomChange,
    key: Option<&Key>,
) -> Result<Done<RoomView>, Error> {
    let number = number(actor, room)?;
    let (before, _) = authorise(parlour, actor, Operation::UpdateRoom, number, None).await?;
    if before.kind == RoomKind::Direct {
        // As when it is made: its name is that of whom one talks to.
        if matches!(change.name, Some(Some(_))) {
            return Err(InvalidInput::new("name", "is not for direct rooms").into());
        }
        if change.public == Some(true) {
            return Err(InvalidInput::new("public", "is not for direct rooms").into());
        }
    }
    let after = before.changed(change, moment.now);
    let body = Body::room_updated(&after);
    write(parlour, moment, actor, (&before, &after, body), key).await
}

/// Archives a room, or takes it back: what is so already stays so.
///
/// # Errors
/// As [`update_room`].
pub async fn archive_room(
    parlour: &Parlour,
    moment: &mut Moment,
    actor: &Actor,
    room: RoomId,
    archived: bool,
    key: Option<&Key>,
) -> Result<Done<RoomView>, Error> {
    let number = number(actor, room)?;
    if let Some(done) = replay(parlour, actor, key, moment.now).await? {
        return Ok(done);
    }
    let (before, _) = authorise(parlour, actor, Operation::ArchiveRoom, number, None).await?;
    if before.archived == archived {
        return Ok(Done::now(RoomView::new(actor.app(), &before)));
    }
    let change = RoomChange {
        archived: Some(archived),
        ..RoomChange::default()
    };
    let after = before.changed(change, moment.now);
    let body = if archived {
        Body::RoomArchived
    } else {
        Body::RoomUnarchived
    };
    write(parlour, moment, actor, (&before, &after, body), key).await
}

async fn write(
    parlour: &Parlour,
    moment: &mut Moment,
    actor: &Actor,
    (before, after, body): (&Room, &Room, Body),
    key: Option<&Key>,
) -> Result<Done<RoomView>, Error> {
    let (app, number) = (actor.app(), before.number);
    let draft = Draft::new(moment, actor.user(), None, body);
    let view = RoomView::new(app, after);
    let claim = claim(actor, key, &view, moment.now);
    match parlour
        .store
        .update_room(app, before, after, &draft, claim.as_ref(), moment.now)
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
