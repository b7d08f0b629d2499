//! Joining while someone sends: over all orders the joiner gets the message from the backlog or by push.

use parlour_connectors::schedule::{Actor, Failure, Options, Report, explore};
use parlour_domain::{Seq, UserId};
use parlour_store::{Subscribed, Subscriber};

use super::{OURS, Scene, Stage, must_break, must_hold, whole};
use crate::given::{How, log, subscriber, text_of};
use crate::size::Stopwatch;

/// What one actor saw.
enum Saw {
    /// The joiner: whether the message is in the backlog.
    Backlog(bool),
    /// The sender: to whom it pushes.
    Pushed(Vec<Subscriber>),
}

/// Subscribe, read the head, read the backlog: as `join_room` does.
fn joiner(scene: &Scene, who: Subscriber) -> Actor<Saw> {
    let (store, app, room, now) = (scene.stores[0].clone(), scene.app.clone(), scene.room, scene.now);
    Box::pin(async move {
        let until = now.plus_seconds(3_600);
        let subscribed = store.subscribe(&app, room, &who, until).await.unwrap();
        assert_eq!(subscribed, Subscribed::Done);
        let head = store.head(&app, room, true).await.unwrap().unwrap();
        let page = store.entries_after(&app, room, Seq::FIRST, 50).await.unwrap();
        assert!(page.entries.last().is_none_or(|last| last.seq >= head.seq));
        Saw::Backlog(page.entries.iter().any(|entry| text_of(entry) == Some(OURS)))
    })
}

/// Puts the message and reads whom to push it to, in this order or the wrong one.
fn sender(stage: &Stage, scene: &Scene, subscribers_first: bool) -> Actor<Saw> {
    let draft = stage.world.clock.message(scene.users[0], None, OURS);
    let send = scene.send(1, draft, How::Once);
    let (store, app, room, now) = (scene.stores[1].clone(), scene.app.clone(), scene.room, scene.now);
    Box::pin(async move {
        let subscribers = async || store.subscribers(&app, room, now).await.unwrap();
        if subscribers_first {
            let early = subscribers().await;
            send.await.unwrap();
            return Saw::Pushed(early);
        }
        send.await.unwrap();
        Saw::Pushed(subscribers().await)
    })
}

fn explored(stage: &Stage, subscribers_first: bool) -> Result<Report, Failure> {
    let who = |user: UserId| subscriber(user, &crate::given::connection_id("c"));
    explore(
        &whole(Options::default()),
        async |schedule| {
            let scene = stage.scene(schedule, 2, 1).await;
            stage.world.connect(scene.users[1], "c").await;
            scene
        },
        |scene| {
            vec![
                joiner(scene, who(scene.users[1])),
                sender(stage, scene, subscribers_first),
            ]
        },
        async |scene, outcomes| {
            let stands = log(&stage.world.store, &scene.app, scene.room).await;
            assert_eq!(stands.len(), 2);
            let got = outcomes.iter().flatten().any(|saw| match saw {
                Saw::Backlog(there) => *there,
                Saw::Pushed(to) => to.contains(&who(scene.users[1])),
            });
            if got {
                Ok(())
            } else {
                Err("the joiner missed the message".to_owned())
            }
        },
    )
}

#[test]
fn a_joiner_gets_a_concurrent_message_from_the_backlog_or_by_push() {
    let started = Stopwatch::start();
    let result = explored(&Stage::new("join"), false);
    assert!(must_hold("join and send", &started, result).complete);
}

#[test]
fn reading_the_subscribers_before_the_put_loses_the_message() {
    let result = explored(&Stage::new("join early"), true);
    must_break("subscribers before the put", result, "missed the message");
}
