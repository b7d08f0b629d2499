//! One run: lets every actor run up to its next call, takes the step that the search says, until all have ended.

use std::any::Any;
use std::future::{Future, poll_fn};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::pin;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll, Wake, Waker};

use super::calls::Calls;
use super::choice::{Choice, Kind};
use super::search::Search;
use super::{Actor, Options};

/// How a run ended.
pub(super) enum Ended<T> {
    /// With every actor done or crashed (`None`).
    Complete(Vec<Option<T>>),
    /// Early: other runs cover what could follow.
    Redundant,
}

/// Drives the actors along the choices of `search`.
pub(super) async fn drive<T>(
    options: &Options,
    calls: &Calls,
    search: &mut Search,
    actors: Vec<Actor<T>>,
) -> Result<Ended<T>, String> {
    let mut run = Run {
        options,
        calls,
        slots: actors.into_iter().map(Slot::new).collect(),
        spent: Spent::default(),
    };
    loop {
        run.settle().await?;
        let choices = run.choices();
        if !choices
            .iter()
            .any(|choice| matches!(choice.kind, Kind::Deliver | Kind::Land))
        {
            return run.end();
        }
        if search.length() >= options.max_steps {
            return Err(format!("the run does not end within {} steps", options.max_steps));
        }
        let Some(choice) = search.choose(choices)? else {
            return Ok(Ended::Redundant);
        };
        run.take(&choice).await;
    }
}

#[derive(Default)]
struct Spent {
    drops: usize,
    late: usize,
    crashes: usize,
}

struct Run<'a, T> {
    options: &'a Options,
    calls: &'a Calls,
    slots: Vec<Slot<T>>,
    spent: Spent,
}

impl<T> Run<'_, T> {
    /// Runs the actors until each has ended or waits for a call. One that waits for neither a call nor the clock (for
    /// a lock, say) is left where it is.
    async fn settle(&mut self) -> Result<(), String> {
        let calls = self.calls;
        let slots = &mut self.slots;
        let settled = poll_fn(|context| {
            while slots.iter().any(Slot::is_woken) {
                for (index, slot) in slots.iter_mut().enumerate() {
                    if let Err(message) = slot.poll(index, context) {
                        return Poll::Ready(Err(message));
                    }
                }
            }
            let waits = |(index, slot): (usize, &Slot<T>)| slot.future.is_none() || calls.has_open(index);
            if slots.iter().enumerate().all(waits) {
                Poll::Ready(Ok(()))
            } else {
                Poll::Pending
            }
        });
        tokio::time::timeout(self.options.patience, settled)
            .await
            .unwrap_or(Ok(()))
    }

    fn choices(&self) -> Vec<Choice> {
        let choice = |kind, actor, call, operation: &str| Choice {
            kind,
            actor,
            call,
            operation: operation.to_owned(),
        };
        let calls = self.calls.list();
        let mut choices = Vec::new();
        for ((actor, call), operation, open) in &calls {
            let kind = if *open { Kind::Deliver } else { Kind::Land };
            choices.push(choice(kind, *actor, *call, operation));
        }
        for ((actor, call), operation, _) in calls.iter().filter(|(_, _, open)| *open) {
            let may_crash = self.spent.crashes < self.options.crashes;
            for (kind, allowed) in [
                (Kind::Drop, self.spent.drops < self.options.drops),
                (Kind::Delay, self.spent.late < self.options.late),
                (Kind::CrashAfter, may_crash && self.options.crash_after_apply),
            ] {
                if allowed {
                    choices.push(choice(kind, *actor, *call, operation));
                }
            }
        }
        if self.spent.crashes < self.options.crashes {
            let live = self.slots.iter().enumerate().filter(|(_, slot)| slot.future.is_some());
            choices.extend(live.map(|(actor, _)| choice(Kind::Crash, actor, 0, "")));
        }
        choices
    }

    async fn take(&mut self, choice: &Choice) {
        let id = (choice.actor, choice.call);
        match choice.kind {
            Kind::Deliver | Kind::Land => self.apply(id, false).await,
            Kind::Drop => {
                self.spent.drops += 1;
                self.apply(id, true).await;
            }
            Kind::Delay => {
                self.spent.late += 1;
                self.calls.delay(id);
            }
            Kind::CrashAfter => {
                self.apply(id, true).await;
                self.crash(choice.actor);
            }
            Kind::Crash => self.crash(choice.actor),
        }
    }

    async fn apply(&self, id: (usize, u64), lose: bool) {
        match self.calls.take(id) {
            Some(call) if lose => call.apply_and_lose().await,
            Some(call) => call.deliver().await,
            None => {}
        }
    }

    fn crash(&mut self, actor: usize) {
        self.spent.crashes += 1;
        self.slots[actor].future = None;
    }

    fn end(self) -> Result<Ended<T>, String> {
        let blocked: Vec<_> = (0..self.slots.len())
            .filter(|&index| self.slots[index].future.is_some())
            .collect();
        if blocked.is_empty() {
            return Ok(Ended::Complete(
                self.slots.into_iter().map(|slot| slot.outcome).collect(),
            ));
        }
        Err(format!(
            "deadlock: actors {blocked:?} wait for neither a call nor the clock"
        ))
    }
}

struct Slot<T> {
    future: Option<Actor<T>>,
    outcome: Option<T>,
    signal: Arc<Signal>,
}

impl<T> Slot<T> {
    fn new(actor: Actor<T>) -> Self {
        Self {
            future: Some(actor),
            outcome: None,
            signal: Arc::new(Signal::default()),
        }
    }

    fn is_woken(&self) -> bool {
        self.future.is_some() && !self.signal.asleep.load(Ordering::SeqCst)
    }

    /// Polls the actor if it was woken; `driver` is woken whenever it is.
    fn poll(&mut self, index: usize, driver: &Context<'_>) -> Result<(), String> {
        self.signal.set_driver(driver.waker());
        let Some(future) = self.future.as_mut() else {
            return Ok(());
        };
        if self.signal.asleep.swap(true, Ordering::SeqCst) {
            return Ok(());
        }
        let waker = Waker::from(Arc::clone(&self.signal));
        let mut context = Context::from_waker(&waker);
        match catch_unwind(AssertUnwindSafe(|| future.as_mut().poll(&mut context))) {
            Ok(Poll::Pending) => {}
            Ok(Poll::Ready(outcome)) => {
                self.outcome = Some(outcome);
                self.future = None;
            }
            Err(panic) => return Err(format!("actor {index} panicked: {}", panic_text(&*panic))),
        }
        Ok(())
    }
}

/// Says that an actor wants to be polled.
#[derive(Default)]
struct Signal {
    asleep: AtomicBool,
    driver: Mutex<Option<Waker>>,
}

impl Signal {
    fn set_driver(&self, waker: &Waker) {
        let mut driver = self.driver.lock().unwrap_or_else(PoisonError::into_inner);
        match driver.as_mut() {
            Some(known) => known.clone_from(waker),
            None => *driver = Some(waker.clone()),
        }
    }
}

impl Wake for Signal {
    fn wake(self: Arc<Self>) {
        self.asleep.store(false, Ordering::SeqCst);
        let driver = self.driver.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(waker) = driver.as_ref() {
            waker.wake_by_ref();
        }
    }
}

/// Awaits `future`; a panic in it becomes an error.
pub(super) async fn catch_panic<F: Future>(what: &str, future: F) -> Result<F::Output, String> {
    let mut future = pin!(future);
    poll_fn(
        |context| match catch_unwind(AssertUnwindSafe(|| future.as_mut().poll(context))) {
            Ok(poll) => poll.map(Ok),
            Err(panic) => Poll::Ready(Err(format!("{what} panicked: {}", panic_text(&*panic)))),
        },
    )
    .await
}

fn panic_text(panic: &(dyn Any + Send)) -> &str {
    let text = panic.downcast_ref::<String>().map(String::as_str);
    text.or_else(|| panic.downcast_ref::<&str>().copied())
        .unwrap_or("no message")
}
