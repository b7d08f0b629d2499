//! What comes only after a time: who has not seen a message, calls that are given up, files that nobody took, messages that are kept for
//! a day, and what was given an end. On a server whose clock can be moved.

use parlour_domain::limits::{UNBOUND_SECONDS, UNSEEN_SECONDS};
use serde_json::{Value, json};

use crate::harness::{ClockServer, Person, Receiver};

const HOUR: i64 = 3_600;
/// Long enough for who has not seen a message to be found out.
const LATER: i64 = UNSEEN_SECONDS + 2;

/// A webhook of the receiver that hears of these events: its path and its secret.
async fn hook(server: &ClockServer, receiver: &Receiver, event: &str) -> (String, Value) {
    let new = json!({ "url": receiver.start().await, "events": [event] });
    let made = server.post("/webhook", new).await.expect(201);
    let path = format!("/webhook/{}", made["id"].as_str().unwrap());
    (path, made["secret"].clone())
}

#[tokio::test]
async fn who_has_not_seen_a_message_is_told_of_once_until_they_have_read() {
    let (server, receiver) = (ClockServer::start().await, Receiver::default());
    let (_, secret) = hook(&server, &receiver, "message.unseen").await;
    let [ada, bob, eve] = server.people(["Ada", "Bob", "Eve"]).await;
    let room = ada.group(&[&bob, &eve]).await;
    // Eve hears of the room and does not read; Bob has no connection.
    let (mut hers, _eves) = (ada.join(&room).await, eve.join(&room).await);
    let heard_after = async |seconds: i64| {
        server.settle().await;
        server.pass(seconds);
        server.settle().await;
        receiver.calls()
    };

    hers.say(&room, "one").await;
    let second = hers.say(&room, "two").await;
    // A slow machine may have been at it for some seconds already.
    assert!(heard_after(UNSEEN_SECONDS - 15).await.is_empty());
    let calls = heard_after(17).await;
    assert_eq!(calls.len(), 1, "one call for both");
    assert!(calls[0].is_signed_with(&secret));
    let told = calls[0].json();
    assert_eq!(
        (&told["type"], &told["data"]["room_id"], &told["data"]["user_ids"]),
        (&json!("message.unseen"), &json!(room), &json!([bob.id]))
    );
    assert_eq!(told["data"]["message"]["id"], second["id"]);

    // The burst goes on.
    let third = hers.say(&room, "three").await;
    assert_eq!(heard_after(LATER).await.len(), 1);
    let read = async |message: &Value| {
        let seq = json!({ "seq": message["seq"] });
        bob.post(&format!("/room/{room}/read"), seq).await.expect(200);
    };
    read(&third).await;
    let fourth = hers.say(&room, "four").await;
    let calls = heard_after(LATER).await;
    assert_eq!(calls.len(), 2);
    let told = calls[1].json();
    assert_eq!(
        (&told["data"]["user_ids"], &told["data"]["message"]["id"]),
        (&json!([bob.id]), &fourth["id"])
    );
    assert_ne!(calls[0].id, calls[1].id);

    // Who wants to hear of nothing is not told of.
    read(&fourth).await;
    for (wanted, times) in [("none", 2), ("all", 3)] {
        let wanted = json!({ "notification": wanted });
        bob.put_body(&format!("/room/{room}/notification"), wanted)
            .await
            .expect(200);
        hers.say(&room, "five").await;
        assert_eq!(heard_after(LATER).await.len(), times);
    }
}

#[tokio::test]
async fn a_receiver_that_never_comes_back_is_given_up_after_a_day_and_can_be_asked_again() {
    let (server, receiver) = (ClockServer::start().await, Receiver::default());
    let (path, secret) = hook(&server, &receiver, "message.created").await;
    let ada = server.person("Ada").await;
    let room = ada.group(&[]).await;
    receiver.answer(503);
    let said = ada.say(&room, "is anybody there?").await;
    let (log, begin) = (format!("{path}/delivery"), server.now());
    server.settle().await;
    while server.get(&log).await.expect(200)["items"][0]["status"] == "pending" {
        assert!(server.now() < begin.plus_seconds(60 * HOUR), "it is given up");
        server.pass(HOUR);
        server.settle().await;
        // The longer pauses no queue keeps.
        server.sweep().await;
        server.settle().await;
    }
    assert!(server.now() > begin.plus_seconds(22 * HOUR), "for about a day");
    let calls = receiver.calls();
    for call in &calls {
        assert!(call.is_signed_with(&secret));
        assert_eq!((json!(call.id), &call.body), (said["id"].clone(), &calls[0].body));
    }
    let dead = server.all(&format!("{log}?status=dead")).await;
    assert_eq!(dead.len(), 1);
    assert_eq!(
        (&dead[0]["event_id"], &dead[0]["response_status"], &dead[0]["tries"]),
        (&said["id"], &json!(503), &json!(calls.len()))
    );

    receiver.answer(200);
    let replay = format!("{log}/{}/replay", dead[0]["id"].as_str().unwrap());
    server.call("POST", &replay, None).await.expect(200);
    server.settle().await;
    let done = server.all(&format!("{log}?status=delivered")).await;
    assert_eq!((done.len(), &done[0]["event_id"]), (1, &said["id"]));
    assert_eq!(receiver.calls().len(), calls.len() + 1);
    assert!(server.all(&format!("{log}?status=dead")).await.is_empty());
}

#[tokio::test]
async fn a_file_that_no_message_has_is_collected() {
    let server = ClockServer::start().await;
    let ada = server.person("Ada").await;
    let room = ada.group(&[]).await;
    let taken = ada.upload("taken.txt", "text/plain", b"taken").await;
    let left = ada.upload("left.txt", "text/plain", b"left").await;
    let deleted = ada.upload("deleted.txt", "text/plain", b"deleted").await;
    let id = |file: &Value| file["attachment_id"].as_str().unwrap().to_owned();
    let send = async |file: &Value| {
        let sent = ada.send(&room, json!({ "attachments": [file["attachment_id"]] })).await;
        sent.expect(201)["id"].as_str().unwrap().to_owned()
    };
    send(&taken).await;
    let message = send(&deleted).await;
    ada.delete(&format!("/room/{room}/message/{message}?hard=true"))
        .await
        .expect(204);
    server.sweep().await;
    for file in [&taken, &left, &deleted] {
        assert!(server.keeps(&id(file)).await, "an upload may be under way still");
    }

    server.pass(UNBOUND_SECONDS + 1);
    server.sweep().await;
    let kept = [
        server.keeps(&id(&taken)).await,
        server.keeps(&id(&left)).await,
        server.keeps(&id(&deleted)).await,
    ];
    assert_eq!(kept, [true, false, false]);
    let ada = server.renewed(&ada).await;
    ada.confirm(&left).await.refused(404, "not_found");
    let again = ada.send(&room, json!({ "attachments": [id(&left)] })).await;
    assert_eq!(again.refused(400, "invalid_input")["field"], "attachments");
    let link = ada.get(&format!("/room/{room}/attachment/{}", id(&taken))).await;
    assert!(link.expect(200)["url"].is_string());
}

#[tokio::test]
async fn what_a_room_keeps_for_a_day_is_gone_the_next() {
    let server = ClockServer::start().await;
    let [ada, bob] = server.people(["Ada", "Bob"]).await;
    let new = json!({ "kind": "group", "retention_days": 1, "members": [bob.id] });
    let room = ada.post("/room", new).await.expect(201)["id"]
        .as_str()
        .unwrap()
        .to_owned();
    let old = ada.say(&room, "old").await;
    ada.say(&room, "old too").await;
    server.pass(25 * HOUR);
    let (ada, bob) = (server.renewed(&ada).await, server.renewed(&bob).await);
    let kept = ada.say(&room, "new").await;
    server.sweep().await;
    assert_eq!(server.messages(&room).await, std::slice::from_ref(&kept));
    let message = format!("/room/{room}/message/{}", old["id"].as_str().unwrap());
    for caller in [&*bob, &**server] {
        caller.get(&message).await.refused(404, "not_found");
    }
    let below = bob.connect().await.resume(&room, 1).await;
    assert_eq!(
        (&below["verdict"], &below["reason"], &below["oldest_seq"]),
        (&json!("limited"), &json!("below_floor"), &kept["seq"])
    );
    assert_eq!(
        bob.all("/room").await[0]["unread"],
        json!({ "count": 1, "more": false })
    );
    // What was taken away from readers goes for good, and the last entry never does.
    server.pass(3 * 24 * HOUR);
    for _ in 0..2 {
        server.sweep().await;
    }
    assert_eq!(server.messages(&room).await, [kept]);
    let ada = server.renewed(&ada).await;
    assert_eq!(ada.say(&room, "newer").await["seq"], 5);
}

async fn pins(person: &Person, room: &str) -> usize {
    let page = person.get(&format!("/room/{room}/pin")).await.expect(200);
    page["items"].as_array().unwrap().len()
}

#[tokio::test]
async fn what_was_given_an_end_ends_by_itself() {
    let server = ClockServer::start().await;
    let [ada, bob, carol, dan, eve] = server.people(["Ada", "Bob", "Carol", "Dan", "Eve"]).await;
    let room = ada.group(&[&bob, &dan]).await;
    let path = format!("/room/{room}");
    let said = ada.say(&room, "pinned for an hour").await;
    let end = json!({ "expires_at": server.now().plus_seconds(HOUR).to_string() });
    let pin = format!("{path}/message/{}/pin", said["id"].as_str().unwrap());
    for what in [
        format!("{path}/member/{}/mute", bob.id),
        format!("{path}/ban/{}", carol.id),
        pin,
    ] {
        ada.put_body(&what, end.clone()).await.expect(200);
    }
    let mut invite = end.clone();
    invite["user_id"] = json!(eve.id);
    ada.post(&format!("{path}/invite"), invite).await.expect(201);
    let suspension = format!("/user/{}/suspension", dan.id);
    let until = json!({ "until": end["expires_at"] });
    server.put_body(&suspension, until).await.expect(200);

    let add = json!({ "user_id": carol.id });
    let hello = json!({ "text_message": "hello" });
    bob.send(&room, hello.clone()).await.refused(403, "muted");
    ada.post(&format!("{path}/member"), add.clone())
        .await
        .refused(403, "banned");
    dan.get("/me").await.refused(403, "user_suspended");
    assert_eq!(pins(&ada, &room).await, 1);
    assert_eq!(eve.all("/invite").await.len(), 1);

    // Nobody has swept meanwhile.
    server.pass(HOUR + 1);
    let (ada, bob) = (server.renewed(&ada).await, server.renewed(&bob).await);
    bob.send(&room, hello).await.expect(201);
    server.renewed(&dan).await.get("/me").await.expect(200);
    assert_eq!(pins(&ada, &room).await, 0);
    let eve = server.renewed(&eve).await;
    assert!(eve.all("/invite").await.is_empty());
    let accept = format!("/invite/{room}/accept");
    eve.call("POST", &accept, None).await.refused(404, "not_found");
    ada.post(&format!("{path}/member"), add).await.expect(201);
}
