//! Socket.IO clients that poll: the handshake, packets both ways, and how sessions end.

mod ending;
mod refusals;
mod upgrade;

use std::time::Duration;

use parlour_gateway::clock::now_millis;
use parlour_gateway::connection::Rules;
use parlour_service::push::Pushed;
use serde_json::{Value, json};
use tokio::task::JoinHandle;
use tokio::time::{sleep, timeout};

use crate::rig::{LIMIT, Rig, start};

/// Between two packets.
const SEPARATOR: char = '\u{1e}';

/// A client that polls.
#[derive(Debug, Clone)]
struct Poller {
    http: reqwest::Client,
    url: String,
    sid: String,
    /// The id of its connection.
    id: String,
}

/// Where a session begins.
fn url(rig: &Rig, more: &str) -> String {
    rig.url(&format!("/socket.io/?EIO=4&transport=polling{more}"))
}

/// The status and the body.
async fn read(response: reqwest::Response) -> (u16, String) {
    let status = response.status().as_u16();
    (status, timeout(LIMIT, response.text()).await.expect("a body").unwrap())
}

async fn get(http: &reqwest::Client, url: &str) -> (u16, String) {
    let response = timeout(LIMIT, http.get(url).send()).await.expect("an answer");
    read(response.unwrap()).await
}

/// Waits for what nobody tells.
async fn until(mut condition: impl FnMut() -> bool) {
    let wait = async {
        while !condition() {
            sleep(Duration::from_millis(2)).await;
        }
    };
    timeout(LIMIT, wait).await.expect("it comes to that");
}

impl Poller {
    async fn open(rig: &Rig) -> Self {
        let http = reqwest::Client::new();
        let (status, body) = get(&http, &url(rig, "")).await;
        assert_eq!(status, 200, "{body}");
        let open: Value = serde_json::from_str(body.strip_prefix('0').unwrap()).unwrap();
        let sid = open["sid"].as_str().unwrap().to_owned();
        Self {
            http,
            url: url(rig, &format!("&sid={sid}")),
            sid,
            id: rig.last_connection(),
        }
    }

    async fn poll(&self) -> (u16, String) {
        get(&self.http, &self.url).await
    }

    /// A request that the server lets wait already.
    async fn waits(&self, rig: &Rig) -> JoinHandle<(u16, String)> {
        let entry = rig.registry.get(&self.id).unwrap();
        let before = entry.last_active_at() + 1;
        until(|| now_millis() > before).await;
        let client = self.clone();
        let waiting = tokio::spawn(async move { client.poll().await });
        until(|| entry.last_active_at() > before).await;
        waiting
    }

    /// The packets of the next answer.
    async fn packets(&self) -> Vec<String> {
        let (status, body) = self.poll().await;
        assert_eq!(status, 200, "{body}");
        body.split(SEPARATOR).map(str::to_owned).collect()
    }

    async fn post(&self, packets: &[&str]) -> (u16, String) {
        self.post_body(packets.join(&SEPARATOR.to_string())).await
    }

    async fn post_body(&self, body: impl Into<reqwest::Body>) -> (u16, String) {
        let request = self.http.post(&self.url).body(body);
        read(timeout(LIMIT, request.send()).await.expect("an answer").unwrap()).await
    }

    /// There is no such session any more.
    async fn is_over(&self) {
        let unknown = (400, r#"{"code":1,"message":"Session ID unknown"}"#.to_owned());
        let over = async { while self.poll().await != unknown {} };
        timeout(LIMIT, over).await.expect("the session ends");
    }

    /// What `$disconnect` was told of its end: once, when nothing can be posted to it any more.
    async fn ended(&self, rig: &Rig) -> u64 {
        let calls = rig.functions.wait_for("disconnect", 1).await;
        assert_eq!(calls.len(), 1);
        let context = &calls[0]["requestContext"];
        assert_eq!(context["connectionId"], self.id.as_str());
        assert_eq!(rig.registry.post(&self.id, &"late".into()), Pushed::Gone);
        context["disconnectStatusCode"].as_u64().unwrap()
    }
}

fn ok() -> (u16, String) {
    (200, "ok".to_owned())
}

#[tokio::test]
async fn a_session_is_opened_by_its_first_request() {
    let rig = start(Rules::kind()).await;
    let request = reqwest::Client::new()
        .get(url(&rig, "&t=abc&token=to%20ken&dialect=go-chat"))
        .header("authorization", "Bearer secret");
    let response = request.send().await.unwrap();
    assert_eq!(response.status(), 200);
    assert_eq!(response.headers()["content-type"], "text/plain; charset=UTF-8");
    assert_eq!(response.headers()["cache-control"], "no-store");
    let body = response.text().await.unwrap();
    let open: Value = serde_json::from_str(body.strip_prefix('0').unwrap()).unwrap();
    assert_eq!(open["upgrades"], json!(["websocket"]));
    assert_eq!(open["pingInterval"], 540_000);
    assert_eq!(open["pingTimeout"], 120_000);
    assert_eq!(open["maxPayload"], 32_768);
    let sid = open["sid"].as_str().unwrap();
    assert_eq!(sid.len(), 22);
    for function in ["authorizer", "connect"] {
        let event = &rig.functions.calls_of(function)[0];
        assert!(!event.to_string().contains(sid), "only the client is told");
        let query = &event["queryStringParameters"];
        assert_eq!(query["dialect"], "socket.io");
        assert_eq!(query["path"], "/socket.io/");
        assert_eq!(query["token"], "to ken");
        assert_eq!(query["EIO"], "4");
        assert_eq!(event["headers"]["Authorization"], "Bearer secret");
        assert_eq!(event["requestContext"]["identity"]["sourceIp"], "127.0.0.1");
    }
    assert_eq!(rig.registry.len(), 1);
}

#[tokio::test]
async fn packets_go_both_ways_in_their_order() {
    let rig = start(Rules::kind()).await;
    let client = Poller::open(&rig).await;
    let said: Vec<String> = (0..100).map(|n| format!("42[\"say\",{n}]")).collect();
    for some in said.chunks(10) {
        let some: Vec<&str> = some.iter().map(String::as_str).collect();
        assert_eq!(client.post(&some).await, ok());
    }
    let mut heard = Vec::new();
    while heard.len() < said.len() {
        heard.extend(client.packets().await);
    }
    assert_eq!(heard, said);
    let bodies = |events: Vec<Value>| -> Vec<String> {
        let bodies = events.iter().map(|event| event["body"].as_str().unwrap().to_owned());
        bodies.collect()
    };
    assert_eq!(bodies(rig.functions.calls_of("default")), said);
    let frame = &rig.functions.calls_of("default")[0];
    assert_eq!(frame["requestContext"]["routeKey"], "$default");
    assert_eq!(frame["requestContext"]["connectionId"], client.id.as_str());
    assert_eq!(frame["requestContext"]["authorizer"]["app"], "shop");
}

#[tokio::test]
async fn a_request_waits_for_what_is_posted() {
    let rig = start(Rules::kind()).await;
    let client = Poller::open(&rig).await;
    let waiting = client.waits(&rig).await;
    assert_eq!(rig.registry.post(&client.id, &"42[\"first\"]".into()), Pushed::Sent);
    assert_eq!(waiting.await.unwrap(), (200, "42[\"first\"]".to_owned()));
    let mut heard = Vec::new();
    for frame in ["42[\"second\"]", "42[\"third\"]"] {
        assert_eq!(rig.registry.post(&client.id, &frame.into()), Pushed::Sent);
    }
    while heard.len() < 2 {
        heard.extend(client.packets().await);
    }
    assert_eq!(heard, ["42[\"second\"]", "42[\"third\"]"]);
}

#[tokio::test]
async fn what_nobody_fetches_is_throttled_and_nothing_of_it_is_lost() {
    let rig = start(Rules::kind()).await;
    let client = Poller::open(&rig).await;
    let mut sent = 0;
    let full = async {
        loop {
            match rig.registry.post(&client.id, &format!("42[{sent}]").into()) {
                Pushed::Sent => sent += 1,
                Pushed::Throttled => break,
                other => panic!("{other:?}"),
            }
            tokio::task::yield_now().await;
        }
    };
    timeout(LIMIT, full).await.expect("there is an end to it");
    assert!((256..1_000).contains(&sent), "{sent}");
    let mut heard = Vec::new();
    while heard.len() < sent {
        heard.extend(client.packets().await);
    }
    let all: Vec<String> = (0..sent).map(|n| format!("42[{n}]")).collect();
    assert_eq!(heard, all);
}

/// Pings so far apart that a machine may stall for seconds before too many of them stay unanswered.
fn pinging() -> Rules {
    Rules {
        ping_every: Some(Duration::from_secs(2)),
        ..Rules::kind()
    }
}

#[tokio::test]
async fn a_client_that_polls_is_there() {
    let rig = start(pinging()).await;
    let client = Poller::open(&rig).await;
    // More pings than may stay unanswered.
    for _ in 0..3 {
        assert_eq!(client.packets().await, ["6"]);
    }
    assert_eq!(client.post(&["42[\"say\"]"]).await, ok());
    let mut heard = Vec::new();
    while !heard.contains(&"42[\"say\"]".to_owned()) {
        heard = client.packets().await;
    }
}

#[tokio::test]
async fn a_client_that_does_not_come_back_is_gone() {
    let rig = start(pinging()).await;
    let client = Poller::open(&rig).await;
    assert_eq!(client.ended(&rig).await, 1006);
    client.is_over().await;
}

#[tokio::test]
async fn pages_of_any_origin_may_ask_and_say_what_headers_they_like() {
    let rig = start(Rules::kind()).await;
    let http = reqwest::Client::new();
    let asked = http
        .request(reqwest::Method::OPTIONS, url(&rig, ""))
        .header("origin", "https://shop.example")
        .header("access-control-request-method", "GET")
        .header("access-control-request-headers", "authorization,x-own");
    let response = asked.send().await.unwrap();
    assert_eq!(response.status(), 204);
    let headers = response.headers();
    assert_eq!(headers["access-control-allow-origin"], "https://shop.example");
    assert_eq!(headers["access-control-allow-methods"], "GET, POST");
    assert_eq!(headers["access-control-allow-headers"], "authorization,x-own");
    assert!(
        !headers.contains_key("access-control-allow-credentials"),
        "no cookie is read"
    );
    assert!(rig.functions.calls_of("authorizer").is_empty());
    for (more, status) in [("", 200), ("&auth=deny", 403), ("&sid=unknown", 400)] {
        let request = http.get(url(&rig, more)).header("origin", "https://shop.example");
        let response = request.send().await.unwrap();
        assert_eq!(response.status(), status, "{more}");
        assert_eq!(
            response.headers()["access-control-allow-origin"],
            "https://shop.example"
        );
        assert_eq!(response.headers()["vary"], "origin");
    }
    let authorizer = &rig.functions.calls_of("authorizer")[0];
    assert_eq!(authorizer["headers"]["Origin"], "https://shop.example", "it decides");
}
