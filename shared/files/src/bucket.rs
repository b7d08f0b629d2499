//! The bucket: URLs for clients, and the few requests of one's own.

use std::fmt::Debug;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use aws_credential_types::Credentials;
use bytes::{Bytes, BytesMut};
use futures_util::TryStreamExt as _;
use http::{HeaderMap, Method, Request, StatusCode, header, request};
use parlour_domain::attachment::File;
use parlour_domain::{Timestamp, limits};
use parlour_service::Error;
use parlour_service::files::{BEGINNING, Contents, Files, FilesError, Stored, Upload};
use parlour_service::push::BoxFuture;
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use tokio::time::sleep;

use crate::sign::Signer;

/// What a value of a query, and a name in `filename*`, need not hide.
const UNRESERVED: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');
/// One try of a request has this long.
const LIMIT: Duration = Duration::from_secs(2);
/// One try of sending a whole file.
const UPLOAD_LIMIT: Duration = Duration::from_secs(12);
/// Before the second and last try.
const PAUSE: Duration = Duration::from_millis(100);

/// An answer, read to its end.
#[derive(Debug, Clone)]
pub struct Answered {
    /// The status.
    pub status: StatusCode,
    /// The headers.
    pub headers: HeaderMap,
    /// The body.
    pub body: Bytes,
}

/// What carries requests to the bucket. An answer of up to [`BEGINNING`] bytes is read.
pub trait Transport: Send + Sync + Debug {
    /// The time of the clock that requests are signed by.
    fn now(&self) -> SystemTime;

    /// Sends one request, once, and gives it so long in all.
    ///
    /// # Errors
    /// A text that says why there is no answer, without the request's URL.
    fn send(&self, request: Request<Bytes>, limit: Duration) -> BoxFuture<'_, Result<Answered, String>>;
}

/// A bucket of S3.
#[derive(Debug)]
pub struct Bucket<T> {
    base: String,
    signer: Signer,
    transport: T,
}

impl<T: Transport> Bucket<T> {
    /// The bucket whose objects' URLs begin with `base`: `https://NAME.s3.REGION.amazonaws.com`, or path style,
    /// `http://HOST/NAME`; without a slash at its end. The clients of these URLs are elsewhere, so it must be reachable for them.
    #[must_use]
    pub const fn new(base: String, region: String, credentials: Credentials, transport: T) -> Self {
        Self {
            base,
            signer: Signer { credentials, region },
            transport,
        }
    }

    fn request(&self, method: Method, object: &str, query: &str) -> request::Builder {
        Request::builder()
            .method(method)
            .uri(format!("{}/{object}{query}", self.base))
    }

    /// Signs and sends; what may pass is tried twice.
    async fn ask(&self, request: Request<Bytes>) -> Result<Answered, FilesError> {
        match self.one_try(request.clone()).await {
            Ok(answered) if !answered.status.is_server_error() => return Ok(answered),
            Ok(answered) => tracing::warn!(status = answered.status.as_u16(), "the bucket is asked again"),
            Err(error) => tracing::warn!(%error, "the bucket is asked again"),
        }
        sleep(PAUSE).await;
        self.one_try(request).await
    }

    async fn one_try(&self, mut request: Request<Bytes>) -> Result<Answered, FilesError> {
        self.signer.in_headers(&mut request, self.transport.now())?;
        self.transport.send(request, LIMIT).await.map_err(FilesError)
    }

    async fn look(&self, object: &str) -> Result<Option<Stored>, FilesError> {
        let answered = self.ask(built(self.request(Method::HEAD, object, ""))?).await?;
        if answered.status == StatusCode::NOT_FOUND {
            return Ok(None);
        }
        succeeded(&answered)?;
        let text = |name| answered.headers.get(name).and_then(|value| value.to_str().ok());
        let size = text(header::CONTENT_LENGTH).and_then(|size| size.parse().ok());
        Ok(Some(Stored {
            size: size.ok_or_else(|| FilesError("an object has no length".to_owned()))?,
            content_type: text(header::CONTENT_TYPE).unwrap_or_default().to_owned(),
        }))
    }

    async fn read(&self, object: &str) -> Result<Bytes, FilesError> {
        let range = format!("bytes=0-{}", BEGINNING - 1);
        let request = self.request(Method::GET, object, "").header(header::RANGE, range);
        let answered = self.ask(built(request)?).await?;
        succeeded(&answered)?;
        Ok(answered.body)
    }

    /// Sends a file as a client would, by a URL that is signed for its size and type: there is one way in. All of it is in memory, as it
    /// is on Lambda in any case.
    async fn send(&self, object: &str, file: &File, mut contents: Contents<'_>) -> Result<(), Error> {
        let mut body = BytesMut::new();
        while let Some(piece) = contents.try_next().await? {
            body.extend_from_slice(&piece);
        }
        let file = File {
            size: body.len() as u64,
            ..file.clone()
        };
        let upload = self.upload(object, &file, timestamp(self.transport.now()))?;
        let mut request = Request::builder()
            .method(Method::PUT)
            .uri(upload.url)
            .header(header::CONTENT_LENGTH, file.size);
        for (name, value) in upload.headers {
            request = request.header(name, value);
        }
        let request = request
            .body(body.freeze())
            .map_err(|error| FilesError(format!("the request cannot be made: {error}")))?;
        match self.transport.send(request.clone(), UPLOAD_LIMIT).await {
            Ok(answered) if !answered.status.is_server_error() => return succeeded(&answered).map_err(Error::from),
            Ok(answered) => tracing::warn!(status = answered.status.as_u16(), "a file is sent to the bucket again"),
            Err(error) => tracing::warn!(%error, "a file is sent to the bucket again"),
        }
        sleep(PAUSE).await;
        let answered = self.transport.send(request, UPLOAD_LIMIT).await.map_err(FilesError)?;
        match answered.status {
            // The first try arrived: nobody else knows of the object.
            StatusCode::PRECONDITION_FAILED => Ok(()),
            _ => succeeded(&answered).map_err(Error::from),
        }
    }

    async fn delete(&self, object: &str) -> Result<(), FilesError> {
        let answered = self.ask(built(self.request(Method::DELETE, object, ""))?).await?;
        match answered.status {
            StatusCode::NOT_FOUND => Ok(()),
            _ => succeeded(&answered),
        }
    }
}

fn built(request: request::Builder) -> Result<Request<Bytes>, FilesError> {
    request
        .body(Bytes::new())
        .map_err(|error| FilesError(format!("the request cannot be made: {error}")))
}

fn succeeded(answered: &Answered) -> Result<(), FilesError> {
    if answered.status.is_success() {
        Ok(())
    } else {
        Err(FilesError(format!("the bucket answers {}", answered.status.as_u16())))
    }
}

fn time(of: Timestamp) -> SystemTime {
    UNIX_EPOCH + Duration::from_millis(u64::try_from(of.millis()).unwrap_or_default())
}

fn timestamp(of: SystemTime) -> Timestamp {
    let since = of.duration_since(UNIX_EPOCH).unwrap_or_default();
    Timestamp::from_millis(i64::try_from(since.as_millis()).unwrap_or(i64::MAX))
}

fn life(seconds: i64) -> Duration {
    Duration::from_secs(u64::try_from(seconds).unwrap_or_default())
}

impl<T: Transport> Files for Bucket<T> {
    fn upload(&self, object: &str, file: &File, from: Timestamp) -> Result<Upload, FilesError> {
        let headers = vec![
            ("content-type", file.content_type.as_str().to_owned()),
            ("if-none-match", "*".to_owned()),
        ];
        let mut request = self
            .request(Method::PUT, object, "")
            .header(header::CONTENT_LENGTH, file.size);
        for (name, value) in &headers {
            request = request.header(*name, value);
        }
        let mut request = built(request)?;
        self.signer
            .in_url(&mut request, time(from), life(limits::UPLOAD_SECONDS))?;
        Ok(Upload {
            url: request.uri().to_string(),
            headers,
        })
    }

    fn download(&self, object: &str, file: &File, from: Timestamp) -> Result<String, FilesError> {
        let encoded = |text: &str| utf8_percent_encode(text, UNRESERVED).to_string();
        // Saved, never opened in the place of the page; an `img` shows it all the same.
        let disposition = format!("attachment; filename*=UTF-8''{}", encoded(file.name.as_str()));
        let query = format!(
            "?response-content-disposition={}&response-content-type={}",
            encoded(&disposition),
            encoded(file.content_type.served_as()),
        );
        let mut request = built(self.request(Method::GET, object, &query))?;
        self.signer
            .in_url(&mut request, time(from), life(limits::DOWNLOAD_SECONDS))?;
        Ok(request.uri().to_string())
    }

    fn keep<'a>(&'a self, object: &'a str, file: &'a File, contents: Contents<'a>) -> BoxFuture<'a, Result<(), Error>> {
        Box::pin(self.send(object, file, contents))
    }

    fn stored<'a>(&'a self, object: &'a str) -> BoxFuture<'a, Result<Option<Stored>, FilesError>> {
        Box::pin(self.look(object))
    }

    fn beginning<'a>(&'a self, object: &'a str) -> BoxFuture<'a, Result<Bytes, FilesError>> {
        Box::pin(self.read(object))
    }

    fn remove<'a>(&'a self, object: &'a str) -> BoxFuture<'a, Result<(), FilesError>> {
        Box::pin(self.delete(object))
    }
}

#[cfg(test)]
mod tests;
