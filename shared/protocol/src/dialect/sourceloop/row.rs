//! Rows: what of a native message is a Message, a MessageRecipient or an AttachmentFile.

use serde_json::{Number, Value, json};

use super::Row;
use super::kept::{Kept, KeptFile};
use crate::dialect::{People, said};
use crate::view::EntryView;

/// A room as a channel.
#[derive(Debug, Clone, Default)]
pub struct Channel {
    /// As the client names it: the room's key, or its id where it has none.
    pub name: String,
    /// What messages have for a `channelType` that were sent without one: how the room came about.
    pub kind: &'static str,
    /// Its members, as far as they are wanted.
    pub members: Vec<Reader>,
}

/// A member, as a recipient.
#[derive(Debug, Clone, Default)]
pub struct Reader {
    /// Who: Parlour's id.
    pub user: String,
    /// Up to where they have read.
    pub read: u64,
    /// From where on they may read.
    pub from: u64,
}

/// What is known of a message beside what it says.
#[derive(Debug, Clone, Copy)]
pub struct Beside<'a> {
    /// Its room.
    pub channel: &'a Channel,
    /// The users who are named.
    pub people: &'a People,
    /// Who asks: Parlour's id.
    pub asking: &'a str,
    /// Whether they have starred it.
    pub starred: bool,
}

fn base(message: &EntryView, modified: &str, beside: Beside<'_>) -> Row {
    let mut row = Row::new();
    let mut put = |name: &str, value: Value| row.insert(name.to_owned(), value);
    put("deleted", false.into());
    put("createdOn", message.created_at.as_str().into());
    put("modifiedOn", modified.into());
    if let Some(user) = &message.user_id {
        let user = beside.people.id(user);
        put("createdBy", user.as_str().into());
        put("modifiedBy", user.into());
    }
    put("channelId", beside.channel.name.as_str().into());
    row
}

/// The number in a message's state; a word of a native client is none.
fn status(message: &EntryView) -> Number {
    let number = message
        .status
        .as_deref()
        .and_then(|status| serde_json::from_str(status).ok());
    number.unwrap_or_else(|| Number::from(0))
}

/// A Message. What is not there is left out.
#[must_use]
pub fn message(message: &EntryView, beside: Beside<'_>) -> Row {
    let kept = Kept::of(message.custom.as_ref());
    let modified = message.edited_at.as_deref().unwrap_or(&message.created_at);
    let mut row = base(message, modified, beside);
    let mut put = |name: &str, value: Value| row.insert(name.to_owned(), value);
    put("id", message.id.as_str().into());
    put("body", said(message).unwrap_or_default().into());
    put(
        "channelType",
        kept.channel_type
            .unwrap_or_else(|| beside.channel.kind.to_owned())
            .into(),
    );
    put("status", status(message).into());
    let subject = message.subject.clone().or(kept.subject);
    let parent = kept.parent_message_id.or_else(|| message.parent_id.clone());
    for (name, value) in [
        ("subject", subject),
        ("toUserId", kept.to_user_id),
        ("parentMessageId", parent),
    ] {
        if let Some(value) = value {
            put(name, value.into());
        }
    }
    row
}

/// Whom a row of a recipient is about.
#[derive(Debug, Clone, Copy)]
pub struct About<'a> {
    /// What tells it from others of the message: Parlour's id of the user, or of the room.
    pub id: &'a str,
    /// The recipient, as the client names it.
    pub recipient: &'a str,
    /// Up to where they have read.
    pub read: u64,
    /// Whether this is who asks.
    pub own: bool,
}

/// A MessageRecipient.
#[must_use]
pub fn recipient(message: &EntryView, beside: Beside<'_>, about: About<'_>) -> Row {
    let kept = Kept::of(message.custom.as_ref());
    let native = message
        .forwarded
        .is_some()
        .then_some(message.user_id.as_deref())
        .flatten();
    let by = kept.forwarded.get(about.id).cloned();
    let by = by.or_else(|| native.map(|user| beside.people.id(user)));
    let mut row = base(message, &message.created_at, beside);
    let mut put = |name: &str, value: Value| row.insert(name.to_owned(), value);
    put("id", format!("{}.{}", message.id, about.id).into());
    put("messageId", message.id.as_str().into());
    put("recipientId", about.recipient.into());
    put("isRead", (about.read >= message.seq).into());
    put("isFavorite", (about.own && beside.starred).into());
    put("isForwarded", (by.is_some() || message.forwarded.is_some()).into());
    if let Some(by) = by {
        put("forwardedBy", by.into());
    }
    row
}

/// The MessageRecipients of a message: the members of its room who may see it, but its sender and whom that has taken off.
#[must_use]
pub fn recipients(message: &EntryView, beside: Beside<'_>) -> Vec<Row> {
    let kept = Kept::of(message.custom.as_ref());
    let members = beside.channel.members.iter().filter(|member| {
        let sender = message.user_id.as_deref() == Some(&member.user);
        !sender && member.from <= message.seq && !kept.removed.contains(&member.user)
    });
    let row = |member: &Reader| {
        let about = About {
            id: &member.user,
            recipient: &beside.people.id(&member.user),
            read: member.read,
            own: member.user == beside.asking,
        };
        recipient(message, beside, about)
    };
    members.map(row).collect()
}

/// An AttachmentFile of those that are kept.
#[must_use]
pub fn file(message: &EntryView, beside: Beside<'_>, file: &KeptFile) -> Row {
    let mut row = base(message, &file.modified_on, beside);
    let mut put = |name: &str, value: Value| row.insert(name.to_owned(), value);
    put("createdOn", file.created_on.as_str().into());
    put("id", format!("{}.{}", message.id, file.id).into());
    put("messageId", message.id.as_str().into());
    if let Some(key) = &file.file_key {
        put("fileKey", key.as_str().into());
    }
    if let Some(data) = &file.meta_data {
        put("metaData", Value::Object(data.clone()));
    }
    row
}

/// The AttachmentFiles of a message: those that are kept, and those that are really with it.
#[must_use]
pub fn files(message: &EntryView, beside: Beside<'_>) -> Vec<Row> {
    let kept = Kept::of(message.custom.as_ref()).files;
    let kept = kept.iter().map(|kept| file(message, beside, kept));
    let native = message.attachments.iter().map(|native| {
        let data = json!({ "name": native.name, "contentType": native.content_type, "size": native.size });
        let as_kept = KeptFile {
            id: native.attachment_id.clone(),
            file_key: Some(native.attachment_id.clone()),
            meta_data: data.as_object().cloned(),
            created_on: message.created_at.clone(),
            modified_on: message.created_at.clone(),
        };
        file(message, beside, &as_kept)
    });
    kept.chain(native).collect()
}

/// The message that the id of a recipient or file names, and which of that message it is.
#[must_use]
pub fn parts(id: &str) -> Option<(&str, &str)> {
    id.split_once('.')
        .filter(|(message, rest)| !message.is_empty() && !rest.is_empty())
}

#[cfg(test)]
mod tests;
