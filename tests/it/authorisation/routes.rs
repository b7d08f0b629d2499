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

#[tokio::test]
async fn every_route_for_everyone() {
    let cast = Cast::new().await;
    let mut wrong = Vec::new();
    for route in ROUTES {
        for (actor, expected) in Actor::ALL.into_iter().zip(route.expected) {
            let world = cast.world().await;
            world.remove().await;
            let before = world.state().await;
            let body = route.body.map(|body| body(&world));
            let reply = cast
                .caller(actor)
                .call(route.method, &route.path_in(&world), body)
                .await;
            wrong.extend(check(route, actor, expected, &world, reply));
            if actor.is_foreign() || !expected.starts_with('2') {
                assert_eq!(
                    world.state().await,
                    before,
                    "{} {} by {actor:?} left a trace",
                    route.method,
                    route.path
                );
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
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
