//! Connections by tokens that Parlour did not issue: how they are made and refused, and when they end.

use std::time::{SystemTime, UNIX_EPOCH};

use serde_json::json;

use super::{SECRET, ada, handshake, hs256, rest, trust};
use crate::harness::{Handshake, Tenants, for_a_while, joined, jwt};

/// A token that ends in so many seconds.
fn living(seconds: i64) -> String {
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_secs();
    let mut claims = ada("shop");
    claims["exp"] = json!(now.saturating_add_signed(seconds));
    jwt(SECRET, claims)
}

#[tokio::test]
async fn a_connection_ends_with_the_token_of_ones_own_system() {
    let tenants = Tenants::start();
    let tenant = &tenants.other;
    trust(&tenant.backend, hs256(SECRET)).await;
    let user = rest(tenant, &living(3_600));
    let room = user
        .post("/room", json!({ "kind": "group", "members": [] }))
        .await
        .expect(201);
    let room = room["id"].as_str().unwrap();
    let (mut socket, token) = for_a_while(async |lifetime| {
        let token = living(lifetime);
        let socket = joined(handshake(tenant, &token), room).await?;
        Some((socket, token))
    })
    .await;
    assert_eq!(socket.expect_expiry().await.code(), "token_expired");
    rest(tenant, &token).get("/me").await.refused(401, "token_expired");
    let again = json!({ "token": token });
    assert_eq!(socket.refused("reauth", again).await, "token_expired");
    let renewed = json!({ "token": living(3_600) });
    assert!(socket.ok("reauth", renewed).await["expires_at"].is_string());
    socket.join(room).await;
    let path = format!("/room/{room}/message/send");
    let said = user
        .post(&path, json!({ "text_message": "welcome back" }))
        .await
        .expect(201);
    assert_eq!(socket.expect_event("new_message").await["id"], said["id"]);
}

#[tokio::test]
async fn a_token_of_ones_own_system_opens_a_connection_as_a_subprotocol() {
    let tenants = Tenants::start();
    let tenant = &tenants.other;
    trust(&tenant.backend, hs256(SECRET)).await;
    let of_app = Handshake::new(tenant.backend.ws()).query("app", &tenant.app_id);
    let mut socket = of_app.token(&living(3_600)).open().await.unwrap();
    assert_eq!(socket.protocol.as_deref(), Some("parlour.v1"));
    socket.expect_silence().await;
}

#[tokio::test]
async fn a_refused_token_of_ones_own_system_is_401() {
    let tenants = Tenants::start();
    let (one, two) = (&tenants.server.tenant, &tenants.other);
    trust(&one.backend, hs256(SECRET)).await;
    handshake(one, &living(3_600)).open().await.unwrap();
    let without = Handshake::new(one.backend.ws()).query("token", &living(3_600));
    let nowhere = Handshake::new(one.backend.ws()).query("app", "aaaaaaaaaaaaaaaa");
    for (what, handshake) in [
        ("another app", handshake(two, &living(3_600))),
        ("no app", without),
        ("an app that there is not", nowhere.query("token", &living(3_600))),
        (
            "another secret",
            handshake(one, &jwt(&SECRET.replace('a', "b"), ada("shop"))),
        ),
        ("another issuer", handshake(one, &jwt(SECRET, ada("shops")))),
        ("rubbish", handshake(one, "x.y.z")),
    ] {
        assert_eq!(handshake.open().await.err(), Some(401), "{what}");
    }
}
