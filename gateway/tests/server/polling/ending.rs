//! How sessions end, and what their clients and `$disconnect` are told.

use std::sync::Arc;

use parlour_gateway::clock::now_millis;
use parlour_gateway::connection::Rules;
use parlour_service::push::Pushed;
use tokio::io::AsyncWriteExt;
use tokio::net::TcpStream;

use super::{Poller, SEPARATOR, ok, until};
use crate::rig::start;

#[tokio::test]
async fn a_second_request_at_the_same_time_ends_the_session() {
    let rig = start(Rules::kind()).await;
    let client = Poller::open(&rig).await;
    let (one, two) = tokio::join!(client.poll(), client.poll());
    let mut answers = [one, two];
    answers.sort();
    let refused = (400, r#"{"code":3,"message":"Bad request"}"#.to_owned());
    assert_eq!(answers, [(200, "1".to_owned()), refused]);
    assert_eq!(client.ended(&rig).await, 1002);
    client.is_over().await;
}

#[tokio::test]
async fn a_client_that_closes_has_its_request_back() {
    let rig = start(Rules::kind()).await;
    let client = Poller::open(&rig).await;
    let waiting = client.waits(&rig).await;
    assert_eq!(client.post(&["41", "1"]).await, ok());
    assert_eq!(waiting.await.unwrap(), (200, "6".to_owned()));
    assert_eq!(client.ended(&rig).await, 1005);
    client.is_over().await;
}

#[tokio::test]
async fn a_client_that_leaves_while_it_waits_is_gone() {
    let rig = start(Rules::kind()).await;
    let client = Poller::open(&rig).await;
    let entry = rig.registry.get(&client.id).unwrap();
    let before = entry.last_active_at() + 1;
    until(|| now_millis() > before).await;
    let mut socket = TcpStream::connect(&rig.address).await.unwrap();
    let request = format!(
        "GET /socket.io/?EIO=4&transport=polling&sid={} HTTP/1.1\r\nHost: {}\r\n\r\n",
        client.sid, rig.address
    );
    socket.write_all(request.as_bytes()).await.unwrap();
    until(|| entry.last_active_at() > before).await;
    drop(socket);
    assert_eq!(client.ended(&rig).await, 1006);
    client.is_over().await;
}

#[tokio::test]
async fn a_deletion_is_told_after_what_was_posted() {
    let rig = start(Rules::kind()).await;
    let client = Poller::open(&rig).await;
    let waiting = client.waits(&rig).await;
    for n in 0..3 {
        let frame = format!("42[{n}]");
        assert_eq!(rig.registry.post(&client.id, &frame.into()), Pushed::Sent);
    }
    assert_eq!(rig.registry.delete(&client.id), Pushed::Sent);
    let all = ["42[0]", "42[1]", "42[2]"].join(&SEPARATOR.to_string());
    assert_eq!(waiting.await.unwrap(), (200, all));
    // Who does not know yet that it is over is not refused, and hears of it in an answer of its own.
    assert_eq!(client.post(&["40"]).await, ok());
    assert_eq!(client.poll().await, (200, "1".to_owned()));
    assert_eq!(client.ended(&rig).await, 1000);
    client.is_over().await;
}

#[tokio::test]
async fn a_drain_tells_who_waits() {
    let rig = start(Rules::kind()).await;
    let waiting = Poller::open(&rig).await.waits(&rig).await;
    let functions = Arc::clone(&rig.functions);
    rig.server.shutdown().await;
    assert_eq!(waiting.await.unwrap(), (200, "1".to_owned()));
    let told = functions.calls_of("disconnect");
    assert_eq!(told.len(), 1);
    assert_eq!(told[0]["requestContext"]["disconnectStatusCode"], 1001);
}
