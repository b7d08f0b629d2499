//! Invites: who makes them, who hears of them, what they lead to and what ends them.

use serde_json::{Value, json};

use crate::harness::{Person, Reply, TestServer};

async fn invite(by: &Person, room: &str, whom: &Person) -> Reply {
    by.post(&format!("/room/{room}/invite"), json!({ "user_id": whom.id }))
        .await
}

async fn accept(who: &Person, room: &str) -> Reply {
    who.call("POST", &format!("/invite/{room}/accept"), None).await
}

async fn own(who: &Person) -> Vec<Value> {
    who.all("/invite").await
}

#[tokio::test]
async fn who_is_invited_hears_of_it_and_becomes_a_member() {
    let server = TestServer::start();
    let [ada, bob, carol] = server.people(["Ada", "Bob", "Carol"]).await;
    let body = json!({ "kind": "group", "name": "Lunch", "members": [carol.id] });
    let room = ada.post("/room", body).await.expect(201)["id"]
        .as_str()
        .unwrap()
        .to_owned();
    let (mut hers, mut his) = (ada.join(&room).await, bob.connect().await);
    let made = invite(&ada, &room, &bob).await.expect(201);
    assert_eq!(
        (&made["room_id"], &made["user_id"], &made["invited_by"]),
        (&json!(room), &json!(bob.id), &json!(ada.id))
    );
    assert_eq!((&made["name"], &made["member_count"]), (&json!("Lunch"), &json!(2)));
    assert!(made["expires_at"].is_string(), "{made}");
    assert_eq!(his.expect_live("invited_to_room").await, made);
    assert_eq!(invite(&ada, &room, &bob).await.expect(200), made);
    assert_eq!(own(&bob).await, std::slice::from_ref(&made));
    assert_eq!(ada.all(&format!("/room/{room}/invite")).await, [made]);
    bob.get(&format!("/room/{room}")).await.refused(404, "not_found");

    let member = accept(&bob, &room).await.expect(200);
    assert_eq!(
        (&member["user_id"], &member["role"]),
        (&json!(bob.id), &json!("member"))
    );
    let told = hers.expect_event("member_joined").await;
    assert_eq!((&told["user_id"], &told["seq"]), (&json!(bob.id), &json!(2)));
    assert_eq!(his.expect_live("added_to_room").await["room_id"], json!(room));
    his.join(&room).await;
    assert_eq!(accept(&bob, &room).await.expect(200), member);
    hers.expect_silence().await;
    assert!(own(&bob).await.is_empty());
    assert!(ada.all(&format!("/room/{room}/invite")).await.is_empty());
    invite(&ada, &room, &bob).await.refused(409, "already_member");
}

#[tokio::test]
async fn an_invite_is_declined_or_taken_back() {
    let server = TestServer::start();
    let [ada, bob, eve] = server.people(["Ada", "Bob", "Eve"]).await;
    let room = ada.group(&[]).await;
    invite(&ada, &room, &bob).await.expect(201);
    accept(&eve, &room).await.refused(404, "not_found");
    let decline = format!("/invite/{room}/decline");
    // Also by who has none: that is not told.
    for who in [&bob, &bob, &eve] {
        who.call("POST", &decline, None).await.expect(204);
    }
    assert!(own(&bob).await.is_empty());
    accept(&bob, &room).await.refused(404, "not_found");

    invite(&ada, &room, &bob).await.expect(201);
    let revoke = format!("/room/{room}/invite/{}", bob.id);
    ada.delete(&revoke).await.expect(204);
    ada.delete(&revoke).await.refused(404, "not_found");
    accept(&bob, &room).await.refused(404, "not_found");
    assert!(ada.all(&format!("/room/{room}/invite")).await.is_empty());
    // A late repeat of a refusal does not end a later invite.
    invite(&ada, &room, &bob).await.expect(201);
    let key = format!("decline-{room}");
    for replayed in [false, true] {
        let declined = bob.call_once(&key, "POST", &decline, None).await;
        assert_eq!((declined.status, declined.replayed()), (204, replayed));
        if !replayed {
            invite(&ada, &room, &bob).await.expect(201);
        }
    }
    assert_eq!(own(&bob).await.len(), 1);
    // The key is that of this refusal, and of that acceptance.
    let elsewhere = ada.group(&[]).await;
    for (verb, status) in [("decline", 204), ("accept", 200)] {
        let key = format!("{verb}-{room}");
        let path = |room: &str| format!("/invite/{room}/{verb}");
        bob.call_once(&key, "POST", &path(&room), None).await.expect(status);
        let other = bob.call_once(&key, "POST", &path(&elsewhere), None).await;
        other.refused(409, "client_id_conflict");
    }
}

#[tokio::test]
async fn who_looks_after_a_room_invites_who_may_come() {
    let server = TestServer::start();
    let [ada, bob, carol, dan, eve] = server.people(["Ada", "Bob", "Carol", "Dan", "Eve"]).await;
    let room = ada.group(&[&bob]).await;
    invite(&bob, &room, &carol).await.refused(403, "forbidden");
    invite(&eve, &room, &carol).await.refused(404, "not_found");
    let invites = format!("/room/{room}/invite");
    bob.get(&invites).await.refused(403, "forbidden");
    eve.get(&invites).await.refused(404, "not_found");
    let nobody = json!({ "user_id": "018f4a5c-0000-7000-8000-0123456789ab" });
    ada.post(&invites, nobody).await.refused(400, "invalid_input");
    let over = json!({ "user_id": carol.id, "expires_at": "2001-01-01T00:00:00Z" });
    let refused = ada.post(&invites, over).await.refused(400, "invalid_input");
    assert_eq!(refused["field"], "expires_at");
    let late = json!({ "user_id": carol.id, "expires_at": "2999-12-31T23:59:59Z" });
    let month = server.post(&invites, late).await.expect(201);
    assert!(month["expires_at"].as_str().unwrap() < "2999", "{month}");
    assert_eq!(month.get("invited_by"), None);
    // A ban ends the invite, and an invite made before it does not come back with its end.
    invite(&ada, &room, &dan).await.expect(201);
    let ban = format!("/room/{room}/ban/{}", dan.id);
    ada.put_body(&ban, json!({})).await.expect(200);
    assert!(own(&dan).await.is_empty());
    accept(&dan, &room).await.refused(404, "not_found");
    invite(&ada, &room, &dan).await.refused(403, "banned");
    ada.delete(&ban).await.expect(204);
    accept(&dan, &room).await.refused(404, "not_found");
    let direct = ada
        .post("/room", json!({ "kind": "direct", "members": [bob.id] }))
        .await
        .expect(201);
    let direct = format!("/room/{}/invite", direct["id"].as_str().unwrap());
    let whom = json!({ "user_id": carol.id });
    server.post(&direct, whom.clone()).await.refused(409, "direct_room");
    ada.post(&direct, whom).await.refused(403, "forbidden");
}

#[tokio::test]
async fn an_invite_is_nothing_while_the_room_is_archived_and_when_it_is_deleted() {
    let server = TestServer::start();
    let [ada, bob, carol] = server.people(["Ada", "Bob", "Carol"]).await;
    let room = ada.group(&[]).await;
    let made = invite(&ada, &room, &bob).await.expect(201);
    let archive = format!("/room/{room}/archive");
    ada.put(&archive).await.expect(200);
    assert!(own(&bob).await.is_empty());
    assert!(ada.all(&format!("/room/{room}/invite")).await.is_empty());
    accept(&bob, &room).await.refused(404, "not_found");
    invite(&ada, &room, &carol).await.refused(409, "room_archived");
    ada.delete(&archive).await.expect(200);
    assert_eq!(own(&bob).await, [made]);
    ada.delete(&format!("/room/{room}")).await.expect(204);
    assert!(own(&bob).await.is_empty());
    accept(&bob, &room).await.refused(404, "not_found");
}

#[tokio::test]
async fn an_old_invite_does_not_lead_back_into_a_room() {
    let server = TestServer::start();
    let [ada, bob] = server.people(["Ada", "Bob"]).await;
    let room = ada.group(&[]).await;
    invite(&ada, &room, &bob).await.expect(201);
    let members = format!("/room/{room}/member");
    ada.post(&members, json!({ "user_id": bob.id })).await.expect(201);
    assert!(own(&bob).await.is_empty());
    assert!(ada.all(&format!("/room/{room}/invite")).await.is_empty());
    ada.delete(&format!("{members}/{}", bob.id)).await.expect(204);
    assert!(own(&bob).await.is_empty());
    accept(&bob, &room).await.refused(404, "not_found");
}

#[tokio::test]
async fn invites_over_a_socket() {
    let server = TestServer::start();
    let [ada, bob, carol] = server.people(["Ada", "Bob", "Carol"]).await;
    let room = ada.group(&[&carol]).await;
    let (mut hers, mut his, mut other) = (ada.join(&room).await, bob.connect().await, carol.join(&room).await);
    let frame = json!({ "room_id": room, "user_id": bob.id, "client_id": format!("invite-{room}") });
    assert_eq!(other.refused("invite_user", frame.clone()).await, "forbidden");
    let made = hers.ok("invite_user", frame.clone()).await;
    assert_eq!(hers.ok("invite_user", frame).await, made);
    assert_eq!(his.expect_live("invited_to_room").await, made);
    let here = json!({ "room_id": room });
    assert_eq!(his.ok("decline_invite", here.clone()).await, here);
    assert_eq!(his.refused("accept_invite", here.clone()).await, "not_found");
    hers.ok("invite_user", json!({ "room_id": room, "user_id": bob.id }))
        .await;
    let accept = json!({ "room_id": room, "client_id": format!("accept-{room}") });
    let member = his.ok("accept_invite", accept.clone()).await;
    assert_eq!(member["user_id"], bob.id);
    for ears in [&mut hers, &mut other] {
        assert_eq!(ears.expect_event("member_joined").await["member"]["user_id"], bob.id);
    }
    his.ok("exit_room", here.clone()).await;
    hers.expect_event("member_left").await;
    // The answer of then, and nothing more.
    assert_eq!(his.ok("accept_invite", accept).await["joined_at"], member["joined_at"]);
    assert_eq!(his.refused("join_room", here).await, "not_found");
    hers.expect_silence().await;
}
