//! A service of AWS with prepared answers, which keeps what it was asked.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex};
use std::time::SystemTime;

use bytes::Bytes;
use http::{Request, Response};
use parlour_gateway::signed::{KeyPair, verify};
use parlour_lambda::endpoint::Endpoint;
use parlour_lambda::{AwsService, Outbound};
use serde_json::{Value, json};

use crate::server::{Answering, Server, reply, signer};

type Requests = Arc<Mutex<Vec<Request<Bytes>>>>;

pub(crate) struct Recorder {
    server: Server,
    requests: Requests,
}

impl Recorder {
    /// Gives these answers, one after another.
    pub(crate) async fn start(answers: Vec<Response<Bytes>>) -> Self {
        let answers = Mutex::new(VecDeque::from(answers));
        Self::answering(move |_| {
            let answer = answers.lock().unwrap().pop_front().unwrap();
            Box::pin(async { answer })
        })
        .await
    }

    /// Gives the answers that `answer` makes of a request's body.
    pub(crate) async fn answering(answer: impl Fn(&Value) -> Answering + Send + Sync + 'static) -> Self {
        let requests = Requests::default();
        let keep = Arc::clone(&requests);
        let server = Server::start(move |request| {
            let answering = answer(&serde_json::from_slice(request.body()).unwrap());
            keep.lock().unwrap().push(request);
            answering
        })
        .await;
        Self { server, requests }
    }

    /// This server as the service of that name.
    pub(crate) fn service(&self, name: &'static str) -> AwsService {
        let endpoint = Endpoint::parse(&self.server.url()).unwrap();
        AwsService::new(name, endpoint, Outbound::new().unwrap(), signer())
    }

    /// What was asked since the last call, in the order in which it came.
    pub(crate) fn requests(&self) -> Vec<Request<Bytes>> {
        std::mem::take(&mut *self.requests.lock().unwrap())
    }
}

/// A refusal in the AWS JSON protocol.
pub(crate) fn refusal(status: u16, code: &str) -> Response<Bytes> {
    reply(status, json!({ "__type": code, "message": "no" }).to_string())
}

/// The body of a request, whose signature for this service is good.
pub(crate) fn signed_body(request: Request<Bytes>, service: &str) -> Value {
    let (parts, body) = request.into_parts();
    let key = KeyPair {
        access_key_id: "PARLOURkey".to_owned(),
        secret_access_key: "secret".to_owned(),
    };
    assert_eq!(verify(&key, service, &parts, &body, SystemTime::now()), Ok(()));
    serde_json::from_slice(&body).unwrap()
}
