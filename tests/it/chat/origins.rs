//! Which web pages may use an app.

use serde_json::json;

use crate::harness::{Credential, ORIGIN, Reply, Tenants};

/// Scheme, host and port of a URL.
fn origin(url: &str) -> String {
    url.splitn(4, '/').take(3).collect::<Vec<_>>().join("/")
}

#[tokio::test]
async fn an_origin_is_compared_as_a_whole() {
    let tenants = Tenants::start();
    let other = &tenants.other.backend;
    let ada = other.person("Ada").await;
    let own = origin(tenants.server.ready["http"].as_str().unwrap());
    for allowed in [ORIGIN, &own] {
        let reply = Reply::of(ada.request("GET", "/me").header("origin", allowed)).await;
        assert_eq!(reply.header("access-control-allow-origin"), Some(allowed));
        assert!(
            reply.header("access-control-allow-credentials").is_none(),
            "no cookie is ever used"
        );
        assert_eq!(reply.header("vary"), Some("origin"));
        reply.expect(200);
        let handshake = ada.handshake().header("origin", allowed);
        handshake.open().await.unwrap().expect_silence().await;
    }
    for foreign in [
        "https://evil.example",
        "https://evil-shop.example",
        "https://shop.example.evil.example",
        "https://shop.example:8443",
        "https://SHOP.example",
        "https://shop.example/",
        "http://shop.example",
        "null",
        "",
    ] {
        let reply = Reply::of(ada.request("GET", "/me").header("origin", foreign)).await;
        assert_eq!(reply.header("access-control-allow-origin"), None, "{foreign}");
        reply.refused(403, "origin_not_allowed");
        let write = other
            .request("POST", "/user")
            .header("origin", foreign)
            .json(&json!({ "name": "x" }));
        Reply::of(write).await.refused(403, "origin_not_allowed");
        let handshake = ada.handshake().header("origin", foreign);
        assert_eq!(handshake.open().await.unwrap_err(), 403, "{foreign}");
    }
    assert_eq!(other.all("/user").await.len(), 1, "nothing was written");
}

#[tokio::test]
async fn an_origin_of_one_app_is_foreign_to_another() {
    let tenants = Tenants::start();
    let ada = tenants.server.person("Ada").await;
    let reply = Reply::of(ada.request("GET", "/me").header("origin", ORIGIN)).await;
    reply.refused(403, "origin_not_allowed");
    let handshake = ada.handshake().header("origin", ORIGIN);
    assert_eq!(handshake.open().await.unwrap_err(), 403);
}

#[tokio::test]
async fn a_preflight_is_answered_without_a_credential() {
    let tenants = Tenants::start();
    let nobody = tenants.server.with(Credential::Nothing);
    let preflight = nobody
        .request("OPTIONS", "/room/018f4a5c-0000-7000-8000-0123456789ab/message/send")
        .header("origin", ORIGIN)
        .header("access-control-request-method", "POST")
        .header("access-control-request-headers", "authorization, idempotency-key");
    let reply = Reply::of(preflight).await;
    assert_eq!(reply.status, 204);
    assert_eq!(reply.header("access-control-allow-origin"), Some(ORIGIN));
    let allowed = reply.header("access-control-allow-headers").unwrap();
    for name in [
        "appid",
        "authorization",
        "clientkey",
        "content-type",
        "idempotency-key",
        "parlour-app",
        "token",
    ] {
        assert!(allowed.contains(name), "{allowed}");
    }
    let methods = reply.header("access-control-allow-methods").unwrap();
    assert!(
        ["GET", "POST", "PATCH", "DELETE"]
            .iter()
            .all(|method| methods.contains(method))
    );
    assert_eq!(reply.header("access-control-allow-credentials"), None);
}

/// A page that is refused must still be able to read why, unless it is its origin.
#[tokio::test]
async fn refusals_can_be_read_by_allowed_pages() {
    let tenants = Tenants::start();
    let ada = tenants.other.backend.person("Ada").await;
    let path = "/room/018f4a5c-0000-7000-8000-0123456789ab";
    let reply = Reply::of(ada.request("GET", path).header("origin", ORIGIN)).await;
    assert_eq!(reply.header("access-control-allow-origin"), Some(ORIGIN));
    assert_eq!(reply.header("x-content-type-options"), Some("nosniff"));
    reply.refused(404, "not_found");
}
