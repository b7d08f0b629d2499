//! The parts of AWS that a function meets beside DynamoDB, on one loopback port: the Runtime API, the parameter store with the
//! signing keys, and a management API that takes every post.

use std::future::pending;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Instant;

use anyhow::{Context, Result, bail};
use axum::Router;
use axum::body::to_bytes;
use axum::extract::{Request, State};
use axum::response::{IntoResponse, Response};
use bytes::Bytes;
use http::StatusCode;
use serde_json::{Value, json};
use tokio::net::TcpListener;
use tokio::sync::oneshot;
use tokio::task::JoinHandle;

/// The keys that user tokens are signed with here.
pub(crate) const SIGNING_KEYS: &str = "bench:QnJhbmQgbmV3IHNlY3JldCBvZiAzMiBieXRlcyEhISE=";
const NEXT: &str = "/2018-06-01/runtime/invocation/next";
const RUNTIME: &str = "/2018-06-01/runtime/";
const CONNECTIONS: &str = "/gateway/@connections/";
/// Lambda takes no longer answer, in bytes.
const ANSWER: usize = 6 * 1024 * 1024;

/// How an invocation ended.
#[derive(Debug)]
pub(crate) struct Answered {
    /// When the process asked for its first event.
    pub(crate) first_next: Option<Instant>,
    /// When its answer was here.
    pub(crate) at: Instant,
    /// The answer.
    pub(crate) answer: Value,
    /// Posts to connections that the invocation made.
    pub(crate) posts: usize,
}

/// One process, from its event to its answer.
#[derive(Debug, Default)]
struct Invocation {
    event: Option<Bytes>,
    first_next: Option<Instant>,
    posts: usize,
    done: Option<oneshot::Sender<Result<Answered, String>>>,
}

type Shared = Arc<Mutex<Invocation>>;

/// Those parts of AWS; they end with this value.
#[derive(Debug)]
pub(crate) struct Aws {
    address: String,
    invocation: Shared,
    serving: JoinHandle<()>,
}

impl Drop for Aws {
    fn drop(&mut self) {
        self.serving.abort();
    }
}

impl Aws {
    pub(crate) async fn start() -> Result<Self> {
        let listener = TcpListener::bind("127.0.0.1:0").await.context("listen on loopback")?;
        let address = listener.local_addr()?.to_string();
        let invocation = Shared::default();
        let router = Router::new().fallback(answer).with_state(Arc::clone(&invocation));
        let serving = tokio::spawn(async move {
            // It ends only with the benchmark.
            let _ = axum::serve(listener, router).await;
        });
        Ok(Self {
            address,
            invocation,
            serving,
        })
    }

    /// Host and port.
    pub(crate) fn address(&self) -> &str {
        &self.address
    }

    /// Lays an event out for the process that is started next.
    pub(crate) fn expect(&self, event: &Value) -> oneshot::Receiver<Result<Answered, String>> {
        let (done, answered) = oneshot::channel();
        *self.invocation.lock().unwrap_or_else(PoisonError::into_inner) = Invocation {
            event: Some(event.to_string().into()),
            done: Some(done),
            ..Invocation::default()
        };
        answered
    }
}

async fn answer(State(invocation): State<Shared>, request: Request) -> Response {
    let path = request.uri().path();
    if path == NEXT {
        return next(&invocation).await;
    }
    if let Some(what) = path.strip_prefix(RUNTIME) {
        let failed = what.ends_with("/error");
        let answered = finish(&invocation, failed, request).await;
        let accepted = || StatusCode::ACCEPTED.into_response();
        return answered.map_or_else(|_| StatusCode::BAD_REQUEST.into_response(), |()| accepted());
    }
    if path.starts_with(CONNECTIONS) {
        // A connection that is only opened ahead is no post.
        if request.method() == http::Method::POST {
            invocation.lock().unwrap_or_else(PoisonError::into_inner).posts += 1;
        }
        return StatusCode::OK.into_response();
    }
    let target = request.headers().get("x-amz-target");
    if target.is_some_and(|target| target == "AmazonSSM.GetParameter") {
        return json!({ "Parameter": { "Value": SIGNING_KEYS } })
            .to_string()
            .into_response();
    }
    StatusCode::NOT_FOUND.into_response()
}

/// Hands out the event once; who asks again waits until its process is ended.
async fn next(invocation: &Shared) -> Response {
    let event = {
        let mut invocation = invocation.lock().unwrap_or_else(PoisonError::into_inner);
        let event = invocation.event.take();
        if event.is_some() {
            invocation.first_next = Some(Instant::now());
        }
        event
    };
    let Some(event) = event else { return pending().await };
    let headers = [
        ("content-type", "application/json"),
        ("lambda-runtime-aws-request-id", "8476a536-e9f4-11e8-9739-2dfe598c3fcd"),
        ("lambda-runtime-deadline-ms", "4102444800000"),
        (
            "lambda-runtime-invoked-function-arn",
            "arn:aws:lambda:eu-central-1:000000000000:function:bench",
        ),
    ];
    (headers, event).into_response()
}

async fn finish(invocation: &Shared, failed: bool, request: Request) -> Result<()> {
    let body = to_bytes(request.into_body(), ANSWER).await?;
    let at = Instant::now();
    let answer: Value = serde_json::from_slice(&body)?;
    let mut invocation = invocation.lock().unwrap_or_else(PoisonError::into_inner);
    let Some(done) = invocation.done.take() else {
        bail!("answered twice");
    };
    let answered = Answered {
        first_next: invocation.first_next,
        at,
        answer,
        posts: invocation.posts,
    };
    let result = if failed {
        Err(answered.answer.to_string())
    } else {
        Ok(answered)
    };
    // Whoever gave up waiting has said so.
    let _ = done.send(result);
    Ok(())
}
