//! Actions that make rooms, end them, and take from them: what REST does, by the same use-cases.
//!
//! As with every change of a room, its entry comes as an event to every connection that hears of the room, this one too.

use parlour_protocol::frame::{self, CreateRoom, OfRoom, TruncateRoom};
use parlour_protocol::request::{room_id, seq};
use parlour_protocol::view::OfRoomView;
use parlour_service::{
    create_room as creations, delete_room as deletions, truncate_room as truncations, update_room as rooms,
};
use serde_json::json;

use super::message::key;
use super::native::Answered;
use super::{Answer, Asked};

pub(super) async fn create(asked: Asked<'_>) -> Answered {
    let frame: CreateRoom = frame::read(asked.text)?;
    let actor = asked.event.session.actor();
    let key = key(frame.client_id.as_deref(), asked.text)?;
    let new = frame.room().check()?;
    let made = creations::create_room(asked.parlour, asked.moment, &actor, new, key.as_ref()).await;
    Ok(Answer::Ack(json!(made.map_err(|error| asked.refused(error))?.value)))
}

pub(super) async fn archive(asked: Asked<'_>, archived: bool) -> Answered {
    let frame: OfRoom = frame::read(asked.text)?;
    let (actor, room) = (asked.event.session.actor(), room_id(&frame.room_id)?);
    let key = key(frame.client_id.as_deref(), asked.text)?;
    let changed = rooms::archive_room(asked.parlour, asked.moment, &actor, room, archived, key.as_ref()).await;
    Ok(Answer::Ack(json!(changed.map_err(|error| asked.refused(error))?.value)))
}

pub(super) async fn truncate(asked: Asked<'_>) -> Answered {
    let frame: TruncateRoom = frame::read(asked.text)?;
    let (actor, room) = (asked.event.session.actor(), room_id(&frame.room_id)?);
    let key = key(frame.client_id.as_deref(), asked.text)?;
    let before = seq("before_seq", frame.before_seq)?;
    let cut = truncations::truncate_room(asked.parlour, asked.moment, &actor, room, before, key.as_ref()).await;
    Ok(Answer::Ack(json!(cut.map_err(|error| asked.refused(error))?.value)))
}

pub(super) async fn delete(asked: Asked<'_>) -> Answered {
    let frame: OfRoom = frame::read(asked.text)?;
    let (actor, room) = (asked.event.session.actor(), room_id(&frame.room_id)?);
    let key = key(frame.client_id.as_deref(), asked.text)?;
    deletions::delete_room(asked.parlour, asked.moment, &actor, room, key.as_ref())
        .await
        .map_err(|error| asked.refused(error))?;
    Ok(Answer::Ack(json!(OfRoomView { room_id: frame.room_id })))
}
