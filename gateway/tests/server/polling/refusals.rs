//! What is answered as Engine.IO's own server answers it, and what is too much.

use parlour_gateway::connection::Rules;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::time::timeout;

use super::{Poller, get, ok, read, url};
use crate::rig::{LIMIT, start};

#[tokio::test]
async fn requests_that_the_protocol_does_not_have() {
    let rig = start(Rules::kind()).await;
    let client = Poller::open(&rig).await;
    let (old, other, own) = (
        format!("EIO=3&transport=polling&sid={}", client.sid),
        format!("EIO=4&transport=websocket&sid={}", client.sid),
        format!("EIO=4&transport=polling&sid={}", client.sid),
    );
    let unknown_transport = r#"{"code":0,"message":"Transport unknown"}"#;
    let unknown_session = r#"{"code":1,"message":"Session ID unknown"}"#;
    let bad_method = r#"{"code":2,"message":"Bad handshake method"}"#;
    let bad_request = r#"{"code":3,"message":"Bad request"}"#;
    let unsupported = r#"{"code":5,"message":"Unsupported protocol version"}"#;
    for (method, query, body) in [
        ("GET", "", unknown_transport),
        ("GET", "EIO=4", unknown_transport),
        ("GET", "EIO=4&transport=pigeon", unknown_transport),
        ("GET", "transport=polling", unsupported),
        ("GET", "EIO=3&transport=polling", unsupported),
        ("GET", "EIO=4&transport=websocket", bad_request),
        ("POST", "EIO=4&transport=polling", bad_method),
        ("PUT", "EIO=4&transport=polling", bad_method),
        ("OPTIONS", "EIO=4&transport=polling", bad_method),
        ("GET", "EIO=4&transport=polling&sid=x", unknown_session),
        ("POST", "EIO=4&transport=polling&sid=x", unknown_session),
        ("GET", old.as_str(), bad_request),
        ("GET", other.as_str(), bad_request),
        ("PUT", own.as_str(), bad_request),
    ] {
        let url = rig.url(&format!("/socket.io/?{query}"));
        let request = client.http.request(method.parse().unwrap(), url);
        let answer = read(request.send().await.unwrap()).await;
        assert_eq!(answer, (400, body.to_owned()), "{method} {query}");
    }
    // None of that has harmed the session, whose id is no secret.
    let by_id = rig.url(&format!("/socket.io/?EIO=4&transport=polling&sid={}", client.id));
    assert_eq!(get(&client.http, &by_id).await, (400, unknown_session.to_owned()));
    assert_eq!(client.post(&["42[\"say\"]"]).await, ok());
    assert_eq!(client.packets().await, ["42[\"say\"]"]);
}

#[tokio::test]
async fn a_handshake_is_refused_as_that_of_a_websocket() {
    let rig = start(Rules::kind()).await;
    let http = reqwest::Client::new();
    for (query, status, message) in [
        ("&auth=unauthorized", 401, "Forbidden"),
        ("&auth=deny", 403, "Forbidden"),
        ("&auth=broken", 500, "Internal Server Error"),
        ("&connect=403", 403, "Forbidden"),
        ("&connect=404", 404, "Not Found"),
        ("&connect=429", 429, "Too Many Requests"),
        ("&connect=302", 502, "Bad Gateway"),
    ] {
        let body = format!(r#"{{"code":4,"message":"{message}"}}"#);
        assert_eq!(get(&http, &url(&rig, query)).await, (status, body), "{query}");
    }
    assert!(rig.registry.is_empty());
    assert!(rig.functions.calls_of("disconnect").is_empty());
}

#[tokio::test]
async fn elsewhere_nobody_polls() {
    let rig = start(Rules::kind()).await;
    for path in ["/socket.io", "/socket.io/more", "/a/app/go-chat/socket.io/", "/ws"] {
        let asked = rig.url(&format!("{path}?EIO=4&transport=polling"));
        let (status, body) = get(&reqwest::Client::new(), &asked).await;
        assert_eq!((status, body.as_str()), (404, ""), "{path}");
    }
    for path in ["/a/app/chat-panel/socket.io/", "/a/app/callsewa/socket.io/"] {
        let asked = rig.url(&format!("{path}?EIO=3&transport=polling"));
        let (status, body) = get(&reqwest::Client::new(), &asked).await;
        assert_eq!(status, 400, "{path}: {body}");
    }
}

#[tokio::test]
async fn a_body_is_no_longer_than_a_message() {
    let rig = start(Rules::kind()).await;
    let client = Poller::open(&rig).await;
    let (status, body) = client.post_body("4".repeat(128 * 1024 + 1)).await;
    assert_eq!((status, body.as_str()), (413, r#"{"code":3,"message":"Bad request"}"#));
    let four = vec!["42[]"; 4];
    assert_eq!(client.post(&four).await, ok(), "nothing of it was taken");
    let mut heard = Vec::new();
    while heard.len() < 4 {
        heard.extend(client.packets().await);
    }
    assert_eq!(heard, four);
}

#[tokio::test]
async fn a_packet_that_is_no_frame_ends_the_session() {
    for (packet, code) in [
        ("4".repeat(32 * 1024 + 1).into_bytes(), 1009),
        (b"bAQID".to_vec(), 1003),
        (b"4\xff\xfe".to_vec(), 1007),
    ] {
        let rig = start(Rules::kind()).await;
        let client = Poller::open(&rig).await;
        assert_eq!(client.post_body(packet).await, ok());
        assert_eq!(client.ended(&rig).await, code);
        client.is_over().await;
    }
}

#[tokio::test]
async fn two_requests_with_packets_at_once_end_the_session() {
    let rig = start(Rules::kind()).await;
    let client = Poller::open(&rig).await;
    let mut first = TcpStream::connect(&rig.address).await.unwrap();
    let head = format!(
        "POST /socket.io/?EIO=4&transport=polling&sid={} HTTP/1.1\r\nHost: {}\r\nContent-Length: 2\r\n\
         Expect: 100-continue\r\n\r\n",
        client.sid, rig.address
    );
    first.write_all(head.as_bytes()).await.unwrap();
    let mut continues = [0; 25];
    timeout(LIMIT, first.read_exact(&mut continues))
        .await
        .expect("its body is waited for")
        .unwrap();
    assert!(continues.starts_with(b"HTTP/1.1 100"));
    assert_eq!(client.post(&["42[]"]).await.0, 400);
    assert_eq!(client.ended(&rig).await, 1002);
    assert!(rig.functions.calls_of("default").is_empty());
}
