//! The backend gets all that a user said, and where the user is a member.

use std::time::Duration;

use serde_json::{Value, json};
use tokio::time::sleep;

use crate::harness::{Backend, TestServer};

/// A list that is a moment behind, when it is this long.
async fn listed(server: &Backend, path: &str, count: usize) -> Vec<Value> {
    for _ in 0..50 {
        let found = server.all(path).await;
        if found.len() == count {
            return found;
        }
        sleep(Duration::from_millis(100)).await;
    }
    panic!("{path} has not {count} items");
}

fn texts(items: &[Value]) -> Vec<&str> {
    items
        .iter()
        .map(|item| item["text_message"].as_str().unwrap())
        .collect()
}

#[tokio::test]
async fn an_export_has_everything_the_user_said() {
    let server = TestServer::start();
    let [ada, bob] = server.people(["Ada", "Bob"]).await;
    let mut rooms = Vec::new();
    for _ in 0..3 {
        rooms.push(bob.group(&[&ada]).await);
    }
    for (number, room) in rooms.iter().enumerate() {
        bob.say(room, "not hers").await;
        ada.say(room, &format!("{number} one")).await;
        ada.say(room, &format!("{number} two")).await;
    }
    let deleted = ada.say(&rooms[0], "0 deleted").await;
    let message = format!("/room/{}/message/{}", rooms[0], deleted["id"].as_str().unwrap());
    ada.delete(&message).await.expect(204);
    ada.call("POST", &format!("/room/{}/leave", rooms[1]), None)
        .await
        .expect(204);

    let user = format!("/user/{}", ada.id);
    let memberships = listed(&server, &format!("{user}/room"), 2).await;
    for (membership, room) in memberships.iter().zip([&rooms[0], &rooms[2]]) {
        assert_eq!(
            (&membership["room_id"], &membership["role"]),
            (&json!(room), &json!("member"))
        );
        assert!(membership["joined_at"].is_string(), "{membership}");
    }
    let all = listed(&server, &format!("{user}/export"), 7).await;
    let expected = ["0 one", "0 two", "0 deleted", "2 one", "2 two", "1 one", "1 two"];
    assert_eq!(texts(&all), expected, "where she is, then where she was");
    assert!(all.iter().all(|item| item["user_id"] == json!(ada.id)));
    assert!(all[2]["deleted_at"].is_string());

    // One at a time it is the same.
    let (mut one_by_one, mut after) = (Vec::new(), String::new());
    loop {
        let page = server.get(&format!("{user}/export?limit=1{after}")).await.expect(200);
        one_by_one.extend(page["items"].as_array().unwrap().iter().cloned());
        match page["next"].as_str() {
            Some(next) => after = format!("&after={next}"),
            None => break,
        }
    }
    assert_eq!(one_by_one, all);

    server.delete(&user).await.expect(204);
    let kept = listed(&server, &format!("{user}/export"), 7).await;
    let mut texts = texts(&kept);
    texts.sort_unstable();
    assert_eq!(
        texts,
        ["0 deleted", "0 one", "0 two", "1 one", "1 two", "2 one", "2 two"]
    );
}

#[tokio::test]
async fn an_export_is_for_the_backend() {
    let server = TestServer::start();
    let ada = server.person("Ada").await;
    let nobody = "018f4a5c-0000-7000-8000-0123456789ab";
    for what in ["export", "room"] {
        let path = format!("/user/{}/{what}", ada.id);
        ada.get(&path).await.refused(403, "forbidden");
        assert_eq!(server.get(&path).await.expect(200)["items"], json!([]));
        server
            .get(&format!("/user/{nobody}/{what}"))
            .await
            .refused(404, "not_found");
        for after in [
            "",
            "x",
            "now",
            "now--1",
            "before-0-1",
            "before-1-01",
            "1",
            "1.0",
            "01.1",
            "-1.1",
        ] {
            let refused = server.get(&format!("{path}?after={after}")).await;
            assert_eq!(refused.refused(400, "invalid_input")["field"], "after", "{after}");
        }
        server
            .get(&format!("{path}?limit=51"))
            .await
            .refused(400, "invalid_input");
    }
}
