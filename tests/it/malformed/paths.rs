//! Ids and query parameters that are none.

use crate::harness::Caller;
use crate::routes::{Actor, Cast, ROUTES};

fn bad_ids(right: &str) -> Vec<String> {
    let long = "a".repeat(2000);
    let mut ids: Vec<String> = [
        "x",
        "0",
        "-1",
        "null",
        "undefined",
        "%00",
        "%0a",
        "%F0%9F%98%80",
        "%ff",
        "*",
        "'%20or%201=1",
        "{}",
        &long,
        "00000000-0000-0000-0000-000000000000",
        "ffffffff-ffff-ffff-ffff-ffffffffffff",
    ]
    .map(str::to_owned)
    .to_vec();
    ids.extend([
        right.to_uppercase(),
        format!("{right}0"),
        right.replace('-', ""),
        format!("{{{right}}}"),
        format!("urn:uuid:{right}"),
    ]);
    ids.retain(|id| id != right);
    ids
}

#[tokio::test]
async fn every_id_of_every_path() {
    let cast = Cast::new().await;
    // As the table has it.
    let token = "000000000000".to_owned();
    let world = cast.world().await;
    let before = world.state().await;
    for route in ROUTES.iter().filter(|route| route.path.contains('{')) {
        let backend = route.expected[9].starts_with('2') || route.expected[9] == "404";
        let caller = cast.caller(if backend { Actor::Backend } else { Actor::Owner });
        let right = route.path_in(&world);
        for id in [
            &world.room,
            &world.public_room,
            &world.guest.id,
            &cast.member.id,
            &world.message,
            &cast.webhook,
            &cast.task,
            &cast.file,
            &token,
        ] {
            if !right.contains(id.as_str()) {
                continue;
            }
            for bad in bad_ids(id) {
                let body = route.body.map(|body| body(&world));
                let reply = caller.call(route.method, &right.replace(id.as_str(), &bad), body).await;
                let what = format!("{} {} with {bad}", route.method, route.path);
                assert!(matches!(reply.status, 400 | 404 | 405), "{what}: {reply:?}");
                let code = reply.problem()["code"].clone();
                let known = ["invalid_input", "not_found", "method_not_allowed"];
                assert!(known.iter().any(|known| code == *known), "{what}: {code}");
            }
        }
        assert_eq!(world.state().await, before, "{} {}", route.method, route.path);
    }
}

/// What is escaped is part of the id: no slash, no end, no space to be dropped.
#[tokio::test]
async fn an_escape_in_a_path_is_no_way_round() {
    let cast = Cast::new().await;
    let (backend, id) = (cast.caller(Actor::Backend), &cast.member.id);
    for bad in [
        "..%2f..%2fuser".to_owned(),
        "..%2flimits".to_owned(),
        format!("x%2f..%2f{id}"),
        format!("{id}%20"),
        format!("{id}%0a"),
        format!("{id}%23"),
        format!("{id}%3flimit=1"),
    ] {
        backend.get(&format!("/user/{bad}")).await.refused(400, "invalid_input");
    }
}

async fn all_refused(caller: &Caller, path: &str, queries: &[&str]) {
    for query in queries {
        let reply = caller.get(&format!("{path}?{query}")).await;
        assert_eq!(reply.status, 400, "{path}?{query}: {reply:?}");
        reply.refused(400, "invalid_input");
    }
}

const LIMITS: [&str; 14] = [
    "limit=0",
    "limit=51",
    "limit=-1",
    "limit=1.5",
    "limit=x",
    "limit=",
    "limit",
    "limit=99999999999999999999",
    "limit=1&limit=2",
    "limit[]=1",
    "Limit=1",
    "unknown=1",
    "limit=1%00",
    "=1",
];

#[tokio::test]
async fn every_parameter_of_every_list() {
    let cast = Cast::new().await;
    let world = cast.world().await;
    let (room, backend, owner) = (&world.room, cast.caller(Actor::Backend), cast.caller(Actor::Owner));
    let (members, messages) = (format!("/room/{room}/member"), format!("/room/{room}/message"));
    let openapi = backend.get("/docs/openapi.json").await.expect(200);
    let mut lists = 0;
    for route in ROUTES.iter().filter(|route| route.method == "GET") {
        let parameters = openapi["paths"][route.path]["get"]["parameters"].as_array();
        if parameters
            .into_iter()
            .flatten()
            .any(|parameter| parameter["name"] == "limit")
        {
            let caller = if route.expected[9].starts_with('2') {
                &backend
            } else {
                &owner
            };
            all_refused(caller, &route.path_in(&world), &LIMITS).await;
            lists += 1;
        }
    }
    assert!(lists > 15, "{lists}");
    let ids = [
        "after=x",
        "after=",
        "after=null",
        "after=%00",
        "after=../..",
        "after=1",
        "after=a&after=b",
    ];
    all_refused(&backend, "/user", &ids).await;
    all_refused(&owner, &members, &ids).await;
    let places = [
        "after=x",
        "after=",
        "after=.",
        "after=1",
        "after=1.",
        "after=.1",
        "after=1.2.3",
        "after=-",
        "after=1.-1",
        "after=1e3.1",
        "after=99999999999999999999.1",
        "after=1.99999999999999999999",
        "after=joined:x",
        "after=joined:%00",
        "after=joined:1/2",
    ];
    all_refused(&owner, "/room", &places).await;
    let seqs = [
        "before_seq=x",
        "before_seq=-1",
        "before_seq=1.5",
        "before_seq=281474976710656",
        "before_seq=18446744073709551616",
        "before_seq=",
        "after_seq=x",
        "after_seq=-1",
        "after_seq=281474976710656",
        "after_seq=1e3",
        "before_seq=1&after_seq=1",
        "after=1",
        "before_seq=1&before_seq=2",
    ];
    all_refused(&owner, &messages, &seqs).await;
}

/// What may be no cursor of ours but looks like one: an answer, never a fault.
#[tokio::test]
async fn cursors_that_were_never_given() {
    let cast = Cast::new().await;
    let world = cast.world().await;
    let owner = cast.caller(Actor::Owner);
    for path in [
        "/room?after=0.0".to_owned(),
        "/room?after=-1.0".to_owned(),
        "/room?after=9223372036854775807.18446744073709551615".to_owned(),
        "/room?after=-9223372036854775808.0".to_owned(),
        "/room?after=joined:".to_owned(),
        "/room?after=joined:0".to_owned(),
        "/room?after=joined:%23".to_owned(),
        format!("/room?after=joined:{}", "9".repeat(2000)),
        format!("/room/{}/message?before_seq=0", world.room),
        format!("/room/{}/message?before_seq=1", world.room),
        format!("/room/{}/message?after_seq=281474976710655", world.room),
        format!("/room/{}/message?before_seq=281474976710655", world.room),
        format!("/room/{}/member?after={}", world.room, cast.outsider.id),
    ] {
        let reply = owner.get(&path).await;
        assert!(matches!(reply.status, 200 | 400), "{path}: {reply:?}");
        assert!(!reply.body.to_string().contains(&cast.outsider.id), "{path}");
    }
}
