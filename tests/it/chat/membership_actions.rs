//! Over a socket, what REST does to members and rooms: joining and leaving for good, adding, removing, banning, changing.

use serde_json::{Value, json};

use crate::harness::{Person, TestServer};

fn of(room: &str, person: &Person) -> Value {
    json!({ "room_id": room, "user_id": person.id })
}

async fn public_room(of: &Person) -> String {
    let body = json!({ "kind": "group", "public": true });
    let room = of.post("/room", body).await.expect(201);
    room["id"].as_str().unwrap().to_owned()
}

#[tokio::test]
async fn a_public_room_is_joined_and_left_for_good() {
    let server = TestServer::start();
    let [ada, bob] = server.people(["Ada", "Bob"]).await;
    let room = public_room(&ada).await;
    let (mut hers, mut his) = (ada.join(&room).await, bob.connect().await);
    let join = json!({ "room_id": room });
    let member = his.ok("join_public_room", join.clone()).await;
    assert_eq!(
        (&member["user_id"], &member["role"]),
        (&json!(bob.id), &json!("member"))
    );
    let told = hers.expect_event("member_joined").await;
    assert_eq!(told["member"]["user_id"], bob.id);
    assert_eq!(his.ok("join_public_room", join).await, member);
    hers.expect_silence().await;
    his.join(&room).await;
    let exit = json!({ "room_id": room, "client_id": format!("exit-{room}") });
    for _ in 0..2 {
        assert_eq!(his.ok("exit_room", exit.clone()).await, json!({ "room_id": room }));
    }
    assert_eq!(hers.expect_event("member_left").await["member"]["user_id"], bob.id);
    hers.expect_silence().await;
    assert_eq!(his.refused("exit_room", json!({ "room_id": room })).await, "not_found");
    assert_eq!(his.refused("history", json!({ "room_id": room })).await, "not_found");
    ada.say(&room, "a secret").await;
    his.expect_silence().await;
    let private = ada.group(&[]).await;
    let join = json!({ "room_id": private });
    assert_eq!(his.refused("join_public_room", join).await, "not_found");
}

#[tokio::test]
async fn a_late_repeat_does_not_join_anew() {
    let server = TestServer::start();
    let [ada, bob] = server.people(["Ada", "Bob"]).await;
    let room = public_room(&ada).await;
    let mut his = bob.connect().await;
    let join = json!({ "room_id": room, "client_id": format!("join-{room}") });
    let first = his.ok("join_public_room", join.clone()).await;
    his.ok("exit_room", json!({ "room_id": room })).await;
    let again = his.ok("join_public_room", join.clone()).await;
    assert_eq!(again, first);
    bob.get(&format!("/room/{room}")).await.refused(404, "not_found");
    let mut other = join;
    other["room_id"] = json!(public_room(&ada).await);
    assert_eq!(his.refused("join_public_room", other).await, "client_id_conflict");
}

#[tokio::test]
async fn members_are_added_removed_and_banned() {
    let server = TestServer::start();
    let [ada, bob, carol] = server.people(["Ada", "Bob", "Carol"]).await;
    let room = ada.group(&[&bob]).await;
    let (mut hers, mut his) = (ada.join(&room).await, bob.join(&room).await);
    let mut add = of(&room, &carol);
    add["role"] = json!("read_only");
    assert_eq!(his.refused("add_member", add.clone()).await, "forbidden");
    let added = hers.ok("add_member", add).await;
    assert_eq!(
        (&added["user_id"], &added["role"]),
        (&json!(carol.id), &json!("read_only"))
    );
    // The entry is not in the ack: whoever acted hears it too, so that no number is missing.
    for ears in [&mut hers, &mut his] {
        assert_eq!(ears.expect_event("member_joined").await["seq"], 2);
    }
    let removed = hers.ok("remove_member", of(&room, &carol)).await;
    assert_eq!(removed, of(&room, &carol));
    for ears in [&mut hers, &mut his] {
        let left = ears.expect_event("member_left").await;
        assert_eq!(
            (&left["seq"], &left["member"]["user_id"]),
            (&json!(3), &json!(carol.id))
        );
    }
    assert_eq!(hers.refused("remove_member", of(&room, &carol)).await, "not_found");
    assert_eq!(his.refused("ban_user", of(&room, &ada)).await, "forbidden");
    let ban = hers.ok("ban_user", of(&room, &bob)).await;
    assert_eq!((&ban["user_id"], &ban["banned_by"]), (&json!(bob.id), &json!(ada.id)));
    let left = hers.expect_event("member_left").await;
    assert_eq!(left["member"], json!({ "user_id": bob.id, "banned": true }));
    his.expect_silence().await;
    assert_eq!(his.refused("join_room", json!({ "room_id": room })).await, "not_found");
    assert_eq!(hers.refused("add_member", of(&room, &bob)).await, "banned");
    assert_eq!(hers.ok("unban_user", of(&room, &bob)).await, of(&room, &bob));
    assert_eq!(hers.refused("unban_user", of(&room, &bob)).await, "not_found");
    hers.ok("add_member", of(&room, &bob)).await;
}

#[tokio::test]
async fn a_room_is_changed_once_however_often_it_is_asked_for() {
    let server = TestServer::start();
    let [ada, bob] = server.people(["Ada", "Bob"]).await;
    let room = ada.group(&[&bob]).await;
    let (mut hers, mut his) = (ada.join(&room).await, bob.join(&room).await);
    let key = format!("change-{room}");
    let change = json!({ "room_id": room, "name": "Lunch", "slow_mode_seconds": 30, "client_id": key });
    assert_eq!(his.refused("update_room", change.clone()).await, "forbidden");
    let changed = hers.ok("update_room", change.clone()).await;
    assert_eq!(
        (&changed["name"], &changed["slow_mode_seconds"]),
        (&json!("Lunch"), &json!(30))
    );
    assert_eq!(hers.ok("update_room", change).await, changed);
    his.expect_event("room_updated").await;
    his.expect_silence().await;
    let other = json!({ "room_id": room, "name": "Dinner", "client_id": key });
    assert_eq!(hers.refused("update_room", other).await, "client_id_conflict");
    let removed = json!({ "room_id": room, "name": null, "slow_mode_seconds": null });
    let bare = hers.ok("update_room", removed).await;
    assert_eq!((bare.get("name"), bare.get("slow_mode_seconds")), (None, None));
    assert_eq!(ada.get(&format!("/room/{room}")).await.expect(200), bare);
}
