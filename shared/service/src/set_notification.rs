//! `PUT /room/{room_id}/notification` and `set_notification`: what a member wants to be notified of.

use parlour_domain::access::{Actor, Operation, as_member};
use parlour_domain::member::Notification;
use parlour_domain::{ConnectionId, RoomId, Timestamp};
use parlour_protocol::view::NotificationView;

use crate::room::{number, own_row};
use crate::{Error, Parlour, tell_user};

/// Says what the user is notified of in a room; the user's other connections hear of it. `from` is the one that asked.
///
/// # Errors
/// [`Error::NotFound`], [`Error::Denied`], [`Error::Busy`], [`Error::Store`].
pub async fn set_notification(
    parlour: &Parlour,
    actor: &Actor,
    (room, notification): (RoomId, Notification),
    from: Option<&ConnectionId>,
    now: Timestamp,
) -> Result<NotificationView, Error> {
    let (app, number) = (actor.app(), number(actor, room)?);
    let Some(user) = actor.user() else {
        as_member(actor, Operation::SetNotification, None)?;
        return Err(Error::NotFound);
    };
    // The row itself says whether its user is a member: one write, and no read before it.
    if !parlour.store.set_notification(app, number, user, notification).await? {
        as_member(
            actor,
            Operation::SetNotification,
            own_row(parlour, actor, number).await?.as_ref(),
        )?;
        // A member again since.
        return Err(Error::Busy);
    }
    let view = NotificationView {
        room_id: room.to_string(),
        notification: notification.into(),
    };
    tell_user(parlour, app, user, ("notification_changed", &view), from, now).await;
    Ok(view)
}
