//! What is odd but right goes through unchanged, as data.

use serde_json::json;

use crate::harness::TestServer;

#[tokio::test]
async fn texts_come_back_byte_by_byte() {
    let server = TestServer::start();
    let ada = server.person("Ada").await;
    let room = server.group(&[&ada]).await;
    let mut socket = ada.connect().await;
    for text in [
        "<script>alert(1)</script><img src=x onerror=alert(1)>",
        "javascript:alert(1)",
        "'; DROP TABLE rooms; --",
        "{{7*7}} ${7*7} %s %n \\u0000 \\",
        "  leading and trailing  ",
        "a\r\nb\tc",
        "\u{202e}right to left\u{202c} \u{200b}\u{feff}\u{2028}\u{2029}",
        "e\u{301} is not é",
        "👩‍👩‍👧‍👦 🏴󠁧󠁢󠁷󠁬󠁳󠁿 \u{10ffff}\u{fffd}",
        "\"quotes\" \\\" and \\\\ slashes /",
        "null",
    ] {
        let sent = ada.say(&room, text).await;
        let by_socket = socket.say(&room, text).await;
        for message in [&sent, &by_socket] {
            let path = format!("/room/{room}/message/{}", message["id"].as_str().unwrap());
            assert_eq!(ada.get(&path).await.expect(200)["text_message"], text);
        }
    }
}

#[tokio::test]
async fn answers_are_data_to_a_browser() {
    let server = TestServer::start();
    let ada = server.person("<b>Ada</b>").await;
    let reply = ada.get("/me").await;
    assert_eq!(reply.header("content-type"), Some("application/json"));
    assert_eq!(reply.header("x-content-type-options"), Some("nosniff"));
    assert_eq!(reply.header("cache-control"), Some("no-store"));
    assert_eq!(reply.body["name"], "<b>Ada</b>");
    for bad in [
        "javascript:alert(1)",
        "data:text/html,x",
        "//evil.example",
        "https://",
        "https://a b",
        "ftp://a",
    ] {
        let reply = ada
            .patch(&format!("/user/{}", ada.id), json!({ "avatar_url": bad }))
            .await;
        assert_eq!(reply.refused(400, "invalid_input")["field"], "avatar_url");
    }
}
