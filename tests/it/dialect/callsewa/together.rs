//! One room, and in it clients of callsewa and of Parlour's own: all hear of each other what the protocol can say.

use serde_json::json;

use super::{Client, Given, is_in};

#[tokio::test]
async fn what_native_users_do_is_told_and_the_other_way_round() {
    let given = Given::start().await;
    let nat = given.server.person("Nat Ive").await;
    let key = format!("{}-native", given.key);
    let new = json!({ "kind": "group", "key": key, "members": [nat.id, given.ada.id] });
    let room = given.server.post("/room", new).await.expect(201)["id"].clone();
    let room = room.as_str().unwrap();
    let mut native = nat.join(room).await;
    let mut hers = Client::joined(&given.ada, &key).await;

    let said = native.say(room, "hello").await;
    let told = hers.socket.expect("message").await;
    assert_eq!(
        (&told["message"], &told["user"]["firstName"], &told["user"]["appUserId"]),
        (&json!("aGVsbG8="), &json!("Nat"), &json!(null))
    );
    assert_ne!(told["userId"], hers.number);
    hers.say("hi").await;
    let heard = native.expect_event("new_message").await;
    assert_eq!(
        (&heard["text_message"], &heard["user_id"]),
        (&json!("hi"), &json!(given.ada.id))
    );

    hers.told("typing", json!(true), "is_typing").await;
    let typing = native.expect_event("typing").await;
    assert_eq!(
        (&typing["user_id"], &typing["typing"]),
        (&json!(given.ada.id), &json!(true))
    );
    for typing in [true, false] {
        native.ok("typing", json!({ "room_id": room, "typing": typing })).await;
        let is_typing = hers.socket.expect("is_typing").await;
        assert_eq!(
            (&is_typing["typing"], &is_typing["data"]["id"]),
            (&json!(typing), &told["userId"])
        );
    }
    hers.told("seen", json!(null), "seen_by").await;
    assert_eq!(native.expect_event("read").await["user_id"], given.ada.id);
    native
        .ok("mark_read", json!({ "room_id": room, "seq": heard["seq"] }))
        .await;
    assert_eq!(hers.socket.expect("seen_by").await["id"], told["userId"]);

    let of_message = json!({ "room_id": room, "message_id": said["id"] });
    let mut edit = of_message.clone();
    edit["text_message"] = json!("hello sumit");
    native.ok("edit_message", edit).await;
    let edited = hers.socket.expect("message").await;
    assert_eq!(
        (&edited["id"], &edited["message"]),
        (&told["id"], &json!("aGVsbG8gc3VtaXQ="))
    );
    native.ok("delete_message", of_message).await;
    let deleted = hers.socket.expect("delete").await;
    assert_eq!((&deleted["id"], &deleted["message"]), (&told["id"], &json!("")));
    let page = hers.told("load_more", json!({}), "load_more").await;
    assert_eq!(page.as_array().unwrap().len(), 1);
}

/// Rooms that the integrator gave no name have their ids.
#[tokio::test]
async fn a_room_without_a_name_of_its_own_is_joined_by_its_id() {
    let given = Given::start().await;
    let new = json!({ "kind": "group", "name": "Tea", "members": [given.ada.id] });
    let made = given.server.post("/room", new).await.expect(201);
    let id = made["id"].as_str().unwrap();
    let mut hers = Client::joined(&given.ada, id).await;
    assert_eq!(hers.room["room"], id);
    let heard = hers.ask("send_message", json!("hi")).await;
    let (_, message) = heard.iter().find(|(name, _)| name == "message").unwrap();
    assert_eq!(message["roomId"], hers.room["id"]);
    assert!(!is_in(&heard, "err", &json!({})));
}
