//! Messages: sent as the document has it and as the service takes it, and read by pages.

use serde_json::{Value, json};

use super::{Given, content, says};
use crate::harness::Form;

#[tokio::test]
async fn a_message_is_sent_as_json_or_in_a_form_and_everyone_hears_it() {
    let given = Given::start().await;
    let (ada, hers) = given.person("Ada").await;
    let (bob, _) = given.person("Bob").await;
    let room = given.room("Tea", &[&ada.id, &bob.id]).await;
    let mut native = bob.join(&room).await;
    for body in [
        // As the document shows it.
        json!({ "room_id": room, "text_message": "r1" }),
        json!({ "textMessage": "r1" }),
    ] {
        let sent = content(&hers.send(&room, body).await, (201, 200), "Successfully sent message");
        assert_eq!(
            sent,
            json!({
                "id": sent["id"], "room_id": room, "user_id": ada.id, "created_at": sent["created_at"],
                "deleted_at": null, "text_message": { "content": "r1" },
            })
        );
        let told = native.expect_event("new_message").await;
        assert_eq!((&told["id"], &told["text_message"]), (&sent["id"], &json!("r1")));
    }
    let form = Form::default().field("textMessage", "from a form");
    let (status, sent) = hers.send_form(&ada.token, &room, form).await;
    assert_eq!((status, &sent["statusCode"]), (201, &json!(200)), "{sent}");
    assert_eq!(sent["content"]["text_message"], json!({ "content": "from a form" }));
    assert_eq!(native.expect_event("new_message").await["text_message"], "from a form");
}

#[tokio::test]
async fn an_empty_message_is_none() {
    let given = Given::start().await;
    let (ada, hers) = given.person("Ada").await;
    let room = given.room("Tea", &[&ada.id]).await;
    for body in [
        json!({}),
        json!({ "text_message": "" }),
        json!({ "textMessage": " " }),
        Value::Null,
    ] {
        says(&hers.send(&room, body).await, (201, 400), "Message is emtpy!");
    }
    let (status, said) = hers.send_form(&ada.token, &room, Form::default()).await;
    assert_eq!(
        (status, said),
        (201, json!({ "message": ["Message is emtpy!"], "statusCode": 400 }))
    );
    let long = hers
        .send(&room, json!({ "text_message": "x".repeat(8_001) }))
        .await
        .expect(400);
    assert_eq!(long["error"], "Bad Request");
    assert_eq!(given.tenant().backend.messages(&room).await.len(), 0);
}

#[tokio::test]
async fn messages_are_read_newest_first_by_pages() {
    let given = Given::start().await;
    let (ada, hers) = given.person("Ada").await;
    let room = given.room("Tea", &[&ada.id]).await;
    let mut sent = Vec::new();
    for text in ["one", "two", "three"] {
        let message = hers.send(&room, json!({ "text_message": text })).await;
        sent.push(content(&message, (201, 200), "Successfully sent message"));
    }
    sent.reverse();
    let page = async |number: usize| {
        let page = hers.get(&format!("/room/{room}/message?page={number}&perPage=2")).await;
        content(&page, (200, 200), "Found all messages!")
    };
    assert_eq!(page(1).await, json!(sent[..2]));
    assert_eq!(page(2).await, json!(sent[2..]));
    assert_eq!(page(3).await, json!([]));
    // One that is deleted keeps its place, and says nothing.
    let delete = format!("/room/{room}/message/{}", sent[0]["id"].as_str().unwrap());
    assert_eq!(ada.delete(&delete).await.status, 204);
    assert_eq!(page(1).await, json!(sent[1..2]));
}

#[tokio::test]
async fn a_message_with_a_key_stands_once_however_often_it_is_sent() {
    let given = Given::start().await;
    let (ada, hers) = given.person("Ada").await;
    let room = given.room("Tea", &[&ada.id]).await;
    let what = format!("POST /room/{room}/message/send");
    let mut sent = Vec::new();
    for _ in 0..2 {
        let key = [("idempotency-key", "once")];
        let reply = hers.call_with(&what, json!({ "text_message": "r1" }), &key).await;
        sent.push(content(&reply, (201, 200), "Successfully sent message"));
    }
    assert_eq!(sent[0], sent[1]);
    assert_eq!(given.tenant().backend.messages(&room).await.len(), 1);
}
