//! The beginning of a room's log is taken away: no reader meets it any more, on any path.

use serde_json::{Value, json};

use crate::harness::TestServer;

#[tokio::test]
async fn what_is_below_the_floor_is_nowhere() {
    let server = TestServer::start();
    let [ada, bob] = server.people(["Ada", "Bob"]).await;
    let room = ada.group(&[&bob]).await;
    let mut said = Vec::new();
    for number in 0..120 {
        said.push(ada.say(&room, &number.to_string()).await);
    }
    let mut his = bob.join(&room).await;
    let path = format!("/room/{room}/truncate");
    bob.post(&path, json!({ "before_seq": 119 }))
        .await
        .refused(403, "forbidden");
    ada.post(&path, json!({ "before_seq": 122 }))
        .await
        .refused(400, "invalid_input");
    let done = ada.post(&path, json!({ "before_seq": 119 })).await.expect(200);
    assert_eq!(done["oldest_seq"], 119);
    let told = his.expect_event("room_truncated").await;
    assert_eq!((&told["seq"], &told["oldest_seq"]), (&json!(122), &json!(119)));
    // It never falls, and asking again changes nothing.
    for before in [119, 3] {
        let again = ada.post(&path, json!({ "before_seq": before })).await.expect(200);
        assert_eq!(again["oldest_seq"], 119);
    }
    his.expect_silence().await;
    for query in ["", "?after_seq=0", "?after_seq=60", "?after_seq=118"] {
        let page = bob.get(&format!("/room/{room}/message{query}")).await.expect(200);
        let mut texts: Vec<_> = page["items"]
            .as_array()
            .unwrap()
            .iter()
            .map(|item| &item["text_message"])
            .collect();
        texts.sort_unstable_by_key(|text| text.as_str().map(str::to_owned));
        assert_eq!(texts, ["117", "118", "119"], "{query}");
        assert_eq!(page["next"], Value::Null, "{query}");
    }
    let gone = said[116]["id"].as_str().unwrap();
    let message = format!("/room/{room}/message/{gone}");
    for path in [message.clone(), format!("{message}/edit"), format!("{message}/reply")] {
        server.get(&path).await.refused(404, "not_found");
    }
    ada.patch(&message, json!({ "text_message": "x" }))
        .await
        .refused(404, "not_found");
    bob.put(&format!("{message}/reaction/+1"))
        .await
        .refused(404, "not_found");
    ada.delete(&message).await.refused(404, "not_found");
    for field in ["parent_id", "quote_id"] {
        let mut reply = json!({ "text_message": "re" });
        reply[field] = json!(gone);
        bob.send(&room, reply).await.refused(400, "invalid_input");
    }
    let below = his.resume(&room, 100).await;
    assert_eq!(
        (&below["verdict"], &below["reason"], &below["oldest_seq"]),
        (&json!("limited"), &json!("below_floor"), &json!(119))
    );
    assert_eq!(his.resume(&room, 118).await["items"].as_array().unwrap().len(), 4);
    let unread = &bob.all("/room").await[0]["unread"];
    assert_eq!(*unread, json!({ "count": 3, "more": false }));
    assert_eq!(ada.say(&room, "next").await["seq"], 123);
}

#[tokio::test]
async fn retention_is_a_setting_of_the_room() {
    let server = TestServer::start();
    let ada = server.person("Ada").await;
    let room = ada.group(&[]).await;
    let path = format!("/room/{room}");
    let changed = ada.patch(&path, json!({ "retention_days": 30 })).await.expect(200);
    assert_eq!(changed["retention_days"], 30);
    let changed = ada.patch(&path, json!({ "retention_days": null })).await.expect(200);
    assert_eq!(changed.get("retention_days"), None);
    for wrong in [0, 3_651] {
        let refused = ada.patch(&path, json!({ "retention_days": wrong })).await;
        assert_eq!(refused.refused(400, "invalid_input")["field"], "retention_days");
    }
}
