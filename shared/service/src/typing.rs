//! `typing`: told to the room's other connections, kept nowhere for longer than until then; it expires by itself.

use parlour_domain::access::{Operation, as_member, may_speak};
use parlour_domain::{Moment, RoomId, limits};
use parlour_protocol::view::TypingView;
use parlour_store::Signal;

use crate::aggregate::{audience, tell};
use crate::fan_out::Notice;
use crate::room::{number, own_row};
use crate::{Error, Parlour, Session};

/// Tells a room of up to [`limits::LIVE_CONNECTIONS`] connections that the user is typing, or has stopped; one of up to
/// [`limits::AGGREGATED_CONNECTIONS`] hears of it with the next aggregate.
///
/// Who may not write does not type either, as far as their own row tells; whether the room is for moderators alone, or archived, is
/// in a row that is not read for a hint.
///
/// # Errors
/// [`Error::NotFound`], [`Error::Denied`], [`Error::Store`].
pub async fn typing(
    parlour: &Parlour,
    moment: &Moment,
    session: &Session,
    room: RoomId,
    typing: bool,
) -> Result<(), Error> {
    let actor = session.actor();
    let number = number(&actor, room)?;
    let (member, audience) = tokio::join!(
        own_row(parlour, &actor, number),
        audience(parlour, &session.app, number, moment.now),
    );
    let member = member?;
    let user = as_member(&actor, Operation::Typing, member.as_ref())?;
    member.map_or(Ok(()), |member| may_speak(&member, moment.now))?;
    let (until, signal) = if typing {
        (moment.now.plus_seconds(limits::TYPING_SECONDS), Signal::Typing)
    } else {
        (moment.now, Signal::Stopped)
    };
    let data = TypingView {
        room_id: room.to_string(),
        user_id: user.to_string(),
        typing,
        expires_at: until.to_string(),
    };
    let notice = Notice {
        app: &session.app,
        room: Some(number),
        event: "typing",
        seq: None,
        except: Some(&session.connection),
        now: moment.now,
    };
    tell(parlour, &notice, &data, (user, signal), audience?).await;
    Ok(())
}
