//! The shapes of the README, word by word: users, tokens, rooms, a message and its event.

use serde_json::{Value, json};

use crate::harness::TestServer;

fn has_only(value: &Value, fields: &[&str]) {
    let mut found: Vec<_> = value.as_object().unwrap().keys().map(String::as_str).collect();
    let mut wanted = fields.to_vec();
    found.sort_unstable();
    wanted.sort_unstable();
    assert_eq!(found, wanted, "{value}");
}

fn is_time(value: &Value) {
    let text = value.as_str().unwrap();
    let shape: String = text.chars().map(|c| if c.is_ascii_digit() { '0' } else { c }).collect();
    assert_eq!(shape, "0000-00-00T00:00:00.000Z", "{text}");
}

fn is_id(value: &Value) {
    let text = value.as_str().unwrap();
    let shape: String = text
        .chars()
        .map(|c| if matches!(c, '0'..='9' | 'a'..='f') { '0' } else { c })
        .collect();
    assert_eq!(shape, "00000000-0000-0000-0000-000000000000", "{text}");
}

#[tokio::test]
async fn a_user_and_a_token() {
    let server = TestServer::start();
    let custom = json!({ "plan": "pro", "nested": { "list": [1, 2.5, null] } });
    let external = format!("ext-{}", server.person("x").await.id);
    let body = json!({
        "name": "Ada", "external_id": external, "avatar_url": "https://a.example/ada.png", "custom": custom,
    });
    let user = server.post("/user", body).await.expect(201);
    has_only(
        &user,
        &[
            "id",
            "name",
            "external_id",
            "avatar_url",
            "colour",
            "custom",
            "created_at",
            "updated_at",
        ],
    );
    is_id(&user["id"]);
    is_time(&user["created_at"]);
    assert_eq!(user["custom"], custom);
    let path = format!("/user/{}", user["id"].as_str().unwrap());
    assert_eq!(server.get(&path).await.expect(200), user);

    let reply = server.call("POST", &path.replace("/user", "/auth"), None).await;
    assert_eq!(reply.header("cache-control"), Some("no-store"));
    let token = reply.expect(201);
    has_only(&token, &["token", "expires_at"]);
    is_time(&token["expires_at"]);
    let nobody = server
        .call("POST", "/auth/018f4a5c-0000-7000-8000-0123456789ab", None)
        .await;
    nobody.refused(404, "not_found");
    let lean = server.post("/user", json!({ "name": "  Bob " })).await.expect(201);
    has_only(&lean, &["id", "name", "colour", "created_at", "updated_at"]);
    assert_eq!(lean["name"], "Bob");
}

#[tokio::test]
async fn a_room_and_its_members() {
    let server = TestServer::start();
    let [ada, bob] = server.people(["Ada", "Bob"]).await;
    let body = json!({
        "kind": "group", "name": "Lunch", "members": [bob.id], "public": true, "history": "since_join", "custom": { "a": 1 },
    });
    let room = ada.post("/room", body).await.expect(201);
    let fields = [
        "id",
        "kind",
        "name",
        "public",
        "history",
        "custom",
        "member_count",
        "created_by",
        "created_at",
        "updated_at",
    ];
    has_only(&room, &fields);
    is_id(&room["id"]);
    assert_eq!(
        (&room["kind"], &room["history"]),
        (&json!("group"), &json!("since_join"))
    );
    assert_eq!(
        (&room["member_count"], &room["created_by"]),
        (&json!(2), &json!(ada.id))
    );
    let path = format!("/room/{}", room["id"].as_str().unwrap());
    assert_eq!(bob.get(&path).await.expect(200), room);
    let members = ada.get(&format!("{path}/member")).await.expect(200);
    has_only(&members, &["items", "next"]);
    for member in members["items"].as_array().unwrap() {
        has_only(member, &["room_id", "user_id", "role", "name", "joined_at", "read_seq"]);
        let owner = member["user_id"] == ada.id;
        assert_eq!(member["role"], if owner { "owner" } else { "member" });
    }
    let direct = ada
        .post("/room", json!({ "kind": "direct", "members": [bob.id] }))
        .await
        .expect(201);
    assert_eq!(direct["user_ids"].as_array().map(Vec::len), Some(2), "{direct}");
}

#[tokio::test]
async fn a_message_and_its_event() {
    let server = TestServer::start();
    let [ada, bob] = server.people(["Ada", "Bob"]).await;
    let room = server.group(&[&ada, &bob]).await;
    let mut hers = ada.connect().await;
    let joined = hers.join(&room).await;
    has_only(
        &joined,
        &["room_id", "head_seq", "verdict", "items", "receipts", "typing"],
    );
    assert_eq!(
        (&joined["receipts"], &joined["typing"]),
        (&json!("live"), &json!("live"))
    );
    assert_eq!((&joined["head_seq"], &joined["items"]), (&json!(1), &json!([])));
    let (mut her_other, mut his) = (ada.join(&room).await, bob.join(&room).await);
    let text = "Grüße, <b>世界</b> 👋\u{200d}\n\ttab";
    let sent = hers.ok(
        "send_message",
        json!({ "room_id": room, "text_message": text, "client_id": "c1", "custom": { "reply_to": null } }),
    );
    let sent = sent.await;
    let fields = [
        "type",
        "id",
        "room_id",
        "seq",
        "user_id",
        "user",
        "text_message",
        "custom",
        "client_id",
        "created_at",
    ];
    has_only(&sent, &fields);
    is_id(&sent["id"]);
    is_time(&sent["created_at"]);
    assert_eq!((&sent["type"], &sent["seq"]), (&json!("message"), &json!(2)));
    assert_eq!(
        (&sent["user_id"], &sent["user"]),
        (&json!(ada.id), &json!({ "name": "Ada" }))
    );
    assert_eq!(sent["text_message"], text);
    assert_eq!(his.expect_event("new_message").await, sent);
    assert_eq!(her_other.expect_event("new_message").await, sent);
    hers.expect_silence().await;
    let path = format!("/room/{room}/message/{}", sent["id"].as_str().unwrap());
    assert_eq!(bob.get(&path).await.expect(200), sent);
}

#[tokio::test]
async fn what_rest_sends_reaches_every_connection() {
    let server = TestServer::start();
    let [ada, bob] = server.people(["Ada", "Bob"]).await;
    let room = server.group(&[&ada, &bob]).await;
    let (mut hers, mut his) = (ada.join(&room).await, bob.join(&room).await);
    let by_user = ada.say(&room, "over REST").await;
    let path = format!("/room/{room}/message/send");
    let key = server.acting_as(&bob.id);
    let by_key = key.post(&path, json!({ "text_message": "as Bob" })).await.expect(201);
    assert_eq!(by_key["user_id"], bob.id);
    let by_backend = server
        .post(&path, json!({ "text_message": "notice" }))
        .await
        .expect(201);
    assert_eq!(by_backend["user_id"], Value::Null);
    assert!(by_backend.get("user").is_none());
    for message in [by_user, by_key, by_backend] {
        assert_eq!(hers.expect_event("new_message").await, message);
        assert_eq!(his.expect_event("new_message").await, message);
    }
    hers.expect_silence().await;
    his.expect_silence().await;
}

#[tokio::test]
async fn the_service_says_what_it_is() {
    let server = TestServer::start();
    let nobody = server.with(crate::harness::Credential::Nothing);
    let health = nobody.get("/health").await.expect(200);
    has_only(&health, &["status", "version"]);
    assert_eq!(health["status"], "ok");
    let limits = nobody.get("/limits").await.expect(200);
    assert_eq!(
        (&limits["text_message_bytes"], &limits["page_items"]),
        (&json!(8000), &json!(50))
    );
    // Functions do not know what is in front of them.
    let expected = if server.process.is_some() {
        json!([500, 100])
    } else {
        json!([null, null])
    };
    assert_eq!(json!([limits["frames_at_once"], limits["frames_per_second"]]), expected);
    let openapi = nobody.get("/docs/openapi.json").await.expect(200);
    assert!(openapi["openapi"].as_str().unwrap().starts_with("3.1"));
    nobody.get("/nowhere").await.refused(404, "not_found");
    nobody
        .call("PUT", "/room", None)
        .await
        .refused(405, "method_not_allowed");
}

#[tokio::test]
async fn the_reference_is_a_page() {
    let server = TestServer::start();
    let page = server.with(crate::harness::Credential::Nothing).get("/docs/").await;
    assert_eq!(page.status, 200);
}
