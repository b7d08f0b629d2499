//! Who comes and goes: watchers, rosters, the first and the last connection of a user.

use serde_json::{Value, json};

use crate::rest::From;
use crate::world::World;

pub(crate) async fn live(world: &World) {
    let users = world.users(3).await;
    let room = world.room(&users[..2]).await;
    let watcher = world.connect(&users[0]).await;
    let watch = json!({ "user_ids": [users[1].id, users[2].id] });
    let watched = world.acked(&watcher, "watch_presence", watch).await;
    assert_eq!(watched["items"].as_array().unwrap().len(), 1, "{watched}");
    world.acked(&watcher, "join_room", json!({ "room_id": room })).await;
    world.fan_out().await;
    world.pass(20);

    let client = world.connect(&users[1]).await;
    world.fan_out().await;
    let resume = json!({ "rooms": [{ "room_id": room, "after_seq": 0 }] });
    world.acked(&client, "resume", resume).await;
    world.fan_out().await;
    for what in [
        format!("GET /user/{}/presence", users[1].id),
        format!("GET /room/{room}/roster"),
        format!("GET /room/{room}/member?filter=online"),
    ] {
        world.rest(From::User(&users[0]), &what, Value::Null, 200).await;
        world.rest(From::User(&users[2]), &what, Value::Null, 404).await;
    }
    let body = json!({ "user_ids": [users[1].id] });
    world.rest(From::Backend, "POST /presence", body, 200).await;
    // Watching others, then nobody.
    let second = world.connect(&users[1]).await;
    for users in [json!([users[0].id]), json!([])] {
        world
            .acked(&second, "watch_presence", json!({ "user_ids": users }))
            .await;
    }
    world.acked(&client, "leave_room", json!({ "room_id": room })).await;
    world.close(&second).await;
    world.fan_out().await;
    world.close(&client).await;
    world.pass(20);
    world.fan_out().await;
    world.close(&watcher).await;
    world.pass(20);
    world.fan_out().await;

    // Who is suspended while they come is turned away by whoever tells that they came.
    world.connect(&users[2]).await;
    let suspension = format!("PUT /user/{}/suspension", users[2].id);
    world.rest(From::Backend, &suspension, json!({}), 200).await;
    world.fan_out().await;
}
