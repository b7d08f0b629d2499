//! Recipients: members of a message's channel, and what they have done with it.

use serde_json::{Value, json};

use super::{World, each, id};

fn recipient(message: &Value, user: &str) -> Value {
    json!({ "channelId": message["channelId"], "recipientId": user, "messageId": message["id"] })
}

#[tokio::test]
async fn a_recipient_gets_into_the_channel_and_has_read_nothing() {
    let world = World::start().await;
    let [ann, bob] = world.users(["ann", "bob"]).await;
    let said = ann.say("c1", "hi").await;
    bob.get(&format!("/messages/{}", id(&said))).await.not_found();
    let row = ann.post("/message-recipients", recipient(&said, "bob")).await.ok();
    let expected = json!({ "deleted": false, "createdOn": said["createdOn"], "modifiedOn": said["createdOn"],
        "createdBy": "ann", "modifiedBy": "ann", "id": row["id"], "channelId": "c1", "recipientId": "bob",
        "messageId": said["id"], "isFavorite": false, "isForwarded": false, "isRead": false });
    assert_eq!(row, expected);
    assert_eq!(
        ann.post("/message-recipients", recipient(&said, "bob")).await.ok(),
        row,
        "again"
    );
    let path = format!("/message-recipients/{}", id(&row));
    assert_eq!(bob.get(&path).await.ok(), row);
    assert_eq!(bob.get(&format!("{path}/message")).await.ok(), said);
    assert_eq!(
        bob.list(
            "/message-recipients",
            json!({ "where": { "recipientId": "bob", "isRead": false } })
        )
        .await,
        [row]
    );
}

#[tokio::test]
async fn only_who_may_add_members_names_new_recipients() {
    let world = World::start().await;
    let [ann, bob, _eve] = world.users(["ann", "bob", "eve"]).await;
    let said = ann.tell("c1", "bob", "hi").await;
    bob.post("/message-recipients", recipient(&said, "eve"))
        .await
        .forbidden();
    let eve = world.user("eve").await;
    eve.post("/message-recipients", recipient(&said, "eve"))
        .await
        .error(404);
    assert!(eve.list("/messages", json!({})).await.is_empty());
    let unknown = ann
        .post("/message-recipients", recipient(&said, "nobody"))
        .await
        .error(404);
    assert_eq!(unknown["message"], "Related entity not found !");
    // The channel as a whole, as the service's sample facade names it.
    let whole = ann.post("/message-recipients", recipient(&said, "c1")).await.ok();
    assert_eq!(whole["recipientId"], "c1");
    assert_eq!(
        ann.get(&format!("/message-recipients/{}", id(&whole))).await.ok()["messageId"],
        said["id"]
    );
}

#[tokio::test]
async fn what_is_read_and_what_is_a_favorite_is_the_recipients_own() {
    let world = World::start().await;
    let [ann, bob] = world.users(["ann", "bob"]).await;
    let said = ann.tell("c1", "bob", "hi").await;
    let path = format!("/messages/{}/message-recipients", id(&said));
    let row = async |client: &super::Client| client.list(&path, json!({})).await.remove(0);
    assert_eq!(row(&ann).await["isRead"], false);
    // As the sample facade marks a message as read.
    assert_eq!(
        bob.counted("PATCH", &path, json!({}), Some(json!({ "isRead": true })))
            .await,
        1
    );
    assert_eq!(row(&ann).await["isRead"], true, "the sender sees it");
    let own = format!("/message-recipients/{}", id(&row(&bob).await));
    bob.patch(&own, json!({ "isRead": false, "isFavorite": true }))
        .await
        .done();
    let seen = row(&bob).await;
    assert_eq!((&seen["isRead"], &seen["isFavorite"]), (&json!(false), &json!(true)));
    assert_eq!(row(&ann).await["isFavorite"], false, "nobody else sees it");
    ann.patch(&own, json!({ "isRead": true })).await.forbidden();
    assert_eq!(
        ann.counted("PATCH", &path, json!({}), Some(json!({ "isRead": true })))
            .await,
        0
    );
    let mut whole = recipient(&said, "bob");
    whole["isRead"] = true.into();
    bob.put(&own, whole).await.done();
    assert_eq!(row(&bob).await["isRead"], true);
    bob.put(&own, json!({ "isRead": true })).await.error(422);
    let moved = bob.patch(&own, json!({ "recipientId": "ann" })).await.error(422);
    assert_eq!(moved["details"][0]["path"], "/recipientId");
}

#[tokio::test]
async fn many_are_read_at_once_and_counted() {
    let world = World::start().await;
    let [ann, bob] = world.users(["ann", "bob"]).await;
    ann.tell("c1", "bob", "one").await;
    ann.tell("c2", "bob", "two").await;
    ann.say("c2", "three").await;
    let unread = json!({ "recipientId": "bob", "isRead": false });
    assert_eq!(
        bob.counted("GET", "/message-recipients/count", unread.clone(), None)
            .await,
        3
    );
    let c2 = json!({ "channelId": "c2" });
    assert_eq!(
        bob.counted("PATCH", "/message-recipients", c2, Some(json!({ "isRead": true })))
            .await,
        2
    );
    assert_eq!(bob.counted("GET", "/message-recipients/count", unread, None).await, 1);
}

#[tokio::test]
async fn whom_a_message_goes_to_is_its_senders_to_take_back() {
    let world = World::start().await;
    let [ann, bob] = world.users(["ann", "bob"]).await;
    let said = ann.tell("c1", "bob", "hi").await;
    let of_message = format!("/messages/{}/message-recipients", id(&said));
    let row = ann.list(&of_message, json!({})).await.remove(0);
    let path = format!("/message-recipients/{}", id(&row));
    bob.delete(&path).await.forbidden();
    ann.patch(&path, json!({ "isForwarded": true, "forwardedBy": "carl" }))
        .await
        .done();
    let forwarded = bob.get(&path).await.ok();
    assert_eq!(
        (&forwarded["isForwarded"], &forwarded["forwardedBy"]),
        (&json!(true), &json!("carl"))
    );
    ann.delete(&path).await.done();
    ann.delete(&path).await.no_entity();
    bob.get(&path).await.not_found();
    assert!(ann.list(&of_message, json!({})).await.is_empty());
    let again = ann
        .post(&of_message, json!({ "channelId": "c1", "recipientId": "bob" }))
        .await
        .ok();
    assert_eq!(again["id"], row["id"]);
    assert_eq!(
        ann.counted("DELETE", &of_message, json!({ "recipientId": "bob" }), None)
            .await,
        1
    );
}

#[tokio::test]
async fn a_recipient_in_another_channel_gets_the_message_forwarded_there() {
    let world = World::start().await;
    let [ann, bob, _carl] = world.users(["ann", "bob", "carl"]).await;
    let said = ann.tell("c1", "bob", "news").await;
    bob.tell("c2", "carl", "look").await;
    let mut elsewhere = recipient(&said, "carl");
    elsewhere["channelId"] = "c2".into();
    bob.post("/message-recipients", elsewhere.clone()).await.error(422);
    elsewhere["isForwarded"] = true.into();
    let row = bob.post("/message-recipients", elsewhere).await.ok();
    assert_eq!(
        (&row["channelId"], &row["isForwarded"], &row["forwardedBy"]),
        (&json!("c2"), &json!(true), &json!("bob"))
    );
    let carl = world.user("carl").await;
    let rows = carl.list("/messages", json!({ "order": "createdOn" })).await;
    assert_eq!(each(&rows, "body"), ["look", "news"]);
    assert_eq!(row["messageId"], rows[1]["id"]);
}
