//! Every frame that the document shows, and how the service itself writes them.

use parlour_domain::{Timestamp, UserId};
use serde_json::{Value, from_str, json};

use super::*;
use crate::dialect::{Event, People, Recipient};

const ROOM: &str = "00000000-0159-8000-8000-000000000001";
const USER: &str = "01a201cf-f4b6-7db2-829b-17f7782d64f9";
const AT: &str = "2024-11-01T00:00:00.000Z";

fn entry(text: &str) -> Value {
    json!({
        "type": "message", "id": "m", "room_id": ROOM, "seq": 2, "user_id": USER, "text_message": text, "created_at": AT,
    })
}

fn told(name: &str, data: Value) -> Option<Value> {
    let people = People::default();
    let to = Recipient {
        user: UserId::parse(USER).unwrap(),
        people: &people,
        room: None,
        now: Timestamp::parse(AT).unwrap(),
    };
    let event = Event {
        name: name.to_owned(),
        data,
    };
    encode(&event, to).map(|frame| from_str(&frame).unwrap())
}

#[test]
fn what_the_document_shows_is_understood() {
    let shown = "{\n  \"type\": \"message\",\n  \"content\": \"Hello, everyone!\"\n}";
    assert_eq!(decode(shown), Some(Asked::Message("Hello, everyone!".to_owned())));
    let shown = "{\n  \"type\": \"get_history\",\n  \"limit\": 50,\n  \"offset\": 0\n}";
    assert_eq!(decode(shown), Some(Asked::History { offset: 0, limit: 50 }));
}

#[test]
fn limits_of_history_are_brought_into_their_bounds() {
    for (frame, offset, limit) in [
        (r#"{"type":"get_history"}"#, 0, 50),
        (r#"{"type":"get_history","limit":0,"offset":-1}"#, 0, 50),
        (r#"{"type":"get_history","limit":-5}"#, 0, 50),
        (r#"{"type":"get_history","limit":101,"offset":7}"#, 7, 100),
        (r#"{"type":"get_history","limit":3,"data":{}}"#, 0, 3),
    ] {
        assert_eq!(decode(frame), Some(Asked::History { offset, limit }), "{frame}");
    }
}

#[test]
fn everything_else_asks_for_nothing() {
    for frame in [
        "",
        "{",
        "null",
        "[]",
        r#"["message","hi",0,0]"#,
        "\u{0}",
        r#"{"type":"typing"}"#,
        r#"{"type":5,"content":"hi"}"#,
        r#"{"content":"hi"}"#,
        r#"{"type":"message","content":5}"#,
        r#"{"type":"get_history","limit":"50"}"#,
        r#"{"type":"get_history","limit":1.5}"#,
        r#"{"type":"get_history","limit":1e400}"#,
    ] {
        assert_eq!(decode(frame), None, "{frame}");
    }
}

#[test]
fn a_message_is_in_both_envelopes() {
    let message =
        json!({ "id": "m", "room_id": ROOM, "user_id": USER, "content": "Hello, everyone!", "timestamp": AT });
    assert_eq!(
        told("new_message", entry("Hello, everyone!")),
        Some(json!({
            "type": "new_message", "room_id": ROOM, "user_id": USER, "payload": message, "timestamp": AT, "data": message,
        }))
    );
}

#[test]
fn fields_come_in_the_order_of_the_document_and_of_the_service() {
    let entry: EntryView = serde_json::from_value(entry("hi")).unwrap();
    let frame = new_message(&entry, &People::default());
    let message = format!(r#"{{"id":"m","room_id":"{ROOM}","user_id":"{USER}","content":"hi","timestamp":"{AT}"}}"#);
    assert_eq!(
        frame,
        format!(
            r#"{{"type":"new_message","room_id":"{ROOM}","user_id":"{USER}","payload":{message},"timestamp":"{AT}","data":{message}}}"#
        )
    );
}

#[test]
fn history_is_a_list_and_a_list_with_its_length() {
    let deleted = json!({
        "type": "message", "id": "d", "room_id": ROOM, "seq": 3, "user_id": USER, "created_at": AT, "deleted_at": AT,
    });
    let entries: Vec<EntryView> = [entry("Hello!"), deleted, entry("Hi there!")]
        .into_iter()
        .map(|entry| serde_json::from_value(entry).unwrap())
        .collect();
    let history =
        |most| -> Value { from_str(&message_history(ROOM, ("me", AT), &entries, &People::default(), most)).unwrap() };
    let page = history(10_000);
    let texts: Vec<&Value> = page["data"]
        .as_array()
        .unwrap()
        .iter()
        .map(|one| &one["content"])
        .collect();
    assert_eq!(texts, ["Hello!", "Hi there!"]);
    assert_eq!(page["payload"], json!({ "messages": page["data"], "total": 2 }));
    assert_eq!(
        (&page["type"], &page["user_id"]),
        (&json!("message_history"), &json!("me"))
    );
    assert_eq!(history(0)["payload"]["total"], 1, "never cut to nothing");
}

#[test]
fn who_comes_and_goes_is_told_as_in_both() {
    for name in ["user_connected", "user_disconnected"] {
        assert_eq!(
            told(name, json!({ "room_id": ROOM, "user_id": USER })),
            Some(json!({
                "type": name, "room_id": ROOM, "user_id": USER, "timestamp": AT,
                "data": { "user_id": USER, "timestamp": AT },
            }))
        );
    }
}

#[test]
fn an_error_says_so_in_both() {
    let error: Value = from_str(&error(ROOM, (USER, AT), "Failed to send message")).unwrap();
    let says = json!({ "error": "Failed to send message" });
    assert_eq!(
        error,
        json!({ "type": "error", "room_id": ROOM, "user_id": USER, "payload": says, "timestamp": AT, "data": says })
    );
}

#[test]
fn what_the_protocol_cannot_say_is_not_said() {
    for name in [
        "typing",
        "read",
        "message_deleted",
        "room_updated",
        "presence",
        "no such event",
    ] {
        assert_eq!(
            told(name, json!({ "room_id": ROOM, "user_id": USER, "seq": 5 })),
            None,
            "{name}"
        );
    }
}
