//! What a message becomes by what a client writes, and a message as it is first said.

use parlour_domain::log::{Message, MessageChange};
use parlour_domain::text::{Custom, Label, MessageText, Subject};
use serde_json::Value;

use super::Row;
use super::kept::{Kept, KeptFile};
use crate::error::InvalidInput;
use crate::request::SendMessage;

/// A change of a message.
#[derive(Debug, Clone)]
pub enum Edit {
    /// Fields of the message itself. `all`: what is not given is taken away.
    Message {
        /// The fields, checked.
        row: Row,
        /// Whether these are all.
        all: bool,
    },
    /// Files more. One of the same id is this one, sent again.
    AddFiles(Vec<KeptFile>),
    /// A file is another one.
    SetFile {
        /// Which.
        id: String,
        /// The fields, checked.
        row: Row,
        /// Whether these are all.
        all: bool,
        /// When. RFC 3339.
        at: String,
    },
    /// A file less.
    RemoveFile {
        /// Which.
        id: String,
    },
    /// It was forwarded to a member, or not.
    Forwarded {
        /// To whom.
        user: String,
        /// By whom, in the client's own ids; none: it was not.
        by: Option<String>,
    },
    /// A member is no recipient any more.
    Removed {
        /// Who.
        user: String,
    },
    /// A member is a recipient again.
    Restored {
        /// Who.
        user: String,
    },
}

fn text<'a>(row: &'a Row, name: &str) -> Option<&'a str> {
    row.get(name).and_then(Value::as_str)
}

/// Our state of a message, for the client's number; 0 is none.
fn status(row: &Row) -> Option<String> {
    let number = row.get("status").filter(|number| number.as_f64() != Some(0.0))?;
    Some(number.to_string())
}

/// A subject that ours can be, and one that is kept beside it.
fn subjects(subject: &str) -> (Option<Subject>, Option<String>) {
    let ours = Subject::parse(subject).ok().filter(|ours| ours.as_str() == subject);
    let kept = ours.is_none().then(|| subject.to_owned());
    (ours, kept)
}

/// A message as it is first said. `parent` is whose thread it is in.
#[must_use]
pub fn sending(row: &Row, parent: Option<String>) -> SendMessage {
    let (subject, kept_subject) = text(row, "subject").map(subjects).unwrap_or_default();
    let kept = Kept {
        channel_type: text(row, "channelType").map(str::to_owned),
        to_user_id: text(row, "toUserId").map(str::to_owned),
        parent_message_id: text(row, "parentMessageId")
            .filter(|own| Some(*own) != parent.as_deref())
            .map(str::to_owned),
        subject: kept_subject,
        ..Kept::default()
    };
    SendMessage {
        text_message: text(row, "body").unwrap_or_default().to_owned(),
        subject: subject.map(|subject| subject.as_str().to_owned()),
        status: status(row),
        parent_id: parent,
        custom: kept.into_custom(None),
        ..SendMessage::default()
    }
}

impl Edit {
    /// What a message is to become that says this now. Nothing changes where it is so already.
    ///
    /// # Errors
    /// What a message cannot say.
    pub fn apply(&self, before: &Message) -> Result<MessageChange, InvalidInput> {
        let custom = before.custom.as_ref().map(Custom::object);
        let mut kept = Kept::of(custom.as_ref());
        let mut change = MessageChange::default();
        match self {
            Self::Message { row, all } => message((row, *all), before, &mut kept, &mut change)?,
            Self::AddFiles(files) => {
                let there: Vec<String> = kept.files.iter().map(|file| file.id.clone()).collect();
                let new = files.iter().filter(|file| !there.contains(&file.id));
                kept.files.extend(new.cloned());
            }
            Self::SetFile { id, row, all, at } => {
                let there = kept.files.iter_mut().filter(|file| file.id == *id);
                there.for_each(|file| set_file(file, (row, *all), at));
            }
            Self::RemoveFile { id } => kept.files.retain(|file| file.id != *id),
            Self::Forwarded { user, by: Some(by) } => {
                kept.forwarded.insert(user.clone(), by.clone());
            }
            Self::Forwarded { user, by: None } => {
                kept.forwarded.remove(user);
            }
            Self::Removed { user } => {
                kept.removed.insert(user.clone());
            }
            Self::Restored { user } => {
                kept.removed.remove(user);
            }
        }
        let after = kept.into_custom(custom);
        let after = after.as_ref().map(Custom::parse).transpose();
        let after = after.map_err(|error| InvalidInput::new("custom", error))?;
        if after.as_ref().map(Custom::object) != before.custom.as_ref().map(Custom::object) {
            change.custom = Some(after);
        }
        Ok(change)
    }
}

fn message(
    (row, all): (&Row, bool),
    before: &Message,
    kept: &mut Kept,
    change: &mut MessageChange,
) -> Result<(), InvalidInput> {
    if let Some(body) = text(row, "body") {
        let now = MessageText::parse(body).map_err(|error| InvalidInput::new("text_message", error))?;
        change.text = Some(now).filter(|now| before.text.as_ref() != Some(now));
    }
    if all || row.contains_key("status") {
        let now = status(row).as_deref().map(Label::parse).transpose();
        change.status = Some(now.map_err(|error| InvalidInput::new("status", error))?);
    }
    if all || row.contains_key("subject") {
        let (subject, beside) = text(row, "subject").map(subjects).unwrap_or_default();
        (change.subject, kept.subject) = (Some(subject), beside);
    }
    let word = |name: &str, kept: &mut Option<String>| {
        if all || row.contains_key(name) {
            *kept = text(row, name).map(str::to_owned);
        }
    };
    word("channelType", &mut kept.channel_type);
    word("toUserId", &mut kept.to_user_id);
    Ok(())
}

fn set_file(file: &mut KeptFile, (row, all): (&Row, bool), at: &str) {
    let before = file.clone();
    if all || row.contains_key("fileKey") {
        file.file_key = text(row, "fileKey").map(str::to_owned);
    }
    if all || row.contains_key("metaData") {
        file.meta_data = row.get("metaData").and_then(Value::as_object).cloned();
    }
    if *file != before {
        at.clone_into(&mut file.modified_on);
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn row(value: Value) -> Row {
        let Value::Object(row) = value else { panic!("no object") };
        row
    }

    fn said(body: Value) -> Message {
        sending(&row(body), None).check().unwrap().message
    }

    fn after(before: &Message, edit: &Edit) -> Message {
        before.changed(edit.apply(before).unwrap())
    }

    fn kept(message: &Message) -> Kept {
        Kept::of(message.custom.as_ref().map(Custom::object).as_ref())
    }

    #[test]
    fn a_message_is_said_in_our_fields_and_the_rest_is_kept() {
        let message = said(
            json!({ "body": "hi", "channelId": "c", "channelType": "task", "toUserId": "u", "subject": "s", "status": 3 }),
        );
        assert_eq!(message.subject.as_ref().map(Subject::as_str), Some("s"));
        assert_eq!(message.status.as_ref().map(Label::as_str), Some("3"));
        let kept = kept(&message);
        assert_eq!(
            (kept.channel_type.as_deref(), kept.to_user_id.as_deref()),
            (Some("task"), Some("u"))
        );
        let long = "x".repeat(200);
        let message = said(json!({ "body": "hi", "subject": long, "status": 0 }));
        assert_eq!((message.subject.is_none(), message.status.is_none()), (true, true));
        assert_eq!(super::tests::kept(&message).subject, Some(long));
    }

    #[test]
    fn some_fields_change_and_the_others_stay_and_all_fields_replace() {
        let before = said(json!({ "body": "hi", "channelType": "task", "subject": "s", "status": 3, "toUserId": "u" }));
        let some = Edit::Message {
            row: row(json!({ "status": 4 })),
            all: false,
        };
        let changed = after(&before, &some);
        assert_eq!(changed.status.as_ref().map(Label::as_str), Some("4"));
        assert_eq!((&changed.subject, &changed.custom), (&before.subject, &before.custom));
        let all = Edit::Message {
            row: row(json!({ "body": "ho", "channelType": "job" })),
            all: true,
        };
        let replaced = after(&before, &all);
        assert_eq!(replaced.text.as_ref().map(MessageText::as_str), Some("ho"));
        assert_eq!((&replaced.subject, &replaced.status), (&None, &None));
        assert_eq!(kept(&replaced).to_user_id, None);
        assert_eq!(after(&replaced, &all), replaced, "again changes nothing");
    }

    #[test]
    fn files_are_added_once_changed_and_taken_away() {
        let before = said(json!({ "body": "hi" }));
        let file = |id: &str| {
            Edit::AddFiles(vec![KeptFile {
                id: id.to_owned(),
                file_key: Some("k".to_owned()),
                created_on: "a".to_owned(),
                modified_on: "a".to_owned(),
                ..KeptFile::default()
            }])
        };
        let one = after(&before, &file("1"));
        let two = after(&one, &file("2"));
        assert_eq!(after(&two, &file("1")), two);
        let set = Edit::SetFile {
            id: "2".to_owned(),
            row: row(json!({ "fileKey": "other" })),
            all: false,
            at: "b".to_owned(),
        };
        let set = after(&two, &set);
        assert_eq!(kept(&set).files[1].file_key.as_deref(), Some("other"));
        assert_eq!(kept(&set).files[1].modified_on, "b");
        let none = ["1", "2"].into_iter().fold(set, |message, id| {
            after(&message, &Edit::RemoveFile { id: id.to_owned() })
        });
        assert_eq!(none, before);
    }

    #[test]
    fn what_does_not_fit_is_refused() {
        let before = said(json!({ "body": "hi" }));
        let large = KeptFile {
            file_key: Some("k".repeat(5_000)),
            ..KeptFile::default()
        };
        assert_eq!(Edit::AddFiles(vec![large]).apply(&before).unwrap_err().field, "custom");
        let empty = Edit::Message {
            row: row(json!({ "body": "" })),
            all: false,
        };
        assert_eq!(empty.apply(&before).unwrap_err().field, "text_message");
    }
}
