//! Positions and typing in rooms of more connections than hear of each at once.

use std::collections::BTreeMap;

use parlour_domain::access::Actor;
use parlour_domain::limits::{AGGREGATE_SECONDS, AGGREGATED_CONNECTIONS, INLINE_CONNECTIONS, LIVE_CONNECTIONS};
use parlour_domain::{Moment, Seq, Timestamp};
use parlour_service::live::{self, Task};
use parlour_service::{Session, mark_delivered, mark_read, mark_unread, remove_member, typing};
use serde_json::{Value, json};

use crate::outside::Behaviour;
use crate::world::{World, moment};

/// One more than hear of each report at once.
const CONNECTIONS: usize = LIVE_CONNECTIONS + 1;

/// The beginning of what is reported.
fn at(seconds: i64) -> Timestamp {
    moment(10).now.plus_seconds(seconds)
}

/// A room with so many connections of Ada, a message of hers, and Bob, who has no connection.
async fn room(connections: usize) -> (World, Session, Seq) {
    let world = World::new(Behaviour::Take, connections).await;
    let bob = world.member("Bob", 4).await;
    let seq = Seq::new(world.send(6).await).unwrap();
    quiet(&world);
    (world, bob, seq)
}

/// Forgets what was told and what is to be done so far.
fn quiet(world: &World) {
    world.outside.posts();
    world.queue.take_tasks();
    world.queue.take();
}

async fn read(world: &World, by: &Session, seq: Seq, seconds: i64) {
    let read = mark_read::mark_read(&world.parlour, &by.actor(), world.room, seq, None, at(seconds)).await;
    assert_eq!(read.unwrap().read_seq, seq.get());
}

async fn types(world: &World, by: &Session, is: bool, seconds: i64) {
    let moment = Moment {
        now: at(seconds),
        ..moment(10)
    };
    typing::typing(&world.parlour, &moment, by, world.room, is)
        .await
        .unwrap();
}

/// Does what is to be done, twice as a queue may; each connection's events of these names, all connections alike.
async fn told(world: &World, tasks: Vec<(u16, String)>, seconds: i64) -> Vec<Value> {
    for (_, task) in tasks {
        for _ in 0..2 {
            let task = Task::read(&task).unwrap();
            live::run(&world.parlour, task, at(seconds)).await.unwrap();
        }
    }
    let posts = world.outside.posts();
    let of = |connection: &str| -> Vec<Value> {
        let own = posts.iter().filter(|(to, _)| to == connection);
        own.map(|(_, frame)| serde_json::from_str(frame).unwrap()).collect()
    };
    let first = of("c0");
    let connections = if first.is_empty() { 0 } else { CONNECTIONS };
    assert_eq!(posts.len(), first.len() * connections, "the same for every connection");
    for number in 0..connections {
        assert_eq!(of(&format!("c{number}")), first);
    }
    first
}

#[tokio::test(start_paused = true)]
async fn what_several_report_is_told_once_to_every_connection() {
    let (world, bob, seq) = room(CONNECTIONS).await;
    let ada = world.session.clone();
    types(&world, &bob, true, 0).await;
    read(&world, &bob, seq, 1).await;
    let delivered = mark_delivered::mark_delivered(&world.parlour, &ada.actor(), (world.room, seq), None, at(2)).await;
    assert_eq!(delivered.unwrap().delivered_seq, seq.get());
    types(&world, &ada, true, 2).await;
    types(&world, &ada, false, 3).await;
    assert!(world.outside.posts().is_empty());
    let tasks = world.queue.take_tasks();
    assert_eq!(tasks.len(), 1);
    assert_eq!(i64::from(tasks[0].0), AGGREGATE_SECONDS);

    let told = told(&world, tasks, 5).await;
    let room_id = world.room.to_string();
    let mut items = [
        json!({ "user_id": bob.user.to_string(), "read_seq": seq.get() }),
        json!({ "user_id": ada.user.to_string(), "delivered_seq": seq.get() }),
    ];
    items.sort_by_key(|item| item["user_id"].to_string());
    let receipts = json!({ "event": "receipts", "data": { "room_id": room_id, "items": items } });
    let until = |seconds: i64| at(seconds).to_string();
    // The connections are Ada's: they hear nothing of her own typing.
    let items = json!([
        { "user_id": bob.user.to_string(), "name": "Bob", "typing": true, "expires_at": until(5 + 6 + 5) },
    ]);
    let typing = json!({ "event": "typing_users", "data": { "room_id": room_id, "items": items } });
    assert_eq!(told, [receipts, typing]);

    // What comes after that is told after that.
    types(&world, &bob, false, 6).await;
    assert_eq!(world.queue.take_tasks().len(), 1);
}

/// Does what is to be done, and what that puts into the queue; of whom each connection hears that they type, frame by frame.
async fn typists(world: &World, seconds: i64) -> BTreeMap<String, Vec<Vec<Value>>> {
    for (_, task) in world.queue.take_tasks() {
        let task = Task::read(&task).unwrap();
        live::run(&world.parlour, task, at(seconds)).await.unwrap();
    }
    let queued = world.queue.take();
    world.deliver(&queued, 10).await;
    let mut heard: BTreeMap<String, Vec<Vec<Value>>> = BTreeMap::new();
    for (connection, frame) in world.outside.posts() {
        let frame: Value = serde_json::from_str(&frame).unwrap();
        assert_eq!(frame["event"], "typing_users");
        let items = frame["data"]["items"].as_array().unwrap().iter();
        let users = items.map(|item| item["user_id"].clone()).collect();
        heard.entry(connection).or_default().push(users);
    }
    heard
}

#[tokio::test(start_paused = true)]
async fn who_types_hears_of_the_others_alone() {
    // At once, and by further jobs.
    for connections in [CONNECTIONS, INLINE_CONNECTIONS + 1] {
        let (world, bob, _) = room(connections).await;
        world.join_as(&bob, "b0").await;
        quiet(&world);
        let ada = world.session.clone();
        let [his, hers] = [&bob, &ada].map(|session| vec![vec![Value::from(session.user.to_string())]]);
        types(&world, &ada, true, 0).await;
        types(&world, &bob, true, 1).await;
        let heard = typists(&world, 5).await;
        assert_eq!(heard.len(), connections + 1, "each connection hears of it once");
        for (connection, heard) in heard {
            let expected = if connection == "b0" { &hers } else { &his };
            assert_eq!(heard, *expected, "{connection}");
        }
        // Where nobody else does, there is nothing to say.
        types(&world, &ada, false, 6).await;
        assert_eq!(typists(&world, 11).await, BTreeMap::from([("b0".to_owned(), hers)]));
    }
}

#[tokio::test(start_paused = true)]
async fn positions_are_told_as_they_are_then_and_never_fall() {
    let (world, bob, first) = room(CONNECTIONS).await;
    let second = Seq::new(world.send(7).await).unwrap();
    quiet(&world);
    read(&world, &bob, first, 0).await;
    read(&world, &bob, second, 1).await;
    mark_unread::mark_unread(
        &world.parlour,
        &mut moment(10),
        &bob.actor(),
        (world.room, first),
        None,
        None,
    )
    .await
    .unwrap();
    let tasks = world.queue.take_tasks();
    quiet(&world);
    let told = told(&world, tasks, 5).await;
    assert_eq!(
        told[0]["data"]["items"],
        json!([{ "user_id": bob.user.to_string(), "read_seq": second.get() }])
    );
    assert_eq!(told.len(), 1);
}

#[tokio::test(start_paused = true)]
async fn of_who_is_no_member_any_more_nobody_hears() {
    let (world, bob, seq) = room(CONNECTIONS).await;
    read(&world, &bob, seq, 0).await;
    types(&world, &bob, true, 0).await;
    let ada = world.session.actor();
    let delivered = mark_delivered::mark_delivered(&world.parlour, &ada, (world.room, seq), None, at(1)).await;
    assert_eq!(delivered.unwrap().delivered_seq, seq.get());
    let tasks = world.queue.take_tasks();
    let backend = Actor::Backend { app: bob.app.clone() };
    remove_member::remove_member(&world.parlour, &mut moment(9), &backend, world.room, bob.user, None)
        .await
        .unwrap();
    quiet(&world);
    let told = told(&world, tasks, 5).await;
    assert_eq!(told.len(), 1);
    assert_eq!(told[0]["event"], "receipts");
    let items = told[0]["data"]["items"].as_array().unwrap();
    assert_eq!(items.len(), 1);
    assert_eq!(items[0]["user_id"], world.session.user.to_string());
}

#[tokio::test(start_paused = true)]
async fn a_room_that_has_grown_too_large_hears_of_nothing() {
    let (world, bob, seq) = room(CONNECTIONS).await;
    read(&world, &bob, seq, 0).await;
    let tasks = world.queue.take_tasks();
    for number in CONNECTIONS..=AGGREGATED_CONNECTIONS {
        world.join(&format!("c{number}")).await;
    }
    quiet(&world);
    assert_eq!(told(&world, tasks, 5).await, Vec::<Value>::new());
    assert_eq!(world.queue.take(), Vec::<String>::new());
    let next = Seq::new(world.send(8).await).unwrap();
    quiet(&world);
    read(&world, &bob, next, 6).await;
    types(&world, &bob, true, 6).await;
    assert_eq!((world.queue.take_tasks().len(), world.outside.posts().len()), (0, 0));
}

#[tokio::test(start_paused = true)]
async fn where_a_task_was_lost_the_next_report_after_a_while_begins_anew() {
    let (world, bob, seq) = room(CONNECTIONS).await;
    types(&world, &bob, true, 0).await;
    assert_eq!(world.queue.take_tasks().len(), 1, "and is lost");
    types(&world, &bob, true, 2 * AGGREGATE_SECONDS - 1).await;
    assert_eq!(world.queue.take_tasks().len(), 0);
    read(&world, &bob, seq, 2 * AGGREGATE_SECONDS).await;
    let tasks = world.queue.take_tasks();
    assert_eq!(tasks.len(), 1);
    let told = told(&world, tasks, 3 * AGGREGATE_SECONDS).await;
    assert_eq!(told.len(), 1);
    assert_eq!(told[0]["event"], "receipts");
}
