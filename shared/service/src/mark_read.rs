//! `mark_read`: the read position goes up, never down. The entry proves the position and gives its message count.

use parlour_domain::access::{Actor, Operation, as_member};
use parlour_domain::member::ReadPosition;
use parlour_domain::{ConnectionId, RoomId, Seq, Timestamp, limits};
use parlour_protocol::InvalidInput;
use parlour_protocol::view::{ReadNotice, ReadView};
use parlour_store::Signal;

use crate::aggregate::{audience, tell};
use crate::fan_out::Notice;
use crate::room::{number, own_row};
use crate::tell_user::tell_connections;
use crate::{Error, Parlour};

/// What the user's other connections hear when the own read position moved.
pub(crate) const UNREAD_CHANGED: &str = "unread_changed";

/// Marks everything up to `seq` as read. `from` is the connection that asked.
///
/// # Errors
/// [`Error::NotFound`], [`Error::Invalid`] (no such entry), [`Error::Store`].
pub async fn mark_read(
    parlour: &Parlour,
    actor: &Actor,
    room: RoomId,
    seq: Seq,
    from: Option<&ConnectionId>,
    now: Timestamp,
) -> Result<ReadView, Error> {
    let number = number(actor, room)?;
    let app = actor.app();
    let Some(user) = actor.user() else {
        as_member(actor, Operation::MarkRead, None)?;
        return Err(Error::NotFound);
    };
    let entry = parlour.store.entry(app, number, seq).await?;
    let view = |seq: Seq| ReadView {
        room_id: room.to_string(),
        read_seq: seq.get(),
    };
    let Some(entry) = entry else {
        as_member(
            actor,
            Operation::MarkRead,
            own_row(parlour, actor, number).await?.as_ref(),
        )?;
        return Err(InvalidInput::new("seq", "must be an entry of the room").into());
    };
    let to = ReadPosition {
        seq,
        msg_no: entry.msg_no,
    };
    // The user's own connections hear of a hint only: what one that opens at this moment misses, its list of rooms tells.
    let (moved, audience, own) = tokio::join!(
        parlour.store.mark_read(app, number, user, to),
        audience(parlour, app, number, now),
        parlour
            .store
            .connections_to_tell(app, user, limits::USER_CONNECTIONS, now, false),
    );
    let Some(member) = moved? else {
        // Further already, or no member: only the row can tell.
        let member = own_row(parlour, actor, number).await?;
        as_member(actor, Operation::MarkRead, member.as_ref())?;
        return Ok(view(member.map_or(seq, |member| member.read.seq)));
    };
    // What is read again after it was marked unread is no news to the others.
    if let (Ok(audience), true) = (audience, member.read_up_to() == seq) {
        let notice = Notice {
            app,
            room: Some(number),
            event: "read",
            seq: None,
            except: from,
            now,
        };
        let data = ReadNotice {
            room_id: room.to_string(),
            user_id: user.to_string(),
            read_seq: seq.get(),
        };
        tell(parlour, &notice, &data, (user, Signal::Read), audience).await;
    }
    let view = view(seq);
    tell_connections(parlour, app, (UNREAD_CHANGED, &view), own, (from, now)).await;
    Ok(view)
}
