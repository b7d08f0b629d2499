//! The calls of the browser client, as the service's gateway reads and answers them.

use serde_json::{Value, json, to_value};

use super::*;
use crate::dialect::{People, Seen};
use crate::view::{RoomView, UserView};

const ROOM: &str = "497f6eca-6276-4993-bfeb-53cbbbba6f08";
const ALICE: &str = "01a201cf-f4b6-7db2-829b-17f7782d64f9";
const AT: &str = "2024-11-01T00:00:00.000Z";

fn query(pairs: &[(&str, &str)]) -> Vec<(String, String)> {
    let owned = |(name, value): &(&str, &str)| ((*name).to_owned(), (*value).to_owned());
    pairs.iter().map(owned).collect()
}

#[test]
fn every_call_has_its_method_and_path() {
    for (method, path, expected) in [
        ("POST", "/api/v1/rooms", Call::CreateRoom),
        ("GET", "/api/v1/rooms", Call::Rooms),
        ("GET", "/api/v1/rooms/search", Call::SearchRooms),
        ("GET", "/api/v1/rooms/r-1", Call::Room("r-1")),
        ("DELETE", "/api/v1/rooms/r-1", Call::DeleteRoom("r-1")),
        ("GET", "/api/v1/users/u-1/rooms", Call::RoomsOf("u-1")),
        ("GET", "/api/v1/users/u-1", Call::User("u-1")),
        ("POST", "/api/v1/auth/validate", Call::Validate),
    ] {
        assert_eq!(call(method, path), Ok(expected), "{method} {path}");
    }
}

#[test]
fn what_is_not_there_and_what_is_no_chat_is_said_so() {
    let refused = |method, path| {
        let status = call(method, path).unwrap_err();
        (status.http(), to_value(status).unwrap())
    };
    let not_found = json!({ "code": 5, "message": "Not Found", "details": [] });
    for path in [
        "",
        "/",
        "/api/v1",
        "/api/v1/",
        "/api/v1/rooms/",
        "/api/v1/rooms/x/y",
        "/api/v1/users//rooms",
        "/api/v1/auth",
        "/api/v2/rooms",
    ] {
        assert_eq!(refused("GET", path), (404, not_found.clone()), "{path}");
    }
    let not_allowed = json!({ "code": 12, "message": "Method Not Allowed", "details": [] });
    for (method, path) in [
        ("PUT", "/api/v1/rooms"),
        ("POST", "/api/v1/rooms/search"),
        ("GET", "/api/v1/auth/validate"),
        ("GET", "/api/v1/auth/login"),
    ] {
        assert_eq!(refused(method, path), (501, not_allowed.clone()), "{method} {path}");
    }
    for (method, path) in [
        ("POST", "/api/v1/auth/register"),
        ("POST", "/api/v1/auth/login"),
        ("POST", "/api/v1/auth/refresh"),
        ("POST", "/api/v1/auth/refresh-token"),
        ("POST", "/api/v1/auth/logout"),
        ("GET", "/api/v1/users"),
        ("PUT", "/api/v1/users/u-1"),
        ("DELETE", "/api/v1/users/u-1"),
    ] {
        let (http, status) = refused(method, path);
        assert_eq!((http, &status["code"]), (501, &json!(12)), "{method} {path}");
        assert!(status["message"].as_str().unwrap().contains("service"), "{status}");
    }
}

#[test]
fn a_room_to_make_has_a_name_and_an_owner() {
    let good = NewRoom {
        name: "Lobby".to_owned(),
        owner_id: "u-1".to_owned(),
    };
    for body in [
        r#"{"name":"Lobby","owner_id":"u-1"}"#,
        r#"{"name":"Lobby","ownerId":"u-1","colour":"red"}"#,
    ] {
        let read = NewRoom::read(body.as_bytes()).unwrap();
        assert_eq!(read, good, "{body}");
        assert_eq!(read.check_name(), Ok(()));
    }
    for body in [
        "",
        "{}",
        r#"{"name":"Lobby"}"#,
        r#"{"name":"Lobby","owner_id":""}"#,
        r#"{"owner_id":null}"#,
    ] {
        assert_eq!(NewRoom::read(body.as_bytes()), Err(no_owner()), "{body}");
    }
    for body in ["{", "[]", r#"["Lobby","u-1"]"#, "null", "7", r#"{"name":5}"#, "\u{1}"] {
        let status = NewRoom::read(body.as_bytes()).unwrap_err();
        assert_eq!(
            (status.http(), to_value(&status).unwrap()["code"].clone()),
            (400, json!(3)),
            "{body}"
        );
        assert_ne!(status, no_owner(), "{body}");
    }
    for (name, is_good) in [
        ("ab".to_owned(), false),
        ("abc".to_owned(), true),
        ("é".repeat(50), true),
        ("a".repeat(51), false),
    ] {
        let owner_id = "u-1".to_owned();
        let new = NewRoom { name, owner_id };
        assert_eq!(new.check_name().is_ok(), is_good, "{}", new.name);
    }
}

#[test]
fn the_token_to_prove_is_in_the_body() {
    assert_eq!(token_in(br#"{"token":"x.y.z"}"#), Ok(Some("x.y.z".to_owned())));
    for body in [&b""[..], b"{}", br#"{"token":""}"#, b" \n"] {
        assert_eq!(token_in(body), Ok(None));
    }
    assert!(token_in(br#""x.y.z""#).is_err());
}

#[test]
fn pages_have_limits() {
    for (pairs, expected) in [
        (&[][..], (10, 0)),
        (&[("limit", "25"), ("offset", "50")], (25, 50)),
        (&[("limit", "0"), ("offset", "-3")], (10, 0)),
        (&[("limit", "101")], (100, 0)),
        (&[("limit", "-1")], (10, 0)),
    ] {
        assert_eq!(paging(&query(pairs)), Ok(expected), "{pairs:?}");
    }
    for value in ["", "x", "1.5", "99999999999"] {
        assert_eq!(paging(&query(&[("limit", value)])).unwrap_err().http(), 400, "{value}");
    }
}

#[test]
fn a_search_has_two_characters() {
    assert_eq!(searched(&query(&[("name", "lo")])), Ok("lo"));
    for pairs in [&[][..], &[("name", "l")], &[("q", "lobby")]] {
        assert_eq!(searched(&query(pairs)).unwrap_err().http(), 400, "{pairs:?}");
    }
}

fn room(name: Option<&str>, owner: Option<&str>) -> Room {
    let room = json!({
        "id": ROOM, "kind": "group", "name": name, "public": true, "history": "all", "member_count": 1, "created_by": owner,
        "created_at": AT, "updated_at": AT,
    });
    let room: RoomView = serde_json::from_value(room).unwrap();
    Room::new(&room, &People::default())
}

#[test]
fn a_room_has_all_its_fields() {
    let lobby = room(Some("Lobby"), Some(ALICE));
    let expected = json!({ "id": ROOM, "name": "Lobby", "ownerId": ALICE, "createdAt": AT, "updatedAt": AT });
    let made = Made { room: lobby.clone() };
    assert_eq!(to_value(made).unwrap(), json!({ "room": expected }));
    let mut got = expected.clone();
    got["room"] = expected.clone();
    assert_eq!(to_value(Got::from(lobby.clone())).unwrap(), got);
    assert_eq!(
        to_value(Rooms { rooms: vec![lobby] }).unwrap(),
        json!({ "rooms": [expected] })
    );
    assert_eq!(to_value(Rooms { rooms: Vec::new() }).unwrap(), json!({ "rooms": [] }));
    let nobodys = to_value(room(None, None)).unwrap();
    assert_eq!((&nobodys["name"], &nobodys["ownerId"]), (&json!(""), &json!("")));
}

#[test]
fn a_user_has_all_its_fields_and_what_they_may_do() {
    let user = json!({ "id": ALICE, "name": "alice", "created_at": AT, "updated_at": AT });
    let user: UserView = serde_json::from_value(user).unwrap();
    let seen = Seen {
        id: "u-1".to_owned(),
        name: "alice".to_owned(),
        colour: "#808080".to_owned(),
        number: None,
    };
    let user = User::new(seen, &user);
    let expected = json!({
        "id": "u-1", "email": "", "username": "alice", "phone": "", "age": 0, "bio": "", "permissions": ["read", "write"],
        "createdAt": AT, "updatedAt": AT,
    });
    assert_eq!(to_value(&user).unwrap(), expected);
    let validated: Value = to_value(Validated::from(user)).unwrap();
    assert_eq!(validated, json!({ "user": expected, "permissions": ["read", "write"] }));
}

#[test]
fn codes_and_statuses_go_together() {
    for (status, code) in [
        (400, 3),
        (401, 16),
        (403, 7),
        (404, 5),
        (409, 10),
        (429, 8),
        (500, 13),
        (503, 14),
    ] {
        let rpc = Rpc::of(status);
        assert_eq!((rpc.http(), rpc as u8), (status, code));
    }
    for status in [410, 413, 415, 418] {
        assert!(Rpc::of(status).http() >= 400, "{status}");
    }
}
