//! Reactions: counted once for each user, and one's own marked.

use futures_util::future::join_all;
use serde_json::{Value, json};

use crate::harness::{Person, TestServer};

async fn reactions(person: &Person, room: &str) -> Value {
    let page = person.get(&format!("/room/{room}/message")).await.expect(200);
    page["items"][0]["reactions"].clone()
}

#[tokio::test]
async fn a_reaction_is_told_counted_and_taken_back() {
    let server = TestServer::start();
    let [ada, bob] = server.people(["Ada", "Bob"]).await;
    let room = server.group(&[&ada, &bob]).await;
    let message = ada.say(&room, "hi").await;
    let (mut hers, mut his) = (ada.join(&room).await, bob.join(&room).await);
    let frame = json!({ "room_id": room, "message_id": message["id"], "reaction": "👍" });
    let ack = his.ok("add_reaction", frame.clone()).await;
    assert_eq!(
        ack["message"]["reactions"],
        json!([{ "reaction": "👍", "count": 1, "own": true }])
    );
    let told = hers.expect_event("reaction_added").await;
    assert_eq!(told, ack["entry"]);
    assert_eq!(
        (&told["reaction"], &told["user_id"], &told["message_seq"]),
        (&json!("👍"), &json!(bob.id), &json!(2))
    );
    let again = his.ok("add_reaction", frame.clone()).await;
    assert_eq!(
        (&again["entry"], &again["message"]["reactions"][0]["count"]),
        (&Value::Null, &json!(1))
    );
    let path = format!(
        "/room/{room}/message/{}/reaction/%F0%9F%91%8D",
        message["id"].as_str().unwrap()
    );
    ada.put(&path).await.expect(200);
    his.expect_event("reaction_added").await;
    assert_eq!(
        reactions(&ada, &room).await,
        json!([{ "reaction": "👍", "count": 2, "own": true }])
    );
    his.ok("remove_reaction", frame.clone()).await;
    hers.expect_event("reaction_added").await;
    hers.expect_event("reaction_removed").await;
    assert_eq!(reactions(&bob, &room).await, json!([{ "reaction": "👍", "count": 1 }]));
    ada.delete(&path).await.expect(204);
    assert_eq!(reactions(&bob, &room).await, Value::Null);
    let none = his.ok("remove_reaction", frame).await;
    assert_eq!(none["entry"], Value::Null);
}

#[tokio::test]
async fn all_who_react_at_once_are_counted() {
    let server = TestServer::start();
    let people = join_all((0..12).map(|number| {
        let server = &server;
        async move { server.person(&format!("P{number}")).await }
    }))
    .await;
    let room = server.group(&people.iter().collect::<Vec<_>>()).await;
    let message = people[0].say(&room, "hi").await;
    let path = format!("/room/{room}/message/{}/reaction/ok", message["id"].as_str().unwrap());
    for reply in join_all(people.iter().map(|person| person.put(&path))).await {
        if reply.status != 200 {
            // So many at once may be asked to come again, and then find room; a store of others may take too long for one of them.
            let late = TestServer::is_running() && reply.body["code"] == "unavailable";
            reply.refused(503, if late { "unavailable" } else { "busy" });
        }
    }
    for person in &people {
        person.put(&path).await.expect(200);
    }
    let counted = reactions(&people[3], &room).await;
    assert_eq!(counted, json!([{ "reaction": "ok", "count": 12, "own": true }]));
}

#[tokio::test]
async fn a_message_has_at_most_20_different_reactions() {
    let server = TestServer::start();
    let [ada, bob] = server.people(["Ada", "Bob"]).await;
    let room = server.group(&[&ada, &bob]).await;
    let message = ada.say(&room, "hi").await;
    let path = |what: &str| {
        format!(
            "/room/{room}/message/{}/reaction/{what}",
            message["id"].as_str().unwrap()
        )
    };
    for number in 0..20 {
        ada.put(&path(&format!("r{number}"))).await.expect(200);
    }
    bob.put(&path("r20")).await.refused(409, "too_many_reactions");
    bob.put(&path("r7")).await.expect(200);
    // What nobody has any more takes no place.
    ada.delete(&path("r0")).await.expect(204);
    bob.put(&path("r20")).await.expect(200);
    ada.put(&path("r0")).await.refused(409, "too_many_reactions");
    ada.delete(&format!("/room/{room}/message/{}", message["id"].as_str().unwrap()))
        .await
        .expect(204);
    bob.put(&path("r8")).await.refused(409, "message_deleted");
}
