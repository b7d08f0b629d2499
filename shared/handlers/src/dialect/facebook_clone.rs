//! facebook-clone: one connection hears of all rooms of its user.

use parlour_domain::access::Actor;
use parlour_domain::room::{History, RoomKind, RoomSettings};
use parlour_domain::{ExternalId, Moment, RoomId, UserId};
use parlour_protocol::dialect::facebook_clone::{Asked, decode};
use parlour_protocol::request::NewRoom;
use parlour_service::{
    Error, Parlour, connect as connections, create_room, enter_room, follow_rooms, read_all, send_message, typing,
    users,
};

use super::{Refusal, message, refused};
use crate::event::WsEvent;

/// The trailing slash is the service's.
pub(super) fn is_socket(path: &str) -> bool {
    path == "/api/chat/ws/chat/" || path == "/api/chat/ws/chat"
}

pub(super) async fn connect(parlour: &Parlour, moment: &mut Moment, event: &WsEvent) -> Result<(), Refusal> {
    let session = &event.session;
    connections::connect(parlour, session, moment.now).await?;
    match follow_rooms::follow_rooms(parlour, session).await {
        Ok(()) => Ok(()),
        Err(error) => {
            // Who is not let in has no connection: nobody tells of its end.
            let ended =
                connections::disconnect(parlour, &session.app, session.user, &session.connection, moment.now).await;
            ended?;
            Err(error.into())
        }
    }
}

/// The protocol answers nothing: whoever sends something has drawn it already, and of what went wrong there is no word.
pub(super) async fn act(parlour: &Parlour, moment: &mut Moment, event: &WsEvent, text: &str) -> Vec<String> {
    let done = match decode(text) {
        None => Ok(()),
        Some(Asked::Message { room, content }) => send(parlour, moment, event, (&room, content)).await,
        Some(Asked::Typing { room, typing }) => tell(parlour, moment, event, (&room, typing)).await,
        Some(Asked::Read { room }) => read(parlour, moment, event, &room).await,
    };
    if let Err(error) = done {
        refused(event, error);
    }
    Vec::new()
}

async fn send(
    parlour: &Parlour,
    moment: &mut Moment,
    event: &WsEvent,
    (name, content): (&str, String),
) -> Result<(), Error> {
    let session = &event.session;
    let (actor, message) = (session.actor(), message(content)?);
    let room = match enter_room::named(parlour, &actor, name).await {
        Err(Error::NotFound) => direct_room(parlour, moment, &actor, name).await?,
        room => room?,
    };
    let from = Some(&session.connection);
    send_message::send_message(parlour, moment, &actor, room, message, from)
        .await
        .map(|_| ())
}

/// A client may name the user to whom it writes: then their room is made, if there is none yet.
async fn direct_room(parlour: &Parlour, moment: &mut Moment, actor: &Actor, name: &str) -> Result<RoomId, Error> {
    let other = match ExternalId::parse(name) {
        Ok(id) => users::id_of(parlour, actor.app(), &id).await?,
        Err(_) => None,
    };
    let other = other.or_else(|| UserId::parse(name).ok()).ok_or(Error::NotFound)?;
    let new = NewRoom {
        kind: RoomKind::Direct,
        name: None,
        members: vec![other],
        public: false,
        key: None,
        history: History::All,
        custom: None,
        settings: RoomSettings::default(),
    };
    let made = create_room::create_room(parlour, moment, actor, new, None).await?;
    RoomId::parse(&made.value.id).map_err(|_| Error::Defect("a room has no id".to_owned()))
}

async fn tell(
    parlour: &Parlour,
    moment: &Moment,
    event: &WsEvent,
    (name, is_typing): (&str, bool),
) -> Result<(), Error> {
    let room = enter_room::named(parlour, &event.session.actor(), name).await?;
    typing::typing(parlour, moment, &event.session, room, is_typing).await
}

async fn read(parlour: &Parlour, moment: &Moment, event: &WsEvent, name: &str) -> Result<(), Error> {
    let actor = event.session.actor();
    let room = enter_room::named(parlour, &actor, name).await?;
    let from = Some(&event.session.connection);
    read_all::read_all(parlour, &actor, room, from, moment.now)
        .await
        .map(|_| ())
}
