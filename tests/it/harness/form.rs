//! `multipart/form-data`, as a browser sends it.

use super::{Caller, Reply};

const BOUNDARY: &str = "----WebKitFormBoundary7MA4YWxkTrZu0gW";

/// A form that is being written.
#[derive(Debug, Clone, Default)]
pub(crate) struct Form(Vec<u8>);

impl Form {
    fn part(mut self, head: &str, contents: &[u8]) -> Self {
        let head = format!("--{BOUNDARY}\r\nContent-Disposition: form-data; {head}\r\n\r\n");
        self.0.extend_from_slice(head.as_bytes());
        self.0.extend_from_slice(contents);
        self.0.extend_from_slice(b"\r\n");
        self
    }

    /// With a field.
    pub(crate) fn field(self, name: &str, text: &str) -> Self {
        self.part(&format!("name=\"{name}\""), text.as_bytes())
    }

    /// With a file.
    pub(crate) fn file(self, name: &str, content_type: &str, contents: &[u8]) -> Self {
        self.file_in("files", (name, content_type), contents)
    }

    /// With a file in this field.
    pub(crate) fn file_in(self, field: &str, (name, content_type): (&str, &str), contents: &[u8]) -> Self {
        let head = format!("name=\"{field}\"; filename=\"{name}\"\r\nContent-Type: {content_type}");
        self.part(&head, contents)
    }

    /// Its bytes, to the last boundary.
    pub(crate) fn written(mut self) -> Vec<u8> {
        self.0.extend_from_slice(format!("--{BOUNDARY}--\r\n").as_bytes());
        self.0
    }

    /// Its media type.
    pub(crate) fn kind() -> String {
        format!("multipart/form-data; boundary={BOUNDARY}")
    }

    /// Sends it as a message.
    pub(crate) async fn send(self, by: &Caller, room: &str) -> Reply {
        send(by, room, &Self::kind(), self.written()).await
    }
}

/// Sends these bytes as a message of this media type.
pub(crate) async fn send(by: &Caller, room: &str, kind: &str, body: Vec<u8>) -> Reply {
    let request = by.request("POST", &format!("/room/{room}/message/send"));
    Reply::of(request.header("content-type", kind).body(body)).await
}
