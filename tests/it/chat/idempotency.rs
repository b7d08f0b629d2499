//! Every write that takes an `Idempotency-Key`: sent twice, done once, answered alike.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use crate::harness::{Backend, Person, TestServer};
use crate::routes::documented;

/// Take a key, and are looked at elsewhere.
const ELSEWHERE: &[(&str, &str)] = &[
    // By a user alone; `invites.rs` and `reading.rs` send them twice.
    ("POST", "/invite/{room_id}/accept"),
    ("POST", "/invite/{room_id}/decline"),
    ("POST", "/room/{room_id}/unread"),
    // Each message has a key of its own; `bulk.rs` sends them twice.
    ("POST", "/message/send"),
];

/// Keep no reply: making another is right, or sending twice is the same as once.
const WITHOUT_KEY: &[(&str, &str)] = &[
    // The same again changes nothing; `apps.rs` sends them twice.
    ("PATCH", "/app"),
    ("POST", "/app/token"),
    ("DELETE", "/app/token/{token_id}"),
    // Each event has an id of its own; `incoming.rs` sends them twice.
    ("POST", "/events"),
    // Looks; `attachments.rs` does it twice.
    ("POST", "/attachments/{attachment_id}/confirm"),
    // Writes nothing.
    ("POST", "/room/find"),
    ("POST", "/room/{room_id}/delivered"),
    ("PUT", "/room/{room_id}/notification"),
    ("POST", "/unread"),
    ("PUT", "/room/{room_id}/message/{message_id}/pin"),
    ("DELETE", "/room/{room_id}/message/{message_id}/pin"),
    ("PUT", "/room/{room_id}/message/{message_id}/star"),
    ("DELETE", "/room/{room_id}/message/{message_id}/star"),
    ("POST", "/presence"),
    ("PUT", "/room/{room_id}/message/{message_id}/reaction/{reaction}"),
    ("DELETE", "/room/{room_id}/message/{message_id}/reaction/{reaction}"),
    ("POST", "/room/{room_id}/message/{message_id}/report"),
    ("POST", "/user/{user_id}/report"),
    ("PATCH", "/report/{report_id}"),
    ("PUT", "/user"),
    // The same event again, under the same id.
    ("POST", "/webhook/{webhook_id}/delivery/{delivery_id}/replay"),
    ("PUT", "/block/{user_id}"),
    ("DELETE", "/block/{user_id}"),
    ("POST", "/auth/{user_id}"),
    ("POST", "/ticket"),
    ("POST", "/room/{room_id}/join"),
    ("POST", "/room/{room_id}/leave"),
    ("POST", "/room/{room_id}/read"),
    // While one goes on, it is that one; after it, there is nothing left to erase.
    ("POST", "/user/{user_id}/erasure"),
];

/// A write: its route, its path, its body, and another body or path that the key must not go with.
struct Write {
    method: &'static str,
    route: &'static str,
    path: String,
    body: Option<Value>,
    other: (String, Option<Value>),
}

async fn writes(backend: &Backend) -> Vec<Write> {
    let [ada, bob, eve, dan] = backend.people(["Ada", "Bob", "Eve", "Dan"]).await;
    let room = backend.group(&[&ada, &bob]).await;
    let other_room = backend.group(&[&ada]).await;
    let forever = || json!({ "expires_at": "2190-01-31T12:00:00Z" });
    let write = |method, route: &'static str, body: Value, other: Value| Write {
        method,
        route,
        path: path(route, &room, &bob),
        body: Some(body),
        other: (path(route, &room, &bob), Some(other)),
    };
    let delete = |route: &'static str, other: String| Write {
        method: "DELETE",
        route,
        path: path(route, &room, &bob),
        body: None,
        other: (other, None),
    };
    let external = format!("crm-{room}");
    let (hook, other_hook) = (webhook(backend).await, webhook(backend).await);
    let [message, other_message] = [ada.say(&room, "one").await, ada.say(&room, "two").await]
        .map(|message| format!("/room/{room}/message/{}", message["id"].as_str().unwrap()));
    vec![
        Write {
            method: "PATCH",
            route: "/room/{room_id}/message/{message_id}",
            path: message.clone(),
            body: Some(json!({ "text_message": "N" })),
            other: (message.clone(), Some(json!({ "text_message": "M" }))),
        },
        Write {
            method: "POST",
            route: "/room/{room_id}/message/{message_id}/forward",
            path: format!("{message}/forward"),
            body: Some(json!({ "to_room_id": room })),
            other: (format!("{other_message}/forward"), Some(json!({ "to_room_id": room }))),
        },
        Write {
            method: "DELETE",
            route: "/room/{room_id}/message/{message_id}",
            path: message,
            body: None,
            other: (other_message, None),
        },
        write(
            "PUT",
            "/user/{user_id}/suspension",
            json!({}),
            json!({ "until": "2190-01-31T12:00:00Z" }),
        ),
        delete("/user/{user_id}/suspension", format!("/user/{}/suspension", ada.id)),
        write(
            "POST",
            "/attachments",
            json!({ "name": "a.txt", "content_type": "text/plain", "size": 10 }),
            json!({ "name": "b.txt", "content_type": "text/plain", "size": 10 }),
        ),
        write(
            "POST",
            "/user",
            json!({ "name": "N", "external_id": external }),
            json!({ "name": "M" }),
        ),
        write(
            "PATCH",
            "/user/{user_id}",
            json!({ "name": "N" }),
            json!({ "name": "M" }),
        ),
        write(
            "POST",
            "/room",
            json!({ "kind": "group", "name": "N" }),
            json!({ "kind": "group", "name": "M" }),
        ),
        write(
            "PATCH",
            "/room/{room_id}",
            json!({ "name": "N" }),
            json!({ "name": "M" }),
        ),
        write(
            "POST",
            "/room/{room_id}/invite",
            json!({ "user_id": eve.id }),
            json!({ "user_id": bob.id }),
        ),
        Write {
            method: "DELETE",
            route: "/room/{room_id}/invite/{user_id}",
            path: format!("/room/{room}/invite/{}", eve.id),
            body: None,
            other: (format!("/room/{room}/invite/{}", bob.id), None),
        },
        write(
            "POST",
            "/room/{room_id}/member",
            json!({ "user_id": eve.id }),
            json!({ "user_id": eve.id, "role": "owner" }),
        ),
        write(
            "POST",
            "/room/{room_id}/message/send",
            json!({ "text_message": "N" }),
            json!({ "text_message": "M" }),
        ),
        write(
            "POST",
            "/room/{room_id}/members",
            json!({ "user_ids": [dan.id] }),
            json!({ "user_ids": [ada.id] }),
        ),
        write(
            "PUT",
            "/room/{room_id}/member/{user_id}/role",
            json!({ "role": "moderator" }),
            json!({ "role": "read_only" }),
        ),
        write("PUT", "/room/{room_id}/member/{user_id}/mute", json!({}), forever()),
        delete(
            "/room/{room_id}/member/{user_id}/mute",
            format!("/room/{room}/member/{}/mute", ada.id),
        ),
        write("PUT", "/room/{room_id}/ban/{user_id}", json!({}), forever()),
        delete("/room/{room_id}/ban/{user_id}", format!("/room/{room}/ban/{}", ada.id)),
        write(
            "POST",
            "/room/{room_id}/member",
            json!({ "user_id": bob.id }),
            json!({ "user_id": bob.id, "role": "owner" }),
        ),
        write(
            "POST",
            "/room/{room_id}/truncate",
            json!({ "before_seq": 2 }),
            json!({ "before_seq": 3 }),
        ),
        Write {
            method: "PUT",
            ..delete("/room/{room_id}/archive", format!("/room/{other_room}/archive"))
        },
        delete("/room/{room_id}/archive", format!("/room/{other_room}/archive")),
        delete(
            "/room/{room_id}/member/{user_id}",
            format!("/room/{room}/member/{}", ada.id),
        ),
        delete("/user/{user_id}", format!("/user/{}", ada.id)),
        delete("/room/{room_id}", format!("/room/{}", backend.group(&[&ada]).await)),
        write(
            "POST",
            "/webhook",
            json!({ "url": "https://receiver.invalid/one", "events": ["room.deleted"] }),
            json!({ "url": "https://receiver.invalid/two", "events": ["room.deleted"] }),
        ),
        Write {
            method: "PATCH",
            route: "/webhook/{webhook_id}",
            path: hook.clone(),
            body: Some(json!({ "enabled": false })),
            other: (hook.clone(), Some(json!({ "enabled": true }))),
        },
        Write {
            method: "POST",
            route: "/webhook/{webhook_id}/secret",
            path: format!("{hook}/secret"),
            body: None,
            other: (format!("{other_hook}/secret"), None),
        },
        Write {
            path: hook,
            ..delete("/webhook/{webhook_id}", other_hook)
        },
    ]
}

/// The path of a new webhook.
async fn webhook(backend: &Backend) -> String {
    let body = json!({ "url": "https://receiver.invalid/hook", "events": ["room.deleted"] });
    let made = backend.post("/webhook", body).await.expect(201);
    format!("/webhook/{}", made["id"].as_str().unwrap())
}

fn path(route: &str, room: &str, user: &Person) -> String {
    route.replace("{room_id}", room).replace("{user_id}", &user.id)
}

#[tokio::test]
async fn every_write_sent_twice_is_done_once() {
    let server = TestServer::start();
    let mut covered = owned(ELSEWHERE);
    let run = server.person("whose id names this run").await.id;
    for (number, write) in writes(&server).await.into_iter().enumerate() {
        let Write {
            method,
            route,
            path,
            body,
            other,
        } = write;
        let key = format!("{number}-{run}");
        let first = server.call_once(&key, method, &path, body.clone()).await;
        assert!((200..300).contains(&first.status), "{method} {route}: {first:?}");
        assert!(!first.replayed(), "{method} {route}");
        let second = server.call_once(&key, method, &path, body.clone()).await;
        assert!(second.replayed(), "{method} {route}: {second:?}");
        let expected = if first.status == 201 { 200 } else { first.status };
        let mut again = second.expect(expected);
        if let Some(message) = again.as_object_mut() {
            message.remove("duplicate");
        }
        assert_eq!(again, first.body, "{method} {route}");
        let conflict = server.call_once(&key, method, &other.0, other.1).await;
        assert_eq!(conflict.problem()["code"], "client_id_conflict", "{method} {route}");
        covered.insert((method.to_owned(), route.to_owned()));
    }
    assert_eq!(covered, with_key(&server).await, "what takes a key says so");
    covered.extend(owned(WITHOUT_KEY));
    let wanted: BTreeSet<_> = documented(&server)
        .await
        .into_iter()
        .filter(|(method, _)| method != "GET")
        .collect();
    assert_eq!(covered, wanted, "every write has a row here");
}

fn owned(routes: &[(&str, &str)]) -> BTreeSet<(String, String)> {
    let owned = |(method, route): &(&str, &str)| ((*method).to_owned(), (*route).to_owned());
    routes.iter().map(owned).collect()
}

/// Method and path of every operation that is described with an `Idempotency-Key`.
async fn with_key(backend: &Backend) -> BTreeSet<(String, String)> {
    let openapi = backend.get("/docs/openapi.json").await.expect(200);
    let takes = |(method, path): &(String, String)| {
        let parameters = openapi["paths"][path][method.to_lowercase()]["parameters"].as_array();
        let mut parameters = parameters.into_iter().flatten();
        parameters.any(|parameter| parameter["name"] == "Idempotency-Key" && parameter["in"] == "header")
    };
    documented(backend).await.into_iter().filter(takes).collect()
}

#[tokio::test]
async fn a_change_is_told_once() {
    let server = TestServer::start();
    let [ada, bob] = server.people(["Ada", "Bob"]).await;
    let room = server.group(&[&ada]).await;
    let mut hers = ada.join(&room).await;
    for _ in 0..3 {
        let body = json!({ "user_id": bob.id });
        let path = format!("/room/{room}/member");
        assert!(
            server
                .call_once(&format!("k1-{room}"), "POST", &path, Some(body))
                .await
                .status
                < 300
        );
        let path = format!("/room/{room}");
        server
            .call_once(&format!("k2-{room}"), "PATCH", &path, Some(json!({ "name": "N" })))
            .await
            .expect(200);
    }
    hers.expect_event("member_joined").await;
    hers.expect_event("room_updated").await;
    hers.expect_silence().await;
}

#[tokio::test]
async fn a_repeat_answers_as_the_first_time_although_the_world_went_on() {
    let server = TestServer::start();
    let [ada, bob] = server.people(["Ada", "Bob"]).await;
    let room = server.group(&[&ada]).await;
    let member = format!("/room/{room}/member");
    let add = async || {
        server
            .call_once(
                &format!("k1-{room}"),
                "POST",
                &member,
                Some(json!({ "user_id": bob.id })),
            )
            .await
    };
    let first = add().await.expect(201);
    server.delete(&format!("{member}/{}", bob.id)).await.expect(204);
    assert_eq!(add().await.expect(200), first);
    server.get(&format!("{member}?limit=50")).await.expect(200)["items"]
        .as_array()
        .unwrap()
        .iter()
        .for_each(|member| assert_ne!(member["user_id"], bob.id));
    let rename = async |key: &str, name: &str| {
        let path = format!("/room/{room}");
        server
            .call_once(&format!("{key}-{room}"), "PATCH", &path, Some(json!({ "name": name })))
            .await
            .expect(200)
    };
    let first = rename("k2", "one").await;
    rename("k3", "two").await;
    assert_eq!(rename("k2", "one").await, first);
    assert_eq!(server.get(&format!("/room/{room}")).await.expect(200)["name"], "two");
}

#[tokio::test]
async fn a_key_belongs_to_its_actor() {
    let server = TestServer::start();
    let [ada, bob] = server.people(["Ada", "Bob"]).await;
    let body = json!({ "kind": "group", "name": "Mine" });
    let key = format!("k-{}", ada.id);
    let mut rooms = BTreeSet::new();
    for caller in [&*ada, &*bob, &**server] {
        let room = caller
            .call_once(&key, "POST", "/room", Some(body.clone()))
            .await
            .expect(201);
        rooms.insert(room["id"].as_str().unwrap().to_owned());
    }
    assert_eq!(rooms.len(), 3);
    for bad in ["", "with space", "ümlaut", &"k".repeat(65)] {
        let reply = server
            .request("POST", "/room")
            .header("Idempotency-Key", bad)
            .json(&body);
        crate::harness::Reply::of(reply).await.refused(400, "invalid_input");
    }
}
