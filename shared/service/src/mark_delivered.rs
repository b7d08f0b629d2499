//! `mark_delivered`: a client says up to where it has the log. The position goes up, never down.

use parlour_domain::access::{Actor, Operation, as_member};
use parlour_domain::member::Member;
use parlour_domain::{ConnectionId, RoomId, Seq, Timestamp};
use parlour_protocol::InvalidInput;
use parlour_protocol::view::DeliveredView;
use parlour_store::Signal;

use crate::aggregate::{audience, tell};
use crate::fan_out::Notice;
use crate::room::{number, own_row};
use crate::{Error, Parlour};

/// Marks everything up to `seq` as delivered. `from` is the connection that asked.
///
/// # Errors
/// [`Error::NotFound`], [`Error::Invalid`] (no such entry), [`Error::Store`].
pub async fn mark_delivered(
    parlour: &Parlour,
    actor: &Actor,
    (room, seq): (RoomId, Seq),
    from: Option<&ConnectionId>,
    now: Timestamp,
) -> Result<DeliveredView, Error> {
    let number = number(actor, room)?;
    let app = actor.app();
    let Some(user) = actor.user() else {
        as_member(actor, Operation::MarkDelivered, None)?;
        return Err(Error::NotFound);
    };
    let own = || async {
        let member = own_row(parlour, actor, number).await?;
        as_member(actor, Operation::MarkDelivered, member.as_ref())?;
        Ok::<_, Error>(member)
    };
    let view = |seq: Seq| DeliveredView {
        room_id: room.to_string(),
        user_id: None,
        delivered_seq: seq.get(),
    };
    if parlour.store.entry(app, number, seq).await?.is_none() {
        own().await?;
        return Err(InvalidInput::new("seq", "must be an entry of the room").into());
    }
    let (moved, audience) = tokio::join!(
        parlour.store.mark_delivered(app, number, user, seq),
        audience(parlour, app, number, now),
    );
    if !moved? {
        // Further already, or no member: only the row can tell.
        let member = own().await?;
        return Ok(view(member.as_ref().map_or(seq, Member::delivered_up_to)));
    }
    if let Ok(audience) = audience {
        let notice = Notice {
            app,
            room: Some(number),
            event: "delivered",
            seq: None,
            except: from,
            now,
        };
        let data = DeliveredView {
            user_id: Some(user.to_string()),
            ..view(seq)
        };
        tell(parlour, &notice, &data, (user, Signal::Delivered), audience).await;
    }
    Ok(view(seq))
}
