//! The requests of `docs/integrate.md`, sent as they stand there.

use std::collections::BTreeMap;

use serde_json::Value;

use crate::harness::{Caller, Tenants, put};

const PAGE: &str = include_str!("../../../docs/integrate.md");

/// The file that is announced there.
const FILE: &[u8] = b"Hello";

#[derive(Debug)]
struct Example {
    method: String,
    path: String,
    by_user: bool,
    body: Option<Value>,
}

/// Reads `METHOD PATH`, headers, an empty line and a body, with what is known in place of what is in braces.
fn example(text: &str, known: &BTreeMap<&str, String>) -> Example {
    let fill = |text: String, (name, value): (&&str, &String)| text.replace(&format!("{{{name}}}"), value);
    let text = known.iter().fold(text.to_owned(), fill);
    let (head, body) = text.split_once("\n\n").unwrap_or((text.as_str(), ""));
    let mut lines = head.lines();
    let (method, path) = lines.next().unwrap().split_once(' ').unwrap();
    assert!(!path.contains('{'), "{method} {path}: nothing is known for it yet");
    Example {
        method: method.to_owned(),
        path: path.to_owned(),
        by_user: lines.any(|line| line.starts_with("Authorization: ")),
        body: (!body.is_empty()).then(|| serde_json::from_str(body).unwrap()),
    }
}

#[tokio::test]
async fn every_request_of_the_page_works() {
    let tenants = Tenants::start();
    let ada = tenants.server.person("Ada").await;
    let mut known = BTreeMap::from([("user_id", ada.id.clone()), ("room_id", ada.group(&[]).await)]);
    let mut sent = 0;
    for block in PAGE.split("```http\n").skip(1) {
        let example = example(block.split("\n```").next().unwrap(), &known);
        let what = format!("{} {}", example.method, example.path);
        let caller: &Caller = if example.by_user { &ada } else { &tenants.server };
        let reply = caller.call(&example.method, &example.path, example.body).await;
        assert!((200..300).contains(&reply.status), "{what}: {reply:?}");
        let mut items = reply.body["items"].as_array().into_iter().flatten();
        assert!(items.all(|item| item["error"].is_null()), "{what}: {reply:?}");
        if reply.body["upload"].is_object() {
            assert_eq!(put(&reply.body["upload"], FILE).await, 200);
        }
        let mut learn = |name, field: &str| {
            if let Some(id) = reply.body[field].as_str() {
                known.insert(name, id.to_owned());
            }
        };
        learn("attachment_id", "attachment_id");
        if example.path == "/webhook" {
            learn("webhook_id", "id");
        }
        sent += 1;
    }
    assert!(sent >= 15, "{sent} are found");
}
