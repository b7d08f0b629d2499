//! SQS's JSON protocol (AWS JSON 1.0: `POST /` with `x-amz-target: AmazonSQS.…`) for the queues of functions and their dead letters,
//! signed with the gateway's key pair for the service `sqs`.
//!
//! Functions outside this process put their messages here. The gateway itself receives them; only dead letters can be received
//! from outside. Polls do not wait, and messages have no attributes.

mod actions;
mod problem;

use std::sync::Arc;

use axum::body::Body;
use bytes::Bytes;
use http::{HeaderValue, Method, Request, Response, StatusCode, header};
use serde_json::Value;

use crate::aws;
use crate::queue::{FunctionQueue, fresh_id};
use crate::signed::KeyPair;
use problem::{Kind, Problem};

/// The service that a signature has to be for.
const SERVICE: &str = "sqs";
/// What a target begins with.
const TARGET: &str = "AmazonSQS.";
/// The most bytes of a message, and of all messages of a batch together.
const MAX_MESSAGES: usize = 1024 * 1024;
/// The most bytes of a request: JSON in JSON grows by its escapes.
const MAX_BODY: usize = 2 * MAX_MESSAGES;

/// The endpoint.
#[derive(Debug, Clone)]
pub struct Sqs {
    queues: Vec<Arc<FunctionQueue>>,
    key: Arc<KeyPair>,
}

/// Whether a request is one of SQS's protocol.
#[must_use]
pub fn is_ours<B>(request: &Request<B>) -> bool {
    request.method() == Method::POST && request.uri().path() == "/" && target(request.headers()).is_some()
}

fn target(headers: &http::HeaderMap) -> Option<&str> {
    headers.get("x-amz-target")?.to_str().ok()?.strip_prefix(TARGET)
}

impl Sqs {
    /// Over these queues, for the holder of this key pair.
    #[must_use]
    pub fn new(queues: Vec<Arc<FunctionQueue>>, key: Arc<KeyPair>) -> Self {
        Self { queues, key }
    }

    /// Answers a request.
    pub async fn answer<B>(&self, request: Request<B>) -> Response<Body>
    where
        B: http_body::Body<Data = Bytes> + Send,
        B::Error: Into<Box<dyn std::error::Error + Send + Sync>>,
    {
        let mut response = match self.act(request).await {
            Ok(answer) => aws::json(StatusCode::OK, &answer),
            Err(problem) => problem.response(),
        };
        aws::set(&mut response, header::CONTENT_TYPE, "application/x-amz-json-1.0");
        // Without randomness there is none; it serves only to find a request in a log.
        if let Some(id) = fresh_id().ok().and_then(|id| HeaderValue::from_str(&id).ok()) {
            response.headers_mut().insert("x-amzn-requestid", id);
        }
        response
    }

    async fn act<B>(&self, request: Request<B>) -> Result<Value, Problem>
    where
        B: http_body::Body<Data = Bytes> + Send,
        B::Error: Into<Box<dyn std::error::Error + Send + Sync>>,
    {
        let (parts, body) = aws::read(request, &self.key, SERVICE, MAX_BODY).await?;
        match target(&parts.headers).unwrap_or_default() {
            "SendMessage" => self.send(actions::parse(&body)?),
            "SendMessageBatch" => self.send_batch(actions::parse(&body)?),
            "ReceiveMessage" => self.receive(&actions::parse(&body)?),
            "DeleteMessage" => self.delete(&actions::parse(&body)?),
            "GetQueueAttributes" => self.attributes(&actions::parse(&body)?),
            "GetQueueUrl" => self.url(&actions::parse(&body)?, &parts.headers),
            _ => Err(Kind::UnsupportedOperation.because("The gateway does not have this action.")),
        }
    }
}
