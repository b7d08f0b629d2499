//! Messages of a room, by number.

use parlour_domain::UserId;
use parlour_domain::access::Actor;
use parlour_protocol::dialect::chat_panel::Message;
use parlour_protocol::dialect::chat_panel::rest::{Paging, Problem};
use parlour_protocol::view::EntryView;
use parlour_service::{history, people};

use super::{Answered, Asked, Refusal};

/// Those who sent these messages.
pub(super) fn senders(messages: &[EntryView]) -> impl Iterator<Item = UserId> {
    let senders = messages.iter().filter_map(|message| message.user_id.as_deref());
    senders.filter_map(|id| UserId::parse(id).ok())
}

/// A page, newest first. A message that is deleted keeps its place and is left out.
pub(super) async fn list(asked: &Asked<'_>, actor: &Actor, id: &str) -> Answered {
    if actor.user().is_none() {
        return Err(Problem::no_user().into());
    }
    let room = asked.room(actor, id).await.map_err(Refusal::not_theirs)?;
    let paging = Paging::read(&asked.query)?;
    let part = history::Numbered {
        newest_first: true,
        skip: paging.skip,
        count: paging.count,
    };
    let part = history::numbered(asked.parlour(), actor, room, part).await;
    let mut messages = part.map_err(Refusal::not_theirs)?.items;
    messages.retain(|message| message.deleted_at.is_none());
    let people = people::many(asked.parlour(), actor.app(), senders(&messages)).await?;
    let messages: Vec<Message> = messages.iter().map(|message| Message::new(message, &people)).collect();
    asked.says("Found all messages!", 200, messages)
}
