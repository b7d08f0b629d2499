//! A room of more connections than are told before the answer: a job of the queue tells them, and comes again if it is cut.

use parlour_domain::ConnectionId;
use parlour_domain::limits::{CONNECTION_LEASE_SECONDS, INLINE_CONNECTIONS, PUSH_SECONDS, YOUNG_CONNECTION_SECONDS};
use serde_json::json;

use crate::crowd::{fill, heard_by, join};
use crate::cut::Last;
use crate::omit::{Which, attribute};
use crate::operations::Who;
use crate::outside::Heard;
use crate::request::Sent;
use crate::run::in_time;
use crate::scene::{Scene, step};
use crate::world::World;

/// One more than are told before the answer.
const CONNECTIONS: usize = INLINE_CONNECTIONS + 1;

#[test]
fn a_message_reaches_every_connection_whatever_crash() {
    let wrong = in_time(told_by_jobs(None, false));
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn a_job_that_comes_again_too_late_tells_nobody_and_the_log_has_it() {
    in_time(async {
        let world = World::new().await;
        let scene = Scene::new(&world).await;
        let everyone = fill(&world, &scene, CONNECTIONS).await;
        let said = say(&world, &scene).await;
        let jobs = world.outside.take_queued();
        world.cut.after(10, Last::Done, world.deliver(&jobs)).await;
        assert_eq!(world.outside.take_heard().len(), 11);
        world.pass(PUSH_SECONDS + 1);
        assert!(world.deliver(&jobs).await, "it is not tried for good");
        assert!(world.outside.take_heard().is_empty());
        assert_eq!(everyone.len(), CONNECTIONS);
        // Whoever was not told finds the gap.
        let ping = Sent::new(&world, &scene, step("ping", Who::Guest, |_| json!({})));
        let pong = ping.send(&world).await.body;
        assert_eq!(pong["data"]["rooms"][&scene.room], said);
    });
}

#[test]
fn it_shows_if_the_queue_forgets() {
    let wrong = in_time(told_by_jobs(None, true));
    assert!(wrong.iter().any(|wrong| wrong.contains("hears")), "{wrong:?}");
}

#[test]
fn it_shows_if_a_subscription_does_not_end_with_its_connection() {
    let which: Which = |write| attribute(write, "Delete", "pk").contains('~');
    let wrong = in_time(told_by_jobs(Some(which), false));
    assert!(wrong.iter().any(|wrong| wrong.contains("is subscribed")), "{wrong:?}");
}

const SEND: &str = "POST /room/{room_id}/message/send";

/// Says something; its place in the log.
async fn say(world: &World, scene: &Scene) -> u64 {
    let send = step(SEND, Who::Backend, |_| json!({ "text_message": "to all" }));
    let answer = Sent::new(world, scene, send).send(world).await;
    assert!(answer.is_success(), "{answer:?}");
    answer.body["seq"].as_u64().unwrap()
}

/// The places of the messages that a connection was told of, in this order.
fn places(heard: &[Heard], connection: &str) -> Vec<u64> {
    let messages = heard_by(heard, connection).filter(|heard| heard.event["event"] == "new_message");
    messages
        .map(|heard| heard.event["data"]["seq"].as_u64().unwrap())
        .collect()
}

/// What is wrong after two messages to a large room, one of whose connections is gone, when the delivery of their jobs is cut at
/// each call and made again.
async fn told_by_jobs(omitted: Option<Which>, forgetful: bool) -> Vec<String> {
    let world = World::new().await;
    let scene = Scene::new(&world).await;
    let living = fill(&world, &scene, CONNECTIONS).await;
    let (mut wrong, mut points) = (Vec::new(), 0);
    for last in [Last::Undone, Last::Done] {
        for calls in 0.. {
            let old = world.now().plus_seconds(-YOUNG_CONNECTION_SECONDS - 1);
            let gone = join(&world, &scene, old).await;
            world.outside.end(&gone);
            world.outside.set_forgetful(forgetful);
            let said = [say(&world, &scene).await, say(&world, &scene).await];
            world.outside.set_forgetful(false);
            let jobs = world.outside.take_queued();
            assert!(world.outside.take_heard().is_empty(), "before the answer");
            world.omit.set(omitted);
            let uncut = world.cut.after(calls, last, world.deliver(&jobs)).await;
            let before = world.outside.take_heard();
            let done = world.deliver(&jobs).await;
            world.omit.set(None);
            let again = world.outside.take_heard();
            let at = format!("{last:?} at call {}", calls + 1);
            for connection in &living {
                let (first, second) = (places(&before, connection), places(&again, connection));
                // Both in one frame, or none, and in their order.
                let right = (first.is_empty() || first == said) && second == said;
                if !right {
                    wrong.push(format!(
                        "{at}: {connection} hears {first:?}, then {second:?} of {said:?}"
                    ));
                }
            }
            if !done || is_subscribed(&world, &scene, &gone).await {
                wrong.push(format!("{at}: who is gone is subscribed"));
            }
            world
                .store()
                .unsubscribe(&world.app, scene.number(&world), scene.member.user, &id(&gone))
                .await
                .unwrap();
            // The crash may have taken what was to be told of its end, and the row waits for `sweep`.
            assert!(world.drain().await);
            if uncut.is_some() {
                break;
            }
            points += 1;
        }
    }
    println!("{points:>4} crashes  jobs of a large room");
    wrong.extend(all_end(&world, &scene).await);
    wrong
}

fn id(connection: &str) -> ConnectionId {
    ConnectionId::parse(connection).unwrap()
}

async fn is_subscribed(world: &World, scene: &Scene, connection: &str) -> bool {
    let subscribers = world.store().subscribers(&world.app, scene.number(world), world.now());
    let subscribers = subscribers.await.unwrap();
    subscribers.iter().any(|one| one.connection.as_str() == connection)
}

/// When all leases have ended, `sweep` ends what a crash left.
async fn all_end(world: &World, scene: &Scene) -> Vec<String> {
    world.pass(CONNECTION_LEASE_SECONDS + 1);
    let mut wrong = Vec::new();
    if !(world.try_sweep().await && world.drain().await) {
        wrong.push("the sweep fails".to_owned());
    }
    let (store, app) = (world.store(), &world.app);
    for (name, person) in scene.people() {
        let left = store.traces_of(app, person.user, true).await.unwrap();
        if !left.is_empty() {
            wrong.push(format!("{} connections of the {name} are left", left.len()));
        }
    }
    let subscribers = store.subscribers(app, scene.number(world), world.now()).await.unwrap();
    if !subscribers.is_empty() {
        wrong.push(format!("{} subscriptions are left", subscribers.len()));
    }
    wrong
}
