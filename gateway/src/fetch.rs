//! Calls of servers whose addresses integrators choose: to public addresses alone, unless this is development.
//!
//! The name is resolved once for a connection, every address is looked at, and the connection is made to one of them; nothing is
//! redirected, no proxy is asked, and the environment has no say.

mod address;

use std::error::Error;
use std::future::Future;
use std::net::{IpAddr, SocketAddr};
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

use bytes::Bytes;
use http::{Request, Uri, header};
use http_body_util::{BodyExt as _, Full, Limited};
use hyper_rustls::{HttpsConnector, HttpsConnectorBuilder};
use hyper_util::client::legacy::Client;
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::client::legacy::connect::dns::Name;
use hyper_util::rt::{TokioExecutor, TokioTimer};
use parlour_domain::delivery::Failure;
use parlour_service::fetch::{Call, Fetch};
use parlour_service::push::BoxFuture;
use tokio::time::timeout;

/// Making a connection may take so long, TLS aside.
const CONNECT: Duration = Duration::from_secs(1);
/// Connections to one host that are kept for the next call.
const IDLE: usize = 4;
/// So many bytes of an answer are read; nobody looks at them, but a connection whose answer was read can be used again.
const ANSWER: usize = 16 * 1024;

/// Calls the servers of integrators. Clones share the connections.
#[derive(Debug, Clone)]
pub struct HttpFetch {
    client: Client<HttpsConnector<HttpConnector<Resolver>>, Full<Bytes>>,
    private: bool,
}

/// An address that may not be called.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the address may not be called")]
struct NotPublic;

/// Resolves names, and gives none of the addresses if one of them may not be called.
#[derive(Debug, Clone, Copy)]
struct Resolver {
    private: bool,
}

impl tower::Service<Name> for Resolver {
    type Response = std::vec::IntoIter<SocketAddr>;
    type Error = Box<dyn Error + Send + Sync>;
    type Future = Pin<Box<dyn Future<Output = Result<Self::Response, Self::Error>> + Send>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Self::Error>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, name: Name) -> Self::Future {
        let private = self.private;
        Box::pin(async move {
            // The connector puts the port in.
            let found: Vec<SocketAddr> = tokio::net::lookup_host((name.as_str(), 0)).await?.collect();
            if !private && found.iter().any(|address| !address::is_public(address.ip())) {
                return Err(NotPublic.into());
            }
            Ok(found.into_iter())
        })
    }
}

impl HttpFetch {
    /// A client without connections yet. `private`: http and addresses of this machine and its network are called too.
    ///
    /// # Errors
    /// If the TLS library supports no protocol version, which only a wrong build can bring about.
    pub fn new(private: bool) -> Result<Self, rustls::Error> {
        let mut tcp = HttpConnector::new_with_resolver(Resolver { private });
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
            .pool_idle_timeout(Duration::from_secs(20))
            .pool_max_idle_per_host(IDLE)
            .build(tls);
        Ok(Self { client, private })
    }

    /// Whether an address that is no name, which nothing resolves, may be called; and the scheme.
    fn may_call(&self, url: &Uri) -> bool {
        if self.private {
            return true;
        }
        let host = url.host().unwrap_or_default();
        let literal = host.trim_start_matches('[').trim_end_matches(']').parse::<IpAddr>();
        url.scheme_str() == Some("https") && literal.map_or(true, address::is_public)
    }

    async fn call(&self, call: Call) -> Result<u16, Failure> {
        let url: Uri = call.url.parse().map_err(|_| Failure::Forbidden)?;
        if !self.may_call(&url) {
            return Err(Failure::Forbidden);
        }
        let mut request = Request::post(url)
            .header(header::CONTENT_TYPE, "application/json")
            .header(header::USER_AGENT, concat!("Parlour/", env!("CARGO_PKG_VERSION")));
        for (name, value) in &call.headers {
            request = request.header(*name, value);
        }
        let request = request.body(Full::new(call.body)).map_err(|_| Failure::Forbidden)?;
        let response = self.client.request(request).await.map_err(|error| why(&error))?;
        let (parts, body) = response.into_parts();
        // What comes after the status is of no interest, nor is whether all of it comes.
        let _ = Limited::new(body, ANSWER).collect().await;
        Ok(parts.status.as_u16())
    }
}

/// Why there was no answer.
fn why(error: &(dyn Error + 'static)) -> Failure {
    let mut causes = std::iter::successors(Some(error), |error: &&(dyn Error + 'static)| (*error).source());
    if causes.any(|cause| cause.is::<NotPublic>()) {
        Failure::Forbidden
    } else {
        Failure::Unreachable
    }
}

impl Fetch for HttpFetch {
    fn post(&self, call: Call, limit: Duration) -> BoxFuture<'_, Result<u16, Failure>> {
        Box::pin(async move { timeout(limit, self.call(call)).await.unwrap_or(Err(Failure::TimedOut)) })
    }
}

#[cfg(test)]
mod tests;
