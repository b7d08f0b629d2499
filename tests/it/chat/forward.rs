//! Messages that are said again in another room.

use serde_json::json;

use crate::harness::TestServer;

#[tokio::test]
async fn a_forwarded_message_says_where_it_comes_from() {
    let server = TestServer::start();
    let [ada, bob, eve] = server.people(["Ada", "Bob", "Eve"]).await;
    let (here, there) = (server.group(&[&ada, &bob]).await, server.group(&[&bob, &eve]).await);
    let said = json!({ "text_message": "lunch?", "subject": "Lunch", "custom": { "a": 1 }, "mentions": [bob.id] });
    let original = ada.send(&here, said).await.expect(201);
    let mut hers = eve.join(&there).await;
    let mut his = bob.connect().await;
    let forward = json!({ "room_id": here, "message_id": original["id"], "to_room_id": there, "client_id": "f-1" });
    let sent = his.ok("forward_message", forward.clone()).await;
    assert_eq!(hers.expect_event("new_message").await, sent);
    assert_eq!((&sent["room_id"], &sent["user_id"]), (&json!(there), &json!(bob.id)));
    assert_eq!(
        (&sent["text_message"], &sent["subject"]),
        (&original["text_message"], &original["subject"])
    );
    assert_eq!(sent["mentions"], json!(null), "who was named there is not named here");
    let origin = json!({ "room_id": here, "message_id": original["id"], "user_id": ada.id });
    assert_eq!(sent["forwarded"], origin);

    // Said again, it is the same message, even if the original says something else by now.
    let path = format!("/room/{here}/message/{}", original["id"].as_str().unwrap());
    ada.patch(&path, json!({ "text_message": "dinner?" })).await.expect(200);
    let again = his.ok("forward_message", forward.clone()).await;
    assert_eq!((&again["id"], &again["duplicate"]), (&sent["id"], &json!(true)));
    hers.expect_silence().await;

    // Nor if it says nothing any more, or cannot be seen.
    ada.delete(&format!("{path}?hard=true")).await.expect(204);
    let again = his.ok("forward_message", forward.clone()).await;
    assert_eq!((&again["id"], &again["duplicate"]), (&sent["id"], &json!(true)));
    assert_eq!(again["text_message"], "lunch?");
    let mut anew = forward.clone();
    anew["client_id"] = json!("f-2");
    assert_eq!(his.refused("forward_message", anew.clone()).await, "message_deleted");
    anew["after_seq"] = json!(1_000_000);
    assert_eq!(his.refused("forward_message", anew.clone()).await, "stale_base");
    anew.as_object_mut().unwrap().remove("after_seq");
    bob.call("POST", &format!("/room/{here}/leave"), None).await.expect(204);
    let again = his.ok("forward_message", forward).await;
    assert_eq!((&again["id"], &again["duplicate"]), (&sent["id"], &json!(true)));
    assert_eq!(his.refused("forward_message", anew).await, "not_found");
    hers.expect_silence().await;

    // Forwarded on, it still says where it was said first.
    let path = format!("/room/{there}/message/{}/forward", sent["id"].as_str().unwrap());
    let third = eve.group(&[]).await;
    let onwards = eve.post(&path, json!({ "to_room_id": third })).await.expect(201);
    assert_eq!(
        (&onwards["forwarded"], &onwards["text_message"]),
        (&origin, &json!("lunch?"))
    );
}

#[tokio::test]
async fn only_what_one_sees_goes_where_one_may_send() {
    let server = TestServer::start();
    let [ada, bob] = server.people(["Ada", "Bob"]).await;
    let (hers, his, theirs) = (
        ada.group(&[]).await,
        bob.group(&[]).await,
        server.group(&[&ada, &bob]).await,
    );
    let (secret, shared) = (ada.say(&hers, "secret").await, ada.say(&theirs, "shared").await);
    let path = |room: &str, message: &serde_json::Value| {
        format!("/room/{room}/message/{}/forward", message["id"].as_str().unwrap())
    };
    let to = |room: &str| json!({ "to_room_id": room });
    bob.post(&path(&hers, &secret), to(&his))
        .await
        .refused(404, "not_found");
    bob.post(&path(&theirs, &secret), to(&his))
        .await
        .refused(404, "not_found");
    bob.post(&path(&theirs, &shared), to(&hers))
        .await
        .refused(404, "not_found");
    bob.post(&path(&theirs, &shared), to(&his)).await.expect(201);
    ada.delete(&format!("/room/{theirs}/message/{}", shared["id"].as_str().unwrap()))
        .await
        .expect(204);
    bob.post(&path(&theirs, &shared), to(&his))
        .await
        .refused(409, "message_deleted");
}
