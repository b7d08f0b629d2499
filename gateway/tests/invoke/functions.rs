//! All functions of Parlour behind Lambda's Invoke API, as `cargo lambda watch` serves them: they know the gateway and the tables by URL
//! only, and a failure is the status 500 with what the function said.

use std::sync::{Arc, Mutex, OnceLock};

use axum::body::Body;
use axum::extract::{Path, State};
use axum::response::{IntoResponse, Response};
use axum::routing::post;
use bytes::Bytes;
use http::{HeaderMap, Request, StatusCode};
use lambda_http::Body as EventBody;
use parlour_gateway::account::Account;
use parlour_gateway::clock;
use parlour_gateway::engine::{DynamoDb, Engine, Place};
use parlour_gateway::secrets::Secrets;
use parlour_gateway::signed::KeyPair;
use parlour_handlers::{MomentSource, rest};
use parlour_service::calls::{CallError, Calls};
use parlour_service::files::NoFiles;
use parlour_service::push::{Address, BoxFuture, Push, Pushed};
use parlour_service::queue::{Queue, QueueError};
use parlour_service::trust::{Reach, Trust};
use parlour_service::{Parlour, Settings};
use parlour_store::Tables;
use serde_json::{Value, json};
use tower::ServiceExt;

use crate::signature::sign;

/// What stands before every function's name.
pub(crate) const PREFIX: &str = "parlour-";

/// The functions, at a URL.
#[derive(Clone)]
pub(crate) struct Functions {
    pub(crate) url: String,
    /// The names by which they were called, in order.
    pub(crate) called: Arc<Mutex<Vec<String>>>,
    /// What `rest` answers instead of what it would.
    pub(crate) rest_says: Arc<Mutex<Option<(StatusCode, Value)>>>,
    gateway: Gateway,
    parlour: Arc<Parlour>,
    router: axum::Router,
}

impl Functions {
    /// Starts them over the tables at this endpoint, with the secrets of this folder.
    pub(crate) async fn start(dynamodb: &str, secrets: &Secrets) -> Self {
        let key = secrets.key_pair().unwrap();
        let place = Place::DynamoDb(DynamoDb {
            endpoint: Some(dynamodb.to_owned()),
            account: Account::default(),
        });
        let engine = Engine::open(place, Tables::with_prefix("test-"), &key).await.unwrap();
        let gateway = Gateway::default();
        let parlour = Arc::new(Parlour {
            store: engine.store,
            push: Arc::new(gateway.clone()),
            queue: Arc::new(gateway.clone()),
            calls: Arc::new(gateway.clone()),
            files: Arc::new(NoFiles),
            signing: secrets.signing_keys().unwrap(),
            trust: Trust::reaching(Reach::Public).unwrap(),
            outgoing: None,
            default_app: None,
            settings: Settings::default(),
        });
        let moments: MomentSource = Arc::new(clock::moment);
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let functions = Self {
            url: format!("http://{}", listener.local_addr().unwrap()),
            called: Arc::default(),
            rest_says: Arc::default(),
            gateway,
            router: rest::router(Arc::clone(&parlour), moments),
            parlour,
        };
        let router = axum::Router::new()
            .route("/2015-03-31/functions/{name}/invocations", post(invoke))
            .with_state(functions.clone());
        tokio::spawn(axum::serve(listener, router).into_future());
        functions
    }

    /// Says where the gateway is and what it takes signatures by.
    pub(crate) fn gateway_is(&self, url: &str, key: KeyPair) {
        self.gateway.0.set((url.to_owned(), key)).unwrap();
    }

    async fn rest(&self, event: &str) -> (StatusCode, Value) {
        if let Some(said) = self.rest_says.lock().unwrap().clone() {
            return said;
        }
        // As `lambda_http` reads it on AWS; the answer has the form that it writes.
        let request = lambda_http::request::from_str(event).unwrap().map(|body| match body {
            EventBody::Text(text) => Body::from(text),
            EventBody::Binary(bytes) => Body::from(bytes),
            _ => Body::empty(),
        });
        let (parts, body) = self.router.clone().oneshot(request).await.unwrap().into_parts();
        let body = axum::body::to_bytes(body, 1024 * 1024).await.unwrap();
        let headers: HeaderMap = parts.headers;
        let headers: serde_json::Map<_, _> = headers
            .iter()
            .map(|(name, value)| (name.to_string(), json!(value.to_str().unwrap())))
            .collect();
        let body = String::from_utf8(body.to_vec()).unwrap();
        let answer =
            json!({ "statusCode": parts.status.as_u16(), "headers": headers, "body": body, "isBase64Encoded": false });
        (StatusCode::OK, answer)
    }
}

async fn invoke(State(functions): State<Functions>, Path(name): Path<String>, event: Bytes) -> Response {
    functions.called.lock().unwrap().push(name.clone());
    let Some(name) = name.strip_prefix(PREFIX) else {
        return (
            StatusCode::NOT_FOUND,
            json!({ "title": "Missing function" }).to_string(),
        )
            .into_response();
    };
    if name == "rest" {
        let (status, answer) = functions.rest(std::str::from_utf8(&event).unwrap()).await;
        return (status, answer.to_string()).into_response();
    }
    match parlour_handlers::invoke(&functions.parlour, clock::moment(), name, &event).await {
        Ok(answer) => (StatusCode::OK, answer).into_response(),
        Err(error) => {
            let error = json!({ "errorMessage": error.to_string(), "errorType": "Error" });
            (StatusCode::INTERNAL_SERVER_ERROR, error.to_string()).into_response()
        }
    }
}

/// The gateway as functions reach it: by its URL, with signed requests.
#[derive(Debug, Clone, Default)]
struct Gateway(Arc<OnceLock<(String, KeyPair)>>);

impl Gateway {
    async fn send(&self, service: &str, method: &str, path: String, body: Bytes) -> u16 {
        let (url, key) = self.0.get().unwrap();
        let mut request = Request::builder()
            .method(method)
            .uri(format!("{url}{path}"))
            .header("x-amz-invocation-type", "Event")
            .body(body)
            .unwrap();
        sign(&mut request, key, service);
        let request = reqwest::Request::try_from(request).unwrap();
        let answer = reqwest::Client::new().execute(request).await.unwrap();
        answer.status().as_u16()
    }

    async fn connection(&self, method: &str, to: Address<'_>, frame: Bytes) -> Pushed {
        let id = to.connection.as_str().replace('=', "%3D");
        match self
            .send("execute-api", method, format!("/@connections/{id}"), frame)
            .await
        {
            200 | 204 => Pushed::Sent,
            410 => Pushed::Gone,
            other => panic!("the gateway answers {other}"),
        }
    }
}

impl Push for Gateway {
    fn post<'a>(&'a self, to: Address<'a>, frame: Bytes) -> BoxFuture<'a, Pushed> {
        Box::pin(self.connection("POST", to, frame))
    }

    fn close<'a>(&'a self, to: Address<'a>) -> BoxFuture<'a, Pushed> {
        Box::pin(self.connection("DELETE", to, Bytes::new()))
    }
}

impl Queue for Gateway {
    fn put(&self, _: Vec<String>) -> BoxFuture<'_, Result<(), QueueError>> {
        Box::pin(async { Err(QueueError("rooms here are small".to_owned())) })
    }

    fn put_later(&self, _: Vec<String>, _: u16) -> BoxFuture<'_, Result<(), QueueError>> {
        // Who comes and goes is told to nobody here.
        Box::pin(async { Ok(()) })
    }
}

impl Calls for Gateway {
    fn call_later(&self, function: &'static str, event: Bytes) -> BoxFuture<'_, Result<(), CallError>> {
        Box::pin(async move {
            let path = format!("/2015-03-31/functions/{function}/invocations");
            match self.send("lambda", "POST", path, event).await {
                202 => Ok(()),
                other => Err(CallError(format!("the gateway answers {other}"))),
            }
        })
    }
}
