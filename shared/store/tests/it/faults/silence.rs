//! What a send says when it gives up: `Busy` only if nothing was written, else that nobody knows.

use std::sync::atomic::{AtomicU32, Ordering};

use aws_smithy_runtime_api::client::http::{HttpConnector, HttpConnectorFuture, SharedHttpConnector};
use aws_smithy_runtime_api::client::orchestrator::HttpRequest;
use parlour_connectors::embedded::InlineEngine;
use parlour_connectors::fault::{FaultPlan, Faults};
use parlour_domain::Seq;
use parlour_store::{AppendRefusal, Appended, Store, Tables};

use crate::given::{How, send, text_of};
use crate::world::{World, product_client};

/// Applies the first `left` puts without ever answering them.
#[derive(Debug)]
struct Silent {
    inner: SharedHttpConnector,
    left: AtomicU32,
}

impl HttpConnector for Silent {
    fn call(&self, request: HttpRequest) -> HttpConnectorFuture {
        let put = request
            .headers()
            .get("x-amz-target")
            .is_some_and(|target| target.ends_with(".PutItem"));
        let spend = |left: u32| left.checked_sub(1);
        if !put
            || self
                .left
                .fetch_update(Ordering::SeqCst, Ordering::SeqCst, spend)
                .is_err()
        {
            return self.inner.call(request);
        }
        let inner = self.inner.clone();
        HttpConnectorFuture::new(async move {
            inner.call(request).await?;
            std::future::pending().await
        })
    }
}

/// A send whose first `silent` puts get no answer, and how many copies of it stand then.
async fn sent(silent: u32, how: How) -> (Result<Appended, AppendRefusal>, usize) {
    let engine = InlineEngine::new().unwrap();
    let world = World::patient("silence", engine.connector(), 1).await;
    let members = world.clock.user_ids(2);
    let room = world.room(1, &members).await.number;
    let connector = SharedHttpConnector::new(Silent {
        inner: engine.connector(),
        left: AtomicU32::new(silent),
    });
    let store = Store::new(
        product_client(connector, "http://engine.invalid", 3),
        Tables::with_prefix(""),
    );
    let client = (how != How::Once).then_some("c1");
    let draft = world.clock.message(members[0], client, "ours");
    let outcome = send(&store, &world.app, room, &draft, how, world.now()).await;
    let copies = world
        .log(room)
        .await
        .iter()
        .filter(|entry| text_of(entry) == Some("ours"))
        .count();
    (outcome, copies)
}

#[tokio::test(start_paused = true)]
async fn one_silence_is_bridged_by_the_next_try() {
    for how in [How::Once, How::Base(Seq::FIRST)] {
        let (outcome, copies) = sent(1, how).await;
        assert!(matches!(outcome, Ok(Appended::New(_))), "{outcome:?}");
        assert_eq!(copies, 1);
    }
}

#[tokio::test(start_paused = true)]
async fn an_append_that_may_have_been_applied_is_not_called_busy() {
    for how in [How::Once, How::Base(Seq::FIRST)] {
        let (outcome, copies) = sent(9, how).await;
        assert!(matches!(outcome, Err(AppendRefusal::Store(_))), "{outcome:?}");
        assert_eq!(copies, 1, "it stands, so the answer is that nobody knows");
    }
}

#[tokio::test(start_paused = true)]
async fn a_room_in_which_every_race_is_lost_is_busy_and_nothing_is_written() {
    let faults = Faults::new(FaultPlan {
        conflict: 1.0,
        operations: vec!["PutItem".to_owned()],
        ..FaultPlan::default()
    });
    let connector = faults.connector(InlineEngine::new().unwrap().connector());
    let world = World::patient("busy", connector, 3).await;
    let members = world.clock.user_ids(2);
    let room = world.room(1, &members).await.number;
    let draft = world.clock.message(members[0], None, "ours");
    let outcome = send(&world.store, &world.app, room, &draft, How::Once, world.now()).await;
    assert!(matches!(outcome, Err(AppendRefusal::Busy)), "{outcome:?}");
    assert_eq!((world.log(room).await.len(), faults.injected()["conflict"]), (1, 10));
    faults.set_enabled(false);
    assert_eq!(world.say(room, members[0], "ours").await.seq.get(), 2);
}
