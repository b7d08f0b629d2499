//! Asynchronous calls: what Lambda is asked, what is tried again, what is refused.

use std::future::pending;

use bytes::Bytes;
use parlour_lambda::LambdaCalls;
use parlour_service::calls::Calls;
use serde_json::json;
use tokio::time::Instant;

use crate::recorder::{Recorder, refusal, signed_body};
use crate::server::reply;

const ARN: &str = "arn:aws:lambda:eu-central-1:123456789012:function:parlour-connected";

fn calls(lambda: &Recorder, function: &str) -> LambdaCalls {
    LambdaCalls::new(lambda.service("lambda"), function.to_owned())
}

fn event() -> Bytes {
    Bytes::from_static(br#"{"requestContext":{"connectionId":"c1"}}"#)
}

#[tokio::test]
async fn a_function_is_called_asynchronously_with_the_very_event() {
    for (function, path) in [
        (
            "parlour-connected",
            "/2015-03-31/functions/parlour-connected/invocations",
        ),
        (
            ARN,
            "/2015-03-31/functions/arn%3Aaws%3Alambda%3Aeu-central-1%3A123456789012%3Afunction%3Aparlour-connected/invocations",
        ),
    ] {
        let lambda = Recorder::start(vec![reply(202, "")]).await;
        assert_eq!(calls(&lambda, function).call_later("connected", event()).await, Ok(()));
        let mut requests = lambda.requests();
        assert_eq!(requests.len(), 1);
        let request = requests.remove(0);
        assert_eq!((request.method().as_str(), request.uri().path()), ("POST", path));
        assert_eq!(request.headers()["x-amz-invocation-type"], "Event");
        assert_eq!(
            signed_body(request, "lambda"),
            json!({ "requestContext": { "connectionId": "c1" } })
        );
    }
}

#[tokio::test]
async fn a_call_is_tried_twice_and_what_stays_is_said_at_once() {
    for (first, tries, outcome) in [
        (reply(500, ""), 2, true),
        (
            reply(429, r#"{"Reason":"ReservedFunctionConcurrentInvocationLimitExceeded"}"#),
            2,
            true,
        ),
        (refusal(404, ""), 1, false),
        (refusal(403, "AccessDeniedException"), 1, false),
    ] {
        let status = first.status();
        let lambda = Recorder::start(vec![first, reply(202, "")]).await;
        let called = calls(&lambda, "connected").call_later("connected", event()).await;
        assert_eq!((lambda.requests().len(), called.is_ok()), (tries, outcome), "{status}");
    }
    let failing = Recorder::start(vec![reply(503, ""), reply(503, "")]).await;
    assert!(
        calls(&failing, "connected")
            .call_later("connected", event())
            .await
            .is_err()
    );
    assert_eq!(failing.requests().len(), 2);
}

#[tokio::test]
async fn a_silent_service_is_given_up() {
    let silent = Recorder::answering(|_| Box::pin(pending())).await;
    let calls = calls(&silent, "connected");
    let before = Instant::now();
    assert!(calls.call_later("connected", event()).await.is_err());
    assert_eq!(silent.requests().len(), 2);
    assert!(before.elapsed().as_secs() < 60, "{:?}", before.elapsed());
}

#[tokio::test]
async fn only_connected_is_called() {
    let lambda = Recorder::start(Vec::new()).await;
    assert!(calls(&lambda, "connected").call_later("sweep", event()).await.is_err());
    assert!(lambda.requests().is_empty());
}
