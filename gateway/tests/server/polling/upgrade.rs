//! From polling to a WebSocket, as the clients' library does it.

use futures_util::{SinkExt, StreamExt};
use parlour_gateway::connection::Rules;
use parlour_service::push::Pushed;
use tokio::time::timeout;
use tokio_tungstenite::tungstenite::client::IntoClientRequest;
use tokio_tungstenite::tungstenite::{Error, Message};

use super::{Poller, ok, until};
use crate::rig::{Client, LIMIT, Rig, connect, start};

impl Client {
    async fn say(&mut self, packet: &str) {
        self.0.send(Message::Text(packet.into())).await.unwrap();
    }

    /// The next packet.
    async fn hear(&mut self) -> String {
        loop {
            let message = timeout(LIMIT, self.0.next()).await.expect("something arrives");
            match message.unwrap().unwrap() {
                Message::Text(text) => return text.to_string(),
                Message::Ping(_) => {}
                other => panic!("a packet is expected, not {other:?}"),
            }
        }
    }
}

async fn websocket(rig: &Rig, sid: &str) -> Result<Client, Error> {
    let url = format!("ws://{}/socket.io/?EIO=4&transport=websocket&sid={sid}", rig.address);
    connect(url.into_client_request().unwrap())
        .await
        .map(|(client, _)| client)
}

/// The whole upgrade; what is heard by polling meanwhile.
async fn upgraded(rig: &Rig, client: &Poller) -> (Client, Vec<String>) {
    let mut socket = websocket(rig, &client.sid).await.unwrap();
    let polling = tokio::spawn({
        let client = client.clone();
        async move { client.packets().await }
    });
    socket.say("2probe").await;
    assert_eq!(socket.hear().await, "3probe");
    let mut heard = polling.await.unwrap();
    heard.retain(|packet| packet != "6");
    socket.say("5").await;
    (socket, heard)
}

/// Posts so many frames to a connection, as fast as it takes them.
async fn traffic(rig: &Rig, id: &str, count: usize) {
    for n in 0..count {
        while rig.registry.post(id, &format!("42[{n}]").into()) == Pushed::Throttled {
            tokio::task::yield_now().await;
        }
        tokio::task::yield_now().await;
    }
}

#[tokio::test]
async fn under_traffic_nothing_is_lost_and_nothing_comes_twice() {
    let rig = start(Rules::kind()).await;
    let client = Poller::open(&rig).await;
    let count = 2_000;
    let going = async {
        let mut heard = client.packets().await;
        let (mut socket, rest) = upgraded(&rig, &client).await;
        heard.extend(rest);
        assert!(heard.len() < count, "there is something left for the WebSocket");
        while heard.len() < count {
            heard.push(socket.hear().await);
        }
        (socket, heard)
    };
    let ((mut socket, heard), ()) = tokio::join!(going, traffic(&rig, &client.id, count));
    let all: Vec<String> = (0..count).map(|n| format!("42[{n}]")).collect();
    assert_eq!(heard, all);
    socket.say("42[\"last\"]").await;
    assert_eq!(socket.hear().await, "42[\"last\"]");
}

#[tokio::test]
async fn what_a_client_says_keeps_its_order() {
    let rig = start(Rules::kind()).await;
    let client = Poller::open(&rig).await;
    let said: Vec<String> = (0..60).map(|n| format!("42[{n}]")).collect();
    let by_post: Vec<&str> = said[..30].iter().map(String::as_str).collect();
    assert_eq!(client.post(&by_post).await, ok());
    let (mut socket, mut heard) = upgraded(&rig, &client).await;
    for packet in &said[30..] {
        socket.say(packet).await;
    }
    while heard.len() < said.len() {
        heard.push(socket.hear().await);
    }
    assert_eq!(heard, said);
    let calls = rig.functions.calls_of("default");
    let bodies: Vec<&str> = calls.iter().map(|call| call["body"].as_str().unwrap()).collect();
    assert_eq!(bodies, said);
    assert_eq!(rig.functions.calls_of("connect").len(), 1, "it is one connection");
}

#[tokio::test]
async fn after_it_there_is_no_polling_and_the_socket_is_the_session() {
    let rig = start(Rules::kind()).await;
    let client = Poller::open(&rig).await;
    let (mut socket, _) = upgraded(&rig, &client).await;
    socket.say("42[\"there\"]").await;
    assert_eq!(socket.hear().await, "42[\"there\"]");
    assert_eq!(client.poll().await.0, 400);
    assert_eq!(client.post(&["42[]"]).await.0, 400);
    match websocket(&rig, &client.sid).await {
        Err(Error::Http(response)) => assert_eq!(response.status(), 400),
        other => panic!("{:?}", other.err()),
    }
    assert_eq!(rig.registry.post(&client.id, &"42[\"still\"]".into()), Pushed::Sent);
    assert_eq!(socket.hear().await, "42[\"still\"]");
    drop(socket);
    assert_eq!(client.ended(&rig).await, 1006);
}

#[tokio::test]
async fn a_session_that_ends_on_the_way_says_its_last_words_where_its_client_is() {
    let rig = start(Rules::kind()).await;
    let client = Poller::open(&rig).await;
    let mut socket = websocket(&rig, &client.sid).await.unwrap();
    let waiting = client.waits(&rig).await;
    socket.say("2probe").await;
    assert_eq!(socket.hear().await, "3probe");
    assert_eq!(waiting.await.unwrap(), (200, "6".to_owned()));
    // The client does not poll any more, and has not gone on yet.
    assert_eq!(rig.registry.post(&client.id, &"44{}".into()), Pushed::Sent);
    assert_eq!(rig.registry.delete(&client.id), Pushed::Sent);
    until(|| rig.registry.is_empty()).await;
    socket.say("5").await;
    assert_eq!(socket.hear().await, "44{}");
    assert_eq!(u16::from(socket.closed().await.code), 1000);
    assert_eq!(client.ended(&rig).await, 1000);
}

#[tokio::test]
async fn a_websocket_that_carries_nothing_is_given_up_and_polling_goes_on() {
    let rig = start(Rules::kind()).await;
    let client = Poller::open(&rig).await;
    for packets in [&["hello"][..], &["2probe", "4nonsense"], &[]] {
        let mut socket = websocket(&rig, &client.sid).await.unwrap();
        for packet in packets {
            socket.say(packet).await;
        }
        if packets.is_empty() {
            socket.0.close(None).await.unwrap();
        }
        // Until it is closed, another one would be refused.
        while let Some(Ok(_)) = timeout(LIMIT, socket.0.next()).await.expect("it ends") {}
        assert_eq!(client.post(&["42[\"say\"]"]).await, ok());
        let mut heard = Vec::new();
        while !heard.contains(&"42[\"say\"]".to_owned()) {
            heard = client.packets().await;
        }
    }
    assert!(rig.functions.calls_of("disconnect").is_empty());
}

#[tokio::test]
async fn one_websocket_is_tried_at_a_time_and_only_by_the_session() {
    let rig = start(Rules::kind()).await;
    let client = Poller::open(&rig).await;
    let mut first = websocket(&rig, &client.sid).await.unwrap();
    for sid in [client.sid.as_str(), client.id.as_str(), "unknown"] {
        match websocket(&rig, sid).await {
            Err(Error::Http(response)) => assert_eq!(response.status(), 400, "{sid}"),
            other => panic!("{sid}: {:?}", other.err()),
        }
    }
    first.say("2probe").await;
    assert_eq!(first.hear().await, "3probe");
    first.say("5").await;
    first.say("42[\"say\"]").await;
    assert_eq!(first.hear().await, "42[\"say\"]");
}

#[tokio::test]
async fn a_websocket_alone_needs_no_session() {
    let rig = start(Rules::kind()).await;
    let url = format!("ws://{}/socket.io/?EIO=4&transport=websocket&token=t", rig.address);
    let (mut socket, _) = connect(url.into_client_request().unwrap()).await.unwrap();
    assert!(socket.hear().await.starts_with("0{\"sid\":\"shown\",\"upgrades\":[],"));
    socket.say("42[\"say\"]").await;
    assert_eq!(socket.hear().await, "42[\"say\"]");
    let query = &rig.functions.calls_of("authorizer")[0]["queryStringParameters"];
    assert_eq!(query["dialect"], "socket.io");
    assert_eq!(query["path"], "/socket.io/");
    for query in [
        "EIO=3&transport=websocket",
        "EIO=4&transport=pigeon",
        "EIO=4&transport=polling",
    ] {
        let url = format!("ws://{}/socket.io/?{query}", rig.address);
        match connect(url.into_client_request().unwrap()).await {
            Err(Error::Http(response)) => assert_eq!(response.status(), 400, "{query}"),
            other => panic!("{query}: {:?}", other.err()),
        }
    }
}
