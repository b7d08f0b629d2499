//! Actions that get and list messages: what REST does, by the same use-cases. A page ends where the frame does.

use parlour_domain::limits;
use parlour_protocol::InvalidInput;
use parlour_protocol::frame::{self, EditHistory, ListPins, ListReplies, MessageStatus, OfMessage, OwnPage};
use parlour_protocol::request::{after_user, message_id, page_limit, room_id, seq};
use parlour_protocol::view::{MessageEditsView, MessageRepliesView, RoomPinsView, StarsView};
use parlour_service::{
    PageSize, edit_message, history, message_status as receipts, pin as pins, replies as threads, star as kept,
};

use super::Asked;
use super::message::target;
use super::native::Answered;

pub(super) async fn get(asked: Asked<'_>) -> Answered {
    let frame: OfMessage = frame::read(asked.text)?;
    let actor = asked.event.session.actor();
    let (room, message) = (room_id(&frame.room_id)?, message_id(&frame.message_id)?);
    asked.ack(history::get(asked.parlour, &actor, room, message).await)
}

pub(super) async fn edits(asked: Asked<'_>) -> Answered {
    let frame: EditHistory = frame::read(asked.text)?;
    let actor = asked.event.session.actor();
    let of = (room_id(&frame.room_id)?, message_id(&frame.message_id)?);
    let after = usize::try_from(frame.after.unwrap_or_default()).unwrap_or(usize::MAX);
    if after > limits::MESSAGE_EDITS {
        return Err(InvalidInput::new("after", "must be the next of the page before").into());
    }
    let page = (after, PageSize::in_frame(limits::MESSAGE_EDITS + 1));
    let page = edit_message::edits(asked.parlour, &actor, of, page).await;
    asked.ack(page.map(|page| MessageEditsView::new(frame.room_id, frame.message_id, page)))
}

pub(super) async fn replies(asked: Asked<'_>) -> Answered {
    let frame: ListReplies = frame::read(asked.text)?;
    let actor = asked.event.session.actor();
    let of = (room_id(&frame.room_id)?, message_id(&frame.message_id)?);
    let after = seq("after_seq", frame.after_seq.unwrap_or_default())?;
    let page = threads::list(asked.parlour, &actor, of, after, page_limit(frame.limit)?).await;
    asked.ack(page.map(|page| MessageRepliesView::new(frame.room_id, frame.message_id, page)))
}

pub(super) async fn pinned(asked: Asked<'_>) -> Answered {
    let frame: ListPins = frame::read(asked.text)?;
    let (actor, room) = (asked.event.session.actor(), room_id(&frame.room_id)?);
    let page = (frame.after.as_deref(), PageSize::in_frame(limits::PINS));
    let page = pins::list(asked.parlour, &actor, room, page, asked.moment.now).await;
    asked.ack(page.map(|page| RoomPinsView::new(frame.room_id, page)))
}

pub(super) async fn stars(asked: Asked<'_>) -> Answered {
    let frame: OwnPage = frame::read(asked.text)?;
    let (actor, limit) = (asked.event.session.actor(), page_limit(frame.limit)?);
    let page = kept::list(asked.parlour, &actor, frame.after.as_deref(), limit).await;
    asked.ack(page.map(StarsView::new))
}

pub(super) async fn status(asked: Asked<'_>) -> Answered {
    let frame: MessageStatus = frame::read(asked.text)?;
    let actor = asked.event.session.actor();
    let target = target(asked.event, &actor, (&frame.room_id, &frame.message_id))?;
    let (after, limit) = (after_user(frame.after.as_deref())?, page_limit(frame.limit)?);
    asked.ack(receipts::status(asked.parlour, target, after, limit).await)
}
