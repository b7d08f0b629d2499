//! `message.unseen`: who has not seen a message and has no connection is told of once, until they have read or were there.

use parlour_domain::{ConnectionId, Entropy, Moment, Seq, Timestamp};
use parlour_service::deliver::{Job, run};
use parlour_service::{Session, connect, join_room, mark_read};
use serde_json::Value;

use crate::deliver::Scene;
use crate::world::moment;

/// Does what is in the queue now, once; how long what is in it then is to wait.
async fn step(scene: &Scene, now: Timestamp) -> Vec<u16> {
    for (job, _) in scene.jobs.take() {
        let mut moment = Moment {
            now,
            entropy: Entropy::from_seed([9; 32]),
        };
        let job = Job::read(&job).unwrap();
        run(&scene.world.parlour, &mut moment, job).await.unwrap();
    }
    scene.jobs.waits()
}

async fn scene() -> (Scene, Session) {
    let scene = Scene::hearing(&["message.unseen"]).await;
    let bob = scene.world.member("Bob", 20).await;
    step(&scene, moment(22).now).await;
    assert_eq!(scene.jobs.waits(), [] as [u16; 0], "nothing was said yet");
    (scene, bob)
}

/// Everyone who is told to be missing something, and which message, from what is in the queue by now.
async fn told(scene: &Scene, minute: u8) -> Vec<(Vec<Value>, u64)> {
    // What has to wait longer stays in the queue.
    while step(scene, moment(minute).now).await.contains(&0) {}
    let missing = |call: Value| {
        assert_eq!(call["type"], "message.unseen");
        let users = call["data"]["user_ids"].as_array().unwrap().clone();
        (users, call["data"]["message"]["seq"].as_u64().unwrap())
    };
    scene.receiver.calls().into_iter().map(missing).collect()
}

#[tokio::test]
async fn who_is_away_is_told_of_once_until_they_have_read() {
    let (scene, bob) = scene().await;
    let user = vec![Value::from(bob.user.to_string())];
    let first = scene.world.send(30).await;
    assert_eq!(step(&scene, moment(30).now).await, [30], "half a minute later");
    let second = scene.world.send(30 + 1).await;
    assert_eq!(told(&scene, 31).await, [(user.clone(), second)], "both in one");
    assert_eq!(first + 1, second);

    // The burst goes on: nobody is told again.
    for minute in [32, 34] {
        scene.world.send(minute).await;
        assert_eq!(step(&scene, moment(minute).now).await, [30]);
        assert!(told(&scene, minute + 1).await.is_empty());
    }
    let last = scene.world.send(36).await;
    let (actor, seq) = (bob.actor(), Seq::new(last).unwrap());
    let read = mark_read::mark_read(
        &scene.world.parlour,
        &actor,
        scene.world.room,
        seq,
        None,
        moment(36).now,
    );
    read.await.unwrap();
    assert_eq!(step(&scene, moment(36).now).await, [30]);
    assert!(told(&scene, 37).await.is_empty(), "it is read");
    let next = scene.world.send(38).await;
    step(&scene, moment(38).now).await;
    assert_eq!(told(&scene, 39).await, [(user, next)]);
}

#[tokio::test]
async fn who_is_there_is_not_told_of_and_is_when_they_left() {
    let (scene, bob) = scene().await;
    let session = Session {
        connection: ConnectionId::parse("his").unwrap(),
        connected_at: moment(30).now,
        ..bob.clone()
    };
    let parlour = &scene.world.parlour;
    connect::connect(parlour, &session, moment(30).now).await.unwrap();
    join_room::join_room(parlour, &moment(30), &session, scene.world.room, None)
        .await
        .unwrap();
    scene.world.send(31).await;
    step(&scene, moment(31).now).await;
    assert!(told(&scene, 32).await.is_empty());

    parlour
        .store
        .end_connection(&bob.app, bob.user, &session.connection, moment(33).now)
        .await
        .unwrap();
    let sent = scene.world.send(34).await;
    step(&scene, moment(34).now).await;
    let user = vec![Value::from(bob.user.to_string())];
    assert_eq!(told(&scene, 35).await, [(user, sent)]);
}

/// A socket hears of the rooms that it has joined and of no others, so the push is all that reaches the user.
#[tokio::test]
async fn who_is_connected_without_having_joined_the_room_is_told_of() {
    let (scene, bob) = scene().await;
    let session = Session {
        connection: ConnectionId::parse("elsewhere").unwrap(),
        connected_at: moment(30).now,
        ..bob.clone()
    };
    connect::connect(&scene.world.parlour, &session, moment(30).now)
        .await
        .unwrap();
    let sent = scene.world.send(31).await;
    step(&scene, moment(31).now).await;
    let user = vec![Value::from(bob.user.to_string())];
    assert_eq!(told(&scene, 32).await, [(user, sent)]);
}

#[tokio::test]
async fn what_the_queue_lost_is_found_by_sweep() {
    let (scene, bob) = scene().await;
    let sent = scene.world.send(30).await;
    step(&scene, moment(30).now).await;
    assert_eq!(scene.jobs.take().len(), 1, "the process ends here");
    let mut missing = Vec::new();
    for minute in 31..36 {
        scene.sweep(moment(minute).now).await;
        missing.extend(told(&scene, minute).await);
    }
    assert_eq!(missing, [(vec![Value::from(bob.user.to_string())], sent)]);
    scene.sweep(moment(40).now).await;
    assert!(scene.jobs.is_empty(), "the room is at rest");
}

#[tokio::test]
async fn the_bus_hears_of_it_although_no_webhook_does() {
    let mut scene = Scene::hearing(&["room.deleted"]).await;
    let bus = scene.with_bus();
    let bob = scene.world.member("Bob", 20).await;
    step(&scene, moment(22).now).await;
    let sent = scene.world.send(30).await;
    assert_eq!(step(&scene, moment(30).now).await, [30]);
    bus.taken();
    while step(&scene, moment(31).now).await.contains(&0) {}
    let taken = bus.taken();
    let [(kind, detail)] = &taken[..] else {
        panic!("{taken:?}")
    };
    assert_eq!(
        (*kind, &detail["type"]),
        ("message.unseen", &Value::from("message.unseen"))
    );
    let data = &detail["data"];
    assert_eq!(data["user_ids"], Value::from(vec![bob.user.to_string()]));
    assert_eq!(data["message"]["seq"], sent);
    assert_eq!(data["room_id"], data["message"]["room_id"]);
    let message = data["message"]["id"].as_str().unwrap();
    assert!(detail["id"].as_str().unwrap().starts_with(message));
    assert!(scene.receiver.calls().is_empty());
}
