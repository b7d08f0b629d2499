//! The Invoke API: functions outside the process call each other by it.

use parlour_gateway::connection::Rules;
use parlour_gateway::signed::KeyPair;
use serde_json::{Value, json};

use crate::rig::{Rig, start};
use crate::signing::{self, Answer, Unsigned};

async fn invoke(rig: &Rig, function: &str, kind: &str, body: &[u8]) -> Answer {
    signed(rig, &rig.key, "lambda", function, kind, body).await
}

async fn signed(rig: &Rig, key: &KeyPair, service: &str, function: &str, kind: &str, body: &[u8]) -> Answer {
    let path = format!("/2015-03-31/functions/{function}/invocations");
    let request = Unsigned {
        service,
        method: "POST",
        path: &path,
        headers: &[("content-type", "application/json"), ("x-amz-invocation-type", kind)],
        body,
    };
    signing::call(rig, key, request).await
}

#[tokio::test]
async fn who_waits_gets_the_answer() {
    let rig = start(Rules::kind()).await;
    for name in [
        "connected",
        "arn%3Aaws%3Alambda%3Alocal%3A000000000000%3Afunction%3Aconnected",
        "connected%3Alive",
    ] {
        let answer = invoke(&rig, name, "RequestResponse", br#"{"who":"Ada"}"#).await;
        assert_eq!(answer.status, 200, "{name}");
        assert_eq!(answer.body, json!({ "greeted": "Ada" }));
        assert_eq!(answer.header("x-amz-executed-version"), "$LATEST");
        assert_eq!(answer.header("x-amz-function-error"), "");
    }
    let failed = invoke(&rig, "connected", "RequestResponse", br#"{"fail":true}"#).await;
    assert_eq!(
        (failed.status, failed.header("x-amz-function-error")),
        (200, "Unhandled")
    );
    assert_eq!(failed.body["errorMessage"], "no such client");
}

#[tokio::test]
async fn who_does_not_wait_gets_202_and_failures_are_tried_again() {
    let rig = start(Rules::kind()).await;
    let answer = invoke(&rig, "connected", "Event", br#"{"who":"Bob"}"#).await;
    assert_eq!((answer.status, answer.body), (202, Value::Null));
    assert_eq!(rig.functions.wait_for("connected", 1).await[0]["who"], "Bob");
    assert_eq!(
        invoke(&rig, "connected", "Event", br#"{"fail":true}"#).await.status,
        202
    );
    let calls = rig.functions.wait_for("connected", 3).await;
    assert_eq!(calls[1], calls[2]);
    assert_eq!(invoke(&rig, "connected", "DryRun", b"{}").await.status, 204);
}

#[tokio::test]
async fn a_shutdown_waits_for_calls_and_for_the_queue() {
    let rig = start(Rules::kind()).await;
    let functions = std::sync::Arc::clone(&rig.functions);
    assert_eq!(
        invoke(&rig, "default", "Event", br#"{"body":"{\"do\":\"wait\"}"}"#)
            .await
            .status,
        202
    );
    functions.wait_for("default", 1).await;
    let shutdown = tokio::spawn(rig.server.shutdown());
    tokio::task::yield_now().await;
    assert!(!shutdown.is_finished());
    functions.gate.notify_one();
    shutdown.await.unwrap();
}

#[tokio::test]
async fn refusals_are_those_of_lambda() {
    let rig = start(Rules::kind()).await;
    let big = |bytes: usize| format!("\"{}\"", "x".repeat(bytes)).into_bytes();
    const MB: usize = 1024 * 1024;
    for (function, kind, body, status, error) in [
        ("greet", "Event", b"{}".to_vec(), 404, "ResourceNotFoundException"),
        (
            "connected",
            "Later",
            b"{}".to_vec(),
            400,
            "InvalidParameterValueException",
        ),
        (
            "connected",
            "Event",
            b"nonsense".to_vec(),
            400,
            "InvalidRequestContentException",
        ),
        ("connected", "Event", big(MB), 413, "RequestTooLargeException"),
        (
            "connected",
            "RequestResponse",
            big(6 * MB),
            413,
            "RequestTooLargeException",
        ),
    ] {
        let answer = invoke(&rig, function, kind, &body).await;
        assert_eq!((answer.status, answer.header("x-amzn-errortype")), (status, error));
    }
    assert_eq!(
        invoke(&rig, "connected", "RequestResponse", &big(2 * MB)).await.status,
        200
    );
    let wrong = KeyPair {
        secret_access_key: "wrong".to_owned(),
        ..KeyPair::clone(&rig.key)
    };
    for (key, service, error) in [
        (&wrong, "lambda", "InvalidSignatureException"),
        (&*rig.key, "sqs", "IncompleteSignatureException"),
    ] {
        let answer = signed(&rig, key, service, "connected", "Event", b"{}").await;
        assert_eq!((answer.status, answer.header("x-amzn-errortype")), (403, error));
    }
    assert_eq!(rig.functions.calls_of("connected").len(), 1);
}
