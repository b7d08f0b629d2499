//! The one HTTP client of a function: the SDK, the management API and the parameter store share its connections.
//!
//! TLS is rustls with `ring` (another provider costs tens of milliseconds of processor time at the first handshake) and with the
//! roots compiled in (reading those of the system costs milliseconds more).

use std::time::Duration;

use aws_smithy_runtime_api::client::http::{
    HttpClient, HttpConnector as SdkConnector, HttpConnectorFuture, HttpConnectorSettings, SharedHttpClient,
    SharedHttpConnector,
};
use aws_smithy_runtime_api::client::orchestrator::{HttpRequest, HttpResponse};
use aws_smithy_runtime_api::client::result::ConnectorError;
use aws_smithy_runtime_api::client::runtime_components::RuntimeComponents;
use aws_smithy_types::body::SdkBody;
use bytes::Bytes;
use http::{Request, StatusCode, response};
use http_body_util::{BodyExt, Limited};
use hyper_rustls::{HttpsConnector, HttpsConnectorBuilder};
use hyper_util::client::legacy::Client;
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::rt::{TokioExecutor, TokioTimer};
use tokio::time::timeout;

/// A new connection has this long, TLS aside.
const CONNECT: Duration = Duration::from_secs(1);
/// Idle connections per host: as many as posts may be under way at once.
const IDLE: usize = 64;
/// The longest answer that [`Outbound::send`] reads, in bytes.
const ANSWER: usize = 64 * 1024;

/// The HTTP client. Cheap to clone; clones share the connections.
#[derive(Debug, Clone)]
pub struct Outbound {
    client: Client<HttpsConnector<HttpConnector>, SdkBody>,
}

/// Why a request has no answer.
#[derive(Debug, thiserror::Error)]
pub enum SendError {
    /// It did not come in time.
    #[error("no answer within {} ms", .0.as_millis())]
    TimedOut(Duration),
    /// The connection could not be made, or broke.
    #[error("no connection: {0}")]
    Connection(#[from] hyper_util::client::legacy::Error),
    /// The answer broke off or is too long.
    #[error("the answer cannot be read: {0}")]
    Body(Box<dyn std::error::Error + Send + Sync>),
}

impl Outbound {
    /// A client without connections yet.
    ///
    /// # Errors
    /// If the TLS library supports no protocol version, which only a wrong build can bring about.
    pub fn new() -> Result<Self, rustls::Error> {
        let mut tcp = HttpConnector::new();
        tcp.enforce_http(false);
        tcp.set_nodelay(true);
        tcp.set_connect_timeout(Some(CONNECT));
        let tls = HttpsConnectorBuilder::new()
            .with_provider_and_webpki_roots(rustls::crypto::ring::default_provider())?
            .https_or_http()
            .enable_http1()
            .wrap_connector(tcp);
        let client = Client::builder(TokioExecutor::new())
            .pool_timer(TokioTimer::new())
            .pool_max_idle_per_host(IDLE)
            .build(tls);
        Ok(Self { client })
    }

    /// Sends a request and reads the whole answer, in `limit` altogether.
    ///
    /// # Errors
    /// [`SendError`].
    pub async fn send(&self, request: Request<Bytes>, limit: Duration) -> Result<(StatusCode, Bytes), SendError> {
        let (parts, body) = self.exchange(request, limit).await?;
        Ok((parts.status, body))
    }

    /// The same, with the headers of the answer.
    pub(crate) async fn exchange(
        &self,
        request: Request<Bytes>,
        limit: Duration,
    ) -> Result<(response::Parts, Bytes), SendError> {
        let answered = async {
            let response = self.client.request(request.map(SdkBody::from)).await?;
            let (parts, body) = response.into_parts();
            // Read to its end, so that the connection can be used again.
            let body = Limited::new(body, ANSWER).collect().await.map_err(SendError::Body)?;
            Ok((parts, body.to_bytes()))
        };
        timeout(limit, answered).await.map_err(|_| SendError::TimedOut(limit))?
    }

    /// This client, as the SDK takes it. The SDK's connect and read timeouts do not reach it; those of operations hold.
    #[must_use]
    pub fn for_sdk(&self) -> SharedHttpClient {
        SharedHttpClient::new(ForSdk(SharedHttpConnector::new(self.clone())))
    }
}

impl SdkConnector for Outbound {
    fn call(&self, request: HttpRequest) -> HttpConnectorFuture {
        let request = match request.try_into_http1x() {
            Ok(request) => request,
            Err(error) => return HttpConnectorFuture::ready(Err(ConnectorError::user(error.into()))),
        };
        let answered = self.client.request(request);
        HttpConnectorFuture::new(async move {
            // Whatever broke, trying again is safe: a write of the store recognises itself.
            let response = answered.await.map_err(|error| ConnectorError::io(error.into()))?;
            HttpResponse::try_from(response.map(SdkBody::from_body_1_x))
                .map_err(|error| ConnectorError::other(error.into(), None))
        })
    }
}

/// Hands out one connector: the SDK asks for one at every request.
#[derive(Debug)]
struct ForSdk(SharedHttpConnector);

impl HttpClient for ForSdk {
    fn http_connector(&self, _: &HttpConnectorSettings, _: &RuntimeComponents) -> SharedHttpConnector {
        self.0.clone()
    }
}
