//! What happens before a connection is open.

use parlour_gateway::connection::Rules;
use tokio_tungstenite::tungstenite::Error;
use tokio_tungstenite::tungstenite::client::IntoClientRequest;

use crate::rig::{connect, did, ping, start};

#[tokio::test]
async fn refusals_come_before_the_upgrade() {
    let rig = start(Rules::kind()).await;
    for (query, status) in [
        ("auth=unauthorized", 401),
        ("auth=deny", 403),
        ("auth=broken", 500),
        ("connect=403", 403),
        ("connect=429", 429),
        ("connect=302", 502),
    ] {
        match rig.try_connect(query).await {
            Err(Error::Http(response)) => assert_eq!(response.status(), status, "{query}"),
            other => panic!("{query}: {:?}", other.err()),
        }
    }
    assert!(rig.registry.is_empty());
    assert!(
        rig.functions.calls_of("disconnect").is_empty(),
        "there was no connection"
    );
}

#[tokio::test]
async fn connect_is_told_who_asks_and_what_the_authorizer_said() {
    let rig = start(Rules::kind()).await;
    let mut client = rig.connect("ticket=a%20b").await;
    let authorizer = &rig.functions.calls_of("authorizer")[0];
    assert_eq!(authorizer["type"], "REQUEST");
    assert_eq!(authorizer["queryStringParameters"]["ticket"], "a b");
    let connect = &rig.functions.calls_of("connect")[0];
    assert_eq!(connect["requestContext"]["authorizer"]["app"], "shop");
    assert_eq!(connect["requestContext"]["authorizer"]["principalId"], "user");
    assert_eq!(connect["headers"]["Host"], rig.address.as_str());
    assert_eq!(connect["headers"]["Sec-WebSocket-Version"], "13");
    client.send(ping(1)).await;
    assert_eq!(client.receive().await, did(1));
    let message = &rig.functions.calls_of("default")[0];
    assert_eq!(message["requestContext"]["authorizer"]["app"], "shop");
    assert_eq!(
        message["requestContext"]["connectionId"],
        connect["requestContext"]["connectionId"]
    );
}

#[tokio::test]
async fn the_subprotocol_is_echoed_if_it_was_offered() {
    let rig = start(Rules::kind()).await;
    let url = format!("ws://{}/", rig.address);
    let mut request = url.as_str().into_client_request().unwrap();
    let offered = "parlour.v1, parlour.token.secret".parse().unwrap();
    request.headers_mut().insert("sec-websocket-protocol", offered);
    let (_client, response) = connect(request).await.unwrap();
    assert_eq!(response.headers()["sec-websocket-protocol"], "parlour.v1");
    let (_client, response) = connect(url.as_str().into_client_request().unwrap()).await.unwrap();
    assert!(!response.headers().contains_key("sec-websocket-protocol"));
}

#[tokio::test]
async fn only_the_websocket_paths_upgrade() {
    let rig = start(Rules::kind()).await;
    let request = format!("ws://{}/user", rig.address).into_client_request().unwrap();
    match connect(request).await {
        Err(Error::Http(response)) => assert_eq!(response.status(), 404),
        other => panic!("{:?}", other.err()),
    }
    let old = reqwest::Client::new()
        .get(rig.url("/ws"))
        .header("connection", "upgrade")
        .header("upgrade", "websocket")
        .header("sec-websocket-version", "8")
        .header("sec-websocket-key", "x");
    assert_eq!(old.send().await.unwrap().status(), 426);
}
