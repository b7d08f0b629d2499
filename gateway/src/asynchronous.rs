//! Asynchronous invocations (Lambda's invocation type `Event`) in this process: the caller does not wait, and what fails is
//! tried again.
//!
//! As on AWS a function is called up to three times. The pauses are 1 s and 2 s; on AWS they are 1 min and 2 min.

use std::pin::pin;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use bytes::Bytes;
use parlour_service::calls::{CallError, Calls};
use parlour_service::push::BoxFuture;
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::time::sleep;

use crate::invoke::Invoker;

/// The most calls that are not over; above, a call is refused. Lambda's default concurrency.
const MOST: u32 = 1_000;
/// The pauses before the second and the third try.
const PAUSES: [Duration; 2] = [Duration::from_secs(1), Duration::from_secs(2)];

/// Calls functions that nobody waits for.
#[derive(Debug)]
pub struct Asynchronous {
    places: Arc<Semaphore>,
    calls: UnboundedSender<Call>,
    accepted: Mutex<Option<UnboundedReceiver<Call>>>,
}

#[derive(Debug)]
struct Call {
    function: &'static str,
    event: Bytes,
    /// Bounds the channel as well.
    place: OwnedSemaphorePermit,
}

impl Default for Asynchronous {
    fn default() -> Self {
        let (calls, accepted) = unbounded_channel();
        Self {
            places: Arc::new(Semaphore::new(MOST as usize)),
            calls,
            accepted: Mutex::new(Some(accepted)),
        }
    }
}

impl Asynchronous {
    /// Has `function` called.
    ///
    /// # Errors
    /// [`CallError`] if too many calls are not over, or the gateway shuts down.
    pub fn call(&self, function: &'static str, event: Bytes) -> Result<(), CallError> {
        let place = Arc::clone(&self.places).try_acquire_owned();
        let place = place.map_err(|_| CallError("too many calls are under way".to_owned()))?;
        let call = Call { function, event, place };
        let accepted = self.calls.send(call);
        accepted.map_err(|_| CallError("the gateway shuts down".to_owned()))
    }

    /// Makes the accepted calls, each in a task of its own, until `stop`; returns when all are over. For one caller: a second
    /// one has nothing to do.
    pub async fn run(&self, invoker: &Invoker, stop: impl Future<Output = ()>) {
        let accepted = self.accepted.lock().unwrap_or_else(PoisonError::into_inner).take();
        let Some(mut accepted) = accepted else { return };
        let mut stop = pin!(stop);
        let mut stopped = false;
        loop {
            tokio::select! {
                call = accepted.recv() => match call {
                    Some(call) => drop(tokio::spawn(make(call, invoker.clone()))),
                    None => break,
                },
                () = &mut stop, if !stopped => {
                    accepted.close();
                    stopped = true;
                }
            }
        }
        self.finished().await;
    }

    /// Waits until all calls are over and refuses new ones, from now on if it is waited for to the end.
    pub async fn finished(&self) {
        if let Ok(all) = self.places.acquire_many(MOST).await {
            self.places.close();
            drop(all);
        }
    }
}

async fn make(call: Call, invoker: Invoker) {
    let Call { function, event, place } = call;
    let mut pauses = PAUSES.iter();
    // Each failure is logged by the invoker.
    while invoker.call(function, event.clone()).await.is_err() {
        let Some(pause) = pauses.next() else {
            tracing::error!(function, "an asynchronous call is given up");
            break;
        };
        sleep(*pause).await;
    }
    drop(place);
}

impl Calls for Asynchronous {
    fn call_later(&self, function: &'static str, event: Bytes) -> BoxFuture<'_, Result<(), CallError>> {
        Box::pin(std::future::ready(self.call(function, event)))
    }
}

#[cfg(test)]
mod tests;
