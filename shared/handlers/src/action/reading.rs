//! Actions on what the user has read and is notified of.

use parlour_protocol::frame;
use parlour_protocol::request::{room_id, seq};
use parlour_service::{
    mark_delivered as delivered, mark_read as read, mark_unread as back, set_notification as notification,
};
use serde_json::json;

use super::message::key;
use super::native::Answered;
use super::{Answer, Asked};

pub(super) async fn mark_read(asked: Asked<'_>) -> Answered {
    let frame: frame::MarkReadUpTo = frame::read(asked.text)?;
    let (room, up_to, session) = (room_id(&frame.room_id)?, seq("seq", frame.seq)?, &asked.event.session);
    let (actor, from) = (session.actor(), Some(&session.connection));
    let read = read::mark_read(asked.parlour, &actor, room, up_to, from, asked.moment.now).await;
    Ok(Answer::Ack(json!(read.map_err(|error| asked.refused(error))?)))
}

pub(super) async fn mark_unread(asked: Asked<'_>) -> Answered {
    let frame: frame::MarkUnreadFrom = frame::read(asked.text)?;
    let (place, session) = ((room_id(&frame.room_id)?, seq("seq", frame.seq)?), &asked.event.session);
    let (actor, from) = (session.actor(), Some(&session.connection));
    let key = key(frame.client_id.as_deref(), asked.text)?;
    let moved = back::mark_unread(asked.parlour, asked.moment, &actor, place, key.as_ref(), from).await;
    Ok(Answer::Ack(json!(moved.map_err(|error| asked.refused(error))?.value)))
}

pub(super) async fn mark_delivered(asked: Asked<'_>) -> Answered {
    let frame: frame::MarkDeliveredUpTo = frame::read(asked.text)?;
    let (place, session) = ((room_id(&frame.room_id)?, seq("seq", frame.seq)?), &asked.event.session);
    let (actor, from) = (session.actor(), Some(&session.connection));
    let moved = delivered::mark_delivered(asked.parlour, &actor, place, from, asked.moment.now).await;
    Ok(Answer::Ack(json!(moved.map_err(|error| asked.refused(error))?)))
}

pub(super) async fn set_notification(asked: Asked<'_>) -> Answered {
    let frame: frame::SetNotification = frame::read(asked.text)?;
    let (what, session) = (
        (room_id(&frame.room_id)?, frame.notification.into()),
        &asked.event.session,
    );
    let (actor, from) = (session.actor(), Some(&session.connection));
    let set = notification::set_notification(asked.parlour, &actor, what, from, asked.moment.now).await;
    Ok(Answer::Ack(json!(set.map_err(|error| asked.refused(error))?)))
}
