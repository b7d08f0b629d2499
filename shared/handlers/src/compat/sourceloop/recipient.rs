//! Recipients: a message and a member of its room. What they have read and starred is theirs; whom a message goes to is its sender's.

mod change;

use parlour_domain::RoomId;
use parlour_protocol::dialect::sourceloop::Row;
use parlour_protocol::dialect::sourceloop::body::{Purpose, check};
use parlour_protocol::dialect::sourceloop::edit::Edit;
use parlour_protocol::dialect::sourceloop::kept::Kept;
use parlour_protocol::dialect::sourceloop::model::Model;
use parlour_protocol::dialect::sourceloop::operation::Verb;
use parlour_protocol::dialect::sourceloop::problem::Problem;
use parlour_protocol::request::Forwarding;
use parlour_protocol::view::EntryView;
use parlour_service::add_recipient::add_recipient;
use parlour_service::forward_message::forward_message;
use parlour_service::over_rooms::Readers;
use parlour_service::{Error, people};
use serde_json::Value;

use super::answer::{Answer, Refusal};
use super::call::{Call, fixed, target};
use super::message::{edit, place};
use super::rows::{one, reader_of, recipient_row, written};

pub(super) async fn run(call: &mut Call) -> Answer {
    match call.operation.verb {
        Verb::Create => create(call).await,
        Verb::Patch => change::one(call, Purpose::Change).await,
        Verb::Put => change::one(call, Purpose::Replace).await,
        Verb::Delete => change::delete(call).await,
        Verb::Update => change::all(call).await,
        _ => change::delete_all(call).await,
    }
}

fn text<'a>(row: &'a Row, name: &str) -> Option<&'a str> {
    row.get(name).and_then(Value::as_str)
}

/// The row of a new recipient, whose message is that of the path, if that names one.
fn body(call: &Call) -> Result<Row, Refusal> {
    let of_path = call.operation.of_message;
    let given: &[&str] = if of_path { &["messageId"] } else { &[] };
    let mut row = check(Model::Recipient, &call.body, Purpose::Create, given)?;
    if of_path {
        if text(&row, "messageId").is_some_and(|given| given != call.named()) {
            return Err(fixed("messageId").into());
        }
        row.insert("messageId".to_owned(), call.named().into());
    }
    Ok(row)
}

async fn create(call: &mut Call) -> Answer {
    let row = body(call)?;
    let of = text(&row, "messageId").unwrap_or_default();
    let (message, _) = one(call, of, Readers::None).await?.ok_or(Problem::NoRelated)?;
    let channel = text(&row, "channelId").unwrap_or_default();
    let forwarded = row.get("isForwarded") == Some(&Value::Bool(true));
    let (to, room) = (call.room(channel).await?, place(&message)?.0);
    let message = match to {
        Some(to) if to == room => message,
        Some(to) if forwarded => forward(call, &message, to).await?,
        None if forwarded => return Err(Problem::NoRelated.into()),
        // Whether there is such a channel is not said.
        _ => return Err(fixed("channelId").into()),
    };
    let (room, id) = place(&message)?;
    let recipient = text(&row, "recipientId").unwrap_or_default();
    let user = people::known(call.parlour(), call.user.app(), recipient).await?;
    let Some(user) = user else {
        // The whole channel, as the service's own sample names it.
        if recipient != channel {
            return Err(Problem::NoRelated.into());
        }
        return answer(call, &message, &room.to_string(), Some(channel)).await;
    };
    let (rest, power) = (call.rest.clone(), call.power.clone());
    add_recipient(&rest.parlour, &mut call.moment, &power, (room, id), user, None).await?;
    let part = user.to_string();
    if Kept::of(message.custom.as_ref()).removed.contains(&part) {
        edit(call, &message, &Edit::Restored { user: part.clone() }).await?;
    }
    let found = one(call, &message.id, reader_of(call, &part)).await?;
    let (message, looked) = found.ok_or(Problem::NoRelated)?;
    if let Some(current) = recipient_row(call, (&message, &looked), &part) {
        let said = without_defaults(row, message.forwarded.is_some());
        change::apply(call, &message, (&current, &said)).await?;
    }
    answer(call, &message, &part, None).await
}

/// What a new row says of itself beside what every row begins with. That a message was forwarded natively stands in it already.
fn without_defaults(mut row: Row, forwarded: bool) -> Row {
    row.retain(|_, value| *value != Value::Bool(false));
    if forwarded {
        row.remove("isForwarded");
        row.remove("forwardedBy");
    }
    row
}

/// Says the message again in the other channel, as forwarded: that is another message.
async fn forward(call: &mut Call, message: &EntryView, to: RoomId) -> Result<EntryView, Refusal> {
    let (rest, user) = (call.rest.clone(), call.user.clone());
    let target = target(&user, place(message)?);
    let forwarding = Forwarding {
        to,
        client_id: call.key.clone(),
        after_seq: None,
    };
    match forward_message(&rest.parlour, &mut call.moment, target, forwarding).await {
        Ok(sent) => Ok(sent.value),
        // As where there is no such channel.
        Err(Error::NotFound) => Err(Problem::NoRelated.into()),
        Err(error) => Err(error.into()),
    }
}

/// The row as it is now.
async fn answer(call: &Call, message: &EntryView, part: &str, channel: Option<&str>) -> Answer {
    let found = one(call, &message.id, reader_of(call, part)).await?;
    let (message, mut looked) = found.ok_or(Problem::NoRelated)?;
    if let (Some(name), Some(channel)) = (channel, looked.channels.get_mut(&message.room_id)) {
        name.clone_into(&mut channel.name);
    }
    let row = recipient_row(call, (&message, &looked), part);
    if row.is_none() && message.user_id.as_deref() == Some(part) {
        // Its sender is none of its recipients.
        return Err(fixed("recipientId").into());
    }
    written(row)
}
