//! The server's output never holds a credential or what people wrote, not even at its most talkative.

use serde_json::{Value, json};

use crate::harness::{Answers, Credential, Handshake, Person, Provider, TestServer, jwt};

const TEXT: &str = "canary-text-7f3a";
const NAME: &str = "canary-name-91bc";
const CUSTOM: &str = "canary-custom-55de";
const SECRET: &str = "canary-secret-0123456789-abcdefgh-3d1e";
const QUERY: &str = "canary-query-88aa";
const OPAQUE: &str = "canary-opaque-c04f";
const ANSWER: &str = "canary-answer-17b9";

/// Says things in every way that there is, right and wrong.
async fn talk(server: &TestServer, ada: &Person, room: &str) {
    let mut socket = ada.join(room).await;
    let message = json!({ "room_id": room, "text_message": TEXT, "client_id": "c1", "custom": { "a": CUSTOM } });
    for _ in 0..2 {
        socket.ok("send_message", message.clone()).await;
    }
    let other = json!({ "room_id": room, "text_message": format!("{TEXT}!"), "client_id": "c1" });
    socket.refused("send_message", other).await;
    socket
        .refused("send_message", json!({ "room_id": [], "text_message": TEXT }))
        .await;
    socket.refused("history", json!({ "room_id": TEXT })).await;
    socket.refused(TEXT, json!({ TEXT: TEXT })).await;
    let _ = socket
        .raw(&format!("{{\"action\":\"send_message\",\"text_message\":\"{TEXT}"))
        .await;
    let _ = socket.raw(&format!("{TEXT} is no JSON")).await;
    socket.ok("history", json!({ "room_id": room })).await;
    socket.resume(room, 0).await;
    socket.ok("typing", json!({ "room_id": room, "typing": true })).await;
    socket.ok("mark_read", json!({ "room_id": room, "seq": 2 })).await;
    socket.ok("reauth", json!({ "token": ada.token })).await;
    socket
        .refused("reauth", json!({ "token": format!("{}x", ada.token) }))
        .await;
    ada.say(room, TEXT).await;
    let path = format!("/room/{room}/message/send");
    ada.post(&path, json!({ TEXT: TEXT }))
        .await
        .refused(400, "invalid_input");
    ada.patch(
        &format!("/user/{}", ada.id),
        json!({ "name": NAME, "custom": { "a": CUSTOM } }),
    )
    .await
    .expect(200);
    ada.get(&format!("/room?after={TEXT}"))
        .await
        .refused(400, "invalid_input");
    ada.get(&format!("/room/{TEXT}")).await.refused(400, "invalid_input");
    ada.all("/room").await;
    server.all("/user").await;
    server.delete(&format!("/room/{room}")).await.expect(204);
}

#[tokio::test]
async fn no_output_holds_a_secret_or_a_message() {
    let mut server = TestServer::own_in_memory();
    let ada = server.person(NAME).await;
    let room = server
        .post("/room", json!({ "kind": "group", "name": NAME, "members": [ada.id] }))
        .await
        .expect(201);
    talk(&server, &ada, room["id"].as_str().unwrap()).await;

    let ticket = |reply: Value| reply["ticket"].as_str().unwrap().to_owned();
    let used = ticket(ada.call("POST", "/ticket", None).await.expect(201));
    let unused = ticket(ada.call("POST", "/ticket", None).await.expect(201));
    let url = Handshake::new(server.ws());
    url.clone()
        .query("ticket", &used)
        .open()
        .await
        .unwrap()
        .expect_silence()
        .await;
    assert!(url.clone().query("ticket", &used).open().await.is_err());
    url.clone()
        .query("token", &ada.token)
        .open()
        .await
        .unwrap()
        .expect_silence()
        .await;
    let almost = format!("{}x", ada.token);
    for handshake in [
        url.clone().query("token", &almost),
        url.clone().token(&almost),
        url.query("ticket", &almost),
    ] {
        assert!(handshake.open().await.is_err());
    }
    let key = format!("{}.x", server.key());
    server
        .with(Credential::ClientKey(key))
        .get("/me")
        .await
        .refused(401, "unauthenticated");
    server
        .with(Credential::Bearer(almost.clone()))
        .get("/me")
        .await
        .refused(401, "unauthenticated");
    server.acting_as(&ada.id).get("/me").await.expect(200);

    let mut process = server.process();
    process.terminate();
    assert!(process.wait().await.success());
    let output = process.output();
    assert!(output.contains("DEBUG"), "the server was told to log much");
    let signature = ada.token.rsplit('.').next().unwrap();
    for secret in [TEXT, NAME, CUSTOM, &ada.token, signature, &used, &unused] {
        let lines: Vec<_> = output.lines().filter(|line| line.contains(secret)).collect();
        assert!(lines.is_empty(), "the output holds {secret}:\n{}", lines.join("\n"));
    }
    // The greeting shows the development app's key to whoever started the server; nothing else does.
    let shown = output.lines().filter(|line| line.contains(server.key()));
    let logged: Vec<_> = shown
        .filter(|line| line.contains("DEBUG") || line.contains("INFO"))
        .collect();
    assert!(logged.is_empty(), "{logged:?}");
}

/// Sets what tokens of others are proven by, and shows such tokens, right and wrong.
async fn trust(server: &TestServer, provider: &Provider, good: &str) {
    let app = &server.tenant.app_id;
    let rest = async |token: &str| {
        let credential = Credential::BearerOf {
            app: app.clone(),
            token: token.to_owned(),
        };
        server.with(credential).get("/me").await.status
    };
    let socket = async |token: &str| {
        let handshake = Handshake::new(server.ws()).query("app", app).query("token", token);
        handshake.open().await.is_ok()
    };
    let set = async |verification: Value| {
        let reply = server.patch("/app", json!({ "verification": verification })).await;
        reply.status
    };
    let hs256 = |secret: &str| json!({ "method": "hs256", "issuer": "shop", "secrets": [secret] });
    assert_eq!(set(hs256(&SECRET[..20])).await, 400);
    assert_eq!(set(hs256(SECRET)).await, 200);
    assert_eq!((rest(good).await, socket(good).await), (200, true));
    let almost = format!("{good}x");
    assert_eq!((rest(&almost).await, socket(&almost).await), (401, false));
    let url = provider.url(&format!("/verify?key={QUERY}"));
    assert_eq!(
        set(json!({ "method": "url", "url": url, "secrets": [SECRET] })).await,
        400
    );
    assert_eq!(set(json!({ "method": "url", "url": url })).await, 200);
    assert_eq!((rest(OPAQUE).await, socket(OPAQUE).await), (200, true));
    for (number, (status, body)) in [
        (500, ANSWER.to_owned()),
        (200, ANSWER.to_owned()),
        (200, json!({ "sub": ANSWER, "exp": ANSWER }).to_string()),
    ]
    .into_iter()
    .enumerate()
    {
        provider.answers(Answers::Says(status, "application/json", body));
        let token = format!("{OPAQUE}-{number}");
        assert_eq!((rest(&token).await, socket(&token).await), (503, false));
    }
}

#[tokio::test]
async fn no_output_holds_what_proves_a_token_of_others() {
    let mut server = TestServer::own_in_memory();
    let person = json!({ "sub": "opaque", "name": NAME });
    let provider = Provider::start(Answers::Knows(OPAQUE.to_owned(), person)).await;
    let good = jwt(SECRET, json!({ "iss": "shop", "sub": "ada", "name": NAME }));
    trust(&server, &provider, &good).await;
    let mut process = server.process();
    process.terminate();
    assert!(process.wait().await.success());
    let output = process.output();
    // Whoever looks for who changed what an app trusts finds that it was changed.
    assert!(output.contains("the settings of an app were changed"));
    let signature = good.rsplit('.').next().unwrap();
    for secret in [&SECRET[..20], QUERY, OPAQUE, ANSWER, NAME, &good, signature] {
        let lines: Vec<_> = output.lines().filter(|line| line.contains(secret)).collect();
        assert!(lines.is_empty(), "the output holds {secret}:\n{}", lines.join("\n"));
    }
}
