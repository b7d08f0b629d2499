//! What was left for later, by the queue and by asynchronous calls: who does it, and how that ends.

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::watch;
use tokio::task::JoinHandle;
use tokio::time::timeout;

use crate::asynchronous::Asynchronous;
use crate::invoke::Invoker;
use crate::queue::{DELIVER, FAN_OUT, FunctionQueue, Rules, consumer};

/// What is queued may keep the sockets open for this long when the gateway shuts down.
const SETTLE_TIMEOUT: Duration = Duration::from_secs(5);

/// Invocations of `deliver` under way at once: a receiver that does not answer holds one of them up for seconds.
const DELIVERIES: usize = 16;

/// Work that somebody has left for later. Functions in this process and callers from outside leave it here.
#[derive(Debug, Clone)]
pub struct Work {
    /// The queue of the `fan_out` function.
    pub queue: Arc<FunctionQueue>,
    /// The queue of the `deliver` function.
    pub deliveries: Arc<FunctionQueue>,
    /// Asynchronous calls.
    pub calls: Arc<Asynchronous>,
}

impl Default for Work {
    fn default() -> Self {
        let several = Rules {
            invocations: DELIVERIES,
            ..Rules::default()
        };
        Self {
            queue: Arc::new(FunctionQueue::new(FAN_OUT, Rules::default())),
            deliveries: Arc::new(FunctionQueue::new(DELIVER, several)),
            calls: Arc::default(),
        }
    }
}

impl Work {
    /// The queues, for who puts messages there from outside.
    #[must_use]
    pub fn queues(&self) -> Vec<Arc<FunctionQueue>> {
        vec![Arc::clone(&self.queue), Arc::clone(&self.deliveries)]
    }
}

/// The tasks that do it. When this is dropped, they end as soon as what was left is done.
#[derive(Debug)]
pub struct Background {
    work: Work,
    finish: watch::Sender<bool>,
    tasks: [JoinHandle<()>; 3],
}

impl Background {
    /// Starts the tasks.
    #[must_use]
    pub fn start(work: Work, invoker: &Invoker) -> Self {
        let (finish, finishing) = watch::channel(false);
        let tasks = [
            tokio::spawn(fan_out(Arc::clone(&work.queue), invoker.clone(), finishing.clone())),
            tokio::spawn(deliver(
                Arc::clone(&work.deliveries),
                invoker.clone(),
                finishing.clone(),
            )),
            tokio::spawn(call(Arc::clone(&work.calls), invoker.clone(), finishing)),
        ];
        Self { work, finish, tasks }
    }

    /// Waits, for 5 s at most, until what was left before is done; the sockets are still open. Webhooks are not waited for.
    pub async fn settle(&self) {
        let all = async { tokio::join!(self.work.queue.settled(), self.work.calls.finished()) };
        if timeout(SETTLE_TIMEOUT, all).await.is_err() {
            tracing::warn!("what was queued is not all delivered; the connections are closed nevertheless");
        }
    }

    /// Refuses new work and waits until all is done.
    pub async fn finish(self) {
        self.finish.send_replace(true);
        for task in self.tasks {
            // A panic in it was reported where it happened.
            let _ = task.await;
        }
    }
}

async fn fan_out(queue: Arc<FunctionQueue>, invoker: Invoker, finishing: watch::Receiver<bool>) {
    let close = async {
        finished(finishing).await;
        queue.close();
    };
    tokio::join!(close, consumer::run(&queue, &invoker));
}

/// Ends at once: what webhooks are still to hear is in the tables, and `sweep` finds it after the next start.
async fn deliver(queue: Arc<FunctionQueue>, invoker: Invoker, finishing: watch::Receiver<bool>) {
    tokio::select! {
        () = consumer::run(&queue, &invoker) => {}
        () = finished(finishing) => queue.close(),
    }
}

async fn call(calls: Arc<Asynchronous>, invoker: Invoker, finishing: watch::Receiver<bool>) {
    calls.run(&invoker, finished(finishing)).await;
}

/// A sender that was dropped says the same.
async fn finished(mut finishing: watch::Receiver<bool>) {
    let _ = finishing.wait_for(|finishing| *finishing).await;
}
