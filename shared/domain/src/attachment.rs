//! Files of messages: what a client may upload, and when a file may become part of a message.
//!
//! A file is announced, uploaded, confirmed and then bound to one message, for good. What no message takes within a day is
//! collected.

mod received;

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::id::timed_id;
use crate::{RoomNumber, Seq, Timestamp, UserId, limits};

pub use received::{Reading, Received};

timed_id!(
    /// A file of one app.
    AttachmentId
);

/// Why a name, type or size of a file is refused. The text itself is not repeated.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum FileError {
    /// A name that is none, or that a file system could take for a path.
    #[error(
        "must be 1 to {} characters without control characters, `/` and `\\`",
        limits::FILE_NAME_CHARS
    )]
    Name,
    /// No media type.
    #[error("must be a lower-case media type without parameters, like `image/png`")]
    ContentType,
    /// Nothing, or too much.
    #[error("must be 1 to {}", limits::ATTACHMENT_BYTES)]
    Size,
}

/// The name under which a file is saved: 1 to [`limits::FILE_NAME_CHARS`] characters on one line, and never a path.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct FileName(String);

impl FileName {
    /// Checks the name and takes the white space off its ends.
    ///
    /// # Errors
    /// [`FileError::Name`].
    pub fn parse(text: &str) -> Result<Self, FileError> {
        let name = text.trim();
        let length = name.chars().count();
        let bad = |c: char| c.is_control() || matches!(c, '/' | '\\');
        // Direction overrides make `gpj.exe` look like `exe.jpg`.
        let turned = |c: char| matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
        if length == 0 || length > limits::FILE_NAME_CHARS || matches!(name, "." | "..") {
            return Err(FileError::Name);
        }
        if name.chars().any(|c| bad(c) || turned(c)) {
            return Err(FileError::Name);
        }
        Ok(Self(name.to_owned()))
    }

    /// The text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// The size alone; what people wrote is not for logs.
impl fmt::Debug for FileName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "FileName({} bytes)", self.0.len())
    }
}

/// A media type in lower case, without parameters.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct ContentType(String);

impl ContentType {
    /// What a browser saves and never runs.
    pub const BYTES: &str = "application/octet-stream";
    /// Pictures that every browser shows and that can hold no script.
    const IMAGES: [&str; 5] = ["image/avif", "image/gif", "image/jpeg", "image/png", "image/webp"];
    /// What else may be served as what it is.
    const SAFE: [&str; 9] = [
        "application/pdf",
        "audio/mp4",
        "audio/mpeg",
        "audio/ogg",
        "audio/wav",
        "audio/webm",
        "text/plain",
        "video/mp4",
        "video/webm",
    ];

    /// Checks the text.
    ///
    /// # Errors
    /// [`FileError::ContentType`].
    pub fn parse(text: &str) -> Result<Self, FileError> {
        let token = |c: u8| c.is_ascii_lowercase() || c.is_ascii_digit() || b"!#$&^_.+-".contains(&c);
        let word = |word: &str| !word.is_empty() && word.bytes().all(token);
        let good = text.len() <= limits::CONTENT_TYPE_BYTES
            && text
                .split_once('/')
                .is_some_and(|(one, other)| word(one) && word(other));
        if good {
            Ok(Self(text.to_owned()))
        } else {
            Err(FileError::ContentType)
        }
    }

    /// The text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Whether it is a picture whose dimensions are told.
    #[must_use]
    pub fn is_image(&self) -> bool {
        Self::IMAGES.contains(&self.as_str())
    }

    /// The type that a download says. HTML, SVG and what nobody knows could run in the page's place, so they are bytes.
    #[must_use]
    pub fn served_as(&self) -> &str {
        if self.is_image() || Self::SAFE.contains(&self.as_str()) {
            self.as_str()
        } else {
            Self::BYTES
        }
    }
}

/// Checks the size of a file, in bytes.
///
/// # Errors
/// [`FileError::Size`].
pub const fn file_size(bytes: u64) -> Result<u64, FileError> {
    if bytes == 0 || bytes > limits::ATTACHMENT_BYTES {
        Err(FileError::Size)
    } else {
        Ok(bytes)
    }
}

/// What a message says of a file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct File {
    /// Its id.
    pub id: AttachmentId,
    /// The name under which it is saved.
    pub name: FileName,
    /// What it is.
    pub content_type: ContentType,
    /// Its size in bytes.
    pub size: u64,
    /// Of an image, in pixels; width first.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub pixels: Option<(u32, u32)>,
}

/// A file on its way into a message, or in one.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Attachment {
    /// What a message says of it.
    pub file: File,
    /// Who announced it; none: the backend.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub uploader: Option<UserId>,
    /// When it was announced.
    pub announced_at: Timestamp,
    /// The only room whose messages may have it; none: any.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub only_in: Option<RoomNumber>,
    /// Whether it is there, with the size and the type that were announced.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub confirmed: bool,
    /// The room of the message that has it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub room: Option<RoomNumber>,
    /// The place of the message that has it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub seq: Option<Seq>,
    /// Whether it is being taken away.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub doomed: bool,
}

impl Attachment {
    /// When its upload ends: nothing can be uploaded later.
    #[must_use]
    pub const fn upload_ends(&self) -> Timestamp {
        self.announced_at.plus_seconds(limits::UPLOAD_SECONDS)
    }

    /// When it is collected if no message has it.
    #[must_use]
    pub const fn collected_at(&self) -> Timestamp {
        self.announced_at.plus_seconds(limits::UNBOUND_SECONDS)
    }

    /// Whether a message that `sender` sends into `room` may have it: a file of one's own that is there and that no message has.
    #[must_use]
    pub fn is_free_for(&self, sender: Option<UserId>, room: RoomNumber) -> bool {
        self.is_usable_by(sender, room) && self.seq.is_none()
    }

    /// The same, whether or not a message has it: what may be said before it is known whether the message is sent again.
    #[must_use]
    pub fn is_usable_by(&self, sender: Option<UserId>, room: RoomNumber) -> bool {
        self.uploader == sender && self.confirmed && !self.doomed && self.only_in.is_none_or(|only| only == room)
    }
}

/// When the file of a message that says nothing any more is taken away: not before every upload to its place has ended, or a late
/// one would put it back.
#[must_use]
pub fn released_at(sent_at: Timestamp, now: Timestamp) -> Timestamp {
    now.max(sent_at.plus_seconds(limits::UPLOAD_SECONDS + limits::UPLOAD_LASTS_SECONDS))
}

#[cfg(test)]
mod tests;
