//! chat-panel's Socket.IO: `join_room` and `send_message` with texts of JSON, `new_message` and `error`.

use serde_json::{Value, json};

use crate::harness::{FOREIGN_SECRET, Guest, SocketIo, TestServer, jwt, understand};

/// Nobody's.
const NO_ROOM: &str = "76afed16-7e57-42a9-a9d8-520fbbb68a87";
const NOT_JOINED: &str = "An error occured while joining the room";
const NOT_SENT: &str = "An error occurred while processing your message";

/// Three users of the service.
async fn guests() -> (TestServer, [Guest; 3]) {
    let server = TestServer::start();
    understand(&server).await;
    let ada = Guest::new(&server, "Ada").await;
    let bob = Guest::new(&server, "Bob").await;
    let eve = Guest::new(&server, "Eve").await;
    (server, [ada, bob, eve])
}

async fn room(server: &TestServer, public: bool, members: &[&Guest]) -> String {
    let members: Vec<_> = members.iter().map(|guest| &guest.id).collect();
    let room = json!({ "kind": "group", "name": "Tea", "public": public, "members": members });
    let room = server.post("/room", room).await.expect(201);
    room["id"].as_str().unwrap().to_owned()
}

/// As `JSON.stringify` writes it.
fn written(payload: &Value) -> Value {
    json!(payload.to_string())
}

async fn join(client: &mut SocketIo, room: &str) {
    client.ask("join_room", &[written(&json!({ "room_id": room }))]).await;
}

async fn say(client: &mut SocketIo, room: &str, text: &str) {
    let payload = json!({ "room_id": room, "text_message": text });
    client.emit("send_message", &[written(&payload)]).await;
}

/// What was said to this client by now that nobody has looked at. Whatever was on its way stands before the second answer.
async fn heard(client: &mut SocketIo) -> Vec<(String, Value)> {
    for _ in 0..2 {
        client.ask("nothing", &[]).await;
    }
    client.heard()
}

#[tokio::test]
async fn everyone_in_the_room_hears_a_message_its_sender_too() {
    let (server, [ada, bob, _]) = guests().await;
    let room = room(&server, false, &[&ada, &bob]).await;
    let (mut hers, mut his) = (ada.chat_panel().await, bob.chat_panel().await);
    join(&mut hers, &room).await;
    join(&mut his, &room).await;
    say(&mut hers, &room, "r1").await;
    let told = hers.expect("new_message").await;
    assert_eq!(
        told,
        json!({
            "id": told["id"], "room_id": room, "user_id": ada.own_id, "created_at": told["created_at"],
            "deleted_at": null, "text_message": { "content": "r1" },
        })
    );
    assert_eq!(his.expect("new_message").await, told);
    assert_eq!(server.messages(&room).await[0]["text_message"], "r1");
    assert_eq!(heard(&mut hers).await, [], "once");
    // The payload as an object, which the service could not read.
    his.emit("send_message", &[json!({ "room_id": room, "text_message": "r2" })])
        .await;
    for client in [&mut hers, &mut his] {
        assert_eq!(client.expect("new_message").await["text_message"]["content"], "r2");
    }
}

#[tokio::test]
async fn joining_makes_a_member_of_whoever_knows_of_a_public_room() {
    let (server, [ada, bob, _]) = guests().await;
    let room = room(&server, true, &[&ada]).await;
    let mut his = bob.chat_panel().await;
    // What stands beside the room in the document's example says nothing.
    let example = json!({ "room_id": room, "text_message": "r1" });
    for _ in 0..2 {
        his.ask("join_room", &[written(&example)]).await;
    }
    assert_eq!(server.all(&format!("/room/{room}/member")).await.len(), 2);
    assert_eq!(server.messages(&room).await.len(), 0);
    let mut hers = ada.chat_panel().await;
    say(&mut hers, &room, "welcome").await;
    assert_eq!(his.expect("new_message").await["text_message"]["content"], "welcome");
    assert_eq!(heard(&mut his).await, [], "of joining nothing is said");
}

#[tokio::test]
async fn what_comes_from_elsewhere_is_heard_in_the_services_words() {
    let (server, [ada, bob, _]) = guests().await;
    let room = room(&server, false, &[&ada, &bob]).await;
    let mut his = bob.chat_panel().await;
    join(&mut his, &room).await;
    let natively = server.acting_as(&ada.id);
    let send = format!("/room/{room}/message/send");
    let sent = natively
        .post(&send, json!({ "text_message": "hello" }))
        .await
        .expect(201);
    let told = his.expect("new_message").await;
    assert_eq!(
        (&told["id"], &told["user_id"], &told["text_message"]["content"]),
        (&sent["id"], &json!(ada.own_id), &json!("hello"))
    );
    // It has no word for this.
    let id = sent["id"].as_str().unwrap();
    let edited = json!({ "text_message": "edited" });
    natively
        .patch(&format!("/room/{room}/message/{id}"), edited)
        .await
        .expect(200);
    assert_eq!(heard(&mut his).await, []);
}

#[tokio::test]
async fn what_cannot_be_done_is_an_error_in_the_services_spelling() {
    let (server, [ada, bob, _]) = guests().await;
    let (private, own) = (room(&server, false, &[&ada]).await, room(&server, false, &[&bob]).await);
    let mut his = bob.chat_panel().await;
    for payload in [
        written(&json!({ "room_id": private })),
        written(&json!({ "room_id": NO_ROOM })),
        written(&json!({ "room_id": "no-id-at-all" })),
        written(&json!({})),
        json!("{"),
        json!(7),
    ] {
        his.emit("join_room", std::slice::from_ref(&payload)).await;
        assert_eq!(his.next().await, ("error".to_owned(), json!(NOT_JOINED)), "{payload}");
    }
    for payload in [
        written(&json!({ "room_id": private, "text_message": "r1" })),
        written(&json!({ "room_id": NO_ROOM, "text_message": "r1" })),
        written(&json!({ "room_id": own })),
        written(&json!({ "room_id": own, "text_message": "" })),
        written(&json!({ "text_message": "r1" })),
        json!("null"),
    ] {
        his.emit("send_message", std::slice::from_ref(&payload)).await;
        assert_eq!(his.expect("error").await, NOT_SENT, "{payload}");
    }
    his.emit("join_room", &[]).await;
    assert_eq!(his.expect("error").await, NOT_JOINED);
    assert_eq!(heard(&mut his).await, []);
    assert_eq!(server.messages(&private).await.len(), 0);
    assert_eq!(server.all(&format!("/room/{private}/member")).await.len(), 1);
}

/// There whoever joined a room made every connected socket join it.
#[tokio::test]
async fn who_has_not_joined_hears_nothing_of_a_room() {
    let (server, [ada, bob, eve]) = guests().await;
    let (one, other) = (
        room(&server, false, &[&ada, &bob]).await,
        room(&server, false, &[&bob, &eve]).await,
    );
    let mut bystander = eve.chat_panel().await;
    join(&mut bystander, &other).await;
    let mut his = bob.chat_panel().await;
    let mut hers = ada.chat_panel().await;
    join(&mut hers, &one).await;
    say(&mut hers, &one, "r1").await;
    hers.expect("new_message").await;
    assert_eq!(heard(&mut bystander).await, [], "a member of another room");
    assert_eq!(heard(&mut his).await, [], "a member who has not joined");
}

/// There anybody wrote into any room.
#[tokio::test]
async fn sending_needs_membership_and_no_joining() {
    let (server, [ada, bob, eve]) = guests().await;
    let room = room(&server, true, &[&ada, &bob]).await;
    let mut hers = ada.chat_panel().await;
    join(&mut hers, &room).await;
    let mut stranger = eve.chat_panel().await;
    say(&mut stranger, &room, "let me in").await;
    assert_eq!(stranger.expect("error").await, NOT_SENT, "though the room is public");
    let mut his = bob.chat_panel().await;
    say(&mut his, &room, "r1").await;
    for client in [&mut his, &mut hers] {
        assert_eq!(client.expect("new_message").await["text_message"]["content"], "r1");
    }
}

/// There a suspended user stayed connected, and a deleted room was joined.
#[tokio::test]
async fn who_is_suspended_is_out_and_what_is_deleted_is_over() {
    let (server, [ada, bob, _]) = guests().await;
    let room = room(&server, true, &[&ada, &bob]).await;
    let mut hers = ada.chat_panel().await;
    join(&mut hers, &room).await;
    let mut his = bob.chat_panel().await;
    let suspension = format!("/user/{}/suspension", bob.id);
    server.call("PUT", &suspension, Some(json!({}))).await.expect(200);
    his.ended().await;
    assert_eq!(server.delete(&format!("/room/{room}")).await.status, 204);
    say(&mut hers, &room, "r1").await;
    assert_eq!(hers.expect("error").await, NOT_SENT);
    hers.emit("join_room", &[written(&json!({ "room_id": room }))]).await;
    assert_eq!(hers.expect("error").await, NOT_JOINED);
}

#[tokio::test]
async fn nobody_stays_connected_without_a_good_token_in_the_header() {
    let (_server, [ada, ..]) = guests().await;
    let url = ada.url("chat-panel", "/socket.io/?EIO=4&transport=websocket");
    let mut ended = ada.claims();
    ended["exp"] = json!(1_700_000_000);
    let forged = jwt("another secret of 0123456789 and 32 bytes", ada.claims());
    let bearer = |token: &str| vec![("authorization", format!("Bearer {token}"))];
    for (what, headers) in [
        ("none", Vec::new()),
        ("no token", bearer("x.y.z")),
        ("one of another secret", bearer(&forged)),
        ("one that has ended", bearer(&jwt(FOREIGN_SECRET, ended))),
    ] {
        let headers: Vec<_> = headers.iter().map(|(name, value)| (*name, value.as_str())).collect();
        // However it is told, the connection is over, and nothing that is emitted was heard before.
        if let Ok(packets) = SocketIo::refused(&url, &headers).await {
            assert!(
                packets.iter().all(|packet| !packet.starts_with("42")),
                "{what}: {packets:?}"
            );
        }
    }
}
