//! What Socket.IO is to every service that speaks it: handshakes, refusals, namespaces, acknowledgements, pings.

use serde_json::json;

use crate::harness::{ClockServer, Guest, Person, SocketIo, TestServer, understand};

/// The handshake of a service's client: its URL, and its headers.
fn handshake(guest: &Guest, service: &str, token: Option<&str>) -> (String, Vec<(String, String)>) {
    let mut url = guest.url(service, "/socket.io/?EIO=4&transport=websocket");
    let mut headers = Vec::new();
    match (service, token) {
        (_, None) => {}
        ("chat-panel", Some(token)) => headers.push(("authorization".to_owned(), format!("Bearer {token}"))),
        (_, Some(token)) => url.push_str(&format!("&token={token}")),
    }
    (url, headers)
}

async fn open(guest: &Guest, service: &str) -> SocketIo {
    let (url, headers) = handshake(guest, service, Some(&guest.token()));
    SocketIo::open(&url, &borrowed(&headers)).await
}

fn borrowed(headers: &[(String, String)]) -> Vec<(&str, &str)> {
    headers.iter().map(|(name, value)| (&**name, &**value)).collect()
}

#[tokio::test]
async fn a_refused_handshake_is_told_why_in_the_words_of_its_service() {
    let server = TestServer::start();
    understand(&server).await;
    let ada = Guest::new(&server, "Ada").await;
    for (service, token, words) in [
        ("callsewa", None, r#"44{"message":"No token key found"}"#),
        ("callsewa", Some(""), r#"44{"message":"No token key found"}"#),
        ("callsewa", Some("nonsense"), r#"44{"message":"token key mismatch"}"#),
        ("chat-panel", None, "41"),
        ("chat-panel", Some("nonsense"), "41"),
    ] {
        let (url, headers) = handshake(&ada, service, token);
        let heard = SocketIo::refused(&url, &borrowed(&headers)).await.unwrap();
        assert_eq!(heard.last().map(String::as_str), Some(words), "{service}: {heard:?}");
        // chat-panel lets everyone in first.
        assert_eq!(heard.len(), if service == "chat-panel" { 2 } else { 1 }, "{heard:?}");
    }
}

#[tokio::test]
async fn who_is_refused_can_do_nothing() {
    let server = TestServer::start();
    understand(&server).await;
    let [ada, bob] = server.people(["Ada", "Bob"]).await;
    let room = ada.group(&[&bob]).await;
    let mut hers = ada.join(&room).await;
    let guest = Guest::new(&server, "Gus").await;
    let (url, _) = handshake(&guest, "callsewa", None);
    // Whatever it sends meanwhile, it is nobody who sends it.
    let heard = SocketIo::refused_after(&url, &[r#"{"action":"send_message"}"#, r#"42["send_message","hello"]"#]).await;
    assert!(
        heard.iter().any(|packet| packet.starts_with("44"))
            && heard.iter().all(|packet| packet.starts_with("44") || packet == "1"),
        "{heard:?}"
    );
    hers.say(&room, "Nobody is here").await;
    assert_eq!(server.messages(&room).await.len(), 1);
}

#[tokio::test]
async fn a_token_of_one_app_opens_nothing_in_another() {
    let server = TestServer::start();
    understand(&server).await;
    let ada = Guest::new(&server, "Ada").await;
    let (url, headers) = handshake(&ada, "chat-panel", Some(&ada.token()));
    let url = url.replace(&server.tenant.app_id, "elsewhere01");
    let heard = SocketIo::refused(&url, &borrowed(&headers)).await.unwrap();
    assert_eq!(heard.last().map(String::as_str), Some("41"));
    let url = url.replace("/socket.io/", "/socket.io/elsewhere");
    assert!(
        SocketIo::refused(&url, &borrowed(&headers)).await.is_err(),
        "there is no such path"
    );
}

#[tokio::test]
async fn there_is_one_namespace_and_events_are_acknowledged() {
    let server = TestServer::start();
    understand(&server).await;
    let ada = Guest::new(&server, "Ada").await;
    for service in ["chat-panel", "callsewa"] {
        let mut hers = open(&ada, service).await;
        hers.raw("40/admin,").await;
        let told = hers.packet().await.unwrap();
        assert_eq!(told, r#"44/admin,{"message":"Invalid namespace"}"#);
        hers.raw(r#"4213["no such event",{"a":1}]"#).await;
        assert_eq!(hers.packet().await.unwrap(), "4313[]");
        // Nothing that anybody has to do anything about.
        for packet in ["431[]", "2probe", "6", "42/admin,[\"x\"]"] {
            hers.raw(packet).await;
        }
        hers.raw(r#"427["again"]"#).await;
        assert_eq!(hers.packet().await.unwrap(), "437[]");
    }
}

#[tokio::test]
async fn who_leaves_and_who_sends_no_packet_is_out() {
    let server = TestServer::start();
    understand(&server).await;
    let ada = Guest::new(&server, "Ada").await;
    for last in ["1", "41", "nonsense", "42[1]", "49", ""] {
        let mut hers = open(&ada, "callsewa").await;
        hers.raw(last).await;
        assert_eq!(hers.ended().await, Vec::<String>::new(), "{last}");
    }
}

async fn is_online(asking: &Person, who: &Guest) -> bool {
    let presence = asking.get(&format!("/user/{}/presence", who.id)).await.expect(200);
    presence["online"].as_bool().unwrap()
}

#[tokio::test]
async fn the_server_pings_and_who_does_not_answer_is_gone() {
    const MINUTE: i64 = 60;
    let server = ClockServer::start().await;
    understand(&server).await;
    let watcher = server.person("Watcher").await;
    let (ada, bob) = (Guest::new(&server, "Ada").await, Guest::new(&server, "Bob").await);
    let members = json!({ "kind": "group", "members": [watcher.id, ada.id, bob.id] });
    server.post("/room", members).await.expect(201);
    let (mut hers, _silent) = (open(&ada, "callsewa").await, open(&bob, "callsewa").await);
    server.pass(7 * MINUTE);
    server.sweep().await;
    hers.raw(r#"421["early"]"#).await;
    assert_eq!(hers.packet_unanswered().await, "431[]", "nothing is due yet");

    server.pass(MINUTE + 30);
    server.sweep().await;
    assert_eq!(hers.packet_unanswered().await, "2");
    hers.raw("3").await;
    // Frames keep their order: what is acknowledged comes after what renewed the lease.
    hers.ask("anything", &[]).await;
    server.pass(3 * MINUTE);
    server.sweep().await;
    server.pass(MINUTE);
    server.settle().await;
    assert!(is_online(&watcher, &ada).await);
    assert!(!is_online(&watcher, &bob).await);
    hers.ask("still here", &[]).await;
}
