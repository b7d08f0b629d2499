//! The claims of a user token, read by exact type: a time that is a string, a float or null is refused, never taken as
//! absent. They are looked at only after the signature was found good.

use parlour_domain::{AppId, Timestamp, UserId};
use serde::{Deserialize, Deserializer, Serialize};

use super::{MAX_USER_TOKEN_SECONDS, UserClaims, part};
use crate::error::CredentialError;

const ISS: &str = "parlour";
/// How far the clocks of two machines that issue and verify may differ, in seconds.
const LEEWAY_SECONDS: i64 = 60;
/// The end of the year 9999: what a time can be and still be written as RFC 3339.
const LATEST_SECONDS: i64 = 253_402_300_799;

#[derive(Serialize)]
pub(super) struct Claims<'a> {
    iss: &'static str,
    aud: &'a AppId,
    sub: UserId,
    iat: i64,
    exp: i64,
}

impl<'a> Claims<'a> {
    /// `None` if a time would be out of range.
    pub(super) fn new(app: &'a AppId, user: UserId, now: Timestamp, lifetime_seconds: i64) -> Option<Self> {
        let iat = now.seconds();
        let exp = iat.checked_add(lifetime_seconds)?;
        let in_range = iat >= 0 && exp <= LATEST_SECONDS;
        in_range.then_some(Self {
            iss: ISS,
            aud: app,
            sub: user,
            iat,
            exp,
        })
    }

    pub(super) fn expires_at(&self) -> Timestamp {
        from_seconds(self.exp)
    }
}

/// Texts are borrowed: one with an escape in it, which ours never have, does not parse.
#[derive(Deserialize)]
struct Read<'a> {
    iss: &'a str,
    aud: &'a str,
    sub: &'a str,
    iat: i64,
    exp: i64,
    #[serde(default, deserialize_with = "present")]
    nbf: Option<i64>,
}

/// Absent is `None`; what is there must be an integer, which `null` is not.
fn present<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<i64>, D::Error> {
    i64::deserialize(deserializer).map(Some)
}

/// What the claims say, if they are those of a live token of `app`.
pub(super) fn read(text: &str, app: &AppId, now: Timestamp) -> Result<UserClaims, CredentialError> {
    let json = part::decode(text).ok_or(CredentialError::BadClaims)?;
    let claims: Read<'_> = part::object(&json).ok_or(CredentialError::BadClaims)?;
    if claims.iss != ISS {
        return Err(CredentialError::BadClaims);
    }
    if claims.aud != app.as_str() {
        return Err(CredentialError::WrongApp);
    }
    let user = UserId::parse(claims.sub).map_err(|_| CredentialError::BadClaims)?;
    check_times(&claims, now)?;
    let (issued_at, expires_at) = (from_seconds(claims.iat), from_seconds(claims.exp));
    Ok(UserClaims {
        app: app.clone(),
        user,
        issued_at,
        expires_at,
    })
}

fn check_times(claims: &Read<'_>, now: Timestamp) -> Result<(), CredentialError> {
    let times = [Some(claims.iat), Some(claims.exp), claims.nbf];
    if !times
        .into_iter()
        .flatten()
        .all(|time| (0..=LATEST_SECONDS).contains(&time))
    {
        return Err(CredentialError::BadClaims);
    }
    if !(1..=MAX_USER_TOKEN_SECONDS).contains(&(claims.exp - claims.iat)) {
        return Err(CredentialError::BadClaims);
    }
    let from = from_seconds(claims.nbf.map_or(claims.iat, |nbf| nbf.max(claims.iat)));
    if from > now.plus_seconds(LEEWAY_SECONDS) {
        return Err(CredentialError::NotYetValid { from });
    }
    let at = from_seconds(claims.exp);
    if at <= now {
        return Err(CredentialError::Expired { at });
    }
    Ok(())
}

fn from_seconds(seconds: i64) -> Timestamp {
    Timestamp::from_millis(0).plus_seconds(seconds)
}
