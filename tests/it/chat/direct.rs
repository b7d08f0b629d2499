//! Two people have one direct room.

use futures_util::future::join_all;
use serde_json::{Value, json};

use crate::harness::{Reply, TestServer};

#[tokio::test]
async fn asking_again_finds_the_same_room() {
    let server = TestServer::start();
    let [ada, bob] = server.people(["Ada", "Bob"]).await;
    let with = |other: &str| json!({ "kind": "direct", "members": [other] });
    let room = ada.post("/room", with(&bob.id)).await.expect(201);
    assert_eq!(room["kind"], "direct");
    assert_eq!(ada.post("/room", with(&bob.id)).await.expect(200), room);
    assert_eq!(bob.post("/room", with(&ada.id)).await.expect(200), room);
    let both = json!({ "kind": "direct", "members": [bob.id, ada.id] });
    assert_eq!(server.post("/room", both).await.expect(200), room);
    let mut pair = room["user_ids"].as_array().unwrap().clone();
    pair.sort_by_key(|id| id.as_str().unwrap().to_owned());
    let mut people = [ada.id.clone(), bob.id.clone()];
    people.sort_unstable();
    assert_eq!(pair, people);
}

#[tokio::test]
async fn twenty_tries_at_once_make_one_room() {
    let server = TestServer::start();
    let [ada, bob] = server.people(["Ada", "Bob"]).await;
    let tries = (0..20).map(async |number| {
        let (one, other) = if number % 2 == 0 { (&ada, &bob) } else { (&bob, &ada) };
        loop {
            let reply: Reply = one
                .post("/room", json!({ "kind": "direct", "members": [other.id] }))
                .await;
            match reply.status {
                200 | 201 => return (reply.status, reply.body["id"].clone()),
                _ => assert_eq!(reply.problem()["retryable"], true),
            }
        }
    });
    let rooms: Vec<(u16, Value)> = join_all(tries).await;
    assert!(rooms.iter().all(|(_, id)| *id == rooms[0].1), "{rooms:?}");
    assert_eq!(rooms.iter().filter(|(status, _)| *status == 201).count(), 1);
    assert_eq!(ada.all("/room").await.len(), 1);
    assert_eq!(bob.all("/room").await.len(), 1);
}

#[tokio::test]
async fn the_two_stay() {
    let server = TestServer::start();
    let [ada, bob, eve] = server.people(["Ada", "Bob", "Eve"]).await;
    let room = ada
        .post("/room", json!({ "kind": "direct", "members": [bob.id] }))
        .await
        .expect(201);
    let path = format!("/room/{}", room["id"].as_str().unwrap());
    let add = server
        .post(&format!("{path}/member"), json!({ "user_id": eve.id }))
        .await;
    add.refused(409, "direct_room");
    server
        .delete(&format!("{path}/member/{}", bob.id))
        .await
        .refused(409, "direct_room");
    ada.call("POST", &format!("{path}/leave"), None)
        .await
        .refused(409, "direct_room");
    assert_eq!(server.get(&path).await.expect(200)["member_count"], 2);
    // Nor do they get a name, or others who join.
    for (field, value) in [("name", json!("The two")), ("public", json!(true))] {
        let refused = server.patch(&path, json!({ field: value })).await;
        assert_eq!(refused.refused(400, "invalid_input")["field"], field);
    }
    server
        .patch(&path, json!({ "custom": { "deal": 7 } }))
        .await
        .expect(200);
}

#[tokio::test]
async fn what_is_no_pair_is_refused() {
    let server = TestServer::start();
    let [ada, bob, eve] = server.people(["Ada", "Bob", "Eve"]).await;
    for body in [
        json!({ "kind": "direct", "members": [] }),
        json!({ "kind": "direct", "members": [ada.id] }),
        json!({ "kind": "direct", "members": [bob.id, eve.id] }),
        json!({ "kind": "direct", "members": [bob.id], "name": "x" }),
        json!({ "kind": "direct", "members": [bob.id], "public": true }),
        json!({ "kind": "direct", "members": ["018f4a5c-0000-7000-8000-0123456789ab"] }),
    ] {
        ada.post("/room", body).await.refused(400, "invalid_input");
    }
    assert_eq!(ada.all("/room").await.len(), 0);
}
