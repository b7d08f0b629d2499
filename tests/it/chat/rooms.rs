//! Rooms change and end, and the list of a person's rooms tells of it.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use crate::harness::{Tenants, TestServer};

#[tokio::test]
async fn a_change_is_told_and_kept() {
    let server = TestServer::start();
    let [ada, bob] = server.people(["Ada", "Bob"]).await;
    let room = ada.group(&[&bob]).await;
    let path = format!("/room/{room}");
    let mut his = bob.join(&room).await;
    let changed = ada
        .patch(&path, json!({ "name": "Lunch", "custom": { "topic": "food" } }))
        .await
        .expect(200);
    assert_eq!(
        (&changed["name"], &changed["custom"]["topic"]),
        (&json!("Lunch"), &json!("food"))
    );
    let told = his.expect_event("room_updated").await;
    assert_eq!(
        (&told["type"], &told["name"], &told["seq"]),
        (&json!("room_updated"), &json!("Lunch"), &json!(2))
    );
    assert_eq!(bob.get(&path).await.expect(200), changed);
    let kept = ada.patch(&path, json!({ "custom": null })).await.expect(200);
    assert_eq!((&kept["name"], kept.get("custom")), (&json!("Lunch"), None));
    his.expect_event("room_updated").await;
    bob.patch(&path, json!({ "name": "Mine" }))
        .await
        .refused(403, "forbidden");
    his.expect_silence().await;
    assert_eq!(server.get(&path).await.expect(200), kept);
}

#[tokio::test]
async fn a_deleted_room_is_gone_for_everyone() {
    let server = TestServer::start();
    let [ada, bob] = server.people(["Ada", "Bob"]).await;
    let room = ada.group(&[&bob]).await;
    let mut his = bob.join(&room).await;
    ada.say(&room, "the last word").await;
    his.expect_event("new_message").await;
    bob.delete(&format!("/room/{room}")).await.refused(403, "forbidden");
    ada.delete(&format!("/room/{room}")).await.expect(204);
    assert_eq!(his.expect_event("room_deleted").await["seq"], 3);
    for caller in [&*ada, &*bob, &**server] {
        caller.get(&format!("/room/{room}")).await.refused(404, "not_found");
        caller
            .get(&format!("/room/{room}/message"))
            .await
            .refused(404, "not_found");
        let path = format!("/room/{room}/message/send");
        let message = caller.post(&path, json!({ "text_message": "x" })).await;
        message.refused(404, "not_found");
    }
    assert_eq!(his.refused("join_room", json!({ "room_id": room })).await, "not_found");
    assert_eq!(his.ok("ping", json!({})).await, json!({ "rooms": {} }));
    assert!(bob.all("/room").await.is_empty());
    ada.delete(&format!("/room/{room}")).await.refused(404, "not_found");
}

#[tokio::test]
async fn a_direct_room_made_again_is_a_new_one() {
    let server = TestServer::start();
    let [ada, bob] = server.people(["Ada", "Bob"]).await;
    let body = json!({ "kind": "direct", "members": [bob.id] });
    let first = ada.post("/room", body.clone()).await.expect(201);
    server
        .delete(&format!("/room/{}", first["id"].as_str().unwrap()))
        .await
        .expect(204);
    let second = ada.post("/room", body).await.expect(201);
    assert_ne!(first["id"], second["id"]);
    assert_eq!(bob.all("/room").await.len(), 1);
}

#[tokio::test]
async fn the_most_active_room_comes_first() {
    let server = TestServer::start();
    let [ada, bob] = server.people(["Ada", "Bob"]).await;
    let mut rooms = Vec::new();
    for number in 0..7 {
        let room = ada.group(&[&bob]).await;
        ada.say(&room, &number.to_string()).await;
        rooms.push(room);
    }
    let last = ada.say(&rooms[2], "up again").await;
    let order: Vec<&String> = [2, 6, 5, 4, 3, 1, 0].iter().map(|at| &rooms[*at]).collect();
    let page = bob.get("/room?limit=3").await.expect(200);
    assert_eq!(page["sorted_by"], "activity");
    let first = &page["items"][0];
    let mut nameless = last.clone();
    nameless.as_object_mut().unwrap().remove("user");
    assert_eq!(first["last_message"], nameless);
    assert_eq!((&first["head_seq"], &first["read_seq"]), (&json!(3), &json!(1)));
    assert_eq!(first["unread"], json!({ "count": 2, "more": false }));
    let mut seen = ids(&page);
    let mut next = page["next"].as_str().map(str::to_owned);
    while let Some(after) = next {
        let page = bob.get(&format!("/room?limit=3&after={after}")).await.expect(200);
        seen.extend(ids(&page));
        next = page["next"].as_str().map(str::to_owned);
    }
    assert_eq!(seen.iter().collect::<Vec<_>>(), order);
    assert_eq!(server.acting_as(&bob.id).get("/room?limit=3").await.expect(200), page);
}

fn ids(page: &Value) -> Vec<String> {
    let id = |item: &Value| item["id"].as_str().unwrap().to_owned();
    page["items"].as_array().unwrap().iter().map(id).collect()
}

#[tokio::test]
async fn the_backend_finds_every_room_by_name() {
    // An app that nobody else is in.
    let tenants = Tenants::start();
    let server = &tenants.other.backend;
    let [ada, bob] = server.people(["Ada", "Bob"]).await;
    for name in ["Lunch", "plans", "LUNCH at eight"] {
        let body = json!({ "kind": "group", "name": name, "members": [bob.id] });
        ada.post("/room", body).await.expect(201);
    }
    let body = json!({ "kind": "direct", "members": [bob.id] });
    let direct = ada.post("/room", body).await.expect(201);
    let all = server.all("/room").await;
    assert_eq!(all.len(), 4);
    assert_eq!(
        all[0],
        server
            .get(&format!("/room/{}", direct["id"].as_str().unwrap()))
            .await
            .expect(200)
    );
    let page = server.get("/room?name_prefix=lunch&limit=1").await.expect(200);
    assert_eq!(
        (&page["sorted_by"], &page["items"][0]["name"]),
        (&json!("name"), &json!("Lunch"))
    );
    let next = page["next"].as_str().unwrap();
    let rest = server
        .get(&format!("/room?name_prefix=lunch&after={next}"))
        .await
        .expect(200);
    assert_eq!(
        (&rest["items"][0]["name"], &rest["next"]),
        (&json!("LUNCH at eight"), &Value::Null)
    );
    let plans = server.get("/room?name_prefix=PL").await.expect(200);
    let plans = format!("/room/{}", plans["items"][0]["id"].as_str().unwrap());
    ada.patch(&plans, json!({ "name": "Lunch off" })).await.expect(200);
    let names = server.get("/room?name_prefix=lunch").await.expect(200);
    let names: Vec<_> = names["items"]
        .as_array()
        .unwrap()
        .iter()
        .map(|room| &room["name"])
        .collect();
    assert_eq!(names, ["Lunch", "LUNCH at eight", "Lunch off"]);
    ada.delete(&plans).await.expect(204);
    assert_eq!(server.all("/room").await.len(), 3);
    for (query, field) in [
        (format!("name_prefix=x&after={next}"), "after"),
        ("after=1.2".to_owned(), "after"),
        ("name_prefix=".to_owned(), "name_prefix"),
        (format!("name_prefix={}", "x".repeat(129)), "name_prefix"),
    ] {
        let refused = server
            .get(&format!("/room?{query}"))
            .await
            .refused(400, "invalid_input");
        assert_eq!(refused["field"], field);
    }
    let refused = server.get("/room?online=true").await.refused(400, "invalid_input");
    assert_eq!(refused["field"], "online");
}

#[tokio::test]
async fn a_user_finds_rooms_by_name_and_by_who_is_online() {
    let server = TestServer::start();
    let [ada, bob, carol] = server.people(["Ada", "Bob", "Carol"]).await;
    let mut rooms = Vec::new();
    for (name, with) in [("Lunch", &bob), ("plans", &carol), ("LUNCH at eight", &carol)] {
        let body = json!({ "kind": "group", "name": name, "members": [with.id] });
        let room = ada.post("/room", body).await.expect(201);
        rooms.push(room["id"].as_str().unwrap().to_owned());
    }
    let body = json!({ "kind": "direct", "members": [bob.id] });
    rooms.push(
        ada.post("/room", body).await.expect(201)["id"]
            .as_str()
            .unwrap()
            .to_owned(),
    );
    let foreign = json!({ "kind": "group", "name": "Lunch without her", "members": [carol.id] });
    bob.post("/room", foreign).await.expect(201);
    let mut hers = ada.connect().await;
    let mut same = async |query: &str, fields: Value, expected: &[usize]| {
        let listed = ada.get(&format!("/room?{query}")).await.expect(200);
        assert_eq!(hers.ok("list_rooms", fields).await["items"], listed["items"], "{query}");
        let items = listed["items"].as_array().unwrap().iter();
        let ids: BTreeSet<&str> = items.map(|room| room["id"].as_str().unwrap()).collect();
        let expected = expected.iter().map(|room| rooms[*room].as_str()).collect();
        assert_eq!(ids, expected, "{query}");
    };
    same("name_prefix=lunch", json!({ "name_prefix": "lunch" }), &[0, 2]).await;
    same("online=true", json!({ "online": true }), &[]).await;

    let _his = bob.connect().await;
    same("online=true", json!({ "online": true }), &[0, 3]).await;
    let both = json!({ "online": true, "kind": "group", "name_prefix": "L" });
    same("online=true&kind=group&name_prefix=L", both, &[0]).await;
    same("online=false", json!({ "online": false }), &[0, 1, 2, 3]).await;
}

#[tokio::test]
async fn members_come_in_pages() {
    let server = TestServer::start();
    let mut people = Vec::new();
    for number in 0..9 {
        people.push(server.person(&format!("P{number}")).await);
    }
    let room = people[0].group(&people.iter().collect::<Vec<_>>()).await;
    let (mut seen, mut after) = (Vec::new(), String::new());
    loop {
        let page = people[1]
            .get(&format!("/room/{room}/member?limit=4{after}"))
            .await
            .expect(200);
        let items = page["items"].as_array().unwrap();
        assert!(items.len() <= 4);
        seen.extend(
            items
                .iter()
                .map(|member| member["user_id"].as_str().unwrap().to_owned()),
        );
        match page["next"].as_str() {
            Some(next) => after = format!("&after={next}"),
            None => break,
        }
    }
    let mut all: Vec<_> = people.iter().map(|person| person.id.clone()).collect();
    all.sort_unstable();
    assert_eq!(seen, all);
}
