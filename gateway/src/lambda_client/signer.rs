//! SigV4 signatures for the Lambda API.

use std::sync::Arc;
use std::time::{Duration, SystemTime};

use aws_credential_types::Credentials;
use aws_credential_types::provider::ProvideCredentials;
use aws_sigv4::http_request::{SignableBody, SignableRequest, SigningSettings, sign};
use aws_sigv4::sign::v4;
use bytes::Bytes;
use http::Request;
use tokio::sync::Mutex;

use crate::account::{Access, Account, AccountError, environment_credentials};

/// The service that requests are signed for.
const SERVICE: &str = "lambda";
/// Credentials that end within this time are fetched again.
const AHEAD: Duration = Duration::from_secs(5 * 60);

/// Signs requests, with credentials that it renews.
#[derive(Debug, Clone)]
pub(super) struct Signer {
    access: Access,
    last: Arc<Mutex<Option<Credentials>>>,
}

/// Why a request is not signed.
#[derive(Debug, thiserror::Error)]
#[error("it cannot be signed: {0}")]
pub(super) struct NotSigned(String);

impl Signer {
    /// `None` where nobody asks for a signature: over plain HTTP without a profile, and without keys in the environment.
    pub(super) async fn new(account: &Account, always: bool) -> Result<Option<Self>, AccountError> {
        let access = match environment_credentials() {
            _ if always || account.profile.is_some() => account.access().await?,
            Some(keys) => account.access_or(keys).await?,
            None => return Ok(None),
        };
        Ok(Some(Self {
            access,
            last: Arc::default(),
        }))
    }

    /// Adds the signature; nothing of the request may be changed afterwards.
    pub(super) async fn sign(&self, request: &mut Request<Bytes>) -> Result<(), NotSigned> {
        let failed = |error: &dyn std::fmt::Display| NotSigned(error.to_string());
        let identity = self.credentials().await?.into();
        let parameters = v4::SigningParams::builder()
            .identity(&identity)
            .region(&self.access.region)
            .name(SERVICE)
            .time(SystemTime::now())
            .settings(SigningSettings::default())
            .build()
            .map_err(|error| failed(&error))?
            .into();
        let uri = request.uri().to_string();
        let headers = request
            .headers()
            .iter()
            .filter_map(|(name, value)| Some((name.as_str(), value.to_str().ok()?)));
        let body = SignableBody::Bytes(request.body());
        let signable = SignableRequest::new(request.method().as_str(), uri, headers, body);
        let (instructions, _) = sign(signable.map_err(|error| failed(&error))?, &parameters)
            .map_err(|error| failed(&error))?
            .into_parts();
        instructions.apply_to_request_http1x(request);
        Ok(())
    }

    async fn credentials(&self) -> Result<Credentials, NotSigned> {
        let mut last = self.last.lock().await;
        let soon = SystemTime::now() + AHEAD;
        if let Some(credentials) = last.as_ref()
            && credentials.expiry().is_none_or(|end| end > soon)
        {
            return Ok(credentials.clone());
        }
        let fresh = self.access.credentials.provide_credentials().await;
        let fresh = fresh.map_err(|error| NotSigned(error.to_string()))?;
        Ok(last.insert(fresh).clone())
    }
}
