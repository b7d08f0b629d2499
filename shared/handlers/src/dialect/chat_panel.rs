//! Events that clients of chat-panel emit: a connection hears of the rooms that it has joined, and of no other.

use parlour_domain::Moment;
use parlour_protocol::dialect::chat_panel::{Asked, Wish, decode, new_message};
use parlour_protocol::dialect::socket_io::{Emitted, Said};
use parlour_service::people::people;
use parlour_service::{Error, Parlour, enter_room, join_room, send_message};

use super::{message, refused};
use crate::event::WsEvent;

/// Runs what a client emits; what it is told itself.
pub(super) async fn emitted(parlour: &Parlour, moment: &mut Moment, event: &WsEvent, emitted: &Emitted) -> Vec<Said> {
    let Some(asked) = decode(emitted) else {
        return Vec::new();
    };
    let (done, wish) = match asked {
        // Of a room that is joined nothing is said, as in the service.
        Ok(Asked::Join { room }) => (
            join(parlour, moment, event, &room).await.map(|()| Vec::new()),
            Wish::Join,
        ),
        Ok(Asked::Send { room, text }) => {
            let sent = send(parlour, moment, event, (&room, text)).await;
            (sent.map(|said| vec![said]), Wish::Send)
        }
        Err(wish) => return vec![wish.failed()],
    };
    done.unwrap_or_else(|refusal| {
        refused(event, refusal);
        vec![wish.failed()]
    })
}

/// Who is no member becomes one, where the room lets everyone in; then this connection hears of it.
async fn join(parlour: &Parlour, moment: &mut Moment, event: &WsEvent, name: &str) -> Result<(), Error> {
    let session = &event.session;
    let actor = session.actor();
    let room = enter_room::named(parlour, &actor, name).await?;
    enter_room::enter_room(parlour, moment, &actor, room).await?;
    join_room::join_room(parlour, moment, session, room, None).await?;
    Ok(())
}

/// The sender hears its message as everyone does, whether it has joined the room or not.
async fn send(
    parlour: &Parlour,
    moment: &mut Moment,
    event: &WsEvent,
    (name, text): (&str, String),
) -> Result<Said, Error> {
    let session = &event.session;
    let (actor, message) = (session.actor(), message(text)?);
    let room = enter_room::named(parlour, &actor, name).await?;
    let (from, own) = (Some(&session.connection), [session.user]);
    let (sent, people) = tokio::join!(
        send_message::send_message(parlour, moment, &actor, room, message, from),
        people(parlour, &session.app, &own),
    );
    Ok(new_message(&sent?.value, &people?))
}
