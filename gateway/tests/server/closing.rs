//! How connections end, and what `$disconnect` is told.

use futures_util::SinkExt;
use parlour_gateway::connection::Rules;
use parlour_service::push::Pushed;
use tokio_tungstenite::tungstenite::protocol::CloseFrame;
use tokio_tungstenite::tungstenite::{Error, Message};

use crate::rig::{did, ping, start, start_with, told};

#[tokio::test]
async fn a_client_that_closes_is_disconnected_with_its_code() {
    let rig = start(Rules::kind()).await;
    for (frame, code, reason) in [
        (
            Some(CloseFrame {
                code: 4000.into(),
                reason: "bye".into(),
            }),
            4000,
            "bye",
        ),
        (None, 1005, "Client-side close frame status not set"),
    ] {
        let mut client = rig.connect("").await;
        let id = rig.last_connection();
        client.0.close(frame).await.unwrap();
        let count = rig.functions.calls_of("disconnect").len() + 1;
        let calls = rig.functions.wait_for("disconnect", count.max(1)).await;
        let told = calls
            .iter()
            .find(|event| event["requestContext"]["connectionId"] == id.as_str())
            .unwrap();
        assert_eq!(told["requestContext"]["disconnectStatusCode"], code);
        assert_eq!(told["requestContext"]["disconnectReason"], reason);
        assert_eq!(told["requestContext"]["authorizer"]["app"], "shop");
        assert_eq!(rig.registry.post(&id, &"late".into()), Pushed::Gone);
    }
}

#[tokio::test]
async fn a_broken_socket_is_disconnected_as_abnormal() {
    let rig = start(Rules::kind()).await;
    drop(rig.connect("").await);
    let calls = rig.functions.wait_for("disconnect", 1).await;
    assert_eq!(calls[0]["requestContext"]["disconnectStatusCode"], 1006);
}

#[tokio::test]
async fn disconnect_can_be_lost() {
    let rig = start_with(Rules::kind(), "lost-disconnect=1").await;
    drop(rig.connect("").await);
    let functions = std::sync::Arc::clone(&rig.functions);
    rig.server.shutdown().await;
    assert!(functions.calls_of("disconnect").is_empty());
}

#[tokio::test]
async fn a_drain_finishes_the_frame_in_flight_and_closes_with_1001() {
    let rig = start(Rules::kind()).await;
    let mut client = rig.connect("").await;
    let mut idle = rig.connect("").await;
    client.send(told(1, "wait")).await;
    rig.functions.wait_for("default", 1).await;
    let url = format!("ws://{}/ws", rig.address);
    let functions = std::sync::Arc::clone(&rig.functions);
    let shutdown = tokio::spawn(rig.server.shutdown());
    assert_eq!(u16::from(idle.closed().await.code), 1001);
    functions.gate.notify_one();
    assert_eq!(client.receive().await, did(1));
    assert_eq!(u16::from(client.closed().await.code), 1001);
    drop((client, idle));
    shutdown.await.unwrap();
    assert_eq!(functions.calls_of("disconnect").len(), 2);
    assert!(
        matches!(tokio_tungstenite::connect_async(url).await, Err(Error::Io(_))),
        "nobody listens any more"
    );
}

#[tokio::test]
async fn the_sockets_stay_open_until_what_is_queued_is_delivered() {
    let rig = start(Rules::kind()).await;
    let mut client = rig.connect("").await;
    rig.work
        .queue
        .put_all(vec!["wait".to_owned(), "more".to_owned()])
        .unwrap();
    rig.functions.wait_for("fan_out", 1).await;
    let (functions, queue) = (std::sync::Arc::clone(&rig.functions), rig.work.queue);
    let shutdown = tokio::spawn(rig.server.shutdown());
    for n in 0..10 {
        client.send(ping(n)).await;
        assert_eq!(client.receive().await, did(n));
    }
    functions.gate.notify_one();
    assert_eq!(u16::from(client.closed().await.code), 1001);
    drop(client);
    shutdown.await.unwrap();
    assert_eq!(queue.count(), (0, 0));
    assert!(
        queue.put_all(vec!["late".to_owned()]).is_err(),
        "nobody would deliver it"
    );
}

#[tokio::test]
async fn pings_of_a_client_are_answered() {
    let rig = start(Rules::kind()).await;
    let mut client = rig.connect("").await;
    client.0.send(Message::Ping("are you there".into())).await.unwrap();
    client.send(ping(1)).await;
    let pong = futures_util::StreamExt::next(&mut client.0).await.unwrap().unwrap();
    assert_eq!(pong, Message::Pong("are you there".into()));
    assert_eq!(client.receive().await, did(1));
}
