//! Files of messages: from one person's browser to the bucket, and to another's.

use serde_json::{Value, json};

use crate::harness::{Person, Reply, TestServer, put};

/// A PNG of 3 by 2 pixels, as far as its head.
pub(crate) const PNG: &[u8] =
    b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\x00\x00\x00\x03\x00\x00\x00\x02\x08\x06\x00\x00\x00";

pub(crate) async fn url(person: &Person, room: &str, id: &Value) -> Reply {
    person
        .get(&format!("/room/{room}/attachment/{}", id.as_str().unwrap()))
        .await
}

/// What a browser without any credential gets: status, type, disposition and body.
pub(crate) async fn fetch(url: &Value) -> (u16, String, String, Vec<u8>) {
    let client = reqwest::Client::builder().no_proxy().build().unwrap();
    let response = client.get(url.as_str().unwrap()).send().await.unwrap();
    let header = |name: &str| {
        let value = response.headers().get(name).map(|value| value.to_str().unwrap());
        value.unwrap_or_default().to_owned()
    };
    let (status, kind, disposition) = (
        response.status().as_u16(),
        header("content-type"),
        header("content-disposition"),
    );
    (status, kind, disposition, response.bytes().await.unwrap().to_vec())
}

#[tokio::test]
async fn an_image_goes_from_one_person_to_another() {
    let server = TestServer::start();
    let [ada, bob] = server.people(["Ada", "Bob"]).await;
    let room = ada.group(&[&bob]).await;
    let mut his = bob.join(&room).await;
    let file = ada.upload("Über uns.png", "image/png", PNG).await;
    assert_eq!(
        file,
        json!({
            "attachment_id": file["attachment_id"], "name": "Über uns.png", "content_type": "image/png", "size": PNG.len(),
            "width": 3, "height": 2,
        })
    );
    let sent = ada
        .send(&room, json!({ "attachments": [file["attachment_id"]] }))
        .await
        .expect(201);
    let told = his.expect_event("new_message").await;
    assert_eq!((&told["id"], &told["attachments"]), (&sent["id"], &json!([file])));
    assert!(told.get("text_message").is_none());
    let history = bob.get(&format!("/room/{room}/message?limit=1")).await.expect(200);
    assert_eq!(history["items"][0]["attachments"], json!([file]));
    assert!(!history.to_string().contains("X-Amz"), "no URL stands in a message");

    let link = url(&bob, &room, &file["attachment_id"]).await.expect(200);
    assert!(link["expires_at"].is_string());
    let (status, kind, disposition, body) = fetch(&link["url"]).await;
    assert_eq!((status, kind.as_str(), body.as_slice()), (200, "image/png", PNG));
    assert_eq!(disposition, "attachment; filename*=UTF-8''%C3%9Cber%20uns.png");
}

#[tokio::test]
async fn an_upload_is_what_was_announced_and_happens_once() {
    let server = TestServer::start();
    let ada = server.person("Ada").await;
    let announced = ada.announce("a.txt", "text/plain", 5).await;
    ada.confirm(&announced).await.refused(409, "not_uploaded");
    let upload = &announced["upload"];
    assert_eq!(upload["method"], "PUT");
    assert_eq!(put(upload, b"123456").await, 403, "another size");
    let mut other = upload.clone();
    other["headers"]["content-type"] = json!("text/html");
    assert_eq!(put(&other, b"12345").await, 403, "another type");
    let mut bare = upload.clone();
    bare["url"] = json!(upload["url"].as_str().unwrap().split('?').next().unwrap());
    assert_eq!(put(&bare, b"12345").await, 403, "no signature");
    assert_eq!(put(upload, b"12345").await, 200);
    assert_eq!(put(upload, b"54321").await, 412, "a second time");
    let confirmed = ada.confirm(&announced).await.expect(200);
    assert_eq!(ada.confirm(&announced).await.expect(200), confirmed, "again");

    // It says that it is an image.
    let announced = ada.announce("a.png", "image/png", 5).await;
    assert_eq!(put(&announced["upload"], b"<svg>").await, 200);
    ada.confirm(&announced).await.refused(409, "file_mismatch");
}

#[tokio::test]
async fn a_message_takes_only_free_files_of_its_sender() {
    let server = TestServer::start();
    let [ada, bob] = server.people(["Ada", "Bob"]).await;
    let (room, elsewhere) = (ada.group(&[&bob]).await, ada.group(&[&bob]).await);
    let announced = ada.announce("a.txt", "text/plain", 5).await;
    let message = |ids: &[&Value]| json!({ "text_message": "look", "attachments": ids });
    let refused = |reply: Reply| assert_eq!(reply.refused(400, "invalid_input")["field"], "attachments");
    refused(ada.send(&room, message(&[&announced["attachment_id"]])).await);
    let file = ada.upload("a.txt", "text/plain", b"12345").await;
    let id = &file["attachment_id"];
    refused(bob.send(&room, message(&[id])).await);
    refused(ada.send(&room, message(&[id, id])).await);
    ada.send(&room, message(&[id])).await.expect(201);
    refused(ada.send(&elsewhere, message(&[id])).await);

    // For one room alone.
    let body = json!({ "name": "b.txt", "content_type": "text/plain", "size": 5, "room_id": room });
    let kept = ada.post("/attachments", body).await.expect(201);
    assert_eq!(put(&kept["upload"], b"12345").await, 200);
    ada.confirm(&kept).await.expect(200);
    refused(ada.send(&elsewhere, message(&[&kept["attachment_id"]])).await);
    ada.send(&room, message(&[&kept["attachment_id"]])).await.expect(201);
}

#[tokio::test]
async fn a_message_with_files_sent_twice_is_one() {
    let server = TestServer::start();
    let [ada, bob] = server.people(["Ada", "Bob"]).await;
    let room = ada.group(&[&bob]).await;
    let (one, two) = (
        ada.upload("1.txt", "text/plain", b"1").await,
        ada.upload("2.txt", "text/plain", b"2").await,
    );
    for (after, file) in [(json!(null), &one), (json!(1), &two)] {
        let mut message = json!({ "client_id": format!("c{after}"), "attachments": [file["attachment_id"]] });
        if after.is_number() {
            message["after_seq"] = after;
        }
        let first = ada.send(&room, message.clone()).await.expect(201);
        let again = ada.send(&room, message).await.expect(200);
        assert_eq!((&again["id"], &again["duplicate"]), (&first["id"], &json!(true)));
        assert_eq!(again["attachments"], json!([file]));
    }
    let mut hers = ada.join(&room).await;
    let file = ada.upload("3.txt", "text/plain", b"3").await;
    let frame = json!({ "room_id": room, "attachments": [file["attachment_id"]], "client_id": "c3" });
    let first = hers.ok("send_message", frame.clone()).await;
    assert_eq!(first["attachments"], json!([file]));
    assert_eq!(hers.ok("send_message", frame).await["id"], first["id"]);
    let other = json!({ "room_id": room, "text_message": "x", "client_id": "c3" });
    assert_eq!(hers.refused("send_message", other).await, "client_id_conflict");
}

#[tokio::test]
async fn only_who_sees_the_message_gets_a_url() {
    let server = TestServer::start();
    let [ada, bob, eve] = server.people(["Ada", "Bob", "Eve"]).await;
    let (room, elsewhere) = (ada.group(&[&bob]).await, ada.group(&[&bob]).await);
    let file = ada.upload("page.html", "text/html", b"<script>").await;
    let id = &file["attachment_id"];
    url(&ada, &room, id).await.refused(404, "not_found");
    let sent = ada
        .send(&room, json!({ "text_message": "look", "attachments": [id] }))
        .await
        .expect(201);
    let link = url(&bob, &room, id).await.expect(200);
    let (status, kind, disposition, _) = fetch(&link["url"]).await;
    assert_eq!(
        (status, kind.as_str()),
        (200, "application/octet-stream"),
        "nothing that runs"
    );
    assert!(disposition.starts_with("attachment;"), "{disposition}");
    url(&eve, &room, id).await.refused(404, "not_found");
    url(&bob, &elsewhere, id).await.refused(404, "not_found");

    // The message goes, and with it every new URL.
    let message = format!("/room/{room}/message/{}", sent["id"].as_str().unwrap());
    ada.delete(&message).await.expect(204);
    for person in [&ada, &bob] {
        url(person, &room, id).await.refused(404, "not_found");
    }
}

#[tokio::test]
async fn files_stay_with_their_message() {
    let server = TestServer::start();
    let [ada, bob] = server.people(["Ada", "Bob"]).await;
    let (room, elsewhere) = (ada.group(&[&bob]).await, ada.group(&[&bob]).await);
    let file = ada.upload("a.txt", "text/plain", b"12345").await;
    let alone = ada.upload("b.txt", "text/plain", b"12345").await;
    let with_text = json!({ "text_message": "look", "attachments": [file["attachment_id"]] });
    let sent = ada.send(&room, with_text).await.expect(201);
    let message = format!("/room/{room}/message/{}", sent["id"].as_str().unwrap());
    let edited = ada.patch(&message, json!({ "text_message": "see" })).await.expect(200);
    assert_eq!(edited["attachments"], json!([file]));
    let forward = format!("{message}/forward");
    let forwarded = bob.post(&forward, json!({ "to_room_id": elsewhere })).await.expect(201);
    assert_eq!(
        (&forwarded["text_message"], forwarded.get("attachments")),
        (&json!("see"), None)
    );
    let files_alone = json!({ "attachments": [alone["attachment_id"]] });
    let sent = ada.send(&room, files_alone).await.expect(201);
    let forward = format!("/room/{room}/message/{}/forward", sent["id"].as_str().unwrap());
    let refused = bob.post(&forward, json!({ "to_room_id": elsewhere })).await;
    assert_eq!(refused.refused(400, "invalid_input")["field"], "message_id");
}

#[tokio::test]
async fn a_file_cannot_be_had_when_its_room_or_message_is_gone() {
    let server = TestServer::start();
    let [ada, bob] = server.people(["Ada", "Bob"]).await;
    let (room, doomed) = (ada.group(&[&bob]).await, ada.group(&[&bob]).await);
    let mut files = Vec::new();
    for room in [&room, &doomed] {
        let file = ada.upload("a.txt", "text/plain", b"12345").await;
        let sent = ada.send(room, json!({ "attachments": [file["attachment_id"]] })).await;
        url(&bob, room, &file["attachment_id"]).await.expect(200);
        files.push((
            sent.expect(201)["id"].as_str().unwrap().to_owned(),
            file["attachment_id"].clone(),
        ));
    }
    ada.delete(&format!("/room/{room}/message/{}?hard=true", files[0].0))
        .await
        .expect(204);
    ada.delete(&format!("/room/{doomed}")).await.expect(204);
    for (room, (_, file)) in [&room, &doomed].into_iter().zip(&files) {
        for person in [&ada, &bob] {
            url(person, room, file).await.refused(404, "not_found");
        }
        // Nor sent again.
        let again = json!({ "text_message": "again", "attachments": [file] });
        let elsewhere = ada.group(&[&bob]).await;
        assert_eq!(
            ada.send(&elsewhere, again).await.refused(400, "invalid_input")["field"],
            "attachments"
        );
    }
}

#[tokio::test]
async fn a_user_uploads_so_much_in_a_day_and_no_more() {
    let server = TestServer::start();
    let ada = server.person("Ada").await;
    let limits = server.get("/limits").await.expect(200);
    let size = limits["attachment_bytes"].as_u64().unwrap();
    let body = json!({ "name": "a.bin", "content_type": "application/octet-stream", "size": size });
    let first = ada
        .call_once("first", "POST", "/attachments", Some(body.clone()))
        .await
        .expect(201);
    // Twice as many, where the day ends meanwhile.
    let most = 2 * limits["upload_megabytes_per_day"].as_u64().unwrap() / (size / 1024 / 1024);
    let mut refused = None;
    for _ in 0..most {
        let reply = ada.post("/attachments", body.clone()).await;
        if reply.status == 429 {
            refused = Some(reply.refused(429, "rate_limited"));
            break;
        }
        reply.expect(201);
    }
    let problem = refused.expect("a limit");
    assert!(problem["retry_after_ms"].as_u64().unwrap() > 0, "{problem}");
    // What was announced before can be asked for again, and the backend is not bound.
    let again = ada.call_once("first", "POST", "/attachments", Some(body.clone())).await;
    assert!(again.replayed());
    assert_eq!(again.expect(200)["attachment_id"], first["attachment_id"]);
    server.post("/attachments", body).await.expect(201);
}
