//! All that a user said is erased by a task, whose progress can be asked for.

use std::time::{Duration, Instant};

use serde_json::{Value, json};
use tokio::time::sleep;

use crate::harness::{Backend, Person, TestServer};

/// Longer than it takes until a sweep has gone on with a task whose piece the queue has lost, on a server that is busy.
const DONE: Duration = Duration::from_secs(240);

/// The task when it is done.
async fn done(server: &Backend, task: &Value) -> Value {
    let (path, begin) = (format!("/task/{}", task["task_id"].as_str().unwrap()), Instant::now());
    loop {
        let task = server.get(&path).await.expect(200);
        if task["status"] == "done" {
            return task;
        }
        assert!(begin.elapsed() < DONE, "the task ends: {task}");
        sleep(Duration::from_millis(100)).await;
    }
}

fn path(room: &str, message: &Value) -> String {
    format!("/room/{room}/message/{}", message["id"].as_str().unwrap())
}

/// Everything that the backend and a member read of a room.
async fn all_of(server: &Backend, member: &Person, room: &str) -> String {
    let log = member.connect().await.resume(room, 0).await;
    assert_eq!(log["verdict"], "complete");
    format!("{log} {:?}", server.messages(room).await)
}

#[tokio::test]
async fn nothing_is_left_of_what_a_deleted_user_said() {
    let server = TestServer::start();
    let [ada, bob, eve] = server.people(["Ada", "Bob", "Eve"]).await;
    let (here, there) = (bob.group(&[&ada]).await, bob.group(&[&eve]).await);
    let (left, closed) = (bob.group(&[&ada]).await, bob.group(&[&ada]).await);
    let said = ada.say(&here, "a secret").await;
    let edit = json!({ "text_message": "a better secret", "custom": { "secret": 1 } });
    server.patch(&path(&here, &said), edit).await.expect(200);
    let forward = json!({ "to_room_id": there });
    let forwarded = bob
        .post(&format!("{}/forward", path(&here, &said)), forward)
        .await
        .expect(201);
    let his = bob.say(&here, "no word of it").await;
    ada.put(&format!("{}/reaction/ok", path(&here, &his))).await.expect(200);
    ada.say(&left, "a secret that was left").await;
    ada.call("POST", &format!("/room/{left}/leave"), None).await.expect(204);
    ada.say(&closed, "a secret of a room that is gone").await;
    bob.delete(&format!("/room/{closed}")).await.expect(204);
    let why = json!({ "reason": "spam", "comment": "a secret" });
    let report = ada.post(&format!("/user/{}/report", bob.id), why).await.expect(201);

    let mut hears = bob.join(&here).await;
    let user = format!("/user/{}", ada.id);
    let task = server.delete(&format!("{user}?messages=erase")).await.expect(202);
    assert_eq!((&task["kind"], &task["user_id"]), (&json!("erasure"), &json!(ada.id)));
    server.get(&user).await.refused(404, "not_found");
    let done = done(&server, &task).await;
    assert_eq!(
        (&done["rooms"], &done["rooms_done"], &done["messages"]),
        (&json!(4), &json!(4), &json!(4))
    );

    for room in [&here, &there, &left] {
        let told = all_of(&server, &bob, room).await;
        assert!(!told.contains("secret"), "{room}: {told}");
        assert_eq!(told.matches(r#""messages_erased""#).count(), 1, "{room}: {told}");
    }
    assert_eq!(hears.expect_event("member_left").await["member"]["user_id"], ada.id);
    let told = hears.expect_event("messages_erased").await;
    assert_eq!(
        (&told["member"]["user_id"], &told["messages"]),
        (&json!(ada.id), &json!(1))
    );
    let tombstone = server.get(&path(&here, &said)).await.expect(200);
    assert!(tombstone["deleted_at"].is_string(), "{tombstone}");
    assert_eq!((&tombstone["user_id"], tombstone.get("custom")), (&json!(ada.id), None));
    let tombstone = server.get(&path(&there, &forwarded)).await.expect(200);
    assert!(tombstone["deleted_at"].is_string(), "{tombstone}");
    let kept = server.get(&path(&here, &his)).await.expect(200);
    assert_eq!(
        (&kept["text_message"], kept.get("reactions")),
        (&json!("no word of it"), None)
    );
    let review = format!("/report/{}", report["id"].as_str().unwrap());
    let report = server.patch(&review, json!({ "status": "closed" })).await.expect(200);
    assert_eq!((&report["reason"], report.get("comment")), (&json!("spam"), None));

    // The id of a deleted user stays valid for it; there is nothing left to erase, and nobody hears of it again.
    let again = server.call("POST", &format!("{user}/erasure"), None).await.expect(202);
    assert_ne!(again["task_id"], task["task_id"]);
    assert_eq!(self::done(&server, &again).await["messages"], 0);
    hears.expect_silence().await;
    assert!(
        !server
            .all(&format!("{user}/export"))
            .await
            .iter()
            .any(|item| item.get("text_message").is_some())
    );
}

#[tokio::test]
async fn who_stays_goes_on_from_there() {
    let server = TestServer::start();
    let [ada, bob] = server.people(["Ada", "Bob"]).await;
    let room = ada.group(&[&bob]).await;
    for number in 0..3 {
        ada.say(&room, &format!("early {number}")).await;
    }
    bob.say(&room, "mine").await;
    let task = server
        .call("POST", &format!("/user/{}/erasure", ada.id), None)
        .await
        .expect(202);
    let done = done(&server, &task).await;
    assert_eq!((&done["rooms_done"], &done["messages"]), (&json!(1), &json!(3)));
    ada.say(&room, "late").await;
    let texts: Vec<Value> = bob_reads(&bob, &room).await;
    assert_eq!(
        texts,
        [Value::Null, Value::Null, Value::Null, json!("mine"), json!("late")]
    );
    // What is deleted is not unread.
    let rooms = bob.all("/room").await;
    assert_eq!(rooms[0]["unread"], json!({ "count": 1, "more": false }));
}

async fn bob_reads(reader: &Person, room: &str) -> Vec<Value> {
    let page = reader
        .get(&format!("/room/{room}/message?after_seq=0"))
        .await
        .expect(200);
    let items = page["items"].as_array().unwrap().iter();
    items.map(|item| item["text_message"].clone()).collect()
}

#[tokio::test]
async fn a_deletion_erases_also_what_was_said_while_an_erasure_went_on() {
    let server = TestServer::start();
    let [ada, bob] = server.people(["Ada", "Bob"]).await;
    let room = bob.group(&[&ada]).await;
    ada.say(&room, "an early secret").await;
    let user = format!("/user/{}", ada.id);
    let started = server.call("POST", &format!("{user}/erasure"), None).await.expect(202);
    ada.say(&room, "a late secret").await;
    let task = server.delete(&format!("{user}?messages=erase")).await.expect(202);
    for task in [&started, &task] {
        done(&server, task).await;
    }
    let told = all_of(&server, &bob, &room).await;
    assert!(!told.contains("secret"), "{told}");
}

#[tokio::test]
async fn a_repeated_deletion_is_the_same_task() {
    let server = TestServer::start();
    let ada = server.person("Ada").await;
    let (key, path) = (format!("erase-{}", ada.id), format!("/user/{}?messages=erase", ada.id));
    let first = server.call_once(&key, "DELETE", &path, None).await;
    assert!(!first.replayed());
    let second = server.call_once(&key, "DELETE", &path, None).await;
    assert!(second.replayed());
    let task = first.expect(202);
    assert_eq!(second.expect(202), task);
    let plain = format!("/user/{}", ada.id);
    let conflict = server.call_once(&key, "DELETE", &plain, None).await;
    conflict.refused(409, "client_id_conflict");
    server.delete(&path).await.refused(404, "not_found");
    let done = done(&server, &task).await;
    assert_eq!((&done["rooms"], &done["messages"]), (&json!(0), &json!(0)));
    let listed = server.all("/task").await;
    let listed = listed.iter().find(|listed| listed["task_id"] == task["task_id"]);
    assert_eq!(listed.map(|listed| &listed["user_id"]), Some(&json!(ada.id)));
}

#[tokio::test]
async fn what_is_no_erasure_and_no_task() {
    let server = TestServer::start();
    let ada = server.person("Ada").await;
    let user = format!("/user/{}", ada.id);
    for query in [
        "messages=all",
        "messages=",
        "messages=erase&messages=erase",
        "hard=true",
    ] {
        server
            .delete(&format!("{user}?{query}"))
            .await
            .refused(400, "invalid_input");
    }
    ada.delete(&format!("{user}?messages=erase"))
        .await
        .refused(403, "forbidden");
    let nobody = "018f4a5c-0000-7000-8000-0123456789ab";
    for (method, path) in [
        ("DELETE", format!("/user/{nobody}?messages=erase")),
        ("POST", format!("/user/{nobody}/erasure")),
        ("GET", format!("/task/{nobody}")),
    ] {
        server.call(method, &path, None).await.refused(404, "not_found");
    }
    for after in ["", "x", "1"] {
        server
            .get(&format!("/task?after={after}"))
            .await
            .refused(400, "invalid_input");
    }
    server.get("/task/x").await.refused(400, "invalid_input");
    server.get(&user).await.expect(200);
}
