//! The queue of what webhooks are to be told, and who works it off: in this process and in memory.
//!
//! Nothing is lost with it: the rows say what is to be told, and `sweep` puts here what is overdue.

use std::sync::Arc;
use std::time::Duration;

use parlour_service::Parlour;
use parlour_service::deliver::{Job, run};
use parlour_service::push::BoxFuture;
use parlour_service::queue::{Queue, QueueError};
use tokio::sync::{Semaphore, mpsc};
use tokio::task::JoinSet;
use tokio::time::sleep;

use crate::clock;

/// Jobs that wait.
const WAITING: usize = 10_000;
/// Jobs that come later; what is above waits for `sweep`.
const LATER: usize = 1_000;
/// Jobs under way at once.
const JOBS: usize = 16;

/// The queue. Clones share it.
#[derive(Debug, Clone)]
pub struct DeliveryQueue {
    jobs: mpsc::Sender<String>,
    later: Arc<Semaphore>,
}

/// What is in the queue, for the one who works it off.
#[derive(Debug)]
pub struct Deliveries(mpsc::Receiver<String>);

/// An empty queue.
#[must_use]
pub fn queue() -> (DeliveryQueue, Deliveries) {
    let (jobs, waiting) = mpsc::channel(WAITING);
    let later = Arc::new(Semaphore::new(LATER));
    (DeliveryQueue { jobs, later }, Deliveries(waiting))
}

impl DeliveryQueue {
    fn put_now(&self, jobs: Vec<String>) -> Result<(), QueueError> {
        let full = |_| QueueError("the queue is full or closed".to_owned());
        jobs.into_iter()
            .try_for_each(|job| self.jobs.try_send(job).map_err(full))
    }

    fn put_all_later(&self, jobs: Vec<String>, delay: Duration) -> Result<(), QueueError> {
        let place = Arc::clone(&self.later).try_acquire_owned();
        let place = place.map_err(|_| QueueError("too many jobs come later".to_owned()))?;
        let queue = self.clone();
        tokio::spawn(async move {
            sleep(delay).await;
            drop(place);
            if let Err(error) = queue.put_now(jobs) {
                tracing::debug!(%error, "jobs wait for the next sweep");
            }
        });
        Ok(())
    }
}

impl Queue for DeliveryQueue {
    fn put(&self, jobs: Vec<String>) -> BoxFuture<'_, Result<(), QueueError>> {
        self.put_later(jobs, 0)
    }

    fn put_later(&self, jobs: Vec<String>, seconds: u16) -> BoxFuture<'_, Result<(), QueueError>> {
        let put = match seconds {
            0 => self.put_now(jobs),
            _ => self.put_all_later(jobs, Duration::from_secs(seconds.into())),
        };
        Box::pin(std::future::ready(put))
    }
}

impl Deliveries {
    /// Does the jobs, several at a time. What is under way ends when this is dropped, and is found by `sweep` again.
    pub async fn work(mut self, parlour: Arc<Parlour>) {
        let (places, mut jobs) = (Arc::new(Semaphore::new(JOBS)), JoinSet::new());
        while let Some(text) = self.0.recv().await {
            let (Some(job), Ok(place)) = (Job::read(&text), Arc::clone(&places).acquire_owned().await) else {
                continue;
            };
            while jobs.try_join_next().is_some() {}
            let parlour = Arc::clone(&parlour);
            jobs.spawn(async move {
                if let Err(error) = run(&parlour, &mut clock::moment(), job).await {
                    tracing::warn!(%error, "what is to be told to webhooks waits for the next sweep");
                }
                drop(place);
            });
        }
    }
}
