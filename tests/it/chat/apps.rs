//! An app's own settings and API tokens, as its backend manages them.

use serde_json::json;

use crate::harness::{Credential, Handshake, Reply, Tenants};

const SECRET: &str = "a secret of 0123456789 and 32 bytes";

#[tokio::test]
async fn settings_are_changed_one_by_one_and_secrets_are_never_shown() {
    let tenants = Tenants::start();
    let server = &tenants.server;
    let before = server.get("/app").await.expect(200);
    assert_eq!(before["id"], server.tenant.app_id);
    assert!(before["verification"].is_null(), "no token of others is trusted");
    let token = before["tokens"][0]["id"].as_str().unwrap();
    assert!(server.key().starts_with(&format!("plr_{token}")));
    let verification = json!({ "method": "hs256", "issuer": "shop", "secrets": [SECRET, SECRET] });
    for change in [
        json!({ "name": "Shop" }),
        json!({ "allowed_origins": ["https://shop.example", "http://localhost:5173"] }),
        json!({ "verification": verification }),
        json!({}),
    ] {
        let changed = server.patch("/app", change.clone()).await.expect(200);
        assert_eq!(changed, server.patch("/app", change).await.expect(200));
    }
    let app = server.get("/app").await.expect(200);
    assert_eq!(app["name"], "Shop");
    assert_eq!(
        app["allowed_origins"],
        json!(["https://shop.example", "http://localhost:5173"])
    );
    let user = json!({ "id": "sub", "name": "name", "avatar_url": "picture", "create": true });
    let shown = json!({ "method": "hs256", "issuer": "shop", "secrets": 2, "user": user });
    assert_eq!(app["verification"], shown);
    assert!(!app.to_string().contains("0123456789"));
    assert!(!app.to_string().contains(server.key()));
    let none = server.patch("/app", json!({ "verification": null })).await.expect(200);
    assert!(none["verification"].is_null());
    assert_eq!(none["name"], "Shop");
    assert_eq!(tenants.other.backend.get("/app").await.expect(200)["name"], "other");
}

#[tokio::test]
async fn no_url_leads_where_none_may() {
    let tenants = Tenants::start();
    // The servers of tests let URLs lead to this machine; to a cloud's credentials none ever does.
    for url in [
        "http://169.254.169.254/latest/meta-data/",
        "http://[::ffff:169.254.169.254]/",
        "http://0.0.0.0:8080/",
        "http://2130706433/",
        "http://0x7f.1/",
        "ftp://id.example.com/",
        "https://user:password@id.example.com/",
        "https://id.example.com/#a",
        "//id.example.com/",
        "",
    ] {
        for verification in [
            json!({ "method": "url", "url": url }),
            json!({ "method": "jwks", "issuer": "shop", "url": url }),
        ] {
            let reply = tenants
                .server
                .patch("/app", json!({ "verification": verification }))
                .await;
            let problem = reply.refused(400, "invalid_input");
            assert_eq!(problem["field"], "verification.url", "{url}");
        }
    }
    assert!(tenants.server.get("/app").await.expect(200)["verification"].is_null());
}

#[tokio::test]
async fn origins_hold_from_the_next_request_on() {
    let tenants = Tenants::start();
    let server = &tenants.server;
    let ada = server.person("Ada").await;
    let page = async || {
        let rest = Reply::of(ada.request("GET", "/me").header("origin", "https://new.example")).await;
        let socket = ada.handshake().header("origin", "https://new.example").open().await;
        (rest.status, socket.err())
    };
    assert_eq!(page().await, (403, Some(403)));
    let origins = json!({ "allowed_origins": ["https://new.example"] });
    server.patch("/app", origins).await.expect(200);
    assert_eq!(page().await, (200, None));
    server.patch("/app", json!({ "allowed_origins": [] })).await.expect(200);
    assert_eq!(page().await, (403, Some(403)));
}

#[tokio::test]
async fn tokens_are_changed_without_a_pause() {
    let tenants = Tenants::start();
    let old = &tenants.server.tenant.backend;
    let added = old.call("POST", "/app/token", None).await.expect(201);
    let lost = old.of(Credential::ClientKey(added["api_token"].as_str().unwrap().to_owned()));
    lost.get("/app").await.expect(200);
    // The answer was lost: the token that nobody has seen goes, and the one that asks stays.
    let added = old.call("POST", "/app/token", None).await.expect(201);
    lost.get("/app").await.refused(401, "unauthenticated");
    let new = old.of(Credential::ClientKey(added["api_token"].as_str().unwrap().to_owned()));
    for backend in [old, &new] {
        let app = backend.get("/app").await.expect(200);
        let tokens = app["tokens"].as_array().unwrap();
        assert_eq!(tokens.len(), 2, "{app}");
        assert_eq!(tokens[1]["id"], added["id"]);
        assert!(!app.to_string().contains(added["api_token"].as_str().unwrap()));
    }
    // Another app's tokens are none of this one's.
    let theirs = tenants.other.backend.get("/app").await.expect(200);
    let theirs = theirs["tokens"][0]["id"].as_str().unwrap().to_owned();
    new.delete(&format!("/app/token/{theirs}")).await.expect(204);
    tenants.other.backend.get("/app").await.expect(200);
    let first = new.get("/app").await.expect(200)["tokens"][0]["id"]
        .as_str()
        .unwrap()
        .to_owned();
    for _ in 0..2 {
        new.delete(&format!("/app/token/{first}")).await.expect(204);
    }
    old.get("/app").await.refused(401, "unauthenticated");
    let last = added["id"].as_str().unwrap();
    new.delete(&format!("/app/token/{last}"))
        .await
        .refused(409, "last_token");
    new.get("/app").await.expect(200);
    new.delete("/app/token/no-token").await.refused(400, "invalid_input");
    // An API token opens no socket, new or old.
    Handshake::new(new.ws()).query("token", new.key()).refused().await;
}
