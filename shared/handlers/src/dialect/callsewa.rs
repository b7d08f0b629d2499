//! Events that clients of sub-rat/ChatServer, known as callsewa, emit. All but joining is about the room that the connection joined first
//! and has not left; whatever the connection hears of it is told natively and translated on its way.

use parlour_domain::access::Actor;
use parlour_domain::log::MessageChange;
use parlour_domain::text::MessageText;
use parlour_domain::{MessageId, Moment, RoomId, RoomNumber, UserId, integer_id};
use parlour_protocol::InvalidInput;
use parlour_protocol::dialect::People;
use parlour_protocol::dialect::callsewa::{
    self, Asked, Refusal, decode, has_left, is_typing, joined, load_more, message, seen_by,
};
use parlour_protocol::dialect::socket_io::{Emitted, Said};
use parlour_service::history::{Numbered, numbered};
use parlour_service::{
    Error, Parlour, Target, delete_message, edit_message, enter_room, joined_rooms, leave_room, people, read_all, room,
    room_info, send_message, typing,
};
use serde_json::Value;

use super::{PAGE_BYTES, address, refused};
use crate::event::WsEvent;

/// What a client is told, or why it is not: the words of the service, and what is behind them.
type Answer = Result<Vec<Said>, Error>;

/// Runs what a client emits; what it is told itself.
pub(super) async fn emitted(parlour: &Parlour, moment: &mut Moment, event: &WsEvent, emitted: &Emitted) -> Vec<Said> {
    let Some(asked) = decode(emitted) else {
        return Vec::new();
    };
    let (answer, words) = match asked {
        Asked::Refused(refusal) => return vec![refusal.said()],
        Asked::Join(name) => (join(parlour, moment, event, &name).await, Refusal::BadRoomName),
        asked => act(parlour, moment, event, asked).await,
    };
    match answer {
        Ok(said) => said,
        Err(Error::UnknownConnection) => {
            // Nothing reaches it any more: it comes again.
            let closed = parlour.push.close(address(event)).await;
            tracing::debug!(request_id = %event.request_id, ?closed, "a connection is over");
            Vec::new()
        }
        Err(error) => {
            let told = if is_fault(&error) { Refusal::Unsaid } else { words };
            refused(event, error);
            vec![told.said()]
        }
    }
}

/// Whether it is not the client's doing, and another time may be better.
const fn is_fault(error: &Error) -> bool {
    matches!(
        error,
        Error::Store(_) | Error::Defect(_) | Error::Busy | Error::RoomBusy
    )
}

/// Everything that is about the room that is meant, and in which words it is refused.
async fn act(parlour: &Parlour, moment: &mut Moment, event: &WsEvent, asked: Asked) -> (Answer, Refusal) {
    let words = match asked {
        Asked::Send(_) => Refusal::NoMessage,
        _ => Refusal::Unsaid,
    };
    let room = match joined_rooms::first(parlour, &event.session, moment.now).await {
        Ok(room) => room,
        Err(error) => return (Err(error), words),
    };
    let Some(room) = room else {
        let said = match asked {
            Asked::Send(_) => vec![Refusal::NoMessage.said()],
            Asked::Update(_) | Asked::Delete(_) => vec![Refusal::NoSender.said()],
            // The service says nothing.
            _ => Vec::new(),
        };
        return (Ok(said), words);
    };
    let answer = match asked {
        Asked::Leave => leave(parlour, moment, event, room).await,
        Asked::Typing { echo, typing } => type_in(parlour, moment, event, room, (&echo, typing)).await,
        Asked::Seen => see(parlour, moment, event, room).await,
        Asked::Send(text) => send(parlour, moment, event, room, text).await,
        Asked::LoadMore { skip, count } => page(parlour, event, room, (skip, count)).await,
        Asked::Update(Some((id, text))) => update(parlour, moment, event, (room, id), &text).await,
        Asked::Delete(Some(id)) => delete(parlour, moment, event, (room, id)).await,
        Asked::Update(None) | Asked::Delete(None) => Err(Error::NotFound),
        Asked::Join(_) | Asked::Refused(_) => Ok(Vec::new()),
    };
    (answer, words)
}

/// Members alone; whoever is in a room already is told nothing.
async fn join(parlour: &Parlour, moment: &Moment, event: &WsEvent, name: &str) -> Answer {
    let session = &event.session;
    let actor = session.actor();
    let room = enter_room::named(parlour, &actor, name).await?;
    if joined_rooms::join_next(parlour, moment, session, room).await?.is_none() {
        return Ok(Vec::new());
    }
    let from = Some(&session.connection);
    let (info, read) = tokio::join!(
        room_info::room_info(parlour, &actor, room, moment.now),
        read_all::read_what_was_said(parlour, &actor, room, from, moment.now),
    );
    if let Err(error) = read {
        // It has joined nonetheless.
        refused(event, error);
    }
    let info = match info {
        Ok(info) => info,
        Err(error) => {
            // Whoever asks again is told then, which only those are who are not in the room.
            leave_room::leave_room(parlour, session, room).await?;
            return Err(error);
        }
    };
    Ok(vec![
        joined(),
        callsewa::room_info(info.number, &info.room, &info.members, &info.people, PAGE_BYTES),
        callsewa::room_data(&info.roster, &info.people),
    ])
}

/// The others hear of it when it is sure that the user does not come back at once.
async fn leave(parlour: &Parlour, moment: &Moment, event: &WsEvent, room: RoomId) -> Answer {
    let session = &event.session;
    leave_room::leave_room(parlour, session, room).await?;
    let (actor, own) = (session.actor(), own(parlour, event));
    let (roster, own) = tokio::join!(room_info::roster(parlour, &actor, room, moment.now), own);
    let (roster, people) = roster?;
    let info = has_left(&own?, &session.user.to_string());
    Ok(info
        .into_iter()
        .chain([callsewa::room_data(&roster, &people)])
        .collect())
}

/// Who types hears it as well, as they said it.
async fn type_in(
    parlour: &Parlour,
    moment: &Moment,
    event: &WsEvent,
    room: RoomId,
    (echo, is_so): (&Value, bool),
) -> Answer {
    let (told, own) = tokio::join!(
        typing::typing(parlour, moment, &event.session, room, is_so),
        own(parlour, event),
    );
    told?;
    Ok(is_typing(&own?, &event.session.user.to_string(), echo)
        .into_iter()
        .collect())
}

async fn see(parlour: &Parlour, moment: &Moment, event: &WsEvent, room: RoomId) -> Answer {
    let (actor, from) = (event.session.actor(), Some(&event.session.connection));
    let (read, own) = tokio::join!(
        read_all::read_what_was_said(parlour, &actor, room, from, moment.now),
        own(parlour, event),
    );
    // Where nothing was said there is nothing to see. The service fell over it.
    if read?.is_none() {
        return Ok(Vec::new());
    }
    Ok(seen_by(&own?, &event.session.user.to_string()).into_iter().collect())
}

/// The sender gets its message as everyone does.
async fn send(parlour: &Parlour, moment: &mut Moment, event: &WsEvent, room: RoomId, text: String) -> Answer {
    let session = &event.session;
    let (actor, outgoing) = (session.actor(), super::message(text)?);
    let (number, from) = (room::number(&actor, room)?, Some(&session.connection));
    let (sent, people) = tokio::join!(
        send_message::send_message(parlour, moment, &actor, room, outgoing, from),
        own(parlour, event),
    );
    Ok(vec![message(number, &sent?.value, &people?)])
}

async fn page(parlour: &Parlour, event: &WsEvent, room: RoomId, (skip, count): (u64, usize)) -> Answer {
    let actor = event.session.actor();
    let part = Numbered {
        newest_first: true,
        skip,
        count,
    };
    let part = numbered(parlour, &actor, room, part).await?;
    let senders = part.items.iter().filter_map(|item| item.user_id.as_deref());
    let mut users: Vec<UserId> = senders.filter_map(|id| UserId::parse(id).ok()).collect();
    users.sort_unstable();
    users.dedup();
    let people = match users.as_slice() {
        [] => People::default(),
        users => people::numbered(parlour, actor.app(), users).await?,
    };
    let number = room::number(&actor, room)?;
    Ok(vec![load_more(number, &part.items, &people, PAGE_BYTES)])
}

/// The message of this id, if it is one of the room.
fn message_in(actor: &Actor, (room, id): (RoomId, u64)) -> Result<(RoomNumber, MessageId), Error> {
    let number = room::number(actor, room)?;
    let place = integer_id::message(id).filter(|(of_room, _)| *of_room == number);
    let (_, seq) = place.ok_or(Error::NotFound)?;
    Ok((number, MessageId::new(actor.app(), number, seq)))
}

async fn update(
    parlour: &Parlour,
    moment: &mut Moment,
    event: &WsEvent,
    (room, id): (RoomId, u64),
    text: &str,
) -> Answer {
    let session = &event.session;
    let actor = session.actor();
    let (number, id) = message_in(&actor, (room, id))?;
    let target = Target {
        actor: &actor,
        room,
        message: id,
        from: Some(&session.connection),
    };
    let text = MessageText::parse(text).map_err(|why| InvalidInput::new("message", why.to_string()))?;
    let change = MessageChange {
        text: Some(text),
        ..MessageChange::default()
    };
    let (changed, people) = tokio::join!(
        edit_message::edit_message(parlour, moment, target, change, None),
        own(parlour, event),
    );
    Ok(vec![message(number, &changed?.value.message, &people?)])
}

/// The others alone hear of it.
async fn delete(parlour: &Parlour, moment: &mut Moment, event: &WsEvent, (room, id): (RoomId, u64)) -> Answer {
    let session = &event.session;
    let actor = session.actor();
    let (_, id) = message_in(&actor, (room, id))?;
    let target = Target {
        actor: &actor,
        room,
        message: id,
        from: Some(&session.connection),
    };
    delete_message::delete_message(parlour, moment, target, false, None).await?;
    Ok(Vec::new())
}

/// The user as the others see them.
async fn own(parlour: &Parlour, event: &WsEvent) -> Result<People, Error> {
    let session = &event.session;
    people::numbered(parlour, &session.app, &[session.user]).await
}
