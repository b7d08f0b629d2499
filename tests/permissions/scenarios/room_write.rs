//! Rooms made, archived, truncated and deleted over a socket, several members added, an invite taken back, a profile changed:
//! each twice, and refused.

use serde_json::{Value, json};

use crate::world::World;

pub(crate) async fn room_write(world: &World) {
    let users = world.users(5).await;
    let room = world.room(&users[..2]).await;
    let clients = world.audience(&users[..2], &room).await;
    let (owner, member) = (&clients[0], &clients[1]);
    let here = |id: &str| json!({ "room_id": room, "client_id": id });
    let with = |id: &str, field: &str, value: Value| {
        let mut body = here(id);
        body[field] = value;
        body
    };
    let group = json!({
        "kind": "group", "name": "new", "public": true, "retention_days": 1, "members": [users[1].id], "client_id": "group",
    });
    let direct = json!({ "kind": "direct", "members": [users[2].id], "client_id": "direct" });
    let invite = json!({ "room_id": room, "user_id": users[4].id });
    world.acked(owner, "invite_user", invite).await;
    for (action, body) in [
        ("create_room", group.clone()),
        ("create_room", direct.clone()),
        (
            "add_members",
            with("add", "user_ids", json!([users[2].id, users[3].id])),
        ),
        ("archive_room", here("archive")),
        ("unarchive_room", here("unarchive")),
        ("truncate_room", with("truncate", "before_seq", json!(2))),
        ("withdraw_invite", with("withdraw", "user_id", json!(users[4].id))),
        ("update_profile", json!({ "name": "Ada L.", "client_id": "rename" })),
    ] {
        let first = world.acked(owner, action, body.clone()).await;
        let again = world.acked(owner, action, body).await;
        assert_eq!(first, again, "{action}");
    }
    let mut other = group;
    other["name"] = json!("other");
    world.refused(owner, "create_room", other, "client_id_conflict").await;
    // Without a key: the room of the two is there, and so is who was added.
    world
        .acked(
            owner,
            "create_room",
            json!({ "kind": "direct", "members": [users[2].id] }),
        )
        .await;
    let added = json!({ "room_id": room, "user_ids": [users[2].id] });
    world.acked(owner, "add_members", added).await;
    for (action, body) in [
        ("archive_room", here("a")),
        ("unarchive_room", here("a")),
        ("truncate_room", with("a", "before_seq", json!(2))),
        ("delete_room", here("a")),
        ("add_members", with("a", "user_ids", json!([users[4].id]))),
        ("withdraw_invite", with("a", "user_id", json!(users[4].id))),
    ] {
        world.refused(member, action, body, "forbidden").await;
    }
    let gone = with("b", "user_id", json!(users[4].id));
    world.refused(owner, "withdraw_invite", gone, "not_found").await;
    for _ in 0..2 {
        world.acked(owner, "delete_room", here("delete")).await;
    }
    world.refused(owner, "delete_room", here("again"), "not_found").await;
}
