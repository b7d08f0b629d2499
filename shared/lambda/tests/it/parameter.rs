//! The parameter store: what is asked, what is tried again, what is given up.

use bytes::Bytes;
use http::{Request, Response};
use parlour_lambda::parameter_store::{ParameterError, value};
use serde_json::{Value, json};

use crate::recorder::{Recorder, refusal};
use crate::server::reply;

/// Asks a parameter store that gives these answers one after another; what it was asked, and what came of it.
async fn ask(answers: Vec<Response<Bytes>>) -> (Vec<Request<Bytes>>, Result<String, ParameterError>) {
    let server = Recorder::start(answers).await;
    let answered = value(&server.service("ssm"), "/parlour/keys").await;
    (server.requests(), answered)
}

fn found() -> Response<Bytes> {
    reply(
        200,
        json!({ "Parameter": { "Name": "/parlour/keys", "Value": "k1:abc" } }).to_string(),
    )
}

#[tokio::test]
async fn a_parameter_is_asked_for_decrypted_and_signed() {
    let (requests, answered) = ask(vec![found()]).await;
    assert_eq!(answered.unwrap(), "k1:abc");
    let request = requests.first().unwrap();
    assert_eq!(request.headers()["x-amz-target"], "AmazonSSM.GetParameter");
    assert_eq!(request.headers()["content-type"], "application/x-amz-json-1.1");
    let signature = request.headers()["authorization"].to_str().unwrap();
    assert!(signature.contains("/eu-central-1/ssm/aws4_request"), "{signature}");
    let body: Value = serde_json::from_slice(request.body()).unwrap();
    assert_eq!(body, json!({ "Name": "/parlour/keys", "WithDecryption": true }));
}

#[tokio::test]
async fn what_may_pass_is_tried_again() {
    let answers = vec![reply(500, ""), refusal(400, "ThrottlingException"), found()];
    let (requests, answered) = ask(answers).await;
    assert_eq!((requests.len(), answered.unwrap().as_str()), (3, "k1:abc"));
}

#[tokio::test]
async fn what_stays_is_said_at_once() {
    let (requests, answered) = ask(vec![refusal(400, "ParameterNotFound")]).await;
    assert_eq!(requests.len(), 1);
    let error = answered.unwrap_err().to_string();
    assert_eq!(error, "ssm answers 400 ParameterNotFound");
    let (_, answered) = ask(vec![reply(200, "{}")]).await;
    assert!(matches!(answered, Err(ParameterError::NoValue)));
    let (requests, _) = ask(vec![reply(500, ""), reply(500, ""), reply(500, "")]).await;
    assert_eq!(requests.len(), 3);
}
