//! Handshakes by each credential, connections that end, and those whose end nobody tells.

use parlour_handlers::InvokeError;
use serde_json::{Value, json};

use crate::rest::From;
use crate::world::World;

pub(crate) async fn handshakes(world: &World) {
    let user = world.user().await;
    let ticket = world.rest(From::User(&user), "POST /ticket", Value::Null, 201).await;
    let ticket = ticket["ticket"].as_str().unwrap();
    let client = world.visitor(&user, ("ticket", ticket)).await;
    for with in [
        ("ticket", ticket),
        ("token", "not a token"),
        ("nothing", "of use"),
        ("ticket", "not a ticket"),
    ] {
        assert_eq!(world.authorize(with).await, Err(InvokeError::Unauthorized), "{with:?}");
    }
    assert_eq!(world.open(&client, false).await["statusCode"], 200);
    world.close(&client).await;
    world.close(&client).await;

    let greeted = world.visitor(&user, ("token", &user.token)).await;
    assert_eq!(world.open(&greeted, true).await["statusCode"], 200);
    let room = world.room(std::slice::from_ref(&user)).await;
    world.join(&greeted, &room).await;
    world.close(&greeted).await;

    let late = world.visitor(&user, ("token", &user.token)).await;
    world.pass(3_600);
    assert_eq!(world.open(&late, false).await["statusCode"], 401);
    let expired = world.authorize(("token", &user.token)).await;
    assert_eq!(expired, Err(InvokeError::Unauthorized));
}

/// Clients that vanish: `sweep` forgets them, and what they come back with is refused.
pub(crate) async fn leases(world: &World) {
    let users = world.users(2).await;
    let room = world.room(&users).await;
    let clients = world.audience(&users, &room).await;
    world.pass(8 * 60);
    world.acked(&clients[0], "ping", json!({})).await;
    world.pass(4 * 60);
    assert_eq!(world.sweep().await["connections"], 1);
    world.acked(&clients[0], "ping", json!({})).await;
    for action in ["ping", "join_room"] {
        let body = if action == "ping" {
            json!({})
        } else {
            json!({ "room_id": room })
        };
        world.refused(&clients[1], action, body, "unknown_connection").await;
    }
    let token = world.token(&users[1].id).await;
    let body = json!({ "token": token });
    world.refused(&clients[1], "reauth", body, "unknown_connection").await;
}
