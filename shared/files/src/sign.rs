//! SigV4 as S3 wants it: the path is signed as it is, and is encoded once.

use std::time::{Duration, SystemTime};

use aws_credential_types::Credentials;
use aws_sigv4::http_request::{
    PayloadChecksumKind, PercentEncodingMode, SignableBody, SignableRequest, SignatureLocation, SigningSettings,
    UriPathNormalizationMode, sign,
};
use aws_sigv4::sign::v4;
use bytes::Bytes;
use http::Request;
use parlour_service::files::FilesError;

/// The service that is signed for.
const SERVICE: &str = "s3";

/// Who signs.
#[derive(Debug, Clone)]
pub(crate) struct Signer {
    pub(crate) credentials: Credentials,
    pub(crate) region: String,
}

impl Signer {
    /// Puts the signature into the headers.
    pub(crate) fn in_headers(&self, request: &mut Request<Bytes>, now: SystemTime) -> Result<(), FilesError> {
        let mut settings = settings();
        settings.payload_checksum_kind = PayloadChecksumKind::XAmzSha256;
        self.sign(settings, request, now)
    }

    /// Puts the signature into the URL, which holds for so long. Who has the URL may say what he likes, as far as the headers that
    /// are signed let him.
    pub(crate) fn in_url(
        &self,
        request: &mut Request<Bytes>,
        from: SystemTime,
        life: Duration,
    ) -> Result<(), FilesError> {
        let mut settings = settings();
        settings.signature_location = SignatureLocation::QueryParams;
        settings.expires_in = Some(life);
        self.sign(settings, request, from)
    }

    fn sign(
        &self,
        settings: SigningSettings,
        request: &mut Request<Bytes>,
        time: SystemTime,
    ) -> Result<(), FilesError> {
        let failed = |error: &dyn std::fmt::Display| FilesError(format!("the request cannot be signed: {error}"));
        let body = match settings.signature_location {
            SignatureLocation::QueryParams => SignableBody::UnsignedPayload,
            _ => SignableBody::Bytes(request.body()),
        };
        let identity = self.credentials.clone().into();
        let parameters = v4::SigningParams::builder()
            .identity(&identity)
            .region(&self.region)
            .name(SERVICE)
            .time(time)
            .settings(settings)
            .build()
            .map_err(|error| failed(&error))?
            .into();
        let mut headers = Vec::with_capacity(request.headers().len());
        for (name, value) in request.headers() {
            headers.push((name.as_str(), value.to_str().map_err(|error| failed(&error))?));
        }
        let uri = request.uri().to_string();
        let signable = SignableRequest::new(request.method().as_str(), uri, headers.into_iter(), body)
            .map_err(|error| failed(&error))?;
        let (instructions, _) = sign(signable, &parameters)
            .map_err(|error| failed(&error))?
            .into_parts();
        instructions.apply_to_request_http1x(request);
        Ok(())
    }
}

fn settings() -> SigningSettings {
    let mut settings = SigningSettings::default();
    settings.percent_encoding_mode = PercentEncodingMode::Single;
    settings.uri_path_normalization_mode = UriPathNormalizationMode::Disabled;
    settings
}
