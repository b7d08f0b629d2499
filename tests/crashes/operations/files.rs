//! Files of messages: announced, uploaded, confirmed and taken by a message, or with it in one form; and what a deletion gives up.

use serde_json::{Value, json};

use super::Who::Guest;
use super::{Operation, none, operation};
use crate::scene::Scene;

/// The step of a client that puts a file where it was told to.
pub(crate) const UPLOADED: &str = "the file is uploaded";
/// What it puts there: an image, as far as its head.
pub(crate) const IMAGE: &[u8] = b"GIF89a\x05\x00\x04\x00\x00\x00\x00";

const ANNOUNCE: &str = "POST /attachments";
const CONFIRM: &str = "POST /attachments/{attachment_id}/confirm";
const SEND: &str = "POST /room/{room_id}/message/send";

pub(crate) const FILES: &[Operation] = &[
    operation(ANNOUNCE, Guest, image),
    uploaded(operation(CONFIRM, Guest, none)),
    confirmed(operation(SEND, Guest, with_file)),
    operation(SEND, Guest, form),
    confirmed(operation("send_message", Guest, frame)),
    confirmed(operation("delete_message", Guest, deletion)).after(SEND, Guest, with_file),
];

/// With a file that is there and not confirmed yet.
const fn uploaded(operation: Operation) -> Operation {
    operation.after(ANNOUNCE, Guest, image).after(UPLOADED, Guest, none)
}

const fn confirmed(operation: Operation) -> Operation {
    uploaded(operation).after(CONFIRM, Guest, none)
}

fn image(_: &Scene) -> Value {
    json!({ "name": "a.gif", "content_type": "image/gif", "size": IMAGE.len() })
}

fn with_file(scene: &Scene) -> Value {
    json!({ "text_message": "look", "attachments": [scene.made] })
}

fn frame(scene: &Scene) -> Value {
    let mut frame = with_file(scene);
    (frame["room_id"], frame["client_id"], frame["after_seq"]) = (json!(scene.room), json!("c"), json!(3));
    frame
}

fn deletion(scene: &Scene) -> Value {
    json!({ "room_id": scene.room, "message_id": scene.made, "hard": true, "client_id": "c" })
}

fn form(_: &Scene) -> Value {
    let part =
        |head: &str, contents: &str| format!("--x\r\nContent-Disposition: form-data; {head}\r\n\r\n{contents}\r\n");
    let parts = [
        part("name=\"text_message\"", "look"),
        part("name=\"f\"; filename=\"a.txt\"", "one file"),
        part("name=\"f\"; filename=\"b.txt\"", "and another"),
    ];
    json!(format!("{}--x--", parts.concat()))
}
