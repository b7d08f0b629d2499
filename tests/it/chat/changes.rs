//! Messages that are edited or deleted: what everyone sees, now and after a resume.

use serde_json::{Value, json};

use crate::harness::{Backend, Person, TestServer};

struct Scene {
    server: TestServer,
    ada: Person,
    bob: Person,
    room: String,
    message: Value,
}

impl Scene {
    async fn new() -> Self {
        let server = TestServer::start();
        let [ada, bob] = server.people(["Ada", "Bob"]).await;
        let room = server.group(&[&ada, &bob]).await;
        let message = ada.say(&room, "helo").await;
        Self {
            server,
            ada,
            bob,
            room,
            message,
        }
    }

    fn path(&self) -> String {
        format!("/room/{}/message/{}", self.room, self.message["id"].as_str().unwrap())
    }

    fn frame(&self, fields: &Value) -> Value {
        let mut frame = json!({ "room_id": self.room, "message_id": self.message["id"] });
        frame
            .as_object_mut()
            .unwrap()
            .extend(fields.as_object().unwrap().clone());
        frame
    }
}

async fn entries(person: &Person, room: &str, after: u64) -> Vec<Value> {
    let mut socket = person.connect().await;
    let (mut entries, mut after) = (Vec::new(), json!(after));
    loop {
        let joined = socket
            .ok("join_room", json!({ "room_id": room, "after_seq": after }))
            .await;
        entries.extend(joined["items"].as_array().unwrap().iter().cloned());
        if joined["verdict"] == "complete" {
            return entries;
        }
        after = joined["next"].clone();
    }
}

#[tokio::test]
async fn an_edit_reaches_everyone_and_stands_in_history_and_resume() {
    let scene = Scene::new().await;
    let (mut hers, mut his) = (scene.ada.join(&scene.room).await, scene.bob.join(&scene.room).await);
    let edit = scene.frame(&json!({ "text_message": "hello", "subject": "Greeting", "status": "draft" }));
    let ack = hers.ok("edit_message", edit).await;
    assert_eq!(ack["message"]["text_message"], "hello");
    assert_eq!(
        (&ack["message"]["edit_count"], &ack["entry"]["seq"]),
        (&json!(1), &json!(3))
    );
    let told = his.expect_event("message_edited").await;
    assert_eq!(told, ack["entry"]);
    assert_eq!(told["message_id"], scene.message["id"]);
    hers.expect_silence().await;
    let change = json!({ "text_message": "hello!", "subject": null });
    let second = scene.ada.patch(&scene.path(), change).await.expect(200);
    assert_eq!(
        (&second["text_message"], &second["subject"], &second["status"]),
        (&json!("hello!"), &Value::Null, &json!("draft"))
    );
    assert_eq!(scene.bob.get(&scene.path()).await.expect(200), second);
    assert_eq!(scene.server.messages(&scene.room).await, std::slice::from_ref(&second));
    let kinds: Vec<Value> = entries(&scene.bob, &scene.room, 1)
        .await
        .into_iter()
        .map(|entry| entry["type"].clone())
        .collect();
    assert_eq!(kinds, ["message", "message_edited", "message_edited"]);
    let said = scene.bob.get(&format!("{}/edit", scene.path())).await.expect(200);
    let texts: Vec<&Value> = said["items"]
        .as_array()
        .unwrap()
        .iter()
        .map(|edit| &edit["text_message"])
        .collect();
    assert_eq!(texts, ["helo", "hello", "hello!"]);
    assert_eq!(said["items"][0]["since"], scene.message["created_at"]);
    assert_eq!(said["items"][2]["since"], second["edited_at"]);
}

#[tokio::test]
async fn an_edit_that_changes_nothing_leaves_no_trace() {
    let scene = Scene::new().await;
    let mut his = scene.bob.join(&scene.room).await;
    let same = scene
        .ada
        .patch(&scene.path(), json!({ "text_message": "helo" }))
        .await
        .expect(200);
    assert_eq!(same, scene.message);
    his.expect_silence().await;
    scene
        .ada
        .patch(&scene.path(), json!({}))
        .await
        .refused(400, "invalid_input");
}

#[tokio::test]
async fn a_repeated_edit_gives_the_original_answer() {
    let scene = Scene::new().await;
    let mut hers = scene.ada.join(&scene.room).await;
    let edit = scene.frame(&json!({ "text_message": "hello", "client_id": "e-1" }));
    let first = hers.ok("edit_message", edit.clone()).await;
    scene
        .ada
        .patch(&scene.path(), json!({ "text_message": "later" }))
        .await
        .expect(200);
    assert_eq!(hers.ok("edit_message", edit).await, first);
    let other = scene.frame(&json!({ "text_message": "other", "client_id": "e-1" }));
    assert_eq!(hers.refused("edit_message", other).await, "client_id_conflict");
    let now = scene.bob.get(&scene.path()).await.expect(200);
    assert_eq!((&now["text_message"], &now["edit_count"]), (&json!("later"), &json!(2)));
}

async fn nobody_reads(backend: &Backend, person: &Person, room: &str, text: &str) {
    for what in [
        json!(entries(person, room, 0).await),
        person.get(&format!("/room/{room}/message")).await.expect(200),
        person.get("/room").await.expect(200),
        json!(backend.messages(room).await),
    ] {
        assert!(!what.to_string().contains(text), "{what}");
    }
}

#[tokio::test]
async fn a_deleted_message_is_a_tombstone_for_everyone() {
    let scene = Scene::new().await;
    let mut his = scene.bob.join(&scene.room).await;
    scene
        .ada
        .patch(&scene.path(), json!({ "text_message": "secret edit" }))
        .await
        .expect(200);
    his.expect_event("message_edited").await;
    scene.ada.delete(&scene.path()).await.expect(204);
    let told = his.expect_event("message_deleted").await;
    assert_eq!(
        (&told["message_id"], &told["user_id"]),
        (&scene.message["id"], &json!(scene.ada.id))
    );
    let tombstone = scene.bob.get(&scene.path()).await.expect(200);
    assert!(
        tombstone["text_message"].is_null() && tombstone["deleted_at"].is_string(),
        "{tombstone}"
    );
    assert_eq!(
        (&tombstone["deleted_by"], &tombstone["seq"]),
        (&json!(scene.ada.id), &json!(2))
    );
    nobody_reads(&scene.server, &scene.bob, &scene.room, "secret").await;
    scene.ada.delete(&scene.path()).await.expect(204);
    his.expect_silence().await;
    scene
        .ada
        .patch(&scene.path(), json!({ "text_message": "back" }))
        .await
        .refused(409, "message_deleted");
    // The backend can still see what it said, until that is deleted too.
    let kept = scene.server.get(&scene.path()).await.expect(200);
    assert_eq!(kept["text_message"], "secret edit");
    scene
        .ada
        .delete(&format!("{}?hard=true", scene.path()))
        .await
        .expect(204);
    his.expect_event("message_deleted").await;
    let gone = scene.server.get(&scene.path()).await.expect(200);
    assert!(gone["text_message"].is_null(), "{gone}");
}

#[tokio::test]
async fn a_deleted_message_does_not_count_as_unread() {
    let scene = Scene::new().await;
    scene.ada.say(&scene.room, "second").await;
    let unread = async || {
        let rooms = scene.bob.get("/room").await.expect(200);
        rooms["items"][0]["unread"].clone()
    };
    assert_eq!(unread().await, json!({ "count": 2, "more": false }));
    scene.ada.delete(&scene.path()).await.expect(204);
    assert_eq!(unread().await, json!({ "count": 1, "more": false }));
}

#[tokio::test]
async fn a_message_is_edited_at_most_50_times() {
    let scene = Scene::new().await;
    for number in 0..50 {
        scene
            .ada
            .patch(&scene.path(), json!({ "text_message": format!("v{number}") }))
            .await
            .expect(200);
    }
    let more = scene.ada.patch(&scene.path(), json!({ "text_message": "v50" })).await;
    more.refused(409, "too_many_edits");
    scene.ada.delete(&scene.path()).await.expect(204);
    nobody_reads(&scene.server, &scene.bob, &scene.room, "\"v1").await;
}

/// What a member may not see is not given away by an edit of it.
#[tokio::test]
async fn since_join_hides_what_an_older_message_is_edited_to() {
    let server = TestServer::start();
    let [ada, bob] = server.people(["Ada", "Bob"]).await;
    let made = json!({ "kind": "group", "members": [], "history": "since_join" });
    let room = ada.post("/room", made).await.expect(201);
    let room = room["id"].as_str().unwrap();
    let path = |message: &Value| format!("/room/{room}/message/{}", message["id"].as_str().unwrap());
    let before = ada.say(room, "before").await;
    let added = json!({ "user_id": bob.id });
    server.post(&format!("/room/{room}/member"), added).await.expect(201);
    let after = ada.say(room, "after").await;
    let (mut hers, mut his) = (ada.join(room).await, bob.join(room).await);
    for (message, text) in [(&before, "secret"), (&after, "plain")] {
        let edit = json!({ "text_message": text, "subject": text, "custom": { "a": text } });
        let now = ada.patch(&path(message), edit).await.expect(200);
        assert_eq!(now["text_message"], text);
        for socket in [&mut hers, &mut his] {
            let told = socket.expect_event("message_edited").await;
            assert_eq!(
                (&told["message_id"], &told["content_omitted"]),
                (&message["id"], &json!(true))
            );
            assert!(!told.to_string().contains(text), "{told}");
        }
    }
    // The log says it to whom it may.
    let resumed = his
        .ok("resume", json!({ "rooms": [{ "room_id": room, "after_seq": 4 }] }))
        .await;
    for whole in [&his.resume(room, 4).await, &resumed["rooms"][0]] {
        let items = whole["items"].as_array().unwrap();
        assert_eq!((items.len(), &whole["verdict"]), (2, &json!("complete")), "{whole}");
        assert_eq!(
            (&items[0]["message_id"], &items[0]["content_omitted"]),
            (&before["id"], &json!(true))
        );
        assert!(!items[0].to_string().contains("secret"), "{whole}");
        assert_eq!(
            (&items[1]["text_message"], items[1].get("content_omitted")),
            (&json!("plain"), None)
        );
    }
    assert_eq!(hers.resume(room, 4).await["items"][0]["text_message"], "secret");
    assert_eq!(bob.get(&path(&after)).await.expect(200)["text_message"], "plain");
    bob.get(&path(&before)).await.refused(404, "not_found");
}
