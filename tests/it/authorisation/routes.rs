//! Every route × every actor.

use std::collections::BTreeSet;

use crate::harness::Reply;
use crate::routes::{Actor, Cast, ROUTES, Route, World, documented};

#[tokio::test]
async fn every_documented_route_has_a_row() {
    let cast = Cast::new().await;
    let rows: BTreeSet<_> = ROUTES
        .iter()
        .map(|route| (route.method.to_owned(), route.path.to_owned()))
        .collect();
    assert_eq!(rows, documented(&cast.tenants.server).await);
}

/// What is asked by another method than GET and leaves nothing behind.
const READING: [(&str, &str); 5] = [
    ("POST", "/auth/{user_id}"),
    ("POST", "/ticket"),
    ("POST", "/room/find"),
    ("POST", "/presence"),
    ("POST", "/unread"),
];

#[tokio::test]
async fn every_route_for_everyone() {
    let cast = Cast::new().await;
    // In one world, but for what is to change something there: each of that has a world of its own.
    let shared = cast.world().await;
    shared.remove().await;
    let mut wrong = Vec::new();
    for route in ROUTES {
        let reads = route.method == "GET" || READING.contains(&(route.method, route.path));
        let columns = Actor::ALL.into_iter().zip(route.expected);
        let (writing, quiet): (Vec<_>, Vec<_>) =
            columns.partition(|(actor, expected)| !reads && !actor.is_foreign() && expected.starts_with('2'));
        let before = shared.state().await;
        for (actor, expected) in quiet {
            wrong.extend(ask(&shared, route, actor, expected).await);
        }
        assert_eq!(
            shared.state().await,
            before,
            "{} {} left a trace: {wrong:?}",
            route.method,
            route.path
        );
        for (actor, expected) in writing {
            let world = cast.world().await;
            world.remove().await;
            wrong.extend(ask(&world, route, actor, expected).await);
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// Sends the request; what is not as the row says.
async fn ask(world: &World<'_>, route: &Route, actor: Actor, expected: &str) -> Option<String> {
    let body = route.body.map(|body| body(world));
    let path = route.path_in(world);
    let reply = world.cast.caller(actor).call(route.method, &path, body).await;
    check(route, actor, expected, world, reply)
}

/// What is not as the row says.
fn check(route: &Route, actor: Actor, expected: &str, world: &World<'_>, reply: Reply) -> Option<String> {
    let what = format!("{} {} by {actor:?}", route.method, route.path);
    if actor.is_foreign() {
        let told = reply.body.to_string();
        for id in world.ids() {
            assert!(!told.contains(id), "{what} told {id}: {told}");
        }
    }
    let status: u16 = expected[..3].parse().unwrap();
    if reply.status != status {
        return Some(format!("{what}: {} and not {expected}: {}", reply.status, reply.body));
    }
    let code = match expected {
        "400" => "invalid_input",
        "401" => "unauthenticated",
        "401x" => "token_expired",
        "403" => "forbidden",
        "403u" => "user_required",
        "404" => "not_found",
        _ => return None,
    };
    let said = reply.problem()["code"].clone();
    (said != *code).then(|| format!("{what}: {said} and not {code}"))
}
