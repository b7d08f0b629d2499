//! The query language, end to end.

use serde_json::{Value, json};

use super::{Client, World, each, id, with};

async fn filled(world: &World) -> Client {
    let ann = world.user("ann").await;
    for (body, status) in [("a", 1), ("b", 2), ("c", 3)] {
        let said = json!({ "body": body, "channelId": "c1", "channelType": "task", "status": status });
        ann.post("/messages", said).await.ok();
    }
    ann
}

#[tokio::test]
async fn filters_come_as_json_and_in_brackets() {
    let world = World::start().await;
    let ann = filled(&world).await;
    let filter =
        json!({ "where": { "status": { "gte": 2 } }, "order": ["status DESC"], "limit": 1, "fields": ["body"] });
    assert_eq!(ann.list("/messages", filter).await, [json!({ "body": "c" })]);
    let deep =
        "/messages?filter[where][status][gte]=2&filter[order]=status%20DESC&filter[limit]=1&filter[fields][body]=true";
    assert_eq!(ann.get(deep).await.ok(), json!([{ "body": "c" }]));
    let rows = ann
        .list("/messages/", json!({ "order": "status DESC", "skip": 1 }))
        .await;
    assert_eq!(each(&rows, "body"), ["b", "a"]);
    let counted = ann
        .get("/messages/count?where[or][0][body]=a&where[or][1][body]=c")
        .await
        .ok();
    assert_eq!(counted, json!({ "count": 2 }));
}

#[tokio::test]
async fn channels_are_named_by_key_and_by_the_id_of_their_room() {
    let world = World::start().await;
    let ann = filled(&world).await;
    let room = &world
        .tenants
        .server
        .tenant
        .backend
        .get("/room/by-key?key=c1")
        .await
        .expect(200)["id"];
    for name in [&json!("c1"), room] {
        let rows = ann
            .list("/messages", json!({ "where": { "channelId": name }, "limit": 2 }))
            .await;
        assert_eq!(each(&rows, "body"), ["a", "b"], "{name}");
        assert_eq!(&rows[0]["channelId"], name);
    }
    let said = ann.say(room.as_str().unwrap(), "by id").await;
    assert_eq!(&said["channelId"], room);
    assert!(
        ann.list("/messages", json!({ "where": { "channelId": "unknown" } }))
            .await
            .is_empty()
    );
}

#[tokio::test]
async fn rows_come_with_their_relations() {
    let world = World::start().await;
    let [ann, _bob] = world.users(["ann", "bob"]).await;
    let root = ann.tell("c1", "bob", "root").await;
    let reply = ann
        .post(
            &format!("/messages/{}/messages", id(&root)),
            super::message("c1", "reply"),
        )
        .await
        .ok();
    ann.post("/attach-files", json!({ "messageId": root["id"], "fileKey": "k" }))
        .await
        .ok();
    let all = ["messageRecipients", "attachmentFiles", "parentMessage", "messages"];
    let rows = ann
        .list("/messages", json!({ "include": all, "order": "createdOn" }))
        .await;
    assert_eq!(rows[0]["messageRecipients"][0]["recipientId"], "bob");
    assert_eq!(rows[0]["attachmentFiles"][0]["fileKey"], "k");
    assert_eq!(rows[0]["messages"][0]["id"], reply["id"]);
    assert_eq!(rows[1]["parentMessage"]["id"], root["id"]);
    assert!(rows[1].get("messages").is_none());
    let path = format!("/messages/{}", id(&root));
    let scoped =
        json!({ "include": [{ "relation": "messages", "scope": { "fields": { "body": true } } }], "fields": ["id"] });
    let one = ann
        .send(ann.request("GET", &with(&path, "filter", &scoped)), None)
        .await
        .ok();
    assert_eq!(one, json!({ "id": root["id"], "messages": [{ "body": "reply" }] }));
    let files = ann.list("/attach-files", json!({ "include": ["message"] })).await;
    assert_eq!(files[0]["message"]["body"], "root");
}

#[tokio::test]
async fn what_is_no_filter_is_a_bad_request() {
    let world = World::start().await;
    let ann = world.user("ann").await;
    let refused = async |path: &str, name: &str, filter: Value| {
        let request = ann.request("GET", &with(path, name, &filter));
        let error = ann.send(request, None).await.error(400);
        assert_eq!(
            (&error["name"], &error["code"]),
            (&json!("BadRequestError"), &json!("INVALID_PARAMETER_VALUE"))
        );
        assert!(
            error["details"].as_array().is_some_and(|details| details.len() == 1),
            "{error}"
        );
    };
    for filter in [
        json!({ "unknown": 1 }),
        json!({ "limit": 0 }),
        json!({ "where": { "nothing": 1 } }),
        json!({ "include": ["message"] }),
        json!({ "where": { "body": { "regexp": "(" } } }),
        json!("text"),
    ] {
        refused("/messages", "filter", filter).await;
    }
    refused("/messages/count", "where", json!({ "nothing": 1 })).await;
    refused("/messages/some-id", "filter", json!({ "where": {} })).await;
    ann.get("/messages?filter={").await.error(400);
    ann.get("/messages?filter[limit=1").await.error(400);
}
