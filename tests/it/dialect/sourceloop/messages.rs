//! Messages, and the answers to messages.

use serde_json::{Value, json};

use super::{ALL, World, each, id, message};

#[tokio::test]
async fn the_first_message_makes_its_channel_with_its_sender_and_whom_it_is_for() {
    let world = World::start().await;
    let [ann, bob, eve] = world.users(["ann", "bob", "eve"]).await;
    let said = ann.tell("c1", "bob", "hi").await;
    let now = said["createdOn"].clone();
    let expected = json!({ "deleted": false, "createdOn": now, "modifiedOn": now, "createdBy": "ann", "modifiedBy": "ann",
        "id": said["id"], "body": "hi", "channelId": "c1", "channelType": "task", "status": 0, "toUserId": "bob" });
    assert_eq!(said, expected);
    let answer = bob.say("c1", "ho").await;
    for client in [&ann, &bob] {
        let rows = client
            .list(
                "/messages",
                json!({ "where": { "channelId": "c1" }, "order": ["createdOn ASC"] }),
            )
            .await;
        assert_eq!(rows, [said.clone(), answer.clone()]);
        assert_eq!(client.get(&format!("/messages/{}", id(&said))).await.ok(), said);
    }
    eve.post("/messages", message("c1", "me too")).await.not_found();
    eve.get(&format!("/messages/{}", id(&said))).await.not_found();
    assert!(eve.list("/messages", json!({})).await.is_empty());
}

#[tokio::test]
async fn of_two_first_messages_at_once_one_makes_the_channel() {
    let world = World::start().await;
    let [ann, bob] = world.users(["ann", "bob"]).await;
    let with = |to: &str| {
        let mut body = message("both", "first");
        body["toUserId"] = to.into();
        body
    };
    let (one, other) = tokio::join!(ann.post("/messages", with("bob")), bob.post("/messages", with("ann")));
    one.ok();
    other.ok();
    assert_eq!(ann.list("/messages", json!({})).await.len(), 2);
    assert_eq!(
        bob.list("/messages", json!({ "where": { "channelId": "both" } }))
            .await
            .len(),
        2
    );
}

#[tokio::test]
async fn a_message_to_nobody_who_is_known_makes_no_channel() {
    let world = World::start().await;
    let ann = world.user("ann").await;
    let mut body = message("c1", "anybody?");
    body["toUserId"] = "nobody".into();
    ann.post("/messages", body).await.not_found();
    assert!(ann.list("/messages", json!({})).await.is_empty());
}

#[tokio::test]
async fn a_message_that_is_sent_again_with_its_key_stands_once() {
    let world = World::start().await;
    let ann = world.user("ann").await;
    let send = async || {
        let request = ann.request("POST", "/messages").header("Idempotency-Key", "k-1");
        ann.send(request, Some(message("c1", "once"))).await.ok()
    };
    let (first, again) = (send().await, send().await);
    assert_eq!(first, again);
    assert_eq!(ann.list("/messages", json!({})).await.len(), 1);
}

#[tokio::test]
async fn one_message_is_changed_replaced_and_deleted_once() {
    let world = World::start().await;
    let [ann, bob] = world.users(["ann", "bob"]).await;
    let mut body = message("c1", "hi");
    body["subject"] = "greeting".into();
    body["toUserId"] = "bob".into();
    let said = ann.post("/messages", body).await.ok();
    let path = format!("/messages/{}", id(&said));
    ann.patch(&path, json!({ "status": 2 })).await.done();
    let changed = ann.get(&path).await.ok();
    assert_eq!(
        (&changed["status"], &changed["subject"], &changed["body"]),
        (&json!(2), &json!("greeting"), &json!("hi"))
    );
    ann.put(&path, message("c1", "ho")).await.done();
    let replaced = ann.get(&path).await.ok();
    assert_eq!((&replaced["status"], &replaced["body"]), (&json!(0), &json!("ho")));
    assert_eq!((replaced.get("subject"), replaced.get("toUserId")), (None, None));
    bob.patch(&path, json!({ "body": "mine" })).await.forbidden();
    bob.delete(&path).await.forbidden();
    let moved = ann.patch(&path, json!({ "channelId": "c2" })).await.error(422);
    assert_eq!(moved["details"][0]["path"], "/channelId");
    ann.delete(&path).await.done();
    ann.get(&path).await.not_found();
    for again in [
        ann.delete(&path).await,
        ann.patch(&path, json!({})).await,
        ann.put(&path, message("c1", "x")).await,
    ] {
        again.no_entity();
    }
}

#[tokio::test]
async fn answers_are_in_the_thread_of_what_they_answer_at_any_depth() {
    let world = World::start().await;
    let ann = world.user("ann").await;
    let root = ann.say("c1", "root").await;
    let replies = |of: &Value| format!("/messages/{}/messages", id(of));
    let first = ann.post(&replies(&root), message("c1", "first")).await.ok();
    assert_eq!(first["parentMessageId"], root["id"]);
    let deeper = ann.post(&replies(&first), message("c1", "deeper")).await.ok();
    assert_eq!(deeper["parentMessageId"], first["id"]);
    let mut by_field = message("c1", "second");
    by_field["parentMessageId"] = root["id"].clone();
    ann.post("/messages", by_field.clone()).await.ok();
    let rows = ann.list(&replies(&root), json!({ "order": "createdOn ASC" })).await;
    assert_eq!(each(&rows, "body"), ["first", "second"]);
    assert_eq!(each(&ann.list(&replies(&first), json!({})).await, "body"), ["deeper"]);
    assert!(ann.list("/messages/unknown/messages", json!({})).await.is_empty());
    ann.post(&replies(&deeper), by_field).await.error(422);
    ann.post("/messages/unknown/messages", message("c1", "x"))
        .await
        .error(404);
    let changed = ann
        .counted(
            "PATCH",
            &replies(&root),
            json!({ "body": "first" }),
            Some(json!({ "status": 7 })),
        )
        .await;
    assert_eq!(changed, 1);
    assert_eq!(ann.get(&format!("/messages/{}", id(&first))).await.ok()["status"], 7);
    assert_eq!(ann.counted("DELETE", &replies(&root), json!({}), None).await, 2);
    assert!(ann.list(&replies(&root), json!({})).await.is_empty());
    assert_eq!(each(&ann.list(&replies(&first), json!({})).await, "body"), ["deeper"]);
}

#[tokio::test]
async fn counts_and_changes_of_many_follow_their_condition() {
    let world = World::start().await;
    let ann = world.user("ann").await;
    for body in ["one", "two", "three"] {
        ann.say("c1", body).await;
    }
    ann.say("c2", "one").await;
    let count = async |condition: Value| ann.counted("GET", "/messages/count", condition, None).await;
    assert_eq!(count(json!({})).await, 4);
    assert_eq!(count(json!({ "channelId": "c1", "body": { "like": "t%" } })).await, 2);
    let condition = json!({ "channelId": "c1" });
    assert_eq!(
        ann.counted("PATCH", "/messages", condition, Some(json!({ "status": 1 })))
            .await,
        3
    );
    assert_eq!(count(json!({ "status": 1 })).await, 3);
    assert_eq!(ann.get("/messages/count/").await.ok(), json!({ "count": 4 }));
}

#[tokio::test]
async fn any_one_permission_by_number_or_name_is_enough_and_no_other_will_do() {
    let world = World::start().await;
    let said = world.user("ann").await.say("c1", "hi").await;
    let path = format!("/messages/{}", id(&said));
    for own in ["1", "ViewMessage"] {
        world.with("ann", &[own]).get(&path).await.ok();
        world.with("ann", &["X", own]).get("/messages/count").await.ok();
    }
    let others: Vec<&str> = ALL.into_iter().filter(|other| *other != "1").collect();
    world.with("ann", &others).get(&path).await.forbidden();
    world.with("ann", &[]).get("/messages").await.forbidden();
    world.with("ann", &["1", "2", "3"]).delete(&path).await.forbidden();
    world.with("ann", &["DeleteMessage"]).delete(&path).await.done();
}
