//! What was wrong with the service itself, as far as it shows on the socket.

use serde_json::json;

use super::{Client, Given, NOTHING, is_in, join, room, senders};
use crate::harness::{Guest, Tenants, understand};

/// A room was its bare name: two tenants who called theirs the same heard each other.
#[tokio::test]
async fn two_apps_with_the_same_room_name_hear_nothing_of_each_other() {
    let tenants = Tenants::start();
    let (one, other) = (&tenants.server.tenant, &tenants.other);
    for tenant in [one, other] {
        understand(&tenant.backend).await;
    }
    let (ada, eve) = (
        Guest::numbered(&tenants.server, one, "Ada").await,
        Guest::numbered(&tenants.server, other, "Eve").await,
    );
    room(one, "lobby", &[&ada]).await;
    room(other, "lobby", &[&eve]).await;
    let mut hers = Client::joined(&ada, "lobby").await;
    let mut strangers = Client::joined(&eve, "lobby").await;
    for client in [&hers, &strangers] {
        assert_eq!(client.room["users"].as_array().unwrap().len(), 1);
    }
    hers.say("for Ada's own").await;
    hers.told("typing", json!(true), "is_typing").await;
    hers.told("seen", json!(null), "seen_by").await;
    // Everything was told before she was.
    let heard = strangers.ask("load_more", json!({})).await;
    assert_eq!(heard, [("load_more".to_owned(), json!([]))]);
}

/// It listed all users of all rooms of all apps.
#[tokio::test]
async fn who_is_connected_is_told_of_this_room_alone() {
    let given = Given::start().await;
    let elsewhere = format!("{}-elsewhere", given.key);
    room(&given.server.tenant, &elsewhere, &[&given.bob]).await;
    let _his = Client::joined(&given.bob, &elsewhere).await;
    let mut hers = given.ada.callsewa().await;
    let (heard, info) = join(&mut hers, &given.key).await;
    let data = heard.iter().find(|(name, _)| name == "roomData").unwrap();
    assert_eq!(senders(&data.1), [super::number(&info, &given.ada)]);
    assert_eq!(data.1["room"], given.key);
}

/// Everyone got everyone's token, and the credential of the app.
#[tokio::test]
async fn nobodys_token_is_told_to_anybody() {
    let given = Given::start().await;
    let (mut hers, mut his) = (given.ada.callsewa().await, given.bob.callsewa().await);
    let mut told = Vec::new();
    for socket in [&mut hers, &mut his] {
        told.extend(join(socket, &given.key).await.0);
    }
    for (event, argument) in [
        ("send_message", json!("hello")),
        ("typing", json!(true)),
        ("seen", json!(null)),
        ("load_more", json!({})),
    ] {
        for socket in [&mut hers, &mut his] {
            socket.ask(event, std::slice::from_ref(&argument)).await;
            told.extend(socket.heard());
        }
    }
    for (event, fields) in [
        ("message", "user"),
        ("is_typing", "data"),
        ("room_info", "users"),
        ("load_more", ""),
        ("seen_by", ""),
    ] {
        assert!(
            told.iter()
                .any(|(name, told)| name == event && (fields.is_empty() || !told[fields].is_null())),
            "{event}"
        );
    }
    for (name, argument) in &told {
        let text = argument.to_string();
        for guest in [&given.ada, &given.bob] {
            assert!(!text.contains(&guest.token()), "{name}: {text}");
        }
        assert!(
            !text.contains("applicationId") && !text.contains(r#""token":""#),
            "{name}: {text}"
        );
    }
}

/// Any of these ended the process, and with it everyone's connection.
#[tokio::test]
async fn nothing_that_a_client_emits_ends_the_service() {
    let given = Given::start().await;
    let (mut hers, mut his) = given.both().await;
    let refused = ("err".to_owned(), json!("No message or sender"));
    for no_text in [json!({ "message": "hi" }), json!(["hi"]), json!(5), json!(null)] {
        let heard = hers.ask("send_message", no_text).await;
        assert!(heard.contains(&refused), "{heard:?}");
    }
    hers.socket.ask("load_more", &NOTHING).await;
    let heard = hers.socket.heard();
    assert!(is_in(&heard, "load_more", &json!([])), "{heard:?}");
    // Nobody has said anything yet.
    let heard = hers.ask("seen", json!(null)).await;
    assert!(
        !heard.iter().any(|(name, _)| name == "seen_by" || name == "err"),
        "{heard:?}"
    );
    for event in ["update", "delete", "typing", "join"] {
        hers.socket.ask(event, &NOTHING).await;
    }
    hers.say("still here").await;
    assert_eq!(his.socket.expect("message").await["userId"], hers.number);
}

/// What it keeps, encrypted, was what it told.
#[tokio::test]
async fn a_message_that_says_something_else_is_told_in_base64() {
    let given = Given::start().await;
    let (mut hers, mut his) = given.both().await;
    let said = hers.say("hullo").await;
    his.socket.expect("message").await;
    let change = json!({ "id": said["id"], "message": "hello" });
    let refused = his.told("update", change.clone(), "err").await;
    assert_eq!(refused, json!({}), "it is not his");
    let now = hers.told("update", change, "message").await;
    assert_eq!(
        (&now["message"], &now["id"], &now["userId"], &now["createdAt"]),
        (&json!("aGVsbG8="), &said["id"], &said["userId"], &said["createdAt"])
    );
    assert_eq!(his.socket.expect("message").await, now);
    assert_eq!(his.page(json!({})).await, ["aGVsbG8="]);
    for nothing in [
        json!({ "id": 5, "message": "x" }),
        json!({ "id": said["id"] }),
        json!({ "id": said["id"], "message": "" }),
    ] {
        assert_eq!(hers.told("update", nothing, "err").await, json!({}));
    }
    assert_eq!(
        hers.told("update", json!({ "message": "x" }), "err").await,
        "Sender not found"
    );
}

/// It asked for a column that there is not, and told the client so in SQL.
#[tokio::test]
async fn a_message_that_is_deleted_is_told_to_the_others() {
    let given = Given::start().await;
    let (mut hers, mut his) = given.both().await;
    let said = hers.say("hello").await;
    his.socket.expect("message").await;
    assert_eq!(
        his.told("delete", said["id"].clone(), "err").await,
        json!({}),
        "it is not his"
    );
    let heard = hers.ask("delete", said["id"].clone()).await;
    assert!(
        !heard.iter().any(|(name, _)| name == "err" || name == "delete"),
        "{heard:?}"
    );
    let told = his.socket.expect("delete").await;
    assert_eq!(
        (&told["id"], &told["userId"], &told["message"]),
        (&said["id"], &said["userId"], &json!(""))
    );
    assert!(told["deletedAt"].is_string(), "{told}");
    assert_eq!(his.page(json!({})).await, [] as [&str; 0]);
    for nothing in [json!(5), json!("x"), json!({}), json!(null)] {
        assert_eq!(hers.told("delete", nothing, "err").await, json!({}));
    }
}

/// Whoever asked for all got all.
#[tokio::test]
async fn a_page_has_an_end() {
    let given = Given::start().await;
    for _ in 0..5 {
        let message = json!({
            "room_id": given.room, "user_id": given.ada.id, "message": { "text_message": "hi" },
        });
        let batch = json!({ "messages": vec![message; 21] });
        given.server.post("/message/send", batch).await.expect(200);
    }
    let mut hers = Client::joined(&given.ada, &given.key).await;
    let page = json!({ "limit": 1_000_000 });
    assert_eq!(hers.page(page).await.len(), 100);
    assert_eq!(hers.page(json!({ "limit": 100, "page": 2 })).await.len(), 5);
    assert_eq!(hers.page(json!({})).await.len(), 20);
}
