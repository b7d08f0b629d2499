//! Bans and mutes: what ends, what stays, and what comes back.

use serde_json::json;

use crate::harness::TestServer;

#[tokio::test]
async fn whoever_is_banned_hears_nothing_more_on_any_path() {
    let server = TestServer::start();
    let [ada, bob] = server.people(["Ada", "Bob"]).await;
    let body = json!({ "kind": "group", "members": [bob.id], "public": true });
    let room = ada.post("/room", body).await.expect(201)["id"]
        .as_str()
        .unwrap()
        .to_owned();
    let old = bob.say(&room, "hi").await;
    let (mut hers, mut his) = (ada.join(&room).await, bob.join(&room).await);
    let path = format!("/room/{room}/ban/{}", bob.id);
    let ban = ada.put_body(&path, json!({})).await.expect(200);
    assert_eq!((&ban["user_id"], &ban["banned_by"]), (&json!(bob.id), &json!(ada.id)));
    let left = hers.expect_event("member_left").await;
    assert_eq!(left["member"], json!({ "user_id": bob.id, "banned": true }));
    let secret = ada.say(&room, "a secret").await;
    hers.expect_event("new_message").await;
    his.expect_silence().await;
    assert_eq!(his.ok("ping", json!({})).await, json!({ "rooms": {} }));
    for action in ["join_room", "history"] {
        assert_eq!(his.refused(action, json!({ "room_id": room })).await, "not_found");
    }
    let send = json!({ "room_id": room, "text_message": "x" });
    assert_eq!(his.refused("send_message", send).await, "not_found");
    let resumed = his
        .ok("resume", json!({ "rooms": [{ "room_id": room, "after_seq": 2 }] }))
        .await;
    assert_eq!(resumed["rooms"][0]["verdict"], "forbidden");
    assert_eq!(resumed["rooms"][0].get("head_seq"), None);
    let (old, secret) = (old["id"].as_str().unwrap(), secret["id"].as_str().unwrap());
    for path in [
        String::new(),
        "/message".to_owned(),
        "/member".to_owned(),
        "/ban".to_owned(),
        format!("/message/{secret}"),
        format!("/message/{old}/reply"),
    ] {
        bob.get(&format!("/room/{room}{path}")).await.refused(404, "not_found");
    }
    assert!(bob.all("/room").await.is_empty());
    bob.call("POST", &format!("/room/{room}/join"), None)
        .await
        .refused(403, "banned");
    let add = json!({ "user_id": bob.id });
    ada.post(&format!("/room/{room}/member"), add.clone())
        .await
        .refused(403, "banned");
    hers.expect_silence().await;
    ada.delete(&path).await.expect(204);
    ada.delete(&path).await.refused(404, "not_found");
    assert!(ada.all(&format!("/room/{room}/ban")).await.is_empty());
    bob.call("POST", &format!("/room/{room}/join"), None).await.expect(200);
    his.join(&room).await;
}

#[tokio::test]
async fn a_stranger_is_banned_too_and_bans_are_listed() {
    let server = TestServer::start();
    let [ada, bob, carol] = server.people(["Ada", "Bob", "Carol"]).await;
    let room = ada.group(&[&bob]).await;
    let mut hers = ada.join(&room).await;
    let until = "2999-12-31T23:59:59.000Z";
    for (person, body) in [(&carol, json!({ "expires_at": until })), (&bob, json!({}))] {
        let path = format!("/room/{room}/ban/{}", person.id);
        ada.put_body(&path, body.clone()).await.expect(200);
        ada.put_body(&path, body).await.expect(200);
    }
    hers.expect_event("member_left").await;
    hers.expect_silence().await;
    let bans = ada.all(&format!("/room/{room}/ban")).await;
    let mut listed: Vec<_> = bans
        .iter()
        .map(|ban| (ban["user_id"].as_str().unwrap(), ban["expires_at"].as_str()))
        .collect();
    listed.sort_unstable();
    let mut expected = [(bob.id.as_str(), None), (carol.id.as_str(), Some(until))];
    expected.sort_unstable();
    assert_eq!(listed, expected);
    let page = ada.get(&format!("/room/{room}/ban?limit=1")).await.expect(200);
    assert_eq!(page["items"].as_array().unwrap().len(), 1);
    let nobody = format!("/room/{room}/ban/018f4a5c-0000-7000-8000-0123456789ab");
    ada.put_body(&nobody, json!({})).await.refused(400, "invalid_input");
    let mine = format!("/room/{room}/ban/{}", ada.id);
    ada.put_body(&mine, json!({})).await.refused(403, "forbidden");
    for over in ["2001-01-01T00:00:00Z", "tomorrow"] {
        let body = json!({ "expires_at": over });
        let refused = ada.put_body(&format!("/room/{room}/ban/{}", carol.id), body).await;
        assert_eq!(refused.refused(400, "invalid_input")["field"], "expires_at");
    }
}

#[tokio::test]
async fn whoever_is_muted_reads_and_does_not_write() {
    let server = TestServer::start();
    let [ada, bob] = server.people(["Ada", "Bob"]).await;
    let room = ada.group(&[&bob]).await;
    let old = bob.say(&room, "hi").await;
    let (mut hers, mut his) = (ada.join(&room).await, bob.join(&room).await);
    let of_bob = json!({ "room_id": room, "user_id": bob.id });
    let muted = hers.ok("mute_member", of_bob.clone()).await;
    assert_eq!(muted["mute"], json!({}));
    let told = his.expect_event("member_muted").await;
    assert_eq!(told["member"], json!({ "user_id": bob.id }));
    let send = json!({ "room_id": room, "text_message": "x" });
    assert_eq!(his.refused("send_message", send.clone()).await, "muted");
    let edit = json!({ "room_id": room, "message_id": old["id"], "text_message": "x" });
    assert_eq!(his.refused("edit_message", edit).await, "muted");
    let react = json!({ "room_id": room, "message_id": old["id"], "reaction": "👍" });
    assert_eq!(his.refused("add_reaction", react).await, "muted");
    let typing = json!({ "room_id": room, "typing": true });
    assert_eq!(his.refused("typing", typing.clone()).await, "muted");
    ada.say(&room, "quiet, please").await;
    his.expect_event("new_message").await;
    hers.expect_event("member_muted").await;
    hers.expect_event("new_message").await;
    let until = "2999-12-31T23:59:59.000Z";
    let path = format!("/room/{room}/member/{}/mute", bob.id);
    let muted = ada.put_body(&path, json!({ "expires_at": until })).await.expect(200);
    assert_eq!(muted["mute"], json!({ "expires_at": until }));
    his.expect_event("member_muted").await;
    let unmuted = hers.ok("unmute_member", of_bob).await;
    assert_eq!(unmuted.get("mute"), None);
    his.expect_event("member_unmuted").await;
    his.ok("typing", typing).await;
    his.ok("send_message", send).await;
    let mine = format!("/room/{room}/member/{}/mute", ada.id);
    ada.put_body(&mine, json!({})).await.refused(403, "forbidden");
}

#[tokio::test]
async fn a_mute_does_not_survive_a_return() {
    let server = TestServer::start();
    let [ada, bob] = server.people(["Ada", "Bob"]).await;
    let room = ada.group(&[&bob]).await;
    let path = format!("/room/{room}/member/{}", bob.id);
    ada.put_body(&format!("{path}/mute"), json!({})).await.expect(200);
    ada.delete(&path).await.expect(204);
    let add = json!({ "user_id": bob.id });
    ada.post(&format!("/room/{room}/member"), add).await.expect(201);
    bob.say(&room, "hi").await;
}
