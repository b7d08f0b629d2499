//! Actions on a message that was sent: edit, delete, react, pin, star. The ack of all but the last holds the entry and the message as it is now.

use parlour_domain::access::Actor;
use parlour_domain::log::BodyHash;
use parlour_domain::{MessageId, RoomId};
use parlour_protocol::InvalidInput;
use parlour_protocol::frame::{self, Delete, Edit, Forward, OfMessage, Pin, React};
use parlour_protocol::request::{client_id, expires_at, message_id, reaction, room_id};
use parlour_service::{
    Changed, Done, Error, Key, Target, delete_message, edit_message as edits, forward_message, pin as pins,
    react as reactions, star as stars,
};
use serde_json::{Map, Value, json};

use super::native::Answered;
use super::{Answer, Asked};
use crate::event::WsEvent;

pub(super) async fn edit(asked: Asked<'_>) -> Answered {
    let frame: Edit = frame::read(asked.text)?;
    let actor = asked.event.session.actor();
    let target = target(asked.event, &actor, (&frame.room_id, &frame.message_id))?;
    let key = key(frame.client_id.as_deref(), asked.text)?;
    let change = frame.change().check()?;
    let changed = edits::edit_message(asked.parlour, asked.moment, target, change, key.as_ref()).await;
    answer(&asked, changed)
}

pub(super) async fn delete(asked: Asked<'_>) -> Answered {
    let frame: Delete = frame::read(asked.text)?;
    let actor = asked.event.session.actor();
    let target = target(asked.event, &actor, (&frame.room_id, &frame.message_id))?;
    let key = key(frame.client_id.as_deref(), asked.text)?;
    let hard = frame.hard.unwrap_or_default();
    let changed = delete_message::delete_message(asked.parlour, asked.moment, target, hard, key.as_ref()).await;
    answer(&asked, changed)
}

pub(super) async fn forward(asked: Asked<'_>) -> Answered {
    let frame: Forward = frame::read(asked.text)?;
    let actor = asked.event.session.actor();
    let target = target(asked.event, &actor, (&frame.room_id, &frame.message_id))?;
    let forwarding = frame.to().check()?;
    let sent = forward_message::forward_message(asked.parlour, asked.moment, target, forwarding).await;
    Ok(Answer::Ack(json!(sent.map_err(|error| asked.refused(error))?.value)))
}

pub(super) async fn react(asked: Asked<'_>, add: bool) -> Answered {
    let frame: React = frame::read(asked.text)?;
    let actor = asked.event.session.actor();
    let target = target(asked.event, &actor, (&frame.room_id, &frame.message_id))?;
    let reaction = (reaction(&frame.reaction)?, add);
    let changed = reactions::react(asked.parlour, asked.moment, target, reaction).await;
    answer(&asked, changed)
}

pub(super) async fn pin(asked: Asked<'_>) -> Answered {
    let frame: Pin = frame::read(asked.text)?;
    let actor = asked.event.session.actor();
    let target = target(asked.event, &actor, (&frame.room_id, &frame.message_id))?;
    let until = expires_at(frame.expires_at.as_deref())?;
    let changed = pins::pin(asked.parlour, asked.moment, target, until).await;
    answer(&asked, changed)
}

pub(super) async fn unpin(asked: Asked<'_>) -> Answered {
    let frame: OfMessage = frame::read(asked.text)?;
    let actor = asked.event.session.actor();
    let target = target(asked.event, &actor, (&frame.room_id, &frame.message_id))?;
    let changed = pins::unpin(asked.parlour, asked.moment, target).await;
    answer(&asked, changed)
}

pub(super) async fn star(asked: Asked<'_>, add: bool) -> Answered {
    let frame: OfMessage = frame::read(asked.text)?;
    let actor = asked.event.session.actor();
    let target = target(asked.event, &actor, (&frame.room_id, &frame.message_id))?;
    let (parlour, now) = (asked.parlour, asked.moment.now);
    let star = if add {
        stars::star(parlour, target, now).await
    } else {
        stars::unstar(parlour, target, now).await
    };
    Ok(Answer::Ack(json!(star.map_err(|error| asked.refused(error))?)))
}

fn answer(asked: &Asked<'_>, changed: Result<Done<Changed>, Error>) -> Answered {
    let changed = changed.map_err(|error| asked.refused(error))?;
    Ok(Answer::Ack(json!(changed.value)))
}

pub(super) fn target<'a>(
    event: &'a WsEvent,
    actor: &'a Actor,
    (room, message): (&str, &str),
) -> Result<Target<'a>, InvalidInput> {
    let (room, message): (RoomId, MessageId) = (room_id(room)?, message_id(message)?);
    Ok(Target {
        actor,
        room,
        message,
        from: Some(&event.session.connection),
    })
}

/// The client's key of a write. Its hash leaves out `request_id`, which differs from try to try.
pub(super) fn key(id: Option<&str>, frame: &str) -> Result<Option<Key>, InvalidInput> {
    let Some(id) = id else { return Ok(None) };
    let mut said: Map<String, Value> = serde_json::from_str(frame).unwrap_or_default();
    said.remove("request_id");
    Ok(Some(Key {
        client_id: client_id("client_id", id)?,
        hash: BodyHash::of(&said),
    }))
}
