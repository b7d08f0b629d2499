//! A message with its files in one form: the same message as with files that were uploaded before.

use serde_json::{Value, json};

use super::attachments::{PNG, fetch, url};
use crate::harness::{Credential, Form, TestServer, send_form};

#[tokio::test]
async fn a_message_comes_with_its_files() {
    let server = TestServer::start();
    let [ada, bob] = server.people(["Ada", "Bob"]).await;
    let room = ada.group(&[&bob]).await;
    let mut his = bob.join(&room).await;
    let text = "Grüße\r\n--and\r\nmore";
    let form = Form::default()
        .file("pixels.png", "image/png", PNG)
        .field("text_message", text)
        .field("custom", r#"{"n":1}"#)
        .field("mentions", &bob.id)
        .file("Über uns.txt", "text/plain", text.as_bytes());
    let sent = form.send(&ada, &room).await.expect(201);
    assert_eq!(
        (&sent["text_message"], &sent["custom"]),
        (&json!(text), &json!({ "n": 1 }))
    );
    assert_eq!(sent["mentions"], json!([bob.id]));
    let files = sent["attachments"].as_array().unwrap().clone();
    let [image, notes] = files.as_slice() else {
        panic!("two files: {sent}");
    };
    assert_eq!(
        image,
        &json!({
            "attachment_id": image["attachment_id"], "name": "pixels.png", "content_type": "image/png", "size": PNG.len(),
            "width": 3, "height": 2,
        })
    );
    assert_eq!(
        (&notes["name"], &notes["content_type"], &notes["size"]),
        (&json!("Über uns.txt"), &json!("text/plain"), &json!(text.len()))
    );
    let told = his.expect_event("new_message").await;
    assert_eq!((&told["id"], &told["attachments"]), (&sent["id"], &json!(files)));
    for (file, expected) in [(image, PNG), (notes, text.as_bytes())] {
        let link = url(&bob, &room, &file["attachment_id"]).await.expect(200);
        let (status, kind, _, body) = fetch(&link["url"]).await;
        assert_eq!((status, json!(kind)), (200, file["content_type"].clone()));
        assert_eq!(body, expected);
    }
    let alone = Form::default()
        .file("a.txt", "text/plain", b"1")
        .send(&ada, &room)
        .await
        .expect(201);
    assert!(alone.get("text_message").is_none(), "{alone}");
}

#[tokio::test]
async fn a_form_sent_twice_is_one_message() {
    let server = TestServer::start();
    let [ada, bob] = server.people(["Ada", "Bob"]).await;
    let room = ada.group(&[&bob]).await;
    for (id, after) in [("one", None), ("two", Some("1"))] {
        let form = |contents: &[u8]| {
            let form = Form::default()
                .field("client_id", id)
                .file("a.txt", "text/plain", contents);
            match after {
                Some(after) => form.field("after_seq", after),
                None => form,
            }
        };
        let first = form(b"12345").send(&ada, &room).await.expect(201);
        let again = form(b"12345").send(&ada, &room).await;
        assert!(again.replayed());
        let again = again.expect(200);
        assert_eq!((&again["id"], &again["duplicate"]), (&first["id"], &json!(true)));
        assert_eq!(again["attachments"], first["attachments"]);
        let other = form(b"54321").send(&ada, &room).await;
        other.refused(409, "client_id_conflict");
        let by_id = json!({ "client_id": id, "attachments": [first["attachments"][0]["attachment_id"]] });
        let refused = ada.send(&room, by_id).await;
        assert!((400..500).contains(&refused.status), "{refused:?}");
        let link = url(&bob, &room, &first["attachments"][0]["attachment_id"])
            .await
            .expect(200);
        assert_eq!(fetch(&link["url"]).await.3, b"12345");
    }
    assert_eq!(server.messages(&room).await.len(), 2);
}

#[tokio::test]
async fn a_form_is_refused_as_a_whole() {
    let server = TestServer::start();
    let [ada, bob, eve] = server.people(["Ada", "Bob", "Eve"]).await;
    let room = ada.group(&[&bob]).await;
    let good = || {
        Form::default()
            .field("text_message", "look")
            .file("a.txt", "text/plain", b"1")
    };
    good().send(&eve, &room).await.refused(404, "not_found");
    let nobody = server.with(Credential::Nothing);
    good().send(&nobody, &room).await.refused(401, "unauthenticated");
    let many = (0..11).fold(Form::default(), |form, n| {
        form.file(&format!("{n}.txt"), "text/plain", b"1")
    });
    for (form, field) in [
        (Form::default(), "text_message"),
        // As a browser sends an input in which no file was chosen.
        (
            Form::default().file("", "application/octet-stream", b""),
            "text_message",
        ),
        (many, "files"),
        (good().file("empty.txt", "text/plain", b""), "files"),
        (good().file("../a.txt", "text/plain", b"1"), "files"),
        (good().file("a.txt", "text", b"1"), "files"),
        (good().field("sender_id", &bob.id), "body"),
        (good().field("text_message", "twice"), "body"),
        (good().field("mentions", &eve.id), "mentions"),
        (good().field("custom", "[1]"), "custom"),
    ] {
        let problem = form.send(&ada, &room).await.refused(400, "invalid_input");
        assert_eq!(problem["field"], field, "{problem}");
    }
    let no_image = good().file("a.png", "image/png", b"<svg>");
    no_image.send(&ada, &room).await.refused(409, "file_mismatch");
    let long = Form::default()
        .field("text_message", &"a".repeat(70_000))
        .file("a.txt", "text/plain", b"1");
    long.send(&ada, &room).await.refused(413, "payload_too_large");

    let mut broken = good().written();
    broken.truncate(broken.len() - 10);
    for (kind, body) in [
        ("multipart/form-data", good().written()),
        ("multipart/form-data; boundary=other", good().written()),
        (
            "multipart/form-data; boundary=----WebKitFormBoundary7MA4YWxkTrZu0gW",
            broken,
        ),
        ("multipart/form-data; boundary=x", Vec::new()),
    ] {
        let problem = send_form(&ada, &room, kind, body).await.refused(400, "invalid_input");
        assert_eq!(problem["field"], "body", "{kind}: {problem}");
    }
    let refused = send_form(&ada, &room, "multipart/mixed; boundary=x", good().written()).await;
    refused.refused(415, "unsupported_media_type");
    assert_eq!(server.messages(&room).await, Vec::<Value>::new());
}

#[tokio::test]
async fn a_form_has_a_size_and_larger_files_another_way() {
    let server = TestServer::start();
    let ada = server.person("Ada").await;
    let room = server.group(&[&ada]).await;
    let limits = server.get("/limits").await.expect(200);
    let limit = |name: &str| usize::try_from(limits[name].as_u64().unwrap()).unwrap();
    let most = limit("form_bytes").min(limit("attachment_bytes"));
    let form = |size: usize| Form::default().file("zeros.bin", "application/octet-stream", &vec![0; size]);
    let fits = most - 1_024;
    let sent = form(fits).send(&ada, &room).await.expect(201);
    assert_eq!(sent["attachments"][0]["size"], fits);
    let problem = form(most + 1).send(&ada, &room).await.refused(413, "payload_too_large");
    assert!(
        problem["detail"].as_str().unwrap().contains("/attachments"),
        "{problem}"
    );
    assert_eq!(server.messages(&room).await.len(), 1);
}
