//! One user does not want to hear of another.

use serde_json::{Value, json};

use crate::harness::{Person, TestServer};

fn direct(with: &Person) -> Value {
    json!({ "kind": "direct", "members": [with.id] })
}

#[tokio::test]
async fn neither_writes_to_the_other_until_the_block_ends() {
    let server = TestServer::start();
    let [ada, bob] = server.people(["Ada", "Bob"]).await;
    let room = ada.post("/room", direct(&bob)).await.expect(201);
    let room = room["id"].as_str().unwrap();
    let group = server.group(&[&ada, &bob]).await;
    let said = bob.say(room, "hi").await;
    let message = format!("/room/{room}/message/{}", said["id"].as_str().unwrap());
    let (mut hers, mut his) = (ada.join(room).await, bob.join(room).await);
    let block = format!("/block/{}", bob.id);
    for _ in 0..2 {
        ada.put(&block).await.expect(204);
    }
    let listed = ada.all("/block").await;
    assert_eq!(listed.len(), 1);
    assert_eq!(listed[0]["user_id"], json!(bob.id));
    assert_eq!(
        bob.all("/block").await,
        Vec::<Value>::new(),
        "who is blocked does not see it listed"
    );

    for (person, socket) in [(&ada, &mut hers), (&bob, &mut his)] {
        person
            .send(room, json!({ "text_message": "x" }))
            .await
            .refused(403, "blocked");
        let text = json!({ "room_id": room, "text_message": "x" });
        assert_eq!(socket.refused("send_message", text).await, "blocked");
        let typing = json!({ "room_id": room, "typing": true });
        assert_eq!(socket.refused("typing", typing).await, "blocked");
        let reaction = json!({ "room_id": room, "message_id": said["id"], "reaction": "+1" });
        assert_eq!(socket.refused("add_reaction", reaction).await, "blocked");
        let pin = json!({ "room_id": room, "message_id": said["id"] });
        assert_eq!(socket.refused("pin_message", pin.clone()).await, "blocked");
        assert_eq!(socket.refused("unpin_message", pin).await, "blocked");
        person.get(&message).await.expect(200);
        person.say(&group, "both are heard here").await;
    }
    bob.patch(&message, json!({ "text_message": "x" }))
        .await
        .refused(403, "blocked");
    bob.delete(&message).await.expect(204);
    hers.expect_event("message_deleted").await;

    let unblock = json!({ "user_id": bob.id });
    hers.ok("unblock_user", unblock.clone()).await;
    hers.ok("unblock_user", unblock.clone()).await;
    let again = bob.say(room, "hi").await;
    assert_eq!(hers.expect_event("new_message").await, again);
    hers.expect_silence().await;
    hers.ok("block_user", unblock).await;
    assert_eq!(ada.all("/block").await.len(), 1);
}

#[tokio::test]
async fn each_of_two_blocks_holds_for_itself() {
    let server = TestServer::start();
    let [ada, bob] = server.people(["Ada", "Bob"]).await;
    let room = ada.post("/room", direct(&bob)).await.expect(201);
    let room = room["id"].as_str().unwrap();
    ada.put(&format!("/block/{}", bob.id)).await.expect(204);
    bob.put(&format!("/block/{}", ada.id)).await.expect(204);
    ada.delete(&format!("/block/{}", bob.id)).await.expect(204);
    ada.send(room, json!({ "text_message": "x" }))
        .await
        .refused(403, "blocked");
    bob.delete(&format!("/block/{}", ada.id)).await.expect(204);
    ada.say(room, "x").await;
}

#[tokio::test]
async fn a_direct_room_is_not_made_over_a_block() {
    let server = TestServer::start();
    let [ada, bob] = server.people(["Ada", "Bob"]).await;
    ada.put(&format!("/block/{}", bob.id)).await.expect(204);
    for person in [(&ada, &bob), (&bob, &ada)] {
        person.0.post("/room", direct(person.1)).await.refused(403, "blocked");
    }
    ada.delete(&format!("/block/{}", bob.id)).await.expect(204);
    bob.post("/room", direct(&ada)).await.expect(201);
}

#[tokio::test]
async fn only_others_who_exist_are_blocked() {
    let server = TestServer::start();
    let ada = server.person("Ada").await;
    ada.put(&format!("/block/{}", ada.id))
        .await
        .refused(400, "invalid_input");
    let nobody = "/block/018f4a5c-0000-7000-8000-0123456789ab";
    ada.put(nobody).await.refused(404, "not_found");
    ada.delete(nobody).await.refused(404, "not_found");
    server
        .put(&format!("/block/{}", ada.id))
        .await
        .refused(403, "user_required");
}

/// In a group a moderator decides who is heard, but nobody is asked into one by whom they have blocked.
#[tokio::test]
async fn nobody_is_invited_by_whom_they_have_blocked() {
    let server = TestServer::start();
    let [ada, bob, carol] = server.people(["Ada", "Bob", "Carol"]).await;
    let room = bob
        .post("/room", json!({ "kind": "group", "members": [carol.id] }))
        .await;
    let room = room.expect(201)["id"].as_str().unwrap().to_owned();
    let (path, body) = (format!("/room/{room}/invite"), json!({ "user_id": ada.id }));
    ada.put(&format!("/block/{}", bob.id)).await.expect(204);
    bob.post(&path, body.clone()).await.refused(403, "blocked");
    assert_eq!(ada.all("/invite").await, Vec::<Value>::new());

    ada.delete(&format!("/block/{}", bob.id)).await.expect(204);
    bob.post(&path, body).await.expect(201);
    assert_eq!(ada.all("/invite").await.len(), 1);
}
