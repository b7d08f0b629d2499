//! What one app's URLs may take of a process: a share of the requests under way, and nothing for a while after they gave no answer
//! several times in a row.

use std::future::Future;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use parlour_domain::{AppId, Timestamp};
use tokio::sync::Semaphore;
use tokio::time::timeout;

use super::bounded::Bounded;
use crate::Error;

/// Requests of one app that may be under way at once.
const AT_ONCE: usize = 32;
/// How long a request waits for its turn.
const WAIT: Duration = Duration::from_secs(3);
/// After so many failures in a row the app's URLs are left alone …
const FAILURES: u32 = 5;
/// … for so long.
const PAUSE_SECONDS: i64 = 5;
/// Apps that are known at once.
const APPS: usize = 1_000;

/// One for each app.
#[derive(Debug)]
pub(crate) struct Circuits(Mutex<Bounded<AppId, Arc<Circuit>>>);

#[derive(Debug)]
struct Circuit {
    turns: Semaphore,
    state: Mutex<State>,
}

#[derive(Debug, Default)]
struct State {
    failures: u32,
    closed_until: Timestamp,
}

impl Default for Circuits {
    fn default() -> Self {
        Self(Mutex::new(Bounded::new(APPS)))
    }
}

impl Circuits {
    /// Asks when it is this request's turn, unless the app's URLs have just failed too often.
    ///
    /// # Errors
    /// [`Error::NotVerified`], also that of `ask`.
    pub(crate) async fn run<T>(
        &self,
        app: &AppId,
        now: Timestamp,
        ask: impl Future<Output = Result<T, Error>>,
    ) -> Result<T, Error> {
        let circuit = self.of(app);
        let turn = timeout(WAIT, circuit.turns.acquire()).await;
        let Ok(Ok(_turn)) = turn else {
            return Err(Error::NotVerified);
        };
        // Looked at after the wait: what came before may have failed meanwhile.
        if now < circuit.state().closed_until {
            return Err(Error::NotVerified);
        }
        let answer = ask.await;
        circuit.note(answer.is_ok(), now);
        answer
    }

    fn of(&self, app: &AppId) -> Arc<Circuit> {
        let mut known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(circuit) = known.get(app) {
            return Arc::clone(circuit);
        }
        let circuit = Arc::new(Circuit {
            turns: Semaphore::new(AT_ONCE),
            state: Mutex::default(),
        });
        known.put(app.clone(), Arc::clone(&circuit));
        circuit
    }
}

impl Circuit {
    fn state(&self) -> std::sync::MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn note(&self, succeeded: bool, now: Timestamp) {
        let mut state = self.state();
        if succeeded {
            state.failures = 0;
            return;
        }
        state.failures += 1;
        if state.failures >= FAILURES {
            state.failures = 0;
            state.closed_until = now.plus_seconds(PAUSE_SECONDS);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    async fn run(circuits: &Circuits, app: &str, second: i64, succeeds: bool) -> (bool, bool) {
        let (app, now) = (AppId::parse(app).unwrap(), Timestamp::from_millis(second * 1_000));
        let mut asked = false;
        let ask = async {
            asked = true;
            succeeds.then_some(()).ok_or(Error::NotVerified)
        };
        let answer = circuits.run(&app, now, ask).await.is_ok();
        (asked, answer)
    }

    #[tokio::test]
    async fn who_fails_again_and_again_is_left_alone_for_a_while_and_others_are_not() {
        let circuits = Circuits::default();
        for _ in 0..FAILURES {
            assert_eq!(run(&circuits, "one", 100, false).await, (true, false));
        }
        assert_eq!(run(&circuits, "one", 100, true).await, (false, false));
        assert_eq!(run(&circuits, "two", 100, true).await, (true, true));
        assert_eq!(run(&circuits, "one", 100 + PAUSE_SECONDS, true).await, (true, true));
    }

    #[tokio::test]
    async fn a_success_between_failures_begins_the_count_anew() {
        let circuits = Circuits::default();
        for round in 0..3 {
            for _ in 1..FAILURES {
                assert_eq!(run(&circuits, "one", round, false).await, (true, false));
            }
            assert_eq!(run(&circuits, "one", round, true).await, (true, true));
        }
    }
}
