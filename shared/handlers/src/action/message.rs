//! Actions on a message that was sent: edit, delete, react. The ack holds the entry and the message as it is now.

use parlour_domain::access::Actor;
use parlour_domain::log::BodyHash;
use parlour_domain::{MessageId, Moment, RoomId};
use parlour_protocol::frame::{self, Delete, Edit, React};
use parlour_protocol::request::{client_id, message_id, reaction, room_id};
use parlour_protocol::{InvalidInput, WireError};
use parlour_service::{
    Changed, Done, Error, Key, Parlour, Target, delete_message, edit_message as edit, react as reactions,
};
use serde_json::{Value, json};

use crate::event::WsEvent;
use crate::wire::wire;

pub(super) async fn change(
    parlour: &Parlour,
    moment: &mut Moment,
    event: &WsEvent,
    action: &str,
    text: &str,
) -> Result<Value, WireError> {
    let actor = event.session.actor();
    let on = |room: &str, message: &str| -> Result<_, InvalidInput> { Ok((room_id(room)?, message_id(message)?)) };
    let changed = match action {
        "edit_message" => {
            let asked: Edit = frame::read(text)?;
            let target = target(event, &actor, on(&asked.room_id, &asked.message_id)?);
            let key = key(asked.client_id.as_deref(), action, text)?;
            edit::edit_message(parlour, moment, target, asked.change().check()?, key.as_ref()).await
        }
        "delete_message" => {
            let asked: Delete = frame::read(text)?;
            let target = target(event, &actor, on(&asked.room_id, &asked.message_id)?);
            let key = key(asked.client_id.as_deref(), action, text)?;
            let hard = asked.hard.unwrap_or_default();
            delete_message::delete_message(parlour, moment, target, hard, key.as_ref()).await
        }
        _ => {
            let asked: React = frame::read(text)?;
            let target = target(event, &actor, on(&asked.room_id, &asked.message_id)?);
            let add = action == "add_reaction";
            reactions::react(parlour, moment, target, (reaction(&asked.reaction)?, add)).await
        }
    };
    answer(changed, event)
}

fn answer(changed: Result<Done<Changed>, Error>, event: &WsEvent) -> Result<Value, WireError> {
    let changed = changed.map_err(|error| wire(error, &event.request_id))?;
    Ok(json!(changed.value))
}

const fn target<'a>(event: &'a WsEvent, actor: &'a Actor, (room, message): (RoomId, MessageId)) -> Target<'a> {
    Target {
        actor,
        room,
        message,
        from: Some(&event.session.connection),
    }
}

/// The client's key of a write. Its hash leaves out `request_id`, which differs from try to try.
fn key(id: Option<&str>, action: &str, frame: &str) -> Result<Option<Key>, InvalidInput> {
    let Some(id) = id else { return Ok(None) };
    let mut said: serde_json::Map<String, Value> = serde_json::from_str(frame).unwrap_or_default();
    said.remove("request_id");
    Ok(Some(Key {
        client_id: client_id("client_id", id)?,
        hash: BodyHash::of(&(action, said)),
    }))
}
