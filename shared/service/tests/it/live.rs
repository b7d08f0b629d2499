//! Who comes and goes: told once for each user, to those who hear of it, and not of those who are back at once.

use parlour_domain::access::Actor;
use parlour_domain::limits::{CONNECTION_LEASE_SECONDS, PRESENCE_GRACE_SECONDS};
use parlour_domain::member::Role;
use parlour_domain::{ConnectionId, Timestamp, UserId};
use parlour_protocol::request::CreateUser;
use parlour_service::live::{self, Task};
use parlour_service::{
    Error, Session, add_member, block_user, connect, join_room, leave_room, presence, remove_member, sweep, users,
};
use serde_json::{Value, from_value, json};

use crate::outside::Behaviour;
use crate::world::{World, moment};

/// The beginning of these tests.
fn at(seconds: i64) -> Timestamp {
    moment(10).now.plus_seconds(seconds)
}

/// A room of Ada, who is connected as `c0`, and Bob, who is not; Ada watches Bob.
async fn room() -> (World, Session) {
    let world = World::new(Behaviour::Take, 1).await;
    let app = world.session.app.clone();
    let backend = Actor::Backend { app };
    let new: CreateUser = from_value(json!({ "name": "Bob" })).unwrap();
    let made = users::create(&world.parlour, &mut moment(4), &backend, new.check().unwrap(), None).await;
    let bob = UserId::parse(&made.unwrap().value.id).unwrap();
    add_member::add_member(
        &world.parlour,
        &mut moment(5),
        &backend,
        world.room,
        (bob, Role::Member),
        None,
    )
    .await
    .unwrap();
    let ada = Session {
        connection: ConnectionId::parse("c0").unwrap(),
        ..world.session.clone()
    };
    let watched = presence::watch(&world.parlour, &ada, &[bob], moment(6).now)
        .await
        .unwrap();
    assert_eq!((watched[0].online, &watched[0].last_seen_at), (false, &None));
    world.queue.take_tasks();
    world.outside.posts();
    let bob = Session {
        user: bob,
        connected_at: at(0),
        ..world.session.clone()
    };
    (world, bob)
}

fn with(session: &Session, connection: &str, seconds: i64) -> Session {
    Session {
        connection: ConnectionId::parse(connection).unwrap(),
        connected_at: at(seconds),
        ..session.clone()
    }
}

impl World {
    async fn come(&self, session: &Session, seconds: i64) {
        connect::connect(&self.parlour, session, at(seconds)).await.unwrap();
        let mut moment = moment(10);
        moment.now = at(seconds);
        join_room::join_room(&self.parlour, &moment, session, self.room, None)
            .await
            .unwrap();
    }

    async fn go(&self, session: &Session, seconds: i64) {
        let Session {
            app, user, connection, ..
        } = session;
        connect::disconnect(&self.parlour, app, *user, connection, at(seconds))
            .await
            .unwrap();
    }

    /// Does what is in the queue, twice as a queue may; what was told meanwhile, as connection and event.
    async fn told(&self, seconds: i64) -> Vec<(String, String)> {
        for (_, message) in self.queue.take_tasks() {
            for _ in 0..2 {
                live::run(&self.parlour, Task::read(&message).unwrap(), at(seconds))
                    .await
                    .unwrap();
            }
        }
        let event = |frame: &str| -> Value { serde_json::from_str::<Value>(frame).unwrap()["event"].clone() };
        let posts = self.outside.posts().into_iter();
        let mut told: Vec<_> = posts
            .map(|(to, frame)| (to, event(&frame).as_str().unwrap().to_owned()))
            .collect();
        told.sort();
        told.dedup();
        told
    }

    async fn presence_of(&self, user: UserId, seconds: i64) -> (bool, Option<String>) {
        let found = presence::get(&self.parlour, &self.session.actor(), user, at(seconds))
            .await
            .unwrap();
        (found.online, found.last_seen_at)
    }
}

fn pairs(told: &[(String, String)]) -> Vec<(&str, &str)> {
    told.iter().map(|(to, event)| (to.as_str(), event.as_str())).collect()
}

#[tokio::test]
async fn the_first_connection_and_the_end_of_the_last_one_are_told() {
    let (world, bob) = room().await;
    let (phone, laptop) = (with(&bob, "phone", 0), with(&bob, "laptop", 1));
    world.come(&phone, 0).await;
    assert_eq!(
        pairs(&world.told(0).await),
        [("c0", "presence"), ("c0", "user_connected")]
    );
    world.come(&laptop, 1).await;
    assert_eq!(pairs(&world.told(1).await), []);
    assert_eq!(world.presence_of(bob.user, 2).await, (true, None));

    world.go(&phone, 30).await;
    let waiting = world.queue.take_tasks();
    assert_eq!((waiting.len(), i64::from(waiting[0].0)), (1, PRESENCE_GRACE_SECONDS));
    live::run(&world.parlour, Task::read(&waiting[0].1).unwrap(), at(40))
        .await
        .unwrap();
    assert_eq!(pairs(&world.told(40).await), [], "the laptop is there");
    assert_eq!(world.presence_of(bob.user, 41).await, (true, None));

    world.go(&laptop, 50).await;
    assert!(world.presence_of(bob.user, 59).await.0, "perhaps the network changes");
    let seen = Some(at(50).to_string());
    assert_eq!(world.presence_of(bob.user, 60).await, (false, seen.clone()));
    assert_eq!(
        pairs(&world.told(60).await),
        [("c0", "presence"), ("c0", "user_disconnected")]
    );
    assert_eq!(
        world.presence_of(bob.user, 61).await,
        (false, seen),
        "also when nothing is left of it"
    );
}

#[tokio::test]
async fn who_is_back_within_the_grace_period_was_never_away() {
    let (world, bob) = room().await;
    world.come(&with(&bob, "one", 0), 0).await;
    world.told(0).await;
    world.go(&with(&bob, "one", 0), 30).await;
    let end = world.queue.take_tasks();
    world.come(&with(&bob, "two", 35), 35).await;
    assert_eq!(pairs(&world.told(35).await), [], "nobody is told of the return");
    live::run(&world.parlour, Task::read(&end[0].1).unwrap(), at(40))
        .await
        .unwrap();
    assert_eq!(pairs(&world.told(40).await), [], "nor of the end");
    assert_eq!(world.presence_of(bob.user, 41).await, (true, None));
}

#[tokio::test]
async fn joining_again_is_no_arrival() {
    let (world, bob) = room().await;
    let bob = with(&bob, "one", 0);
    world.come(&bob, 0).await;
    world.told(0).await;
    join_room::join_room(&world.parlour, &moment(11), &bob, world.room, None)
        .await
        .unwrap();
    assert_eq!(pairs(&world.told(60).await), []);
    leave_room::leave_room(&world.parlour, &bob, world.room).await.unwrap();
    assert_eq!(pairs(&world.told(70).await), [("c0", "user_disconnected")]);
    join_room::join_room(&world.parlour, &moment(12), &bob, world.room, None)
        .await
        .unwrap();
    assert_eq!(pairs(&world.told(120).await), [("c0", "user_connected")]);
}

#[tokio::test]
async fn two_connections_at_once_are_one_arrival() {
    let (world, bob) = room().await;
    world.come(&with(&bob, "one", 0), 0).await;
    world.come(&with(&bob, "two", 0), 0).await;
    let told = world.told(0).await;
    let of_ada: Vec<_> = pairs(&told).into_iter().filter(|(to, _)| *to == "c0").collect();
    assert_eq!(of_ada, [("c0", "presence"), ("c0", "user_connected")]);
}

#[tokio::test]
async fn who_vanished_was_last_seen_at_the_last_ping() {
    let (world, bob) = room().await;
    world.come(&with(&bob, "one", 0), 0).await;
    world.told(0).await;
    let late = CONNECTION_LEASE_SECONDS + 60;
    let ada = with(&world.session, "c0", 0);
    // Ada, whose own lease ends as well, comes back to watch.
    let ada = Session {
        connection: ConnectionId::parse("back").unwrap(),
        ..ada
    };
    world.come(&ada, late).await;
    presence::watch(&world.parlour, &ada, &[bob.user], at(late))
        .await
        .unwrap();
    world.told(late).await;
    let mut moment = moment(10);
    moment.now = at(late);
    let swept = sweep::sweep(&world.parlour, &moment).await.unwrap();
    assert_eq!(swept.connections, 2);
    let told = world.told(late).await;
    let of_ada: Vec<_> = pairs(&told).into_iter().filter(|(to, _)| *to == "back").collect();
    assert_eq!(of_ada, [("back", "presence"), ("back", "user_disconnected")]);
    assert_eq!(
        world.presence_of(bob.user, late).await,
        (false, Some(at(0).to_string()))
    );
    assert_eq!(sweep::sweep(&world.parlour, &moment).await.unwrap().connections, 0);
}

#[tokio::test]
async fn of_a_former_member_nobody_hears() {
    let (world, bob) = room().await;
    let session = with(&bob, "one", 0);
    world.come(&session, 0).await;
    world.told(0).await;
    let backend = Actor::Backend { app: bob.app.clone() };
    remove_member::remove_member(&world.parlour, &mut moment(10), &backend, world.room, bob.user, None)
        .await
        .unwrap();
    let told = world.told(20).await;
    assert_eq!(pairs(&told), [("c0", "member_left"), ("one", "removed_from_room")]);
    world.go(&session, 30).await;
    assert_eq!(
        pairs(&world.told(40).await),
        [("c0", "presence")],
        "the watch ends with its token"
    );
    let stranger = presence::get(&world.parlour, &world.session.actor(), bob.user, at(50)).await;
    assert!(stranger.is_err(), "they share no room any more");
}

#[tokio::test]
async fn whom_a_user_has_blocked_does_not_see_them_come_and_go() {
    let (world, bob) = room().await;
    let ada = with(&world.session, "c0", 0);
    let block = async |blocked| {
        block_user::set_block(&world.parlour, &mut moment(7), &bob.actor(), ada.user, blocked)
            .await
            .unwrap();
    };
    let (phone, asking) = (with(&bob, "phone", 0), ada.actor());
    block(true).await;
    world.come(&phone, 0).await;
    let told = world.told(0).await;
    assert_eq!(pairs(&told), [("c0", "user_connected")], "in the room both are heard");
    let asked = presence::get(&world.parlour, &asking, bob.user, at(1)).await;
    assert!(matches!(asked, Err(Error::NotFound)), "{asked:?}");

    block(false).await;
    assert!(world.presence_of(bob.user, 2).await.0);
    world.go(&phone, 30).await;
    assert_eq!(
        pairs(&world.told(40).await),
        [("c0", "presence"), ("c0", "user_disconnected")],
        "the watch was there all the time"
    );
    block(true).await;
    let watched = presence::watch(&world.parlour, &ada, &[bob.user, ada.user], at(41)).await;
    let watched: Vec<String> = watched.unwrap().into_iter().map(|seen| seen.user_id).collect();
    assert_eq!(watched, [ada.user.to_string()]);
}
