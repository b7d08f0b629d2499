//! Every event that the document shows, and how the service itself writes them. Ids of messages and tokens are others here: an id is
//! computed from the message's place, and nobody's token is told to anybody.

mod asked;
mod rooms;

use parlour_domain::{ConnectionId, Timestamp, UserId};
use serde_json::{from_str, json};

use super::super::socket_io::{Emitted, Heard, decode as packet};
use super::*;

const ROOM: &str = "00000000-0159-8000-8000-000000000001";
const ONE: &str = "01a201cf-f4b6-7db2-829b-17f7782d64f9";
const TWO: &str = "01a201cf-f4b6-7db2-829b-17f7782d64fa";
/// Has no number that anybody knows.
const GONE: &str = "01a201cf-f4b6-7db2-829b-17f7782d64fb";
/// What a message's id in room 1 is more than its place.
const FIRST: u64 = 1 << 31;

fn one() -> RoomNumber {
    RoomNumber::new(1).unwrap()
}

/// The document's two users, and Parlour's words for them.
fn people() -> People {
    let millis = |at: &str| Timestamp::parse(at).unwrap().millis();
    let user = |id: &str, number: u64, at: &str| -> parlour_domain::user::User {
        let (name, at) = (format!("use-{number} usr-{number}"), millis(at));
        let row = json!({
            "id": id, "external_id": number.to_string(), "name": name, "number": number, "created_at": at, "updated_at": at,
        });
        serde_json::from_value(row).unwrap()
    };
    People::new(&[
        user(ONE, 1, "2021-07-15T05:14:12.117Z"),
        user(TWO, 2, "2021-07-15T05:14:12.117Z"),
    ])
}

fn of(number: u64) -> Value {
    let at = "2021-07-15T05:14:12.117Z";
    json!({
        "id": number, "appId": 1, "firstName": format!("use-{number}"), "appUserId": number, "lastName": format!("usr-{number}"),
        "middleName": null, "token": null, "createdAt": at, "updatedAt": at, "deletedAt": null,
    })
}

fn entry(seq: u64, user: Option<&str>, text: &str, at: &str) -> Value {
    json!({
        "type": "message", "id": "m", "room_id": ROOM, "seq": seq, "user_id": user, "text_message": text, "created_at": at,
    })
}

fn view(entry: Value) -> EntryView {
    serde_json::from_value(entry).unwrap()
}

fn told(name: &str, data: Value, beside: &Beside) -> Vec<(String, Value)> {
    let people = people();
    let to = Recipient {
        user: UserId::parse(TWO).unwrap(),
        people: &people,
        room: None,
        now: Timestamp::from_millis(0),
    };
    let event = Event {
        name: name.to_owned(),
        data,
    };
    encode(&event, to, beside).iter().map(heard).collect()
}

fn in_room() -> Beside {
    Beside {
        room: Some(one()),
        ..Beside::default()
    }
}

/// As a client hears it.
fn heard(said: &Said) -> (String, Value) {
    let frame = said.frame();
    let (name, argument): (String, Value) = from_str(frame.strip_prefix("42").unwrap()).unwrap();
    (name, argument)
}

fn asked(frame: &str) -> Option<Asked> {
    match packet(frame) {
        Heard::Event(emitted) => decode(&emitted),
        other => panic!("{frame}: {other:?}"),
    }
}

/// What the document shows, then what the service says besides.
#[test]
fn a_message_is_as_the_document_has_it() {
    let at = "2021-07-17T12:25:59.456Z";
    let entry = entry(4, Some(TWO), "hello sumit", at);
    let frame = message(one(), &view(entry.clone()), &people()).frame();
    let id = FIRST + 4;
    let shown = format!(
        r#"42["message",{{"id":{id},"roomId":1,"message":"aGVsbG8gc3VtaXQ=","userId":2,"updatedAt":"{at}","createdAt":"{at}","deletedAt":null,"user":{{"id":2,"#
    );
    assert!(frame.starts_with(&shown), "{frame}");
    let (name, chat) = heard(&message(one(), &view(entry.clone()), &people()));
    assert_eq!((name.as_str(), &chat["user"]), ("message", &of(2)));
    assert_eq!(told("new_message", entry, &in_room()), [(name, chat)]);
}

#[test]
fn texts_are_in_base64_of_their_bytes() {
    for (text, encoded) in [
        ("héllo 😀", "aMOpbGxvIPCfmIA="),
        ("hello", "aGVsbG8="),
        ("hi", "aGk="),
        ("???>>>", "Pz8/Pj4+"),
    ] {
        let entry = view(entry(1, Some(ONE), text, "2021-07-17T12:25:59.456Z"));
        assert_eq!(heard(&message(one(), &entry, &people())).1["message"], encoded);
    }
}

#[test]
fn a_page_of_history_is_as_the_document_has_it() {
    let listed = [
        (4, TWO, "hello sumit", "2021-07-17T12:25:59.456Z"),
        (3, ONE, "hello", "2021-07-17T12:04:47.927Z"),
        (2, TWO, "hello", "2021-07-15T05:59:20.575Z"),
        (1, ONE, "hi", "2021-07-15T05:58:49.356Z"),
    ];
    let mut entries: Vec<_> = listed
        .iter()
        .map(|(seq, user, text, at)| view(entry(*seq, Some(user), text, at)))
        .collect();
    let (_, mut page) = heard(&load_more(one(), &entries, &people(), 100_000));
    for item in page.as_array_mut().unwrap() {
        let user = item.as_object_mut().unwrap().remove("user").unwrap();
        assert_eq!(user["id"], item["userId"]);
    }
    let shown = json!([
        {
            "id": FIRST + 4, "message": "aGVsbG8gc3VtaXQ=", "userId": 2,
            "createdAt": "2021-07-17T12:25:59.456Z", "updatedAt": "2021-07-17T12:25:59.456Z"
        },
        {
            "id": FIRST + 3, "message": "aGVsbG8=", "userId": 1,
            "createdAt": "2021-07-17T12:04:47.927Z", "updatedAt": "2021-07-17T12:04:47.927Z"
        },
        {
            "id": FIRST + 2, "message": "aGVsbG8=", "userId": 2,
            "createdAt": "2021-07-15T05:59:20.575Z", "updatedAt": "2021-07-15T05:59:20.575Z"
        },
        {
            "id": FIRST + 1, "message": "aGk=", "userId": 1,
            "createdAt": "2021-07-15T05:58:49.356Z", "updatedAt": "2021-07-15T05:58:49.356Z"
        },
    ]);
    assert_eq!(page, shown);
    let first = load_more(one(), &entries, &people(), 100_000).frame();
    let in_order = format!(
        r#"42["load_more",[{{"id":{},"message":"aGVsbG8gc3VtaXQ=","userId":2,"createdAt":"2021-07-17T12:25:59.456Z","updatedAt":"2021-07-17T12:25:59.456Z","user":"#,
        FIRST + 4
    );
    assert!(first.starts_with(&in_order), "{first}");

    // What is deleted is not there, and what does not fit is not either.
    entries[1].deleted_at = Some("2021-07-18T00:00:00.000Z".to_owned());
    let of = |most| {
        let page = heard(&load_more(one(), &entries, &people(), most)).1;
        let ids = page.as_array().unwrap().iter();
        ids.map(|item| item["id"].as_u64().unwrap() - FIRST).collect::<Vec<_>>()
    };
    assert_eq!((of(100_000), of(1)), (vec![4, 2, 1], vec![4]));
    assert_eq!(
        load_more(one(), &[], &people(), 100_000).frame(),
        r#"42["load_more",[]]"#
    );
}

#[test]
fn typing_is_as_the_document_has_it_without_the_token() {
    let said = is_typing(&people(), TWO, &json!("true")).unwrap();
    let shown = concat!(
        r#"42["is_typing",{"data":{"id":2,"appId":1,"firstName":"use-2","appUserId":2,"lastName":"usr-2","middleName":null,"token":null,"#,
        r#""createdAt":"2021-07-15T05:14:12.117Z","updatedAt":"2021-07-15T05:14:12.117Z","deletedAt":null},"typing":"true"}]"#,
    );
    assert_eq!(said.frame(), shown);
    for typing in [true, false] {
        let item = json!({ "room_id": ROOM, "user_id": TWO, "typing": typing, "expires_at": "x" });
        let expected = [("is_typing".to_owned(), json!({ "data": of(2), "typing": typing }))];
        assert_eq!(told("typing", item.clone(), &in_room()), expected);
        let several = json!({ "room_id": ROOM, "items": [item, { "user_id": GONE, "typing": true }, { "typing": 5 }] });
        assert_eq!(told("typing_users", several, &in_room()), expected);
    }
}

/// The service told what it keeps, encrypted.
#[test]
fn a_message_that_says_something_else_is_told_in_base64() {
    let at = "2021-07-17T12:25:59.456Z";
    let mut now = view(entry(4, Some(TWO), "hello", at));
    now.edited_at = Some("2021-07-18T00:00:00.000Z".to_owned());
    let beside = Beside {
        message: Some(now),
        ..in_room()
    };
    assert_eq!(beside.users(), [UserId::parse(TWO).unwrap()]);
    let edit = json!({ "type": "message_edited", "message_seq": 4, "user_id": TWO });
    let told_of = told("message_edited", edit.clone(), &beside);
    let (name, chat) = &told_of[0];
    assert_eq!((name.as_str(), &chat["message"]), ("message", &json!("aGVsbG8=")));
    assert_eq!(
        (&chat["id"], &chat["userId"], &chat["createdAt"], &chat["updatedAt"]),
        (
            &json!(FIRST + 4),
            &json!(2),
            &json!(at),
            &json!("2021-07-18T00:00:00.000Z")
        )
    );
    // Some who hear of it may not see the message.
    let mut omitted = edit;
    omitted["content_omitted"] = json!(true);
    assert_eq!(told("message_edited", omitted, &beside), []);
}

#[test]
fn a_message_that_is_deleted_is_told_without_its_words() {
    let (at, deleted) = ("2021-07-17T12:25:59.456Z", "2021-07-18T00:00:00.000Z");
    let mut now = view(entry(4, Some(TWO), "hello", at));
    now.deleted_at = Some(deleted.to_owned());
    let beside = Beside {
        message: Some(now),
        ..in_room()
    };
    let told_of = told("message_deleted", json!({ "message_seq": 4, "user_id": TWO }), &beside);
    let expected = json!({
        "id": FIRST + 4, "roomId": 1, "message": "", "userId": 2, "updatedAt": deleted, "createdAt": at, "deletedAt": deleted,
        "user": of(2),
    });
    assert_eq!(told_of, [("delete".to_owned(), expected)]);
    assert_eq!(told("message_edited", json!({ "message_seq": 4 }), &beside), []);
}

#[test]
fn what_the_protocol_cannot_say_is_not_said() {
    for name in [
        "reaction_added",
        "room_updated",
        "member_joined",
        "presence",
        "no such event",
    ] {
        assert_eq!(told(name, entry(4, Some(ONE), "hi", "x"), &in_room()), [], "{name}");
    }
    // What is told to a user, of no room.
    assert_eq!(
        told("new_message", entry(4, Some(ONE), "hi", "x"), &Beside::default()),
        []
    );
    for service in parlour_domain::dialect::Service::ALL {
        let is_own = service == parlour_domain::dialect::Service::Callsewa;
        assert_eq!(super::super::needs_message(service, "message_edited"), is_own);
        assert_eq!(super::super::needs_roster(service, "user_connected"), is_own);
        assert!(!super::super::needs_roster(service, "new_message"));
    }
}
