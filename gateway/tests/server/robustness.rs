//! What hostile or broken clients must not be able to do.

use parlour_gateway::connection::Rules;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::time::timeout;

use crate::rig::{LIMIT, did, ping, start};

#[tokio::test]
async fn a_panic_in_a_route_is_a_500_and_the_process_lives() {
    let rig = start(Rules::kind()).await;
    let panicked = reqwest::get(rig.url("/panic")).await.unwrap();
    assert_eq!(panicked.status(), 500);
    assert_eq!(panicked.headers()["content-type"], "application/problem+json");
    let health = reqwest::get(rig.url("/health")).await.unwrap();
    assert_eq!(health.headers()["x-content-type-options"], "nosniff");
    assert_eq!(health.status(), 200);
}

#[tokio::test]
async fn a_client_that_never_ends_its_head_is_cut_off() {
    let rig = start(Rules::kind()).await;
    let mut slow = TcpStream::connect(&rig.address).await.unwrap();
    slow.write_all(b"GET /health HTTP/1.1\r\nHost: x\r\n").await.unwrap();
    let mut answer = Vec::new();
    timeout(LIMIT, slow.read_to_end(&mut answer))
        .await
        .expect("the server ends it")
        .unwrap();
}

#[tokio::test]
async fn too_many_headers_are_refused() {
    let rig = start(Rules::kind()).await;
    let mut client = TcpStream::connect(&rig.address).await.unwrap();
    let many = "x: y\r\n".repeat(200);
    client
        .write_all(format!("GET /health HTTP/1.1\r\nHost: x\r\n{many}\r\n").as_bytes())
        .await
        .unwrap();
    let mut answer = String::new();
    timeout(LIMIT, client.read_to_string(&mut answer))
        .await
        .expect("the server answers")
        .unwrap();
    assert!(answer.starts_with("HTTP/1.1 431"), "{answer}");
}

#[tokio::test]
async fn broken_frames_close_that_connection_only() {
    let rig = start(Rules::kind()).await;
    let mut good = rig.connect("").await;
    let big_ping = [b"\x89\xfe\x00\x7e\0\0\0\0".as_slice(), &[0; 126]].concat();
    for (frame, code) in [
        (b"\x81\x02hi".to_vec(), 1002_u16),
        (b"\xf1\x82\0\0\0\0hi".to_vec(), 1002),
        (b"\x81\x82\0\0\0\0\xff\xfe".to_vec(), 1007),
        (big_ping, 1002),
    ] {
        let mut raw = handshake(&rig.address).await;
        raw.write_all(&frame).await.unwrap();
        let mut answer = Vec::new();
        timeout(LIMIT, raw.read_to_end(&mut answer))
            .await
            .expect("the server ends it")
            .unwrap();
        assert_eq!(answer[0], 0x88, "a close frame: {answer:?}");
        assert_eq!(u16::from_be_bytes([answer[2], answer[3]]), code, "{frame:?}");
    }
    good.send(ping(1)).await;
    assert_eq!(good.receive().await, did(1));
}

async fn handshake(address: &str) -> TcpStream {
    let mut raw = TcpStream::connect(address).await.unwrap();
    let request = format!(
        "GET /ws HTTP/1.1\r\nHost: {address}\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\
         Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n"
    );
    raw.write_all(request.as_bytes()).await.unwrap();
    let mut head = Vec::new();
    while !head.ends_with(b"\r\n\r\n") {
        head.push(timeout(LIMIT, raw.read_u8()).await.expect("an answer").unwrap());
    }
    let head = String::from_utf8(head).unwrap().to_ascii_lowercase();
    assert!(head.starts_with("http/1.1 101"), "{head}");
    assert!(head.contains("s3pplmbitxaq9kygzzhzrbk+xoo="), "{head}");
    raw
}
