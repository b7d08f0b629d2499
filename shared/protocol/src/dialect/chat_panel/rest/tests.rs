//! The bodies that the document and the service have, byte for byte where they are known so.

use serde_json::{Value, json};

use super::views::Page;
use super::*;
use crate::dialect::chat_panel::Message;
use crate::dialect::chat_panel::tests::entry;
use crate::dialect::{People, Seen};
use crate::view::{RoomView, UserView};

const AT: &str = "2024-06-13T08:00:39.000Z";
const ROOM: &str = "76afed16-7e57-42a9-a9d8-520fbbb68a87";

fn text(value: &impl Serialize) -> String {
    serde_json::to_string(value).unwrap()
}

fn seen() -> Seen {
    Seen {
        id: "u-1".to_owned(),
        name: "Ada".to_owned(),
        colour: "#c0392b".to_owned(),
        number: None,
    }
}

fn user() -> UserView {
    serde_json::from_value(json!({ "id": "u-1", "name": "Ada", "created_at": AT, "updated_at": AT })).unwrap()
}

fn room() -> RoomView {
    let room = json!({
        "id": ROOM, "kind": "group", "name": "Tea", "public": true, "history": "all", "member_count": 1,
        "created_at": AT, "updated_at": AT,
    });
    serde_json::from_value(room).unwrap()
}

fn asked(pairs: &[(&str, &str)]) -> Vec<(String, String)> {
    let owned = pairs
        .iter()
        .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()));
    owned.collect()
}

#[test]
fn every_call_has_its_path_and_nothing_else_has_one() {
    for (method, path, expected) in [
        ("GET", "/healthCheck", Call::Health),
        ("GET", "/docs", Call::Docs),
        ("GET", "/docs/", Call::Docs),
        ("GET", "/docs-json", Call::DocsJson),
        ("POST", "/auth/init", Call::Init(None)),
        ("POST", "/auth/u-1", Call::Init(Some("u-1"))),
        ("POST", "/auth/init/u-1", Call::Init(Some("u-1"))),
        ("POST", "/user", Call::CreateUser),
        ("GET", "/user", Call::Users),
        ("GET", "/user/u-1", Call::User("u-1")),
        ("PATCH", "/user/u-1", Call::UpdateUser("u-1")),
        ("DELETE", "/user/u-1", Call::DeleteUser("u-1")),
        ("POST", "/room", Call::CreateRoom),
        ("GET", "/room/", Call::Rooms),
        ("GET", "/room/r-1", Call::Room("r-1")),
        ("PATCH", "/room/r-1", Call::UpdateRoom("r-1")),
        ("DELETE", "/room/r-1", Call::DeleteRoom("r-1")),
        ("POST", "/room/r-1/join", Call::Join("r-1")),
        ("POST", "/room/r-1/message/send", Call::Send("r-1")),
        ("GET", "/room/r-1/message", Call::Messages("r-1")),
    ] {
        assert_eq!(call(method, path, path), Ok(expected), "{method} {path}");
    }
    for (method, path) in [
        ("GET", ""),
        ("GET", "/"),
        ("GET", "/nope"),
        ("PUT", "/user/u-1"),
        ("GET", "/auth/init"),
        ("GET", "/user//"),
        ("POST", "/room//join"),
        ("POST", "/auth/"),
        ("GET", "/room/r-1/message/send"),
        ("GET", "//user"),
    ] {
        assert!(call(method, path, path).is_err(), "{method} {path}");
    }
    assert_eq!(
        text(&call("GET", "/nope", "/nope").unwrap_err()),
        r#"{"message":"Cannot GET /nope","error":"Not Found","statusCode":404}"#
    );
    let with_query = call("DELETE", "/room", "/room?page=1").unwrap_err();
    assert_eq!(
        serde_json::to_value(with_query).unwrap()["message"],
        "Cannot DELETE /room?page=1"
    );
}

#[test]
fn problems_are_written_as_the_framework_does() {
    for (problem, status, expected) in [
        (
            Problem::forbidden(),
            403,
            r#"{"message":"Forbidden resource","error":"Forbidden","statusCode":403}"#,
        ),
        (
            NewPanelUser::read(b"{}").unwrap_err(),
            400,
            r#"{"message":["nickname must be a string"],"error":"Bad Request","statusCode":400}"#,
        ),
        (
            Problem::internal(),
            500,
            r#"{"statusCode":500,"message":"Internal server error"}"#,
        ),
        (
            Problem::suspended(),
            401,
            r#"{"statusCode":401,"message":"This user is suspended!"}"#,
        ),
        (
            Problem::no_user(),
            400,
            r#"{"statusCode":400,"message":"Invalid token or incomplete client key! Missing user info"}"#,
        ),
        (
            Problem::not_theirs(),
            403,
            r#"{"statusCode":403,"message":"The room does not belong to the logged in user"}"#,
        ),
        (
            Problem::file_type(),
            400,
            r#"{"message":"Validation failed (expected type is jpeg|png)","error":"Bad Request","statusCode":400}"#,
        ),
    ] {
        assert_eq!((problem.status(), text(&problem).as_str()), (status, expected));
    }
}

#[test]
fn answers_stand_in_the_envelope() {
    let token = Envelope::new("Successfully authenticated!", 200, json!({ "token": "x.y.z" }));
    assert_eq!(
        text(&token),
        r#"{"message":["Successfully authenticated!"],"statusCode":200,"content":{"token":"x.y.z"}}"#
    );
    assert_eq!(
        text(&Envelope::without("This user is supended!", 404)),
        r#"{"message":["This user is supended!"],"statusCode":404}"#
    );
    let created = Envelope::new("Successfully created user.", 201, User::whole(&user()));
    assert_eq!(
        text(&created),
        format!(
            r#"{{"message":["Successfully created user."],"statusCode":201,"content":{{"id":"u-1","nickname":"Ada","created_at":"{AT}","updated_at":"{AT}","deleted_at":null}}}}"#
        )
    );
    let own = UserView {
        external_id: Some("ada".to_owned()),
        ..user()
    };
    let gone = serde_json::to_value(User::whole(&own).deleted(AT.to_owned())).unwrap();
    assert_eq!((&gone["id"], &gone["deleted_at"]), (&json!("ada"), &json!(AT)));
}

#[test]
fn rooms_have_who_is_in_them_in_the_form_of_each_call() {
    let made = Room::new(&room(), vec![Row::new("u-1".to_owned(), ROOM, AT.to_owned())]);
    let head = format!(r#"{{"id":"{ROOM}","name":"Tea","created_at":"{AT}","updated_at":"{AT}","deleted_at":null,"#);
    let row = format!(
        r#""users":[{{"user_id":"u-1","room_id":"{ROOM}","unread_message_count":0,"last_checked_at":"{AT}","created_at":"{AT}","deleted_at":null}}]"#
    );
    assert_eq!(text(&made), format!("{head}{row}}}"));
    let people = People::default();
    let message = entry(&json!({}));
    let joined = made.with(vec![Bare::new(&message, &people)]);
    let bare = format!(
        r#","messages":[{{"id":"m-1","room_id":"{ROOM}","user_id":"u-1","created_at":"{AT}","deleted_at":null}}]"#
    );
    assert_eq!(text(&joined), format!("{head}{row}{bare}}}"));
    let found = Room::new(&room(), vec![Occupant::new(seen(), AT.to_owned())]);
    let users = format!(r#""users":[{{"user":{{"id":"u-1","nickname":"Ada"}},"created_at":"{AT}"}}]"#);
    assert_eq!(text(&found), format!("{head}{users}}}"));
    let found = found.with(vec![Listed::new(&message, &people)]);
    let listed = r#","messages":[{"id":"m-1","user":{"id":"u-1","nickname":""},"text_message":{"content":"r1"}}]"#;
    assert_eq!(text(&found), format!("{head}{users}{listed}}}"));
    let gone = serde_json::to_value(found.deleted(AT.to_owned())).unwrap();
    assert_eq!(gone["deleted_at"], AT);
}

#[test]
fn a_message_is_what_is_sent_and_listed() {
    let message = Message::new(&entry(&json!({})), &People::default());
    let sent = Envelope::new("Successfully sent message", 200, message);
    assert_eq!(
        text(&sent),
        format!(
            r#"{{"message":["Successfully sent message"],"statusCode":200,"content":{{"id":"m-1","room_id":"{ROOM}","user_id":"u-1","created_at":"{AT}","deleted_at":null,"text_message":{{"content":"r1"}}}}}}"#
        )
    );
}

#[test]
fn pages_are_texts_and_numbers() {
    let page = Paging::read(&asked(&[("page", "3"), ("perPage", "10")])).unwrap();
    assert_eq!((page.skip, page.count, page.pages(41)), (20, 10, 5));
    let written: Page<Value> = page.of(41, vec![]);
    assert_eq!(text(&written), r#"{"data":[],"currentPage":"3","totalPage":5}"#);
    let large = Paging::read(&asked(&[("page", "2"), ("perPage", "1000000")])).unwrap();
    assert_eq!((large.skip, large.count, large.pages(101)), (50, 50, 3));
    let far = Paging::read(&asked(&[("page", "99999999999999999999"), ("perPage", "50")])).unwrap();
    assert_eq!(far.skip, u64::MAX);
    for (query, messages) in [
        (asked(&[]), vec!["page must be a string", "perPage must be a string"]),
        (asked(&[("page", "1")]), vec!["perPage must be a string"]),
        (
            asked(&[("page", "1"), ("page", "2"), ("perPage", "1")]),
            vec!["page must be a string"],
        ),
        (
            asked(&[("page", "x"), ("perPage", "-1")]),
            vec!["page must be a number string", "perPage must be a number string"],
        ),
        (
            asked(&[("page", "0"), ("perPage", "")]),
            vec!["page must not be less than 1", "perPage must be a number string"],
        ),
    ] {
        let problem = serde_json::to_value(Paging::read(&query).unwrap_err()).unwrap();
        let expected = json!({ "message": messages, "error": "Bad Request", "statusCode": 400 });
        assert_eq!(problem, expected, "{query:?}");
    }
    let count = |value| message_count(&asked(&[("messageCount", value)]));
    assert_eq!((count("3"), count("0"), count("1000")), (Ok(3), Ok(0), Ok(50)));
    assert!(count("x").is_err() && count("-1").is_err());
    assert_eq!(message_count(&asked(&[])), Ok(10));
}

#[test]
fn bodies_are_checked_as_the_service_does() {
    let document = format!("{{\n    \"room_id\": \"{ROOM}\",\n    \"text_message\": \"r1\"\n}}");
    for body in [document.as_str(), r#"{"textMessage":"r1"}"#] {
        assert_eq!(Sent::read(body.as_bytes()).unwrap().text, "r1");
    }
    for body in ["", "{}", r#"{"text_message":null}"#] {
        assert_eq!(Sent::read(body.as_bytes()).unwrap().text, "");
    }
    let message = |problem: Problem| serde_json::to_value(problem).unwrap()["message"].clone();
    for (body, said) in [
        (r#"{"users":[]}"#, json!(["name must be a string"])),
        (r#"{"name":"x","users":"u"}"#, json!(["users must be an array"])),
        (
            r#"{"name":"x","users":[1]}"#,
            json!(["each value in users must be a string"]),
        ),
        ("[]", json!("Unexpected token in JSON")),
        ("{", json!("Unexpected token in JSON")),
    ] {
        let refused = NewPanelRoom::read(body.as_bytes()).unwrap_err();
        assert_eq!(message(refused), said, "{body}");
    }
    let many = json!({ "name": "x", "users": vec!["u"; 41] }).to_string();
    assert!(NewPanelRoom::read(many.as_bytes()).is_err());
    let room = NewPanelRoom::read(br#"{"name":"Tea","users":["a","b"],"colour":1}"#).unwrap();
    assert_eq!((room.name.as_str(), room.users.len()), ("Tea", 2));
    assert_eq!(NewPanelRoom::read(br#"{"name":"Tea"}"#).unwrap().users, [] as [&str; 0]);
    assert_eq!(Init::read(b"").unwrap().user_id, None);
    assert_eq!(Init::read(br#"{"user_id":"u"}"#).unwrap().user_id.as_deref(), Some("u"));
    assert!(Init::read(br#"{"user_id":1}"#).is_err());
    assert_eq!(ChangedUser::read(b"{}").unwrap().nickname, None);
    assert!(ChangedRoom::read(br#"{"name":1}"#).is_err());
    for (kind, taken) in [
        ("image/png", true),
        ("image/jpeg", true),
        ("image/gif", false),
        ("x/jpeg", false),
    ] {
        assert_eq!(Sent::takes(kind), taken, "{kind}");
    }
}

#[test]
fn the_description_has_every_call() {
    let described = description("http://chat.example/a/shop/chat-panel");
    for (path, methods) in described["paths"].as_object().unwrap() {
        for method in methods.as_object().unwrap().keys() {
            let found = call(&method.to_uppercase(), path, path);
            assert!(found.is_ok(), "{method} {path}");
        }
    }
    assert_eq!(described["servers"][0]["url"], "http://chat.example/a/shop/chat-panel");
    let send = &described["paths"]["/room/{room_id}/message/send"]["post"];
    assert!(send["requestBody"]["content"]["multipart/form-data"].is_object());
    let page = description_page("http://x/\"><script>");
    assert!(page.contains("POST /room/{room_id}/join") && !page.contains("<script>"));
}
