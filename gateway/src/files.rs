//! The files of messages on one machine: what S3 is on AWS, as far as Parlour needs it.
//!
//! Path style under `/parlour-files/`: `PUT` (once for each object), `GET` (whole or one range), `HEAD`, `DELETE`, each signed with
//! the gateway's key pair in the headers or in the URL. An object is written beside its place and put there when it is whole; nothing
//! ever replaces one. Whoever has a signed URL has what it is for, so any origin may use one: there are no cookies here.

mod folder;
mod own;
mod places;
mod presigned;
mod range;

use std::sync::Arc;
use std::time::{Duration, SystemTime};

use axum::body::Body;
use bytes::Bytes;
use http::request::Parts;
use http::{HeaderName, HeaderValue, Method, Request, Response, StatusCode, header};
use http_body_util::{BodyExt, Full};
use parlour_domain::{AppId, AttachmentId, limits};
use parlour_files::{Answered, Transport};
use parlour_service::files::BEGINNING;
use parlour_service::push::BoxFuture;
use tokio::time::timeout;

use crate::signed::{KeyPair, Refusal, verify};

pub use folder::Folder;
pub use own::OwnBucket;
use places::Places;

/// The bucket's name.
pub const BUCKET: &str = "parlour-files";
/// The service that a signature has to be for.
const SERVICE: &str = "s3";
/// An upload has this long in all.
const UPLOAD: Duration = Duration::from_secs(limits::UPLOAD_LASTS_SECONDS.unsigned_abs());

/// The endpoint. Cheap to clone.
#[derive(Debug, Clone)]
pub struct FileEndpoint {
    folder: Folder,
    key: Arc<KeyPair>,
    uploads: Arc<Places>,
}

/// Why a request has no success; the status and S3's name of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Problem(StatusCode, &'static str);

const NO_KEY: Problem = Problem(StatusCode::NOT_FOUND, "NoSuchKey");
const INTERNAL: Problem = Problem(StatusCode::INTERNAL_SERVER_ERROR, "InternalError");

impl From<Refusal> for Problem {
    fn from(refusal: Refusal) -> Self {
        let code = match refusal {
            Refusal::Missing | Refusal::Expired => "AccessDenied",
            Refusal::Incomplete => "AuthorizationQueryParametersError",
            Refusal::UnknownKey => "InvalidAccessKeyId",
            Refusal::Mismatch => "SignatureDoesNotMatch",
        };
        Self(StatusCode::FORBIDDEN, code)
    }
}

impl From<std::io::Error> for Problem {
    fn from(error: std::io::Error) -> Self {
        tracing::error!(%error, "a file cannot be read or written");
        INTERNAL
    }
}

/// Whether a request is for the bucket.
#[must_use]
pub fn is_ours(path: &str) -> bool {
    path.strip_prefix('/')
        .and_then(|path| path.strip_prefix(BUCKET))
        .is_some_and(|rest| rest.starts_with('/'))
}

/// The object of a path. Whatever it is in a file system, an id is no path.
fn object_in(path: &str) -> Option<(AppId, AttachmentId)> {
    let rest = path.strip_prefix('/')?.strip_prefix(BUCKET)?.strip_prefix('/')?;
    let (app, file) = rest.split_once('/')?;
    Some((AppId::parse(app).ok()?, AttachmentId::parse(file).ok()?))
}

impl FileEndpoint {
    /// Over this folder, for the holder of this key pair.
    #[must_use]
    pub fn new(folder: Folder, key: Arc<KeyPair>) -> Self {
        Self {
            folder,
            key,
            uploads: Arc::default(),
        }
    }

    /// Answers a request.
    pub async fn answer<B>(&self, request: Request<B>) -> Response<Body>
    where
        B: http_body::Body<Data = Bytes> + Send,
        B::Error: Into<Box<dyn std::error::Error + Send + Sync>>,
    {
        let (parts, body) = request.into_parts();
        let mut response = match self.carry_out(&parts, body).await {
            Ok(response) => response,
            Err(problem) => refusal(problem, &parts.method),
        };
        let headers = response.headers_mut();
        headers.insert(header::ACCESS_CONTROL_ALLOW_ORIGIN, HeaderValue::from_static("*"));
        // A page of the gateway's own origin must not run what someone uploaded.
        headers.insert(
            header::CONTENT_SECURITY_POLICY,
            HeaderValue::from_static("default-src 'none'; sandbox"),
        );
        response
    }

    async fn carry_out<B>(&self, parts: &Parts, body: B) -> Result<Response<Body>, Problem>
    where
        B: http_body::Body<Data = Bytes> + Send,
        B::Error: Into<Box<dyn std::error::Error + Send + Sync>>,
    {
        if parts.method == Method::OPTIONS {
            return Ok(preflight());
        }
        let (app, file) = object_in(parts.uri.path()).ok_or(NO_KEY)?;
        let now = SystemTime::now();
        if presigned::is_presigned(parts) {
            presigned::verify(&self.key, SERVICE, parts, now)?;
        } else {
            // Nobody but the gateway itself signs in the headers, and none of that has a body.
            verify(&self.key, SERVICE, parts, b"", now)?;
        }
        match parts.method {
            Method::PUT => self.put(parts, body, (&app, file)).await,
            Method::HEAD => self.get(parts, (&app, file), false).await,
            Method::GET => self.get(parts, (&app, file), true).await,
            Method::DELETE => {
                self.folder.remove(&app, file).await?;
                Ok(empty(StatusCode::NO_CONTENT))
            }
            _ => Err(Problem(StatusCode::METHOD_NOT_ALLOWED, "MethodNotAllowed")),
        }
    }

    async fn put<B>(
        &self,
        parts: &Parts,
        body: B,
        (app, file): (&AppId, AttachmentId),
    ) -> Result<Response<Body>, Problem>
    where
        B: http_body::Body<Data = Bytes> + Send,
        B::Error: Into<Box<dyn std::error::Error + Send + Sync>>,
    {
        let text = |name| parts.headers.get(name).and_then(|value| value.to_str().ok());
        let length: Option<u64> = text(header::CONTENT_LENGTH).and_then(|length| length.parse().ok());
        let length = length.ok_or(Problem(StatusCode::LENGTH_REQUIRED, "MissingContentLength"))?;
        if length > limits::ATTACHMENT_BYTES {
            return Err(Problem(StatusCode::BAD_REQUEST, "EntityTooLarge"));
        }
        let Some(_place) = self.uploads.take(app) else {
            return Err(Problem(StatusCode::SERVICE_UNAVAILABLE, "SlowDown"));
        };
        let content_type = text(header::CONTENT_TYPE).unwrap_or("application/octet-stream");
        let writing = self.folder.write((app, file), content_type, Some(length), body);
        match timeout(UPLOAD, writing).await {
            Ok(Ok(folder::Written::New)) => Ok(empty(StatusCode::OK)),
            Ok(Ok(folder::Written::There)) => Err(Problem(StatusCode::PRECONDITION_FAILED, "PreconditionFailed")),
            Ok(Ok(folder::Written::Broken)) => Err(Problem(StatusCode::BAD_REQUEST, "IncompleteBody")),
            Ok(Err(error)) => Err(error.into()),
            Err(_) => Err(Problem(StatusCode::BAD_REQUEST, "RequestTimeout")),
        }
    }

    async fn get(
        &self,
        parts: &Parts,
        (app, file): (&AppId, AttachmentId),
        with_body: bool,
    ) -> Result<Response<Body>, Problem> {
        let found = self.folder.open(app, file).await?.ok_or(NO_KEY)?;
        let asked = parts.headers.get(header::RANGE).and_then(|value| value.to_str().ok());
        let unsatisfiable = Problem(StatusCode::RANGE_NOT_SATISFIABLE, "InvalidRange");
        let range = range::of(asked, found.size).map_err(|range::Outside| unsatisfiable)?;
        let (from, length) = range.unwrap_or((0, found.size));
        let query = parts.uri.query().unwrap_or_default();
        let said = |name: &str| presigned::parameter(query, name);
        let content_type = said("response-content-type").unwrap_or_else(|| found.content_type.clone());
        let size = found.size;
        let mut response = if with_body {
            Response::new(found.body(from, length).await?)
        } else {
            empty(StatusCode::OK)
        };
        let headers = response.headers_mut();
        let mut set = |name: HeaderName, value: &str| {
            if let Ok(value) = HeaderValue::from_str(value) {
                headers.insert(name, value);
            }
        };
        set(header::CONTENT_LENGTH, &length.to_string());
        set(header::CONTENT_TYPE, &content_type);
        set(header::ACCEPT_RANGES, "bytes");
        if let Some(disposition) = said("response-content-disposition") {
            set(header::CONTENT_DISPOSITION, &disposition);
        }
        if range.is_some() {
            let last = from + length - 1;
            set(header::CONTENT_RANGE, &format!("bytes {from}-{last}/{size}"));
            *response.status_mut() = StatusCode::PARTIAL_CONTENT;
        }
        Ok(response)
    }
}

fn preflight() -> Response<Body> {
    let mut response = empty(StatusCode::NO_CONTENT);
    let headers = response.headers_mut();
    for (name, value) in [
        (header::ACCESS_CONTROL_ALLOW_METHODS, "GET, HEAD, PUT"),
        (
            header::ACCESS_CONTROL_ALLOW_HEADERS,
            "content-type, if-none-match, range",
        ),
        (header::ACCESS_CONTROL_MAX_AGE, "3600"),
    ] {
        headers.insert(name, HeaderValue::from_static(value));
    }
    response
}

fn refusal(Problem(status, code): Problem, method: &Method) -> Response<Body> {
    let text = format!("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<Error><Code>{code}</Code></Error>");
    let mut response = empty(status);
    if method != Method::HEAD {
        *response.body_mut() = Body::from(text);
        let xml = HeaderValue::from_static("application/xml");
        response.headers_mut().insert(header::CONTENT_TYPE, xml);
    }
    response
}

fn empty(status: StatusCode) -> Response<Body> {
    let mut response = Response::new(Body::empty());
    *response.status_mut() = status;
    response
}

/// What functions in this process ask goes the same way as from outside, without a socket.
impl Transport for FileEndpoint {
    fn now(&self) -> SystemTime {
        SystemTime::now()
    }

    fn send(&self, mut request: Request<Bytes>, limit: Duration) -> BoxFuture<'_, Result<Answered, String>> {
        Box::pin(async move {
            let host = request.uri().authority().map(ToString::to_string).unwrap_or_default();
            let host = HeaderValue::from_str(&host).map_err(|error| error.to_string())?;
            request.headers_mut().insert(header::HOST, host);
            let answered = async {
                let (parts, body) = self.answer(request.map(Full::new)).await.into_parts();
                let body = http_body_util::Limited::new(body, BEGINNING).collect().await;
                let body = body.map_err(|error| error.to_string())?.to_bytes();
                Ok(Answered {
                    status: parts.status,
                    headers: parts.headers,
                    body,
                })
            };
            timeout(limit, answered)
                .await
                .unwrap_or_else(|_| Err("no answer in time".to_owned()))
        })
    }
}

#[cfg(test)]
mod tests;
