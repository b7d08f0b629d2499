//! The document's examples, the service's own bytes, and what is none of either.

use parlour_domain::{Timestamp, UserId};
use serde_json::{Value, json};

use super::*;
use crate::dialect::socket_io::{self, Heard};

const ROOM: &str = "76afed16-7e57-42a9-a9d8-520fbbb68a87";

fn heard(frame: &str) -> Option<Result<Asked, Wish>> {
    match socket_io::decode(frame) {
        Heard::Event(emitted) => decode(&emitted),
        other => panic!("an event, not {other:?}"),
    }
}

fn emitted(name: &str, payload: Value) -> Option<Result<Asked, Wish>> {
    decode(&Emitted {
        name: name.to_owned(),
        arguments: vec![payload],
        acknowledge: None,
    })
}

pub(super) fn entry(more: &Value) -> EntryView {
    let mut entry = json!({
        "id": "m-1", "room_id": ROOM, "seq": 2, "type": "message", "user_id": "u-1", "text_message": "r1",
        "created_at": "2024-06-13T08:00:39.000Z",
    });
    entry.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    serde_json::from_value(entry).unwrap()
}

#[test]
fn the_documents_payloads_are_understood_as_text_and_as_objects() {
    // As `JSON.stringify` writes the example of the document, and as the document lays it out.
    let compact = json!({ "room_id": ROOM, "text_message": "r1" }).to_string();
    let laid_out = format!("{{\n    \"room_id\": \"{ROOM}\",\n    \"text_message\": \"r1\"\n}}");
    let joins = Asked::Join { room: ROOM.to_owned() };
    let sends = Asked::Send {
        room: ROOM.to_owned(),
        text: "r1".to_owned(),
    };
    for payload in [
        json!(compact),
        json!(laid_out),
        json!({ "room_id": ROOM, "text_message": "r1" }),
    ] {
        assert_eq!(emitted("join_room", payload.clone()), Some(Ok(joins.clone())));
        assert_eq!(emitted("send_message", payload), Some(Ok(sends.clone())));
    }
    let frame = format!(r#"42["join_room","{{\"room_id\":\"{ROOM}\"}}"]"#);
    assert_eq!(heard(&frame), Some(Ok(joins)), "the text is for sending alone");
}

#[test]
fn what_cannot_be_read_is_an_error_of_what_was_wished_for() {
    for payload in [
        json!("{"),
        json!(""),
        json!("null"),
        json!("7"),
        json!([]),
        json!(null),
        json!({}),
        json!({ "room_id": "" }),
        json!({ "room_id": 7, "text_message": "r1" }),
        json!("{\"room_id\":null}"),
    ] {
        assert_eq!(emitted("join_room", payload.clone()), Some(Err(Wish::Join)));
        assert_eq!(emitted("send_message", payload), Some(Err(Wish::Send)));
    }
    for text in [json!(null), json!(5), json!({ "a": 1 })] {
        let payload = json!({ "room_id": ROOM, "text_message": text });
        assert_eq!(emitted("send_message", payload), Some(Err(Wish::Send)));
    }
    assert_eq!(heard(r#"42["send_message"]"#), Some(Err(Wish::Send)));
    // Nobody listens to anything else.
    assert_eq!(heard(r#"42["new_message","{}"]"#), None);
    assert_eq!(heard(r#"42[""]"#), None);
}

#[test]
fn errors_are_texts_in_the_services_own_spelling() {
    assert_eq!(
        Wish::Join.failed().frame(),
        r#"42["error","An error occured while joining the room"]"#
    );
    assert_eq!(
        Wish::Send.failed().frame(),
        r#"42["error","An error occurred while processing your message"]"#
    );
}

#[test]
fn a_new_message_is_told_as_an_object() {
    let people = People::default();
    let expected = format!(
        r#"42["new_message",{{"id":"m-1","room_id":"{ROOM}","user_id":"u-1","created_at":"2024-06-13T08:00:39.000Z","deleted_at":null,"text_message":{{"content":"r1"}}}}]"#
    );
    assert_eq!(new_message(&entry(&json!({})), &people).frame(), expected);
}

#[test]
fn messages_are_all_that_a_client_hears_of() {
    let people = People::default();
    let told = |name: &str, data: EntryView| {
        let event = Event {
            name: name.to_owned(),
            data: serde_json::to_value(data).unwrap(),
        };
        let to = Recipient {
            user: UserId::parse("0190a5f0-0000-7000-8000-000000000001").unwrap(),
            people: &people,
            room: None,
            now: Timestamp::from_millis(0),
        };
        encode(&event, to)
    };
    let message = entry(&json!({}));
    assert_eq!(told("new_message", message.clone()), [new_message(&message, &people)]);
    for other in ["message_edited", "message_deleted", "typing", "read", "room_updated"] {
        assert_eq!(told(other, message.clone()), [], "{other}");
    }
    let file = json!({ "attachment_id": "f", "name": "a.png", "content_type": "image/png", "size": 3 });
    let with_file = entry(&json!({ "attachments": [file] }));
    let said = told("new_message", with_file)[0].frame();
    assert!(said.contains(r#""content":"r1 [a.png]""#), "{said}");
}
