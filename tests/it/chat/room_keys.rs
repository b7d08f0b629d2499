//! Rooms by the keys that a backend gives them, and what a deletion leaves of one.

use serde_json::{Value, json};

use crate::harness::{Tenants, TestServer};

#[tokio::test]
async fn a_key_is_one_room_for_the_whole_app() {
    let tenants = Tenants::start();
    let server = &tenants.server;
    let [ada, bob, carol] = server.people(["Ada", "Bob", "Carol"]).await;
    let body = json!({ "kind": "group", "key": "usr-1/2#x", "members": [ada.id, bob.id] });
    let made = server.post("/room", body.clone()).await.expect(201);
    assert_eq!(made["key"], "usr-1/2#x");
    let mut turned = body.clone();
    turned["members"] = json!([bob.id, ada.id]);
    for again in [body.clone(), turned] {
        assert_eq!(server.post("/room", again).await.expect(200), made);
    }
    let mut others = body.clone();
    others["members"] = json!([ada.id, carol.id]);
    server.post("/room", others).await.refused(409, "room_key_taken");
    let path = "/room/by-key?key=usr-1%2F2%23x";
    for caller in [&**server, &*ada] {
        assert_eq!(caller.get(path).await.expect(200), made);
    }
    carol.get(path).await.refused(404, "not_found");
    server.get("/room/by-key?key=another").await.refused(404, "not_found");
    let long = format!("/room/by-key?key={}", "k".repeat(2_000));
    for without in ["/room/by-key", "/room/by-key?key=", &long] {
        server.get(without).await.refused(400, "invalid_input");
    }
    let mine = json!({ "kind": "group", "key": "mine", "members": [] });
    let refused = ada.post("/room", mine).await.refused(400, "invalid_input");
    assert_eq!(refused["field"], "key");
    let there = &tenants.other.backend;
    there.get(path).await.refused(404, "not_found");
    let theirs = json!({ "kind": "group", "key": "usr-1/2#x", "members": [] });
    assert_ne!(there.post("/room", theirs).await.expect(201)["id"], made["id"]);
}

#[tokio::test]
async fn many_make_one_room_at_once() {
    let server = TestServer::start();
    let ada = server.person("Ada").await;
    let body = json!({ "kind": "group", "key": "at-once", "members": [ada.id] });
    let made = (0..8).map(|_| server.post("/room", body.clone()));
    let made = futures_util::future::join_all(made).await;
    let mut ids = Vec::new();
    for reply in made {
        assert!(matches!(reply.status, 200 | 201 | 503), "{reply:?}");
        ids.extend(reply.body["id"].as_str().map(str::to_owned));
    }
    ids.sort_unstable();
    ids.dedup();
    assert_eq!(ids.len(), 1);
    assert_eq!(ada.all("/room").await.len(), 1);
}

/// A deleted room keeps its id to itself; the key is free, and the room made with it is another one, with a log of its own.
#[tokio::test]
async fn nothing_returns_from_the_dead() {
    let server = TestServer::start();
    let [ada, bob] = server.people(["Ada", "Bob"]).await;
    let body = json!({ "kind": "group", "key": "again", "members": [ada.id, bob.id] });
    let first = server.post("/room", body.clone()).await.expect(201);
    let first = first["id"].as_str().unwrap();
    let said = ada.say(first, "in the first").await;
    let mut his = bob.join(first).await;
    server.delete(&format!("/room/{first}")).await.expect(204);
    assert_eq!(his.expect_event("room_deleted").await["seq"], 3);
    server.get("/room/by-key?key=again").await.refused(404, "not_found");
    let second = server.post("/room", body).await.expect(201);
    let second = second["id"].as_str().unwrap();
    assert_ne!(second, first);
    assert_eq!(his.resume(second, 0).await["head_seq"], 1);
    assert_eq!(server.messages(second).await, Vec::<Value>::new());
    ada.say(second, "in the second").await;
    assert_eq!(his.expect_event("new_message").await["room_id"], second);
    let message = said["id"].as_str().unwrap();
    for path in [
        format!("/room/{first}"),
        format!("/room/{first}/message"),
        format!("/room/{first}/message/{message}"),
        format!("/room/{second}/message/{message}"),
    ] {
        server.get(&path).await.refused(404, "not_found");
        bob.get(&path).await.refused(404, "not_found");
    }
    let add = json!({ "user_id": bob.id });
    server
        .post(&format!("/room/{first}/member"), add)
        .await
        .refused(404, "not_found");
    let listed = bob.all("/room").await;
    assert_eq!(listed.len(), 1);
    assert_eq!((&listed[0]["id"], &listed[0]["head_seq"]), (&json!(second), &json!(2)));
}
