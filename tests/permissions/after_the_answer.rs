//! Nothing runs after the answer: on Lambda the process is frozen there, and a gateway that drains ends it.
//!
//! After each answer of [`crate::run`] the clock goes on by a minute, and the ledger has every request, post, message and call
//! that begins or goes on in it; and no task may be alive then that was not before the invocation. What this cannot see is a
//! thread of the function's own.

use std::time::Duration;

use parlour_handlers::FUNCTIONS;
use parlour_service::push::{Address, Push as _};
use parlour_store::domain::ConnectionId;
use serde_json::{Value, json};
use tokio::time::{sleep, timeout};

use crate::ledger::Ledger;
use crate::outside::{Clients, Weather};
use crate::rest::From;
use crate::run::{NOTES, in_time};
use crate::template;
use crate::world::World;

#[test]
fn nothing_happens() {
    assert_eq!(NOTES.late, Vec::<String>::new());
}

#[test]
fn every_function_route_and_action_was_watched() {
    let mut functions = FUNCTIONS.to_vec();
    functions.extend(["rest", "compat_rest"]);
    for function in functions {
        let watched = NOTES.answered.iter().any(|(answered, _)| answered == function);
        assert!(watched, "{function}");
    }
    for route in template::routes() {
        let watched = NOTES.answered.iter().any(|(_, what)| *what == route);
        assert!(watched, "{route}");
    }
    let description = serde_json::to_value(parlour_handlers::rest::openapi()).unwrap();
    for (path, methods) in description["paths"].as_object().unwrap() {
        for (method, _) in methods.as_object().unwrap() {
            let route = format!("{} {path}", method.to_uppercase());
            let watched = |(function, what): &(String, String)| function == "rest" && is_of(what, &route);
            assert!(NOTES.answered.iter().any(watched), "{route}");
        }
    }
}

/// Whether a request is of this route: a part in braces stands for any text.
fn is_of(what: &str, route: &str) -> bool {
    let what = what.split('?').next().unwrap_or_default();
    let (asked, route): (Vec<_>, Vec<_>) = (what.split('/').collect(), route.split('/').collect());
    asked.len() == route.len()
        && asked
            .iter()
            .zip(&route)
            .all(|(part, of)| of.starts_with('{') || part == of)
}

const SLOW: Weather = Weather {
    clients: Clients::AreSlow,
    queue: true,
};

/// The check sees what it is there for: a function that leaves a post, or a request to the store, to a task of its own.
#[test]
fn a_task_that_is_left_running_is_noticed() {
    let late = in_time(async {
        let world = World::new(SLOW, Ledger::default()).await;
        let (outside, store) = (world.outside.clone(), world.parlour.store.clone());
        let app = world.app.clone();
        let leaving = async {
            tokio::spawn(async move {
                let connection = ConnectionId::parse("L0SM9cOFvHcCIhw=").unwrap();
                let address = Address {
                    connection: &connection,
                    endpoint: None,
                };
                outside.post(address, "{}".into()).await;
                store.app(&app).await.unwrap();
            });
            tokio::task::yield_now().await;
        };
        world.watch("connect", "$connect", leaving).await;
        world.ledger.notes().late
    });
    let seen = |what: &str| late.iter().any(|late| late.contains(what));
    assert!(seen("a task goes on"), "{late:?}");
    assert!(seen("connections, POST goes on"), "{late:?}");
    assert!(seen("dynamodb:GetItem"), "{late:?}");
}

/// A post that outlasts the time of its fan-out is cut off where it is: it is not polled again.
#[test]
fn a_slow_post_ends_with_the_answer() {
    in_time(async {
        let world = World::new(SLOW, Ledger::default()).await;
        let users = world.users(2).await;
        let room = world.room(&users).await;
        world.audience(&users, &room).await;
        let send = format!("POST /room/{room}/message/send");
        let begin = tokio::time::Instant::now();
        let answered = timeout(
            Duration::from_secs(120),
            world.request(From::User(&users[0]), &send, json!({ "text_message": "Hello" }), None),
        );
        assert_eq!(answered.await.unwrap().status, 201);
        // The minute of watching is part of it; the posts would have taken two seconds.
        let answered_after = begin.elapsed().saturating_sub(Duration::from_secs(60));
        assert!(answered_after < Duration::from_secs(1), "{answered_after:?}");
        sleep(Duration::from_secs(5)).await;
        assert_eq!(world.ledger.notes().late, Vec::<String>::new());
        let told = world.rest(From::User(&users[0]), "GET /me", Value::Null, 200).await;
        assert_eq!(told["id"], users[0].id);
    });
}
