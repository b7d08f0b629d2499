//! SigV4 for the few requests that do not go through the SDK.

use std::time::SystemTime;

use aws_credential_types::Credentials;
use aws_sigv4::http_request::{SignableBody, SignableRequest, SigningSettings, sign};
use aws_sigv4::sign::v4;
use bytes::Bytes;
use http::Request;

/// Signs requests with the function's credentials.
#[derive(Debug, Clone)]
pub struct Signer {
    credentials: Credentials,
    region: String,
}

/// A request could not be signed: a header of it is no text, or its URL is broken.
#[derive(Debug, thiserror::Error)]
#[error("the request cannot be signed: {0}")]
pub struct SigningFailed(String);

impl Signer {
    /// Signs for `region`.
    #[must_use]
    pub fn new(credentials: Credentials, region: String) -> Self {
        Self { credentials, region }
    }

    /// What is signed with.
    pub(crate) fn credentials(&self) -> Credentials {
        self.credentials.clone()
    }

    /// The Region that is signed for.
    #[must_use]
    pub fn region(&self) -> &str {
        &self.region
    }

    /// Adds the signature for `service` at `now`. The request has an absolute URL; nothing of it may be changed afterwards.
    ///
    /// # Errors
    /// [`SigningFailed`].
    pub fn sign(&self, service: &str, now: SystemTime, request: &mut Request<Bytes>) -> Result<(), SigningFailed> {
        let failed = |error: &dyn std::fmt::Display| SigningFailed(error.to_string());
        let identity = self.credentials.clone().into();
        let parameters = v4::SigningParams::builder()
            .identity(&identity)
            .region(&self.region)
            .name(service)
            .time(now)
            .settings(SigningSettings::default())
            .build()
            .map_err(|error| failed(&error))?
            .into();
        let mut headers = Vec::with_capacity(request.headers().len());
        for (name, value) in request.headers() {
            headers.push((name.as_str(), value.to_str().map_err(|error| failed(&error))?));
        }
        let method = request.method().as_str();
        let body = SignableBody::Bytes(request.body());
        let signable = SignableRequest::new(method, request.uri().to_string(), headers.into_iter(), body)
            .map_err(|error| failed(&error))?;
        let (instructions, _) = sign(signable, &parameters)
            .map_err(|error| failed(&error))?
            .into_parts();
        instructions.apply_to_request_http1x(request);
        Ok(())
    }
}
