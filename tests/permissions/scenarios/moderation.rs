//! Roles, mutes, bans, settings and the archive; and a room whose owner leaves it.

use parlour_store::Written;
use serde_json::{Value, json};

use crate::rest::From;
use crate::world::World;

pub(crate) async fn moderation(world: &World) {
    let users = world.users(5).await;
    let room = world.room(&users[..4]).await;
    let path = format!("/room/{room}");
    let clients = world.audience(&users[..3], &room).await;
    let (owner, other) = (From::User(&users[0]), From::User(&users[1]));
    let of = |user: usize| json!({ "room_id": room, "user_id": users[user].id });
    let with = |user: usize, field: &str, value: Value| {
        let mut body = of(user);
        body[field] = value;
        body
    };
    let promote = with(1, "role", json!("moderator"));
    world.acked(&clients[0], "set_role", promote.clone()).await;
    world.acked(&clients[0], "set_role", promote).await;
    let once = json!({ "room_id": room, "user_id": users[2].id, "role": "read_only", "client_id": "role" });
    for _ in 0..2 {
        world.acked(&clients[0], "set_role", once.clone()).await;
    }
    world
        .refused(&clients[2], "set_role", with(1, "role", json!("member")), "forbidden")
        .await;
    world.acked(&clients[1], "mute_member", of(2)).await;
    world.acked(&clients[1], "unmute_member", of(2)).await;
    world.refused(&clients[1], "mute_member", of(0), "forbidden").await;

    let role = format!("PUT {path}/member/{}/role", users[3].id);
    world.rest(owner, &role, json!({ "role": "moderator" }), 200).await;
    world.rest(owner, &role, json!({ "role": "member" }), 200).await;
    let mute = format!("{path}/member/{}/mute", users[3].id);
    world
        .rest_once(other, &format!("PUT {mute}"), json!({}), Some("mute"), 200)
        .await;
    world
        .rest_once(other, &format!("PUT {mute}"), json!({}), Some("mute"), 200)
        .await;
    let send = format!("POST {path}/message/send");
    let hello = json!({ "text_message": "Hello" });
    world.rest(From::User(&users[3]), &send, hello.clone(), 403).await;
    world.rest(other, &format!("DELETE {mute}"), Value::Null, 200).await;

    let slow = json!({ "slow_mode_seconds": 60 });
    world.rest(owner, &format!("PATCH {path}"), slow, 200).await;
    world.rest(From::User(&users[3]), &send, hello.clone(), 201).await;
    world.rest(other, &send, hello.clone(), 201).await;
    world.rest(From::User(&users[3]), &send, hello.clone(), 429).await;

    for user in [3, 4] {
        let ban = format!("PUT {path}/ban/{}", users[user].id);
        for _ in 0..2 {
            world
                .rest_once(other, &ban, json!({}), Some(&format!("ban{user}")), 200)
                .await;
        }
        world.rest(other, &ban, json!({}), 200).await;
    }
    let page = world
        .rest(other, &format!("GET {path}/ban?limit=1"), Value::Null, 200)
        .await;
    let more = format!("GET {path}/ban?limit=1&after={}", page["next"].as_str().unwrap());
    world.rest(other, &more, Value::Null, 200).await;
    let join = format!("POST {path}/join");
    world.rest(From::User(&users[3]), &join, Value::Null, 403).await;
    let unban = format!("DELETE {path}/ban/{}", users[3].id);
    world.rest(other, &unban, Value::Null, 204).await;
    world.rest(other, &unban, Value::Null, 404).await;
    world.rest(From::User(&users[3]), &join, Value::Null, 200).await;

    let several = json!({ "user_ids": [users[3].id, users[4].id] });
    let several_added = format!("POST {path}/members");
    world.rest(owner, &several_added, several, 200).await;

    let truncate = format!("POST {path}/truncate");
    world.rest(owner, &truncate, json!({ "before_seq": 2 }), 200).await;
    let retention = json!({ "retention_days": 1 });
    world.rest(owner, &format!("PATCH {path}"), retention, 200).await;

    let narrow = json!({ "kind": "group", "slow_mode_seconds": 60, "send": "moderators", "retention_days": 1 });
    world.rest(owner, "POST /room", narrow, 201).await;

    let keyed = json!({ "kind": "group", "key": "k", "members": [users[0].id] });
    let keyed_room = world.rest(From::Backend, "POST /room", keyed.clone(), 201).await;
    world.rest(From::Backend, "POST /room", keyed, 200).await;
    world.rest(owner, "GET /room/by-key?key=k", Value::Null, 200).await;
    let delete = format!("DELETE /room/{}", keyed_room["id"].as_str().unwrap());
    world.rest(From::Backend, &delete, Value::Null, 204).await;

    world
        .rest(owner, &format!("PUT {path}/archive"), Value::Null, 200)
        .await;
    world.rest(other, &send, hello, 409).await;
    world
        .rest(owner, &format!("DELETE {path}/archive"), Value::Null, 200)
        .await;
    world.rest(owner, &format!("POST {path}/leave"), Value::Null, 204).await;
    world
        .rest(other, &format!("PUT {path}/archive"), Value::Null, 200)
        .await;
    world.pass(2 * 3_600);
    assert_eq!(world.sweep().await["trimmed"], 1);
}

/// The rights of an owner have ended, and nothing after that has happened.
pub(crate) async fn succession(world: &World) {
    let users = world.users(2).await;
    let room = world.room(&users).await;
    world.audience(&users, &room).await;
    let (number, owner) = (world.number(&room), users[0].user_id());
    let begun = world
        .parlour
        .store
        .begin_departure(&world.app, number, owner, None, &mut world.moment(), None)
        .await;
    assert_eq!(begun.unwrap(), Written::Done);
    assert_eq!(world.sweep().await["finished"], 1);
    let rename = json!({ "name": "mine" });
    world
        .rest(From::User(&users[1]), &format!("PATCH /room/{room}"), rename, 200)
        .await;
}

/// The same and more over a socket, sent twice.
pub(crate) async fn by_frames(world: &World) {
    let users = world.users(4).await;
    let room = world.room(&users[..2]).await;
    let owner = &world.audience(&users[..2], &room).await[0];
    let visitor = world.connect(&users[2]).await;
    let here = |id: &str| json!({ "room_id": room, "client_id": id });
    let about = |user: usize, id: &str| json!({ "room_id": room, "user_id": users[user].id, "client_id": id });
    for _ in 0..2 {
        world.acked(&visitor, "join_public_room", here("join")).await;
    }
    for _ in 0..2 {
        world.acked(&visitor, "exit_room", here("exit")).await;
    }
    for (action, body) in [
        ("add_member", about(2, "add")),
        ("remove_member", about(2, "remove")),
        ("ban_user", about(3, "ban-stranger")),
        ("unban_user", about(3, "unban")),
        ("add_member", about(2, "add-again")),
        ("ban_user", about(1, "ban-member")),
        (
            "update_room",
            json!({ "room_id": room, "name": "two", "retention_days": 1, "client_id": "update" }),
        ),
        ("exit_room", here("exit")),
    ] {
        for _ in 0..2 {
            world.acked(owner, action, body.clone()).await;
        }
    }
    for action in ["update_room", "exit_room"] {
        world
            .refused(owner, action, json!({ "room_id": room }), "not_found")
            .await;
    }
}
