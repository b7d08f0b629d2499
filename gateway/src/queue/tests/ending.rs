//! What becomes of the messages when the gateway stops.

use tokio::time::{Instant, sleep};

use super::{Refusal, Rules, SOON, start, texts};

#[tokio::test(start_paused = true)]
async fn settled_waits_for_what_was_there_and_hides_nothing_any_more() {
    let rig = start(Rules::default());
    rig.queue.settled().await;
    let rig = start(Rules::default());
    rig.queue.put_all(texts(&["bad", "1"])).unwrap();
    sleep(SOON).await;
    let before = Instant::now();
    rig.queue.settled().await;
    assert!(before.elapsed() < SOON, "it does not wait for the visibility timeout");
    let batches = rig.functions.batches();
    assert_eq!(batches, [texts(&["bad", "1"]), texts(&["bad"]), texts(&["bad"])]);
    assert_eq!(rig.queue.dead_letters().count(), (1, 0));
}

#[tokio::test(start_paused = true)]
async fn closed_it_refuses_and_ends_when_all_is_delivered() {
    let rig = start(Rules::default());
    rig.queue.put_all((0..30).map(|n| n.to_string()).collect()).unwrap();
    rig.queue.close();
    assert_eq!(rig.queue.put_all(texts(&["late"])), Err(Refusal::Closed));
    rig.consumer.await.unwrap();
    assert_eq!(rig.functions.batches().concat().len(), 30);
}

#[tokio::test(start_paused = true)]
async fn what_fails_beside_others_comes_again_although_the_queue_is_closed() {
    let rig = start(Rules {
        invocations: 3,
        receives: 2,
        ..Rules::default()
    });
    let texts: Vec<String> = (0..30).map(|n| format!("bad {n}")).collect();
    rig.queue.put_all(texts).unwrap();
    tokio::task::yield_now().await;
    rig.queue.close();
    rig.consumer.await.unwrap();
    assert_eq!(rig.functions.batches().concat().len(), 60);
    assert_eq!(rig.queue.dead_letters().count(), (30, 0));
}
