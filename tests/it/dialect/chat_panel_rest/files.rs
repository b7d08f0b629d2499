//! Pictures that come with a message: they are in it, which they never were in the service.

use serde_json::{Value, json};

use super::Given;
use crate::harness::{Form, LIMIT};

/// A PNG of 3 by 2 pixels, as far as its head.
const PNG: &[u8] = b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\x00\x00\x00\x03\x00\x00\x00\x02\x08\x06\x00\x00\x00";

fn pictures(count: usize) -> Form {
    (0..count).fold(Form::default(), |form, number| {
        let name = format!("{number}.png");
        form.file_in("fileMessages", (&name, "image/png"), PNG)
    })
}

fn bad_request(message: &str) -> (u16, Value) {
    let body = json!({ "message": message, "error": "Bad Request", "statusCode": 400 });
    (400, body)
}

#[tokio::test]
async fn pictures_are_in_the_message_that_they_came_with() {
    let given = Given::start().await;
    let (ada, hers) = given.person("Ada").await;
    let (bob, _) = given.person("Bob").await;
    let room = given.room("Tea", &[&ada.id, &bob.id]).await;
    let (status, sent) = hers
        .send_form(&ada.token, &room, pictures(2).field("textMessage", "look"))
        .await;
    assert_eq!(
        (status, &sent["message"]),
        (201, &json!(["Successfully sent message"])),
        "{sent}"
    );
    assert_eq!(sent["content"]["text_message"]["content"], "look [0.png] [1.png]");
    let natively = given.tenant().backend.messages(&room).await;
    let files = natively[0]["attachments"].as_array().unwrap();
    assert_eq!((natively[0]["text_message"].as_str(), files.len()), (Some("look"), 2));
    let client = reqwest::Client::builder().no_proxy().timeout(LIMIT).build().unwrap();
    for file in files {
        let path = format!("/room/{room}/attachment/{}", file["attachment_id"].as_str().unwrap());
        let link = bob.get(&path).await.expect(200);
        let fetched = client.get(link["url"].as_str().unwrap()).send().await.unwrap();
        assert_eq!(fetched.bytes().await.unwrap(), PNG);
    }
    // Pictures alone failed in the service, after they were kept.
    let (status, sent) = hers.send_form(&ada.token, &room, pictures(1)).await;
    assert_eq!((status, &sent["statusCode"]), (201, &json!(200)), "{sent}");
    assert_eq!(sent["content"]["text_message"]["content"], "[0.png]");
}

/// There they were kept before anything looked at them, whatever was said then.
#[tokio::test]
async fn what_is_no_picture_is_refused_and_no_message_comes_of_it() {
    let given = Given::start().await;
    let (ada, hers) = given.person("Ada").await;
    let room = given.room("Tea", &[&ada.id]).await;
    let no_picture = bad_request("Validation failed (expected type is jpeg|png)");
    let unexpected = bad_request("Unexpected field");
    let file = |field, name, kind, contents| Form::default().file_in(field, (name, kind), contents);
    for (what, form, expected) in [
        (
            "by what it says",
            file("fileMessages", "a.gif", "image/gif", b"GIF89a"),
            &no_picture,
        ),
        (
            "a page",
            file("fileMessages", "a.html", "text/html", b"<script>"),
            &no_picture,
        ),
        (
            "by what it holds",
            file("fileMessages", "a.png", "image/png", b"<script>"),
            &no_picture,
        ),
        (
            "in another field",
            file("files", "a.png", "image/png", PNG),
            &unexpected,
        ),
        ("one too many", pictures(11), &unexpected),
        (
            "a good one before",
            pictures(1).file_in("fileMessages", ("a.txt", "text/plain"), b"1"),
            &no_picture,
        ),
    ] {
        let form = form.field("textMessage", "look");
        assert_eq!(&hers.send_form(&ada.token, &room, form).await, expected, "{what}");
    }
    assert_eq!(given.tenant().backend.messages(&room).await.len(), 0);
    let (status, _) = hers.send_form(&ada.token, &room, pictures(10)).await;
    assert_eq!(status, 201);
}
