//! Messages that failed too often, for people to look at: a queue that is only read.

use std::collections::VecDeque;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::time::Instant;

use super::message::{Message, fresh_id};

/// The newest messages that could not be delivered.
#[derive(Debug)]
pub struct DeadLetters {
    most: usize,
    letters: Mutex<VecDeque<Letter>>,
}

#[derive(Debug)]
struct Letter {
    message: Message,
    hidden_until: Option<Instant>,
    receipt: Option<String>,
}

/// A dead letter as it is handed out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Received {
    /// The id of the message.
    pub id: String,
    /// What was put.
    pub body: String,
    /// Its system attributes.
    pub attributes: serde_json::Value,
    /// By this it is deleted, until it is handed out again.
    pub receipt: String,
}

impl DeadLetters {
    pub(super) fn new(most: usize) -> Self {
        Self {
            most,
            letters: Mutex::default(),
        }
    }

    pub(super) fn add(&self, message: Message) {
        let mut letters = self.letters();
        letters.push_back(Letter {
            message,
            hidden_until: None,
            receipt: None,
        });
        while letters.len() > self.most {
            letters.pop_front();
        }
    }

    /// Hands out up to `most`, the oldest first, and hides them for `visibility`.
    ///
    /// # Errors
    /// If the operating system gives no randomness.
    pub fn receive(&self, most: usize, visibility: Duration) -> Result<Vec<Received>, getrandom::Error> {
        let now = Instant::now();
        let mut letters = self.letters();
        let visible = letters.iter_mut().filter(|letter| !letter.is_hidden(now));
        visible
            .take(most)
            .map(|letter| {
                let receipt = fresh_id()?;
                letter.hidden_until = Some(now + visibility);
                letter.receipt = Some(receipt.clone());
                Ok(Received {
                    id: letter.message.id.clone(),
                    body: letter.message.body.clone(),
                    attributes: letter.message.attributes(),
                    receipt,
                })
            })
            .collect()
    }

    /// Deletes what was handed out with this receipt. Whether there was one.
    pub fn delete(&self, receipt: &str) -> bool {
        let mut letters = self.letters();
        let before = letters.len();
        letters.retain(|letter| letter.receipt.as_deref() != Some(receipt));
        letters.len() < before
    }

    /// How many there are (those to be received, those out of sight).
    #[must_use]
    pub fn count(&self) -> (usize, usize) {
        let now = Instant::now();
        let letters = self.letters();
        let hidden = letters.iter().filter(|letter| letter.is_hidden(now)).count();
        (letters.len() - hidden, hidden)
    }

    fn letters(&self) -> MutexGuard<'_, VecDeque<Letter>> {
        self.letters.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Letter {
    fn is_hidden(&self, now: Instant) -> bool {
        self.hidden_until.is_some_and(|until| until > now)
    }
}
