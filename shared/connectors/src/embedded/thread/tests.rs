//! Group commit with a sync that the test controls: what is answered, and when.

use std::io;
use std::sync::mpsc::{Receiver, Sender, channel};
use std::sync::{Arc, Mutex};

use dynoxide::Database;
use tokio::task::JoinHandle;

use super::super::dispatch::{Job, prepare};
use super::{Durability, EngineThread};

fn job(operation: &str, body: &str) -> Job {
    prepare(operation, body.as_bytes()).ok().expect("a valid request")
}

fn put() -> Job {
    job("PutItem", r#"{"TableName":"log","Item":{"room":{"S":"r"}}}"#)
}

fn get() -> Job {
    job("GetItem", r#"{"TableName":"log","Key":{"room":{"S":"r"}}}"#)
}

fn database() -> Database {
    let table = r#"{"TableName":"log","BillingMode":"PAY_PER_REQUEST",
        "KeySchema":[{"AttributeName":"room","KeyType":"HASH"}],
        "AttributeDefinitions":[{"AttributeName":"room","AttributeType":"S"}]}"#;
    let database = Database::memory().unwrap();
    (job("CreateTable", table).run)(&database).ok().unwrap();
    database
}

/// A sync that reports that it has begun and then waits for its result.
fn watched() -> (Durability, Receiver<()>, Sender<io::Result<()>>) {
    let (begun, begins) = channel();
    let (result, results) = channel();
    let results = Mutex::new(results);
    let sync = move || {
        begun.send(()).unwrap();
        results.lock().unwrap().recv().unwrap()
    };
    (Durability::Watched(Box::new(sync)), begins, result)
}

#[expect(clippy::disallowed_methods, reason = "callers beside the test")]
fn spawn(thread: &Arc<EngineThread>, job: Job) -> JoinHandle<bool> {
    let thread = Arc::clone(thread);
    tokio::task::spawn(async move { matches!(thread.run(job).await, Ok(Ok(_))) })
}

fn die(_: &str) -> ! {
    // The test's stand-in for the end of the process: the thread ends without answering.
    std::panic::resume_unwind(Box::new(()))
}

#[tokio::test]
async fn nothing_is_answered_before_the_sync_and_one_sync_covers_all() {
    let (durability, begins, result) = watched();
    let thread = Arc::new(EngineThread::start(database(), durability).unwrap());
    let first = spawn(&thread, put());
    tokio::task::yield_now().await;
    begins.recv().unwrap();
    assert!(!first.is_finished());

    // These queue up behind the sync that is under way.
    let behind: Vec<_> = [put(), get(), put()]
        .into_iter()
        .map(|job| spawn(&thread, job))
        .collect();
    tokio::task::yield_now().await;
    result.send(Ok(())).unwrap();
    assert!(first.await.unwrap());

    begins.recv().unwrap();
    for call in &behind {
        assert!(!call.is_finished(), "a read beside a write waits too");
    }
    result.send(Ok(())).unwrap();
    for call in behind {
        assert!(call.await.unwrap());
    }
    assert!(begins.try_recv().is_err(), "three calls, one sync");
}

#[tokio::test]
async fn reads_alone_need_no_sync() {
    let (durability, begins, _result) = watched();
    let thread = Arc::new(EngineThread::start(database(), durability).unwrap());
    assert!(spawn(&thread, get()).await.unwrap());
    assert!(begins.try_recv().is_err());
}

#[tokio::test]
async fn a_failed_sync_answers_nobody() {
    let (durability, begins, result) = watched();
    let thread = Arc::new(EngineThread::start_with(database(), durability, die).unwrap());
    let call = spawn(&thread, put());
    tokio::task::yield_now().await;
    begins.recv().unwrap();
    result.send(Err(io::Error::other("disk"))).unwrap();
    assert!(!call.await.unwrap());
    assert!(!spawn(&thread, get()).await.unwrap(), "and nothing is served after it");
}

#[tokio::test]
async fn a_panic_in_the_engine_answers_nobody() {
    let thread = Arc::new(EngineThread::start_with(database(), Durability::None, die).unwrap());
    let job = Job {
        writes: true,
        run: Box::new(|_| std::panic::resume_unwind(Box::new(()))),
    };
    assert!(!spawn(&thread, job).await.unwrap());
}
