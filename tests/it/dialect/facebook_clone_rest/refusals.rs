//! What is refused, and in which words.

use serde_json::{Value, json};

use super::Given;
use crate::dialect::rest::token;

const NO_ROOM: &str = "00000000-0000-8000-8000-000000000001";

#[tokio::test]
async fn who_asks_is_looked_at_first() {
    let given = Given::start().await;
    let forbidden = json!({ "detail": "You do not have permission to perform this action." });
    let invalid = json!({ "detail": "Invalid token" });
    let good = token(json!({ "user_id": "ada", "full_name": "ada", "token_type": "access" }));
    for (authorization, body) in [
        (None, &forbidden),
        (Some("JWT".to_owned()), &invalid),
        (Some("JWT x.y.z".to_owned()), &invalid),
        (Some(format!("Bearer {good}")), &invalid),
        (Some(format!("Basic {good}")), &invalid),
        (
            Some(format!("JWT {}", given.tenants.server.tenant.backend.key())),
            &invalid,
        ),
    ] {
        let client = match &authorization {
            Some(authorization) => given.nobody.with(authorization),
            None => given.nobody.clone(),
        };
        for (method, path) in [
            ("GET", "/api/chat/users/".to_owned()),
            ("GET", format!("/api/chat/users/{NO_ROOM}/")),
            ("GET", format!("/api/chat/{NO_ROOM}/messages/")),
            ("POST", format!("/api/chat/{NO_ROOM}/messages/?mark_read=1")),
            ("DELETE", "/api/chat/users/".to_owned()),
        ] {
            let reply = client.call(method, &path, None).await;
            assert_eq!(&reply.expect(403), body, "{method} {path} {authorization:?}");
        }
    }
    given
        .nobody
        .with(&format!("jwt {good}"))
        .get("/api/chat/users/")
        .await
        .expect(200);
}

#[tokio::test]
async fn rooms_of_others_are_not_there() {
    let given = Given::start().await;
    given.users(&["ada", "bob", "eve"]).await;
    given.friends("ada", "bob").await;
    let room = given.room("ada").await;
    given.say("ada", &room, "between us").await;
    let eve = given.client("eve");
    let not_found = json!({ "detail": "User not found" });
    let empty = json!({ "count": 0, "next": null, "previous": null, "results": [] });
    for room in [room.as_str(), NO_ROOM, "497f6eca-6276-4993-bfeb-53cbbbba6f08"] {
        let messages = format!("/api/chat/{room}/messages/");
        assert_eq!(
            eve.get(&format!("/api/chat/users/{room}/")).await.expect(404),
            not_found
        );
        assert_eq!(eve.get(&messages).await.expect(200), empty, "{room}");
        assert_eq!(eve.get(&format!("{messages}?page=last")).await.expect(200), empty);
        let invalid = json!({ "detail": "Invalid page." });
        assert_eq!(eve.get(&format!("{messages}?page=2")).await.expect(404), invalid);
        let nothing = eve.call("POST", &messages, None).await;
        assert_eq!((nothing.status, nothing.text.as_str()), (200, ""));
        let read = eve.call("POST", &format!("{messages}?mark_read=1"), None).await;
        assert_eq!(read.expect(404), not_found);
    }
    assert_eq!(eve.get("/api/chat/users/").await.expect(200), empty);
    let never = json!({ "detail": "Not found." });
    for path in ["/api/chat/users/no-such-key/", "/api/chat/no-such-key/messages/"] {
        assert_eq!(eve.get(path).await.expect(404), never, "{path}");
    }
}

#[tokio::test]
async fn pages_and_methods_that_are_not_there_are_said_so() {
    let given = Given::start().await;
    let ada = given.client("ada");
    for page in [
        "2",
        "0",
        "-1",
        "x",
        "1.5",
        "99999999999999999999",
        "18446744073709551615",
    ] {
        let reply = ada.get(&format!("/api/chat/users/?page={page}")).await;
        assert_eq!(reply.expect(404), json!({ "detail": "Invalid page." }), "{page}");
    }
    for page in ["", "1", "last"] {
        ada.get(&format!("/api/chat/users/?page={page}")).await.expect(200);
    }
    for (method, path, allow) in [
        ("DELETE", "/api/chat/users/".to_owned(), "GET, HEAD"),
        ("POST", "/api/chat/users/".to_owned(), "GET, HEAD"),
        ("PUT", format!("/api/chat/{NO_ROOM}/messages/"), "GET, POST, HEAD"),
        ("PATCH", format!("/api/chat/users/{NO_ROOM}"), "GET, HEAD"),
    ] {
        let reply = ada.call(method, &path, None).await;
        let said = json!({ "detail": format!("Method \"{method}\" not allowed.") });
        assert_eq!(reply.expect(405), said, "{path}");
        assert_eq!(reply.header("allow"), Some(allow));
    }
    let head = ada.call("HEAD", "/api/chat/users/", None).await;
    assert_eq!((head.status, head.text.as_str()), (200, ""));
}

#[tokio::test]
async fn a_path_without_its_slash_leads_to_the_one_with_it() {
    let given = Given::start().await;
    for path in [
        "/api/chat/users".to_owned(),
        format!("/api/chat/users/{NO_ROOM}"),
        format!("/api/chat/{NO_ROOM}/messages"),
        "/api/chat/swagger".to_owned(),
    ] {
        let moved = given.nobody.get(&format!("{path}?page=2")).await;
        assert_eq!(moved.status, 301, "{path}");
        let expected = format!("{}{path}/?page=2", given.nobody.root);
        assert_eq!(moved.header("location"), Some(expected.as_str()));
    }
    for path in ["/api/chat/nothing/here/", "/api/chat/", "/api/chat/users//"] {
        let reply = given.nobody.get(path).await;
        assert_eq!(reply.status, 404, "{path}");
    }
}

#[tokio::test]
async fn another_app_or_one_that_understands_no_such_client_has_none_of_it() {
    let given = Given::start().await;
    given.users(&["ada"]).await;
    let ada = given.client("ada");
    ada.get("/api/chat/users/").await.expect(200);
    let (own, other) = (&given.tenants.other.app_id, &given.tenants.server.tenant.app_id);
    let url = |app: &str| format!("{}/api/chat/users/", given.nobody.root.replace(own.as_str(), app));
    assert_eq!(ada.get(&url(other)).await.status, 404);
    crate::dialect::rest::understand(&given.tenants.server.tenant, "go-chat").await;
    assert_eq!(ada.get(&url(other)).await.status, 404);
    let none: Value = json!({ "dialects": [] });
    given.tenant().backend.patch("/app", none).await.expect(200);
    assert_eq!(ada.get("/api/chat/users/").await.status, 404);
}
