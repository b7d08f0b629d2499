//! Users, and the tokens that they are given.

use serde_json::{Value, json};

use super::{Given, content, id, says};

#[tokio::test]
async fn a_backend_makes_finds_changes_and_deletes_users() {
    let given = Given::start().await;
    let backend = given.backend();
    let made = backend.post("/user", json!({ "nickname": "Ada" })).await;
    let ada = content(&made, (201, 201), "Successfully created user.");
    assert_eq!(
        ada,
        json!({
            "id": ada["id"], "nickname": "Ada", "created_at": ada["created_at"], "updated_at": ada["updated_at"],
            "deleted_at": null,
        })
    );
    let path = format!("/user/{}", id(&ada));
    let found = backend.get(&path).await;
    assert_eq!(content(&found, (200, 200), "Successfully found the user."), ada);
    for (change, nickname) in [(json!({ "nickname": "Countess" }), "Countess"), (json!({}), "Countess")] {
        let changed = backend.patch(&path, change).await;
        let changed = content(&changed, (200, 200), "Successfully updated user.");
        assert_eq!((&changed["id"], &changed["nickname"]), (&ada["id"], &json!(nickname)));
    }
    let gone = backend.delete(&path).await;
    let gone = content(&gone, (200, 200), "Successfully deleted user.");
    assert_eq!((&gone["id"], &gone["nickname"]), (&ada["id"], &json!("Countess")));
    assert!(gone["deleted_at"].is_string(), "{gone}");
    for what in ["GET", "PATCH", "DELETE"] {
        let body = if what == "PATCH" { json!({}) } else { Value::Null };
        let none = backend.call(&format!("{what} {path}"), body).await;
        says(&none, (200, 404), "User not found");
    }
    says(&backend.get("/user/nobody").await, (200, 404), "User not found");
}

#[tokio::test]
async fn what_is_no_user_is_refused_as_the_service_does() {
    let given = Given::start().await;
    let backend = given.backend();
    for (body, message) in [
        (json!({}), json!(["nickname must be a string"])),
        (json!({ "nickname": 5 }), json!(["nickname must be a string"])),
    ] {
        let refused = backend.post("/user", body).await.expect(400);
        let expected = json!({ "message": message, "error": "Bad Request", "statusCode": 400 });
        assert_eq!(refused, expected);
    }
    for nickname in [String::new(), " ".to_owned(), "x".repeat(129)] {
        let refused = backend.post("/user", json!({ "nickname": nickname })).await.expect(400);
        let message = refused["message"][0].as_str().unwrap();
        assert!(message.starts_with("nickname "), "{refused}");
    }
    for body in [json!([]), json!("{"), json!(7)] {
        let refused = backend.post("/user", body).await.expect(400);
        assert_eq!(refused["error"], "Bad Request");
    }
}

#[tokio::test]
async fn users_are_listed_newest_first_by_pages_of_texts() {
    let given = Given::start().await;
    let backend = given.backend();
    let mut made = Vec::new();
    for nickname in ["Ada", "Bob", "Cyd"] {
        let reply = backend.post("/user", json!({ "nickname": nickname })).await;
        made.push(content(&reply, (201, 201), "Successfully created user."));
    }
    // Ids are in the order of creation.
    made.sort_by_key(|user| std::cmp::Reverse(id(user)));
    let page = async |query: &str| {
        let page = backend.get(&format!("/user?{query}")).await;
        content(&page, (200, 200), "Successfully found all users.")
    };
    assert_eq!(
        page("page=1&perPage=2").await,
        json!({ "data": made[..2], "currentPage": "1", "totalPage": 2 })
    );
    assert_eq!(
        page("page=2&perPage=2").await,
        json!({ "data": made[2..], "currentPage": "2", "totalPage": 2 })
    );
    let behind = page("page=3&perPage=2").await;
    assert_eq!(behind, json!({ "data": [], "currentPage": "3", "totalPage": 2 }));
    let all = page("page=1&perPage=1000").await;
    assert_eq!((&all["data"], &all["totalPage"]), (&json!(made), &json!(1)));
}

/// The document has the user in the path, the service in the body; it had both at times.
#[tokio::test]
async fn a_token_is_given_out_as_the_document_says_and_as_the_service_does() {
    let given = Given::start().await;
    let backend = given.backend();
    let made = backend.post("/user", json!({ "nickname": "Ada" })).await;
    let ada = id(&content(&made, (201, 201), "Successfully created user."));
    for (path, body) in [
        (format!("/auth/{ada}"), Value::Null),
        ("/auth/init".to_owned(), json!({ "user_id": ada })),
        (format!("/auth/init/{ada}"), json!({ "user_id": ada })),
    ] {
        let issued = backend.post(&path, body).await;
        let issued = content(&issued, (201, 200), "Successfully authenticated!");
        let token = issued["token"].as_str().unwrap();
        assert_eq!(issued, json!({ "token": token }));
        let own = given.bearer(token).get("/room?page=1&perPage=10").await;
        content(&own, (200, 200), "Successfully found all rooms!");
    }
    for (path, body) in [
        ("/auth/nobody", Value::Null),
        ("/auth/init", json!({ "user_id": "nobody" })),
        ("/auth/init", json!({})),
    ] {
        says(&backend.post(path, body).await, (201, 404), "User not found!");
    }
    let suspension = format!("/user/{ada}/suspension");
    let suspended = given.tenant().backend.call("PUT", &suspension, Some(json!({}))).await;
    suspended.expect(200);
    let refused = backend.post("/auth/init", json!({ "user_id": ada })).await;
    says(&refused, (201, 404), "This user is supended!");
}

#[tokio::test]
async fn a_user_is_made_once_with_one_key() {
    let given = Given::start().await;
    let backend = given.backend();
    let mut made = Vec::new();
    for _ in 0..2 {
        let key = [("idempotency-key", "once")];
        let reply = backend
            .call_with("POST /user", json!({ "nickname": "Ada" }), &key)
            .await;
        made.push(content(&reply, (201, 201), "Successfully created user."));
    }
    assert_eq!(made[0], made[1]);
}
