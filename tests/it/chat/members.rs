//! Coming and going: events, and access that begins and ends with them.

use serde_json::json;

use crate::harness::TestServer;

#[tokio::test]
async fn whoever_is_added_can_read_and_everyone_hears_of_it() {
    let server = TestServer::start();
    let [ada, bob] = server.people(["Ada", "Bob"]).await;
    let room = ada.group(&[]).await;
    ada.say(&room, "before Bob").await;
    let mut hers = ada.join(&room).await;
    let mut his = bob.connect().await;
    assert_eq!(his.refused("join_room", json!({ "room_id": room })).await, "not_found");
    let path = format!("/room/{room}/member");
    let member = ada.post(&path, json!({ "user_id": bob.id })).await.expect(201);
    assert_eq!(
        (&member["user_id"], &member["role"], &member["name"]),
        (&json!(bob.id), &json!("member"), &json!("Bob"))
    );
    let told = hers.expect_event("member_joined").await;
    assert_eq!((&told["type"], &told["seq"]), (&json!("member_joined"), &json!(3)));
    assert_eq!(
        (&told["member"]["user_id"], &told["user_id"]),
        (&json!(bob.id), &json!(ada.id))
    );
    his.join(&room).await;
    let again = ada.post(&path, json!({ "user_id": bob.id })).await.expect(200);
    assert_eq!(again, member);
    hers.expect_silence().await;
    let read = bob.get(&format!("/room/{room}/message")).await.expect(200);
    assert_eq!(read["items"][0]["text_message"], "before Bob");
    let stranger = ada
        .post(&path, json!({ "user_id": "018f4a5c-0000-7000-8000-0123456789ab" }))
        .await;
    stranger.refused(400, "invalid_input");
}

#[tokio::test]
async fn whoever_is_removed_hears_and_reads_nothing_more() {
    let server = TestServer::start();
    let [ada, bob] = server.people(["Ada", "Bob"]).await;
    let room = ada.group(&[&bob]).await;
    let (mut hers, mut his) = (ada.join(&room).await, bob.join(&room).await);
    let message = ada.say(&room, "while Bob is here").await;
    hers.expect_event("new_message").await;
    his.expect_event("new_message").await;
    ada.delete(&format!("/room/{room}/member/{}", bob.id)).await.expect(204);
    let told = hers.expect_event("member_left").await;
    assert_eq!((&told["member"]["user_id"], &told["seq"]), (&json!(bob.id), &json!(3)));
    ada.say(&room, "a secret").await;
    hers.expect_event("new_message").await;
    his.expect_silence().await;
    assert_eq!(his.ok("ping", json!({})).await, json!({ "rooms": {} }));
    for action in ["join_room", "history", "mark_read", "typing", "send_message"] {
        let mut fields = json!({ "room_id": room });
        match action {
            "mark_read" => fields["seq"] = json!(2),
            "typing" => fields["typing"] = json!(true),
            "send_message" => fields["text_message"] = json!("x"),
            _ => {}
        }
        assert_eq!(his.refused(action, fields).await, "not_found", "{action}");
    }
    let id = message["id"].as_str().unwrap();
    for path in ["", "/message", "/member", &format!("/message/{id}")] {
        bob.get(&format!("/room/{room}{path}")).await.refused(404, "not_found");
    }
    assert!(bob.all("/room").await.iter().all(|item| item["id"] != room.as_str()));
    hers.expect_silence().await;
    assert_eq!(server.messages(&room).await.len(), 2);
}

#[tokio::test]
async fn a_public_room_can_be_joined_and_left() {
    let server = TestServer::start();
    let [ada, bob] = server.people(["Ada", "Bob"]).await;
    let room = ada
        .post("/room", json!({ "kind": "group", "members": [], "public": true }))
        .await
        .expect(201);
    let room = room["id"].as_str().unwrap();
    let mut hers = ada.join(room).await;
    bob.get(&format!("/room/{room}")).await.refused(404, "not_found");
    for _ in 0..2 {
        let member = bob.call("POST", &format!("/room/{room}/join"), None).await.expect(200);
        assert_eq!(
            (&member["user_id"], &member["role"]),
            (&json!(bob.id), &json!("member"))
        );
    }
    assert_eq!(hers.expect_event("member_joined").await["member"]["user_id"], bob.id);
    hers.expect_silence().await;
    let mut his = bob.join(room).await;
    bob.call("POST", &format!("/room/{room}/leave"), None).await.expect(204);
    assert_eq!(hers.expect_event("member_left").await["member"]["user_id"], bob.id);
    hers.say(room, "gone?").await;
    his.expect_silence().await;
    bob.call("POST", &format!("/room/{room}/leave"), None)
        .await
        .refused(404, "not_found");
    let private = ada.group(&[]).await;
    bob.call("POST", &format!("/room/{private}/join"), None)
        .await
        .refused(404, "not_found");
    assert_eq!(ada.get(&format!("/room/{room}")).await.expect(200)["member_count"], 1);
}

#[tokio::test]
async fn since_join_hides_what_was_before() {
    let server = TestServer::start();
    let [ada, bob] = server.people(["Ada", "Bob"]).await;
    let room = ada
        .post(
            "/room",
            json!({ "kind": "group", "members": [], "history": "since_join" }),
        )
        .await
        .expect(201);
    let room = room["id"].as_str().unwrap();
    let before = ada.say(room, "before Bob").await;
    server
        .post(&format!("/room/{room}/member"), json!({ "user_id": bob.id }))
        .await
        .expect(201);
    let listed = bob.all("/room").await;
    assert!(listed[0].get("last_message").is_none(), "{listed:?}");
    let after = ada.say(room, "after Bob").await;
    for query in ["", "?after_seq=0", "?before_seq=9"] {
        let page = bob.get(&format!("/room/{room}/message{query}")).await.expect(200);
        assert_eq!(page["items"], json!([after]), "{query}");
        assert_eq!(page["next"], json!(null));
    }
    let far = bob
        .get(&format!("/room/{room}/message?after_seq=0&limit=1"))
        .await
        .expect(200);
    assert_eq!(
        far["items"],
        json!([after]),
        "a page that begins far before what Bob sees does not end there"
    );
    let id = before["id"].as_str().unwrap();
    bob.get(&format!("/room/{room}/message/{id}"))
        .await
        .refused(404, "not_found");
    let mut his = bob.connect().await;
    let below = his.resume(room, 0).await;
    assert_eq!(
        (&below["verdict"], &below["reason"]),
        (&json!("limited"), &json!("below_floor"))
    );
    assert_eq!((&below["oldest_seq"], &below["items"]), (&json!(3), &json!([])));
    let whole = his.resume(room, 2).await;
    assert_eq!(whole["items"].as_array().unwrap().len(), 2);
    let page = ada.get(&format!("/room/{room}/message")).await.expect(200);
    assert_eq!(
        page["items"].as_array().unwrap().len(),
        2,
        "Ada was there from the beginning"
    );
}

#[tokio::test]
async fn many_join_at_once_and_each_is_told_once() {
    let server = TestServer::start();
    let ada = server.person("Ada").await;
    let room = ada
        .post("/room", json!({ "kind": "group", "members": [], "public": true }))
        .await
        .expect(201);
    let room = room["id"].as_str().unwrap();
    let mut people = Vec::new();
    for number in 0..10 {
        people.push(server.person(&format!("P{number}")).await);
    }
    let join = people.iter().map(async |person| {
        loop {
            let reply = person.call("POST", &format!("/room/{room}/join"), None).await;
            match reply.status {
                200 => return,
                _ => assert_eq!(reply.problem()["retryable"], true),
            }
        }
    });
    futures_util::future::join_all(join).await;
    assert_eq!(ada.get(&format!("/room/{room}")).await.expect(200)["member_count"], 11);
    assert_eq!(ada.all(&format!("/room/{room}/member")).await.len(), 11);
    let log = ada.connect().await.resume(room, 0).await;
    assert_eq!(log["head_seq"], 11, "{log}");
}

#[tokio::test]
async fn ninety_at_once_are_told_by_one_entry() {
    let server = TestServer::start();
    let [ada, bob] = server.people(["Ada", "Bob"]).await;
    let room = ada.group(&[&bob]).await;
    ada.say(&room, "before").await;
    let mut hers = ada.join(&room).await;
    let mut people = Vec::new();
    for number in 0..89 {
        people.push(server.person(&format!("P{number}")).await);
    }
    let ids: Vec<_> = people.iter().map(|person| person.id.clone()).collect();
    let banned = server.person("Banned").await;
    ada.put_body(&format!("/room/{room}/ban/{}", banned.id), json!({}))
        .await
        .expect(200);
    let path = format!("/room/{room}/members");
    let mut asked = ids.clone();
    asked.push(bob.id.clone());
    let added = ada.post(&path, json!({ "user_ids": asked })).await.expect(200);
    assert_eq!((&added["added"], &added["already"]), (&json!(ids), &json!([bob.id])));
    let told = hers.expect_event("members_added").await;
    assert_eq!((&told["members"], &told["seq"]), (&json!(ids), &json!(3)));
    let last = &people[88];
    assert_eq!(last.all("/room").await[0]["unread"]["count"], 0);
    last.say(&room, "thanks").await;
    hers.expect_event("new_message").await;
    let again = json!({ "user_ids": [last.id, banned.id] });
    let again = ada.post(&path, again).await.expect(200);
    assert_eq!(
        (&again["added"], &again["already"], &again["banned"]),
        (&json!([]), &json!([last.id]), &json!([banned.id]))
    );
    hers.expect_silence().await;
    assert_eq!(
        server.get(&format!("/room/{room}")).await.expect(200)["member_count"],
        91
    );
    let too_many: Vec<_> = ids.iter().chain(&ids[..2]).collect();
    ada.post(&path, json!({ "user_ids": too_many }))
        .await
        .refused(400, "invalid_input");
    bob.post(&path, json!({ "user_ids": [banned.id] }))
        .await
        .refused(403, "forbidden");
}

#[tokio::test]
async fn several_are_added_once_however_often_it_is_asked_for() {
    let server = TestServer::start();
    let [ada, bob, carol] = server.people(["Ada", "Bob", "Carol"]).await;
    let room = ada.group(&[]).await;
    let (path, body) = (
        format!("/room/{room}/members"),
        json!({ "user_ids": [bob.id, carol.id] }),
    );
    let first = ada.call_once("key", "POST", &path, Some(body.clone())).await;
    let first = first.expect(200);
    bob.call("POST", &format!("/room/{room}/leave"), None).await.expect(204);
    let again = ada.call_once("key", "POST", &path, Some(body)).await;
    assert!(again.replayed());
    assert_eq!(again.expect(200), first);
    bob.get(&format!("/room/{room}")).await.refused(404, "not_found");
}
