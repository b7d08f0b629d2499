//! The id by which a team's backend names its app in the protocol of another service. Who knows it may do what a backend may there, so
//! it is a credential: random, never shown to users, compared in whole.

use std::fmt;

use serde::{Deserialize, Serialize};
use uuid::{Builder, Uuid, Version};

use crate::moment::Moment;

/// A UUID, in lower case.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct ApplicationId(String);

impl ApplicationId {
    /// A new one: 122 random bits.
    #[must_use]
    pub fn generate(moment: &mut Moment) -> Self {
        let id = Builder::from_random_bytes(moment.entropy.bytes()).into_uuid();
        Self(id.to_string())
    }

    /// Reads a UUID in any spelling. `None`: it is none.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        Uuid::try_parse(text).ok().map(|id| Self(id.to_string()))
    }

    /// The same for one that is to be an app's: others than random ones can be guessed.
    #[must_use]
    pub fn parse_random(text: &str) -> Option<Self> {
        let id = Uuid::try_parse(text).ok()?;
        (id.get_version() == Some(Version::Random)).then(|| Self(id.to_string()))
    }

    /// The text: for operators and backends alone.
    #[must_use]
    pub fn expose(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for ApplicationId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("ApplicationId(..)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Entropy, Timestamp};

    #[test]
    fn an_id_has_one_spelling_is_random_and_not_logged() {
        let text = "f47ac10b-58cc-4372-a567-0e02b2c3d479";
        let id = ApplicationId::parse(&text.to_uppercase()).unwrap();
        assert_eq!(
            (id.expose(), Some(&id)),
            (text, ApplicationId::parse_random(text).as_ref())
        );
        assert!(!format!("{id:?}").contains("f47a"));
        for other in ["", "1", "f47ac10b-58cc-4372-a567-0e02b2c3d47", "not a uuid at all"] {
            assert_eq!(ApplicationId::parse(other), None);
        }
        let by_time = "018f4a5c-0000-7000-8000-0123456789ab";
        assert!(ApplicationId::parse(by_time).is_some() && ApplicationId::parse_random(by_time).is_none());
        let mut moment = Moment {
            now: Timestamp::from_millis(1_000),
            entropy: Entropy::from_seed([3; 32]),
        };
        let drawn = ApplicationId::generate(&mut moment);
        assert_eq!(ApplicationId::parse_random(drawn.expose()).as_ref(), Some(&drawn));
        assert_ne!(drawn, ApplicationId::generate(&mut moment));
    }
}
