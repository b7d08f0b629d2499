//! Ways to open a connection, and when the power of a credential ends.

use std::time::{Duration, Instant};

use serde_json::json;
use tokio::time::sleep;

use crate::harness::{Handshake, Tenants, TestServer};

#[tokio::test]
async fn a_ticket_works_once() {
    let server = TestServer::start();
    let ada = server.person("Ada").await;
    let room = server.group(&[&ada]).await;
    let ticket = ada.call("POST", "/ticket", None).await.expect(201);
    assert!(ticket["expires_at"].is_string());
    let handshake = Handshake::new(server.ws()).query("ticket", ticket["ticket"].as_str().unwrap());
    let mut socket = handshake.clone().open().await.unwrap();
    socket.join(&room).await;
    assert_eq!(handshake.open().await.unwrap_err(), 401);
    let other = server
        .acting_as(&ada.id)
        .call("POST", "/ticket", None)
        .await
        .expect(201);
    let tries = (0..8).map(async |_| {
        let handshake = Handshake::new(server.ws()).query("ticket", other["ticket"].as_str().unwrap());
        handshake.open().await.map(|_| ())
    });
    let outcomes = futures_util::future::join_all(tries).await;
    assert_eq!(
        outcomes.iter().filter(|outcome| outcome.is_ok()).count(),
        1,
        "{outcomes:?}"
    );
}

#[tokio::test]
async fn a_token_opens_a_connection_in_three_places() {
    let server = TestServer::start();
    let ada = server.person("Ada").await;
    let by_protocol = Handshake::new(server.ws()).token(&ada.token).open().await.unwrap();
    assert_eq!(by_protocol.protocol.as_deref(), Some("parlour.v1"));
    let by_query = Handshake::new(server.ws())
        .query("token", &ada.token)
        .open()
        .await
        .unwrap();
    assert_eq!(by_query.protocol, None);
    let both = Handshake::new(server.ws()).query("token", &ada.token).token(&ada.token);
    assert_eq!(both.open().await.unwrap_err(), 401, "two credentials are none");
}

#[tokio::test]
async fn a_bad_credential_opens_nothing() {
    let server = TestServer::start();
    let ada = server.person("Ada").await;
    let ticket = ada.call("POST", "/ticket", None).await.expect(201);
    let ticket = ticket["ticket"].as_str().unwrap();
    let plain = Handshake::new(server.ws());
    let mut broken = ada.token.clone();
    broken.pop();
    for handshake in [
        plain.clone(),
        plain.clone().query("token", ""),
        plain.clone().query("token", "x.y.z"),
        plain.clone().query("token", &broken),
        plain.clone().query("token", server.key()),
        plain.clone().query("token", ticket),
        plain.clone().query("ticket", &ada.token),
        plain.clone().query("ticket", "pt_x"),
        plain.clone().token(server.key()),
        plain.clone().header("clientkey", server.key()),
        plain.clone().header("authorization", &format!("Bearer {}", ada.token)),
        plain.clone().header("cookie", &format!("token={}", ada.token)),
    ] {
        assert_eq!(handshake.clone().open().await.unwrap_err(), 401, "{handshake:?}");
    }
    let still_good = plain.query("ticket", ticket).open().await;
    still_good.unwrap().expect_silence().await;
}

#[tokio::test]
async fn what_has_expired_is_refused() {
    let tenants = Tenants::start();
    let app = &tenants.server.tenant;
    let ada = tenants.server.person("Ada").await;
    let expired = tenants.expired(app, &ada.id);
    let caller = ada.with(crate::harness::Credential::Bearer(expired.clone()));
    caller.get("/me").await.refused(401, "token_expired");
    let refused = Handshake::new(tenants.server.ws())
        .query("token", &expired)
        .open()
        .await;
    assert_eq!(refused.unwrap_err(), 401);
    let mut socket = ada.connect().await;
    assert_eq!(
        socket.refused("reauth", json!({ "token": expired })).await,
        "token_expired"
    );
    socket.expect_silence().await;
}

/// The token of an open connection ends: its frames are refused, it hears nothing more, and a new token brings it back.
#[tokio::test]
async fn an_open_connection_ends_with_its_token_until_reauth() {
    let tenants = Tenants::start();
    let server = &tenants.server;
    let [ada, bob] = server.people(["Ada", "Bob"]).await;
    let room = server.group(&[&ada, &bob]).await;
    let short = tenants.token(&server.tenant, &bob.id, 0, 2);
    let mut his = Handshake::new(server.ws()).token(&short).open().await.unwrap();
    his.join(&room).await;
    assert_eq!(his.expect_expiry().await.code(), "token_expired");
    let history = json!({ "room_id": room });
    assert_eq!(his.refused("history", history).await, "token_expired");
    // Pushes end with the second in which the token ends.
    let begin = Instant::now();
    loop {
        ada.say(&room, "not for expired ears").await;
        his.refused("ping", json!({})).await;
        if his.heard().is_empty() {
            break;
        }
        assert!(begin.elapsed() < crate::harness::LIMIT, "pushes end with the token");
        sleep(Duration::from_millis(50)).await;
    }
    let renewed = server.token(&bob.id).await;
    for wrong in [ada.token.as_str(), server.key(), "x", ""] {
        assert_eq!(
            his.refused("reauth", json!({ "token": wrong })).await,
            "unauthenticated"
        );
    }
    let extended = his.ok("reauth", json!({ "token": renewed })).await;
    assert!(extended["expires_at"].is_string());
    his.expect_silence().await;
    his.join(&room).await;
    let heard = ada.say(&room, "welcome back").await;
    assert_eq!(his.expect_event("new_message").await, heard);
}

#[tokio::test]
async fn reauth_extends_before_the_end_without_a_gap() {
    let tenants = Tenants::start();
    let server = &tenants.server;
    let [ada, bob] = server.people(["Ada", "Bob"]).await;
    let room = server.group(&[&ada, &bob]).await;
    let short = tenants.token(&server.tenant, &bob.id, 0, 3);
    let mut his = Handshake::new(server.ws()).token(&short).open().await.unwrap();
    his.join(&room).await;
    his.ok("reauth", json!({ "token": server.token(&bob.id).await })).await;
    // The first token's end is seen by another connection that has only that one.
    let mut witness = Handshake::new(server.ws()).token(&short).open().await.unwrap();
    witness.expect_expiry().await;
    let heard = ada.say(&room, "still there?").await;
    assert_eq!(his.expect_event("new_message").await, heard);
    his.say(&room, "yes").await;
}
