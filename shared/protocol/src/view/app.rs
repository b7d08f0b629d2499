//! The app as its own backend sees it: never a secret.

use std::collections::BTreeMap;

use parlour_domain::app::{App, AppToken};
use parlour_domain::dialect::Dialect;
use parlour_domain::message_hook::{MessageHook, OnFailure};
use parlour_domain::rate::Quotas;
use parlour_domain::verification::{Method, Party, Verification};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::request::{OnFailureOption, ServiceOption};

/// An app.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct AppView {
    /// Its id: what `parlour-app` and `?app=` name.
    pub id: String,
    /// What operators call it.
    pub name: String,
    /// Origins from which browsers may use it.
    pub allowed_origins: Vec<String>,
    /// How many messages its users may send over all rooms; `null`: any number.
    pub quotas: Option<QuotasView>,
    /// How tokens are trusted that Parlour did not issue; `null`: not at all.
    pub verification: Option<VerificationView>,
    /// Who is asked before a message of a user stands; `null`: nobody.
    pub message_hook: Option<MessageHookView>,
    /// The services whose clients are understood.
    #[serde(default)]
    pub dialects: Vec<DialectView>,
    /// Its API tokens, oldest first, without their secrets.
    pub tokens: Vec<AppTokenView>,
    /// RFC 3339.
    pub created_at: String,
}

/// How many messages may be sent within a minute of the clock, over all rooms; what is not there is not limited.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct QuotasView {
    /// By one user.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub user_messages_per_minute: Option<u32>,
    /// By all users together.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub messages_per_minute: Option<u32>,
}

/// How tokens are trusted that Parlour did not issue.
#[derive(Debug, Clone, Default, Serialize, Deserialize, ToSchema)]
pub struct VerificationView {
    /// `hs256`, `jwks` or `url`.
    pub method: String,
    /// Their `iss`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub issuer: Option<String>,
    /// What their `aud` must hold.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub audience: Option<String>,
    /// How many shared secrets there are; they are never shown again.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub secrets: Option<usize>,
    /// What is asked.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub url: Option<String>,
    /// Whom they mean.
    pub user: UserClaimsView,
    /// Claims that they must have, each with exactly this text.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub required: BTreeMap<String, String>,
}

/// Another service's clients, which are understood.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct DialectView {
    /// Which service.
    pub service: ServiceOption,
    /// How their tokens are trusted; not given: as the app's own.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub verification: Option<VerificationView>,
    /// callsewa alone: the `applicationId`, where you have given one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub application_id: Option<String>,
}

impl DialectView {
    fn new(dialect: &Dialect) -> Self {
        Self {
            service: dialect.service.into(),
            verification: dialect.verification.as_ref().map(VerificationView::new),
            application_id: dialect.application_id.as_ref().map(|id| id.expose().to_owned()),
        }
    }
}

/// What of a token's claims makes a user.
#[derive(Debug, Clone, Default, Serialize, Deserialize, ToSchema)]
pub struct UserClaimsView {
    /// The claim that is the user's `external_id`.
    pub id: String,
    /// The claim that is the name of a new user.
    pub name: String,
    /// The claim that is the picture of a new user.
    pub avatar_url: String,
    /// Whether a user who is not known yet is made at first sight.
    pub create: bool,
}

/// Who is asked before a message of a user stands.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct MessageHookView {
    /// Who is asked.
    pub url: String,
    /// How many secrets the calls are signed with; they are never shown again.
    pub secrets: usize,
    /// How long it has to answer.
    pub timeout_ms: u64,
    /// What happens when it does not answer.
    pub on_failure: OnFailureOption,
}

impl MessageHookView {
    fn new(hook: &MessageHook) -> Self {
        Self {
            url: hook.url.clone(),
            secrets: hook.secrets.len(),
            timeout_ms: hook.timeout_ms,
            on_failure: match hook.on_failure {
                OnFailure::Allow => OnFailureOption::Allow,
                OnFailure::Refuse => OnFailureOption::Refuse,
            },
        }
    }
}

/// An API token without its secret.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct AppTokenView {
    /// The part that names it: its first 12 characters after `plr_`.
    pub id: String,
    /// RFC 3339.
    pub created_at: String,
}

/// A new API token.
#[derive(Clone, Serialize, Deserialize, ToSchema)]
pub struct NewTokenView {
    /// The part that names it.
    pub id: String,
    /// The value for `clientKey`: shown this once.
    pub api_token: String,
    /// RFC 3339.
    pub created_at: String,
}

impl std::fmt::Debug for NewTokenView {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("NewTokenView")
            .field("id", &self.id)
            .finish_non_exhaustive()
    }
}

impl AppTokenView {
    fn new(token: &AppToken) -> Self {
        Self {
            id: token.id.clone(),
            created_at: token.created_at.to_string(),
        }
    }
}

impl AppView {
    /// Everything but secrets.
    #[must_use]
    pub fn new(app: &App) -> Self {
        Self {
            id: app.id.to_string(),
            name: app.name.clone(),
            allowed_origins: app.allowed_origins.clone(),
            quotas: QuotasView::new(app.quotas),
            verification: app.verification.as_ref().map(VerificationView::new),
            message_hook: app.message_hook.as_ref().map(MessageHookView::new),
            dialects: app.dialects.iter().map(DialectView::new).collect(),
            tokens: app.tokens.iter().map(AppTokenView::new).collect(),
            created_at: app.created_at.to_string(),
        }
    }
}

impl QuotasView {
    /// `None`: nothing is limited.
    fn new(quotas: Quotas) -> Option<Self> {
        (!quotas.is_none()).then_some(Self {
            user_messages_per_minute: quotas.user,
            messages_per_minute: quotas.app,
        })
    }
}

impl VerificationView {
    fn new(verification: &Verification) -> Self {
        let user = &verification.user;
        let user = UserClaimsView {
            id: user.id.as_str().to_owned(),
            name: user.name.as_str().to_owned(),
            avatar_url: user.avatar_url.as_str().to_owned(),
            create: user.create,
        };
        let required = verification.required.iter();
        let required = required.map(|claim| (claim.name.as_str().to_owned(), claim.value.clone()));
        let party = |party: &Option<Party>| party.as_ref().map(|party| party.as_str().to_owned());
        let method = |name: &str| Self {
            method: name.to_owned(),
            user,
            required: required.collect(),
            ..Self::default()
        };
        match &verification.method {
            Method::Hs256 {
                issuer,
                audience,
                secrets,
            } => Self {
                issuer: party(issuer),
                audience: party(audience),
                secrets: Some(secrets.len()),
                ..method("hs256")
            },
            Method::Jwks { issuer, audience, url } => Self {
                issuer: party(issuer),
                audience: party(audience),
                url: Some(url.clone()),
                ..method("jwks")
            },
            Method::Url { url } => Self {
                url: Some(url.clone()),
                ..method("url")
            },
        }
    }
}
