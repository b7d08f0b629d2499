//! Tickets: what a WebSocket URL carries instead of a user token. A ticket lives a minute and works once, so that it is
//! worthless in the log or the history that the URL ends up in.
//!
//! `pt_{app}_{secret}` with 32 characters of base62 (190 random bits). Whose it is, until when, and that it is used once,
//! is kept in the store under its hash.

use std::fmt;

use parlour_domain::{AppId, Moment};

use crate::base62;
use crate::error::CredentialError;
use crate::hash::TokenHash;

/// How long a ticket lives, in seconds.
pub const TICKET_SECONDS: i64 = 60;

const PREFIX: &str = "pt_";
const SECRET_CHARS: usize = 32;

/// A ticket whose form is right. Whether it was issued, and is unused, is for the store to say.
#[derive(Clone)]
pub struct Ticket {
    text: String,
    app: AppId,
}

impl Ticket {
    /// A new ticket for a user of `app`.
    #[must_use]
    pub fn generate(app: &AppId, moment: &mut Moment) -> Self {
        let secret = base62::random(&mut moment.entropy, SECRET_CHARS);
        Self {
            text: format!("{PREFIX}{app}_{secret}"),
            app: app.clone(),
        }
    }

    /// Checks the form; needs no store.
    ///
    /// # Errors
    /// [`CredentialError::Malformed`].
    pub fn parse(text: &str) -> Result<Self, CredentialError> {
        let rest = text.strip_prefix(PREFIX).ok_or(CredentialError::Malformed)?;
        let (app, secret) = rest.split_once('_').ok_or(CredentialError::Malformed)?;
        let app = AppId::parse(app).map_err(|_| CredentialError::Malformed)?;
        if secret.len() != SECRET_CHARS || !base62::is_base62(secret) {
            return Err(CredentialError::Malformed);
        }
        Ok(Self {
            text: text.to_owned(),
            app,
        })
    }

    /// The whole text: for the one reply that hands it out, and for nothing else.
    #[must_use]
    pub fn expose(&self) -> &str {
        &self.text
    }

    /// The app in whose rows it is to be looked for. The text is not signed: this is a claim until the hash is found there.
    #[must_use]
    pub fn app(&self) -> &AppId {
        &self.app
    }

    /// What the store keeps of it.
    #[must_use]
    pub fn hash(&self) -> TokenHash {
        TokenHash::of(&self.text)
    }
}

impl fmt::Debug for Ticket {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Ticket({PREFIX}{}_..)", self.app)
    }
}
