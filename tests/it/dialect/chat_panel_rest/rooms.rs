//! Rooms.

use serde_json::{Value, json};

use super::{Given, NO_ROOM, content, forbidden, id, says};

#[tokio::test]
async fn a_backend_makes_finds_changes_and_deletes_rooms() {
    let given = Given::start().await;
    let backend = given.backend();
    let (ada, hers) = given.person("Ada").await;
    let made = backend.post("/room", json!({ "name": "Tea", "users": [ada.id] })).await;
    let room = content(&made, (201, 201), "Room successfully crated!");
    let at = &room["created_at"];
    assert_eq!(
        room,
        json!({
            "id": room["id"], "name": "Tea", "created_at": at, "updated_at": at, "deleted_at": null,
            "users": [{
                "user_id": ada.id, "room_id": room["id"], "unread_message_count": 0, "last_checked_at": at,
                "created_at": at, "deleted_at": null,
            }],
        })
    );
    let path = format!("/room/{}", id(&room));
    hers.send(&id(&room), json!({ "text_message": "one" }))
        .await
        .expect(201);
    hers.send(&id(&room), json!({ "text_message": "two" }))
        .await
        .expect(201);
    let users = json!([{ "user": { "id": ada.id, "nickname": "Ada" }, "created_at": at }]);
    let found = content(&backend.get(&path).await, (200, 200), "Successfully found the room!");
    assert_eq!((&found["name"], &found["users"]), (&json!("Tea"), &users));
    let texts = |room: &Value| {
        let messages = room["messages"].as_array().unwrap().iter();
        let text = messages.map(|message| {
            assert_eq!(message["user"], json!({ "id": ada.id, "nickname": "Ada" }));
            message["text_message"]["content"].as_str().unwrap().to_owned()
        });
        text.collect::<Vec<_>>()
    };
    assert_eq!(texts(&found), ["two", "one"], "newest first");
    let one = backend.get(&format!("{path}?messageCount=1")).await;
    assert_eq!(
        texts(&content(&one, (200, 200), "Successfully found the room!")),
        ["two"]
    );
    let renamed = backend.patch(&path, json!({ "name": "Coffee" })).await;
    let renamed = content(&renamed, (200, 200), "Successfully updated the room!");
    assert_eq!((&renamed["name"], &renamed["users"]), (&json!("Coffee"), &users));
    assert!(renamed.get("messages").is_none(), "{renamed}");
    // The one answer without an envelope.
    let gone = backend.delete(&path).await.expect(200);
    assert_eq!((&gone["id"], &gone["name"]), (&room["id"], &json!("Coffee")));
    assert!(
        gone["deleted_at"].is_string() && gone.get("statusCode").is_none(),
        "{gone}"
    );
    let messages = gone["messages"].as_array().unwrap();
    assert_eq!(messages.len(), 2);
    assert!(messages[0].get("text_message").is_none(), "{gone}");
    says(&backend.get(&path).await, (200, 404), "Room not found!");
    says(&backend.delete(&path).await, (200, 404), "Room not found!");
}

#[tokio::test]
async fn rooms_are_listed_newest_first_to_whom_they_concern() {
    let given = Given::start().await;
    let (ada, hers) = given.person("Ada").await;
    let mut all = Vec::new();
    for (name, users) in [
        ("One", vec![ada.id.as_str()]),
        ("Two", vec![]),
        ("Three", vec![ada.id.as_str()]),
    ] {
        all.push(given.room(name, &users).await);
    }
    all.reverse();
    let list = |page: &Value| {
        let rooms = page["data"].as_array().unwrap().iter();
        rooms.map(id).collect::<Vec<_>>()
    };
    let page = given.backend().get("/room?page=1&perPage=2").await;
    let page = content(&page, (200, 200), "Successfully found all rooms!");
    assert_eq!(list(&page), all[..2]);
    assert_eq!((&page["currentPage"], &page["totalPage"]), (&json!("1"), &json!(2)));
    let first = &page["data"][0];
    let users = json!([{ "user": { "id": ada.id, "nickname": "Ada" }, "created_at": first["created_at"] }]);
    assert_eq!((&first["users"], &page["data"][1]["users"]), (&users, &json!([])));
    let second = given.backend().get("/room?page=2&perPage=2").await.expect(200);
    assert_eq!(list(&second["content"]), all[2..]);
    let own = hers.get("/room?page=1&perPage=10").await.expect(200);
    assert_eq!(list(&own["content"]), [all[0].clone(), all[2].clone()]);
    assert_eq!(own["content"]["totalPage"], 1);
}

#[tokio::test]
async fn a_room_is_joined_by_whoever_knows_of_it_once() {
    let given = Given::start().await;
    let (ada, hers) = given.person("Ada").await;
    let (bob, his) = given.person("Bob").await;
    let room = given.room("Tea", &[&ada.id]).await;
    hers.send(&room, json!({ "text_message": "r1" })).await.expect(201);
    for _ in 0..2 {
        let joined = his.post(&format!("/room/{room}/join"), Value::Null).await;
        let joined = content(&joined, (201, 200), "Successfully join room");
        let mut users: Vec<_> = joined["users"].as_array().unwrap().iter().collect();
        users.sort_by_key(|user| user["user_id"].as_str().unwrap() != ada.id);
        assert_eq!(users.len(), 2);
        assert_eq!(
            (&users[1]["user_id"], &users[1]["room_id"]),
            (&json!(bob.id), &json!(room))
        );
        assert_eq!(users[1]["unread_message_count"], 0);
        let message = &joined["messages"][0];
        assert_eq!(
            (&message["user_id"], message.get("text_message")),
            (&json!(ada.id), None)
        );
    }
    his.send(&room, json!({ "text_message": "r2" })).await.expect(201);
    for unknown in [NO_ROOM, "no-id-at-all"] {
        let refused = his.post(&format!("/room/{unknown}/join"), Value::Null).await;
        says(&refused, (201, 404), "Room not found!");
    }
    // One that was made elsewhere and lets nobody in.
    let private = json!({ "kind": "group", "name": "Between us", "members": [ada.id] });
    let private = given.tenant().backend.post("/room", private).await.expect(201);
    let refused = his.post(&format!("/room/{}/join", id(&private)), Value::Null).await;
    says(&refused, (201, 404), "Room not found!");
}

#[tokio::test]
async fn a_user_may_make_a_room_and_owns_it() {
    let given = Given::start().await;
    let (ada, hers) = given.person("Ada").await;
    let (bob, his) = given.person("Bob").await;
    let made = hers.post("/room", json!({ "name": "Tea", "users": [bob.id] })).await;
    let room = content(&made, (201, 201), "Room successfully crated!");
    let users: Vec<_> = room["users"]
        .as_array()
        .unwrap()
        .iter()
        .map(|row| &row["user_id"])
        .collect();
    assert_eq!(users, [&json!(bob.id), &json!(ada.id)]);
    let path = format!("/room/{}", id(&room));
    assert_eq!(
        his.patch(&path, json!({ "name": "Mine" })).await.expect(403),
        forbidden()
    );
    assert_eq!(his.delete(&path).await.expect(403), forbidden());
    let renamed = hers.patch(&path, json!({ "name": "Ours" })).await;
    let renamed = content(&renamed, (200, 200), "Successfully updated the room!");
    assert_eq!(renamed["name"], "Ours");
    assert_eq!(hers.delete(&path).await.expect(200)["name"], "Ours");
}

#[tokio::test]
async fn a_room_that_cannot_be_made_is_refused_in_the_services_words() {
    let given = Given::start().await;
    let backend = given.backend();
    let (ada, _) = given.person("Ada").await;
    for users in [json!(["nobody"]), json!([ada.id, NO_ROOM]), json!([ada.id, ada.id])] {
        let refused = backend.post("/room", json!({ "name": "Tea", "users": users })).await;
        let message = "Failed to create room! Please confirm that you use valid user ids";
        says(&refused, (201, 400), message);
    }
    for (body, message) in [
        (json!({}), "name must be a string"),
        (json!({ "name": "Tea", "users": "all" }), "users must be an array"),
        (
            json!({ "name": "Tea", "users": [7] }),
            "each value in users must be a string",
        ),
    ] {
        let refused = backend.post("/room", body).await.expect(400);
        let expected = json!({ "message": [message], "error": "Bad Request", "statusCode": 400 });
        assert_eq!(refused, expected);
    }
    let none = backend.get("/room?page=1&perPage=10").await.expect(200);
    assert_eq!(none["content"]["data"], json!([]));
}
