//! Over a socket, what REST does to rooms as a whole: made, archived, truncated, deleted; several members added, an invite taken
//! back; and one's own profile.

use serde_json::{Value, json};

use crate::harness::{Person, TestServer};

fn once(room: &str, what: &str) -> Value {
    json!({ "room_id": room, "client_id": format!("{what}-{room}") })
}

fn with(mut frame: Value, field: &str, value: Value) -> Value {
    frame[field] = value;
    frame
}

#[tokio::test]
async fn a_group_is_made_once_however_often_it_is_asked_for() {
    let server = TestServer::start();
    let [ada, bob] = server.people(["Ada", "Bob"]).await;
    let (mut hers, mut other, mut his) = (ada.connect().await, ada.connect().await, bob.connect().await);
    let group = json!({
        "kind": "group", "name": "Lunch", "members": [bob.id], "public": true, "history": "since_join", "custom": { "table": 4 },
        "slow_mode_seconds": 30, "max_message_bytes": 500, "send": "moderators", "retention_days": 30,
        "client_id": format!("make-{}", ada.id),
    });
    let made = hers.ok("create_room", group.clone()).await;
    assert_eq!(
        (&made["name"], &made["member_count"], &made["created_by"]),
        (&json!("Lunch"), &json!(2), &json!(ada.id))
    );
    for (field, value) in group.as_object().unwrap() {
        assert!(
            ["members", "client_id"].contains(&field.as_str()) || made[field] == *value,
            "{made}"
        );
    }
    let room = made["id"].as_str().unwrap();
    let path = format!("/room/{room}");
    assert_eq!(ada.get(&path).await.expect(200), made);
    let added = json!({ "room_id": room, "user_id": ada.id, "kind": "group", "name": "Lunch" });
    for ears in [&mut other, &mut his] {
        assert_eq!(ears.expect_live("added_to_room").await, added);
    }
    assert_eq!(hers.ok("create_room", group.clone()).await, made);
    assert_eq!(ada.all("/room").await.len(), 1);
    let dinner = with(group, "name", json!("Dinner"));
    assert_eq!(hers.refused("create_room", dinner).await, "client_id_conflict");
    // Who makes a group owns it; its log begins with that.
    let first = hers.resume(room, 0).await;
    assert_eq!(first["items"][0]["type"], "room_created");
    let rename = json!({ "room_id": room, "name": "Dinner" });
    assert_eq!(his.refused("update_room", rename.clone()).await, "forbidden");
    hers.ok("update_room", rename).await;
    for wrong in [
        json!({ "kind": "group", "members": ["018f4a5c-0000-7000-8000-0123456789ab"] }),
        json!({ "kind": "group", "key": "order-17" }),
        json!({ "kind": "direct", "members": [bob.id], "name": "Lunch" }),
        json!({ "kind": "group", "retention_days": 0 }),
    ] {
        assert_eq!(hers.refused("create_room", wrong).await, "invalid_input");
    }
}

#[tokio::test]
async fn two_people_have_one_direct_room_over_a_socket_too() {
    let server = TestServer::start();
    let [ada, bob, eve] = server.people(["Ada", "Bob", "Eve"]).await;
    let (mut hers, mut his) = (ada.connect().await, bob.connect().await);
    let with = |person: &Person| json!({ "kind": "direct", "members": [person.id] });
    let room = hers.ok("create_room", with(&bob)).await;
    assert_eq!(room["kind"], "direct");
    assert_eq!(his.expect_live("added_to_room").await["room_id"], room["id"]);
    assert_eq!(his.ok("create_room", with(&ada)).await, room);
    assert_eq!(bob.post("/room", with(&ada)).await.expect(200), room);
    let mut three = with(&bob);
    three["members"] = json!([bob.id, eve.id]);
    assert_eq!(hers.refused("create_room", three).await, "invalid_input");
    his.ok("block_user", json!({ "user_id": eve.id })).await;
    assert_eq!(his.refused("create_room", with(&eve)).await, "blocked");
}

#[tokio::test]
async fn an_archive_is_closed_and_opened() {
    let server = TestServer::start();
    let [ada, bob] = server.people(["Ada", "Bob"]).await;
    let room = ada.group(&[&bob]).await;
    let (mut hers, mut his) = (ada.join(&room).await, bob.join(&room).await);
    let archive = once(&room, "archive");
    assert_eq!(his.refused("archive_room", archive.clone()).await, "forbidden");
    let archived = hers.ok("archive_room", archive.clone()).await;
    assert_eq!(archived["archived"], true);
    assert_eq!(ada.get(&format!("/room/{room}")).await.expect(200), archived);
    assert_eq!(hers.ok("archive_room", archive.clone()).await, archived);
    for ears in [&mut hers, &mut his] {
        assert_eq!(ears.expect_event("room_archived").await["seq"], 2);
    }
    let hello = json!({ "room_id": room, "text_message": "Hello" });
    assert_eq!(his.refused("send_message", hello).await, "room_archived");
    assert_eq!(his.refused("unarchive_room", once(&room, "open")).await, "forbidden");
    let open = hers.ok("unarchive_room", once(&room, "open")).await;
    assert_eq!(open.get("archived"), None);
    for ears in [&mut hers, &mut his] {
        assert_eq!(ears.expect_event("room_unarchived").await["seq"], 3);
    }
    // A late repeat does not close it again.
    assert_eq!(hers.ok("archive_room", archive).await, archived);
    his.expect_silence().await;
    his.say(&room, "Hello").await;
}

#[tokio::test]
async fn the_beginning_of_a_log_is_taken_away() {
    let server = TestServer::start();
    let [ada, bob] = server.people(["Ada", "Bob"]).await;
    let room = ada.group(&[&bob]).await;
    for text in ["one", "two", "three"] {
        ada.say(&room, text).await;
    }
    let (mut hers, mut his) = (ada.join(&room).await, bob.join(&room).await);
    let cut = with(once(&room, "cut"), "before_seq", json!(4));
    assert_eq!(his.refused("truncate_room", cut.clone()).await, "forbidden");
    let beyond = json!({ "room_id": room, "before_seq": 9 });
    assert_eq!(hers.refused("truncate_room", beyond).await, "invalid_input");
    for _ in 0..2 {
        let done = hers.ok("truncate_room", cut.clone()).await;
        assert_eq!(done, json!({ "room_id": room, "oldest_seq": 4 }));
    }
    let told = his.expect_event("room_truncated").await;
    assert_eq!((&told["seq"], &told["oldest_seq"]), (&json!(5), &json!(4)));
    his.expect_silence().await;
    let less = with(cut, "before_seq", json!(3));
    assert_eq!(hers.refused("truncate_room", less).await, "client_id_conflict");
    let page = his.ok("history", json!({ "room_id": room, "after_seq": 0 })).await;
    let texts: Vec<_> = page["items"]
        .as_array()
        .unwrap()
        .iter()
        .map(|item| &item["text_message"])
        .collect();
    assert_eq!(texts, ["three"]);
}

#[tokio::test]
async fn a_room_is_deleted_once() {
    let server = TestServer::start();
    let [ada, bob, eve] = server.people(["Ada", "Bob", "Eve"]).await;
    let room = ada.group(&[&bob]).await;
    let (mut hers, mut his, mut theirs) = (ada.join(&room).await, bob.join(&room).await, eve.connect().await);
    let delete = once(&room, "delete");
    assert_eq!(his.refused("delete_room", delete.clone()).await, "forbidden");
    assert_eq!(theirs.refused("delete_room", delete.clone()).await, "not_found");
    for _ in 0..2 {
        assert_eq!(hers.ok("delete_room", delete.clone()).await, json!({ "room_id": room }));
    }
    for ears in [&mut hers, &mut his] {
        ears.expect_event("room_deleted").await;
        ears.expect_silence().await;
    }
    let here = json!({ "room_id": room });
    assert_eq!(hers.refused("delete_room", here.clone()).await, "not_found");
    assert_eq!(his.refused("history", here).await, "not_found");
    bob.get(&format!("/room/{room}")).await.refused(404, "not_found");
    assert!(ada.all("/room").await.is_empty());
}

#[tokio::test]
async fn several_members_are_added_at_once() {
    let server = TestServer::start();
    let [ada, bob, carol, dan, eve] = server.people(["Ada", "Bob", "Carol", "Dan", "Eve"]).await;
    let room = ada.group(&[&bob]).await;
    let (mut hers, mut his, mut theirs) = (ada.join(&room).await, bob.join(&room).await, carol.connect().await);
    hers.ok("ban_user", json!({ "room_id": room, "user_id": eve.id })).await;
    let named = json!([bob.id, carol.id, dan.id, eve.id]);
    let add = with(once(&room, "add"), "user_ids", named);
    assert_eq!(his.refused("add_members", add.clone()).await, "forbidden");
    let added = hers.ok("add_members", add.clone()).await;
    let expected = json!({ "room_id": room, "added": [carol.id, dan.id], "already": [bob.id], "banned": [eve.id] });
    assert_eq!(added, expected);
    for ears in [&mut hers, &mut his] {
        let told = ears.expect_event("members_added").await;
        assert_eq!(
            (&told["seq"], &told["members"]),
            (&json!(2), &json!([carol.id, dan.id]))
        );
    }
    let told = json!({ "room_id": room, "user_id": ada.id, "kind": "group" });
    assert_eq!(theirs.expect_live("added_to_room").await, told);
    theirs.join(&room).await;
    // A late repeat does not bring back who has left since.
    theirs.ok("exit_room", json!({ "room_id": room })).await;
    his.expect_event("member_left").await;
    assert_eq!(hers.ok("add_members", add).await, added);
    his.expect_silence().await;
    assert_eq!(theirs.refused("history", json!({ "room_id": room })).await, "not_found");
    for wrong in [json!([]), json!(["018f4a5c-0000-7000-8000-0123456789ab"])] {
        let add = json!({ "room_id": room, "user_ids": wrong });
        assert_eq!(hers.refused("add_members", add).await, "invalid_input");
    }
}

#[tokio::test]
async fn an_invite_is_taken_back() {
    let server = TestServer::start();
    let [ada, bob, carol] = server.people(["Ada", "Bob", "Carol"]).await;
    let room = ada.group(&[&carol]).await;
    let (mut hers, mut his, mut theirs) = (ada.connect().await, bob.connect().await, carol.connect().await);
    let invite = json!({ "room_id": room, "user_id": bob.id });
    hers.ok("invite_user", invite.clone()).await;
    let withdraw = with(once(&room, "withdraw"), "user_id", json!(bob.id));
    assert_eq!(theirs.refused("withdraw_invite", withdraw.clone()).await, "forbidden");
    assert_eq!(his.refused("withdraw_invite", withdraw.clone()).await, "not_found");
    assert_eq!(hers.ok("withdraw_invite", withdraw.clone()).await, invite);
    let accept = json!({ "room_id": room });
    assert_eq!(his.refused("accept_invite", accept.clone()).await, "not_found");
    assert_eq!(hers.refused("withdraw_invite", invite.clone()).await, "not_found");
    // A late repeat does not end a later invite.
    hers.ok("invite_user", invite.clone()).await;
    assert_eq!(hers.ok("withdraw_invite", withdraw).await, invite);
    assert_eq!(his.ok("accept_invite", accept).await["user_id"], bob.id);
}

#[tokio::test]
async fn a_profile_is_changed_by_its_user() {
    let server = TestServer::start();
    let [ada, bob] = server.people(["Ada", "Bob"]).await;
    let room = ada.group(&[&bob]).await;
    let (mut hers, mut his) = (ada.connect().await, bob.join(&room).await);
    let change = json!({
        "name": "Ada L.", "avatar_url": "https://a.example/ada.png", "custom": { "plan": "free" },
        "client_id": format!("profile-{}", ada.id),
    });
    let changed = hers.ok("update_profile", change.clone()).await;
    assert_eq!(
        (
            &changed["id"],
            &changed["name"],
            &changed["avatar_url"],
            &changed["custom"]
        ),
        (
            &json!(ada.id),
            &change["name"],
            &change["avatar_url"],
            &change["custom"]
        )
    );
    assert_eq!(ada.get("/me").await.expect(200), changed);
    let seen = bob.get(&format!("/user/{}", ada.id)).await.expect(200);
    assert_eq!((&seen["name"], seen.get("custom")), (&json!("Ada L."), None));
    hers.say(&room, "Hello").await;
    assert_eq!(his.expect_event("new_message").await["user"]["name"], "Ada L.");
    let bare = hers
        .ok(
            "update_profile",
            json!({ "name": "Ada", "avatar_url": null, "custom": null }),
        )
        .await;
    assert_eq!(
        (&bare["name"], bare.get("avatar_url"), bare.get("custom")),
        (&json!("Ada"), None, None)
    );
    // A late repeat changes nothing back.
    assert_eq!(hers.ok("update_profile", change.clone()).await, changed);
    assert_eq!(ada.get("/me").await.expect(200), bare);
    let other = with(change, "name", json!("Lovelace"));
    assert_eq!(hers.refused("update_profile", other).await, "client_id_conflict");
    for wrong in [
        json!({ "name": "" }),
        json!({ "user_id": bob.id, "name": "Eve" }),
        json!({ "avatar_url": "x" }),
    ] {
        assert_eq!(hers.refused("update_profile", wrong).await, "invalid_input");
    }
}
