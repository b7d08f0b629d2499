//! A small HTTP server on loopback whose answers a test makes.

use std::convert::Infallible;
use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;

use bytes::Bytes;
use http::{Request, Response};
use http_body_util::{BodyExt, Full};
use hyper::body::Incoming;
use hyper::service::service_fn;
use hyper_util::rt::TokioIo;
use parlour_lambda::signer::Signer;
use parlour_store::Credentials;
use tokio::net::TcpListener;
use tokio::task::JoinSet;

/// What one request is answered with.
pub(crate) type Answering = Pin<Box<dyn Future<Output = Response<Bytes>> + Send>>;

/// Listens until it is dropped.
pub(crate) struct Server {
    pub(crate) address: String,
    _tasks: JoinSet<()>,
}

impl Server {
    pub(crate) async fn start(answer: impl Fn(Request<Bytes>) -> Answering + Send + Sync + 'static) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap().to_string();
        let mut tasks = JoinSet::new();
        tasks.spawn(accept(listener, Arc::new(answer)));
        Self { address, _tasks: tasks }
    }

    pub(crate) fn url(&self) -> String {
        format!("http://{}", self.address)
    }
}

async fn accept<F>(listener: TcpListener, answer: Arc<F>)
where
    F: Fn(Request<Bytes>) -> Answering + Send + Sync + 'static,
{
    let mut connections = JoinSet::new();
    while let Ok((stream, _)) = listener.accept().await {
        let answer = Arc::clone(&answer);
        connections.spawn(async move {
            let service = service_fn(move |request: Request<Incoming>| {
                let answer = Arc::clone(&answer);
                async move {
                    let (parts, body) = request.into_parts();
                    let body = body.collect().await.unwrap().to_bytes();
                    Ok::<_, Infallible>(answer(Request::from_parts(parts, body)).await.map(Full::new))
                }
            });
            let serving = hyper::server::conn::http1::Builder::new().serve_connection(TokioIo::new(stream), service);
            // The peer may be gone at any time.
            let _ = serving.await;
        });
    }
}

pub(crate) fn reply(status: u16, body: impl Into<Bytes>) -> Response<Bytes> {
    Response::builder().status(status).body(body.into()).unwrap()
}

/// Signs as a function with a session token does.
pub(crate) fn signer() -> Signer {
    let credentials = Credentials::new("PARLOURkey", "secret", Some("session".to_owned()), None, "test");
    Signer::new(credentials, "eu-central-1".to_owned())
}
