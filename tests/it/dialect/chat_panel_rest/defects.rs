//! What was wrong with the service itself, as it was observed or read in its source, and is not any more.

use serde_json::{Value, json};

use super::{Given, NO_ROOM, content, forbidden, id, not_theirs, says, thrown};

const PAGE: &str = "page=1&perPage=10";

/// There any user's token did what backends do, among it making tokens for anybody.
#[tokio::test]
async fn a_users_token_opens_no_admin_route() {
    let given = Given::start().await;
    let (ada, hers) = given.person("Ada").await;
    let (bob, _) = given.person("Bob").await;
    for client in [hers, given.acting_as(&ada.id)] {
        for (what, body) in [
            ("POST /user".to_owned(), json!({ "nickname": "Eve" })),
            (format!("GET /user?{PAGE}"), Value::Null),
            (format!("PATCH /user/{}", bob.id), json!({ "nickname": "Eve" })),
            (format!("DELETE /user/{}", bob.id), Value::Null),
            (format!("DELETE /user/{}", ada.id), Value::Null),
            ("POST /auth/init".to_owned(), json!({ "user_id": bob.id })),
            ("POST /auth/init".to_owned(), json!({ "user_id": ada.id })),
            ("POST /auth/init".to_owned(), json!({ "user_id": "nobody" })),
            (format!("POST /auth/{}", bob.id), Value::Null),
        ] {
            let refused = client.call(&what, body).await;
            assert_eq!(refused.expect(403), forbidden(), "{what}");
        }
    }
    let path = format!("/user/{}", bob.id);
    let found = content(
        &given.backend().get(&path).await,
        (200, 200),
        "Successfully found the user.",
    );
    assert_eq!(found["nickname"], "Bob");
}

/// There a user saw, changed and deleted the rooms of everybody.
#[tokio::test]
async fn rooms_of_others_are_not_there_for_a_user() {
    let given = Given::start().await;
    let (_, hers) = given.person("Ada").await;
    let (bob, _) = given.person("Bob").await;
    let path = format!("/room/{}", given.room("Tea", &[&bob.id]).await);
    for (what, body) in [
        ("GET", Value::Null),
        ("PATCH", json!({ "name": "Mine" })),
        ("DELETE", Value::Null),
    ] {
        let refused = hers.call(&format!("{what} {path}"), body).await;
        says(&refused, (200, 404), "Room not found!");
    }
    let own = hers.get(&format!("/room?{PAGE}")).await.expect(200);
    assert_eq!(
        own["content"],
        json!({ "data": [], "currentPage": "1", "totalPage": 0 })
    );
    let still = content(
        &given.backend().get(&path).await,
        (200, 200),
        "Successfully found the room!",
    );
    assert_eq!(still["name"], "Tea");
}

/// There a member of any room read and wrote in all of them.
#[tokio::test]
async fn a_member_of_one_room_reads_and_writes_in_no_other() {
    let given = Given::start().await;
    let (ada, hers) = given.person("Ada").await;
    let (bob, _) = given.person("Bob").await;
    let (own, other) = (
        given.room("Hers", &[&ada.id]).await,
        given.room("His", &[&bob.id]).await,
    );
    hers.send(&own, json!({ "text_message": "r1" })).await.expect(201);
    for room in [other.as_str(), NO_ROOM, "no-id-at-all"] {
        let sent = hers.send(room, json!({ "text_message": "r1" })).await;
        assert_eq!(sent.expect(403), not_theirs(), "{room}");
        let read = hers.get(&format!("/room/{room}/message?{PAGE}")).await;
        assert_eq!(read.expect(403), not_theirs(), "{room}");
    }
    assert_eq!(given.tenant().backend.messages(&other).await.len(), 0);
}

/// There a token went on working when its user was suspended or deleted.
#[tokio::test]
async fn who_is_suspended_or_deleted_keeps_no_access() {
    let given = Given::start().await;
    let (ada, hers) = given.person("Ada").await;
    let room = given.room("Tea", &[&ada.id]).await;
    let tries = [
        format!("GET /room?{PAGE}"),
        format!("POST /room/{room}/join"),
        format!("POST /room/{room}/message/send"),
        format!("GET /room/{room}/message?{PAGE}"),
    ];
    let suspension = format!("/user/{}/suspension", ada.id);
    given
        .tenant()
        .backend
        .call("PUT", &suspension, Some(json!({})))
        .await
        .expect(200);
    for what in &tries {
        for client in [hers.clone(), given.acting_as(&ada.id)] {
            let refused = client.call(what, Value::Null).await;
            assert_eq!(refused.expect(401), thrown(401, "This user is suspended!"), "{what}");
        }
    }
    given.tenant().backend.delete(&suspension).await.expect(200);
    hers.send(&room, json!({ "text_message": "back" })).await.expect(201);
    given.backend().delete(&format!("/user/{}", ada.id)).await.expect(200);
    let missing = thrown(400, "Invalid token or incomplete client key! Missing user info");
    for what in &tries {
        assert_eq!(hers.call(what, Value::Null).await.expect(403), forbidden(), "{what}");
        let refused = given.acting_as(&ada.id).call(what, Value::Null).await;
        assert_eq!(refused.expect(400), missing, "{what}");
    }
}

/// There what was deleted was listed, joined and written into as if nothing had happened.
#[tokio::test]
async fn what_is_deleted_is_not_listed_joined_or_used() {
    let given = Given::start().await;
    let backend = given.backend();
    let (ada, hers) = given.person("Ada").await;
    let (bob, _) = given.person("Bob").await;
    let room = given.room("Tea", &[&ada.id]).await;
    backend.delete(&format!("/room/{room}")).await.expect(200);
    for client in [&backend, &hers] {
        let rooms = client.get(&format!("/room?{PAGE}")).await.expect(200);
        assert_eq!(rooms["content"]["data"], json!([]));
        says(
            &client.get(&format!("/room/{room}")).await,
            (200, 404),
            "Room not found!",
        );
        let renamed = client.patch(&format!("/room/{room}"), json!({ "name": "x" })).await;
        says(&renamed, (200, 404), "Room not found!");
    }
    let joined = hers.post(&format!("/room/{room}/join"), Value::Null).await;
    says(&joined, (201, 404), "Room not found!");
    let sent = hers.send(&room, json!({ "text_message": "r1" })).await;
    assert_eq!(sent.expect(403), not_theirs());
    backend.delete(&format!("/user/{}", bob.id)).await.expect(200);
    let users = backend.get(&format!("/user?{PAGE}")).await.expect(200);
    let users: Vec<_> = users["content"]["data"].as_array().unwrap().iter().map(id).collect();
    assert_eq!(users, std::slice::from_ref(&ada.id));
    let made = backend.post("/room", json!({ "name": "Tea", "users": [bob.id] })).await;
    let message = "Failed to create room! Please confirm that you use valid user ids";
    says(&made, (201, 400), message);
    says(
        &backend.post(&format!("/auth/{}", bob.id), Value::Null).await,
        (201, 404),
        "User not found!",
    );
}

/// There joining a room and deleting it read all that was ever said in it.
#[tokio::test]
async fn joining_and_deleting_show_a_page_at_most() {
    let given = Given::start().await;
    let backend = &given.tenant().backend;
    let (ada, hers) = given.person("Ada").await;
    let room = given.room("Tea", &[&ada.id]).await;
    let send = format!("/room/{room}/message/send");
    for number in 0..52 {
        let text = json!({ "text_message": number.to_string() });
        backend.post(&send, text).await.expect(201);
    }
    let count = |room: &Value| room["messages"].as_array().unwrap().len();
    let joined = hers.post(&format!("/room/{room}/join"), Value::Null).await.expect(201);
    assert_eq!(count(&joined["content"]), 50);
    let many = hers.get(&format!("/room/{room}?messageCount=1000")).await.expect(200);
    assert_eq!(count(&many["content"]), 50);
    let gone = given.backend().delete(&format!("/room/{room}")).await.expect(200);
    assert_eq!(count(&gone), 50);
}

/// There a page that is no number was a crash.
#[tokio::test]
async fn a_page_that_is_no_number_is_refused() {
    let given = Given::start().await;
    let backend = given.backend();
    let (ada, hers) = given.person("Ada").await;
    let room = given.room("Tea", &[&ada.id]).await;
    for (query, messages) in [
        ("", json!(["page must be a string", "perPage must be a string"])),
        ("page=1", json!(["perPage must be a string"])),
        ("page=x&perPage=10", json!(["page must be a number string"])),
        ("page=1&perPage=NaN", json!(["perPage must be a number string"])),
        (
            "page=-1&perPage=0",
            json!(["page must be a number string", "perPage must not be less than 1"]),
        ),
    ] {
        let expected = json!({ "message": messages, "error": "Bad Request", "statusCode": 400 });
        for (client, path) in [
            (&backend, "/user".to_owned()),
            (&backend, "/room".to_owned()),
            (&hers, "/room".to_owned()),
            (&hers, format!("/room/{room}/message")),
        ] {
            let refused = client.get(&format!("{path}?{query}")).await;
            assert_eq!(refused.expect(400), expected, "{path}?{query}");
        }
    }
    let count = hers.get(&format!("/room/{room}?messageCount=x")).await.expect(400);
    assert_eq!(count["message"], json!(["messageCount must be a number string"]));
}
