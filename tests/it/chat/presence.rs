//! Who is there, who comes and goes, and what a user hears without having joined a room.

use futures_util::future::join_all;
use serde_json::{Value, json};

use crate::harness::{Person, Socket, TestServer};

async fn presence(asking: &Person, of: &Person) -> Value {
    asking.get(&format!("/user/{}/presence", of.id)).await.expect(200)
}

/// The data of the next two of these events, which come in any order; of the others only those of earlier doings come.
async fn both(socket: &mut Socket, names: [&str; 2]) -> [Value; 2] {
    let mut found = [Value::Null, Value::Null];
    while found.iter().any(Value::is_null) {
        let mut event = socket.next_live().await;
        if let Some(place) = names.iter().position(|name| event["event"] == *name) {
            found[place] = event["data"].take();
        } else {
            assert_eq!(event["event"], "added_to_room", "{event}");
        }
    }
    found
}

#[tokio::test]
async fn watchers_and_the_room_hear_of_the_first_connection_and_of_the_end_of_the_last() {
    let server = TestServer::start();
    let [ada, bob, eve] = server.people(["Ada", "Bob", "Eve"]).await;
    let room = server.group(&[&ada, &bob]).await;
    let mut hers = ada.join(&room).await;
    let watch = json!({ "user_ids": [bob.id, eve.id] });
    let watched = hers.ok("watch_presence", watch).await;
    let offline = json!({ "user_id": bob.id, "online": false, "last_seen_at": null });
    assert_eq!(watched, json!({ "items": [offline] }), "Eve shares no room with her");

    let mut phone = bob.join(&room).await;
    let online = json!({ "user_id": bob.id, "online": true, "last_seen_at": null });
    let here = json!({ "room_id": room, "user_id": bob.id });
    let come = both(&mut hers, ["presence", "user_connected"]).await;
    assert_eq!(come, [online.clone(), here.clone()]);
    assert_eq!(presence(&ada, &bob).await, online);
    let laptop = bob.join(&room).await;
    phone.ok("ping", json!({})).await;

    drop((phone, laptop));
    // After the grace period.
    let [offline, gone] = both(&mut hers, ["presence", "user_disconnected"]).await;
    assert_eq!((&offline["online"], gone), (&json!(false), here));
    assert!(offline["last_seen_at"].is_string(), "{offline}");
    let now = presence(&ada, &bob).await;
    assert_eq!(now["online"], false);
    assert!(now["last_seen_at"].is_string(), "{now}");
    eve.get(&format!("/user/{}/presence", bob.id))
        .await
        .refused(404, "not_found");
}

#[tokio::test]
async fn presence_of_many_is_asked_at_once() {
    let server = TestServer::start();
    let [ada, bob, eve] = server.people(["Ada", "Bob", "Eve"]).await;
    server.group(&[&ada, &bob]).await;
    let mut his = bob.connect().await;
    his.ok("ping", json!({})).await;
    let ask = json!({ "user_ids": [eve.id, bob.id, ada.id, bob.id] });
    let online = |answer: &Value| -> Vec<(String, bool)> {
        let items = answer["items"].as_array().unwrap().iter();
        items
            .map(|item| (item["user_id"].as_str().unwrap().to_owned(), item["online"] == true))
            .collect()
    };
    let hers = ada.post("/presence", ask.clone()).await.expect(200);
    assert_eq!(online(&hers), [(bob.id.clone(), true), (ada.id.clone(), false)]);
    let all = server.post("/presence", ask).await.expect(200);
    assert_eq!(
        online(&all),
        [(eve.id, false), (bob.id.clone(), true), (ada.id.clone(), false)]
    );
    let many: Vec<_> = (0..101).map(|_| bob.id.clone()).collect();
    let refused = ada.post("/presence", json!({ "user_ids": many })).await;
    assert_eq!(refused.refused(400, "invalid_input")["field"], "user_ids");
    assert_eq!(
        his.refused("watch_presence", json!({ "user_ids": ["me"] })).await,
        "invalid_input"
    );
}

#[tokio::test]
async fn a_roster_has_every_connected_user_once() {
    let server = TestServer::start();
    let [ada, bob, eve] = server.people(["Ada", "Bob", "Eve"]).await;
    let room = server.group(&[&ada, &bob, &eve]).await;
    let (mut hers, _his, _his_other) = (ada.join(&room).await, bob.join(&room).await, bob.join(&room).await);
    let mut names = Vec::new();
    let mut after = Value::Null;
    loop {
        let mut frame = json!({ "room_id": room, "limit": 1 });
        if !after.is_null() {
            frame["after"] = after;
        }
        let page = hers.ok("roster", frame).await;
        let items = page["items"].as_array().unwrap().clone();
        assert!(items.len() <= 1, "{page}");
        names.extend(items.iter().map(|item| item["name"].as_str().unwrap().to_owned()));
        after = page["next"].clone();
        if after.is_null() {
            break;
        }
    }
    names.sort();
    assert_eq!(names, ["Ada", "Bob"]);
    let by_rest = eve.get(&format!("/room/{room}/roster")).await.expect(200);
    assert_eq!(by_rest["items"].as_array().unwrap().len(), 2);

    // Online, wherever they are; Eve has joined no room.
    let _eves = eve.connect().await;
    hers.ok("leave_room", json!({ "room_id": room })).await;
    let online = ada.get(&format!("/room/{room}/member?filter=online")).await.expect(200);
    assert_eq!(online["items"].as_array().unwrap().len(), 3);
    let [dan] = server.people(["Dan"]).await;
    let body = json!({ "user_id": dan.id });
    server.post(&format!("/room/{room}/member"), body).await.expect(201);
    let online = ada.get(&format!("/room/{room}/member?filter=online")).await.expect(200);
    assert_eq!(online["items"].as_array().unwrap().len(), 3, "Dan is not there");
    ada.get(&format!("/room/{room}/member?filter=offline"))
        .await
        .refused(400, "invalid_input");
}

#[tokio::test]
async fn a_user_hears_on_every_connection_of_joining_and_leaving_a_room() {
    let server = TestServer::start();
    let [ada, bob] = server.people(["Ada", "Bob"]).await;
    let (mut phone, mut laptop) = (bob.connect().await, bob.connect().await);
    let room = ada.group(&[&bob]).await;
    let added = json!({ "room_id": room, "user_id": ada.id, "kind": "group" });
    for device in [&mut phone, &mut laptop] {
        assert_eq!(device.expect_live("added_to_room").await, added);
    }
    ada.delete(&format!("/room/{room}/member/{}", bob.id)).await.expect(204);
    let removed = json!({ "room_id": room, "user_id": ada.id });
    for device in [&mut phone, &mut laptop] {
        assert_eq!(device.expect_live("removed_from_room").await, removed);
    }
    let body = json!({ "user_id": bob.id });
    ada.post(&format!("/room/{room}/member"), body).await.expect(201);
    bob.call("POST", &format!("/room/{room}/leave"), None).await.expect(204);
    assert_eq!(phone.expect_live("added_to_room").await, added);
    let left = json!({ "room_id": room, "user_id": bob.id });
    assert_eq!(phone.expect_live("removed_from_room").await, left);
}

#[tokio::test]
async fn every_device_of_everyone_hears_a_message_once() {
    let server = TestServer::start();
    let [ada, bob] = server.people(["Ada", "Bob"]).await;
    let room = server.group(&[&ada, &bob]).await;
    let mut sender = ada.join(&room).await;
    let mut devices = join_all([&ada, &ada, &bob, &bob, &bob].map(|person| person.join(&room))).await;
    let sent = sender.say(&room, "to all my devices and yours").await;
    for device in &mut devices {
        assert_eq!(device.expect_event("new_message").await, sent);
        device.expect_silence().await;
    }
    sender.expect_silence().await;
}
