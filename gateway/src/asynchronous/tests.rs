//! Asynchronous calls under a paused clock.

use tokio::sync::Notify;
use tokio::time::{Instant, timeout};

use super::*;
use crate::invoke::Invoke;

/// Fails as often as the event says, or waits for the gate.
#[derive(Debug, Default)]
struct Functions {
    calls: Mutex<Vec<(Duration, Bytes)>>,
    began: Mutex<Option<Instant>>,
    gate: Notify,
}

#[derive(Debug)]
struct Shared(Arc<Functions>);

impl Invoke for Shared {
    fn invoke(&self, function: &'static str, event: Bytes) -> BoxFuture<'static, Result<Bytes, String>> {
        assert_eq!(function, "connected");
        let functions = Arc::clone(&self.0);
        Box::pin(async move {
            if event == "wait" {
                functions.gate.notified().await;
            }
            let began = *functions.began.lock().unwrap().get_or_insert_with(Instant::now);
            let mut calls = functions.calls.lock().unwrap();
            calls.push((began.elapsed(), event.clone()));
            let failures: usize = std::str::from_utf8(&event).unwrap().parse().unwrap_or(0);
            if calls.len() <= failures {
                Err("not yet".to_owned())
            } else {
                Ok(Bytes::new())
            }
        })
    }
}

fn start() -> (Arc<Asynchronous>, Arc<Functions>, Arc<Notify>) {
    let (calls, functions, stop) = (
        Arc::<Asynchronous>::default(),
        Arc::<Functions>::default(),
        Arc::new(Notify::new()),
    );
    let invoker = Invoker::new(Arc::new(Shared(Arc::clone(&functions))));
    let (running, stopped) = (Arc::clone(&calls), Arc::clone(&stop));
    tokio::spawn(async move { running.run(&invoker, stopped.notified()).await });
    (calls, functions, stop)
}

#[tokio::test(start_paused = true)]
async fn what_fails_is_tried_twice_more() {
    for (failures, tries) in [("0", 1), ("1", 2), ("2", 3), ("9", 3)] {
        let (calls, functions, _stop) = start();
        calls
            .call_later("connected", Bytes::from_static(failures.as_bytes()))
            .await
            .unwrap();
        calls.finished().await;
        let made = functions.calls.lock().unwrap();
        let at: Vec<u64> = made.iter().map(|(at, _)| at.as_secs()).collect();
        assert_eq!(at, [0, 1, 3][..tries], "{failures}");
    }
}

#[tokio::test(start_paused = true)]
async fn the_caller_does_not_wait_and_too_many_are_refused() {
    let (calls, functions, stop) = start();
    for _ in 0..MOST {
        calls.call("connected", Bytes::from_static(b"wait")).unwrap();
    }
    assert!(calls.call("connected", Bytes::from_static(b"0")).is_err());
    // All other tasks come to rest before a paused clock moves.
    sleep(Duration::from_millis(1)).await;
    assert!(functions.calls.lock().unwrap().is_empty());
    functions.gate.notify_one();
    sleep(Duration::from_millis(1)).await;
    assert_eq!(functions.calls.lock().unwrap().len(), 1);
    calls.call("connected", Bytes::from_static(b"0")).unwrap();
    stop.notify_one();
}

#[tokio::test(start_paused = true)]
async fn the_end_waits_for_calls_and_refuses_new_ones() {
    let (calls, functions, stop) = start();
    calls.call("connected", Bytes::from_static(b"wait")).unwrap();
    assert!(timeout(Duration::from_secs(5), calls.finished()).await.is_err());
    calls.call("connected", Bytes::from_static(b"0")).unwrap();
    stop.notify_one();
    functions.gate.notify_one();
    calls.finished().await;
    assert_eq!(functions.calls.lock().unwrap().len(), 2);
    assert!(calls.call("connected", Bytes::from_static(b"0")).is_err());
}
