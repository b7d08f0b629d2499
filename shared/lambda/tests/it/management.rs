//! Each answer of a management API, none at all, and the signature as the gateway checks it.

use std::future::pending;
use std::sync::{Arc, Mutex};
use std::time::{Duration, SystemTime};

use bytes::Bytes;
use http::{Method, Request};
use parlour_domain::ConnectionId;
use parlour_gateway::signed::{KeyPair, verify};
use parlour_lambda::endpoint::Endpoint;
use parlour_lambda::{ManagementApi, Outbound};
use parlour_service::push::{Address, Push, Pushed};

use crate::server::{Server, reply, signer};

const LONG: Duration = Duration::from_secs(30);

fn api(default: Option<&str>, limit: Duration) -> ManagementApi {
    let default = default.map(|text| Endpoint::parse(text).unwrap());
    ManagementApi::new(Outbound::new().unwrap(), signer(), default).with_limit(limit)
}

fn id() -> ConnectionId {
    ConnectionId::parse("L0SM9cO/vHCIhw=").unwrap()
}

async fn post(api: &ManagementApi, endpoint: Option<&str>) -> Pushed {
    let to = Address {
        connection: &id(),
        endpoint,
    };
    api.post(to, Bytes::from_static(br#"{"event":"pong"}"#)).await
}

#[tokio::test]
async fn an_answer_says_what_became_of_a_post() {
    for (status, expected) in [
        (200, Pushed::Sent),
        (204, Pushed::Sent),
        (410, Pushed::Gone),
        (429, Pushed::Throttled),
        (400, Pushed::Failed),
        (403, Pushed::Failed),
        (413, Pushed::Failed),
        (500, Pushed::Failed),
        (503, Pushed::Failed),
    ] {
        let server = Server::start(move |_| Box::pin(async move { reply(status, "{}") })).await;
        assert_eq!(post(&api(Some(&server.url()), LONG), None).await, expected, "{status}");
    }
}

#[tokio::test]
async fn a_failed_post_is_not_tried_again() {
    let asked = Arc::new(Mutex::new(0));
    let count = Arc::clone(&asked);
    let server = Server::start(move |_| {
        *count.lock().unwrap() += 1;
        Box::pin(async { reply(500, "") })
    })
    .await;
    post(&api(Some(&server.url()), LONG), None).await;
    assert_eq!(*asked.lock().unwrap(), 1);
}

#[tokio::test]
async fn who_never_answers_or_does_not_listen_fails() {
    let silent = Server::start(|_| Box::pin(pending())).await;
    let impatient = api(Some(&silent.url()), Duration::from_millis(100));
    assert_eq!(post(&impatient, None).await, Pushed::Failed);

    let closed = Server::start(|_| Box::pin(pending())).await.url();
    assert_eq!(post(&api(Some(&closed), LONG), None).await, Pushed::Failed);
    assert_eq!(
        post(&api(None, LONG), None).await,
        Pushed::Failed,
        "it has no endpoint yet"
    );
    assert_eq!(post(&api(None, LONG), Some("not a URL")).await, Pushed::Failed);
}

#[tokio::test]
async fn requests_are_signed_as_the_gateway_checks_it() {
    let seen: Arc<Mutex<Vec<Request<Bytes>>>> = Arc::default();
    let keep = Arc::clone(&seen);
    let server = Server::start(move |request| {
        keep.lock().unwrap().push(request);
        Box::pin(async { reply(200, "") })
    })
    .await;
    let api = api(Some("http://127.0.0.1:1"), LONG);
    let staged = format!("{}/prod", server.url());
    assert_eq!(
        post(&api, Some(&staged)).await,
        Pushed::Sent,
        "the connection's own endpoint"
    );
    let to = Address {
        connection: &id(),
        endpoint: Some(&server.url()),
    };
    assert_eq!(api.close(to).await, Pushed::Sent);

    let key = KeyPair {
        access_key_id: "PARLOURkey".to_owned(),
        secret_access_key: "secret".to_owned(),
    };
    let expected = [
        (
            Method::POST,
            "/prod/@connections/L0SM9cO%2FvHCIhw%3D",
            &br#"{"event":"pong"}"#[..],
        ),
        (Method::DELETE, "/@connections/L0SM9cO%2FvHCIhw%3D", b""),
    ];
    let requests = std::mem::take(&mut *seen.lock().unwrap());
    assert_eq!(requests.len(), expected.len());
    for (request, (method, path, body)) in requests.into_iter().zip(expected) {
        let (parts, sent) = request.into_parts();
        assert_eq!((&parts.method, parts.uri.path()), (&method, path));
        assert_eq!(sent, body);
        assert_eq!(parts.headers["x-amz-security-token"], "session");
        assert_eq!(verify(&key, "execute-api", &parts, &sent, SystemTime::now()), Ok(()));
        assert!(verify(&key, "execute-api", &parts, b"something else", SystemTime::now()).is_err());
    }
}

#[tokio::test]
async fn the_first_event_gives_the_default_endpoint() {
    let api = api(None, LONG);
    let of = |stage: &str| Some(Endpoint::of_api("a1", "eu-central-1", stage));
    assert_eq!(api.default_endpoint(|| None), None);
    assert_eq!(api.default_endpoint(|| of("prod")).cloned(), of("prod"));
    assert_eq!(api.default_endpoint(|| of("other")).cloned(), of("prod"));
}
