//! Frames of an open connection: order, parallel dispatch, errors, limits.

use futures_util::SinkExt;
use parlour_gateway::connection::{Rate, Rules};
use serde_json::json;
use tokio_tungstenite::tungstenite::{Message, Utf8Bytes};

use crate::rig::{did, ping, start, told};

#[tokio::test]
async fn frames_are_answered_in_their_order() {
    let rig = start(Rules::kind()).await;
    let mut client = rig.connect("").await;
    client.send(told(0, "wait")).await;
    for n in 1..=100 {
        client.send(ping(n)).await;
    }
    rig.functions.wait_for("default", 1).await;
    assert_eq!(
        rig.functions.calls_of("default").len(),
        1,
        "the second waits for the first"
    );
    rig.functions.gate.notify_one();
    for n in 0..=100 {
        assert_eq!(client.receive().await, did(n));
    }
}

#[tokio::test]
async fn like_aws_a_slow_frame_is_overtaken() {
    let rig = start(Rules::like_aws()).await;
    let mut client = rig.connect("").await;
    client.send(told(1, "wait")).await;
    client.send(ping(2)).await;
    assert_eq!(client.receive().await, did(2));
    rig.functions.gate.notify_one();
    assert_eq!(client.receive().await, did(1));
}

#[tokio::test]
async fn the_default_route_has_no_response() {
    let rig = start(Rules::kind()).await;
    let mut client = rig.connect("").await;
    client.send(json!({ "action": "dance", "n": 1 })).await;
    client.0.send(Message::Text("no json".into())).await.unwrap();
    client.send(ping(2)).await;
    assert_eq!(client.receive().await, did(2));
    let routes: Vec<_> = rig.functions.calls_of("default");
    let keys: Vec<_> = routes
        .iter()
        .map(|event| event["requestContext"]["routeKey"].clone())
        .collect();
    assert_eq!(keys, ["$default", "$default", "ping"]);
}

#[tokio::test]
async fn a_failure_is_an_error_frame_and_a_panic_harms_nobody() {
    let rig = start(Rules::kind()).await;
    let mut other = rig.connect("").await;
    let mut client = rig.connect("").await;
    let id = rig.last_connection();
    for what in ["fail", "panic"] {
        client.send(told(1, what)).await;
        let frame = client.receive().await;
        assert_eq!(frame["message"], "Internal server error");
        assert_eq!(frame["connectionId"], id.as_str());
        let called = rig.functions.calls_of("default");
        let request_id = &called.last().unwrap()["requestContext"]["requestId"];
        assert_eq!(&frame["requestId"], request_id);
    }
    client.send(ping(2)).await;
    assert_eq!(client.receive().await, did(2));
    other.send(ping(3)).await;
    assert_eq!(other.receive().await, did(3));
}

#[tokio::test]
async fn the_limits_of_frames_and_messages() {
    let rig = start(Rules::kind()).await;
    let text = |length: usize| Message::Text(Utf8Bytes::from("x".repeat(length)));

    let mut client = rig.connect("").await;
    client.0.send(text(32 * 1024)).await.unwrap();
    client.send(ping(1)).await;
    assert_eq!(client.receive().await, did(1), "32 KB are allowed");
    client.0.send(text(32 * 1024 + 1)).await.unwrap();
    assert_eq!(u16::from(client.closed().await.code), 1009);

    let mut client = rig.connect("").await;
    // Far more than any buffer in between holds: the close frame must survive what is not read.
    let _ = client.0.send(text(4 * 1024 * 1024)).await;
    assert_eq!(u16::from(client.closed().await.code), 1009);

    let mut client = rig.connect("").await;
    client.0.send(Message::Binary(vec![1, 2, 3].into())).await.unwrap();
    assert_eq!(u16::from(client.closed().await.code), 1003);
}

#[tokio::test]
async fn above_the_rate_an_error_frame_says_so() {
    let rig = start(Rules {
        rate: Rate {
            burst: 2,
            per_second: 1,
        },
        ..Rules::kind()
    })
    .await;
    let mut client = rig.connect("").await;
    client.send(told(1, "wait")).await;
    client.send(ping(2)).await;
    client.send(ping(3)).await;
    assert_eq!(client.receive().await["message"], "Too Many Requests");
    rig.functions.gate.notify_one();
    assert_eq!(client.receive().await, did(1));
    assert_eq!(client.receive().await, did(2));
}
