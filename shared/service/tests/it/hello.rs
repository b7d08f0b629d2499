//! `hello` comes as soon as the handshake is over, and not for ever.

use parlour_service::connected::connected;
use parlour_service::push::Pushed;
use serde_json::Value;
use tokio::time::Instant;

use crate::outside::Behaviour;
use crate::world::World;

#[tokio::test(start_paused = true)]
async fn it_is_tried_until_the_handshake_is_over() {
    let world = World::new(Behaviour::GoneFor(4), 0).await;
    assert_eq!(connected(&world.parlour, &world.session).await, Pushed::Sent);
    let posts = world.outside.posts();
    assert_eq!(posts.len(), 5);
    let hello: Value = serde_json::from_str(&posts[4].1).unwrap();
    assert_eq!(hello["event"], "hello");
    assert_eq!(hello["data"]["connection_id"], "own");
    assert_eq!(hello["data"]["user_id"], world.session.user.to_string());
    assert_eq!(hello["data"]["lease_seconds"], 660);
}

#[tokio::test(start_paused = true)]
async fn a_client_that_never_opens_is_given_up() {
    let world = World::new(Behaviour::Gone, 0).await;
    let before = Instant::now();
    assert_eq!(connected(&world.parlour, &world.session).await, Pushed::Gone);
    assert!(before.elapsed().as_secs() < 10);
    assert_eq!(world.outside.posts().len(), 9);
}
