//! A signature in the URL: computed again over what the URL says that it is for, and compared in constant time.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use aws_sigv4::http_request::{
    PercentEncodingMode, SignableBody, SignableRequest, SignatureLocation, SigningSettings, UriPathNormalizationMode,
    sign,
};
use aws_sigv4::sign::v4;
use http::header;
use http::request::Parts;
use subtle::ConstantTimeEq;

use crate::clock;
use crate::signed::{KeyPair, Refusal};

/// What the parameters of a signature begin with.
const PREFIX: &str = "X-Amz-";
/// How far in the future a signature may have been made, by another clock.
const AHEAD: Duration = Duration::from_secs(60);
/// The longest life of a URL, by the rules of S3.
const LONGEST: u64 = 7 * 24 * 3_600;

/// Whether the signature is in the URL.
pub(super) fn is_presigned(parts: &Parts) -> bool {
    parts
        .uri
        .query()
        .is_some_and(|query| query.split('&').any(|pair| pair.starts_with(PREFIX)))
}

/// The value of a parameter of a query.
pub(super) fn parameter(query: &str, name: &str) -> Option<String> {
    form_urlencoded::parse(query.as_bytes()).find_map(|(known, value)| (known == name).then(|| value.into_owned()))
}

/// Checks the signature of a request, its time included.
///
/// # Errors
/// The [`Refusal`].
pub(super) fn verify(key: &KeyPair, service: &str, parts: &Parts, now: SystemTime) -> Result<(), Refusal> {
    let query = parts.uri.query().unwrap_or_default();
    let said = |name: &str| parameter(query, &format!("{PREFIX}{name}")).ok_or(Refusal::Incomplete);
    let credential = said("Credential")?;
    let mut scope = credential.split('/');
    let mut next = || scope.next().ok_or(Refusal::Incomplete);
    let (id, date, region, of, end) = (next()?, next()?, next()?, next()?, next()?);
    let stamp = said("Date")?;
    if said("Algorithm")? != "AWS4-HMAC-SHA256" || of != service || end != "aws4_request" || !stamp.starts_with(date) {
        return Err(Refusal::Incomplete);
    }
    if !bool::from(id.as_bytes().ct_eq(key.access_key_id.as_bytes())) {
        return Err(Refusal::UnknownKey);
    }
    let life: u64 = said("Expires")?.parse().map_err(|_| Refusal::Incomplete)?;
    let millis = clock::from_basic_iso8601(&stamp).and_then(|millis| u64::try_from(millis).ok());
    let time = UNIX_EPOCH + Duration::from_millis(millis.ok_or(Refusal::Incomplete)?);
    if life > LONGEST {
        return Err(Refusal::Incomplete);
    }
    if now + AHEAD < time || now > time + Duration::from_secs(life) {
        return Err(Refusal::Expired);
    }
    let names = said("SignedHeaders")?;
    let signed = (names.as_str(), region, service);
    let expected = expected(key, parts, signed, (time, life)).ok_or(Refusal::Incomplete)?;
    let same: bool = expected.as_bytes().ct_eq(said("Signature")?.as_bytes()).into();
    if same { Ok(()) } else { Err(Refusal::Mismatch) }
}

fn expected(
    key: &KeyPair,
    parts: &Parts,
    (names, region, service): (&str, &str, &str),
    (time, life): (SystemTime, u64),
) -> Option<String> {
    let text = |name: &str| parts.headers.get(name)?.to_str().ok();
    let mut headers = Vec::new();
    for name in names.split(';').filter(|name| *name != "host") {
        headers.push((name, text(name)?));
    }
    // The URL as it was before it was signed.
    let pairs = parts.uri.query().unwrap_or_default().split('&');
    let own: Vec<&str> = pairs.filter(|pair| !pair.starts_with(PREFIX)).collect();
    let (host, path) = (text(header::HOST.as_str())?, parts.uri.path());
    let uri = match own.as_slice() {
        [] => format!("http://{host}{path}"),
        own => format!("http://{host}{path}?{}", own.join("&")),
    };
    let mut settings = SigningSettings::default();
    settings.percent_encoding_mode = PercentEncodingMode::Single;
    settings.uri_path_normalization_mode = UriPathNormalizationMode::Disabled;
    settings.signature_location = SignatureLocation::QueryParams;
    settings.expires_in = Some(Duration::from_secs(life));
    let identity = key.credentials().into();
    let parameters = v4::SigningParams::builder()
        .identity(&identity)
        .region(region)
        .name(service)
        .time(time)
        .settings(settings)
        .build()
        .ok()?
        .into();
    let method = parts.method.as_str();
    let request = SignableRequest::new(method, uri, headers.into_iter(), SignableBody::UnsignedPayload).ok()?;
    Some(sign(request, &parameters).ok()?.signature().to_owned())
}
