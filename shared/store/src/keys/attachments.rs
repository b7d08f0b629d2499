//! Keys of files, in the table and in the bucket.

use parlour_domain::{AppId, AttachmentId, Timestamp};

use super::{Key, due_at, key, parse_due};

/// A file of a message, or one that waits for its message.
#[must_use]
pub fn attachment(app: &AppId, id: AttachmentId) -> Key {
    key(format!("app#{app}#file#{id}"), "file")
}

/// Index partition of files that are to be taken away, now or later; `sweep` reads it.
#[must_use]
pub fn files() -> String {
    "files".to_owned()
}

/// Index place of such a file, by when it is due.
#[must_use]
pub fn file_due(due: Timestamp, app: &AppId, id: AttachmentId) -> String {
    due_at(due, app, id)
}

/// App and file of an index place of [`file_due`].
#[must_use]
pub fn parse_file_due(place: &str) -> Option<(AppId, AttachmentId)> {
    let (app, id) = parse_due(place)?;
    Some((app, AttachmentId::parse(id).ok()?))
}

/// The object in the bucket that holds the file: nothing in it comes from a client, and one app's are under one prefix.
#[must_use]
pub fn object(app: &AppId, id: AttachmentId) -> String {
    format!("{app}/{id}")
}
