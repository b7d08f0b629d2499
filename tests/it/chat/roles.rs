//! Roles: who gives them, what they allow, and who owns a room that its owner leaves.

use serde_json::{Value, json};

use crate::harness::{Person, TestServer};

async fn role_of(server: &TestServer, room: &str, person: &Person) -> String {
    let members = server.all(&format!("/room/{room}/member")).await;
    let member = members.iter().find(|member| member["user_id"] == person.id.as_str());
    member.unwrap()["role"].as_str().unwrap().to_owned()
}

async fn make(by: &Person, room: &str, whom: &Person, role: &str) -> Value {
    let path = format!("/room/{room}/member/{}/role", whom.id);
    by.put_body(&path, json!({ "role": role })).await.expect(200)
}

#[tokio::test]
async fn an_owner_gives_roles_and_everyone_hears_of_it() {
    let server = TestServer::start();
    let [ada, bob, carol] = server.people(["Ada", "Bob", "Carol"]).await;
    let room = ada.group(&[&bob, &carol]).await;
    let (mut hers, mut his) = (ada.join(&room).await, bob.join(&room).await);
    let frame = json!({ "room_id": room, "user_id": bob.id, "role": "moderator" });
    let ack = hers.ok("set_role", frame.clone()).await;
    assert_eq!((&ack["user_id"], &ack["role"]), (&json!(bob.id), &json!("moderator")));
    let told = his.expect_event("role_changed").await;
    assert_eq!(
        (&told["seq"], &told["user_id"], &told["member"]),
        (
            &json!(2),
            &json!(ada.id),
            &json!({ "user_id": bob.id, "role": "moderator" })
        )
    );
    hers.ok("set_role", frame).await;
    his.expect_silence().await;
    assert_eq!(role_of(&server, &room, &bob).await, "moderator");
    let mine = json!({ "room_id": room, "user_id": ada.id, "role": "member" });
    assert_eq!(hers.refused("set_role", mine).await, "forbidden");
    let to_owner = json!({ "room_id": room, "user_id": carol.id, "role": "owner" });
    assert_eq!(his.refused("set_role", to_owner).await, "forbidden");
}

#[tokio::test]
async fn a_role_is_set_once_however_often_it_is_asked_for() {
    let server = TestServer::start();
    let [ada, bob] = server.people(["Ada", "Bob"]).await;
    let room = ada.group(&[&bob]).await;
    let path = format!("/room/{room}/member/{}/role", bob.id);
    let body = json!({ "role": "moderator" });
    let first = ada.call_once("key", "PUT", &path, Some(body.clone())).await;
    assert!(!first.replayed());
    let first = first.expect(200);
    make(&ada, &room, &bob, "read_only").await;
    let again = ada.call_once("key", "PUT", &path, Some(body)).await;
    assert!(again.replayed());
    assert_eq!(again.expect(200), first);
    assert_eq!(role_of(&server, &room, &bob).await, "read_only");
    let other = ada
        .call_once("key", "PUT", &path, Some(json!({ "role": "owner" })))
        .await;
    other.refused(409, "client_id_conflict");
}

#[tokio::test]
async fn a_moderator_looks_after_members_and_messages() {
    let server = TestServer::start();
    let [ada, bob, carol, dan] = server.people(["Ada", "Bob", "Carol", "Dan"]).await;
    let room = ada.group(&[&bob, &carol]).await;
    make(&ada, &room, &bob, "moderator").await;
    let said = carol.say(&room, "spam").await;
    let message = format!("/room/{room}/message/{}", said["id"].as_str().unwrap());
    bob.patch(&message, json!({ "text_message": "ham" }))
        .await
        .refused(403, "forbidden");
    bob.delete(&message).await.expect(204);
    let his = bob.say(&room, "no spam here").await;
    let path = format!("/room/{room}/message/{}", his["id"].as_str().unwrap());
    carol.delete(&path).await.refused(403, "forbidden");
    assert_eq!(bob.get(&path).await.expect(200), his);
    let members = format!("/room/{room}/member");
    bob.post(&members, json!({ "user_id": dan.id })).await.expect(201);
    bob.delete(&format!("{members}/{}", dan.id)).await.expect(204);
    let promoted = json!({ "user_id": dan.id, "role": "moderator" });
    bob.post(&members, promoted.clone()).await.refused(403, "forbidden");
    ada.post(&members, promoted).await.expect(201);
    for above in [&ada, &dan] {
        for (method, path) in [
            ("DELETE", format!("{members}/{}", above.id)),
            ("PUT", format!("{members}/{}/mute", above.id)),
            ("PUT", format!("/room/{room}/ban/{}", above.id)),
        ] {
            let body = (method == "PUT").then(|| json!({}));
            bob.call(method, &path, body).await.refused(403, "forbidden");
        }
    }
    bob.patch(&format!("/room/{room}"), json!({ "name": "Mine" }))
        .await
        .refused(403, "forbidden");
    bob.call("POST", &format!("/room/{room}/leave"), None).await.expect(204);
}

#[tokio::test]
async fn who_may_only_read_only_reads() {
    let server = TestServer::start();
    let [ada, bob] = server.people(["Ada", "Bob"]).await;
    let room = ada.group(&[&bob]).await;
    let old = bob.say(&room, "hi").await;
    make(&ada, &room, &bob, "read_only").await;
    let mut his = bob.join(&room).await;
    let send = json!({ "room_id": room, "text_message": "more" });
    assert_eq!(his.refused("send_message", send).await, "forbidden");
    let edit = json!({ "room_id": room, "message_id": old["id"], "text_message": "more" });
    assert_eq!(his.refused("edit_message", edit).await, "forbidden");
    let react = json!({ "room_id": room, "message_id": old["id"], "reaction": "👍" });
    assert_eq!(his.refused("add_reaction", react).await, "forbidden");
    let reaction = format!(
        "/room/{room}/message/{}/reaction/%F0%9F%91%8D",
        old["id"].as_str().unwrap()
    );
    bob.put(&reaction).await.refused(403, "forbidden");
    let typing = json!({ "room_id": room, "typing": true });
    assert_eq!(his.refused("typing", typing).await, "forbidden");
    ada.say(&room, "read this").await;
    assert_eq!(his.expect_event("new_message").await["text_message"], "read this");
    his.ok("mark_read", json!({ "room_id": room, "seq": 4 })).await;
    let delete = json!({ "room_id": room, "message_id": old["id"] });
    his.ok("delete_message", delete).await;
    make(&ada, &room, &bob, "member").await;
    bob.say(&room, "back").await;
}

#[tokio::test]
async fn the_oldest_moderator_or_member_owns_what_the_owner_leaves() {
    let server = TestServer::start();
    let [ada, bob, carol, dan] = server.people(["Ada", "Bob", "Carol", "Dan"]).await;
    let room = ada.group(&[]).await;
    for person in [&bob, &carol, &dan] {
        let body = json!({ "user_id": person.id });
        ada.post(&format!("/room/{room}/member"), body).await.expect(201);
    }
    make(&ada, &room, &dan, "moderator").await;
    let (mut hers, mut ears) = (ada.join(&room).await, carol.join(&room).await);
    ada.call("POST", &format!("/room/{room}/leave"), None).await.expect(204);
    let heir = ears.expect_event("role_changed").await;
    assert_eq!(heir["member"], json!({ "user_id": dan.id, "role": "owner" }));
    assert_eq!(ears.expect_event("member_left").await["member"]["user_id"], ada.id);
    hers.expect_silence().await;
    // There is no moderator any more; Bob came before Carol.
    dan.call("POST", &format!("/room/{room}/leave"), None).await.expect(204);
    assert_eq!(ears.expect_event("role_changed").await["member"]["user_id"], bob.id);
    ears.expect_event("member_left").await;
    make(&bob, &room, &carol, "owner").await;
    ears.expect_event("role_changed").await;
    // Carol owns the room too: nobody inherits.
    bob.call("POST", &format!("/room/{room}/leave"), None).await.expect(204);
    ears.expect_event("member_left").await;
    carol
        .call("POST", &format!("/room/{room}/leave"), None)
        .await
        .expect(204);
    assert_eq!(
        server.get(&format!("/room/{room}")).await.expect(200)["member_count"],
        0
    );
}

#[tokio::test]
async fn a_direct_room_has_no_roles() {
    let server = TestServer::start();
    let [ada, bob] = server.people(["Ada", "Bob"]).await;
    let body = json!({ "kind": "direct", "members": [bob.id] });
    let room = ada.post("/room", body).await.expect(201);
    let path = format!("/room/{}/member/{}/role", room["id"].as_str().unwrap(), bob.id);
    let body = json!({ "role": "owner" });
    ada.put_body(&path, body.clone()).await.refused(403, "forbidden");
    server.put_body(&path, body).await.refused(409, "direct_room");
}
