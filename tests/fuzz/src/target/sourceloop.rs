//! sourceloop: the operation, its filter or condition, and its body.

use std::sync::OnceLock;

use parlour_domain::log::Message;
use parlour_protocol::dialect::People;
use parlour_protocol::dialect::sourceloop::Row;
use parlour_protocol::dialect::sourceloop::body::{self, Purpose};
use parlour_protocol::dialect::sourceloop::dataset::Dataset;
use parlour_protocol::dialect::sourceloop::edit::{Edit, sending};
use parlour_protocol::dialect::sourceloop::filter::{Filter, parameter};
use parlour_protocol::dialect::sourceloop::kept::KeptFile;
use parlour_protocol::dialect::sourceloop::model::Model;
use parlour_protocol::dialect::sourceloop::operation::{OPERATIONS, Operation, Verb, find};
use parlour_protocol::dialect::sourceloop::problem::Problem;
use parlour_protocol::dialect::sourceloop::row::{Beside, Channel, Reader};
use parlour_protocol::request::SendMessage;
use parlour_protocol::view::EntryView;
use serde_json::Value;

use super::asked::Asked;
use super::{Outcome, holds};

/// What means something in filters and in bodies.
pub(super) const WORDS: &[&str] = &[
    "filter",
    "where",
    "order",
    "limit",
    "skip",
    "offset",
    "fields",
    "include",
    "relation",
    "scope",
    "and",
    "or",
    "eq",
    "neq",
    "gt",
    "gte",
    "lt",
    "lte",
    "between",
    "inq",
    "nin",
    "like",
    "nlike",
    "ilike",
    "nilike",
    "regexp",
    "options",
    "exists",
    "id",
    "body",
    "channelId",
    "channelType",
    "status",
    "subject",
    "toUserId",
    "parentMessageId",
    "messageId",
    "recipientId",
    "forwardedBy",
    "isFavorite",
    "isForwarded",
    "isRead",
    "fileKey",
    "metaData",
    "deleted",
    "deletedOn",
    "deletedBy",
    "createdOn",
    "modifiedOn",
    "createdBy",
    "modifiedBy",
    "messageRecipients",
    "attachmentFiles",
    "parentMessage",
    "messages",
    "message",
    "createdOn DESC",
    "2020-01-01T00:00:00Z",
    "filter=",
    "&where=",
    "filter[where]",
    "[or][0]",
    "[]",
    "(a*)*b",
    "(?i)",
    "\\pL",
    "{1000}",
    "%_%",
    "/a/gi",
    "GET ",
    "POST ",
    "PATCH ",
    "PUT ",
    "DELETE ",
    "/messages",
    "/message-recipients",
    "/attach-files",
    "/count",
    "/bulk",
];

/// Every operation, as it is.
pub(super) fn vectors() -> Vec<Vec<u8>> {
    let line = |operation: &Operation| format!("{} {}\n{{}}", operation.method, operation.path).into_bytes();
    OPERATIONS.iter().map(line).collect()
}

pub(super) fn check(input: &[u8]) -> Outcome {
    let asked = Asked::of(input);
    let Some((operation, id)) = find(&asked.method, &asked.path) else {
        return refused(&Problem::NoRoute);
    };
    let named = id.is_some() == operation.path.contains("{id}");
    holds(named && id.is_none_or(|id| !id.is_empty() && !id.contains('/')), || {
        "names no row".to_owned()
    })?;
    match done(&asked, operation) {
        Ok(what) => Ok(format!("{:?} {:?} {}", operation.model, operation.verb, what?)),
        Err(problem) => refused(&problem),
    }
}

fn done(asked: &Asked<'_>, operation: &Operation) -> Result<Outcome, Problem> {
    let selected = selected(asked, operation)?;
    let written = written(asked, operation)?;
    Ok(selected.and_then(|selected| Ok(format!("{selected} {}", written?))))
}

/// What the filter or the condition selects of some rows.
fn selected(asked: &Asked<'_>, operation: &Operation) -> Result<Outcome, Problem> {
    let model = operation.model;
    let (name, of_one) = match operation.verb {
        Verb::Find => ("filter", false),
        Verb::Get => ("filter", true),
        Verb::Count | Verb::Update | Verb::DeleteAll => ("where", false),
        _ => return Ok(Ok(String::new())),
    };
    let wrong = |detail| Problem::Parameter(name, vec![detail]);
    let value = parameter(&asked.parameters, name).map_err(wrong)?;
    let filter = match name {
        "filter" => Filter::read(model, value.as_ref(), of_one),
        _ => Filter::of_where(model, value.as_ref()),
    };
    let filter = filter.map_err(wrong)?;
    let (channels, all) = (
        filter
            .condition
            .as_ref()
            .and_then(|condition| condition.one_of("channelId")),
        dataset().rows(model).len(),
    );
    let rows = dataset().answer(model, &filter).rows;
    let few = holds(rows.len() <= all, || {
        format!("{} of {all} rows are selected", rows.len())
    });
    let what = format!(
        "{} of {} {} {}",
        rows.len(),
        channels.map_or(0, |channels| channels.len().min(2)),
        filter.include.len(),
        filter.begins_with_the_oldest()
    );
    Ok(few.map(|()| what))
}

/// What the body makes of a row.
fn written(asked: &Asked<'_>, operation: &Operation) -> Result<Outcome, Problem> {
    let purpose = match operation.verb {
        Verb::Create | Verb::CreateMany => Purpose::Create,
        Verb::Put => Purpose::Replace,
        Verb::Update | Verb::Patch => Purpose::Change,
        _ => return Ok(Ok(String::new())),
    };
    if asked.body.is_empty() {
        return Err(Problem::Empty);
    }
    let body: Value = serde_json::from_slice(asked.body).map_err(|_| Problem::Malformed)?;
    if operation.verb == Verb::CreateMany {
        let rows = body::files(&body).map_err(Problem::Body)?;
        return edited(&Edit::AddFiles(rows.iter().map(file).collect()))
            .map(|what| Ok(format!("{what} of {}", rows.len())));
    }
    let given: &[&str] = if operation.of_message { &["messageId"] } else { &[] };
    let row = body::check(operation.model, &body, purpose, given).map_err(Problem::Body)?;
    let own = row.keys().all(|name| operation.model.field(name).is_some());
    let held = holds(own, || "a field of no row gets through".to_owned());
    let what = match operation.model {
        Model::Message if purpose == Purpose::Create => said(&row),
        Model::Message => edited(&Edit::Message {
            row: row.clone(),
            all: purpose == Purpose::Replace,
        }),
        Model::File => edited(&Edit::AddFiles(vec![file(&row)])),
        Model::Recipient => Ok(String::new()),
    }?;
    Ok(held.map(|()| format!("{what} {}", row.len())))
}

fn said(row: &Row) -> Result<String, Problem> {
    let checked = sending(row, None).check();
    checked
        .map(|_| "said".to_owned())
        .map_err(|invalid| Problem::invalid(&invalid))
}

fn edited(edit: &Edit) -> Result<String, Problem> {
    let before = SendMessage {
        text_message: "hi".to_owned(),
        ..SendMessage::default()
    };
    let before: Message = before.check().map_err(|invalid| Problem::invalid(&invalid))?.message;
    let change = edit.apply(&before).map_err(|invalid| Problem::invalid(&invalid))?;
    let after = before.changed(change);
    Ok(format!("edited {} {}", after.custom.is_some(), after.status.is_some()))
}

fn file(row: &Row) -> KeptFile {
    KeptFile {
        id: "1".to_owned(),
        file_key: row.get("fileKey").and_then(Value::as_str).map(str::to_owned),
        meta_data: row.get("metaData").and_then(Value::as_object).cloned(),
        ..KeptFile::default()
    }
}

/// What the refusal says, which has to be in the service's envelope.
fn refused(problem: &Problem) -> Outcome {
    let said = problem.json();
    let error = &said["error"];
    let form = error["statusCode"] == problem.status() && !error["message"].is_null();
    let known = [400, 404, 422].contains(&problem.status());
    holds(form && known, || format!("is refused with {said}"))?;
    let details = error["details"].as_array().into_iter().flatten();
    let mut codes: Vec<&str> = details.filter_map(|detail| detail["code"].as_str()).collect();
    codes.dedup();
    codes.truncate(8);
    Ok(format!("{} {} {codes:?}", problem.status(), error["code"]))
}

/// Some rows: messages of two channels, answers, recipients and files.
fn dataset() -> &'static Dataset {
    static ROWS: OnceLock<Dataset> = OnceLock::new();
    ROWS.get_or_init(|| {
        let reader = |user: &str, read| Reader {
            user: user.to_owned(),
            read,
            from: 1,
        };
        let channel = |name: &str| Channel {
            name: name.to_owned(),
            kind: "group",
            members: vec![reader("ann", 5), reader("bob", 2)],
        };
        let (channels, people, mut rows) = ([channel("c1"), channel("c2")], People::default(), Dataset::default());
        for number in 1..=8_u64 {
            let beside = Beside {
                channel: &channels[usize::from(number.is_multiple_of(3))],
                people: &people,
                asking: "ann",
                starred: number == 2,
            };
            rows.add(&message(number), beside);
        }
        rows
    })
}

fn message(number: u64) -> EntryView {
    let files =
        serde_json::json!({ "sourceloop": { "files": [{ "id": "1", "fileKey": "k", "metaData": { "a": 1 } }] } });
    EntryView {
        id: format!("m{number}"),
        seq: number,
        user_id: Some(if number.is_multiple_of(2) { "ann" } else { "bob" }.to_owned()),
        text_message: Some(format!("text {} {number}", "ä".repeat(40))),
        parent_id: (number > 3).then(|| format!("m{}", number - 3)),
        custom: files.as_object().filter(|_| number == 4).cloned(),
        created_at: format!("2026-01-01T00:00:0{number}.000Z"),
        ..EntryView::default()
    }
}
