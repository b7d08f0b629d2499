//! Requests about files of messages.

use parlour_domain::attachment::{ContentType, FileName, file_size};
use parlour_domain::{AttachmentId, RoomId, limits};
use serde::Deserialize;
use utoipa::ToSchema;

use super::{optional, parsed};
use crate::error::InvalidInput;

/// `POST /attachments`.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct AnnounceAttachment {
    /// The name under which it is saved: 1 to 128 characters, no path.
    #[schema(example = "holiday.jpg")]
    pub name: String,
    /// Its media type, in lower case and without parameters.
    #[schema(example = "image/jpeg")]
    pub content_type: String,
    /// Its size in bytes, at most 25 MB. Nothing else can be uploaded.
    #[schema(example = 182044)]
    pub size: u64,
    /// The only room whose messages may have it; not given: any room of the sender's.
    pub room_id: Option<String>,
}

/// A file to upload, checked.
#[derive(Debug, Clone)]
pub struct Announcing {
    /// The name under which it is saved.
    pub name: FileName,
    /// Its media type.
    pub content_type: ContentType,
    /// Its size in bytes.
    pub size: u64,
    /// The only room whose messages may have it.
    pub room: Option<RoomId>,
}

impl AnnounceAttachment {
    /// Checks every field.
    ///
    /// # Errors
    /// The first that is not valid.
    pub fn check(&self) -> Result<Announcing, InvalidInput> {
        Ok(Announcing {
            name: parsed("name", FileName::parse(&self.name))?,
            content_type: parsed("content_type", ContentType::parse(&self.content_type))?,
            size: parsed("size", file_size(self.size))?,
            room: optional("room_id", self.room_id.as_deref(), RoomId::parse)?,
        })
    }
}

/// The id of a file.
///
/// # Errors
/// If it is no lower-case UUID.
pub fn attachment_id(text: &str) -> Result<AttachmentId, InvalidInput> {
    parsed("attachment_id", AttachmentId::parse(text))
}

/// The files of a message, each once; so many others came with it.
pub(super) fn attachments(ids: &[String], received: usize) -> Result<Vec<AttachmentId>, InvalidInput> {
    if ids.len().saturating_add(received) > limits::ATTACHMENTS {
        let reason = format!("must not name more than {} files", limits::ATTACHMENTS);
        return Err(InvalidInput::new("attachments", reason));
    }
    let mut files = Vec::with_capacity(ids.len());
    for id in ids {
        let id = parsed("attachments", AttachmentId::parse(id))?;
        if files.contains(&id) {
            return Err(InvalidInput::new("attachments", "must not name a file twice"));
        }
        files.push(id);
    }
    Ok(files)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::request::SendMessage;

    const FILE: &str = "018f4a5c-0000-7000-8000-0123456789ab";

    fn message(body: &str) -> SendMessage {
        serde_json::from_str(body).unwrap()
    }

    fn sent(body: &str) -> Result<usize, InvalidInput> {
        message(body).check().map(|outgoing| outgoing.attachments.len())
    }

    #[test]
    fn a_message_needs_a_text_or_a_file() {
        assert_eq!(sent(&format!(r#"{{"attachments":["{FILE}"]}}"#)), Ok(1));
        assert_eq!(sent(r#"{"text_message":"a"}"#), Ok(0));
        for body in [
            "{}",
            r#"{"text_message":""}"#,
            r#"{"text_message":"","attachments":[]}"#,
        ] {
            assert_eq!(sent(body).unwrap_err().field, "text_message", "{body}");
        }
        assert_eq!(
            sent(&format!(r#"{{"text_message":" ","attachments":["{FILE}"]}}"#))
                .unwrap_err()
                .field,
            "text_message"
        );
    }

    #[test]
    fn a_message_has_few_files_and_each_once() {
        let twice = format!(r#"{{"attachments":["{FILE}","{FILE}"]}}"#);
        let ids: Vec<String> = (0..11)
            .map(|n| format!("\"018f4a5c-0000-7000-8000-{n:012}\""))
            .collect();
        let many = format!(r#"{{"attachments":[{}]}}"#, ids.join(","));
        for body in [twice.as_str(), &many, r#"{"attachments":["../etc"]}"#] {
            assert_eq!(sent(body).unwrap_err().field, "attachments", "{body}");
        }
        assert_eq!(sent(&format!(r#"{{"attachments":[{}]}}"#, ids[..10].join(","))), Ok(10));
    }

    #[test]
    fn every_field_of_an_announcement_is_checked() {
        let announced = |change: &str| {
            let body = format!(r#"{{"name":"a.png","content_type":"image/png","size":10{change}}}"#);
            serde_json::from_str::<AnnounceAttachment>(&body).map(|body| body.check().map(|_| ()))
        };
        assert_eq!(announced("").unwrap(), Ok(()));
        assert_eq!(announced(r#","room_id":"x""#).unwrap().unwrap_err().field, "room_id");
        assert!(announced(r#","user_id":"x""#).is_err());
        for (name, kind, size, field) in [
            ("a/b", "image/png", 10, "name"),
            ("a", "png", 10, "content_type"),
            ("a", "image/png", 0, "size"),
            ("a", "image/png", limits::ATTACHMENT_BYTES + 1, "size"),
        ] {
            let body = AnnounceAttachment {
                name: name.to_owned(),
                content_type: kind.to_owned(),
                size,
                room_id: None,
            };
            assert_eq!(body.check().unwrap_err().field, field);
        }
    }
}
