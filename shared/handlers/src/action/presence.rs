//! Actions about who is there: ask for users and watch them, list who is in a room.

use parlour_protocol::frame::{self, PageOfRoom, Presence, WatchPresence};
use parlour_protocol::request::{after_user, page_limit, room_id, users};
use parlour_protocol::view::{PresencesView, RoomRosterView};
use parlour_service::{PageSize, presence as presences, roster as rosters};
use serde_json::json;

use super::native::Answered;
use super::{Answer, Asked};

pub(super) async fn watch(asked: Asked<'_>) -> Answered {
    let frame: WatchPresence = frame::read(asked.text)?;
    let (users, session) = (users(&frame.user_ids)?, &asked.event.session);
    let watched = presences::watch(asked.parlour, session, &users, asked.moment.now).await;
    Ok(Answer::Ack(json!(PresencesView {
        items: watched.map_err(|error| asked.refused(error))?,
    })))
}

pub(super) async fn presence(asked: Asked<'_>) -> Answered {
    let frame: Presence = frame::read(asked.text)?;
    let (users, actor) = (users(&frame.user_ids)?, asked.event.session.actor());
    let items = presences::list(asked.parlour, &actor, &users, asked.moment.now).await;
    asked.ack(items.map(|items| PresencesView { items }))
}

pub(super) async fn roster(asked: Asked<'_>) -> Answered {
    let frame: PageOfRoom = frame::read(asked.text)?;
    let (room, size) = (room_id(&frame.room_id)?, PageSize::in_frame(page_limit(frame.limit)?));
    let after = after_user(frame.after.as_deref())?;
    let (actor, now) = (asked.event.session.actor(), asked.moment.now);
    let page = rosters::roster(asked.parlour, &actor, room, (after, size), now).await;
    asked.ack(page.map(|page| RoomRosterView::new(frame.room_id, page)))
}
