//! Actions of a user that are about no room.

use parlour_protocol::frame::{self, BlockUser, GetUser, ListFriends, OwnPage, ReportMessage, ReportUser};
use parlour_protocol::request::{CreateReport, after_user, message_id, page_limit, room_id, user_id};
use parlour_protocol::view::{BlocksView, OfUserView};
use parlour_service::block_user::{self as blocks, set_block};
use parlour_service::{friends as list, report, users};
use serde_json::json;

use super::native::Answered;
use super::{Answer, Asked};

pub(super) async fn report_user(asked: Asked<'_>) -> Answered {
    let frame: ReportUser = frame::read(asked.text)?;
    let (actor, user) = (asked.event.session.actor(), user_id("user_id", &frame.user_id)?);
    let why = CreateReport {
        reason: frame.reason,
        comment: frame.comment,
    };
    let report = report::user(asked.parlour, asked.moment, &actor, user, why.check()?).await;
    Ok(Answer::Ack(json!(report.map_err(|error| asked.refused(error))?.value)))
}

pub(super) async fn report_message(asked: Asked<'_>) -> Answered {
    let frame: ReportMessage = frame::read(asked.text)?;
    let about = (room_id(&frame.room_id)?, message_id(&frame.message_id)?);
    let why = CreateReport {
        reason: frame.reason,
        comment: frame.comment,
    };
    let actor = asked.event.session.actor();
    let report = report::message(asked.parlour, asked.moment, &actor, about, why.check()?).await;
    Ok(Answer::Ack(json!(report.map_err(|error| asked.refused(error))?.value)))
}

pub(super) async fn block(asked: Asked<'_>, blocked: bool) -> Answered {
    let frame: BlockUser = frame::read(asked.text)?;
    let (actor, user) = (asked.event.session.actor(), user_id("user_id", &frame.user_id)?);
    set_block(asked.parlour, asked.moment, &actor, user, blocked)
        .await
        .map_err(|error| asked.refused(error))?;
    Ok(Answer::Ack(json!(OfUserView { user_id: frame.user_id })))
}

pub(super) async fn list_blocks(asked: Asked<'_>) -> Answered {
    let frame: OwnPage = frame::read(asked.text)?;
    let (after, limit) = (after_user(frame.after.as_deref())?, page_limit(frame.limit)?);
    let page = blocks::list(asked.parlour, &asked.event.session.actor(), after, limit).await;
    asked.ack(page.map(BlocksView::new))
}

pub(super) async fn get(asked: Asked<'_>) -> Answered {
    let frame: GetUser = frame::read(asked.text)?;
    let actor = asked.event.session.actor();
    let found = match frame.user_id.as_deref() {
        Some(user) => users::get(asked.parlour, &actor, user_id("user_id", user)?).await,
        None => users::me(asked.parlour, &actor).await,
    };
    asked.ack(found)
}

pub(super) async fn friends(asked: Asked<'_>) -> Answered {
    let frame: ListFriends = frame::read(asked.text)?;
    let (actor, limit) = (asked.event.session.actor(), page_limit(frame.limit)?);
    let page = list::list(asked.parlour, &actor, frame.after.as_deref(), limit).await;
    asked.ack(page)
}
