//! Push through API Gateway's management API: `POST` and `DELETE {endpoint}/@connections/{id}`, signed.
//!
//! A post has one try and a limit of its own: a frame that came late would be no better than the history.

use std::sync::OnceLock;
use std::time::{Duration, SystemTime};

use bytes::Bytes;
use http::{Method, Request, StatusCode};
use parlour_service::push::{Address, BoxFuture, Push, Pushed};

use crate::endpoint::Endpoint;
use crate::outbound::Outbound;
use crate::signer::Signer;

/// The service that requests are signed for.
const SERVICE: &str = "execute-api";
/// One post has this long.
const LIMIT: Duration = Duration::from_secs(2);

/// The management APIs of connection managers: a default one, and those that connections name.
#[derive(Debug)]
pub struct ManagementApi {
    outbound: Outbound,
    signer: Signer,
    default: OnceLock<Endpoint>,
    limit: Duration,
}

impl ManagementApi {
    /// With this default endpoint, or none yet.
    #[must_use]
    pub fn new(outbound: Outbound, signer: Signer, default: Option<Endpoint>) -> Self {
        Self {
            outbound,
            signer,
            default: default.map(OnceLock::from).unwrap_or_default(),
            limit: LIMIT,
        }
    }

    /// With another limit than 2 s for one post.
    #[must_use]
    pub fn with_limit(self, limit: Duration) -> Self {
        Self { limit, ..self }
    }

    /// The default endpoint, which is `found()` from the first time on that there is none.
    ///
    /// So a function takes the API of its first event: it belongs to one API and one stage.
    pub fn default_endpoint(&self, found: impl FnOnce() -> Option<Endpoint>) -> Option<&Endpoint> {
        if self.default.get().is_none()
            && let Some(endpoint) = found()
        {
            return Some(self.default.get_or_init(|| endpoint));
        }
        self.default.get()
    }

    async fn request(&self, method: Method, to: Address<'_>, frame: Bytes) -> Pushed {
        let Some(mut request) = self.addressed(&method, to, frame) else {
            return Pushed::Failed;
        };
        if let Err(error) = self.signer.sign(SERVICE, SystemTime::now(), &mut request) {
            tracing::error!(%error, "a post cannot be signed");
            return Pushed::Failed;
        }
        match self.outbound.send(request, self.limit).await {
            Ok((status, _)) => outcome(&method, status),
            Err(error) => {
                tracing::warn!(%error, %method, "the management API does not answer");
                Pushed::Failed
            }
        }
    }

    fn addressed(&self, method: &Method, to: Address<'_>, frame: Bytes) -> Option<Request<Bytes>> {
        let url = match to.endpoint {
            Some(endpoint) => Endpoint::parse(endpoint).ok()?.connection(to.connection),
            None => self.default_endpoint(|| None)?.connection(to.connection),
        };
        Request::builder().method(method).uri(url).body(frame).ok()
    }
}

fn outcome(method: &Method, status: StatusCode) -> Pushed {
    match status {
        StatusCode::GONE => Pushed::Gone,
        StatusCode::TOO_MANY_REQUESTS => Pushed::Throttled,
        status if status.is_success() => Pushed::Sent,
        status => {
            tracing::warn!(status = status.as_u16(), %method, "the management API refuses");
            Pushed::Failed
        }
    }
}

impl Push for ManagementApi {
    fn post<'a>(&'a self, to: Address<'a>, frame: Bytes) -> BoxFuture<'a, Pushed> {
        Box::pin(self.request(Method::POST, to, frame))
    }

    fn close<'a>(&'a self, to: Address<'a>) -> BoxFuture<'a, Pushed> {
        Box::pin(self.request(Method::DELETE, to, Bytes::new()))
    }
}
