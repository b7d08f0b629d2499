//! A receiver of webhooks, on this machine: it notes every call and answers as it is told to.

use std::sync::{Arc, Mutex};
use std::time::Instant;

use axum::Router;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use parlour_auth::WebhookSecret;
use parlour_domain::Timestamp;
use serde_json::Value;
use tokio::net::TcpListener;

use super::LIMIT;

/// One call.
#[derive(Debug, Clone)]
pub(crate) struct Call {
    pub(crate) id: String,
    at: i64,
    pub(crate) signatures: Vec<String>,
    pub(crate) body: Bytes,
}

impl Call {
    pub(crate) fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap()
    }

    pub(crate) fn kind(&self) -> String {
        self.json()["type"].as_str().unwrap().to_owned()
    }

    pub(crate) fn is_signed_with(&self, secret: &Value) -> bool {
        let secret = WebhookSecret::parse(secret.as_str().unwrap()).unwrap();
        let at = Timestamp::from_millis(0).plus_seconds(self.at);
        self.signatures.contains(&secret.sign(&self.id, at, &self.body))
    }
}

#[derive(Debug, Default)]
struct Noted {
    calls: Vec<Call>,
    /// What it answers; 0: as if all were well.
    status: u16,
}

/// Somebody who is told. Clones share the calls.
#[derive(Debug, Clone, Default)]
pub(crate) struct Receiver(Arc<Mutex<Noted>>);

impl Receiver {
    /// Listens; the URL of it.
    pub(crate) async fn start(&self) -> String {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let router = Router::new().fallback(note).with_state(self.clone());
        tokio::spawn(async move { axum::serve(listener, router).await });
        format!("http://{address}/hook")
    }

    pub(crate) fn answer(&self, status: u16) {
        self.0.lock().unwrap().status = status;
    }

    pub(crate) fn calls(&self) -> Vec<Call> {
        self.0.lock().unwrap().calls.clone()
    }

    /// Waits until there are calls enough; all of them.
    pub(crate) async fn called(&self, times: usize) -> Vec<Call> {
        let begin = Instant::now();
        loop {
            let calls = self.calls();
            if calls.len() >= times {
                return calls;
            }
            let kinds: Vec<String> = calls.iter().map(Call::kind).collect();
            assert!(
                begin.elapsed() < LIMIT,
                "called {} of {times} times: {kinds:?}",
                calls.len()
            );
            tokio::time::sleep(std::time::Duration::from_millis(20)).await;
        }
    }
}

async fn note(State(receiver): State<Receiver>, headers: HeaderMap, body: Bytes) -> StatusCode {
    let header = |name: &str| headers[name].to_str().unwrap().to_owned();
    assert_eq!(header("content-type"), "application/json");
    let call = Call {
        id: header("webhook-id"),
        at: header("webhook-timestamp").parse().unwrap(),
        signatures: header("webhook-signature").split(' ').map(str::to_owned).collect(),
        body,
    };
    let mut noted = receiver.0.lock().unwrap();
    noted.calls.push(call);
    StatusCode::from_u16(noted.status).unwrap_or(StatusCode::NO_CONTENT)
}
