//! What verification URLs have said about tokens, each for a time.

use parlour_domain::{Timestamp, limits};

use super::bounded::Bounded;

/// Answers that are remembered at once; as many refusals, in a place of their own: however many tokens somebody makes up, the answers
/// about good ones stay.
const ANSWERS: usize = 10_000;

/// What was said about good tokens is a `T`, and until when it holds at most.
#[derive(Debug)]
pub(super) struct Answers<T> {
    given: Bounded<String, ((T, Timestamp), Timestamp)>,
    refused: Bounded<String, Timestamp>,
}

impl<T> Default for Answers<T> {
    fn default() -> Self {
        Self {
            given: Bounded::new(ANSWERS),
            refused: Bounded::new(ANSWERS),
        }
    }
}

impl<T: Clone> Answers<T> {
    /// What is known about a token at `now`; `Some(None)`: that it is refused.
    pub(super) fn known(&self, key: &str, now: Timestamp) -> Option<Option<(T, Timestamp)>> {
        if let Some((proven, until)) = self.given.get(key)
            && now < *until
        {
            return Some(Some(proven.clone()));
        }
        self.refused.get(key).is_some_and(|until| now < *until).then_some(None)
    }

    /// An answer is believed for a minute at most, and never longer than it says itself; a refusal for a moment.
    pub(super) fn remember(&mut self, key: String, answer: Option<(T, Timestamp)>, now: Timestamp) {
        match answer {
            Some(proven) => {
                let until = now.plus_seconds(limits::VERIFIED_SECONDS).min(proven.1);
                self.given.put(key, (proven, until));
            }
            None => self.refused.put(key, now.plus_seconds(limits::REFUSED_SECONDS)),
        }
    }
}

#[cfg(test)]
mod tests {
    use parlour_domain::ExternalId;
    use parlour_domain::verification::{Granted, Person};

    use super::*;

    #[test]
    fn tokens_that_somebody_makes_up_push_no_answer_out() {
        let now = Timestamp::from_millis(0);
        let person = Person {
            external_id: ExternalId::parse("ada").unwrap(),
            name: None,
            avatar_url: None,
            granted: Granted::default(),
        };
        let mut answers = Answers::default();
        answers.remember("good".to_owned(), Some((person, now.plus_seconds(3_600))), now);
        for number in 0..=ANSWERS {
            answers.remember(number.to_string(), None, now);
        }
        assert!(matches!(answers.known("good", now), Some(Some(_))));
        assert_eq!(answers.known("0", now), None, "the first refusal is forgotten");
        assert_eq!(answers.known(&ANSWERS.to_string(), now), Some(None));
        let later = now.plus_seconds(limits::REFUSED_SECONDS);
        assert_eq!(answers.known(&ANSWERS.to_string(), later), None);
        assert_eq!(answers.known("good", now.plus_seconds(limits::VERIFIED_SECONDS)), None);
    }
}
