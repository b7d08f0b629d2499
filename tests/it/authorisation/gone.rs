//! Reasons to hear no more × ways to hear: who left, was removed, banned, suspended or deleted, or whose token has expired,
//! learns of nothing that stands after the end in the room's log, whether it is pushed to them or they ask for it.

mod story;

use std::time::{Duration, Instant};

use serde_json::{Value, json};
use tokio::time::sleep;
use tokio_tungstenite::tungstenite::Message;

use crate::harness::{Caller, LIMIT, Person, Socket, Tenants};
use crate::routes::documented;

use story::{Story, WORD};

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Reason {
    Left,
    Removed,
    Banned,
    Suspended,
    Deleted,
    Expired,
}

impl Reason {
    const ALL: [Self; 6] = [
        Self::Left,
        Self::Removed,
        Self::Banned,
        Self::Suspended,
        Self::Deleted,
        Self::Expired,
    ];
}

#[tokio::test]
async fn nothing_after_the_end_reaches_who_is_gone() {
    let tenants = Tenants::start();
    let routes = documented(&tenants.server).await;
    let gets = routes.iter().filter(|(method, _)| method == "GET");
    let gets: Vec<&str> = gets.map(|(_, path)| path.as_str()).collect();
    let mut leaks = Vec::new();
    for reason in Reason::ALL {
        leaks.extend(leaks_of(&tenants, reason, &gets).await);
    }
    assert!(leaks.is_empty(), "{}", leaks.join("\n"));
}

/// What reaches a user whose time in a room has ended.
async fn leaks_of(tenants: &Tenants, reason: Reason, gets: &[&str]) -> Vec<String> {
    let server = &tenants.server;
    let [ada, bob, cleo] = server.people(["Ada", "Bob", "Cleo"]).await;
    let mut story = begin(tenants, &[&ada, &bob, &cleo]).await;
    let mut his = match reason {
        Reason::Expired => tenants.joined_for_a_while(&bob, &story.room).await,
        _ => bob.join(&story.room).await,
    };
    end(tenants, reason, (&ada, &bob), &story.room, &mut his).await;
    go_on(tenants, (&ada, &cleo), &mut story).await;

    let mut leaks = Vec::new();
    let mut told = |how: String, what: &Value| {
        if story.tells(what) {
            leaks.push(format!("{reason:?}: {how}: {what}"));
        }
    };
    for event in until_now(&mut his).await {
        told("pushed".to_owned(), &event);
    }
    let (his_own, expired) = match reason {
        Reason::Expired => {
            let token = tenants.expired(&server.tenant, &bob.id);
            (bob.at(server, token), true)
        }
        _ => (bob.clone(), false),
    };
    let mut callers: Vec<Caller> = vec![(*his_own).clone()];
    // The backend may act for a user whose token has expired: the membership goes on.
    callers.extend((!expired).then(|| server.acting_as(&bob.id)));
    for caller in &callers {
        for path in story.paths(gets, &cleo) {
            told(path.clone(), &caller.get(&path).await.body);
        }
    }
    let mut sockets = vec![his];
    sockets.extend(his_own.handshake().open().await.ok());
    for socket in &mut sockets {
        for (action, fields) in story.actions() {
            for answer in ask(socket, action, fields).await {
                told(action.to_owned(), &answer);
                let allowed = ["resume", "ping"].contains(&action) || answer["event"] != "ack";
                assert!(allowed, "{reason:?}: {action}: {answer}");
            }
        }
        for event in until_now(socket).await {
            told("pushed later".to_owned(), &event);
        }
    }
    // Who is still there is told in many of these ways.
    let mut heard = 0;
    for path in story.paths(gets, &cleo) {
        heard += usize::from(story.tells(&cleo.get(&path).await.body));
    }
    assert!(heard >= 8, "{reason:?}: a member is told in {heard} ways only");
    leaks
}

async fn begin(tenants: &Tenants, people: &[&Person; 3]) -> Story {
    let server = &tenants.server;
    let [_, bob, cleo] = people;
    let key = format!("gone-{}", bob.id);
    let members: Vec<&str> = people.iter().map(|person| person.id.as_str()).collect();
    let new = json!({ "kind": "group", "name": "room", "key": key, "members": members });
    let room = id(&server.post("/room", new).await.expect(201));
    let before = id(&cleo.say(&room, "before").await);
    bob.put(&format!("/room/{room}/message/{before}/star"))
        .await
        .expect(200);
    Story {
        elsewhere: bob.group(&[]).await,
        room,
        key,
        before,
        end: 0,
        secret: (String::new(), 0),
    }
}

/// Ends the user's time in the room.
async fn end(tenants: &Tenants, reason: Reason, (ada, bob): (&Person, &Person), room: &str, his: &mut Socket) {
    let (server, user) = (&tenants.server, &bob.id);
    match reason {
        Reason::Left => {
            let left = bob.call("POST", &format!("/room/{room}/leave"), None).await;
            left.expect(204);
        }
        Reason::Removed => {
            server.delete(&format!("/room/{room}/member/{user}")).await.expect(204);
        }
        Reason::Banned => {
            let ban = format!("/room/{room}/ban/{user}");
            server.put_body(&ban, json!({})).await.expect(200);
        }
        Reason::Suspended => {
            let suspension = format!("/user/{user}/suspension");
            server.put_body(&suspension, json!({})).await.expect(200);
        }
        Reason::Deleted => {
            server.delete(&format!("/user/{user}")).await.expect(204);
        }
        Reason::Expired => {
            his.expect_expiry().await;
            // Pushes end with the second in which the token ends.
            let begin = Instant::now();
            loop {
                ada.say(room, "still there?").await;
                his.refused("ping", json!({})).await;
                if his.heard().is_empty() {
                    break;
                }
                assert!(begin.elapsed() < LIMIT, "pushes end with the token");
                sleep(Duration::from_millis(50)).await;
            }
        }
    }
}

/// What the others say and do from here on.
async fn go_on(tenants: &Tenants, (ada, cleo): (&Person, &Person), story: &mut Story) {
    let server = &tenants.server;
    let (room, before) = (story.room.clone(), story.before.clone());
    let mut hers = ada.connect().await;
    story.end = hers.join(&room).await["head_seq"].as_u64().unwrap();
    let secret = cleo.say(&room, WORD).await;
    story.secret = (id(&secret), secret["seq"].as_u64().unwrap());
    let reply = json!({ "text_message": format!("{WORD}, again"), "parent_id": before });
    cleo.send(&room, reply).await.expect(201);
    let message = format!("/room/{room}/message/{before}");
    let edit = json!({ "text_message": format!("{WORD}, edited") });
    cleo.patch(&message, edit).await.expect(200);
    ada.put(&format!("{message}/reaction/+1")).await.expect(200);
    let pin = format!("/room/{room}/message/{}/pin", story.secret.0);
    server.put_body(&pin, json!({})).await.expect(200);
    let read = json!({ "seq": story.secret.1 });
    ada.post(&format!("/room/{room}/read"), read).await.expect(200);
    hers.ok("typing", json!({ "room_id": room, "typing": true })).await;
    let rename = json!({ "name": WORD });
    server.patch(&format!("/room/{room}"), rename).await.expect(200);
}

/// Sends an action; all that comes up to its answer, or to the end of the connection.
async fn ask(socket: &mut Socket, action: &str, mut fields: Value) -> Vec<Value> {
    fields["action"] = action.into();
    fields["request_id"] = "mine".into();
    socket.try_send(Message::text(fields.to_string())).await;
    let mut frames = Vec::new();
    while let Ok(frame) = socket.next_until_end().await {
        let answered = frame["request_id"] == "mine";
        frames.push(frame);
        if answered {
            break;
        }
    }
    frames
}

/// What was pushed so far. It stands before the answers to two pings.
async fn until_now(socket: &mut Socket) -> Vec<Value> {
    let mut frames = ask(socket, "ping", json!({})).await;
    frames.extend(ask(socket, "ping", json!({})).await);
    frames
}

fn id(object: &Value) -> String {
    object["id"].as_str().unwrap().to_owned()
}
