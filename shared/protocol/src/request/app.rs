//! Requests about the app itself.

use std::fmt;

use parlour_domain::app::{AppChange, is_origin};
use parlour_domain::limits;
use parlour_domain::message_hook::{MessageHook, OnFailure};
use parlour_domain::rate::Quotas;
use parlour_domain::text::DisplayName;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{DialectBody, VerificationBody, given, optional, parsed};
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
    /// The services whose clients are understood, instead of all before; each at most once.
    pub dialects: Option<Vec<DialectBody>>,
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
            .map(|given| given.map(|body| body.check("verification", None)).transpose());
        let hook = self
            .message_hook
            .map(|given| given.map(MessageHookBody::check).transpose());
        Ok(AppChange {
            name: name.map(|name| name.as_str().to_owned()),
            allowed_origins: origins.transpose()?,
            quotas: quotas.transpose()?,
            verification: verification.transpose()?,
            message_hook: hook.transpose()?,
            dialects: self.dialects.map(DialectBody::check_all).transpose()?,
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

#[cfg(test)]
mod tests;
