//! Changes of recipients, one by one or all that a condition names.

use std::collections::{BTreeMap, HashMap};

use axum::response::Response;
use parlour_domain::{RoomId, Seq, limits};
use parlour_protocol::dialect::sourceloop::Row;
use parlour_protocol::dialect::sourceloop::body::{Purpose, check};
use parlour_protocol::dialect::sourceloop::edit::Edit;
use parlour_protocol::dialect::sourceloop::model::Model;
use parlour_protocol::dialect::sourceloop::problem::Problem;
use parlour_protocol::dialect::sourceloop::row::parts;
use parlour_protocol::view::EntryView;
use parlour_service::mark_read::mark_read;
use parlour_service::mark_unread::mark_unread;
use parlour_service::star;
use serde_json::Value;

use super::super::answer::{Answer, Refusal, count, done};
use super::super::call::{Call, fixed, target};
use super::super::looking::{condition, gather};
use super::super::message::{edit, is_own, place};
use super::super::rows::{one as message_of, reader_of, recipient_row};
use super::text;

fn flag(row: &Row, name: &str) -> Option<bool> {
    row.get(name).and_then(Value::as_bool)
}

/// What a change makes different in a row.
struct Difference {
    read: Option<bool>,
    favorite: Option<bool>,
    /// By whom it is forwarded from here on; none: by nobody.
    forwarded: Option<Option<String>>,
}

impl Difference {
    fn new(current: &Row, wanted: &Row) -> Self {
        let of = |name: &str| flag(wanted, name).filter(|now| flag(current, name) != Some(*now));
        let by = text(wanted, "forwardedBy").filter(|by| text(current, "forwardedBy") != Some(by));
        let forwarded = match (flag(wanted, "isForwarded"), flag(current, "isForwarded")) {
            (Some(false), Some(true)) => Some(None),
            (Some(true), Some(false)) => Some(Some(by.unwrap_or_default().to_owned())),
            (Some(false), _) => None,
            _ => by.map(|by| Some(by.to_owned())),
        };
        Self {
            read: of("isRead"),
            favorite: of("isFavorite"),
            forwarded,
        }
    }

    /// Whether only the recipient can do this.
    const fn is_personal(&self) -> bool {
        self.read.is_some() || self.favorite.is_some()
    }
}

/// The part of a row's id that names the recipient.
fn part(row: &Row) -> &str {
    text(row, "id").and_then(parts).map_or("", |(_, part)| part)
}

/// Whether a row is the caller's own: as a member, or as the whole channel's, of which the own position is meant.
fn is_mine(call: &Call, message: &EntryView, row: &Row) -> bool {
    let part = part(row);
    part == call.own.to_string() || part == message.room_id
}

/// Makes of a row what is wanted of it. Nothing changes where it is so already.
pub(super) async fn apply(
    call: &mut Call,
    message: &EntryView,
    (current, wanted): (&Row, &Row),
) -> Result<(), Refusal> {
    let difference = Difference::new(current, wanted);
    if difference.is_personal() && !is_mine(call, message, current) {
        return Err(Problem::Forbidden.into());
    }
    let (room, id) = place(message)?;
    if let Some(read) = difference.read {
        move_to(call, room, message.seq, read).await?;
    }
    let (rest, user) = (call.rest.clone(), call.user.clone());
    let target = target(&user, (room, id));
    match difference.favorite {
        Some(true) => drop(star::star(&rest.parlour, target, call.moment.now).await?),
        Some(false) => drop(star::unstar(&rest.parlour, target, call.moment.now).await?),
        None => {}
    }
    if let Some(by) = difference.forwarded {
        let user = part(current).to_owned();
        let seen = text(current, "createdBy").unwrap_or_default();
        let by = by.map(|by| if by.is_empty() { seen.to_owned() } else { by });
        edit(call, message, &Edit::Forwarded { user, by }).await?;
    }
    Ok(())
}

/// Everything up to the message is read, or the message and what follows it is not.
async fn move_to(call: &mut Call, room: RoomId, seq: u64, read: bool) -> Result<(), Refusal> {
    let seq = Seq::new(seq).ok_or(Problem::Internal)?;
    let (rest, user, now) = (call.rest.clone(), call.user.clone(), call.moment.now);
    if read {
        mark_read(&rest.parlour, &user, room, seq, None, now).await?;
    } else {
        mark_unread(&rest.parlour, &mut call.moment, &user, (room, seq), None, None).await?;
    }
    Ok(())
}

/// What a row is a row of stays.
async fn must_stay(call: &Call, message: &EntryView, (current, wanted): (&Row, &Row)) -> Result<(), Refusal> {
    call.must_be_in(place(message)?.0, &call.body).await?;
    for name in ["messageId", "recipientId"] {
        if text(wanted, name).is_some_and(|given| text(current, name) != Some(given)) {
            return Err(fixed(name).into());
        }
    }
    Ok(())
}

/// The row that the path names, and its message.
async fn found(call: &Call) -> Result<(EntryView, Row), Refusal> {
    let (of, part) = parts(call.named()).ok_or_else(|| call.no_entity())?;
    let found = message_of(call, of, reader_of(call, part)).await?;
    let (message, looked) = found.ok_or_else(|| call.no_entity())?;
    let row = recipient_row(call, (&message, &looked), part).ok_or_else(|| call.no_entity())?;
    Ok((message, row))
}

pub(super) async fn one(call: &mut Call, purpose: Purpose) -> Answer {
    let wanted = check(Model::Recipient, &call.body, purpose, &[])?;
    let (message, current) = found(call).await?;
    if part(&current) != message.room_id {
        must_stay(call, &message, (&current, &wanted)).await?;
    }
    apply(call, &message, (&current, &wanted)).await?;
    Ok(done())
}

pub(super) async fn delete(call: &mut Call) -> Answer {
    let (message, row) = found(call).await?;
    let user = part(&row).to_owned();
    edit(call, &message, &Edit::Removed { user }).await?;
    Ok(done())
}

/// The rows that the condition of the request names, each with its message, and whether there are more.
async fn chosen(call: &Call) -> Result<(Vec<(EntryView, Row)>, bool), Refusal> {
    let filter = condition(call)?;
    let gathered = gather(call, Model::Recipient, &filter).await?;
    let messages = gathered
        .looked
        .messages
        .iter()
        .map(|message| (message.id.as_str(), message));
    let messages: HashMap<&str, &EntryView> = messages.collect();
    let rows = filter.select(Model::Recipient, gathered.dataset.rows(Model::Recipient));
    let with = |row: &Row| Some(((*messages.get(text(row, "messageId")?)?).clone(), row.clone()));
    Ok((rows.into_iter().filter_map(with).collect(), gathered.cut))
}

pub(super) async fn all(call: &mut Call) -> Answer {
    let wanted = check(Model::Recipient, &call.body, Purpose::Change, &[])?;
    let personal = wanted.contains_key("isRead") || wanted.contains_key("isFavorite");
    let (rows, more) = chosen(call).await?;
    let mine = |(message, row): &(EntryView, Row)| {
        if personal {
            is_mine(call, message, row)
        } else {
            is_own(call, message)
        }
    };
    let rows: Vec<(EntryView, Row)> = rows.into_iter().filter(mine).collect();
    for (message, row) in &rows {
        must_stay(call, message, (row, &wanted)).await?;
    }
    let alone = ["isFavorite", "isForwarded", "forwardedBy"];
    match flag(&wanted, "isRead") {
        Some(read) if !alone.iter().any(|name| wanted.contains_key(*name)) => read_all(call, rows, read, more).await,
        _ => each(call, rows, &wanted, more).await,
    }
}

/// One position for each room, however many messages: the last of them is read, or the first of them is not.
async fn read_all(call: &mut Call, rows: Vec<(EntryView, Row)>, read: bool, more: bool) -> Answer {
    let mut places: BTreeMap<String, u64> = BTreeMap::new();
    let different = rows.iter().filter(|(_, row)| flag(row, "isRead") != Some(read));
    for (message, _) in different {
        let place = places.entry(message.room_id.clone()).or_insert(message.seq);
        *place = if read {
            message.seq.max(*place)
        } else {
            message.seq.min(*place)
        };
    }
    for (room, seq) in places {
        let room = RoomId::parse(&room).map_err(|_| Problem::Internal)?;
        move_to(call, room, seq, read).await?;
    }
    Ok(count(rows.len(), more))
}

async fn each(call: &mut Call, mut rows: Vec<(EntryView, Row)>, wanted: &Row, more: bool) -> Answer {
    let more = more || rows.len() > limits::MESSAGES_CHANGED;
    rows.truncate(limits::MESSAGES_CHANGED);
    let mut changed = 0;
    for (message, row) in &rows {
        match apply(call, message, (row, wanted)).await {
            Ok(()) => changed += 1,
            Err(refusal) if refusal.of_one_row() => {}
            Err(refusal) => return Err(refusal),
        }
    }
    Ok(count(changed, more))
}

pub(super) async fn delete_all(call: &mut Call) -> Result<Response, Refusal> {
    let (mut rows, mut more) = chosen(call).await?;
    rows.retain(|(message, _)| is_own(call, message));
    more |= rows.len() > limits::MESSAGES_CHANGED;
    rows.truncate(limits::MESSAGES_CHANGED);
    let mut deleted = 0;
    for (message, row) in &rows {
        let removed = Edit::Removed {
            user: part(row).to_owned(),
        };
        match edit(call, message, &removed).await {
            Ok(()) => deleted += 1,
            Err(refusal) if refusal.of_one_row() => {}
            Err(refusal) => return Err(refusal),
        }
    }
    Ok(count(deleted, more))
}
