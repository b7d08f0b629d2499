//! SigV4: the AWS-shaped endpoints answer only to requests signed with the gateway's own key pair.
//!
//! The signature is computed again by the `aws-sigv4` crate over the headers that the request says are signed, and
//! compared in constant time.

use std::fmt;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use aws_credential_types::Credentials;
use aws_sigv4::http_request::{SignableBody, SignableRequest, SigningSettings, sign};
use aws_sigv4::sign::v4;
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use http::HeaderMap;
use http::request::Parts;
use serde::{Deserialize, Serialize};
use subtle::ConstantTimeEq;

use crate::clock;

/// How far the clocks of caller and gateway may be apart.
const MAX_SKEW: Duration = Duration::from_secs(5 * 60);

/// A key pair of the gateway.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct KeyPair {
    /// Names the pair; no secret.
    pub access_key_id: String,
    /// Signs requests.
    pub secret_access_key: String,
}

impl KeyPair {
    /// A new pair.
    ///
    /// # Errors
    /// If the operating system gives no randomness.
    pub fn generate() -> Result<Self, getrandom::Error> {
        let mut bytes = [0; 42];
        getrandom::fill(&mut bytes)?;
        let (id, secret) = bytes.split_at(12);
        // Letters and digits alone: DynamoDB Local refuses any other.
        let id: String = id.iter().map(|byte| format!("{byte:02X}")).collect();
        Ok(Self {
            access_key_id: format!("PARLOUR{id}"),
            secret_access_key: URL_SAFE_NO_PAD.encode(secret),
        })
    }
}

impl fmt::Debug for KeyPair {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("KeyPair")
            .field("access_key_id", &self.access_key_id)
            .finish_non_exhaustive()
    }
}

impl KeyPair {
    /// The pair in the form that requests are signed with.
    pub(crate) fn credentials(&self) -> Credentials {
        Credentials::new(&self.access_key_id, &self.secret_access_key, None, None, "gateway")
    }
}

/// Why a request is refused; always with 403.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Refusal {
    /// There is no signature.
    Missing,
    /// It cannot be read, or leaves out what has to be signed.
    Incomplete,
    /// It names another key.
    UnknownKey,
    /// It is too old or from the future.
    Expired,
    /// It is wrong.
    Mismatch,
}

impl Refusal {
    /// The error type as AWS names it.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Missing => "MissingAuthenticationTokenException",
            Self::Incomplete => "IncompleteSignatureException",
            Self::UnknownKey => "UnrecognizedClientException",
            Self::Expired | Self::Mismatch => "InvalidSignatureException",
        }
    }

    /// What to tell the caller.
    #[must_use]
    pub const fn message(self) -> &'static str {
        match self {
            Self::Missing => "Missing Authentication Token",
            Self::Incomplete => {
                "The Authorization header has to name a credential, the signed headers and a signature."
            }
            Self::UnknownKey => "The security token included in the request is invalid.",
            Self::Expired => "Signature expired: the clock of the caller is more than 5 minutes off.",
            Self::Mismatch => "The request signature does not match the signature that was provided.",
        }
    }
}

struct Claim<'a> {
    access_key_id: &'a str,
    date: &'a str,
    region: &'a str,
    service: &'a str,
    signed_headers: Vec<&'a str>,
    signature: &'a str,
}

/// Checks the signature of a request, which has to be for `service` as the credential's scope names it.
///
/// # Errors
/// The [`Refusal`].
pub fn verify(key: &KeyPair, service: &str, parts: &Parts, body: &[u8], now: SystemTime) -> Result<(), Refusal> {
    let (claim, time) = claim_of(key, service, parts, now)?;
    let expected = expected_signature(key, parts, body, &claim, time).ok_or(Refusal::Incomplete)?;
    let same: bool = expected.as_bytes().ct_eq(claim.signature.as_bytes()).into();
    if same { Ok(()) } else { Err(Refusal::Mismatch) }
}

/// Checks what can be checked before the body is there: everything but the signature itself.
///
/// # Errors
/// The [`Refusal`].
pub fn examine(key: &KeyPair, service: &str, parts: &Parts, now: SystemTime) -> Result<(), Refusal> {
    claim_of(key, service, parts, now).map(drop)
}

fn claim_of<'a>(
    key: &KeyPair,
    service: &str,
    parts: &'a Parts,
    now: SystemTime,
) -> Result<(Claim<'a>, SystemTime), Refusal> {
    let authorization = text(&parts.headers, "authorization").ok_or(Refusal::Missing)?;
    let claim = claim(authorization).ok_or(Refusal::Incomplete)?;
    let stamp = text(&parts.headers, "x-amz-date").ok_or(Refusal::Incomplete)?;
    let complete = ["host", "x-amz-date"]
        .iter()
        .all(|name| claim.signed_headers.contains(name));
    if !complete || claim.service != service || !stamp.starts_with(claim.date) {
        return Err(Refusal::Incomplete);
    }
    if claim
        .access_key_id
        .as_bytes()
        .ct_eq(key.access_key_id.as_bytes())
        .unwrap_u8()
        == 0
    {
        return Err(Refusal::UnknownKey);
    }
    let time = time_of(stamp, now)?;
    Ok((claim, time))
}

fn claim(authorization: &str) -> Option<Claim<'_>> {
    let rest = authorization.strip_prefix("AWS4-HMAC-SHA256")?;
    let field = |name: &str| {
        rest.split(',')
            .find_map(|part| part.trim().strip_prefix(name).and_then(|value| value.strip_prefix('=')))
    };
    let mut scope = field("Credential")?.split('/');
    let claim = Claim {
        access_key_id: scope.next()?,
        date: scope.next()?,
        region: scope.next()?,
        service: scope.next()?,
        signed_headers: field("SignedHeaders")?.split(';').collect(),
        signature: field("Signature")?,
    };
    (scope.next() == Some("aws4_request") && scope.next().is_none()).then_some(claim)
}

fn time_of(stamp: &str, now: SystemTime) -> Result<SystemTime, Refusal> {
    let millis = clock::from_basic_iso8601(stamp).and_then(|millis| u64::try_from(millis).ok());
    let time = UNIX_EPOCH + Duration::from_millis(millis.ok_or(Refusal::Incomplete)?);
    let skew = now.duration_since(time).unwrap_or_else(|future| future.duration());
    if skew > MAX_SKEW {
        Err(Refusal::Expired)
    } else {
        Ok(time)
    }
}

fn expected_signature(
    key: &KeyPair,
    parts: &Parts,
    body: &[u8],
    claim: &Claim<'_>,
    time: SystemTime,
) -> Option<String> {
    let mut headers = Vec::new();
    for name in &claim.signed_headers {
        let mut values = parts.headers.get_all(*name).iter().peekable();
        values.peek()?;
        for value in values {
            headers.push((*name, value.to_str().ok()?));
        }
    }
    let uri = format!(
        "http://{}{}",
        text(&parts.headers, "host")?,
        parts.uri.path_and_query()?.as_str()
    );
    let mut settings = SigningSettings::default();
    // What is signed was decided by the caller.
    settings.excluded_headers = None;
    let identity = key.credentials().into();
    let params = v4::SigningParams::builder()
        .identity(&identity)
        .region(claim.region)
        .name(claim.service)
        .time(time)
        .settings(settings)
        .build()
        .ok()?
        .into();
    let method = parts.method.as_str();
    let request = SignableRequest::new(method, uri, headers.into_iter(), SignableBody::Bytes(body)).ok()?;
    Some(sign(request, &params).ok()?.signature().to_owned())
}

fn text<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    headers.get(name)?.to_str().ok()
}

#[cfg(test)]
mod tests;
