//! One request, one connection, one answer.

use std::fmt;
use std::io;
use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use http::header::{HOST, HeaderMap, HeaderValue, USER_AGENT};
use http::{Method, Request, StatusCode};
use http_body_util::{BodyExt as _, Full, Limited};
use hyper::body::Incoming;
use hyper::client::conn::http1;
use hyper_util::rt::TokioIo;
use rustls::pki_types::ServerName;
use rustls::{ClientConfig, RootCertStore};
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::TcpStream;
use tokio::time::{Instant, timeout, timeout_at};
use tokio_rustls::TlsConnector;

use crate::answer::{Answer, FetchError};
use crate::resolve::{Resolver, SystemResolver};
use crate::target::Host;
use crate::{Reach, Target, address};

/// Addresses of one name that are tried.
const TRIED: usize = 3;
/// The longest head of an answer, in bytes.
const HEAD: usize = 16 * 1024;

/// How long a request may take and how long its answer may be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// Resolving the name and making the connection, TLS included.
    pub connect: Duration,
    /// All of it, to the last byte of the answer.
    pub total: Duration,
    /// The longest body of an answer, in bytes.
    pub body: usize,
}

impl Default for Limits {
    /// 1 s to connect, 3 s in all, 16 KB.
    fn default() -> Self {
        Self {
            connect: Duration::from_secs(1),
            total: Duration::from_secs(3),
            body: 16 * 1024,
        }
    }
}

/// The one way out. Cheap to clone.
#[derive(Clone)]
pub struct Fetcher {
    reach: Reach,
    resolver: Arc<dyn Resolver>,
    tls: Arc<ClientConfig>,
}

impl fmt::Debug for Fetcher {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Fetcher")
            .field("reach", &self.reach)
            .field("resolver", &self.resolver)
            .finish_non_exhaustive()
    }
}

impl Fetcher {
    /// With the system's resolver and the public certificate authorities.
    ///
    /// # Errors
    /// If the TLS library supports no protocol version, which only a wrong build can bring about.
    pub fn new(reach: Reach) -> Result<Self, rustls::Error> {
        let roots = RootCertStore {
            roots: webpki_roots::TLS_SERVER_ROOTS.to_vec(),
        };
        Self::with(reach, Arc::new(SystemResolver), roots)
    }

    /// With another resolver and other certificate authorities.
    ///
    /// # Errors
    /// As [`Fetcher::new`].
    pub fn with(reach: Reach, resolver: Arc<dyn Resolver>, roots: RootCertStore) -> Result<Self, rustls::Error> {
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let tls = ClientConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()?
            .with_root_certificates(roots)
            .with_no_client_auth();
        Ok(Self {
            reach,
            resolver,
            tls: Arc::new(tls),
        })
    }

    /// What this reaches; a [`Target`] is read with it.
    #[must_use]
    pub const fn reach(&self) -> Reach {
        self.reach
    }

    /// Sends a request on a connection of its own and reads the whole answer. `headers` need neither `Host` nor a length.
    ///
    /// # Errors
    /// [`FetchError`].
    pub async fn send(
        &self,
        method: Method,
        target: &Target,
        headers: HeaderMap,
        body: Bytes,
        limits: Limits,
    ) -> Result<Answer, FetchError> {
        let request = request(method, target, headers, body)?;
        self.answered(target, request, limits, Some(limits.body)).await
    }

    /// The same, for a caller whom the status tells enough: of the answer nothing but its head is read.
    ///
    /// # Errors
    /// [`FetchError`]; never that the answer is too large, unless its head is.
    pub async fn status(
        &self,
        method: Method,
        target: &Target,
        headers: HeaderMap,
        body: Bytes,
        limits: Limits,
    ) -> Result<StatusCode, FetchError> {
        let request = request(method, target, headers, body)?;
        let answer = self.answered(target, request, limits, None).await?;
        Ok(answer.status)
    }

    async fn answered(
        &self,
        target: &Target,
        request: Request<Full<Bytes>>,
        limits: Limits,
        most: Option<usize>,
    ) -> Result<Answer, FetchError> {
        let answered = async {
            let connected_by = Instant::now() + limits.connect;
            let connecting = timeout_at(connected_by, self.connect(target));
            let tcp = connecting.await.map_err(|_| FetchError::Timeout)??;
            if !target.tls {
                return exchange(tcp, request, most).await;
            }
            let name = server_name(&target.host)?;
            let securing = TlsConnector::from(Arc::clone(&self.tls)).connect(name, tcp);
            let securing = timeout_at(connected_by, securing);
            let stream = securing.await.map_err(|_| FetchError::Timeout)?;
            exchange(stream.map_err(|_| FetchError::Tls)?, request, most).await
        };
        timeout(limits.total, answered).await.map_err(|_| FetchError::Timeout)?
    }

    /// A connection to an address that was looked at: nothing resolves the name a second time.
    async fn connect(&self, target: &Target) -> Result<TcpStream, FetchError> {
        for address in self.addresses(&target.host).await?.into_iter().take(TRIED) {
            if let Ok(stream) = TcpStream::connect(SocketAddr::new(address, target.port)).await {
                return Ok(stream);
            }
        }
        Err(FetchError::Connection)
    }

    async fn addresses(&self, host: &Host) -> Result<Vec<IpAddr>, FetchError> {
        let found = match host {
            Host::Address(address) => vec![*address],
            Host::Name(name) => self.resolved(name).await.map_err(|_| FetchError::Unresolved)?,
        };
        if found.is_empty() {
            return Err(FetchError::Unresolved);
        }
        if found.iter().all(|found| address::allowed(*found, self.reach)) {
            Ok(found)
        } else {
            Err(FetchError::Private)
        }
    }

    async fn resolved(&self, name: &str) -> io::Result<Vec<IpAddr>> {
        self.resolver.resolve(name).await
    }
}

fn request(
    method: Method,
    target: &Target,
    headers: HeaderMap,
    body: Bytes,
) -> Result<Request<Full<Bytes>>, FetchError> {
    let mut request = Request::new(Full::new(body));
    *request.method_mut() = method;
    *request.uri_mut() = target.path.clone().into();
    *request.headers_mut() = headers;
    let host = HeaderValue::from_str(&target.authority).map_err(|_| FetchError::Broken)?;
    request.headers_mut().insert(HOST, host);
    request
        .headers_mut()
        .insert(USER_AGENT, HeaderValue::from_static("parlour"));
    Ok(request)
}

fn server_name(host: &Host) -> Result<ServerName<'static>, FetchError> {
    match host {
        Host::Name(name) => ServerName::try_from(name.clone()).map_err(|_| FetchError::Tls),
        Host::Address(address) => Ok(ServerName::from(*address)),
    }
}

/// The connection is driven by this very future and ends with it.
async fn exchange(
    stream: impl AsyncRead + AsyncWrite + Unpin + Send,
    request: Request<Full<Bytes>>,
    most: Option<usize>,
) -> Result<Answer, FetchError> {
    let handshake = http1::Builder::new().max_buf_size(HEAD).handshake(TokioIo::new(stream));
    let (mut sender, connection) = handshake.await.map_err(|_| FetchError::Broken)?;
    let answered = async {
        let response = sender.send_request(request).await.map_err(|_| FetchError::Broken)?;
        read(response, most).await
    };
    let (mut connection, mut answered) = (std::pin::pin!(connection), std::pin::pin!(answered));
    tokio::select! {
        answer = &mut answered => answer,
        // It ends before the answer is taken from it where the other side closes at once.
        _ = &mut connection => answered.await,
    }
}

/// `most`: the longest body that is taken; `None`: it is not read at all.
async fn read(response: http::Response<Incoming>, most: Option<usize>) -> Result<Answer, FetchError> {
    let (parts, body) = response.into_parts();
    let body = match most {
        Some(most) => whole(body, most).await?,
        None => Bytes::new(),
    };
    Ok(Answer {
        status: parts.status,
        headers: parts.headers,
        body,
    })
}

async fn whole(body: Incoming, most: usize) -> Result<Bytes, FetchError> {
    let body = Limited::new(body, most).collect().await.map_err(|error| {
        if error.is::<http_body_util::LengthLimitError>() {
            FetchError::TooLarge
        } else {
            FetchError::Broken
        }
    })?;
    Ok(body.to_bytes())
}
