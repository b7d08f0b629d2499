//! The same messages as native clients see them, and administrators.

use serde_json::json;

use super::{ALL, World, each, id};

#[tokio::test]
async fn what_is_said_here_is_a_native_message_and_the_other_way_round() {
    let world = World::start().await;
    let [ann, _bob] = world.users(["ann", "bob"]).await;
    let mut body = super::message("c1", "hi");
    (body["subject"], body["status"], body["toUserId"]) = (json!("s"), json!(2), json!("bob"));
    let said = ann.post("/messages", body).await.ok();
    let backend = &world.tenants.server.tenant.backend;
    let room = backend.get("/room/by-key?key=c1").await.expect(200);
    let room = room["id"].as_str().unwrap();
    let native = backend.messages(room).await.remove(0);
    assert_eq!((&native["id"], &native["text_message"]), (&said["id"], &json!("hi")));
    assert_eq!((&native["subject"], &native["status"]), (&json!("s"), &json!("2")));
    let users = backend.get("/user?external_id=bob").await.expect(200);
    let bob = backend.acting_as(users["items"][0]["id"].as_str().unwrap());
    let answer = json!({ "text_message": "ho", "custom": { "own": 1 } });
    let answer = bob
        .post(&format!("/room/{room}/message/send"), answer)
        .await
        .expect(201);
    let path = format!("/messages/{}", id(&answer));
    let row = ann.get(&path).await.ok();
    assert_eq!(
        (&row["body"], &row["createdBy"], &row["channelType"]),
        (&json!("ho"), &json!("bob"), &json!("group"))
    );
    // What native clients keep in a message stays when it is changed here.
    world
        .user("bob")
        .await
        .patch(&path, json!({ "channelType": "job" }))
        .await
        .done();
    let native = backend.messages(room).await.remove(1);
    assert_eq!(
        native["custom"],
        json!({ "own": 1, "sourceloop": { "channelType": "job" } })
    );
    bob.post(&format!("/room/{room}/read"), json!({ "seq": native["seq"] }))
        .await
        .expect(200);
    let rows = ann
        .list("/message-recipients", json!({ "where": { "messageId": said["id"] } }))
        .await;
    assert_eq!(rows[0]["isRead"], true);
}

#[tokio::test]
async fn the_claim_of_the_tenants_user_comes_before_the_id() {
    let world = World::start().await;
    let claims = json!({ "iss": super::ISSUER, "id": "u1", "userTenantId": "ut1", "permissions": ALL });
    let said = world.claims(claims).say("c1", "hi").await;
    assert_eq!(said["createdBy"], "ut1");
}

#[tokio::test]
async fn an_administrator_reads_changes_and_deletes_everywhere_and_others_do_not() {
    let world = World::start().await;
    let ann = world.user("ann").await;
    let said = ann.say("c1", "hi").await;
    let path = format!("/messages/{}", id(&said));
    let mut permissions = ALL.to_vec();
    world.with("eve", &permissions).get(&path).await.not_found();
    permissions.push("ParlourAdmin");
    let admin = world.with("root", &permissions);
    assert_eq!(admin.get(&path).await.ok(), said);
    let rows = admin.list("/messages", json!({ "where": { "channelId": "c1" } })).await;
    assert_eq!(each(&rows, "body"), ["hi"]);
    admin.patch(&path, json!({ "body": "censored" })).await.done();
    let changed = ann.get(&path).await.ok();
    assert_eq!(
        (&changed["body"], &changed["createdBy"]),
        (&json!("censored"), &json!("ann"))
    );
    admin.delete(&path).await.done();
    ann.get(&path).await.not_found();
    // The permission alone is none of an operation's own.
    world.with("root", &["ParlourAdmin"]).get("/messages").await.forbidden();
}
