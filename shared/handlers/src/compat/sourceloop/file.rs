//! Files of messages, as their keys alone: kept in their message, by whoever may edit that.

use std::collections::HashSet;

use parlour_domain::limits;
use parlour_domain::log::BodyHash;
use parlour_protocol::dialect::sourceloop::Row;
use parlour_protocol::dialect::sourceloop::body::{Purpose, check, files};
use parlour_protocol::dialect::sourceloop::edit::Edit;
use parlour_protocol::dialect::sourceloop::kept::{Kept, KeptFile};
use parlour_protocol::dialect::sourceloop::model::Model;
use parlour_protocol::dialect::sourceloop::operation::Verb;
use parlour_protocol::dialect::sourceloop::problem::Problem;
use parlour_protocol::dialect::sourceloop::row::parts;
use parlour_protocol::view::EntryView;
use parlour_service::over_rooms::Readers;
use serde_json::Value;

use super::answer::{Answer, Refusal, count, done, ok};
use super::call::{Call, fixed};
use super::looking::{condition, gather};
use super::message::{edit, is_own, place};
use super::rows::{file_row, one};

pub(super) async fn run(call: &mut Call) -> Answer {
    match call.operation.verb {
        Verb::Create => {
            let row = check(Model::File, &call.body, Purpose::Create, &[])?;
            let made = create(call, vec![row]).await?;
            made.into_iter()
                .next()
                .map(|row| ok(row, false))
                .ok_or_else(|| Problem::Internal.into())
        }
        Verb::CreateMany => {
            let rows = files(&call.body)?;
            Ok(ok(Value::Array(create(call, rows).await?), false))
        }
        Verb::Patch => change(call, Purpose::Change).await,
        Verb::Put => change(call, Purpose::Replace).await,
        Verb::Delete => delete(call).await,
        _ => update(call).await,
    }
}

fn text<'a>(row: &'a Row, name: &str) -> Option<&'a str> {
    row.get(name).and_then(Value::as_str)
}

/// A file's id in its message: the same where the request is sent again with the same key.
fn id(call: &mut Call, number: usize) -> String {
    match &call.key {
        Some(key) => BodyHash::of(&(call.own.to_string(), key.to_string(), number)).as_str()[..16].to_owned(),
        None => format!("{:016x}", u64::from_be_bytes(call.moment.entropy.bytes())),
    }
}

/// Puts files into their messages, one after the other; answers with their rows.
async fn create(call: &mut Call, rows: Vec<Row>) -> Result<Vec<Value>, Refusal> {
    let now = call.moment.now.to_string();
    let mut made = Vec::with_capacity(rows.len());
    for (number, row) in rows.into_iter().enumerate() {
        let of = text(&row, "messageId").unwrap_or_default().to_owned();
        let (message, _) = one(call, &of, Readers::None).await?.ok_or(Problem::NoRelated)?;
        call.must_be_in(place(&message)?.0, &Value::Object(row.clone())).await?;
        let id = id(call, number);
        let file = KeptFile {
            id: id.clone(),
            file_key: text(&row, "fileKey").map(str::to_owned),
            meta_data: row.get("metaData").and_then(Value::as_object).cloned(),
            created_on: now.clone(),
            modified_on: now.clone(),
        };
        edit(call, &message, &Edit::AddFiles(vec![file])).await?;
        let (message, looked) = one(call, &of, Readers::None).await?.ok_or(Problem::NoRelated)?;
        made.push(
            file_row(call, (&message, &looked), &id)
                .ok_or(Problem::NotFound)?
                .into(),
        );
    }
    Ok(made)
}

/// The file that the path names, and its message. Those that are really with a message are not changed here.
async fn found(call: &Call) -> Result<(EntryView, String), Refusal> {
    let (of, part) = parts(call.named()).ok_or_else(|| call.no_entity())?;
    let (message, _) = one(call, of, Readers::None).await?.ok_or_else(|| call.no_entity())?;
    if message.attachments.iter().any(|file| file.attachment_id == part) {
        return Err(Problem::Forbidden.into());
    }
    let kept = Kept::of(message.custom.as_ref()).files;
    if !kept.iter().any(|file| file.id == part) {
        return Err(call.no_entity().into());
    }
    Ok((message, part.to_owned()))
}

async fn must_stay(call: &Call, message: &EntryView, row: &Row) -> Result<(), Refusal> {
    call.must_be_in(place(message)?.0, &call.body).await?;
    match text(row, "messageId") {
        Some(given) if given != message.id => Err(fixed("messageId").into()),
        _ => Ok(()),
    }
}

async fn change(call: &mut Call, purpose: Purpose) -> Answer {
    let row = check(Model::File, &call.body, purpose, &[])?;
    let (message, id) = found(call).await?;
    must_stay(call, &message, &row).await?;
    let set = Edit::SetFile {
        id,
        row,
        all: purpose == Purpose::Replace,
        at: call.moment.now.to_string(),
    };
    edit(call, &message, &set).await?;
    Ok(done())
}

async fn delete(call: &mut Call) -> Answer {
    let (message, id) = found(call).await?;
    edit(call, &message, &Edit::RemoveFile { id }).await?;
    Ok(done())
}

async fn update(call: &mut Call) -> Answer {
    let row = check(Model::File, &call.body, Purpose::Change, &[])?;
    let filter = condition(call)?;
    let gathered = gather(call, Model::File, &filter).await?;
    let rows = filter.select(Model::File, gathered.dataset.rows(Model::File));
    let ids: HashSet<&str> = rows.iter().filter_map(|row| text(row, "id")).collect();
    let at = call.moment.now.to_string();
    let mut sets = Vec::new();
    for message in gathered.looked.messages.iter().filter(|message| is_own(call, message)) {
        for file in Kept::of(message.custom.as_ref()).files {
            if ids.contains(format!("{}.{}", message.id, file.id).as_str()) {
                must_stay(call, message, &row).await?;
                sets.push((message.clone(), file.id));
            }
        }
    }
    let more = gathered.cut || sets.len() > limits::MESSAGES_CHANGED;
    sets.truncate(limits::MESSAGES_CHANGED);
    let mut changed = 0;
    for (message, id) in sets {
        let set = Edit::SetFile {
            id,
            row: row.clone(),
            all: false,
            at: at.clone(),
        };
        match edit(call, &message, &set).await {
            Ok(()) => changed += 1,
            Err(refusal) if refusal.of_one_row() => {}
            Err(refusal) => return Err(refusal),
        }
    }
    Ok(count(changed, more))
}
