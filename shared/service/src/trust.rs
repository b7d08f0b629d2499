//! Whom a token means that Parlour did not issue, by the settings of the app that the caller named.
//!
//! What is asked for outside is remembered in this process, within limits of number and time, under the app as well as the URL: two
//! apps never share a key or an answer. An app whose own URL is slow or broken uses up no more than its own share of this process.
//! Where nothing can be proven, nobody is let in.

mod accepted;
mod answers;
pub(crate) mod bounded;
pub(crate) mod circuit;
mod key_sets;

use std::sync::{Arc, Mutex, PoisonError};

use bytes::Bytes;
use http::header::{ACCEPT, CONTENT_TYPE, HeaderMap, HeaderValue};
use http::{Method, StatusCode};
use parlour_auth::foreign_token::answered;
use parlour_auth::user_token::USER_TOKEN_BYTES;
use parlour_auth::{CredentialError, ForeignToken, TokenHash};
use parlour_domain::verification::{self, Mapping, Person, Verification};
use parlour_domain::{AppId, Timestamp};
use parlour_fetch::{Fetcher, Limits, Target, TlsError};
use serde_json::json;

pub use parlour_fetch::Reach;

use crate::Error;
use crate::message_hook::Hooks;
use answers::Answers;
use circuit::Circuits;
use key_sets::KeySets;

/// The statuses with which a URL says that it does not know a token.
const REFUSALS: [StatusCode; 6] = [
    StatusCode::BAD_REQUEST,
    StatusCode::UNAUTHORIZED,
    StatusCode::FORBIDDEN,
    StatusCode::NOT_FOUND,
    StatusCode::GONE,
    StatusCode::UNPROCESSABLE_ENTITY,
];

/// A person, and until when the token means them.
type Proven = (Person, Timestamp);

/// What asks the servers of integrators: it proves tokens of others, and has messages looked at by hooks; with what it remembers.
/// Cheap to clone; clones share their memory.
#[derive(Debug, Clone)]
pub struct Trust(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    fetcher: Fetcher,
    circuits: Circuits,
    key_sets: KeySets,
    answers: Mutex<Answers<Person>>,
    accepted: Mutex<Answers<()>>,
    hooks: Hooks,
}

impl Trust {
    /// Remembers nothing yet.
    #[must_use]
    pub fn new(fetcher: Fetcher) -> Self {
        Self(Arc::new(Inner {
            fetcher,
            circuits: Circuits::default(),
            key_sets: KeySets::default(),
            answers: Mutex::default(),
            accepted: Mutex::default(),
            hooks: Hooks::default(),
        }))
    }

    /// With a fetcher of its own.
    ///
    /// # Errors
    /// If the TLS library supports no protocol version, which only a wrong build can bring about.
    pub fn reaching(reach: Reach) -> Result<Self, TlsError> {
        Fetcher::new(reach).map(Self::new)
    }

    /// Which addresses are asked.
    #[must_use]
    pub fn reach(&self) -> Reach {
        self.0.fetcher.reach()
    }

    /// The one way out, for others who call addresses that integrators name.
    #[must_use]
    pub fn fetcher(&self) -> &Fetcher {
        &self.0.fetcher
    }

    /// What is remembered of the hooks that are asked about messages.
    pub(crate) fn hooks(&self) -> &Hooks {
        &self.0.hooks
    }

    /// Whom a token means, and until when.
    ///
    /// # Errors
    /// [`Error::Unauthenticated`], [`Error::TokenExpired`]; [`Error::NotVerified`] if whoever has to be asked does not answer.
    pub async fn person(
        &self,
        app: &AppId,
        settings: &Verification,
        token: &str,
        now: Timestamp,
    ) -> Result<Proven, Error> {
        match &settings.method {
            verification::Method::Hs256 {
                issuer,
                audience,
                secrets,
            } => {
                let jwt = ForeignToken::parse(token).map_err(refused)?;
                let claims = jwt.prove_by_secret(secrets).map_err(refused)?;
                claims.have(&settings.required).map_err(refused)?;
                let parties = (issuer.as_ref(), audience.as_ref());
                claims.person(parties, &settings.user, now).map_err(refused)
            }
            verification::Method::Jwks { issuer, audience, url } => {
                let jwt = ForeignToken::parse(token).map_err(refused)?;
                let claims = self.by_key(app, url, &jwt, now).await?;
                claims.have(&settings.required).map_err(refused)?;
                let parties = (issuer.as_ref(), audience.as_ref());
                claims.person(parties, &settings.user, now).map_err(refused)
            }
            verification::Method::Url { url } => self.by_answer(app, settings, url, token, now).await,
        }
    }

    /// A key that the set does not have may be in a newer one, which is asked for once in a while.
    async fn by_key(
        &self,
        app: &AppId,
        url: &str,
        jwt: &ForeignToken<'_>,
        now: Timestamp,
    ) -> Result<parlour_auth::foreign_token::ProvenClaims, Error> {
        let Inner {
            fetcher,
            circuits,
            key_sets,
            ..
        } = &*self.0;
        let set = key_sets.get(fetcher, circuits, (app, url), false, now).await?;
        match jwt.prove_by_key(&set) {
            Err(CredentialError::UnknownKey) => {
                let set = key_sets.get(fetcher, circuits, (app, url), true, now).await?;
                jwt.prove_by_key(&set).map_err(refused)
            }
            proven => proven.map_err(refused),
        }
    }

    async fn by_answer(
        &self,
        app: &AppId,
        settings: &Verification,
        url: &str,
        token: &str,
        now: Timestamp,
    ) -> Result<Proven, Error> {
        if !is_opaque(token) {
            return Err(Error::Unauthenticated);
        }
        let key = TokenHash::of_foreign(&format!("{app} {url} {:?}", settings.user), token).to_text();
        let known = self.answers().known(&key, now);
        let answer = match known {
            Some(known) => known,
            None => {
                let answer = self.ask(app, url, &settings.user, token, now).await?;
                self.answers().remember(key, answer.clone(), now);
                answer
            }
        };
        answer.ok_or(Error::Unauthenticated)
    }

    fn answers(&self) -> std::sync::MutexGuard<'_, Answers<Person>> {
        self.0.answers.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// `None`: the URL refuses the token. Only a URL that gives no answer counts as failing: what is said about tokens that somebody
    /// made up, in whatever words, keeps no others out.
    async fn ask(
        &self,
        app: &AppId,
        url: &str,
        mapping: &Mapping,
        token: &str,
        now: Timestamp,
    ) -> Result<Option<Proven>, Error> {
        let fetcher = &self.0.fetcher;
        let target = Target::parse(url, fetcher.reach()).map_err(|error| unusable(app, &error))?;
        let body = Bytes::from(json!({ "token": token }).to_string());
        let asked = async {
            let sent = fetcher.send(Method::POST, &target, json_headers(), body, Limits::default());
            let answer = sent.await.map_err(|error| unusable(app, &error))?;
            if answer.status.is_server_error() || answer.status == StatusCode::TOO_MANY_REQUESTS {
                return Err(unusable(app, &"it does not work"));
            }
            Ok(answer)
        };
        let answer = self.0.circuits.run(app, now, asked).await?;
        if REFUSALS.contains(&answer.status) {
            return Ok(None);
        }
        if !answer.is_json() {
            return Err(unusable(app, &"it is no answer"));
        }
        answered(&answer.body, mapping, now).or_else(|error| said_no(app, error))
    }
}

/// A text that a third party may be shown: no credential that Parlour made.
pub(crate) fn is_opaque(token: &str) -> bool {
    let ours = ["plr_", "pt_"].iter().any(|prefix| token.starts_with(prefix));
    let printable = token.bytes().all(|byte| byte.is_ascii_graphic());
    !ours && printable && (1..=USER_TOKEN_BYTES).contains(&token.len())
}

fn json_headers() -> HeaderMap {
    let json = HeaderValue::from_static("application/json");
    HeaderMap::from_iter([(CONTENT_TYPE, json.clone()), (ACCEPT, json)])
}

/// An answer about a token that is over is a refusal; one that cannot be read is none at all.
fn said_no(app: &AppId, error: CredentialError) -> Result<Option<Proven>, Error> {
    match error {
        CredentialError::Expired { .. } | CredentialError::NotYetValid { .. } => Ok(None),
        error => Err(unusable(app, &error)),
    }
}

/// Told to operators: neither the URL, which may hold a secret, nor anything of the answer.
fn unusable(app: &AppId, error: &dyn std::fmt::Display) -> Error {
    tracing::warn!(%app, %error, "a token cannot be verified");
    Error::NotVerified
}

fn refused(error: CredentialError) -> Error {
    match error {
        CredentialError::Expired { .. } => Error::TokenExpired,
        _ => Error::Unauthenticated,
    }
}
