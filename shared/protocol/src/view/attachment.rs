//! Files of messages. No view but that of an upload and that of a download has a URL: those end, and are for one person.

use std::collections::BTreeMap;

use parlour_domain::Timestamp;
use parlour_domain::attachment::File;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// A file of a message.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct AttachmentView {
    /// UUID.
    pub attachment_id: String,
    /// The name under which it is saved.
    pub name: String,
    /// Its media type, as its uploader says.
    pub content_type: String,
    /// Its size in bytes.
    pub size: u64,
    /// Of an image, in pixels.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub width: Option<u32>,
    /// Of an image, in pixels.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub height: Option<u32>,
}

impl From<&File> for AttachmentView {
    fn from(file: &File) -> Self {
        Self {
            attachment_id: file.id.to_string(),
            name: file.name.as_str().to_owned(),
            content_type: file.content_type.as_str().to_owned(),
            size: file.size,
            width: file.pixels.map(|(width, _)| width),
            height: file.pixels.map(|(_, height)| height),
        }
    }
}

/// How a file is uploaded, once.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct UploadView {
    /// Where to.
    pub url: String,
    /// `PUT`.
    pub method: String,
    /// The headers that have to be sent as they are here. `Content-Length` is that of the size; browsers send it by themselves.
    pub headers: BTreeMap<String, String>,
    /// When it ends. RFC 3339.
    pub expires_at: String,
}

/// A file that can be uploaded now.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct AnnouncedView {
    /// UUID: confirm it once it is uploaded, then send it in `attachments` of a message.
    pub attachment_id: String,
    /// How it is uploaded.
    pub upload: UploadView,
}

/// Where a file can be downloaded now.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct DownloadView {
    /// For whoever has it: do not keep it, and do not pass it on.
    pub url: String,
    /// When it ends. RFC 3339.
    pub expires_at: String,
}

impl DownloadView {
    /// A URL that ends then.
    #[must_use]
    pub fn new(url: String, ends: Timestamp) -> Self {
        Self {
            url,
            expires_at: ends.to_string(),
        }
    }
}
