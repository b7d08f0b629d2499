//! Messages within a minute, of a room and of one member, of a user and of an app: however many try at once, and whoever else does.

use std::sync::Arc;

use futures_util::future::join_all;
use parlour_domain::Timestamp;
use serde_json::{Value, json};

use crate::harness::{Backend, Person, Reply, Tenants, TestServer};

const MINUTE: i64 = 60_000;

async fn limit(by: &Person, room: &str, limits: Value) -> Value {
    by.patch(&format!("/room/{room}"), limits).await.expect(200)
}

/// Tries `times` at once.
async fn tries(person: &Person, room: &str, times: usize) -> Vec<Reply> {
    let texts: Vec<String> = (0..times).map(|number| number.to_string()).collect();
    let texts = Arc::new(texts);
    join_all(
        texts
            .iter()
            .map(|text| person.send(room, json!({ "text_message": text }))),
    )
    .await
}

/// Goes on until the limit says no. What is busy may be tried again.
async fn until_refused(person: &Person, room: &str, most: usize) -> Value {
    for _ in 0..=most {
        let reply = loop {
            let reply = person.send(room, json!({ "text_message": "one more" })).await;
            if reply.status != 503 {
                break reply;
            }
        };
        if reply.status == 429 {
            return reply.refused(429, "rate_limited");
        }
        reply.expect(201);
    }
    panic!("the limit of {most} refuses nothing");
}

/// No minute has more than `most` of these messages, by the times that the log gives them.
fn holds(messages: &[Value], most: usize) {
    let times: Vec<i64> = messages
        .iter()
        .map(|message| {
            Timestamp::parse(message["created_at"].as_str().unwrap())
                .unwrap()
                .millis()
        })
        .collect();
    for within in times.windows(most + 1) {
        assert!(within[most] - within[0] >= MINUTE, "{within:?}");
    }
}

fn by<'a>(messages: &'a [Value], person: &'a Person) -> Vec<Value> {
    let own = messages
        .iter()
        .filter(|message| message["user_id"] == person.id.as_str());
    own.cloned().collect()
}

#[tokio::test]
async fn the_limit_of_a_room_holds_under_200_tries_at_once() {
    const MOST: usize = 20;
    let server = TestServer::start();
    let [ada, bob, carol, dan, eve] = server.people(["Ada", "Bob", "Carol", "Dan", "Eve"]).await;
    let members = [&bob, &carol, &dan, &eve];
    let room = ada.group(&members).await;
    let changed = limit(&ada, &room, json!({ "messages_per_minute": MOST })).await;
    assert_eq!(changed["messages_per_minute"], MOST);
    let replies = join_all(members.map(|member| tries(member, &room, 50))).await;
    for reply in replies.into_iter().flatten() {
        match reply.status {
            201 | 503 => {}
            _ => {
                let problem = reply.refused(429, "rate_limited");
                assert!(
                    (1..=60_000).contains(&problem["retry_after_ms"].as_u64().unwrap()),
                    "{problem}"
                );
            }
        }
    }
    until_refused(&bob, &room, MOST).await;
    holds(&server.messages(&room).await, MOST);
    // Who keeps the order is not bound by it.
    ada.say(&room, "Calm down").await;
    let path = format!("/room/{room}/message/send");
    server
        .post(&path, json!({ "text_message": "Or else" }))
        .await
        .expect(201);
    limit(&ada, &room, json!({ "messages_per_minute": null })).await;
    bob.say(&room, "At last").await;
}

#[tokio::test]
async fn the_limit_of_a_member_holds_and_locks_nobody_else_out() {
    const MOST: usize = 10;
    let server = TestServer::start();
    let [ada, bob, carol] = server.people(["Ada", "Bob", "Carol"]).await;
    let room = ada.group(&[&bob, &carol]).await;
    limit(&ada, &room, json!({ "member_messages_per_minute": MOST })).await;
    let flood = tries(&bob, &room, 200);
    let talk = async {
        for number in 0..MOST / 2 {
            let message = json!({ "text_message": "still here", "client_id": format!("{number}-{room}") });
            loop {
                let reply = carol.send(&room, message.clone()).await;
                match reply.status {
                    200 | 201 => break,
                    503 => {}
                    _ => panic!("who keeps the limit is refused: {reply:?}"),
                }
            }
        }
    };
    tokio::join!(flood, talk);
    until_refused(&bob, &room, MOST).await;
    let messages = server.messages(&room).await;
    holds(&by(&messages, &bob), MOST);
    assert_eq!(by(&messages, &carol).len(), MOST / 2);
}

#[tokio::test]
async fn a_repeat_is_no_further_message() {
    let server = TestServer::start();
    let [ada, bob] = server.people(["Ada", "Bob"]).await;
    let room = ada.group(&[&bob]).await;
    let limits = json!({ "messages_per_minute": 600, "member_messages_per_minute": 1 });
    limit(&ada, &room, limits.clone()).await;
    let mut his = bob.join(&room).await;
    let one = json!({ "room_id": room, "text_message": "one", "client_id": format!("one-{room}") });
    let sent = his.ok("send_message", one.clone()).await;
    let again = his.ok("send_message", one).await;
    assert_eq!((&again["seq"], &again["duplicate"]), (&sent["seq"], &json!(true)));
    for wrong in [
        json!({ "messages_per_minute": 0 }),
        json!({ "messages_per_minute": 601 }),
        json!({ "member_messages_per_minute": 0 }),
        json!({ "member_messages_per_minute": "1" }),
    ] {
        ada.patch(&format!("/room/{room}"), wrong)
            .await
            .refused(400, "invalid_input");
    }
    let mut change = json!({ "room_id": room, "messages_per_minute": null });
    let mut hers = ada.connect().await;
    let changed = hers.ok("update_room", change.clone()).await;
    assert_eq!(
        (
            changed.get("messages_per_minute"),
            &changed["member_messages_per_minute"]
        ),
        (None, &json!(1))
    );
    let told = his.expect_event("room_updated").await;
    assert_eq!(told["settings"], json!({ "member_messages_per_minute": 1 }));
    change["member_messages_per_minute"] = Value::Null;
    hers.ok("update_room", change).await;
    bob.say(&room, "two").await;
}

/// Only what is known to be the same message sent again is none: a client id alone says nothing.
#[tokio::test]
async fn a_client_id_that_was_used_opens_no_way_around_a_limit() {
    let server = TestServer::start();
    for limits in [
        json!({ "slow_mode_seconds": 600 }),
        json!({ "member_messages_per_minute": 1 }),
        json!({ "messages_per_minute": 1 }),
    ] {
        let [ada, bob] = server.people(["Ada", "Bob"]).await;
        let room = ada.group(&[&bob]).await;
        limit(&ada, &room, limits.clone()).await;
        let mut message = json!({ "text_message": "one", "client_id": "one", "after_seq": 2 });
        let sent = bob.send(&room, message.clone()).await.expect(201);
        let path = format!("/room/{room}/message/{}", sent["id"].as_str().unwrap());
        let again = bob.send(&room, message.clone()).await.expect(200);
        assert_eq!(again["seq"], sent["seq"], "{limits}");
        // Something that is no message, so that what comes next has a base behind the first one.
        bob.put(&format!("{path}/reaction/+1")).await.expect(200);
        message["after_seq"] = json!(sent["seq"].as_u64().unwrap() + 1);
        for text in ["one", "two"] {
            message["text_message"] = json!(text);
            bob.send(&room, message.clone()).await.refused(429, "rate_limited");
        }
        message.as_object_mut().unwrap().remove("after_seq");
        bob.send(&room, message).await.refused(429, "rate_limited");
        assert_eq!(server.messages(&room).await.len(), 1, "{limits}");
    }
}

async fn set_quotas(server: &Backend, quotas: Value) -> Value {
    let app = server.patch("/app", json!({ "quotas": quotas })).await.expect(200);
    app["quotas"].clone()
}

#[tokio::test]
async fn a_backend_limits_its_users_and_takes_it_back() {
    const EACH: usize = 5;
    let tenants = Tenants::start();
    let server = &tenants.other.backend;
    let [ada, bob] = server.people(["Ada", "Bob"]).await;
    let room = ada.group(&[&bob]).await;
    assert_eq!(server.get("/app").await.expect(200)["quotas"], Value::Null);
    let quotas = json!({ "user_messages_per_minute": EACH });
    assert_eq!(set_quotas(server, quotas.clone()).await, quotas);
    assert_eq!(server.get("/app").await.expect(200)["quotas"], quotas);
    // Within two minutes of the clock.
    until_refused(&ada, &room, 2 * EACH).await;
    let said = bob.say(&room, "who is another user").await;
    let forward = format!("/room/{room}/message/{}/forward", said["id"].as_str().unwrap());
    let mut refused = 0;
    for _ in 0..=3 * EACH {
        let reply = ada.post(&forward, json!({ "to_room_id": room })).await;
        if reply.status != 201 {
            reply.refused(429, "rate_limited");
            refused += 1;
        }
    }
    assert!(refused > 0, "what is forwarded counts");
    for wrong in [
        json!({ "user_messages_per_minute": 0 }),
        json!({ "user_messages_per_minute": 60_001 }),
        json!({ "messages_per_minute": 10 }),
        json!({ "user_messages_per_minute": 11, "messages_per_minute": 10 }),
    ] {
        let reply = server.patch("/app", json!({ "quotas": wrong })).await;
        assert_eq!(reply.refused(400, "invalid_input")["field"], "quotas", "{wrong}");
    }
    // What is said of something else leaves them.
    let renamed = server.patch("/app", json!({ "name": "Renamed" })).await.expect(200);
    assert_eq!(renamed["quotas"], quotas);
    assert_eq!(set_quotas(server, Value::Null).await, Value::Null);
    for _ in 0..=EACH {
        ada.say(&room, "any number").await;
    }
}

#[tokio::test]
async fn a_repeat_is_answered_although_nothing_is_left_to_send() {
    let tenants = Tenants::start();
    let server = &tenants.other.backend;
    set_quotas(server, json!({ "user_messages_per_minute": 1 })).await;
    let ada = server.person("Ada").await;
    let room = ada.group(&[]).await;
    let one = json!({ "text_message": "one", "client_id": format!("one-{room}") });
    let sent = ada.send(&room, one.clone()).await.expect(201);
    let mut other = one.clone();
    other["text_message"] = json!("another");
    for _ in 0..3 {
        let again = ada.send(&room, one.clone()).await.expect(200);
        assert_eq!((&again["seq"], &again["duplicate"]), (&sent["seq"], &json!(true)));
        ada.send(&room, other.clone()).await.refused(409, "client_id_conflict");
    }
    until_refused(&ada, &room, 2).await;
}

#[tokio::test]
async fn who_keeps_the_limits_is_never_locked_out_by_who_does_not() {
    const EACH: usize = 10;
    let tenants = Tenants::start();
    let server = &tenants.other.backend;
    // Room for what all four may send, within two minutes of the clock.
    let quotas = json!({ "user_messages_per_minute": EACH, "messages_per_minute": 4 * EACH });
    set_quotas(server, quotas).await;
    let [ada, bob, carol, dan] = server.people(["Ada", "Bob", "Carol", "Dan"]).await;
    let (one, two) = (ada.group(&[&bob, &carol, &dan]).await, ada.group(&[&dan]).await);
    let flood = [&ada, &bob, &carol].map(|person| tries(person, &one, 67));
    let talk = async {
        for number in 0..EACH / 2 {
            let message = json!({ "text_message": "still here", "client_id": format!("{number}-{two}") });
            loop {
                let reply = dan.send(&two, message.clone()).await;
                match reply.status {
                    200 | 201 => break,
                    503 => {}
                    _ => panic!("who keeps the limits is refused: {reply:?}"),
                }
            }
        }
    };
    tokio::join!(join_all(flood), talk);
    assert_eq!(server.messages(&two).await.len(), EACH / 2);
}

#[tokio::test]
async fn the_limits_of_users_and_of_an_app_hold_over_all_rooms() {
    const EACH: usize = 10;
    const ALL: usize = 25;
    let tenants = Tenants::limited(10, 25);
    let server = &tenants.other.backend;
    let people = server.people(["Ada", "Bob", "Carol", "Dan"]).await;
    let [ada, bob, carol, dan] = &people;
    let (one, two) = (ada.group(&[bob, carol, dan]).await, ada.group(&[bob, carol, dan]).await);
    let mut his = bob.join(&one).await;
    let (rooms, begin) = ((&one, &two), std::time::Instant::now());
    let flood = people.iter().map(|person| async move {
        tokio::join!(tries(person, rooms.0, 25), tries(person, rooms.1, 25));
    });
    join_all(flood).await;
    let mut messages = server.messages(&one).await;
    messages.extend(server.messages(&two).await);
    // A message may get its place, and its time, a moment after it was counted: in the next minute of the clock.
    let minutes = usize::try_from(begin.elapsed().as_secs() / 60).unwrap() + 2;
    for person in &people {
        assert!(by(&messages, person).len() <= EACH * minutes, "{}", person.name);
    }
    assert!((1..=ALL * minutes).contains(&messages.len()), "{}", messages.len());
    // Over a socket the same; within two minutes of the clock it is refused.
    let mut refused = None;
    for _ in 0..=3 * EACH {
        let frame = json!({ "room_id": one, "text_message": "again" });
        if let Err(refusal) = his.act("send_message", frame).await {
            refused = Some(refusal);
            break;
        }
    }
    let refused = refused.expect("a limit");
    assert_eq!(refused.code(), "rate_limited");
    assert!((1..=60_000).contains(&refused.data["retry_after_ms"].as_u64().unwrap()));
    // Who acts by the client key is the backend, which is not bound.
    let path = format!("/room/{one}/message/send");
    for _ in 0..2 {
        let message = json!({ "text_message": "from the backend" });
        server.acting_as(&bob.id).post(&path, message.clone()).await.expect(201);
        server.post(&path, message).await.expect(201);
    }
}
