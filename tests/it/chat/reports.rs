//! What users report, and the queue of those who moderate.

use serde_json::{Value, json};

use crate::harness::{Backend, Person, TestServer};

/// The waiting reports of these people; others may report in this app meanwhile. The list is a moment behind.
async fn waiting(server: &Backend, by: &Person, status: &str, count: usize) -> Vec<Value> {
    for _ in 0..50 {
        let mut found = server.all(&format!("/report?status={status}")).await;
        found.retain(|report| report["reported_by"] == json!(by.id));
        if found.len() == count {
            return found;
        }
        tokio::time::sleep(std::time::Duration::from_millis(100)).await;
    }
    panic!("there are not {count} {status} reports");
}

#[tokio::test]
async fn a_report_waits_until_somebody_closes_it() {
    let server = TestServer::start();
    let [ada, bob, eve] = server.people(["Ada", "Bob", "Eve"]).await;
    let room = server.group(&[&ada, &bob]).await;
    let said = bob.say(&room, "buy this").await;
    let message = format!("/room/{room}/message/{}/report", said["id"].as_str().unwrap());
    let why = json!({ "reason": "spam", "comment": "again and again" });
    let made = ada.post(&message, why.clone()).await.expect(201);
    assert_eq!(
        (&made["message_id"], &made["room_id"], &made["user_id"]),
        (&said["id"], &json!(room), &json!(bob.id))
    );
    let again = ada.post(&message, json!({ "reason": "other" })).await;
    assert!(again.replayed());
    assert_eq!(again.expect(200), made, "one report of one thing by one person");
    eve.post(&message, why.clone()).await.refused(404, "not_found");

    let mut hers = ada.connect().await;
    let about = json!({ "user_id": bob.id, "reason": "abuse" });
    let of_user = hers.ok("report_user", about.clone()).await;
    assert_eq!((&of_user["user_id"], of_user.get("message_id")), (&json!(bob.id), None));
    assert_eq!(hers.ok("report_user", about).await, of_user);
    let again = ada.post(&format!("/user/{}/report", bob.id), why.clone()).await;
    assert!(again.replayed());
    assert_eq!(again.expect(200), of_user, "over REST as over a socket");
    let mut frame = why.clone();
    frame["room_id"] = json!(room);
    frame["message_id"] = said["id"].clone();
    assert_eq!(hers.ok("report_message", frame).await, made);

    assert_eq!(waiting(&server, &ada, "open", 2).await, [made.clone(), of_user.clone()]);
    let path = format!("/report/{}", made["id"].as_str().unwrap());
    ada.patch(&path, json!({ "status": "closed" }))
        .await
        .refused(403, "forbidden");
    let closing = json!({ "status": "closed", "note": "deleted" });
    let closed = server.patch(&path, closing).await.expect(200);
    assert_eq!(
        (&closed["status"], &closed["note"]),
        (&json!("closed"), &json!("deleted"))
    );
    assert_eq!(waiting(&server, &ada, "open", 1).await, [of_user]);
    assert_eq!(waiting(&server, &ada, "closed", 1).await, [closed]);
    let seen = ada.post(&message, why).await.expect(200);
    assert_eq!(
        (&seen["status"], seen.get("note")),
        (&json!("closed"), None),
        "the note is for moderators"
    );
    let opened = server.patch(&path, json!({ "status": "open" })).await.expect(200);
    assert_eq!(
        (&opened["status"], &opened["note"]),
        (&json!("open"), &json!("deleted"))
    );
}

#[tokio::test]
async fn what_cannot_be_reported() {
    let server = TestServer::start();
    let ada = server.person("Ada").await;
    let why = json!({ "reason": "spam" });
    let (me, nobody) = (
        format!("/user/{}/report", ada.id),
        "/user/018f4a5c-0000-7000-8000-0123456789ab/report",
    );
    ada.post(&me, why.clone()).await.refused(400, "invalid_input");
    ada.post(nobody, why.clone()).await.refused(404, "not_found");
    server.post(&me, why).await.refused(403, "user_required");
    for id in ["x", "user.x.y", &format!("user.{}.{}", ada.id, ada.id)] {
        let close = json!({ "status": "closed" });
        server
            .patch(&format!("/report/{id}"), close)
            .await
            .refused(404, "not_found");
    }
    server.get("/report?after=").await.refused(400, "invalid_input");
    server.get("/report?status=lost").await.refused(400, "invalid_input");
}
