//! Ways to open a connection, and when the power of a credential ends.

use std::time::{Duration, Instant};

use serde_json::json;
use tokio::time::sleep;

use crate::harness::{Handshake, Person, Socket, Tenants, TestServer, for_a_while, joined};

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
    handshake.refused().await;
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
async fn a_token_opens_a_connection_as_a_subprotocol() {
    let server = TestServer::start();
    let ada = server.person("Ada").await;
    let mut socket = Handshake::new(server.ws()).token(&ada.token).open().await.unwrap();
    assert_eq!(socket.protocol.as_deref(), Some("parlour.v1"));
    socket.expect_silence().await;
}

#[tokio::test]
async fn a_token_opens_a_connection_in_the_query() {
    let server = TestServer::start();
    let ada = server.person("Ada").await;
    let mut socket = ada.handshake().open().await.unwrap();
    assert_eq!(socket.protocol, None);
    socket.expect_silence().await;
    // Two credentials are none.
    ada.handshake().token(&ada.token).refused().await;
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
        handshake.refused().await;
    }
    let still_good = plain.query("ticket", ticket).open().await;
    still_good.unwrap().expect_silence().await;
}

/// Each with the documented status, before there is a connection.
#[tokio::test]
async fn a_refused_connection_is_401() {
    let tenants = Tenants::start();
    let (server, other) = (&tenants.server, &tenants.other);
    let [ada, bob] = server.people(["Ada", "Bob"]).await;
    let outsider = other.backend.person("Outsider").await;
    let plain = Handshake::new(server.ws());
    let ticket = ada.call("POST", "/ticket", None).await.expect(201);
    let used = plain.clone().query("ticket", ticket["ticket"].as_str().unwrap());
    used.clone().open().await.unwrap();
    for (what, handshake) in [
        ("no token", plain.clone()),
        ("a wrong token", plain.clone().query("token", "x.y.z")),
        ("a wrong token as a subprotocol", plain.clone().token("x.y.z")),
        (
            "an expired token",
            plain.clone().query("token", &tenants.expired(&server.tenant, &bob.id)),
        ),
        (
            "a token that names another tenant's user",
            plain.clone().query("token", &tenants.token(other, &bob.id, 0, 3600)),
        ),
        (
            "a token that names a user of nobody",
            plain
                .clone()
                .query("token", &tenants.token(&server.tenant, &outsider.id, 0, 3600)),
        ),
        ("a used ticket", used),
        ("two tokens", ada.handshake().token(&ada.token)),
        ("a client key", plain.query("token", server.key())),
    ] {
        assert_eq!(handshake.open().await.unwrap_err(), 401, "{what}");
    }
}

#[tokio::test]
async fn what_has_expired_is_refused() {
    let tenants = Tenants::start();
    let app = &tenants.server.tenant;
    let ada = tenants.server.person("Ada").await;
    let expired = tenants.expired(app, &ada.id);
    let caller = ada.with(crate::harness::Credential::Bearer(expired.clone()));
    caller.get("/me").await.refused(401, "token_expired");
    let handshake = Handshake::new(tenants.server.ws());
    handshake.query("token", &expired).refused().await;
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
    let mut his = tenants.joined_for_a_while(&bob, &room).await;
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
async fn what_a_ticket_opens_ends_with_the_token_that_it_was_got_with() {
    let tenants = Tenants::start();
    let ada = tenants.server.person("Ada").await;
    let mut socket = by_ticket_for_a_while(&tenants, &ada).await;
    assert_eq!(socket.expect_expiry().await.code(), "token_expired");
}

#[tokio::test]
async fn reauth_extends_before_the_end_without_a_gap() {
    let tenants = Tenants::start();
    let server = &tenants.server;
    let [ada, bob] = server.people(["Ada", "Bob"]).await;
    let room = server.group(&[&ada, &bob]).await;
    let (mut his, mut witness) = extended_in_time(&tenants, &bob, &room).await;
    witness.expect_expiry().await;
    let heard = ada.say(&room, "still there?").await;
    assert_eq!(his.expect_event("new_message").await, heard);
    his.say(&room, "yes").await;
}

/// A connection by a ticket that was got with a token that ends soon, but after the handshake.
async fn by_ticket_for_a_while(tenants: &Tenants, person: &Person) -> Socket {
    for_a_while(async |lifetime| {
        let token = tenants.token(&tenants.server.tenant, &person.id, 0, lifetime);
        let caller = person.with(crate::harness::Credential::Bearer(token));
        let reply = caller.call("POST", "/ticket", None).await;
        let ticket = reply.body["ticket"].as_str()?;
        let handshake = Handshake::new(tenants.server.ws()).query("ticket", ticket);
        handshake.open().await.ok()
    })
    .await
}

/// Two connections with a token that ends soon: one in a room, extended before the end, and one that is not.
async fn extended_in_time(tenants: &Tenants, person: &Person, room: &str) -> (Socket, Socket) {
    for_a_while(async |lifetime| {
        let token = tenants.token(&tenants.server.tenant, &person.id, 0, lifetime);
        let renewed = json!({ "token": tenants.server.token(&person.id).await });
        let handshake = Handshake::new(tenants.server.ws()).query("token", &token);
        // The token's end is seen by the second, which has only that one.
        let second = handshake.clone().open().await.ok()?;
        let mut first = joined(handshake, room).await?;
        let extended = first.act("reauth", renewed).await;
        extended.is_ok().then_some((first, second))
    })
    .await
}
