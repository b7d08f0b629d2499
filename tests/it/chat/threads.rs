//! Replies, quotes and mentions.

use serde_json::{Value, json};

use crate::harness::TestServer;

#[tokio::test]
async fn a_thread_is_counted_and_listed_page_by_page() {
    let server = TestServer::start();
    let [ada, bob] = server.people(["Ada", "Bob"]).await;
    let room = server.group(&[&ada, &bob]).await;
    let question = ada.say(&room, "Lunch?").await;
    let mut his = bob.join(&room).await;
    for number in 0..5 {
        let reply = json!({ "text_message": format!("reply {number}"), "parent_id": question["id"] });
        let sent = ada.send(&room, reply).await.expect(201);
        assert_eq!(sent["parent_id"], question["id"]);
        assert_eq!(his.expect_event("new_message").await, sent);
        ada.say(&room, "aside").await;
        his.expect_event("new_message").await;
    }
    let path = format!("/room/{room}/message/{}", question["id"].as_str().unwrap());
    let parent = bob.get(&path).await.expect(200);
    assert_eq!(parent["reply_count"], 5);
    let (mut texts, mut after) = (Vec::new(), json!(0));
    while !after.is_null() {
        let page = bob
            .get(&format!("{path}/reply?limit=2&after_seq={after}"))
            .await
            .expect(200);
        texts.extend(
            page["items"]
                .as_array()
                .unwrap()
                .iter()
                .map(|item| item["text_message"].clone()),
        );
        after = page["next"].clone();
    }
    assert_eq!(
        texts,
        (0..5)
            .map(|number| json!(format!("reply {number}")))
            .collect::<Vec<Value>>()
    );
    let last = parent["last_reply_id"].as_str().unwrap();
    assert_eq!(
        bob.get(&format!("/room/{room}/message/{last}")).await.expect(200)["text_message"],
        "reply 4"
    );
}

#[tokio::test]
async fn a_reply_sent_again_is_one_reply() {
    let server = TestServer::start();
    let ada = server.person("Ada").await;
    let room = server.group(&[&ada]).await;
    let question = ada.say(&room, "Lunch?").await;
    let mut hers = ada.join(&room).await;
    for after in [json!({}), json!({ "after_seq": 2 })] {
        let mut reply = json!({
            "room_id": room, "text_message": "yes", "parent_id": question["id"], "client_id": format!("c{}", after),
        });
        reply["client_id"] = json!(format!("c-{}", after.as_object().unwrap().len()));
        reply
            .as_object_mut()
            .unwrap()
            .extend(after.as_object().unwrap().clone());
        let first = hers.ok("send_message", reply.clone()).await;
        let second = hers.ok("send_message", reply).await;
        assert_eq!((&second["duplicate"], &second["seq"]), (&json!(true), &first["seq"]));
    }
    let parent = ada
        .get(&format!("/room/{room}/message/{}", question["id"].as_str().unwrap()))
        .await
        .expect(200);
    assert_eq!(parent["reply_count"], 2);
}

#[tokio::test]
async fn what_a_message_refers_to_must_be_there() {
    let server = TestServer::start();
    let [ada, bob] = server.people(["Ada", "Bob"]).await;
    let (room, other) = (server.group(&[&ada, &bob]).await, ada.group(&[]).await);
    let (message, elsewhere) = (ada.say(&room, "hi").await, ada.say(&other, "hi").await);
    let reply = ada
        .send(&room, json!({ "text_message": "r", "parent_id": message["id"] }))
        .await
        .expect(201);
    for (field, id) in [
        ("parent_id", &elsewhere["id"]),
        ("quote_id", &elsewhere["id"]),
        // One level deep.
        ("parent_id", &reply["id"]),
        ("parent_id", &json!("nonsense")),
    ] {
        let refused = ada
            .send(&room, json!({ "text_message": "x", field: id }))
            .await
            .refused(400, "invalid_input");
        assert!(refused["detail"].as_str().unwrap().contains(field), "{refused}");
    }
    let quoting = ada
        .send(&room, json!({ "text_message": "q", "quote_id": reply["id"] }))
        .await
        .expect(201);
    assert_eq!(quoting["quote_id"], reply["id"]);
    let both = json!({ "text_message": "b", "parent_id": message["id"], "quote_id": message["id"] });
    let both = ada.send(&room, both).await.expect(201);
    assert_eq!(
        (&both["parent_id"], &both["quote_id"]),
        (&message["id"], &message["id"])
    );
    ada.delete(&format!("/room/{room}/message/{}", reply["id"].as_str().unwrap()))
        .await
        .expect(204);
    ada.send(&room, json!({ "text_message": "q", "quote_id": reply["id"] }))
        .await
        .refused(400, "invalid_input");
}

#[tokio::test]
async fn only_members_are_named() {
    let server = TestServer::start();
    let [ada, bob, eve] = server.people(["Ada", "Bob", "Eve"]).await;
    let room = server.group(&[&ada, &bob]).await;
    let named = ada
        .send(&room, json!({ "text_message": "hi", "mentions": [bob.id, bob.id] }))
        .await
        .expect(201);
    assert_eq!(named["mentions"], json!([bob.id]));
    let stranger = ada
        .send(&room, json!({ "text_message": "hi", "mentions": [bob.id, eve.id] }))
        .await;
    stranger.refused(400, "invalid_input");
    let path = format!("/room/{room}/message/{}", named["id"].as_str().unwrap());
    ada.patch(&path, json!({ "mentions": [eve.id] }))
        .await
        .refused(400, "invalid_input");
    let nobody = ada.patch(&path, json!({ "mentions": [] })).await.expect(200);
    assert_eq!(nobody["mentions"], Value::Null);
}
