//! The invoker that calls functions outside this process, through the `Invoke` operation of the Lambda API (version 2015-03-31):
//! those of `cargo lambda watch`, of an emulator, or of AWS.
//!
//! An invocation has one try, as from API Gateway; `Invoker` ends it after 29 s.

mod answer;
mod signer;

use std::fmt;
use std::sync::Arc;

use bytes::Bytes;
use http::{HeaderValue, Request, Uri, header};
use http_body_util::{BodyExt, Full, Limited};
use hyper_rustls::{HttpsConnector, HttpsConnectorBuilder};
use hyper_util::client::legacy::Client;
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::rt::{TokioExecutor, TokioTimer};
use parlour_service::push::BoxFuture;
use tokio::sync::Semaphore;

use crate::account::{Account, AccountError, causes};
use crate::invoke::Invoke;
use signer::Signer;

/// The longest that making a connection may take, TLS aside.
const CONNECT: std::time::Duration = std::time::Duration::from_secs(3);
/// Connections that are kept for later.
const IDLE: usize = 64;
/// The longest answer that is read, in bytes. Lambda: 6 MB for the answer itself.
const MAX_ANSWER: usize = 6 * 1024 * 1024 + 64 * 1024;
/// The longest prefix of names; it may be the beginning of an ARN.
const MAX_PREFIX: usize = 200;

/// Where functions outside are, and how they are called.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LambdaSettings {
    /// The Lambda API: an `http` or `https` URL without query.
    pub url: String,
    /// What stands before the name of each function; may be empty.
    pub prefix: String,
    /// With whose credentials requests are signed.
    pub account: Account,
    /// Invocations that are under way at once; the others wait for one to end, within their 29 s.
    pub concurrency: u16,
}

/// Why functions cannot be called.
#[derive(Debug, thiserror::Error)]
pub enum LambdaError {
    /// The URL cannot be used.
    #[error("`{0}` is not an http or https URL without query")]
    Url(String),
    /// The prefix cannot be part of a function's name.
    #[error("`{0}` cannot stand before the name of a function: letters, digits, `-`, `_` and `:` can")]
    Prefix(String),
    /// TLS is not usable.
    #[error("TLS is not usable: {0}")]
    Tls(#[from] rustls::Error),
    /// There is nothing to sign requests with.
    #[error(transparent)]
    Account(#[from] AccountError),
}

/// Calls functions through the Lambda API. Cheap to clone; clones share the connections.
#[derive(Clone)]
pub struct LambdaClient {
    client: Client<HttpsConnector<HttpConnector>, Full<Bytes>>,
    functions: String,
    signer: Option<Signer>,
    places: Arc<Semaphore>,
}

impl LambdaClient {
    /// A client without connections yet. Requests are signed where there is a profile, where the environment has keys, and always
    /// for an `https` URL; `cargo lambda watch` asks for no signature.
    ///
    /// # Errors
    /// [`LambdaError`].
    pub async fn new(settings: &LambdaSettings) -> Result<Self, LambdaError> {
        let url = base(&settings.url).ok_or_else(|| LambdaError::Url(settings.url.clone()))?;
        if !is_prefix(&settings.prefix) {
            return Err(LambdaError::Prefix(settings.prefix.clone()));
        }
        let signer = Signer::new(&settings.account, url.starts_with("https:")).await?;
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
        Ok(Self {
            client,
            functions: format!("{url}/2015-03-31/functions/{}", settings.prefix),
            signer,
            places: Arc::new(Semaphore::new(usize::from(settings.concurrency))),
        })
    }

    /// The error is the `errorMessage` of the function, or why there is none; never the payload.
    async fn call(self, function: &'static str, payload: Bytes) -> Result<Bytes, String> {
        let broken = |error: &dyn fmt::Display| format!("the Lambda API cannot be asked: {error}");
        let _place = self.places.acquire().await.map_err(|error| broken(&error))?;
        let mut request = Request::post(format!("{}{function}/invocations", self.functions))
            .body(payload)
            .map_err(|error| broken(&error))?;
        let json = HeaderValue::from_static("application/json");
        request.headers_mut().insert(header::CONTENT_TYPE, json);
        if let Some(signer) = &self.signer {
            signer.sign(&mut request).await.map_err(|error| broken(&error))?;
        }
        let response = self.client.request(request.map(Full::new)).await;
        let (parts, body) = response.map_err(|error| broken(&causes(&error)))?.into_parts();
        // Read to its end, so that the connection can be used again.
        let body = Limited::new(body, MAX_ANSWER).collect().await;
        answer::read(&parts, body.map_err(|error| broken(&error))?.to_bytes())
    }
}

impl fmt::Debug for LambdaClient {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("LambdaClient")
            .field("functions", &self.functions)
            .finish_non_exhaustive()
    }
}

impl Invoke for LambdaClient {
    fn invoke(&self, function: &'static str, payload: Bytes) -> BoxFuture<'static, Result<Bytes, String>> {
        Box::pin(self.clone().call(function, payload))
    }
}

/// The URL without a slash at its end.
fn base(text: &str) -> Option<&str> {
    let uri: Uri = text.parse().ok()?;
    let spoken = matches!(uri.scheme_str(), Some("http" | "https"));
    let named = uri.host().is_some_and(|host| !host.is_empty());
    (spoken && named && uri.query().is_none() && !text.contains('#')).then(|| text.trim_end_matches('/'))
}

fn is_prefix(text: &str) -> bool {
    let allowed = |byte: u8| byte.is_ascii_alphanumeric() || b"-_:".contains(&byte);
    text.len() <= MAX_PREFIX && text.bytes().all(allowed)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_url_has_no_query_and_no_slash_at_its_end() {
        for (text, expected) in [
            ("http://127.0.0.1:9000", Some("http://127.0.0.1:9000")),
            ("http://127.0.0.1:9000/", Some("http://127.0.0.1:9000")),
            (
                "https://lambda.eu-central-1.amazonaws.com",
                Some("https://lambda.eu-central-1.amazonaws.com"),
            ),
            ("127.0.0.1:9000", None),
            ("ftp://127.0.0.1", None),
            ("http://a?b", None),
            ("http://a#b", None),
            ("", None),
        ] {
            assert_eq!(base(text), expected, "{text}");
        }
    }

    #[test]
    fn a_prefix_is_the_beginning_of_a_name_or_an_arn() {
        for text in [
            "",
            "parlour-",
            "arn:aws:lambda:eu-central-1:123456789012:function:parlour-",
        ] {
            assert!(is_prefix(text), "{text}");
        }
        for text in ["a/b", "a b", "ä", "../", &"a".repeat(201)] {
            assert!(!is_prefix(text), "{text}");
        }
    }
}
