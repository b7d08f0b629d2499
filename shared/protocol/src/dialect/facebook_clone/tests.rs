//! Every frame that the document shows, and how the service itself writes them.

use parlour_domain::UserId;
use serde_json::{Value, from_str, json};

use super::*;

const ROOM: &str = "00000000-0159-8000-8000-000000000001";
const ALICE: &str = "01a201cf-f4b6-7db2-829b-17f7782d64f9";
const JOHN: &str = "01a201cf-f4b6-7db2-829b-17f7782d64fa";
const AT: &str = "2023-09-01T12:15:00.000Z";

fn room(members: u64) -> RoomListItem {
    serde_json::from_value(json!({
        "id": ROOM, "kind": "direct", "public": false, "history": "all", "member_count": members,
        "created_at": AT, "updated_at": AT, "head_seq": 2, "read_seq": 1, "unread": { "count": 3, "more": false },
        "mentions": { "count": 0, "more": false }, "notification": "all", "members": [],
        "last_message": entry("Hello!"),
    }))
    .unwrap()
}

fn entry(text: &str) -> Value {
    json!({
        "type": "message", "id": "m", "room_id": ROOM, "seq": 2, "user_id": ALICE, "text_message": text, "created_at": AT,
    })
}

fn told(name: &str, data: Value, room: Option<&RoomListItem>) -> Vec<Value> {
    let people = People::default();
    let to = Recipient {
        user: UserId::parse(JOHN).unwrap(),
        people: &people,
        room,
        now: Timestamp::parse(AT).unwrap(),
    };
    let event = Event {
        name: name.to_owned(),
        data,
    };
    encode(&event, to)
        .iter()
        .map(|frame| from_str(frame).unwrap())
        .collect()
}

fn user(id: &str, is_online: bool) -> Value {
    let last_seen = (!is_online).then_some("2023-09-01T12:15:00.000000Z");
    json!({ "id": id, "full_name": "", "is_online": is_online, "last_seen": last_seen, "bg_color": "#808080" })
}

#[test]
fn what_the_document_shows_is_understood() {
    let room = || "ROOM_UUID".to_owned();
    for (frame, asked) in [
        (
            "{\n    \"type\": \"chat.message\",\n    \"data\": {\n        \"room\": \"ROOM_UUID\",\n        \"content\": \"Hello, how are you?\"\n    }\n}",
            Asked::Message {
                room: room(),
                content: "Hello, how are you?".to_owned(),
            },
        ),
        (
            "{\n    \"type\": \"friend.typing.start\",\n    \"data\": {\n        \"room\": \"ROOM_UUID\"\n    }\n}",
            Asked::Typing {
                room: room(),
                typing: true,
            },
        ),
        (
            r#"{"type":"friend.typing.stop","data":{"room":"ROOM_UUID"}}"#,
            Asked::Typing {
                room: room(),
                typing: false,
            },
        ),
        (
            "{\n    \"type\": \"chat.read\",\n    \"data\": {\n        \"room\": \"ROOM_UUID\"\n    }\n}",
            Asked::Read { room: room() },
        ),
        (
            r#"{"type":"chat.message","data":{"room":"ROOM_UUID","content":" ","user":"someone else"}}"#,
            Asked::Message {
                room: room(),
                content: " ".to_owned(),
            },
        ),
    ] {
        assert_eq!(decode(frame), Some(asked), "{frame}");
    }
}

#[test]
fn everything_else_asks_for_nothing() {
    for frame in [
        "",
        "{",
        "null",
        "[]",
        r#"["chat.read",["ROOM",""]]"#,
        r#"{"type":"chat.message"}"#,
        r#"{"type":"chat.message","data":null}"#,
        r#"{"type":"chat.message","data":{"room":"ROOM"}}"#,
        r#"{"type":"chat.message","data":{"room":"ROOM","content":""}}"#,
        r#"{"type":"chat.message","data":{"content":"hi"}}"#,
        r#"{"type":"chat.message","data":{"room":5,"content":"hi"}}"#,
        r#"{"type":"chat.read","data":{}}"#,
        r#"{"type":"friend.typing.start","data":"ROOM"}"#,
        r#"{"type":"dance","data":{"room":"ROOM"}}"#,
        r#"{"type":5,"data":{"room":"ROOM"}}"#,
    ] {
        assert_eq!(decode(frame), None, "{frame}");
    }
}

#[test]
fn a_message_has_its_sender_in_it() {
    let expected = json!({ "type": "chat.message", "data": {
        "id": "m", "user": user(ALICE, true), "content": "Hello, how are you?", "created_at": "2023-09-01T12:15:00.000000Z",
        "direction": "received", "is_read": false, "room": ROOM,
    }});
    assert_eq!(told("new_message", entry("Hello, how are you?"), None), [expected]);
}

#[test]
fn what_one_wrote_elsewhere_was_sent() {
    let entry: EntryView = serde_json::from_value(entry("hi")).unwrap();
    let sender = || User::new(People::default().seen(ALICE), true, None);
    assert_eq!(Message::new(&entry, sender(), ALICE, false).direction, "sent");
    assert_eq!(Message::new(&entry, sender(), JOHN, false).direction, "received");
}

#[test]
fn fields_come_in_the_order_of_the_document() {
    let entry: EntryView = serde_json::from_value(entry("hi")).unwrap();
    let message = Message::new(
        &entry,
        User::new(People::default().seen(ALICE), true, None),
        JOHN,
        false,
    );
    let text = serde_json::to_string(&message).unwrap();
    let names = ["id", "user", "content", "created_at", "direction", "is_read", "room"];
    let places = names.map(|name| text.find(&format!("\"{name}\":")).unwrap());
    assert!(places.is_sorted(), "{text}");
}

#[test]
fn typing_and_reading_name_the_room_and_the_user() {
    let says = json!({ "room": ROOM, "user": ALICE });
    for (typing, kind) in [(true, "friend.typing.start"), (false, "friend.typing.stop")] {
        let typing = json!({ "room_id": ROOM, "user_id": ALICE, "typing": typing, "expires_at": AT });
        let expected = json!({ "type": kind, "data": says });
        assert_eq!(told("typing", typing.clone(), None), [expected.clone()]);
        let several = json!({ "room_id": ROOM, "items": [typing] });
        assert_eq!(told("typing_users", several, None), [expected]);
    }
    let expected = json!({ "type": "chat.read", "data": says });
    let read = json!({ "room_id": ROOM, "user_id": ALICE, "read_seq": 5 });
    assert_eq!(told("read", read.clone(), None), [expected.clone()]);
    let several = json!({ "room_id": ROOM, "items": [read, { "user_id": JOHN, "delivered_seq": 5 }] });
    assert_eq!(told("receipts", several, None), [expected]);
}

#[test]
fn a_friend_comes_and_goes_with_the_room() {
    for (name, kind, online) in [
        ("user_connected", "friend.online", true),
        ("user_disconnected", "friend.offline", false),
    ] {
        let data = json!({ "room_id": ROOM, "user_id": ALICE });
        let expected = json!({ "type": kind, "data": {
            "id": ROOM, "friend": user(ALICE, online), "last_message_at": "2023-09-01T12:15:00.000000Z",
            "unread_count": 3, "last_message": "Hello!",
        }});
        assert_eq!(told(name, data.clone(), Some(&room(2))), [expected]);
        assert_eq!(
            told(name, data, Some(&room(3))),
            [] as [Value; 0],
            "of groups nothing is said"
        );
    }
}

#[test]
fn what_the_protocol_cannot_say_is_not_said() {
    for name in [
        "message_edited",
        "message_deleted",
        "room_updated",
        "presence",
        "no such event",
    ] {
        assert_eq!(told(name, entry("hi"), None), [] as [Value; 0], "{name}");
    }
}
