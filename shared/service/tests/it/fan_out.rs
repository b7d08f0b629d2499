//! A fan-out never holds up the sender for long, whatever the connections do; who was not told then is told from the queue.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use parlour_service::fan_out::{Delivered, Job};
use serde_json::Value;
use tokio::time::Instant;

use crate::outside::Behaviour;
use crate::world::World;

/// The places in the log of the events in a frame, one or several.
fn seqs(frame: &str) -> Vec<u64> {
    let frame: Value = serde_json::from_str(frame).unwrap();
    let seq = |event: &Value| event["data"]["seq"].as_u64().unwrap();
    match frame["event"].as_str().unwrap() {
        "batch" => frame["data"].as_array().unwrap().iter().map(seq).collect(),
        _ => vec![seq(&frame)],
    }
}

#[tokio::test]
async fn a_room_of_fifty_connections_is_told_before_the_answer() {
    let world = World::new(Behaviour::Take, 50).await;
    world.send(4).await;
    let told: BTreeSet<String> = world.outside.posts().into_iter().map(|(to, _)| to).collect();
    assert_eq!(told.len(), 50);
    assert!(world.queue.take().is_empty());
}

#[tokio::test]
async fn a_larger_room_is_told_from_the_queue_each_connection_once() {
    let world = World::new(Behaviour::Take, 450).await;
    assert_eq!(world.send(4).await, 2);
    assert!(world.outside.posts().is_empty());
    let messages = world.queue.take();
    assert_eq!(messages.len(), 3, "200 connections a message");
    assert!(messages.iter().all(|message| message.len() < 64 * 1024));
    let first: Vec<Value> = serde_json::from_str::<Value>(&messages[0]).unwrap()["to"]
        .as_array()
        .unwrap()
        .clone();
    assert!(
        first
            .windows(2)
            .any(|pair| pair[0]["c"].as_str() > pair[1]["c"].as_str()),
        "shuffled: the table has them in order"
    );
    let told = world.deliver(&messages, 4).await;
    assert_eq!((told.told, told.untold, told.dropped), (450, 0, 0));
    let posts = world.outside.posts();
    let connections: BTreeSet<&str> = posts.iter().map(|(to, _)| to.as_str()).collect();
    assert_eq!((connections.len(), posts.len()), (450, 450));
    assert!(posts.iter().all(|(_, frame)| seqs(frame) == [2]));
}

#[tokio::test(start_paused = true)]
async fn connections_that_hang_hold_up_the_sender_for_a_moment_and_are_left_to_the_queue() {
    let world = World::new(Behaviour::Hang, 30).await;
    let before = Instant::now();
    world.send(4).await;
    assert_eq!(before.elapsed().as_millis() / 100, 3, "300 ms in all");
    let messages = world.queue.take();
    let left: Value = serde_json::from_str(&messages[0]).unwrap();
    assert_eq!((messages.len(), left["to"].as_array().unwrap().len()), (1, 30));
}

#[tokio::test(start_paused = true)]
async fn without_a_queue_the_sender_waits_three_seconds_at_most() {
    let world = World::with_queue(Behaviour::Hang, 300, false).await;
    let before = Instant::now();
    assert_eq!(
        world.send(4).await,
        2,
        "the message is there whatever becomes of its pushes"
    );
    assert_eq!(before.elapsed().as_secs(), 3);
    let tried = world.outside.posts().len();
    assert!(
        tried > 64 && tried < 300,
        "{tried}: posts of 2 s, 64 at a time, do not all fit"
    );
    let world = World::with_queue(Behaviour::Take, 300, false).await;
    world.send(4).await;
    assert_eq!(world.outside.posts().len(), 300, "who takes posts is told all the same");
}

#[tokio::test]
async fn several_events_for_one_connection_are_one_frame_in_the_order_of_the_log() {
    let world = World::new(Behaviour::Take, 120).await;
    let mut messages = Vec::new();
    for _ in 0..4 {
        world.send(4).await;
        messages.extend(world.queue.take());
    }
    messages.swap(0, 3);
    messages.swap(1, 2);
    assert_eq!(world.deliver(&messages, 4).await.told, 120);
    let posts: BTreeMap<String, String> = world.outside.posts().into_iter().collect();
    assert_eq!(posts.len(), 120);
    for frame in posts.values() {
        assert_eq!(seqs(frame), [2, 3, 4, 5]);
    }
}

#[tokio::test]
async fn a_push_that_has_waited_for_long_is_not_made_any_more() {
    let world = World::new(Behaviour::Take, 60).await;
    world.send(4).await;
    let late = world.queue.take();
    world.send(5).await;
    let messages = [late, world.queue.take()].concat();
    let expected = Delivered {
        told: 60,
        untold: 0,
        dropped: 1,
    };
    assert_eq!(world.deliver(&messages, 5).await, expected);
    assert!(world.outside.posts().iter().all(|(_, frame)| seqs(frame) == [3]));
    assert!(Job::read(r#"{"app":"a"}"#).is_none());
}

#[tokio::test(start_paused = true)]
async fn the_queue_keeps_to_the_quota_of_posts() {
    let world = World::new(Behaviour::Take, 101).await.paced(50);
    world.send(4).await;
    let before = Instant::now();
    assert_eq!(world.deliver(&world.queue.take(), 4).await.told, 101);
    assert_eq!(
        before.elapsed(),
        Duration::from_secs(2),
        "the first at once, fifty in each second"
    );
}

#[tokio::test(start_paused = true)]
async fn a_delivery_ends_in_time_whatever_the_connections_do() {
    let world = World::new(Behaviour::Hang, 800).await;
    world.send(4).await;
    let before = Instant::now();
    let delivered = world.deliver(&world.queue.take(), 4).await;
    assert_eq!(before.elapsed().as_secs(), 20);
    assert_eq!(delivered.told + delivered.untold, 800);
    assert!(delivered.untold > 0);
}

#[tokio::test]
async fn connections_that_are_gone_are_told_once_and_forgotten() {
    let world = World::new(Behaviour::Gone, 100).await;
    world.send(4).await;
    world.deliver(&world.queue.take(), 4).await;
    assert_eq!(world.outside.posts().len(), 100);
    world.send(5).await;
    assert!(world.queue.take().is_empty(), "nobody is left to tell");
    assert!(world.outside.posts().is_empty());
}
