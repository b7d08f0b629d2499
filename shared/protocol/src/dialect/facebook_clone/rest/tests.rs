//! Paths, pages and errors, as they were seen and as the document shows them.

use serde_json::from_str;

use super::*;
use crate::dialect::facebook_clone::{Message, Room, User, friend_in};
use crate::dialect::{People, Seen};
use crate::view::{EntryView, RoomListItem};

const ROOM: &str = "497f6eca-6276-4993-bfeb-53cbbbba6f08";
const ALICE: &str = "01a201cf-f4b6-7db2-829b-17f7782d64f9";
const JOHN: &str = "01a201cf-f4b6-7db2-829b-17f7782d64fa";
const AT: &str = "2019-08-24T14:15:22.000Z";
const SHOWN: &str = "2019-08-24T14:15:22.000000Z";
const URL: &str = "http://host:888/a/x/facebook-clone/api/chat/users/";

fn resource(path: &str) -> Option<(Resource, &str, bool)> {
    find(path).map(|found| (found.route.resource, found.id, found.slash))
}

#[test]
fn every_path_has_its_slash_or_lacks_it() {
    for (path, resource_there, id) in [
        ("/api/chat/users", Resource::Rooms, ""),
        ("/api/chat/users/497f", Resource::Room, "497f"),
        ("/api/chat/497f/messages", Resource::Messages, "497f"),
        ("/api/chat/users/messages", Resource::Room, "messages"),
        ("/api/chat/swagger", Resource::Description, ""),
    ] {
        assert_eq!(resource(path), Some((resource_there, id, false)), "{path}");
        assert_eq!(
            resource(&format!("{path}/")),
            Some((resource_there, id, true)),
            "{path}/"
        );
    }
    for path in [
        "",
        "/",
        "/api/chat",
        "/api/chat/",
        "/api/chat//messages/",
        "/api/chat/users//",
        "/api/chat/users/x/y/",
        "/api/chat/x/messages/y/",
        "/chat/users/",
        "/api/chat/ws/chat/",
    ] {
        assert_eq!(resource(path), None, "{path}");
    }
}

#[test]
fn methods_are_those_of_the_document() {
    let route = |path| find(path).unwrap().route;
    let messages = route("/api/chat/x/messages/");
    for method in ["GET", "HEAD", "POST"] {
        assert!(messages.has(method), "{method}");
    }
    for method in ["DELETE", "PUT", "PATCH", "OPTIONS", "get"] {
        assert!(!messages.has(method), "{method}");
    }
    assert!(!route("/api/chat/users/").has("POST"));
    assert_eq!(messages.allow(), "GET, POST, HEAD");
    assert_eq!(
        not_allowed("DELETE"),
        json!({ "detail": "Method \"DELETE\" not allowed." })
    );
}

#[test]
fn pages_are_numbers_from_one_on_or_the_last() {
    for (asked, total, page) in [
        (None, 0, Some(1)),
        (Some(""), 0, Some(1)),
        (Some("1"), 0, Some(1)),
        (Some(" 2 "), 11, Some(2)),
        (Some("3"), 27, Some(3)),
        (Some("last"), 27, Some(3)),
        (Some("last"), 20, Some(2)),
        (Some("last"), 0, Some(1)),
        (Some("2"), 10, None),
        (Some("4"), 27, None),
        (Some("0"), 27, None),
        (Some("-1"), 27, None),
        (Some("1.5"), 27, None),
        (Some("LAST"), 27, None),
        (Some("99999999999999999999"), 27, None),
        (Some("18446744073709551615"), 27, None),
    ] {
        let found = Wanted::read(asked).and_then(|wanted| wanted.of(total));
        assert_eq!(found, page, "{asked:?} of {total}");
    }
    let skip = |page| Wanted::read(Some(page)).unwrap().skip();
    assert_eq!((skip("1"), skip("3"), skip("last")), (Some(0), Some(20), None));
    assert_eq!(skip("18446744073709551615"), Some(u64::MAX));
}

#[test]
fn links_are_whole_urls_and_keep_the_other_parameters() {
    let page = |number, query| {
        let page = Page::new(27, number, Vec::<Value>::new(), (URL, query));
        (page.next, page.previous)
    };
    let url = |query: &str| Some(format!("{URL}{query}"));
    assert_eq!(page(1, ""), (url("?page=2"), None));
    assert_eq!(
        page(2, "page=2"),
        (url("?page=3"), url("")),
        "the first page has no number"
    );
    assert_eq!(page(3, "page=last"), (None, url("?page=2")));
    assert_eq!(
        page(2, "z=1&page=2&filter=online"),
        (url("?filter=online&page=3&z=1"), url("?filter=online&z=1"))
    );
    assert_eq!(page(1, "page=1&q=a%20b&&empty="), (url("?empty=&page=2&q=a%20b"), None));
    let alone = Page::new(10, 1, Vec::<Value>::new(), (URL, ""));
    assert_eq!((alone.next, alone.previous), (None, None));
}

/// The old number, were it still there, would be read first, and the client stay where it is.
#[test]
fn a_link_has_one_page_however_its_name_was_written() {
    for query in [
        "%70age=2",
        "p%61ge=2&page=7",
        "%70%61%67%65=2",
        "page=2&%70age=9",
        "%70age",
    ] {
        let page = Page::new(27, 2, Vec::<Value>::new(), (URL, query));
        assert_eq!(page.next, Some(format!("{URL}?page=3")), "{query}");
        assert_eq!(page.previous.as_deref(), Some(URL), "{query}");
    }
    let others = Page::new(27, 1, Vec::<Value>::new(), (URL, "%7A=1&p%2561ge=4&+page=5"));
    assert_eq!(others.next, Some(format!("{URL}?+page=5&p%2561ge=4&page=2&%7A=1")));
}

#[test]
fn a_filter_is_online_or_refused() {
    assert_eq!((only_online(None), only_online(Some(""))), (Ok(false), Ok(false)));
    assert_eq!(only_online(Some("online")), Ok(true));
    let refused = json!({ "filter": ["\"offline\" is not a valid choice."] });
    assert_eq!(only_online(Some("offline")), Err(refused));
}

#[test]
fn reading_is_told_by_the_parameter_or_by_the_documents_body() {
    let document = r#"{
        "user": { "full_name": "string", "is_online": true, "last_seen": "2019-08-24T14:15:22Z" },
        "content": "string",
        "is_read": true,
        "room": "string"
    }"#;
    assert!(marks_read(None, document.as_bytes()));
    for parameter in ["true", "1", "false"] {
        assert!(marks_read(Some(parameter), b""), "{parameter}");
    }
    for body in [
        "",
        "{",
        "[]",
        "[true]",
        "{}",
        r#"{"is_read":false}"#,
        r#"{"is_read":"true"}"#,
        "\u{0}",
    ] {
        assert!(!marks_read(None, body.as_bytes()), "{body}");
        assert!(!marks_read(Some(""), body.as_bytes()), "{body}");
    }
}

fn seen(id: &str) -> Seen {
    Seen {
        id: id.to_owned(),
        name: "string".to_owned(),
        colour: "#c0392b".to_owned(),
        number: None,
    }
}

fn entry() -> EntryView {
    let entry = json!({
        "type": "message", "id": ROOM, "room_id": ROOM, "seq": 2, "user_id": ALICE, "text_message": "string", "created_at": AT,
    });
    serde_json::from_value(entry).unwrap()
}

fn room(kind: &str, users: Option<[&str; 2]>, members: &[&str]) -> RoomListItem {
    let members: Vec<_> = members
        .iter()
        .map(|id| json!({ "user_id": id, "role": "member" }))
        .collect();
    let mut room = json!({
        "id": ROOM, "kind": kind, "public": false, "history": "all", "member_count": members.len(),
        "created_at": AT, "updated_at": AT, "head_seq": 2, "read_seq": 1, "unread": { "count": 0, "more": false },
        "mentions": { "count": 0, "more": false }, "notification": "all", "members": members,
        "last_message": entry(),
    });
    room["user_ids"] = json!(users);
    serde_json::from_value(room).unwrap()
}

/// Values are those of the document where it shows any; of `friend` it shows a text, and the service itself a user.
#[test]
fn a_page_of_rooms_is_the_documents() {
    let friend = User::new(seen(ALICE), false, Some(AT));
    let results = vec![Room::new(
        &room("direct", Some([ALICE, JOHN]), &[ALICE, JOHN]),
        Some(friend),
    )];
    let page = serde_json::to_value(Page::new(1, 1, results, (URL, ""))).unwrap();
    let user = json!({
        "id": ALICE, "full_name": "string", "is_online": false, "last_seen": SHOWN, "bg_color": "#c0392b",
    });
    let expected = json!({
        "count": 1, "next": null, "previous": null,
        "results": [{
            "id": ROOM, "friend": user, "last_message_at": SHOWN, "unread_count": 0, "last_message": "string",
        }],
    });
    assert_eq!(page, expected);
}

#[test]
fn a_page_of_messages_is_the_documents() {
    let sender = User::new(seen(ALICE), true, None);
    let results = vec![Message::new(&entry(), sender, JOHN, true)];
    let text = serde_json::to_string(&Page::new(0, 1, results, (URL, ""))).unwrap();
    let expected = json!({
        "count": 0, "next": null, "previous": null,
        "results": [{
            "id": ROOM,
            "user": { "id": ALICE, "full_name": "string", "is_online": true, "last_seen": null, "bg_color": "#c0392b" },
            "content": "string", "created_at": SHOWN, "direction": "received", "is_read": true, "room": ROOM,
        }],
    });
    assert_eq!(from_str::<Value>(&text).unwrap(), expected);
    let places = ["count", "next", "previous", "results"].map(|name| text.find(&format!("\"{name}\":")).unwrap());
    assert!(places.is_sorted(), "{text}");
}

#[test]
fn the_friend_is_the_other_one() {
    let direct = room("direct", Some([ALICE, JOHN]), &[ALICE, JOHN]);
    assert_eq!(
        (friend_in(&direct, JOHN), friend_in(&direct, ALICE)),
        (Some(ALICE), Some(JOHN))
    );
    let left = room("direct", Some([ALICE, JOHN]), &[JOHN]);
    assert_eq!(friend_in(&left, JOHN), Some(ALICE), "who is deleted is still the one");
    assert_eq!(friend_in(&room("group", None, &[ALICE, JOHN]), ALICE), Some(JOHN));
    assert_eq!(friend_in(&room("group", None, &[ALICE]), ALICE), None);
}

#[test]
fn a_friend_who_is_deleted_still_has_every_field() {
    let gone = User::new(People::default().seen(ALICE), false, None);
    let expected =
        json!({ "id": ALICE, "full_name": "", "is_online": false, "last_seen": null, "bg_color": "#808080" });
    assert_eq!(serde_json::to_value(gone).unwrap(), expected);
}

#[test]
fn the_description_has_every_route() {
    let described = description("https://host:888/a/x/facebook-clone");
    assert_eq!(described["host"], "host:888");
    assert_eq!(described["schemes"], json!(["https"]));
    assert_eq!(described["basePath"], "/a/x/facebook-clone/api");
    let paths = &described["paths"];
    for (path, method, operation) in [
        ("/chat/users/", "get", "chat_users_list"),
        ("/chat/users/{id}/", "get", "chat_users_read"),
        ("/chat/{id}/messages/", "get", "chat_messages_list"),
        ("/chat/{id}/messages/", "post", "chat_messages_create"),
    ] {
        assert_eq!(paths[path][method]["operationId"], operation);
    }
    assert_eq!(paths.as_object().unwrap().len(), 4);
    assert_eq!(description("http://host")["basePath"], "/api");
    assert!(description_page().contains("/api/chat/{id}/messages/"));
}
