//! The five ways to trust a user's token, over REST and WebSocket, and what is tried against them.

mod attacks;
mod connection;

use std::time::{SystemTime, UNIX_EPOCH};

use serde_json::{Value, json};

use crate::harness::{Answers, Backend, Caller, Credential, Handshake, Provider, Socket, Tenant, Tenants, jwt};

const SECRET: &str = "a secret of 0123456789 and 32 bytes";
const OTHER_SECRET: &str = "another one of 9876543210 and 32 bytes";

fn hs256(secret: &str) -> Value {
    json!({ "method": "hs256", "issuer": "shop", "audience": "chat", "secrets": [secret] })
}

fn jwks(provider: &Provider) -> Value {
    json!({ "method": "jwks", "issuer": "https://id.example/", "audience": "chat", "url": provider.url("/keys") })
}

fn url(provider: &Provider) -> Value {
    json!({ "method": "url", "url": provider.url("/verify") })
}

async fn trust(backend: &Backend, verification: Value) {
    backend
        .patch("/app", json!({ "verification": verification }))
        .await
        .expect(200);
}

fn ada(issuer: &str) -> Value {
    json!({ "iss": issuer, "aud": "chat", "sub": "ada", "name": "Ada", "picture": "https://a.example/a.png" })
}

fn rest(tenant: &Tenant, token: &str) -> Caller {
    tenant.backend.with(Credential::BearerOf {
        app: tenant.app_id.clone(),
        token: token.to_owned(),
    })
}

fn handshake(tenant: &Tenant, token: &str) -> Handshake {
    let url = Handshake::new(tenant.backend.ws()).query("app", &tenant.app_id);
    url.query("token", token)
}

/// Nobody gets in with this token, on no way. With which status a handshake is refused is for `connection.rs` to say.
async fn refused(tenant: &Tenant, token: &str, what: &str) {
    let reply = rest(tenant, token).get("/me").await;
    assert_eq!(reply.status, 401, "{what}: {reply:?}");
    assert_eq!(reply.problem()["code"], "unauthenticated", "{what}");
    assert!(handshake(tenant, token).open().await.is_err(), "{what}");
}

/// What the holder of a token can do: the same as anybody.
async fn chats(tenant: &Tenant, user: &Caller, mut socket: Socket, external: &str) {
    let me = user.get("/me").await.expect(200);
    assert_eq!(me["external_id"], external);
    let room = user
        .post("/room", json!({ "kind": "group", "members": [] }))
        .await
        .expect(201);
    let room = room["id"].as_str().unwrap();
    socket.join(room).await;
    let path = format!("/room/{room}/message/send");
    let said = user
        .post(&path, json!({ "text_message": "over REST" }))
        .await
        .expect(201);
    let heard = socket.expect_event("new_message").await;
    assert_eq!(heard["id"], said["id"]);
    socket.say(room, "over a socket").await;
    assert_eq!(tenant.backend.messages(room).await.len(), 2);
}

#[tokio::test]
async fn each_of_five_ways_to_trust_a_token_opens_rest_and_a_socket() {
    let tenants = Tenants::start();
    let tenant = &tenants.server.tenant;
    let opaque = json!({ "sub": "opaque", "name": "Opaque", "exp": in_an_hour() });
    let provider = Provider::start(Answers::Knows("opaque-token".to_owned(), opaque)).await;
    // Shared secret, two public keys, verification URL.
    for (settings, token, external) in [
        (hs256(SECRET), jwt(SECRET, ada("shop")), "ada"),
        (jwks(&provider), jwt("rsa", ada("https://id.example/")), "ada"),
        (jwks(&provider), jwt("ec", ada("https://id.example/")), "ada"),
        (url(&provider), "opaque-token".to_owned(), "opaque"),
    ] {
        trust(&tenant.backend, settings).await;
        let socket = handshake(tenant, &token).open().await.unwrap();
        chats(tenant, &rest(tenant, &token), socket, external).await;
        let mut socket = handshake(tenant, &token).open().await.unwrap();
        let extended = socket.ok("reauth", json!({ "token": token })).await;
        assert!(extended["expires_at"].is_string());
    }
    let users = tenant.backend.get("/user?external_id=ada").await.expect(200);
    let id = users["items"][0]["id"].as_str().unwrap();
    assert_eq!(users["items"][0]["name"], "Ada");
    assert_eq!(users["items"][0]["avatar_url"], "https://a.example/a.png");
    // A token of Parlour's own, with the app beside it or without.
    let own = tenant.backend.token(id).await;
    let bearer = tenant.backend.with(Credential::Bearer(own.clone()));
    let socket = Handshake::new(tenant.backend.ws())
        .query("token", &own)
        .open()
        .await
        .unwrap();
    chats(tenant, &bearer, socket, "ada").await;
    chats(
        tenant,
        &rest(tenant, &own),
        handshake(tenant, &own).open().await.unwrap(),
        "ada",
    )
    .await;
    // An API token that acts as the user, and the ticket it gets for a socket.
    let acting = tenant.backend.acting_as(id);
    let ticket = acting.call("POST", "/ticket", None).await.expect(201);
    let socket = Handshake::new(tenant.backend.ws()).query("ticket", ticket["ticket"].as_str().unwrap());
    chats(tenant, &acting, socket.open().await.unwrap(), "ada").await;
}

fn in_an_hour() -> u64 {
    SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_secs() + 3_600
}

#[tokio::test]
async fn a_token_proves_itself_only_by_the_keys_of_its_own_app() {
    let tenants = Tenants::start();
    let (one, two) = (&tenants.server.tenant, &tenants.other);
    let good = jwt(SECRET, ada("shop"));
    refused(one, &good, "nothing is trusted before it is said").await;
    trust(&one.backend, hs256(SECRET)).await;
    trust(&two.backend, hs256(OTHER_SECRET)).await;
    rest(one, &good).get("/me").await.expect(200);
    refused(two, &good, "a token of another app, by secret").await;
    // Without an app, with one that there is not, and with one that is no id.
    let nobody = one.backend.with(Credential::Bearer(good.clone()));
    nobody.get("/me").await.refused(401, "unauthenticated");
    for app in ["aaaaaaaaaaaaaaaa", "no app", "", "../x"] {
        let caller = one.backend.with(Credential::BearerOf {
            app: app.to_owned(),
            token: good.clone(),
        });
        caller.get("/me").await.refused(401, "unauthenticated");
    }
    // The same URL and the same key ids for both: each has its own issuer.
    let provider = Provider::start(Answers::Silent).await;
    trust(&one.backend, jwks(&provider)).await;
    let mut other = jwks(&provider);
    other["issuer"] = json!("https://other.example/");
    trust(&two.backend, other).await;
    let good = jwt("ec", ada("https://id.example/"));
    let at_once = (0..20).map(async |number| {
        let (tenant, status) = if number % 2 == 0 { (one, 200) } else { (two, 401) };
        assert_eq!(rest(tenant, &good).get("/me").await.status, status);
    });
    futures_util::future::join_all(at_once).await;
    for _ in 0..2 {
        rest(one, &good).get("/me").await.expect(200);
        refused(two, &good, "a token of another app, by key").await;
        refused(one, &jwt("other", ada("https://id.example/")), "another key of this id").await;
    }
    // A token of Parlour's own for one app, at the other.
    let person = one.backend.person("Eve").await;
    refused(two, &person.token, "our own token of another app").await;
    // An open socket takes no other user's token.
    let mut socket = handshake(one, &good).open().await.unwrap();
    let mut bob = ada("https://id.example/");
    bob["sub"] = json!("bob");
    for token in [
        jwt("ec", bob),
        jwt("other", ada("https://id.example/")),
        person.token.clone(),
    ] {
        assert_eq!(
            socket.refused("reauth", json!({ "token": token })).await,
            "unauthenticated"
        );
    }
}

#[tokio::test]
async fn a_user_is_made_at_first_sight_once_or_not_at_all() {
    let tenants = Tenants::start();
    let tenant = &tenants.other;
    trust(&tenant.backend, hs256(SECRET)).await;
    let token = jwt(SECRET, ada("shop"));
    let tries = (0..20).map(async |_| rest(tenant, &token).get("/me").await.expect(200)["id"].clone());
    let ids = futures_util::future::join_all(tries).await;
    assert!(ids.iter().all(|id| id == &ids[0]), "{ids:?}");
    assert_eq!(tenant.backend.all("/user").await.len(), 1);
    // What the token says of a known user changes nothing.
    let mut renamed = ada("shop");
    renamed["name"] = json!("Eve");
    let me = rest(tenant, &jwt(SECRET, renamed)).get("/me").await.expect(200);
    assert_eq!(me["name"], "Ada");

    let mut settings = hs256(SECRET);
    settings["user"] = json!({ "id": "uid", "create": false });
    trust(&tenant.backend, settings).await;
    refused(tenant, &token, "the claim that is the id is missing").await;
    let mut claims = ada("shop");
    claims["uid"] = json!("u-7");
    let token = jwt(SECRET, claims);
    refused(tenant, &token, "nobody is made").await;
    let new = json!({ "name": "Seven", "external_id": "u-7" });
    let made = tenant.backend.post("/user", new).await.expect(201);
    assert_eq!(rest(tenant, &token).get("/me").await.expect(200)["id"], made["id"]);
    handshake(tenant, &token).open().await.unwrap();
    let suspension = format!("/user/{}/suspension", made["id"].as_str().unwrap());
    tenant.backend.put_body(&suspension, json!({})).await.expect(200);
    rest(tenant, &token).get("/me").await.refused(403, "user_suspended");
    assert_eq!(handshake(tenant, &token).open().await.err(), Some(403));
}

#[tokio::test]
async fn a_changed_secret_holds_at_once_beside_the_old_one_or_in_its_place() {
    let tenants = Tenants::start();
    let tenant = &tenants.server.tenant;
    let (old, new) = (jwt(SECRET, ada("shop")), jwt(OTHER_SECRET, ada("shop")));
    trust(&tenant.backend, hs256(SECRET)).await;
    rest(tenant, &old).get("/me").await.expect(200);
    refused(tenant, &new, "not yet").await;
    let mut both = hs256(OTHER_SECRET);
    both["secrets"] = json!([OTHER_SECRET, SECRET]);
    trust(&tenant.backend, both).await;
    rest(tenant, &old).get("/me").await.expect(200);
    rest(tenant, &new).get("/me").await.expect(200);
    trust(&tenant.backend, hs256(OTHER_SECRET)).await;
    refused(tenant, &old, "no longer").await;
    rest(tenant, &new).get("/me").await.expect(200);
    tenant
        .backend
        .patch("/app", json!({ "verification": null }))
        .await
        .expect(200);
    refused(tenant, &new, "nothing is trusted any more").await;
}
