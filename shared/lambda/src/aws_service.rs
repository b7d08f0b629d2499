//! A service of AWS, or an emulator of it, called without its SDK: each of these would be as large as a function.
//!
//! Requests are signed and sent over the one client of the process. What may pass (no answer, a failure of the service, too many
//! requests) is tried again; what stays is said at once.

use std::time::{Duration, SystemTime};

use bytes::Bytes;
use http::{Request, header, request};
use serde::Deserialize;

use crate::endpoint::Endpoint;
use crate::outbound::{Outbound, SendError};
use crate::signer::{Signer, SigningFailed};

/// One service of one Region.
#[derive(Debug, Clone)]
pub struct AwsService {
    name: &'static str,
    endpoint: Endpoint,
    outbound: Outbound,
    signer: Signer,
}

/// How long and how often a call is tried.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Patience {
    /// One try has this long.
    pub(crate) limit: Duration,
    /// The pauses between tries: one try more than there are pauses.
    pub(crate) pauses: &'static [Duration],
}

/// Why a service did not do what it was asked. Holds nothing of the request and of the answer but the name of the error.
#[derive(Debug, thiserror::Error)]
pub enum ServiceError {
    /// The request cannot be written down.
    #[error("the request cannot be made: {0}")]
    Request(#[from] http::Error),
    /// It could not be signed.
    #[error(transparent)]
    Signing(#[from] SigningFailed),
    /// There was no answer.
    #[error(transparent)]
    Send(#[from] SendError),
    /// The service says no.
    #[error("{service} answers {status} {code}")]
    Refused {
        /// The service, as it is signed for.
        service: &'static str,
        /// The HTTP status.
        status: u16,
        /// The name of the error, without its namespace; empty if the body gives none.
        code: String,
    },
}

impl ServiceError {
    /// Whether the same request may succeed later.
    #[must_use]
    pub fn is_passing(&self) -> bool {
        match self {
            Self::Send(_) => true,
            Self::Refused { status, code, .. } => *status >= 500 || *status == 429 || code.contains("Throttl"),
            Self::Request(_) | Self::Signing(_) => false,
        }
    }
}

#[derive(Deserialize, Default)]
struct Refusal {
    #[serde(rename = "__type", default)]
    code: String,
}

impl AwsService {
    /// The service `name` (as it is signed for) at this endpoint.
    #[must_use]
    pub fn new(name: &'static str, endpoint: Endpoint, outbound: Outbound, signer: Signer) -> Self {
        Self {
            name,
            endpoint,
            outbound,
            signer,
        }
    }

    /// An operation of the AWS JSON protocol, which is `POST /` with the operation's name in a header; `version` is `1.0` or `1.1`.
    pub(crate) async fn json(
        &self,
        version: &str,
        operation: &str,
        body: String,
        patience: Patience,
    ) -> Result<Bytes, ServiceError> {
        let head = request::Builder::new()
            .header(header::CONTENT_TYPE, format!("application/x-amz-json-{version}"))
            .header("x-amz-target", operation);
        self.post("/", head, body.into(), patience).await
    }

    /// `POST` of this body to a path, with the headers of `head`; the body of the answer, if its status is one of success.
    pub(crate) async fn post(
        &self,
        path: &str,
        head: request::Builder,
        body: Bytes,
        patience: Patience,
    ) -> Result<Bytes, ServiceError> {
        let request = head
            .method(http::Method::POST)
            .uri(format!("{}{path}", self.endpoint))
            .body(body)?;
        for pause in patience.pauses {
            match self.one_try(request.clone(), patience.limit).await {
                Err(error) if error.is_passing() => tracing::warn!(service = self.name, %error, "asked again"),
                answered => return answered,
            }
            tokio::time::sleep(*pause).await;
        }
        self.one_try(request, patience.limit).await
    }

    async fn one_try(&self, mut request: Request<Bytes>, limit: Duration) -> Result<Bytes, ServiceError> {
        self.signer.sign(self.name, SystemTime::now(), &mut request)?;
        let (status, body) = self.outbound.send(request, limit).await?;
        if status.is_success() {
            return Ok(body);
        }
        let Refusal { code } = serde_json::from_slice(&body).unwrap_or_default();
        Err(ServiceError::Refused {
            service: self.name,
            status: status.as_u16(),
            code: code.rsplit('#').next().unwrap_or_default().to_owned(),
        })
    }
}
