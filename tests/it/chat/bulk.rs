//! Many messages of the backend in one request.

use serde_json::{Value, json};

use crate::harness::TestServer;

#[tokio::test]
async fn each_message_is_answered_for_itself() {
    let server = TestServer::start();
    let [ada, bob, eve] = server.people(["Ada", "Bob", "Eve"]).await;
    let (first, second) = (server.group(&[&ada, &bob]).await, server.group(&[&bob]).await);
    let mut his = bob.join(&first).await;
    let message = |room: &str, user: Option<&str>, text: &str| json!({ "room_id": room, "user_id": user, "message": { "text_message": text } });
    let batch = json!({ "messages": [
        message(&first, Some(&ada.id), "one"),
        message(&second, None, "two"),
        message(&first, None, "three"),
        message(&first, Some(&eve.id), "a stranger"),
        message(&first, Some(&ada.id), "four"),
    ] });
    let sent = server.post("/message/send", batch).await.expect(200);
    let items = sent["items"].as_array().unwrap();
    let seqs: Vec<&Value> = items.iter().map(|item| &item["message"]["seq"]).collect();
    assert_eq!(seqs, [&json!(2), &json!(2), &json!(3), &Value::Null, &json!(4)]);
    assert_eq!(items[3]["error"]["code"], "not_found");
    assert_eq!(items[0]["message"]["user_id"], json!(ada.id));
    for place in [0, 2, 4] {
        assert_eq!(his.expect_event("new_message").await, items[place]["message"]);
    }
}

#[tokio::test]
async fn a_batch_sent_again_is_in_the_logs_once() {
    let server = TestServer::start();
    let ada = server.person("Ada").await;
    let room = server.group(&[&ada]).await;
    let batch = json!({ "messages": (0..25).map(|number| json!({
        "room_id": room, "user_id": ada.id, "message": { "text_message": format!("{number}") },
    })).collect::<Vec<Value>>() });
    let send = || server.call_once("batch-1", "POST", "/message/send", Some(batch.clone()));
    let (first, second) = (send().await.expect(200), send().await.expect(200));
    for place in 0..25 {
        let (one, two) = (&first["items"][place]["message"], &second["items"][place]["message"]);
        assert_eq!(
            (&one["id"], &one["text_message"]),
            (&two["id"], &json!(format!("{place}")))
        );
        assert_eq!(two["duplicate"], true);
    }
    assert_eq!(server.messages(&room).await.len(), 25);
    let too_many = json!({ "messages": vec![batch["messages"][0].clone(); 26] });
    server
        .post("/message/send", too_many)
        .await
        .refused(400, "invalid_input");
}
