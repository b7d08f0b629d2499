//! Every request about rooms that do not take it: archived or direct ones, after blocks and bans, about what is deleted, by who is muted.
//! With which codes they are refused is held by `tests/refusals`; here that each refusal is a whole one, and nothing fails.

use std::collections::BTreeSet;

use serde_json::json;

use crate::routes::{Actor, Cast, ROUTES, Route, World};

#[derive(Debug, Clone, Copy)]
enum State {
    /// Both rooms are archived.
    Archived,
    /// The messages are deleted.
    Deleted,
    /// The member is muted.
    Muted,
    /// The guest and the newcomer are banned.
    Banned,
    /// The room is a direct one of owner and guest …
    Direct,
    /// … of whom one has blocked the other.
    Blocked,
}

impl State {
    const ALL: [Self; 6] = [
        Self::Archived,
        Self::Deleted,
        Self::Muted,
        Self::Banned,
        Self::Direct,
        Self::Blocked,
    ];

    /// Who tries.
    fn actors(self) -> &'static [Actor] {
        match self {
            Self::Muted => &[Actor::Member],
            _ => &[Actor::Owner, Actor::Backend],
        }
    }

    async fn make(self, world: &mut World<'_>) {
        let (owner, member) = (&world.cast.owner, &world.cast.member.id);
        match self {
            Self::Archived => {
                for room in [&world.room, &world.public_room] {
                    owner.put(&format!("/room/{room}/archive")).await.expect(200);
                }
            }
            Self::Deleted => {
                for (room, message) in [
                    (&world.room, &world.message),
                    (&world.public_room, &world.public_message),
                ] {
                    let path = format!("/room/{room}/message/{message}");
                    owner.delete(&path).await.expect(204);
                }
            }
            Self::Muted => {
                for room in [&world.room, &world.public_room] {
                    let path = format!("/room/{room}/member/{member}/mute");
                    owner.put_body(&path, json!({})).await.expect(200);
                }
            }
            Self::Banned => {
                for room in [&world.room, &world.public_room] {
                    for user in [&world.guest.id, &world.cast.newcomer.id] {
                        let path = format!("/room/{room}/ban/{user}");
                        owner.put_body(&path, json!({})).await.expect(200);
                    }
                }
            }
            Self::Direct => direct(world).await,
            Self::Blocked => {
                direct(world).await;
                let path = format!("/block/{}", world.cast.owner.id);
                world.guest.put(&path).await.expect(204);
            }
        }
    }
}

/// The room is a direct one from here on.
async fn direct(world: &mut World<'_>) {
    let owner = &world.cast.owner;
    let body = json!({ "kind": "direct", "members": [world.guest.id] });
    let room = owner.post("/room", body).await.expect(201);
    let room = room["id"].as_str().unwrap().to_owned();
    let message = owner.say(&room, "between two").await;
    message["id"].as_str().unwrap().clone_into(&mut world.message);
    (world.public_message, world.public_room) = (world.message.clone(), room.clone());
    world.room = room;
}

/// The writes about rooms, and what is read about a message; each once.
fn requests() -> impl Iterator<Item = &'static Route> {
    let mut seen = BTreeSet::new();
    ROUTES.iter().filter(move |route| {
        let about_rooms = route.path.contains("{room_id}") || ["/attachments", "/message/send"].contains(&route.path);
        let changes = route.method != "GET" || route.path.contains("{message_id}");
        about_rooms && changes && seen.insert((route.method, route.path))
    })
}

async fn in_state(cast: &Cast, state: State) -> World<'_> {
    let mut world = cast.world().await;
    state.make(&mut world).await;
    world
}

#[tokio::test]
async fn every_request_in_every_state_is_done_or_refused_as_a_whole() {
    let cast = Cast::new().await;
    let mut refused = BTreeSet::new();
    for state in State::ALL {
        for actor in state.actors() {
            // What is refused, or only read, leaves the world as it was for the next.
            let mut kept = None;
            for route in requests() {
                let world = match kept.take() {
                    Some(world) => world,
                    None => in_state(&cast, state).await,
                };
                let body = route.body.map(|body| body(&world));
                let path = route.path_in(&world);
                let reply = cast.caller(*actor).call(route.method, &path, body).await;
                let done = (200..300).contains(&reply.status);
                if !done {
                    let problem = reply.problem();
                    let what = format!("{} {} by {actor:?}, {state:?}: {problem}", route.method, route.path);
                    assert!(problem["status"].as_u64().unwrap() < 500, "{what}");
                    refused.insert(problem["code"].as_str().unwrap().to_owned());
                }
                kept = (!done || route.method == "GET").then_some(world);
            }
        }
    }
    for code in [
        "room_archived",
        "message_deleted",
        "muted",
        "banned",
        "direct_room",
        "blocked",
    ] {
        assert!(refused.contains(code), "{code} is no refusal of {refused:?}");
    }
}
