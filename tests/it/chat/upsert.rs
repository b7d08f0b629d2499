//! Users as the integrator's own system knows them.

use serde_json::{Value, json};

use crate::harness::TestServer;

#[tokio::test]
async fn users_are_made_and_changed_by_their_external_ids() {
    let server = TestServer::start();
    let mark = server.person("mark").await.id;
    let user = |number: usize, name: &str| json!({ "external_id": format!("{mark}-{number}"), "name": name });
    let put = |users: Vec<Value>| server.call("PUT", "/user", Some(json!({ "users": users })));
    let first = put((0..50).map(|number| user(number, "Ada")).collect())
        .await
        .expect(200);
    let items = first["items"].as_array().unwrap();
    assert_eq!(items.len(), 50);
    assert!(
        items
            .iter()
            .enumerate()
            .all(|(number, item)| item["external_id"] == format!("{mark}-{number}"))
    );

    let mut changed = user(1, "Ada L.");
    changed["custom"] = json!({ "plan": "free" });
    let second = put(vec![user(0, "Ada"), changed, user(50, "Bob")]).await.expect(200);
    assert_eq!(second["items"][0], items[0], "what is said again changes nothing");
    assert_eq!(second["items"][1]["id"], items[1]["id"]);
    assert_eq!(second["items"][1]["name"], "Ada L.");
    assert_eq!(second["items"][1]["custom"]["plan"], "free");
    let third = put(vec![user(1, "Ada")]).await.expect(200);
    assert_eq!(third["items"][0]["custom"]["plan"], "free", "what is not given stays");

    let found = server.get(&format!("/user?external_id={mark}-50")).await.expect(200);
    assert_eq!(found["items"], json!([second["items"][2]]));
    let none = server.get(&format!("/user?external_id={mark}-51")).await.expect(200);
    assert_eq!(none["items"], json!([]));
}

#[tokio::test]
async fn many_at_once_make_one_user() {
    let server = TestServer::start();
    let external = server.person("mark").await.id;
    let body = json!({ "users": [{ "external_id": external, "name": "Ada" }] });
    let puts = (0..8).map(|_| server.call("PUT", "/user", Some(body.clone())));
    let mut ids = std::collections::BTreeSet::new();
    for reply in futures_util::future::join_all(puts).await {
        ids.insert(reply.expect(200)["items"][0]["id"].as_str().unwrap().to_owned());
    }
    assert_eq!(ids.len(), 1);
}

#[tokio::test]
async fn a_list_of_users_is_checked_as_a_whole() {
    let server = TestServer::start();
    let external = server.person("mark").await.id;
    let user = json!({ "external_id": external, "name": "Ada" });
    for users in [
        json!([]),
        json!([user, user]),
        json!(vec![user.clone(); 51]),
        json!([user, { "external_id": "", "name": "Ada" }]),
        json!([user, { "external_id": "x", "name": "" }]),
    ] {
        let body = Some(json!({ "users": users }));
        server.call("PUT", "/user", body).await.refused(400, "invalid_input");
    }
    let none = server.get(&format!("/user?external_id={external}")).await.expect(200);
    assert_eq!(none["items"], json!([]));
}

#[tokio::test]
async fn a_colour_stays() {
    let server = TestServer::start();
    let [ada, bob] = server.people(["Ada", "Bob"]).await;
    let colour = ada.get("/me").await.expect(200)["colour"].clone();
    let text = colour.as_str().unwrap();
    assert!(
        text.len() == 7 && text.starts_with('#') && u32::from_str_radix(&text[1..], 16).is_ok(),
        "{text}"
    );
    let seen = bob.get(&format!("/user/{}", ada.id)).await.expect(200);
    assert_eq!(seen["colour"], colour);
}
