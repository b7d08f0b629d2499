//! A JWT signer that writes any header and any claims, however wrong, under the real key of an app. It follows the
//! documented derivation by itself, so that it also pins it: changing it would sign every user out.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use hmac::{Hmac, Mac};
use parlour_auth::SigningKeys;
use parlour_domain::{AppId, Entropy, Moment, Timestamp, UserId};
use sha2::{Sha256, Sha384, Sha512};

pub(crate) const SECRET: [u8; 32] = [7; 32];
pub(crate) const KEY: &str = "k1";
pub(crate) const APP: &str = "appa";
pub(crate) const USER: &str = "018f4a5c-0000-7000-8000-0123456789ab";
/// 2026-01-02T03:04:05Z
pub(crate) const NOW: i64 = 1_767_323_045;
pub(crate) const HEADER: &str = r#"{"alg":"HS256","typ":"parlour-user+jwt","kid":"k1.appa"}"#;

pub(crate) fn keys() -> SigningKeys {
    SigningKeys::new(vec![(KEY.to_owned(), SECRET.to_vec())]).unwrap()
}

pub(crate) fn app(text: &str) -> AppId {
    AppId::parse(text).unwrap()
}

pub(crate) fn user() -> UserId {
    UserId::parse(USER).unwrap()
}

pub(crate) fn at(seconds: i64) -> Timestamp {
    Timestamp::from_millis(seconds * 1000)
}

pub(crate) fn moment(seed: [u8; 32]) -> Moment {
    Moment {
        now: at(NOW),
        entropy: Entropy::from_seed(seed),
    }
}

pub(crate) fn base64(bytes: impl AsRef<[u8]>) -> String {
    URL_SAFE_NO_PAD.encode(bytes)
}

/// Good claims, issued now for an hour.
pub(crate) fn claims() -> String {
    claims_with(&format!(r#""iat":{NOW},"exp":{}"#, NOW + 3600))
}

/// Good `iss`, `aud` and `sub`, and `members`.
pub(crate) fn claims_with(members: &str) -> String {
    format!(r#"{{"iss":"parlour","aud":"{APP}","sub":"{USER}",{members}}}"#)
}

/// The HMAC key of an app.
pub(crate) fn app_key(secret: &[u8], app: &str) -> Vec<u8> {
    hs256(secret, &format!("parlour user token\0{app}"))
}

pub(crate) fn hs256(key: &[u8], message: &str) -> Vec<u8> {
    let mut mac = Hmac::<Sha256>::new_from_slice(key).unwrap();
    mac.update(message.as_bytes());
    mac.finalize().into_bytes().to_vec()
}

pub(crate) fn hs384(key: &[u8], message: &str) -> Vec<u8> {
    let mut mac = Hmac::<Sha384>::new_from_slice(key).unwrap();
    mac.update(message.as_bytes());
    mac.finalize().into_bytes().to_vec()
}

pub(crate) fn hs512(key: &[u8], message: &str) -> Vec<u8> {
    let mut mac = Hmac::<Sha512>::new_from_slice(key).unwrap();
    mac.update(message.as_bytes());
    mac.finalize().into_bytes().to_vec()
}

/// The part of a token that is signed.
pub(crate) fn message(header: &str, claims: &str) -> String {
    format!("{}.{}", base64(header), base64(claims))
}

/// A token with the right signature for the key of [`APP`].
pub(crate) fn signed(header: &str, claims: &str) -> String {
    let message = message(header, claims);
    let signature = base64(hs256(&app_key(&SECRET, APP), &message));
    format!("{message}.{signature}")
}
