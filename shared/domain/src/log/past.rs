//! What was said in another system before, brought into a log with its own time.

use super::{Body, BodyHash, Deletion, Draft, Entry, Head, WriteId, place};
use crate::rate::Allowance;
use crate::{ClientId, Timestamp, UserId};

/// What the write ids of an import begin with; those that are drawn are hexadecimal.
const IMPORT: &str = "import.";

impl WriteId {
    /// The id of the write that brings over what the other system calls `id`: every attempt draws the same.
    #[must_use]
    pub fn of_import(id: &ClientId) -> Self {
        Self(format!("{IMPORT}{id}"))
    }

    /// Whether an import wrote the entry.
    #[must_use]
    pub fn is_import(&self) -> bool {
        self.0.starts_with(IMPORT)
    }
}

/// What is brought over, before it has a place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Past {
    /// What it says, under its id in the other system.
    pub draft: Draft,
    /// When it was said.
    pub at: Timestamp,
    /// Its deletion there.
    pub deletion: Option<Deletion>,
}

impl Draft {
    /// Of what the other system calls `id`.
    #[must_use]
    pub fn of_import(sender: Option<UserId>, id: &ClientId, body: Body) -> Self {
        Self {
            sender,
            client_id: Some(id.clone()),
            write_id: WriteId::of_import(id),
            hash: BodyHash::of(&body),
            body,
            spaced: false,
            allowance: Allowance::default(),
        }
    }
}

/// The entry that `past` becomes right after `head`. Its time is its own, as far as time does not decrease along the log and is not
/// ahead of `now`: what follows is written by the clock.
#[must_use]
pub fn place_past(head: Head, past: &Past, now: Timestamp) -> Entry {
    let at = past.at.min(now).max(head.at);
    Entry {
        rev: u64::from(past.deletion.is_some()),
        deletion: past.deletion.clone(),
        ..place(head, &past.draft, at)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::log::Message;
    use crate::text::MessageText;
    use crate::{Entropy, Moment, Seq};

    fn head(at: i64) -> Head {
        Head {
            seq: Seq::FIRST,
            msg_no: 0,
            last_msg_seq: Seq::ZERO,
            at: Timestamp::from_millis(at),
            closed: false,
        }
    }

    fn past(at: i64) -> Past {
        let text = MessageText::parse("hello").unwrap();
        let body = Body::Message(Message::text(text));
        Past {
            draft: Draft::of_import(None, &ClientId::parse("old-1").unwrap(), body),
            at: Timestamp::from_millis(at),
            deletion: None,
        }
    }

    #[test]
    fn time_is_kept_and_neither_decreases_nor_runs_ahead() {
        let now = Timestamp::from_millis(10_000_000);
        let at = |head_at, own| place_past(head(head_at), &past(own), now).at.millis();
        assert_eq!(at(1_000, 2_000), 2_000);
        assert_eq!(
            at(9_000_000, 2_000),
            9_000_000,
            "hours after it, and still not before the entry before it"
        );
        assert_eq!(at(1_000, 99_000_000), 10_000_000, "a clock that was wrong");
        let entry = place_past(head(1_000), &past(2_000), now);
        assert_eq!(
            (entry.seq.get(), entry.msg_no, entry.last_msg_seq.get(), entry.rev),
            (2, 1, 2, 0)
        );
    }

    #[test]
    fn what_was_deleted_comes_as_deleted() {
        let deletion = Deletion {
            at: Timestamp::from_millis(3_000),
            by: None,
            hard: true,
        };
        let past = Past {
            deletion: Some(deletion.clone()),
            ..past(2_000)
        };
        let entry = place_past(head(1_000), &past, Timestamp::from_millis(5_000));
        assert_eq!((entry.deletion, entry.rev), (Some(deletion), 1));
    }

    #[test]
    fn every_attempt_draws_the_id_that_no_other_write_has() {
        let id = ClientId::parse("old-1").unwrap();
        assert_eq!(WriteId::of_import(&id), past(1).draft.write_id);
        assert!(past(1).draft.write_id.is_import());
        let mut moment = Moment {
            now: Timestamp::from_millis(1),
            entropy: Entropy::from_seed([3; 32]),
        };
        assert!(!WriteId::generate(&mut moment).is_import());
    }
}
