//! The schedule that runs `sweep` every minute, as an EventBridge rule would.

use std::time::Duration;

use bytes::Bytes;
use serde_json::json;
use tokio::sync::watch;
use tokio::time::{MissedTickBehavior, interval};

use crate::clock;
use crate::connection_id;
use crate::invoke::Invoker;

/// The pause between two sweeps.
const EVERY: Duration = Duration::from_secs(60);
/// What a sweep may take, as on AWS: API Gateway's limit is none of its.
const LIMIT: Duration = Duration::from_secs(55);

/// Runs `sweep` until the gateway drains. One run at a time; one that is under way then is dropped where it stands, which does no
/// harm: the next start sweeps again.
pub async fn run(invoker: Invoker, mut drain: watch::Receiver<bool>) {
    let invoker = invoker.within(LIMIT);
    let mut minutes = interval(EVERY);
    minutes.set_missed_tick_behavior(MissedTickBehavior::Delay);
    let sweeps = async {
        loop {
            minutes.tick().await;
            // A failure is logged by the invoker; the next minute tries again.
            let _ = invoker.call("sweep", event(clock::now_millis())).await;
        }
    };
    tokio::select! {
        _ = drain.wait_for(|draining| *draining) => {}
        () = sweeps => {}
    }
}

/// The event of an EventBridge schedule.
#[must_use]
pub fn event(now: i64) -> Bytes {
    let id = connection_id::generate().unwrap_or_default();
    let event = json!({
        "version": "0",
        "id": id,
        "detail-type": "Scheduled Event",
        "source": "aws.events",
        "account": "000000000000",
        "time": clock::rfc3339_seconds(now),
        "region": "local",
        "resources": ["arn:aws:events:local:000000000000:rule/sweep"],
        "detail": {},
    });
    Bytes::from(event.to_string())
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;
    use std::sync::atomic::{AtomicUsize, Ordering};

    use parlour_service::push::BoxFuture;
    use tokio::task::JoinHandle;
    use tokio::time::{Instant, sleep};

    use super::*;
    use crate::invoke::Invoke;

    /// Counts the runs that come to their end, and how long each takes.
    #[derive(Debug)]
    struct Counting(Arc<AtomicUsize>, Duration);

    impl Invoke for Counting {
        fn invoke(&self, function: &'static str, payload: Bytes) -> BoxFuture<'static, Result<Bytes, String>> {
            assert_eq!(function, "sweep");
            let event: serde_json::Value = serde_json::from_slice(&payload).unwrap();
            assert_eq!(event["detail-type"], "Scheduled Event");
            let (runs, takes) = (Arc::clone(&self.0), self.1);
            Box::pin(async move {
                sleep(takes).await;
                runs.fetch_add(1, Ordering::SeqCst);
                Ok(Bytes::new())
            })
        }
    }

    type Schedule = (Arc<AtomicUsize>, watch::Sender<bool>, JoinHandle<()>);

    fn start(takes: Duration) -> Schedule {
        let runs = Arc::<AtomicUsize>::default();
        let (drain, draining) = watch::channel(false);
        let invoker = Invoker::new(Arc::new(Counting(Arc::clone(&runs), takes)));
        (runs, drain, tokio::spawn(run(invoker, draining)))
    }

    #[tokio::test(start_paused = true)]
    async fn sweep_runs_every_minute_until_the_drain() {
        let (runs, drain, schedule) = start(Duration::ZERO);
        sleep(Duration::from_secs(150)).await;
        assert_eq!(runs.load(Ordering::SeqCst), 3, "at once, after one minute, after two");
        drain.send(true).unwrap();
        schedule.await.unwrap();
    }

    #[tokio::test(start_paused = true)]
    async fn a_slow_sweep_comes_to_its_end_but_does_not_hold_the_drain_up() {
        let (runs, drain, schedule) = start(Duration::from_secs(50));
        sleep(Duration::from_secs(70)).await;
        assert_eq!(runs.load(Ordering::SeqCst), 1);
        let begin = Instant::now();
        drain.send(true).unwrap();
        schedule.await.unwrap();
        assert!(begin.elapsed() < Duration::from_secs(1), "the second is under way");
        sleep(Duration::from_secs(60)).await;
        assert_eq!(runs.load(Ordering::SeqCst), 1, "nothing of it goes on");
    }
}
