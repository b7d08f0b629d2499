//! Everything that can be read over a socket: the same as over REST, and page by page all of it once.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use crate::harness::{Person, Socket, TestServer};

/// Ada's world: a group that she owns, rooms that she is in and is invited to, and what is kept of them.
struct Scene {
    _server: TestServer,
    ada: Person,
    bob: Person,
    cyd: Person,
    dan: Person,
    room: String,
    /// Bob's message, edited and replied to.
    message: String,
    /// Ada's.
    own: String,
    /// What the names of the public rooms begin with.
    prefix: String,
}

fn id(object: &Value) -> String {
    object["id"].as_str().unwrap().to_owned()
}

async fn public_room(owner: &Person, name: &str, members: &[&Person]) -> String {
    let members: Vec<&String> = members.iter().map(|person| &person.id).collect();
    let room = json!({ "kind": "group", "name": name, "public": true, "members": members, "custom": { "a": 1 } });
    id(&owner.post("/room", room).await.expect(201))
}

impl Scene {
    async fn new() -> Self {
        let server = TestServer::start();
        let [ada, bob, cyd, dan, eve] = server.people(["Ada", "Bob", "Cyd", "Dan", "Eve"]).await;
        let prefix = ada.id.clone();
        let room = public_room(&ada, &format!("{prefix} one"), &[&bob, &cyd]).await;
        public_room(&ada, &format!("{prefix} two"), &[]).await;
        let direct = json!({ "kind": "direct", "members": [bob.id] });
        ada.post("/room", direct).await.expect(201);
        let message = id(&bob.say(&room, "one").await);
        let own = id(&ada.say(&room, "mine").await);
        let path = format!("/room/{room}/message/{message}");
        for text in ["two", "three"] {
            bob.patch(&path, json!({ "text_message": text })).await.expect(200);
        }
        for what in ["pin", "star"] {
            for message in [&message, &own] {
                let path = format!("/room/{room}/message/{message}/{what}");
                ada.put_body(&path, json!({})).await.expect(200);
            }
        }
        for number in 0..3 {
            let reply = json!({ "text_message": format!("reply {number}"), "parent_id": message });
            bob.send(&room, reply).await.expect(201);
        }
        for user in [&dan, &eve] {
            ada.put_body(&format!("/room/{room}/ban/{}", user.id), json!({}))
                .await
                .expect(200);
            ada.put(&format!("/block/{}", user.id)).await.expect(204);
        }
        for name in ["Fay", "Gil"] {
            let invite = json!({ "user_id": server.person(name).await.id });
            ada.post(&format!("/room/{room}/invite"), invite).await.expect(201);
            let theirs = bob.group(&[&cyd]).await;
            let invite = json!({ "user_id": ada.id });
            bob.post(&format!("/room/{theirs}/invite"), invite).await.expect(201);
        }
        Self {
            _server: server,
            ada,
            bob,
            cyd,
            dan,
            room,
            message,
            own,
            prefix,
        }
    }

    fn of_room(&self, more: Value) -> Value {
        let mut fields = more;
        fields["room_id"] = json!(self.room);
        fields
    }

    fn of_message(&self) -> Value {
        self.of_room(json!({ "message_id": self.message }))
    }

    /// Each action with its fields, and the request that it answers as.
    fn gets(&self) -> Vec<(&'static str, Value, String)> {
        let room = format!("/room/{}", self.room);
        let (message, own) = (
            format!("{room}/message/{}", self.message),
            format!("{room}/message/{}", self.own),
        );
        let (prefix, bob) = (&self.prefix, &self.bob.id);
        vec![
            ("get_room", self.of_room(json!({})), room.clone()),
            ("list_rooms", json!({}), "/room".to_owned()),
            (
                "list_rooms",
                json!({ "kind": "group", "unread": true }),
                "/room?kind=group&unread=true".to_owned(),
            ),
            (
                "list_public_rooms",
                json!({ "name_prefix": prefix }),
                format!("/room/public?name_prefix={prefix}"),
            ),
            ("list_members", self.of_room(json!({})), format!("{room}/member")),
            (
                "list_members",
                self.of_room(json!({ "filter": "online" })),
                format!("{room}/member?filter=online"),
            ),
            ("get_message", self.of_message(), message.clone()),
            ("edit_history", self.of_message(), format!("{message}/edit")),
            ("list_replies", self.of_message(), format!("{message}/reply")),
            ("list_pins", self.of_room(json!({})), format!("{room}/pin")),
            ("list_stars", json!({}), "/star".to_owned()),
            ("read_positions", self.of_room(json!({})), format!("{room}/read")),
            (
                "message_status",
                self.of_room(json!({ "message_id": self.own })),
                format!("{own}/status"),
            ),
            ("unread", json!({}), "/unread".to_owned()),
            ("list_bans", self.of_room(json!({})), format!("{room}/ban")),
            ("list_room_invites", self.of_room(json!({})), format!("{room}/invite")),
            ("list_invites", json!({}), "/invite".to_owned()),
            ("list_blocks", json!({}), "/block".to_owned()),
            ("get_user", json!({ "user_id": bob }), format!("/user/{bob}")),
            ("get_user", json!({}), "/me".to_owned()),
        ]
    }
}

/// An answer of REST with the ids that the ack names as well, if it names them.
fn with_ids(rest: &Value, ack: &Value, fields: &Value) -> Value {
    let mut expected = rest.clone();
    for name in ["room_id", "message_id"] {
        if ack.get(name).is_some() {
            expected[name] = fields[name].clone();
        }
    }
    expected
}

#[tokio::test]
async fn what_is_read_over_a_socket_is_what_rest_answers() {
    let scene = Scene::new().await;
    let mut hers = scene.ada.connect().await;
    for (action, fields, path) in scene.gets() {
        let ack = hers.ok(action, fields.clone()).await;
        let rest = scene.ada.get(&path).await.expect(200);
        let named = rest.get("items").is_none() || rest["items"].as_array().is_some_and(|items| !items.is_empty());
        assert!(named, "{action} finds something");
        assert_eq!(ack, with_ids(&rest, &ack, &fields), "{action} {path}");
        let of_room = fields.get("room_id").is_some() && action != "get_room";
        assert_eq!(ack.get("room_id").is_some(), of_room, "{action}: {ack}");
    }
    for (action, fields, path) in [
        ("find_rooms", json!({ "members": [scene.bob.id] }), "/room/find"),
        (
            "find_rooms",
            json!({ "members": [scene.cyd.id, scene.bob.id] }),
            "/room/find",
        ),
        // Only of those whom she shares a room with.
        (
            "presence",
            json!({ "user_ids": [scene.bob.id, scene.dan.id, scene.ada.id] }),
            "/presence",
        ),
    ] {
        let ack = hers.ok(action, fields.clone()).await;
        assert!(!ack["items"].as_array().unwrap().is_empty(), "{action}: {ack}");
        assert_eq!(ack, scene.ada.post(path, fields).await.expect(200), "{action}");
    }
}

/// The items of all pages of an action.
async fn all(socket: &mut Socket, action: &str, fields: &Value, cursor: &str) -> (Vec<Value>, usize) {
    let (mut items, mut fields, mut pages) = (Vec::new(), fields.clone(), 0);
    loop {
        let page = socket.ok(action, fields.clone()).await;
        items.extend(page["items"].as_array().unwrap().iter().cloned());
        pages += 1;
        if page["next"].is_null() {
            return (items, pages);
        }
        assert!(pages < 60, "{action} comes to an end");
        fields[cursor] = page["next"].clone();
    }
}

#[tokio::test]
async fn every_list_comes_page_by_page() {
    let scene = Scene::new().await;
    let mut hers = scene.ada.connect().await;
    let without_limit = ["unread", "list_pins", "edit_history"];
    let filtered = |fields: &Value| fields.get("filter").is_some() || fields.get("unread").is_some();
    for (action, mut fields, path) in scene.gets() {
        let rest = scene.ada.get(&path).await.expect(200);
        let Some(items) = rest["items"].as_array() else {
            continue;
        };
        if without_limit.contains(&action) || filtered(&fields) {
            continue;
        }
        fields["limit"] = json!(1);
        let cursor = if action == "list_replies" { "after_seq" } else { "after" };
        let (paged, pages) = all(&mut hers, action, &fields, cursor).await;
        assert_eq!(&paged, items, "{action}");
        assert!(pages >= items.len(), "{action}: {pages} pages");
    }
    for (action, fields) in [
        ("list_rooms", json!({ "after": "x" })),
        ("list_rooms", json!({ "name_prefix": "" })),
        ("list_pins", scene.of_room(json!({ "after": "x" }))),
        ("edit_history", {
            let mut fields = scene.of_message();
            fields["after"] = json!(51);
            fields
        }),
    ] {
        assert_eq!(hers.refused(action, fields).await, "invalid_input", "{action}");
    }
}

/// Members with long pictures, and messages as long as they may be.
#[tokio::test]
async fn what_is_too_much_for_a_frame_comes_in_more_of_them() {
    let server = TestServer::start();
    let ada = server.person("Ada").await;
    let users: Vec<Value> = (0..20)
        .map(|number| {
            let picture = format!("https://a.example/{}", "p".repeat(2_000));
            json!({ "external_id": format!("{}-{number}", ada.id), "name": "Someone", "avatar_url": picture })
        })
        .collect();
    let made = server.call("PUT", "/user", Some(json!({ "users": users }))).await;
    let made = made.expect(200);
    let members: Vec<&Value> = made["items"]
        .as_array()
        .unwrap()
        .iter()
        .map(|user| &user["id"])
        .collect();
    let room = json!({ "kind": "group", "members": members });
    let room = id(&ada.post("/room", room).await.expect(201));
    let mut hers = ada.connect().await;
    let long = |letter: &str| letter.repeat(7_000);
    let mut messages = Vec::new();
    for letter in ["a", "b", "c", "d", "e", "f"] {
        messages.push(id(&ada.say(&room, &long(letter)).await));
    }
    for message in &messages {
        let fields = json!({ "room_id": room, "message_id": message });
        hers.ok("pin_message", fields.clone()).await;
        hers.ok("star_message", fields).await;
    }
    for letter in ["t", "u", "v", "w", "x", "y", "z"] {
        let edit = json!({ "room_id": room, "message_id": messages[0], "text_message": long(letter) });
        hers.ok("edit_message", edit).await;
    }
    let of_room = json!({ "room_id": room });
    let of_message = json!({ "room_id": room, "message_id": messages[0] });
    let message = format!("/room/{room}/message/{}", messages[0]);
    for (action, fields, path, number) in [
        ("list_members", &of_room, format!("/room/{room}/member"), 21),
        ("list_pins", &of_room, format!("/room/{room}/pin"), 6),
        ("edit_history", &of_message, format!("{message}/edit"), 8),
        ("list_stars", &json!({}), "/star".to_owned(), 6),
    ] {
        let (items, pages) = all(&mut hers, action, fields, "after").await;
        assert!(pages > 1, "{action} does not fit one frame");
        let once: BTreeSet<String> = items.iter().map(ToString::to_string).collect();
        assert_eq!((items.len(), once.len()), (number, number), "{action}");
        let whole = ada.all(&path).await;
        assert_eq!(items, whole, "{action}, as over REST");
    }
}

/// Rooms with much in each, of which few fit a frame.
#[tokio::test]
async fn a_list_of_long_rooms_ends_where_the_frame_does() {
    let server = TestServer::start();
    let [ada, bob] = server.people(["Ada", "Bob"]).await;
    let mut rooms = Vec::new();
    for _ in 0..4 {
        let custom = json!({ "a": "x".repeat(4_000) });
        let room = json!({ "kind": "group", "members": [bob.id], "custom": custom });
        let room = id(&ada.post("/room", room).await.expect(201));
        bob.say(&room, &"y".repeat(6_000)).await;
        rooms.push(room);
    }
    rooms.reverse();
    let mut hers = ada.connect().await;
    for fields in [
        json!({}),
        json!({ "kind": "group", "unread": true }),
        json!({ "limit": 3 }),
    ] {
        let (items, pages) = all(&mut hers, "list_rooms", &fields, "after").await;
        assert_eq!(items.iter().map(id).collect::<Vec<_>>(), rooms, "{fields}");
        assert_eq!(pages, 2, "{fields}");
    }
    // By joining, each place is a cursor too.
    let (items, pages) = all(&mut hers, "list_rooms", &json!({ "after": "joined:0" }), "after").await;
    let found: BTreeSet<String> = items.iter().map(id).collect();
    assert_eq!((items.len(), found, pages), (4, rooms.into_iter().collect(), 2));
}
