//! Webhooks, as the backend manages them.

use serde_json::{Value, json};

use crate::harness::Tenants;

fn bytes_of(secret: &Value) -> usize {
    use base64::Engine as _;
    let encoded = secret.as_str().unwrap().strip_prefix("whsec_").unwrap();
    base64::engine::general_purpose::STANDARD.decode(encoded).unwrap().len()
}

#[tokio::test]
async fn a_webhook_is_made_changed_and_deleted() {
    let tenants = Tenants::start();
    let backend = &tenants.other.backend;
    let new = json!({ "url": "https://receiver.invalid/hook?a=b", "events": ["room.deleted", "message.created"] });
    let made = backend.post("/webhook", new).await.expect(201);
    assert_eq!(made["events"], json!(["message.created", "room.deleted"]));
    assert_eq!(made["enabled"], true);
    assert_eq!(bytes_of(&made["secret"]), 32);

    let mut listed = made.clone();
    listed.as_object_mut().unwrap().remove("secret");
    let all = backend.get("/webhook").await.expect(200);
    assert_eq!(
        all,
        json!({ "items": [listed], "next": null }),
        "nobody is shown the secret again"
    );
    let path = format!("/webhook/{}", made["id"].as_str().unwrap());
    let change = json!({ "url": "https://receiver.invalid/new", "events": null, "enabled": false });
    let changed = backend.patch(&path, change).await.expect(200);
    assert_eq!(
        (
            &changed["url"],
            &changed["events"],
            &changed["enabled"],
            changed.get("secret")
        ),
        (
            &json!("https://receiver.invalid/new"),
            &Value::Null,
            &json!(false),
            None
        )
    );
    let same = backend.patch(&path, json!({})).await.expect(200);
    assert_eq!((&same["url"], &same["enabled"]), (&changed["url"], &changed["enabled"]));

    // Of another app there is none.
    let stranger = &tenants.server;
    assert_eq!(stranger.get("/webhook").await.expect(200)["items"], json!([]));
    stranger.patch(&path, json!({})).await.refused(404, "not_found");
    stranger.delete(&path).await.refused(404, "not_found");

    backend.delete(&path).await.expect(204);
    backend.delete(&path).await.refused(404, "not_found");
    assert_eq!(backend.get("/webhook").await.expect(200)["items"], json!([]));
}

#[tokio::test]
async fn a_new_secret_is_shown_once_and_the_one_before_has_an_end() {
    let tenants = Tenants::start();
    let backend = &tenants.other.backend;
    let new = json!({ "url": "https://receiver.invalid/hook" });
    let made = backend.post("/webhook", new).await.expect(201);
    let path = format!("/webhook/{}", made["id"].as_str().unwrap());
    let rotated = backend.call("POST", &format!("{path}/secret"), None).await.expect(200);
    assert_eq!(bytes_of(&rotated["secret"]), 32);
    assert_ne!(rotated["secret"], made["secret"]);
    assert_eq!(
        (made.get("previous_secret_until"), rotated["id"].clone()),
        (None, made["id"].clone())
    );
    let until = rotated["previous_secret_until"].as_str().unwrap();
    assert!(until > rotated["updated_at"].as_str().unwrap());
    let listed = backend.get("/webhook").await.expect(200);
    assert_eq!(listed["items"][0].get("secret"), None);
    // Without a key a repeat makes another one, and none that signs is dropped for it.
    for _ in 0..3 {
        let again = backend.call("POST", &format!("{path}/secret"), None).await.expect(200);
        assert!(again["previous_secret_until"].as_str().unwrap() >= until, "{again}");
    }
    let more = backend.call("POST", &format!("{path}/secret"), None).await;
    more.refused(409, "too_many_secrets");
    backend.delete(&path).await.expect(204);
}

#[tokio::test]
async fn what_is_no_webhook() {
    let tenants = Tenants::start();
    let backend = &tenants.other.backend;
    for url in [
        "",
        "receiver.invalid",
        "https://169.254.169.254/",
        "https://Receiver.invalid/",
        "https://user:word@receiver.invalid/",
        "https://receiver.invalid/#part",
        "ftp://receiver.invalid/",
    ] {
        let problem = backend
            .post("/webhook", json!({ "url": url }))
            .await
            .refused(400, "invalid_input");
        assert_eq!(problem["field"], "url", "{url}");
    }
    for events in [json!([]), json!(["message"]), json!(["message.created", "x"])] {
        let body = json!({ "url": "https://receiver.invalid/", "events": events });
        let problem = backend.post("/webhook", body).await.refused(400, "invalid_input");
        assert_eq!(problem["field"], "events");
    }
}

#[tokio::test]
async fn an_app_has_so_many_webhooks() {
    let tenants = Tenants::start();
    let backend = &tenants.other.backend;
    let limit = backend.get("/limits").await.expect(200)["webhooks"].as_u64().unwrap();
    let new = json!({ "url": "https://receiver.invalid/hook", "events": ["room.deleted"] });
    let mut made = Vec::new();
    for _ in 0..limit {
        made.push(backend.post("/webhook", new.clone()).await.expect(201)["id"].clone());
    }
    backend
        .post("/webhook", new.clone())
        .await
        .refused(409, "too_many_webhooks");
    let first = format!("/webhook/{}", made[0].as_str().unwrap());
    backend.delete(&first).await.expect(204);
    backend.post("/webhook", new).await.expect(201);
}
