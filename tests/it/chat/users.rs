//! Users change and end.

use serde_json::json;

use crate::harness::{Handshake, TestServer};

#[tokio::test]
async fn others_see_the_public_part() {
    let server = TestServer::start();
    let [ada, bob] = server.people(["Ada", "Bob"]).await;
    let path = format!("/user/{}", ada.id);
    let change = json!({ "name": "Ada L.", "avatar_url": "https://a.example/1.png", "custom": { "secret": 1 } });
    let changed = ada.patch(&path, change).await.expect(200);
    assert_eq!(
        (&changed["name"], &changed["custom"]["secret"]),
        (&json!("Ada L."), &json!(1))
    );
    assert_eq!(ada.get("/me").await.expect(200), changed);
    let seen = bob.get(&path).await.expect(200);
    assert_eq!(
        (&seen["name"], seen.get("custom"), seen.get("external_id")),
        (&json!("Ada L."), None, None)
    );
    bob.patch(&path, json!({ "name": "x" })).await.refused(403, "forbidden");
    let less = server.patch(&path, json!({ "avatar_url": null })).await.expect(200);
    assert_eq!((less.get("avatar_url"), &less["custom"]["secret"]), (None, &json!(1)));
    let room = server.group(&[&ada, &bob]).await;
    assert_eq!(ada.say(&room, "hi").await["user"], json!({ "name": "Ada L." }));
}

#[tokio::test]
async fn an_external_id_belongs_to_one_user() {
    let server = TestServer::start();
    let external = format!("crm-{}", server.person("x").await.id);
    let body = json!({ "name": "Ada", "external_id": external });
    server.post("/user", body.clone()).await.expect(201);
    server.post("/user", body).await.refused(409, "external_id_taken");
}

#[tokio::test]
async fn users_are_listed_in_order_of_creation() {
    let server = TestServer::start();
    let people = server.people(["A", "B", "C", "D", "E"]).await;
    let listed = server.all("/user").await;
    let ids: Vec<_> = listed.iter().map(|user| user["id"].as_str().unwrap()).collect();
    let places: Vec<_> = people
        .iter()
        .map(|person| ids.iter().position(|id| *id == person.id))
        .collect();
    assert!(places.is_sorted() && places[0].is_some(), "{places:?}");
    let page = server
        .get(&format!("/user?limit=2&after={}", people[0].id))
        .await
        .expect(200);
    // Others may make users in this app meanwhile, so the page starts with B or with somebody between A and B.
    let [first, second] = [0, 1].map(|place| page["items"][place]["id"].as_str().unwrap());
    assert!(
        *people[0].id < *first && *first <= *people[1].id && *first < *second,
        "{page}"
    );
    assert_eq!(page["next"], second);
}

#[tokio::test]
async fn a_deleted_user_is_out_at_once() {
    let server = TestServer::start();
    let [ada, bob] = server.people(["Ada", "Bob"]).await;
    let room = ada.group(&[&bob]).await;
    let (mut hers, mut his, mut his_other) = (ada.join(&room).await, bob.join(&room).await, bob.connect().await);
    let said = bob.say(&room, "I was here").await;
    hers.expect_event("new_message").await;
    his.expect_event("new_message").await;
    let ticket = bob.call("POST", "/ticket", None).await.expect(201);
    server.delete(&format!("/user/{}", bob.id)).await.expect(204);
    his.expect_close().await;
    his_other.expect_close().await;
    assert_eq!(hers.expect_event("member_left").await["member"]["user_id"], bob.id);

    bob.get("/me").await.refused(401, "unauthenticated");
    server
        .acting_as(&bob.id)
        .get("/room")
        .await
        .refused(401, "unauthenticated");
    server
        .call("POST", &format!("/auth/{}", bob.id), None)
        .await
        .refused(404, "not_found");
    server.get(&format!("/user/{}", bob.id)).await.refused(404, "not_found");
    bob.handshake().refused().await;
    let with_ticket = Handshake::new(server.ws()).query("ticket", ticket["ticket"].as_str().unwrap());
    with_ticket.refused().await;
    let kept = server.messages(&room).await;
    assert_eq!((&kept[0]["id"], &kept[0]["user_id"]), (&said["id"], &json!(bob.id)));
    assert!(kept[0].get("user").is_none(), "his name is gone: {}", kept[0]);
    assert_eq!(ada.get(&format!("/room/{room}")).await.expect(200)["member_count"], 1);
    server
        .delete(&format!("/user/{}", bob.id))
        .await
        .refused(404, "not_found");
}
