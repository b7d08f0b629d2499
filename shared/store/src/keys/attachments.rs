//! Keys of files, in the table and in the bucket.

use parlour_domain::{AppId, AttachmentId, Timestamp};

use super::{Key, key};

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
    format!("{:012}#{app}#{id}", due.seconds())
}

/// The index place before every file that is due after `now`.
#[must_use]
pub fn file_before(now: Timestamp) -> String {
    format!("{:012}", now.plus_seconds(1).seconds())
}

/// App and file of an index place of [`file_due`].
#[must_use]
pub fn parse_file_due(place: &str) -> Option<(AppId, AttachmentId)> {
    let (_, of) = place.split_once('#')?;
    let (app, id) = of.split_once('#')?;
    Some((AppId::parse(app).ok()?, AttachmentId::parse(id).ok()?))
}

/// The object in the bucket that holds the file: nothing in it comes from a client, and one app's are under one prefix.
#[must_use]
pub fn object(app: &AppId, id: AttachmentId) -> String {
    format!("{app}/{id}")
}
