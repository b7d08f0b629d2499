//! An app is a tenant: an integrator's product with its own users, rooms and credentials.

use serde::{Deserialize, Serialize};

use crate::dialect::{Dialect, Service};
use crate::message_hook::MessageHook;
use crate::rate::Quotas;
use crate::verification::Verification;
use crate::{AppId, Timestamp, limits};

/// One tenant.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct App {
    /// Its id, the first part of every key.
    pub id: AppId,
    /// What operators call it.
    pub name: String,
    /// Origins (scheme, host, port) from which browsers may use it, beside the server's own.
    pub allowed_origins: Vec<String>,
    /// When it was made.
    pub created_at: Timestamp,
    /// Its live API tokens, oldest first; never the secrets.
    pub tokens: Vec<AppToken>,
    /// How many messages its users may send over all rooms.
    #[serde(default, skip_serializing_if = "Quotas::is_none")]
    pub quotas: Quotas,
    /// How tokens are trusted that Parlour did not issue; none: not at all.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub verification: Option<Verification>,
    /// Who is asked before a message of a user stands; none: nobody.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub message_hook: Option<MessageHook>,
    /// The services whose clients are understood, each at most once.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub dialects: Vec<Dialect>,
}

/// What of an app may change; `None` leaves a field as it is.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct AppChange {
    /// A new name.
    pub name: Option<String>,
    /// New origins, instead of all before.
    pub allowed_origins: Option<Vec<String>>,
    /// How many messages its users may send from now on, instead of what was said before.
    pub quotas: Option<Quotas>,
    /// How tokens are trusted from now on; `Some(None)`: not at all.
    pub verification: Option<Option<Verification>>,
    /// Who is asked before a message of a user stands; `Some(None)`: nobody.
    pub message_hook: Option<Option<MessageHook>>,
    /// The services whose clients are understood from now on, instead of all before.
    pub dialects: Option<Vec<Dialect>>,
}

/// An API token of an app, without its secret.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AppToken {
    /// The public part that finds the token's row.
    pub id: String,
    /// When it was made.
    pub created_at: Timestamp,
}

/// Whether a text is an origin as browsers write it: scheme, host and port where it is not the default, all in lower case.
#[must_use]
pub fn is_origin(text: &str) -> bool {
    let authority = text.strip_prefix("https://").or_else(|| text.strip_prefix("http://"));
    let allowed = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || b".-_:[]".contains(&byte);
    text.len() <= limits::ORIGIN_BYTES
        && authority.is_some_and(|authority| !authority.is_empty() && authority.bytes().all(allowed))
}

impl App {
    /// Whether a page of `origin` may use this app. Exact comparison: no suffix or wildcard matching.
    #[must_use]
    pub fn allows_origin(&self, origin: &str) -> bool {
        self.allowed_origins.iter().any(|allowed| allowed == origin)
    }

    /// What it says about a service's clients; none: they are not understood.
    #[must_use]
    pub fn dialect(&self, service: Service) -> Option<&Dialect> {
        self.dialects.iter().find(|dialect| dialect.service == service)
    }
}

#[cfg(test)]
mod tests {
    use super::is_origin;

    #[test]
    fn an_origin_has_no_path_and_one_spelling() {
        for text in ["https://a.example", "http://localhost:5173", "https://[::1]:8443"] {
            assert!(is_origin(text), "{text}");
        }
        for text in [
            "",
            "*",
            "null",
            "a.example",
            "https://",
            "https://a.example/",
            "https://A.example",
            "https://*.example",
            "https://a@b.example",
            "ftp://a.example",
            "https://a.example?b",
            "https://a b",
        ] {
            assert!(!is_origin(text), "{text}");
        }
    }
}
