//! What a proven token says, read by exact type: a time that is a string, a float or null is refused, never taken as absent.

use std::fmt;

use parlour_domain::text::{AvatarUrl, DisplayName};
use parlour_domain::verification::{Granted, Mapping, Party, Person, RequiredClaim};
use parlour_domain::{ExternalId, Timestamp, limits};
use serde_json::{Map, Value};

use crate::error::CredentialError;
use crate::user_token::part;

/// How far the clocks of two machines that issue and verify may differ, in seconds.
const LEEWAY_SECONDS: i64 = 60;
/// The end of the year 9999: what a time can be and still be written as RFC 3339.
const LATEST_SECONDS: i64 = 253_402_300_799;

/// The claims of a token whose signature was found good. Whether they hold here and now is asked of them next.
pub struct ProvenClaims(Map<String, Value>);

impl fmt::Debug for ProvenClaims {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("ProvenClaims(..)")
    }
}

pub(super) fn object(text: &str) -> Result<Map<String, Value>, CredentialError> {
    let json = part::decode(text).ok_or(CredentialError::BadClaims)?;
    part::object(&json).ok_or(CredentialError::BadClaims)
}

pub(super) fn proven(text: &str) -> Result<ProvenClaims, CredentialError> {
    object(text).map(ProvenClaims)
}

/// Whom the answer of a verification URL means: an object of claims, of which only the user's id has to be there. It holds until
/// its `exp`, if it has one. `None`: nobody, because it says `active: false` (RFC 7662).
///
/// # Errors
/// [`CredentialError::BadClaims`], [`CredentialError::Expired`], [`CredentialError::NotYetValid`].
pub fn answered(
    json: &[u8],
    mapping: &Mapping,
    now: Timestamp,
) -> Result<Option<(Person, Timestamp)>, CredentialError> {
    // It is written by hand or by a framework, with space around it as anybody likes.
    let claims: Map<String, Value> = part::object(json.trim_ascii_start()).ok_or(CredentialError::BadClaims)?;
    match claims.get("active") {
        None | Some(Value::Bool(true)) => {}
        Some(Value::Bool(false)) => return Ok(None),
        Some(_) => return Err(CredentialError::BadClaims),
    }
    let expires = times(&claims, now)?;
    let longest = now.plus_seconds(limits::USER_TOKEN_SECONDS);
    Ok(Some((person(&claims, mapping)?, expires.unwrap_or(longest))))
}

impl ProvenClaims {
    /// Checks that the token has all of these claims, each with exactly this text.
    ///
    /// # Errors
    /// [`CredentialError::WrongKind`].
    pub fn have(&self, required: &[RequiredClaim]) -> Result<(), CredentialError> {
        let has = |claim: &RequiredClaim| {
            self.0.get(claim.name.as_str()).and_then(Value::as_str) == Some(claim.value.as_str())
        };
        if required.iter().all(has) {
            Ok(())
        } else {
            Err(CredentialError::WrongKind)
        }
    }

    /// Whom the token means, and until when, if it is this issuer's, for this audience, and holds at `now`: no leeway for the end
    /// of its life, 60 s for a begin in the future. However long it lives, no more than a day is granted for it.
    ///
    /// # Errors
    /// [`CredentialError::WrongApp`] for another issuer or audience, [`CredentialError::BadClaims`],
    /// [`CredentialError::Expired`], [`CredentialError::NotYetValid`].
    pub fn person(
        &self,
        (issuer, audience): (Option<&Party>, Option<&Party>),
        mapping: &Mapping,
        now: Timestamp,
    ) -> Result<(Person, Timestamp), CredentialError> {
        if issuer.is_some_and(|issuer| self.0.get("iss").and_then(Value::as_str) != Some(issuer.as_str())) {
            return Err(CredentialError::WrongApp);
        }
        if audience.is_some_and(|audience| !is_for(self.0.get("aud"), audience)) {
            return Err(CredentialError::WrongApp);
        }
        let expires = times(&self.0, now)?.ok_or(CredentialError::BadClaims)?;
        Ok((person(&self.0, mapping)?, expires))
    }
}

/// `aud` is one text or a list of texts.
fn is_for(aud: Option<&Value>, audience: &Party) -> bool {
    match aud {
        Some(Value::String(one)) => one == audience.as_str(),
        Some(Value::Array(all)) => {
            all.iter().all(Value::is_string) && all.iter().any(|one| one.as_str() == Some(audience.as_str()))
        }
        _ => false,
    }
}

/// The end, if the claims have one; it is never further away than what is granted.
fn times(claims: &Map<String, Value>, now: Timestamp) -> Result<Option<Timestamp>, CredentialError> {
    let [issued, begin, end] = [time(claims, "iat")?, time(claims, "nbf")?, time(claims, "exp")?];
    let from = issued.max(begin);
    if let Some(from) = from
        && from > now.plus_seconds(LEEWAY_SECONDS)
    {
        return Err(CredentialError::NotYetValid { from });
    }
    match end {
        Some(at) if at <= now => Err(CredentialError::Expired { at }),
        Some(at) => Ok(Some(at.min(now.plus_seconds(limits::FOREIGN_TOKEN_SECONDS)))),
        None => Ok(None),
    }
}

/// Absent is `None`; what is there must be an integer that can be a time.
fn time(claims: &Map<String, Value>, name: &str) -> Result<Option<Timestamp>, CredentialError> {
    let Some(value) = claims.get(name) else {
        return Ok(None);
    };
    let seconds = value.as_i64().filter(|seconds| (0..=LATEST_SECONDS).contains(seconds));
    let seconds = seconds.ok_or(CredentialError::BadClaims)?;
    Ok(Some(Timestamp::from_millis(0).plus_seconds(seconds)))
}

/// An id has to be there and be one; a name or a picture that cannot be one is left out, so that it keeps nobody out.
fn person(claims: &Map<String, Value>, mapping: &Mapping) -> Result<Person, CredentialError> {
    let text = |name: &str| claims.get(name).and_then(Value::as_str);
    let preferred = mapping.preferred_id.as_ref().and_then(|claim| text(claim.as_str()));
    let id = preferred.or_else(|| text(mapping.id.as_str()));
    let id = id.ok_or(CredentialError::BadClaims)?;
    Ok(Person {
        external_id: ExternalId::parse(id).map_err(|_| CredentialError::BadClaims)?,
        name: text(mapping.name.as_str()).and_then(|name| DisplayName::parse(name).ok()),
        avatar_url: text(mapping.avatar_url.as_str()).and_then(|url| AvatarUrl::parse(url).ok()),
        granted: granted(claims),
    })
}

/// What cannot be read grants nothing.
fn granted(claims: &Map<String, Value>) -> Granted {
    let all = claims.get("permissions").and_then(Value::as_array);
    let texts = all.into_iter().flatten().filter_map(Value::as_str);
    let short = texts.filter(|text| (1..=limits::PERMISSION_BYTES).contains(&text.len()));
    Granted {
        permissions: short.take(limits::PERMISSIONS).map(str::to_owned).collect(),
        password_expires: claims.get("passwordExpiryTime").and_then(moment),
    }
}

/// Milliseconds, or a text in RFC 3339. What is neither is a time that is over: it was meant to end something.
fn moment(value: &Value) -> Option<Timestamp> {
    match value {
        Value::Null => None,
        Value::String(text) => Some(Timestamp::parse(text).unwrap_or_default()),
        value => Some(Timestamp::from_millis(value.as_i64().unwrap_or_default())),
    }
}
