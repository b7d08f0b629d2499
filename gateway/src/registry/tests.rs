//! The limits of a queue, what is gone, and the faults of pushes.

use super::*;
use crate::faults::Plan;

fn registry(plan: &str) -> Registry {
    let registry = Registry::new(Arc::new(Faults::new(plan.parse::<Plan>().unwrap())), None);
    registry.insert("one=", Arc::new(Entry::new(0, "127.0.0.1".to_owned(), None)));
    registry
}

async fn taken(registry: &Registry) -> Taken {
    registry.get("one=").unwrap().outbox.take().await
}

fn hello() -> Bytes {
    Bytes::from_static(b"hello")
}

#[tokio::test]
async fn a_post_reaches_the_queue_and_a_removed_connection_is_gone() {
    let registry = registry("");
    assert_eq!(registry.post("one=", &hello()), Pushed::Sent);
    assert_eq!(registry.post("two=", &hello()), Pushed::Gone);
    assert_eq!(taken(&registry).await.frames, ["hello"]);
    registry.remove("one=");
    assert_eq!(registry.post("one=", &hello()), Pushed::Gone);
    assert_eq!(registry.delete("one="), Pushed::Gone);
}

#[tokio::test]
async fn a_full_queue_throttles_until_it_is_read() {
    let registry = registry("");
    let sent = (0..300)
        .filter(|_| registry.post("one=", &hello()) == Pushed::Sent)
        .count();
    assert_eq!(sent, 256);
    assert_eq!(registry.post("one=", &hello()), Pushed::Throttled);
    assert_eq!(taken(&registry).await.frames.len(), 32);
    assert_eq!(registry.post("one=", &hello()), Pushed::Sent);
}

#[test]
fn a_queue_holds_one_megabyte() {
    let registry = registry("");
    let big = Bytes::from(vec![b'x'; 100 * 1024]);
    let sent = (0..20).filter(|_| registry.post("one=", &big) == Pushed::Sent).count();
    assert_eq!(sent, 10);
}

#[test]
fn what_is_too_big_or_no_text_fails() {
    let registry = registry("");
    assert_eq!(
        registry.post("one=", &Bytes::from(vec![b'x'; MAX_MESSAGE + 1])),
        Pushed::Failed
    );
    assert_eq!(registry.post("one=", &Bytes::from_static(&[0xff])), Pushed::Failed);
}

#[tokio::test]
async fn a_deletion_comes_after_what_waits() {
    let registry = registry("");
    registry.post("one=", &hello());
    assert_eq!(registry.delete("one="), Pushed::Sent);
    assert_eq!(
        taken(&registry).await,
        Taken {
            frames: vec!["hello".into()],
            deleted: true
        }
    );
}

#[test]
fn faults_answer_as_api_gateway_would() {
    for (plan, pushed) in [
        ("gone=1", Pushed::Gone),
        ("throttle=1", Pushed::Throttled),
        ("drop=1", Pushed::Sent),
    ] {
        assert_eq!(registry(plan).post("one=", &hello()), pushed, "{plan}");
    }
}

#[tokio::test]
async fn a_doubled_push_arrives_twice_and_a_late_one_later() {
    let doubled = registry("double=1");
    doubled.post("one=", &hello());
    assert_eq!(taken(&doubled).await.frames, ["hello", "hello"]);

    tokio::time::pause();
    let late = registry("late=1");
    let begin = tokio::time::Instant::now();
    assert_eq!(late.post("one=", &hello()), Pushed::Sent);
    assert_eq!(taken(&late).await.frames, ["hello"]);
    assert!(begin.elapsed() >= LATE_BY);
}
