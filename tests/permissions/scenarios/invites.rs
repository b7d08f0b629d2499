//! Invites over REST and over a socket: made, listed, taken back, declined and accepted, each twice.

use serde_json::{Value, json};

use crate::rest::From;
use crate::world::World;

pub(crate) async fn invites(world: &World) {
    let users = world.users(5).await;
    let room = world.room(&users[..2]).await;
    let clients = world.audience(&users[..2], &room).await;
    let (owner, path) = (From::User(&users[0]), format!("/room/{room}/invite"));
    let invite = format!("POST {path}");
    for user in [2, 3] {
        let body = json!({ "user_id": users[user].id });
        let key = format!("invite-{user}");
        world.rest_once(owner, &invite, body.clone(), Some(&key), 201).await;
        world.rest_once(owner, &invite, body.clone(), Some(&key), 200).await;
        world.rest(owner, &invite, body, 200).await;
    }
    world.rest(owner, &invite, json!({ "user_id": users[1].id }), 409).await;
    let page = world
        .rest(owner, &format!("GET {path}?limit=1"), Value::Null, 200)
        .await;
    let more = format!("GET {path}?limit=1&after={}", page["next"].as_str().unwrap());
    world.rest(owner, &more, Value::Null, 200).await;
    world.rest(From::User(&users[2]), "GET /invite", Value::Null, 200).await;

    let accept = format!("POST /invite/{room}/accept");
    for _ in 0..2 {
        let key = Some("accept");
        world
            .rest_once(From::User(&users[2]), &accept, Value::Null, key, 200)
            .await;
    }
    world.rest(From::User(&users[4]), &accept, Value::Null, 404).await;
    let decline = format!("POST /invite/{room}/decline");
    for _ in 0..2 {
        world.rest(From::User(&users[3]), &decline, Value::Null, 204).await;
    }
    let about = json!({ "room_id": room, "user_id": users[4].id, "client_id": "invite" });
    for _ in 0..2 {
        world.acked(&clients[0], "invite_user", about.clone()).await;
    }
    let revoke = format!("DELETE {path}/{}", users[4].id);
    for _ in 0..2 {
        world.rest_once(owner, &revoke, Value::Null, Some("revoke"), 204).await;
    }
    world.rest(owner, &revoke, Value::Null, 404).await;

    let visitor = world.connect(&users[3]).await;
    let here = |id: &str| json!({ "room_id": room, "client_id": id });
    world
        .refused(&visitor, "accept_invite", here("none"), "not_found")
        .await;
    world.acked(&visitor, "decline_invite", here("decline")).await;
    let again = json!({ "room_id": room, "user_id": users[3].id });
    world.acked(&clients[0], "invite_user", again).await;
    for _ in 0..2 {
        world.acked(&visitor, "accept_invite", here("accept")).await;
    }
}
