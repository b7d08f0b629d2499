//! A user is told on every live connection, whatever rooms these have joined.

use std::collections::BTreeSet;

use parlour_domain::ConnectionId;
use parlour_service::tell_user;
use serde_json::{Value, json};

use crate::outside::Behaviour;
use crate::world::{World, moment};

async fn tell(world: &World, except: Option<&ConnectionId>, minute: u8) {
    let (session, data) = (&world.session, json!({ "a": 1 }));
    tell_user(
        &world.parlour,
        &session.app,
        session.user,
        ("news", &data),
        except,
        moment(minute).now,
    )
    .await;
}

#[tokio::test]
async fn every_connection_but_the_one_that_knows_is_told_once() {
    let world = World::new(Behaviour::Take, 30).await;
    let knows = ConnectionId::parse("c7").unwrap();
    tell(&world, Some(&knows), 4).await;
    let posts = world.outside.posts();
    let told: BTreeSet<&str> = posts.iter().map(|(to, _)| to.as_str()).collect();
    assert_eq!((posts.len(), told.len(), told.contains("c7")), (29, 29, false));
    for (_, frame) in &posts {
        let frame: Value = serde_json::from_str(frame).unwrap();
        assert_eq!(frame, json!({ "event": "news", "data": { "a": 1 } }));
    }
    tell(&world, None, 30).await;
    assert!(world.outside.posts().is_empty(), "their leases have ended");
}

#[tokio::test]
async fn many_connections_are_told_from_the_queue_and_no_more_than_a_hundred() {
    let world = World::new(Behaviour::Take, 120).await;
    tell(&world, None, 4).await;
    assert!(world.outside.posts().is_empty());
    let messages = world.queue.take();
    assert_eq!(world.deliver(&messages, 4).await.told, 100);
    assert_eq!(world.outside.posts().len(), 100);
}

#[tokio::test]
async fn connections_that_are_gone_are_forgotten() {
    let world = World::new(Behaviour::Gone, 3).await;
    tell(&world, None, 4).await;
    assert_eq!(world.outside.posts().len(), 3);
    tell(&world, None, 4).await;
    assert!(world.outside.posts().is_empty());
}
