//! Files of messages, as their keys alone.

use serde_json::json;

use super::{World, each, id};

#[tokio::test]
async fn a_file_is_kept_with_its_message_changed_and_deleted_once() {
    let world = World::start().await;
    let [ann, bob] = world.users(["ann", "bob"]).await;
    let said = ann.tell("c1", "bob", "see").await;
    let body = json!({ "messageId": said["id"], "channelId": "c1", "fileKey": "k/1", "metaData": { "size": 3 } });
    let file = ann.post("/attach-files", body.clone()).await.ok();
    let expected = json!({ "deleted": false, "createdOn": file["createdOn"], "modifiedOn": file["createdOn"],
        "createdBy": "ann", "modifiedBy": "ann", "id": file["id"], "channelId": "c1", "messageId": said["id"],
        "fileKey": "k/1", "metaData": { "size": 3 } });
    assert_eq!(file, expected);
    let path = format!("/attach-files/{}", id(&file));
    assert_eq!(bob.get(&path).await.ok(), file);
    bob.patch(&path, json!({ "fileKey": "mine" })).await.forbidden();
    bob.post("/attach-files", body).await.forbidden();
    ann.patch(&path, json!({ "metaData": { "size": 4 } })).await.done();
    let changed = ann.get(&path).await.ok();
    assert_eq!(
        (&changed["metaData"]["size"], &changed["fileKey"]),
        (&json!(4), &json!("k/1"))
    );
    ann.put(&path, json!({ "messageId": said["id"], "fileKey": "k/2" }))
        .await
        .done();
    let replaced = ann.get(&path).await.ok();
    assert_eq!((&replaced["fileKey"], replaced.get("metaData")), (&json!("k/2"), None));
    ann.delete(&path).await.done();
    ann.get(&path).await.not_found();
    ann.delete(&path).await.no_entity();
    assert_eq!(ann.get(&format!("/messages/{}", id(&said))).await.ok()["body"], "see");
}

#[tokio::test]
async fn many_files_come_at_once_and_are_listed_counted_and_changed() {
    let world = World::start().await;
    let ann = world.user("ann").await;
    let said = ann.say("c1", "see").await;
    let files = ["a", "b"].map(|key| json!({ "messageId": said["id"], "fileKey": key }));
    let made = ann
        .post("/attach-files/bulk", json!({ "attachmentFiles": files, "more": true }))
        .await
        .ok();
    assert_eq!(each(made.as_array().unwrap(), "fileKey"), ["a", "b"]);
    assert_eq!(
        ann.list("/attach-files", json!({ "where": { "messageId": said["id"] } }))
            .await
            .len(),
        2
    );
    assert_eq!(
        ann.counted("GET", "/attach-files/count", json!({ "fileKey": "a" }), None)
            .await,
        1
    );
    let changed = ann
        .counted(
            "PATCH",
            "/attach-files",
            json!({ "fileKey": "a" }),
            Some(json!({ "fileKey": "c" })),
        )
        .await;
    assert_eq!(changed, 1);
    assert_eq!(
        ann.counted("GET", "/attach-files/count", json!({ "fileKey": "c" }), None)
            .await,
        1
    );
    ann.post("/attach-files/bulk", json!({})).await.error(422);
}

#[tokio::test]
async fn files_sent_at_once_are_all_kept_and_one_sent_again_stands_once() {
    let world = World::start().await;
    let ann = world.user("ann").await;
    let said = ann.say("c1", "see").await;
    let post = async |key: &str| {
        let request = ann.request("POST", "/attach-files").header("Idempotency-Key", key);
        ann.send(request, Some(json!({ "messageId": said["id"], "fileKey": key })))
            .await
            .ok()
    };
    let (one, two) = tokio::join!(post("one"), post("two"));
    assert_ne!(one["id"], two["id"]);
    assert_eq!(post("one").await["id"], one["id"]);
    assert_eq!(ann.list("/attach-files", json!({})).await.len(), 2);
}

#[tokio::test]
async fn a_file_needs_a_message_that_its_sender_can_see_and_has_a_size() {
    let world = World::start().await;
    let [ann, eve] = world.users(["ann", "eve"]).await;
    let said = ann.say("c1", "see").await;
    let missing = ann.post("/attach-files", json!({ "fileKey": "k" })).await.error(422);
    assert_eq!(missing["details"][0]["info"], json!({ "missingProperty": "messageId" }));
    let of = |key: &str| json!({ "messageId": said["id"], "fileKey": key });
    let hidden = eve.post("/attach-files", of("k")).await.error(404);
    assert_eq!(hidden["message"], "Related entity not found !");
    ann.post("/attach-files", of(&"k".repeat(5_000))).await.error(422);
    assert!(ann.list("/attach-files", json!({})).await.is_empty());
}
