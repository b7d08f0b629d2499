//! `typing`: told to the room's other connections, stored nowhere; it expires by itself.

use parlour_domain::access::{Operation, as_member};
use parlour_domain::{Moment, RoomId, limits};
use parlour_protocol::view::TypingView;

use crate::fan_out::{Notice, tell_these};
use crate::room::{number, own_row};
use crate::{Error, Parlour, Session};

/// Tells a room of up to [`limits::LIVE_CONNECTIONS`] connections that the user is typing, or has stopped.
///
/// # Errors
/// [`Error::NotFound`], [`Error::Store`].
pub async fn typing(
    parlour: &Parlour,
    moment: &Moment,
    session: &Session,
    room: RoomId,
    typing: bool,
) -> Result<(), Error> {
    let actor = session.actor();
    let number = number(&actor, room)?;
    let (member, subscribers) = tokio::join!(
        own_row(parlour, &actor, number),
        parlour
            .store
            .few_subscribers(&session.app, number, limits::LIVE_CONNECTIONS, moment.now),
    );
    let user = as_member(&actor, Operation::Typing, member?.as_ref())?;
    if let Some(subscribers) = subscribers? {
        let until = if typing {
            moment.now.plus_seconds(limits::TYPING_SECONDS)
        } else {
            moment.now
        };
        let data = TypingView {
            room_id: room.to_string(),
            user_id: user.to_string(),
            typing,
            expires_at: until.to_string(),
        };
        let except = Some(&session.connection);
        let notice = Notice {
            app: &session.app,
            room: Some(number),
            event: "typing",
            seq: None,
            except,
            now: moment.now,
        };
        tell_these(parlour, &notice, &data, subscribers).await;
    }
    Ok(())
}
