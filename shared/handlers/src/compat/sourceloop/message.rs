//! Messages: made, changed and deleted, one by one or all that a condition names.

use std::collections::HashSet;

use parlour_domain::{MessageId, RoomId, limits};
use parlour_protocol::dialect::sourceloop::Row;
use parlour_protocol::dialect::sourceloop::body::{Purpose, check};
use parlour_protocol::dialect::sourceloop::edit::{Edit, sending};
use parlour_protocol::dialect::sourceloop::kept::Kept;
use parlour_protocol::dialect::sourceloop::model::Model;
use parlour_protocol::dialect::sourceloop::operation::Verb;
use parlour_protocol::dialect::sourceloop::problem::Problem;
use parlour_protocol::view::EntryView;
use parlour_service::delete_message::delete_message;
use parlour_service::edit_message::edit_by;
use parlour_service::open_channel::open_channel;
use parlour_service::over_rooms::{Looked, Readers};
use parlour_service::send_message::send_message;
use serde_json::Value;

use super::answer::{Answer, Refusal, count, done};
use super::call::{Call, fixed, target};
use super::looking::{condition, gather};
use super::rows::{message_row, one, written};

pub(super) async fn run(call: &mut Call) -> Answer {
    match call.operation.verb {
        Verb::Create => create(call).await,
        Verb::Patch => change(call, Purpose::Change).await,
        Verb::Put => change(call, Purpose::Replace).await,
        Verb::Delete => delete(call).await,
        Verb::Update => update(call).await,
        _ => delete_all(call).await,
    }
}

/// The room and the place of a message.
pub(super) fn place(message: &EntryView) -> Result<(RoomId, MessageId), Problem> {
    let room = RoomId::parse(&message.room_id).map_err(|_| Problem::Internal)?;
    Ok((room, MessageId::parse(&message.id).map_err(|_| Problem::Internal)?))
}

/// The message that a new one answers is the one of the path, if there is one.
fn answering(call: &Call, row: &mut Row) -> Result<(), Problem> {
    if call.operation.of_message {
        let of_path = Value::from(call.named());
        if row.get("parentMessageId").is_some_and(|given| *given != of_path) {
            return Err(fixed("parentMessageId"));
        }
        row.insert("parentMessageId".to_owned(), of_path);
    }
    Ok(())
}

async fn create(call: &mut Call) -> Answer {
    let mut row = check(Model::Message, &call.body, Purpose::Create, &[])?;
    answering(call, &mut row)?;
    // Our threads have one level: an answer to an answer is in the thread of the first.
    let parent = match row.get("parentMessageId").and_then(Value::as_str) {
        Some(id) => {
            let (parent, _) = one(call, id, Readers::None).await?.ok_or(Problem::NoRelated)?;
            Some(parent.parent_id.unwrap_or(parent.id))
        }
        None => None,
    };
    let text = |name: &str| row.get(name).and_then(Value::as_str);
    let (channel, with) = (text("channelId").unwrap_or_default(), text("toUserId"));
    let mut outgoing = sending(&row, parent).check()?;
    outgoing.client_id = call.key.clone();
    let rest = call.rest.clone();
    let room = open_channel(&rest.parlour, &mut call.moment, &call.user, channel, with).await?;
    let sent = send_message(&rest.parlour, &mut call.moment, &call.user, room, outgoing, None).await?;
    let Some((message, mut looked)) = one(call, &sent.value.id, Readers::None).await? else {
        return Err(Problem::NotFound.into());
    };
    if let Some(as_named) = looked.channels.get_mut(&message.room_id) {
        channel.clone_into(&mut as_named.name);
    }
    written(message_row(call, (&message, &looked)))
}

/// Makes of a message what an edit makes of it.
pub(super) async fn edit(call: &mut Call, message: &EntryView, edit: &Edit) -> Result<(), Refusal> {
    let (rest, power) = (call.rest.clone(), call.power.clone());
    let target = target(&power, place(message)?);
    edit_by(
        &rest.parlour,
        &mut call.moment,
        target,
        &|before| edit.apply(before),
        None,
    )
    .await?;
    Ok(())
}

/// What a message was made with stays: its channel and what it answers.
async fn must_stay(call: &Call, message: &EntryView, row: &Row) -> Result<(), Refusal> {
    let (room, _) = place(message)?;
    call.must_be_in(room, &call.body).await?;
    let parent = Kept::of(message.custom.as_ref()).parent_message_id;
    let parent = parent.or_else(|| message.parent_id.clone()).map(Value::from);
    match row.get("parentMessageId") {
        Some(given) if Some(given) != parent.as_ref() => Err(fixed("parentMessageId").into()),
        _ => Ok(()),
    }
}

async fn change(call: &mut Call, purpose: Purpose) -> Answer {
    let row = check(Model::Message, &call.body, purpose, &[])?;
    let found = one(call, call.named(), Readers::None).await?;
    let (message, _) = found.ok_or_else(|| call.no_entity())?;
    must_stay(call, &message, &row).await?;
    let all = purpose == Purpose::Replace;
    edit(call, &message, &Edit::Message { row, all }).await?;
    Ok(done())
}

async fn remove(call: &mut Call, message: &EntryView) -> Result<(), Refusal> {
    let (rest, power) = (call.rest.clone(), call.power.clone());
    let target = target(&power, place(message)?);
    delete_message(&rest.parlour, &mut call.moment, target, false, None).await?;
    Ok(())
}

async fn delete(call: &mut Call) -> Answer {
    let found = one(call, call.named(), Readers::None).await?;
    let (message, _) = found.ok_or_else(|| call.no_entity())?;
    remove(call, &message).await?;
    Ok(done())
}

/// Those messages that the condition of the request names and that may be the caller's to change, and whether there are more.
async fn chosen(call: &Call, may: impl Fn(&Looked, &EntryView) -> bool) -> Result<(Vec<EntryView>, bool), Refusal> {
    let filter = condition(call)?;
    let gathered = gather(call, Model::Message, &filter).await?;
    let rows = filter.select(Model::Message, gathered.dataset.rows(Model::Message));
    let ids: HashSet<&str> = rows.iter().filter_map(|row| row.get("id")?.as_str()).collect();
    let looked = &gathered.looked;
    let all = looked
        .messages
        .iter()
        .filter(|message| ids.contains(message.id.as_str()) && may(looked, message));
    let mut all: Vec<EntryView> = all.cloned().collect();
    let more = gathered.cut || all.len() > limits::MESSAGES_CHANGED;
    all.truncate(limits::MESSAGES_CHANGED);
    Ok((all, more))
}

/// Whether somebody whose power is that of their rooms said it themselves; an administrator may change all.
pub(super) fn is_own(call: &Call, message: &EntryView) -> bool {
    call.power.user().is_none() || message.user_id.as_deref() == Some(&call.own.to_string())
}

async fn update(call: &mut Call) -> Answer {
    let row = check(Model::Message, &call.body, Purpose::Change, &[])?;
    let (messages, more) = chosen(call, |_, message| is_own(call, message)).await?;
    for message in &messages {
        must_stay(call, message, &row).await?;
    }
    let (change, mut changed) = (Edit::Message { row, all: false }, 0);
    for message in &messages {
        match edit(call, message, &change).await {
            Ok(()) => changed += 1,
            Err(refusal) if refusal.of_one_row() => {}
            Err(refusal) => return Err(refusal),
        }
    }
    Ok(count(changed, more))
}

async fn delete_all(call: &mut Call) -> Answer {
    let may =
        |looked: &Looked, message: &EntryView| is_own(call, message) || looked.moderated.contains(&message.room_id);
    let (messages, more) = chosen(call, may).await?;
    let mut deleted = 0;
    for message in &messages {
        match remove(call, message).await {
            Ok(()) => deleted += 1,
            Err(refusal) if refusal.of_one_row() => {}
            Err(refusal) => return Err(refusal),
        }
    }
    Ok(count(deleted, more))
}
