//! What was wrong with the service, and is not here.

use serde_json::json;

use super::{ALL, World, id, message};

#[tokio::test]
async fn a_permission_reaches_no_rows_of_others() {
    let world = World::start().await;
    let [ann, eve] = world.users(["ann", "eve"]).await;
    let said = ann.say("c1", "secret").await;
    let file = ann
        .post("/attach-files", json!({ "messageId": said["id"], "fileKey": "k" }))
        .await
        .ok();
    let path = format!("/messages/{}", id(&said));
    for list in ["/messages", "/message-recipients", "/attach-files"] {
        assert!(eve.list(list, json!({})).await.is_empty(), "{list}");
        assert!(
            eve.list(list, json!({ "where": { "channelId": "c1" } }))
                .await
                .is_empty(),
            "{list}"
        );
        assert_eq!(eve.counted("GET", &format!("{list}/count"), json!({}), None).await, 0);
    }
    assert!(
        eve.list("/messages", json!({ "where": { "id": said["id"] } }))
            .await
            .is_empty()
    );
    assert!(eve.list(&format!("{path}/messages"), json!({})).await.is_empty());
    assert!(
        eve.list(&format!("{path}/message-recipients"), json!({}))
            .await
            .is_empty()
    );
    eve.get(&path).await.not_found();
    eve.get(&format!("/attach-files/{}", id(&file))).await.not_found();
    eve.patch(&path, json!({ "body": "x" })).await.no_entity();
    eve.put(&path, message("c1", "x")).await.no_entity();
    eve.delete(&path).await.no_entity();
    eve.delete(&format!("/attach-files/{}", id(&file))).await.no_entity();
    assert_eq!(ann.get(&path).await.ok()["body"], "secret");
}

#[tokio::test]
async fn a_bulk_patch_without_a_condition_changes_own_messages_alone() {
    let world = World::start().await;
    let [ann, bob] = world.users(["ann", "bob"]).await;
    let anns = ann.tell("c1", "bob", "ann's").await;
    bob.say("c1", "bob's").await;
    world.user("eve").await.say("c2", "eve's").await;
    let changed = bob.patch("/messages", json!({ "body": "changed" })).await.ok();
    assert_eq!(changed, json!({ "count": 1 }));
    assert_eq!(ann.get(&format!("/messages/{}", id(&anns))).await.ok()["body"], "ann's");
}

#[tokio::test]
async fn nobody_says_who_made_a_row_or_that_it_is_deleted() {
    let world = World::start().await;
    let ann = world.user("ann").await;
    let forged = json!({ "createdBy": "eve", "modifiedBy": "eve", "createdOn": "2020-01-01T00:00:00Z", "deleted": true,
        "deletedBy": "eve" });
    let mut body = message("c1", "hi");
    body.as_object_mut()
        .unwrap()
        .extend(forged.as_object().unwrap().clone());
    let said = ann.post("/messages", body).await.ok();
    let path = format!("/messages/{}", id(&said));
    ann.patch(&path, forged).await.done();
    let row = ann.get(&path).await.ok();
    assert_eq!(
        (&row["createdBy"], &row["modifiedBy"], &row["deleted"]),
        (&json!("ann"), &json!("ann"), &json!(false))
    );
    assert_eq!(row["createdOn"], said["createdOn"]);
}

#[tokio::test]
async fn a_put_brings_no_deleted_message_back_and_keeps_who_made_it() {
    let world = World::start().await;
    let ann = world.user("ann").await;
    let said = ann.say("c1", "hi").await;
    let path = format!("/messages/{}", id(&said));
    ann.put(&path, message("c1", "ho")).await.done();
    let row = ann.get(&path).await.ok();
    assert_eq!(
        (&row["createdBy"], &row["createdOn"]),
        (&said["createdBy"], &said["createdOn"])
    );
    ann.delete(&path).await.done();
    ann.put(&path, message("c1", "back")).await.no_entity();
    ann.get(&path).await.not_found();
    let deleted = ann.list("/messages", json!({ "where": { "deleted": true } })).await;
    assert!(deleted.is_empty());
}

#[tokio::test]
async fn a_changed_message_says_when_it_was_changed() {
    let world = World::start().await;
    let ann = world.user("ann").await;
    let said = ann.say("c1", "hi").await;
    let path = format!("/messages/{}", id(&said));
    loop {
        ann.patch(&path, json!({ "body": "ho" })).await.done();
        let row = ann.get(&path).await.ok();
        if row["modifiedOn"] != said["modifiedOn"] {
            break;
        }
        // Within the same millisecond.
        ann.patch(&path, json!({ "body": "hi" })).await.done();
    }
}

#[tokio::test]
async fn an_error_names_the_id_that_was_asked_for_and_not_an_earlier_one() {
    let world = World::start().await;
    let ann = world.user("ann").await;
    for asked in ["first", "second"] {
        let error = ann.delete(&format!("/messages/{asked}")).await.error(404);
        assert_eq!(
            error["message"],
            format!("Entity not found: messages with id \"{asked}\"")
        );
    }
}

#[tokio::test]
async fn who_has_no_token_learns_nothing_of_what_a_request_must_be_like() {
    let world = World::start().await;
    let nobody = world.bearer(None);
    nobody.post("/messages", json!({ "nothing": 1 })).await.error(401);
    nobody.get("/messages?filter={").await.error(401);
    nobody.get("/messages/count?where[nothing]=1").await.error(401);
    let raw = nobody
        .request("POST", "/messages")
        .header("content-type", "text/plain")
        .body("x");
    nobody.send(raw, None).await.error(401);
    world
        .with("ann", &["1"])
        .post("/messages", json!({ "nothing": 1 }))
        .await
        .forbidden();
}

#[tokio::test]
async fn an_answer_has_an_end_and_says_so() {
    let world = World::start().await;
    let ann = world.user("ann").await;
    let mut large = message("c1", "x");
    large["body"] = "x".repeat(7_900).into();
    let backend = &world.tenants.server.tenant.backend;
    ann.post("/messages", large).await.ok();
    let room = backend.get("/room/by-key?key=c1").await.expect(200);
    let text = "y".repeat(2_000);
    for _ in 0..41 {
        let messages = vec![json!({ "room_id": room["id"], "message": { "text_message": text } }); 25];
        backend
            .post("/message/send", json!({ "messages": messages }))
            .await
            .expect(200);
    }
    let said = ann.get("/messages").await;
    assert!(said.incomplete);
    assert_eq!(said.ok().as_array().unwrap().len(), 1_000);
    let oldest = ann
        .send(
            ann.request("GET", "/messages?filter[limit]=1&filter[where][channelId]=c1"),
            None,
        )
        .await;
    assert_eq!(
        oldest.body[0]["body"].as_str().unwrap().len(),
        7_900,
        "the oldest end of a channel can be reached"
    );
    // A part of what there is, and no mark on what is whole.
    let whole = world.with("bob", &ALL).get("/messages").await;
    assert!(!whole.incomplete);
}

#[tokio::test]
async fn an_expression_takes_no_longer_than_its_text() {
    let world = World::start().await;
    let ann = world.user("ann").await;
    ann.say("c1", &"a".repeat(7_000)).await;
    let evil = json!({ "where": { "body": { "regexp": "^(a+)+$b" } } });
    assert!(ann.list("/messages", evil).await.is_empty());
}
