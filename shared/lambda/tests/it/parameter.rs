//! The parameter store: what is asked, what is tried again, what is given up.

use std::sync::{Arc, Mutex};

use bytes::Bytes;
use http::{Request, Response};
use parlour_lambda::Outbound;
use parlour_lambda::endpoint::Endpoint;
use parlour_lambda::parameter_store::{ParameterError, value};
use serde_json::{Value, json};

use crate::server::{Server, reply, signer};

/// Asks a parameter store that gives these answers one after another; what it was asked, and what came of it.
async fn ask(answers: Vec<Response<Bytes>>) -> (Vec<Request<Bytes>>, Result<String, ParameterError>) {
    let seen: Arc<Mutex<Vec<Request<Bytes>>>> = Arc::default();
    let (keep, answers) = (Arc::clone(&seen), Mutex::new(answers.into_iter()));
    let server = Server::start(move |request| {
        keep.lock().unwrap().push(request);
        let answer = answers.lock().unwrap().next().unwrap();
        Box::pin(async { answer })
    })
    .await;
    let endpoint = Endpoint::parse(&server.url()).unwrap();
    let answered = value(&Outbound::new().unwrap(), &signer(), &endpoint, "/parlour/keys").await;
    let requests = std::mem::take(&mut *seen.lock().unwrap());
    (requests, answered)
}

fn refusal(status: u16, code: &str) -> Response<Bytes> {
    reply(status, json!({ "__type": code, "message": "no" }).to_string())
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
    assert_eq!(error, "the parameter store answers 400 ParameterNotFound");
    let (_, answered) = ask(vec![reply(200, "{}")]).await;
    assert!(matches!(answered, Err(ParameterError::NoValue)));
    let (requests, _) = ask(vec![reply(500, ""), reply(500, ""), reply(500, "")]).await;
    assert_eq!(requests.len(), 3);
}
