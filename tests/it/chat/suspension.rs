//! Users who are kept out.

use serde_json::{Value, json};

use crate::harness::TestServer;

#[tokio::test]
async fn who_is_suspended_is_out_at_once_until_it_is_lifted() {
    let server = TestServer::start();
    let [ada, bob] = server.people(["Ada", "Bob"]).await;
    let room = server.group(&[&ada, &bob]).await;
    let (mut his, mut his_other, mut hers) = (bob.join(&room).await, bob.connect().await, ada.join(&room).await);
    let path = format!("/user/{}/suspension", bob.id);
    ada.call("PUT", &path, Some(json!({}))).await.refused(403, "forbidden");
    let suspended = server.call("PUT", &path, Some(json!({}))).await.expect(200);
    assert!(suspended["suspension"]["since"].is_string() && suspended["suspension"].get("until").is_none());
    his.expect_close().await;
    his_other.expect_close().await;
    bob.get("/me").await.refused(403, "user_suspended");
    server
        .acting_as(&bob.id)
        .get("/me")
        .await
        .refused(403, "user_suspended");
    let refused = bob.handshake().open().await;
    assert_eq!(refused.err(), Some(403));
    let said = ada.say(&room, "where is he?").await;
    assert_eq!(hers.expect_event("new_message").await, said);
    let seen = ada.get(&format!("/user/{}", bob.id)).await.expect(200);
    assert_eq!(seen.get("suspension"), None, "others do not see it");

    let lifted = server.delete(&path).await.expect(200);
    assert_eq!(lifted.get("suspension"), None);
    bob.say(&room, "back").await;
    let mut his = bob.join(&room).await;
    ada.say(&room, "hi").await;
    his.expect_event("new_message").await;
}

#[tokio::test]
async fn a_suspension_may_end_by_itself() {
    let server = TestServer::start();
    let ada = server.person("Ada").await;
    let path = format!("/user/{}/suspension", ada.id);
    let until = |year: u16| Some(json!({ "until": format!("{year}-01-31T12:00:00+01:00") }));
    let long = server.call("PUT", &path, until(2190)).await.expect(200);
    assert_eq!(long["suspension"]["until"], "2190-01-31T11:00:00.000Z");
    ada.get("/me").await.refused(403, "user_suspended");
    server.call("PUT", &path, until(2001)).await.expect(200);
    ada.get("/me").await.expect(200);
    for wrong in [json!("tomorrow"), json!(5)] {
        let body: Value = json!({ "until": wrong });
        server
            .call("PUT", &path, Some(body))
            .await
            .refused(400, "invalid_input");
    }
    let nobody = "/user/018f4a5c-0000-7000-8000-0123456789ab/suspension";
    server
        .call("PUT", nobody, Some(json!({})))
        .await
        .refused(404, "not_found");
}

#[tokio::test]
async fn a_suspension_sent_again_is_the_same() {
    let server = TestServer::start();
    let ada = server.person("Ada").await;
    let path = format!("/user/{}/suspension", ada.id);
    let suspend = || server.call_once("suspend-1", "PUT", &path, Some(json!({})));
    let first = suspend().await.expect(200);
    let again = suspend().await;
    assert!(again.replayed());
    assert_eq!(again.expect(200), first);

    server.delete(&path).await.expect(200);
    let mut socket = ada.connect().await;
    assert!(suspend().await.replayed());
    assert_eq!(socket.ok("ping", json!({})).await, json!({ "rooms": {} }));
}
