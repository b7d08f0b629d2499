//! Actions about who is there: watch users, list who is in a room.

use parlour_protocol::frame::{self, Roster, WatchPresence};
use parlour_protocol::request::{page_limit, room_id, user_id, users};
use parlour_protocol::view::{PresencesView, RoomRosterView};
use parlour_service::{presence, roster as rosters};
use serde_json::json;

use super::native::Answered;
use super::{Answer, Asked};

pub(super) async fn watch(asked: Asked<'_>) -> Answered {
    let frame: WatchPresence = frame::read(asked.text)?;
    let (users, session) = (users(&frame.user_ids)?, &asked.event.session);
    let watched = presence::watch(asked.parlour, session, &users, asked.moment.now).await;
    Ok(Answer::Ack(json!(PresencesView {
        items: watched.map_err(|error| asked.refused(error))?,
    })))
}

pub(super) async fn roster(asked: Asked<'_>) -> Answered {
    let frame: Roster = frame::read(asked.text)?;
    let (room, limit) = (room_id(&frame.room_id)?, page_limit(frame.limit)?);
    let after = frame
        .after
        .as_deref()
        .map(|after| user_id("after", after))
        .transpose()?;
    let (actor, now) = (asked.event.session.actor(), asked.moment.now);
    let page = rosters::roster(asked.parlour, &actor, room, (after, limit), now).await;
    let page = page.map_err(|error| asked.refused(error))?;
    Ok(Answer::Ack(json!(RoomRosterView {
        room_id: frame.room_id,
        items: page.items,
        next: page.next,
    })))
}
