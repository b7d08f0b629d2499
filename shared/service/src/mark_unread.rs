//! `mark_unread`: the read position goes back, so that an entry and what follows it is unread again. For the others nothing
//! changes: what was read stays read.

use parlour_domain::access::{Actor, Operation};
use parlour_domain::member::{Member, ReadPosition};
use parlour_domain::{ConnectionId, Moment, RoomId, Seq};
use parlour_protocol::InvalidInput;
use parlour_protocol::view::ReadView;

use crate::idempotency::{Done, Key, claim, replay, settle};
use crate::mark_read::UNREAD_CHANGED;
use crate::message::{TRIES, step_back};
use crate::room::{decide, number, own_row};
use crate::{Error, Parlour, tell_user};

/// Marks the entry at `seq` and all after it as unread. `from` is the connection that asked. What is unread already stays so.
///
/// # Errors
/// [`Error::NotFound`], [`Error::Invalid`] (no such entry), [`Error::ClientIdConflict`], [`Error::Busy`], [`Error::Store`].
pub async fn mark_unread(
    parlour: &Parlour,
    moment: &mut Moment,
    actor: &Actor,
    (room, seq): (RoomId, Seq),
    key: Option<&Key>,
    from: Option<&ConnectionId>,
) -> Result<Done<ReadView>, Error> {
    if let Some(done) = replay(parlour, actor, key, moment.now).await? {
        return Ok(done);
    }
    let app = actor.app();
    let number = number(actor, room)?;
    let view = |seq: Seq| ReadView {
        room_id: room.to_string(),
        read_seq: seq.get(),
    };
    for tried in 0..TRIES {
        step_back(moment, tried).await;
        let (member, to) = position(parlour, actor, (room, seq)).await?;
        if to.seq >= member.read.seq {
            return Ok(Done::now(view(member.read.seq)));
        }
        let after = view(to.seq);
        let claim = claim(actor, key, &after, moment.now);
        let written = parlour
            .store
            .mark_unread(app, number, &member, to, claim.as_ref())
            .await?;
        match settle(written, after, Error::Busy) {
            Ok(done) if done.replayed => return Ok(done),
            Ok(done) => {
                let told = (UNREAD_CHANGED, &done.value);
                tell_user(parlour, app, member.user, told, from, moment.now).await;
                return Ok(done);
            }
            // It was read further meanwhile, or the user left: look again.
            Err(Error::Busy) => {}
            Err(error) => return Err(error),
        }
    }
    Err(Error::Busy)
}

/// The member, and the position right before the entry.
async fn position(
    parlour: &Parlour,
    actor: &Actor,
    (room, seq): (RoomId, Seq),
) -> Result<(Member, ReadPosition), Error> {
    let number = number(actor, room)?;
    let (row, member, entry) = tokio::join!(
        parlour.store.room(actor.app(), number),
        own_row(parlour, actor, number),
        parlour.store.entry(actor.app(), number, seq),
    );
    let (row, member) = decide(actor, Operation::MarkUnread, row?, member?, None)?;
    let member = member.ok_or(Error::NotFound)?;
    let entry = entry?.filter(|entry| entry.seq >= member.visible_from(&row));
    let entry = entry.ok_or_else(|| InvalidInput::new("seq", "must be an entry of the room"))?;
    let before = ReadPosition {
        seq: entry.seq.previous(),
        msg_no: entry.msg_no - u64::from(entry.body.is_message()),
    };
    Ok((member, before))
}
