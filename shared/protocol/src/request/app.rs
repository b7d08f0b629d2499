//! Requests about the app itself.

use std::fmt;

use parlour_domain::app::{AppChange, is_origin};
use parlour_domain::limits;
use parlour_domain::message_hook::{MessageHook, OnFailure};
use parlour_domain::rate::Quotas;
use parlour_domain::text::DisplayName;
use parlour_domain::verification::{ClaimName, Mapping, Method, Party, SharedSecret, Verification};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{given, optional, parsed};
use crate::error::InvalidInput;

/// `PATCH /app`: what is not given stays.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct UpdateApp {
    /// What operators call it: 1 to 128 characters.
    #[schema(example = "Shop")]
    pub name: Option<String>,
    /// Origins from which browsers may use it, instead of all before; at most 16.
    #[schema(example = json!(["https://shop.example.com"]))]
    pub allowed_origins: Option<Vec<String>>,
    /// How many messages users with credentials of their own may send over all rooms, instead of what was set before; `null`: any
    /// number.
    #[serde(default, deserialize_with = "given")]
    #[schema(value_type = Option<QuotasBody>)]
    pub quotas: Option<Option<QuotasBody>>,
    /// How tokens are trusted that Parlour did not issue, instead of what was set before; `null`: not at all.
    #[serde(default, deserialize_with = "given")]
    #[schema(value_type = Option<VerificationBody>)]
    pub verification: Option<Option<VerificationBody>>,
    /// Who is asked before a message of a user stands, instead of who was before; `null`: nobody.
    #[serde(default, deserialize_with = "given")]
    #[schema(value_type = Option<MessageHookBody>)]
    pub message_hook: Option<Option<MessageHookBody>>,
}

/// How many messages may be sent within a minute of the clock, over all rooms; what is not given is not limited.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct QuotasBody {
    /// By one user: 1 to 60,000. Needed where all of them together are limited.
    #[schema(example = 60)]
    pub user_messages_per_minute: Option<u32>,
    /// By all users together: at least as many as by one.
    #[schema(example = 6000)]
    pub messages_per_minute: Option<u32>,
}

/// Who is asked before a message of a user stands.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct MessageHookBody {
    /// Who is asked.
    #[schema(example = "https://shop.example.com/parlour/message")]
    pub url: String,
    /// One secret, or two while you change it: `whsec_` and 24 to 64 random bytes in base64. The calls are signed with all. Never shown
    /// again.
    pub secrets: Vec<String>,
    /// How long it has to answer, 50 to 1000 ms; 500 if it is not given.
    pub timeout_ms: Option<u64>,
    /// What happens when it does not answer.
    pub on_failure: OnFailureOption,
}

/// Not the secrets.
impl fmt::Debug for MessageHookBody {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("MessageHookBody").finish_non_exhaustive()
    }
}

/// What happens when a hook does not answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum OnFailureOption {
    /// The message stands as its sender wrote it.
    Allow,
    /// It is refused for now: `hook_unavailable`.
    Refuse,
}

impl MessageHookBody {
    fn check(self) -> Result<MessageHook, InvalidInput> {
        let timeout_ms = self.timeout_ms.unwrap_or(limits::HOOK_DEFAULT_MILLIS);
        if !(limits::HOOK_LEAST_MILLIS..=limits::HOOK_MILLIS).contains(&timeout_ms) {
            let reason = format!("must be {} to {}", limits::HOOK_LEAST_MILLIS, limits::HOOK_MILLIS);
            return Err(InvalidInput::new("message_hook.timeout_ms", reason));
        }
        Ok(MessageHook {
            url: self.url,
            secrets: self.secrets,
            timeout_ms,
            on_failure: match self.on_failure {
                OnFailureOption::Allow => OnFailure::Allow,
                OnFailureOption::Refuse => OnFailure::Refuse,
            },
        })
    }
}

/// How tokens are trusted that Parlour did not issue.
#[derive(Deserialize, ToSchema)]
#[serde(tag = "method", rename_all = "snake_case", deny_unknown_fields)]
pub enum VerificationBody {
    /// Your own JWTs, signed with a secret that you share with Parlour (HS256).
    Hs256 {
        /// Their `iss`.
        issuer: String,
        /// What their `aud` must hold; not given: it is not looked at.
        audience: Option<String>,
        /// 32 to 128 random bytes; two while you change it. Never shown again.
        secrets: Vec<String>,
        /// Whom they mean.
        user: Option<UserClaims>,
    },
    /// JWTs of an identity provider with public keys (RS256 or ES256).
    Jwks {
        /// Their `iss`.
        issuer: String,
        /// What their `aud` must hold; not given: it is not looked at. Give it where the provider serves others too.
        audience: Option<String>,
        /// Where the JSON Web Key Set is.
        url: String,
        /// Whom they mean.
        user: Option<UserClaims>,
    },
    /// Tokens that say nothing by themselves: your URL is asked, by `POST` of `{"token": …}`.
    Url {
        /// It answers 200 and an object of claims, or 401.
        url: String,
        /// Whom they mean.
        user: Option<UserClaims>,
    },
}

/// What of a token's claims makes a user.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct UserClaims {
    /// The claim that is the user's `external_id` [default: `sub`].
    pub id: Option<String>,
    /// The claim that is the name of a new user [default: `name`].
    pub name: Option<String>,
    /// The claim that is the picture of a new user [default: `picture`].
    pub avatar_url: Option<String>,
    /// Whether a user who is not known yet is made at first sight [default: true].
    pub create: Option<bool>,
}

impl fmt::Debug for VerificationBody {
    /// Without the secrets and without URLs, which may hold one.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Hs256 { .. } => "Hs256(..)",
            Self::Jwks { .. } => "Jwks(..)",
            Self::Url { .. } => "Url(..)",
        })
    }
}

impl UpdateApp {
    /// Checks every field but URLs: which addresses are reached is a setting of the server.
    ///
    /// # Errors
    /// The first that is not valid.
    pub fn check(self) -> Result<AppChange, InvalidInput> {
        let name = optional("name", self.name.as_deref(), DisplayName::parse)?;
        let origins = self.allowed_origins.map(|all| {
            let good = all.len() <= limits::ALLOWED_ORIGINS && all.iter().all(|origin| is_origin(origin));
            let reason = format!(
                "must hold at most {} origins: scheme, host and port in lower case, without a path",
                limits::ALLOWED_ORIGINS
            );
            good.then_some(all)
                .ok_or_else(|| InvalidInput::new("allowed_origins", reason))
        });
        let quotas = self.quotas.map(|given| given.unwrap_or_default().check());
        let verification = self
            .verification
            .map(|given| given.map(VerificationBody::check).transpose());
        let hook = self
            .message_hook
            .map(|given| given.map(MessageHookBody::check).transpose());
        Ok(AppChange {
            name: name.map(|name| name.as_str().to_owned()),
            allowed_origins: origins.transpose()?,
            quotas: quotas.transpose()?,
            verification: verification.transpose()?,
            message_hook: hook.transpose()?,
        })
    }
}

impl QuotasBody {
    fn check(&self) -> Result<Quotas, InvalidInput> {
        parsed(
            "quotas",
            Quotas::new(self.user_messages_per_minute, self.messages_per_minute),
        )
    }
}

impl VerificationBody {
    fn check(self) -> Result<Verification, InvalidInput> {
        let (method, user) = match self {
            Self::Hs256 {
                issuer,
                audience,
                secrets,
                user,
            } => {
                let (issuer, audience) = parties(&issuer, audience.as_deref())?;
                let secrets = checked(&secrets)?;
                let method = Method::Hs256 {
                    issuer,
                    audience,
                    secrets,
                };
                (method, user)
            }
            Self::Jwks {
                issuer,
                audience,
                url,
                user,
            } => {
                let (issuer, audience) = parties(&issuer, audience.as_deref())?;
                (Method::Jwks { issuer, audience, url }, user)
            }
            Self::Url { url, user } => (Method::Url { url }, user),
        };
        Ok(Verification {
            method,
            user: user.unwrap_or_default().check()?,
        })
    }
}

fn parties(issuer: &str, audience: Option<&str>) -> Result<(Party, Option<Party>), InvalidInput> {
    Ok((
        parsed("verification.issuer", Party::parse(issuer))?,
        optional("verification.audience", audience, Party::parse)?,
    ))
}

fn checked(secrets: &[String]) -> Result<Vec<SharedSecret>, InvalidInput> {
    if !(1..=limits::SHARED_SECRETS).contains(&secrets.len()) {
        let reason = format!("must hold 1 to {}", limits::SHARED_SECRETS);
        return Err(InvalidInput::new("verification.secrets", reason));
    }
    let secret = |text: &String| parsed("verification.secrets", SharedSecret::parse(text));
    secrets.iter().map(secret).collect()
}

impl UserClaims {
    fn check(&self) -> Result<Mapping, InvalidInput> {
        let claim = |field, given: &Option<String>, default: &str| {
            parsed(field, ClaimName::parse(given.as_deref().unwrap_or(default)))
        };
        Ok(Mapping {
            id: claim("verification.user.id", &self.id, "sub")?,
            name: claim("verification.user.name", &self.name, "name")?,
            avatar_url: claim("verification.user.avatar_url", &self.avatar_url, "picture")?,
            create: self.create.unwrap_or(true),
        })
    }
}

#[cfg(test)]
mod tests;
