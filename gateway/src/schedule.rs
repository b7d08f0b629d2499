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

/// Runs `sweep` until the gateway drains. One run at a time: a slow one delays the next.
pub async fn run(invoker: Invoker, mut drain: watch::Receiver<bool>) {
    let mut minutes = interval(EVERY);
    minutes.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        tokio::select! {
            _ = drain.wait_for(|draining| *draining) => return,
            _ = minutes.tick() => {}
        }
        // A failure is logged by the invoker; the next minute tries again.
        let _ = invoker.call("sweep", event(clock::now_millis())).await;
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

    use super::*;
    use crate::invoke::Invoke;

    #[derive(Debug)]
    struct Counting(Arc<AtomicUsize>);

    impl Invoke for Counting {
        fn invoke(&self, function: &'static str, payload: Bytes) -> BoxFuture<'static, Result<Bytes, String>> {
            assert_eq!(function, "sweep");
            let event: serde_json::Value = serde_json::from_slice(&payload).unwrap();
            assert_eq!(event["detail-type"], "Scheduled Event");
            self.0.fetch_add(1, Ordering::SeqCst);
            Box::pin(async { Ok(Bytes::new()) })
        }
    }

    #[tokio::test(start_paused = true)]
    async fn sweep_runs_every_minute_until_the_drain() {
        let runs = Arc::new(AtomicUsize::new(0));
        let (drain, draining) = watch::channel(false);
        let schedule = tokio::spawn(run(Invoker::new(Arc::new(Counting(Arc::clone(&runs)))), draining));
        tokio::time::sleep(Duration::from_secs(150)).await;
        assert_eq!(runs.load(Ordering::SeqCst), 3, "at once, after one minute, after two");
        drain.send(true).unwrap();
        schedule.await.unwrap();
    }
}
