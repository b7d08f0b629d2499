//! What was wrong with the service itself, as it was seen, and is not any more.

use serde_json::{Value, json};

use super::{Given, event, friends, results};
use crate::dialect::rest::{id_of, token};
use crate::harness::Handshake;

/// There it was another one every time.
#[tokio::test]
async fn the_colour_of_a_user_stays() {
    let given = Given::start().await;
    given.users(&["ada", "bob"]).await;
    given.friends("ada", "bob").await;
    let room = given.room("ada").await;
    given.say("bob", &room, "hello").await;
    let ada = given.client("ada");
    let mut colours = Vec::new();
    for _ in 0..3 {
        let listed = ada.get("/api/chat/users/").await.expect(200);
        let one = ada.get(&format!("/api/chat/users/{room}/")).await.expect(200);
        let messages = ada.get(&format!("/api/chat/{room}/messages/")).await.expect(200);
        colours.push(results(&listed)[0]["friend"]["bg_color"].clone());
        colours.push(one["friend"]["bg_color"].clone());
        colours.push(results(&messages)[0]["user"]["bg_color"].clone());
    }
    let first = colours[0].as_str().unwrap();
    assert!(first.len() == 7 && first.starts_with('#'), "{first}");
    assert!(colours.iter().all(|colour| colour == first), "{colours:?}");
}

/// There it was a 500.
#[tokio::test]
async fn an_unknown_filter_is_refused_and_breaks_nothing() {
    let given = Given::start().await;
    let reply = given.client("ada").get("/api/chat/users/?filter=offline").await;
    assert_eq!(
        reply.expect(400),
        json!({ "filter": ["\"offline\" is not a valid choice."] })
    );
}

/// There `friend.created` made a room each time it came.
#[tokio::test]
async fn a_friendship_told_twice_is_one_room() {
    let given = Given::start().await;
    given.users(&["ada", "bob"]).await;
    for _ in 0..2 {
        given.tell(&[friends("ada", "bob"), friends("ada", "bob")]).await;
        let rooms = given.client("ada").get("/api/chat/users/").await.expect(200);
        assert_eq!((&rooms["count"], results(&rooms).len()), (&json!(1), 1));
    }
}

/// The same where both look at once, and their rooms are made by that.
#[tokio::test]
async fn friends_who_look_at_once_have_one_room() {
    let given = Given::start().await;
    given.users(&["ada", "bob"]).await;
    given.friends("ada", "bob").await;
    let (ada, bob) = (given.client("ada"), given.client("bob"));
    let looks = (0..8).map(async |number| {
        let client = if number % 2 == 0 { &ada } else { &bob };
        client.get("/api/chat/users/").await.expect(200);
    });
    futures_util::future::join_all(looks).await;
    assert_eq!(given.room("ada").await, given.room("bob").await);
}

/// There the room's friend had no id then, and who was left could not connect any more.
#[tokio::test]
async fn a_friend_who_is_deleted_is_still_shown_whole() {
    let given = Given::start().await;
    given.users(&["ada", "bob"]).await;
    given.friends("ada", "bob").await;
    let room = given.room("ada").await;
    given.say("bob", &room, "farewell").await;
    let mut gone = event("u-gone", "user.deleted", "bob", json!({}));
    gone["time"] = json!("2020-01-31T12:00:01Z");
    given.tell(&[gone]).await;
    let ada = given.client("ada");
    let listed = ada.get("/api/chat/users/").await.expect(200);
    assert_eq!(listed["count"], 1);
    let friend = &results(&listed)[0]["friend"];
    assert!(friend["id"].as_str().is_some_and(|id| !id.is_empty()), "{friend}");
    assert_eq!(
        (&friend["full_name"], &friend["is_online"], &friend["last_seen"]),
        (&json!(""), &json!(false), &Value::Null)
    );
    let messages = ada.get(&format!("/api/chat/{room}/messages/")).await.expect(200);
    assert_eq!(results(&messages)[0]["content"], "farewell");
    assert_eq!(results(&messages)[0]["user"]["id"], friend["id"]);
}

/// There the links lost the port, and led elsewhere.
#[tokio::test]
async fn links_lead_back_to_where_the_request_came() {
    let given = Given::start().await;
    given.users(&["ada", "bob"]).await;
    given.friends("ada", "bob").await;
    let room = given.room("ada").await;
    for number in 1..=11 {
        given.say("bob", &room, &number.to_string()).await;
    }
    let path = format!("/api/chat/{room}/messages/");
    let page = given.client("ada").get(&path).await.expect(200);
    assert_eq!(page["next"], format!("{}{path}?page=2", given.nobody.root));
}

/// There a token that only gets new ones opened the chat too.
#[tokio::test]
async fn a_refresh_token_opens_nothing() {
    let given = Given::start().await;
    for claims in [
        json!({ "user_id": "ada", "token_type": "refresh" }),
        json!({ "user_id": "ada" }),
        json!({ "token_type": "access" }),
        json!({ "user_id": "ada", "token_type": "access", "exp": 1_600_000_000 }),
    ] {
        let client = given.nobody.with(&format!("JWT {}", token(claims.clone())));
        let reply = client.get("/api/chat/users/").await;
        assert_eq!(reply.expect(403), json!({ "detail": "Invalid token" }), "{claims}");
    }
}

/// There who closed one of two tabs was offline in the other.
#[tokio::test]
async fn closing_one_of_two_tabs_takes_nobody_offline() {
    let given = Given::start().await;
    given.users(&["ada", "bob"]).await;
    given.friends("ada", "bob").await;
    let room = given.room("ada").await;
    let backend = &given.tenant().backend;
    let token = backend.token(&id_of(given.tenant(), "bob").await).await;
    let tab = async || {
        Handshake::new(backend.ws())
            .query("token", &token)
            .open()
            .await
            .unwrap()
    };
    let (mut one, other) = (tab().await, tab().await);
    one.ok("ping", json!({})).await;
    drop(other);
    one.ok("ping", json!({})).await;
    let shown = given
        .client("ada")
        .get(&format!("/api/chat/users/{room}/"))
        .await
        .expect(200);
    assert_eq!(shown["friend"]["is_online"], true);
}
