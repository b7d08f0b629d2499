//! The hook of an app that is asked before a message of a user stands.

use std::fmt;

use serde::{Deserialize, Serialize};

/// What becomes of a message when the hook does not answer in time, or not as it should.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum OnFailure {
    /// It stands as its sender wrote it.
    Allow,
    /// It is refused for now: the sender may try again.
    Refuse,
}

/// The hook of an app.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct MessageHook {
    /// Who is asked.
    pub url: String,
    /// What the calls are signed with: `whsec_` and the secret in base64; two while the integrator changes it.
    pub secrets: Vec<String>,
    /// How long it has, in milliseconds; at most [`crate::limits::HOOK_MILLIS`].
    pub timeout_ms: u64,
    /// What happens when it does not answer.
    pub on_failure: OnFailure,
}

/// Neither the secrets nor the URL, which may hold one.
impl fmt::Debug for MessageHook {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("MessageHook")
            .field("timeout_ms", &self.timeout_ms)
            .field("on_failure", &self.on_failure)
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_secret_is_shown() {
        let hook = MessageHook {
            url: "https://shop.example.com/?key=abc".to_owned(),
            secrets: vec!["whsec_def".to_owned()],
            timeout_ms: 500,
            on_failure: OnFailure::Allow,
        };
        let shown = format!("{hook:?}");
        assert!(!shown.contains("abc") && !shown.contains("def"), "{shown}");
    }
}
