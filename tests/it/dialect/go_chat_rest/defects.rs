//! What was wrong with the service itself, as it was read in its source, and is not any more.

use serde_json::json;

use super::{ADA, BOB, Given, made, names, status};
use crate::dialect::rest::id_of;

/// There a name could not be taken that had another's in it, or stood in it.
#[tokio::test]
async fn a_room_may_have_a_name_like_anothers() {
    let given = Given::start().await;
    let (ada, bob) = (given.ada(), given.bob());
    for (client, owner, name) in [(&ada, ADA, "Lobby two"), (&bob, BOB, "Lobby"), (&ada, ADA, "Lobby")] {
        made(client, name, owner).await;
    }
    let all = ada.get("/api/v1/rooms").await.expect(200);
    assert_eq!(names(&all), ["Lobby", "Lobby", "Lobby two"]);
}

/// There anybody could see and enter any room, also of others.
#[tokio::test]
async fn a_private_room_is_not_there_for_strangers() {
    let given = Given::start().await;
    let (ada, bob) = (given.ada(), given.bob());
    ada.get("/api/v1/rooms").await.expect(200);
    bob.get("/api/v1/rooms").await.expect(200);
    let natively = given.tenant().backend.acting_as(&id_of(given.tenant(), ADA).await);
    let new = json!({ "kind": "group", "name": "Between us", "members": [] });
    let room = natively.post("/room", new).await.expect(201);
    let path = format!("/api/v1/rooms/{}", room["id"].as_str().unwrap());
    assert_eq!(bob.get(&path).await.expect(404), status(5, "room not found"));
    let owned = format!("/api/v1/users/{ADA}/rooms");
    for list in ["/api/v1/rooms", "/api/v1/rooms/search?name=Between", owned.as_str()] {
        assert_eq!(names(&bob.get(list).await.expect(200)), [] as [&str; 0], "{list}");
    }
    assert_eq!(ada.get(&path).await.expect(200)["name"], "Between us");
    assert_eq!(names(&ada.get(&owned).await.expect(200)), ["Between us"], "she made it");
}

/// There a room that was deleted could still be read and written to.
#[tokio::test]
async fn a_deleted_room_leaves_no_chat_behind() {
    let given = Given::start().await;
    let (ada, bob) = (given.ada(), given.bob());
    let room = made(&ada, "Lobby", ADA).await;
    bob.get("/api/v1/rooms").await.expect(200);
    let backend = &given.tenant().backend;
    let natively = backend.acting_as(&id_of(given.tenant(), ADA).await);
    let send = format!("/room/{room}/message/send");
    natively
        .post(&send, json!({ "text_message": "hello" }))
        .await
        .expect(201);
    let path = format!("/api/v1/rooms/{room}?owner_id={ADA}");
    ada.call("DELETE", &path, None).await.expect(200);
    natively
        .post(&send, json!({ "text_message": "again" }))
        .await
        .refused(404, "not_found");
    natively
        .get(&format!("/room/{room}/message"))
        .await
        .refused(404, "not_found");
    let other = backend.acting_as(&id_of(given.tenant(), BOB).await);
    let joined = other.call("POST", &format!("/room/{room}/join"), None).await;
    joined.refused(404, "not_found");
}
