//! One room, and in it clients of several services and of Parlour's own: all hear of each other what their protocols can say.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};

use crate::harness::{Foreign, Guest, Socket, SocketIo, TestServer, understand};

/// At a server of the test's own, whose default app is that of the test.
#[tokio::test]
async fn paths_that_one_service_alone_has_need_no_prefix() {
    let server = TestServer::own_in_memory();
    understand(&server).await;
    let ada = Guest::new(&server, "Ada").await;
    let new = json!({ "kind": "group", "name": "Tea", "members": [ada.id] });
    let room = server.post("/room", new).await.expect(201)["id"]
        .as_str()
        .unwrap()
        .to_owned();
    let http = server.ready["http"].as_str().unwrap();
    let ws = http.replacen("http", "ws", 1);
    let mut go = Foreign::open(&format!("{ws}/ws/chat/{room}?token={}", ada.token()))
        .await
        .unwrap();
    go.send(json!({ "type": "message", "content": "hello" })).await;
    go.expect("new_message").await;
    let one_for_all = format!("{ws}/api/chat/ws/chat/?token={}", ada.token());
    assert!(Foreign::open(&one_for_all).await.is_ok());
    let rooms = reqwest::Client::builder().no_proxy().build().unwrap();
    let rooms = rooms
        .get(format!("{http}/api/chat/users/"))
        .header("authorization", format!("JWT {}", ada.token()))
        .send()
        .await
        .unwrap();
    assert_eq!(rooms.status(), 200);
    assert_eq!(Foreign::open(&format!("{ws}/elsewhere")).await.map(|_| ()), Err(404));
}

/// A user and the client that they have.
struct Speaker {
    /// Parlour's id.
    id: String,
    /// The id in their own system, or Parlour's where there is none.
    own_id: String,
    name: &'static str,
    client: Client,
}

enum Client {
    Native(Socket),
    GoChat(Foreign),
    ChatPanel(SocketIo),
    Callsewa(SocketIo),
    FacebookClone(Foreign),
}

impl Speaker {
    fn of(guest: &Guest, name: &'static str, client: Client) -> Self {
        Self {
            id: guest.id.clone(),
            own_id: guest.own_id.clone(),
            name,
            client,
        }
    }

    /// Says something in the words of its protocol, and hears it if its protocol says a message to its sender.
    async fn say(&mut self, room: &str, text: &str) {
        match &mut self.client {
            Client::Native(socket) => {
                socket.say(room, text).await;
                return;
            }
            Client::GoChat(socket) => socket.send(json!({ "type": "message", "content": text })).await,
            Client::ChatPanel(socket) => {
                let message = json!({ "room_id": room, "text_message": text });
                socket.emit("send_message", &[json!(message.to_string())]).await;
            }
            Client::Callsewa(socket) => socket.emit("send_message", &[json!(text)]).await,
            Client::FacebookClone(socket) => {
                let message = json!({ "room": room, "content": text });
                socket.send(json!({ "type": "chat.message", "data": message })).await;
                return;
            }
        }
        let (id, own_id, name) = (self.id.clone(), self.own_id.clone(), self.name);
        self.hears((&id, &own_id, name), text).await;
    }

    /// Hears what somebody said.
    async fn hears(&mut self, (id, own_id, name): (&str, &str, &str), text: &str) {
        let (said, by, expected) = match &mut self.client {
            Client::Native(socket) => {
                let told = socket.expect_event("new_message").await;
                (told["text_message"].clone(), told["user_id"].clone(), id)
            }
            Client::GoChat(socket) => {
                let told = socket.expect("new_message").await;
                (told["data"]["content"].clone(), told["user_id"].clone(), own_id)
            }
            Client::ChatPanel(socket) => {
                let told = socket.expect("new_message").await;
                (told["text_message"]["content"].clone(), told["user_id"].clone(), own_id)
            }
            Client::Callsewa(socket) => {
                let told = socket.expect("message").await;
                (plain(&told["message"]), told["user"]["firstName"].clone(), name)
            }
            Client::FacebookClone(socket) => {
                let told = socket.expect("chat.message").await["data"].clone();
                (told["content"].clone(), told["user"]["id"].clone(), own_id)
            }
        };
        assert_eq!((said, by), (json!(text), json!(expected)), "{} hears {name}", self.name);
    }
}

/// A text of callsewa.
fn plain(text: &Value) -> Value {
    let bytes = STANDARD.decode(text.as_str().unwrap()).unwrap();
    Value::from(String::from_utf8(bytes).unwrap())
}

/// Five users, each with the client of another protocol, in one room.
async fn speakers(server: &TestServer) -> (String, [Speaker; 5]) {
    understand(server).await;
    let ada = server.person("Ada").await;
    let (gopher, django) = (Guest::new(server, "Gopher").await, Guest::new(server, "Django").await);
    let (nest, express) = (
        Guest::new(server, "Nest").await,
        Guest::numbered(server, &server.tenant, "Express").await,
    );
    let members = [&ada.id, &gopher.id, &nest.id, &express.id, &django.id];
    let room = json!({ "kind": "group", "name": "All", "members": members });
    let room = server.post("/room", room).await.expect(201)["id"]
        .as_str()
        .unwrap()
        .to_owned();
    let mut panel = nest.chat_panel().await;
    let join = json!({ "room_id": room });
    panel.ask("join_room", &[json!(join.to_string())]).await;
    let mut sewa = express.callsewa().await;
    sewa.ask("join", &[json!(room)]).await;
    let native = Speaker {
        id: ada.id.clone(),
        own_id: ada.id.clone(),
        name: "Ada",
        client: Client::Native(ada.join(&room).await),
    };
    let speakers = [
        native,
        Speaker::of(&gopher, "Gopher", Client::GoChat(gopher.go_chat(&room).await)),
        Speaker::of(&nest, "Nest", Client::ChatPanel(panel)),
        Speaker::of(&express, "Express", Client::Callsewa(sewa)),
        Speaker::of(&django, "Django", Client::FacebookClone(django.facebook_clone().await)),
    ];
    (room, speakers)
}

#[tokio::test]
async fn all_see_each_others_messages_and_the_same_history() {
    let server = TestServer::start();
    let (room, mut speakers) = speakers(&server).await;
    let mut expected = Vec::new();
    for turn in 0..speakers.len() {
        let speaker = &speakers[turn];
        let (id, own_id, name) = (speaker.id.clone(), speaker.own_id.clone(), speaker.name);
        let text = format!("from {name}");
        speakers[turn].say(&room, &text).await;
        for (place, other) in speakers.iter_mut().enumerate() {
            if place != turn {
                other.hears((&id, &own_id, name), &text).await;
            }
        }
        expected.push(json!(text));
    }
    let messages = server.messages(&room).await;
    let native: Vec<Value> = messages.iter().map(|message| message["text_message"].clone()).collect();
    assert_eq!(native, expected);
    for speaker in &mut speakers {
        let history = match &mut speaker.client {
            Client::GoChat(socket) => {
                socket.send(json!({ "type": "get_history" })).await;
                let history = socket.expect("message_history").await;
                let items = history["data"].as_array().unwrap();
                items.iter().map(|one| one["content"].clone()).collect::<Vec<_>>()
            }
            Client::Callsewa(socket) => {
                socket.emit("load_more", &[json!({})]).await;
                let page = socket.expect("load_more").await;
                let items = page.as_array().unwrap().iter().rev();
                items.map(|one| plain(&one["message"])).collect()
            }
            // REST of these is looked at in their own suites.
            Client::Native(_) | Client::ChatPanel(_) | Client::FacebookClone(_) => continue,
        };
        assert_eq!(history, expected, "{}", speaker.name);
    }
}

#[tokio::test]
async fn who_types_and_who_has_read_is_told_as_far_as_each_protocol_can_say_it() {
    let server = TestServer::start();
    let (room, [ada, _gopher, _nest, express, django]) = speakers(&server).await;
    let (Client::Native(mut native), Client::Callsewa(mut sewa), Client::FacebookClone(mut facebook)) =
        (ada.client, express.client, django.client)
    else {
        panic!("the speakers are in this order");
    };
    let typing = |by: &Value, typing: &Value| (by.clone(), typing.clone());

    sewa.emit("typing", &[json!(true)]).await;
    let told = native.expect_event("typing").await;
    assert_eq!(
        typing(&told["user_id"], &told["typing"]),
        (json!(express.id), json!(true))
    );
    let told = facebook.expect("friend.typing.start").await;
    assert_eq!(told["data"], json!({ "room": room, "user": express.own_id }));
    sewa.expect("is_typing").await;

    facebook
        .send(json!({ "type": "friend.typing.start", "data": { "room": room } }))
        .await;
    let told = native.expect_event("typing").await;
    assert_eq!(
        typing(&told["user_id"], &told["typing"]),
        (json!(django.id), json!(true))
    );
    let told = sewa.expect("is_typing").await;
    assert_eq!(
        typing(&told["data"]["firstName"], &told["typing"]),
        (json!("Django"), json!(true))
    );

    native.ok("typing", json!({ "room_id": room, "typing": true })).await;
    assert_eq!(facebook.expect("friend.typing.start").await["data"]["user"], ada.id);
    assert_eq!(sewa.expect("is_typing").await["data"]["firstName"], "Ada");

    native.say(&room, "read this").await;
    facebook.expect("chat.message").await;
    sewa.emit("seen", &[]).await;
    assert_eq!(native.expect_event("read").await["user_id"], express.id);
    assert_eq!(facebook.expect("chat.read").await["data"]["user"], express.own_id);
    facebook
        .send(json!({ "type": "chat.read", "data": { "room": room } }))
        .await;
    assert_eq!(native.expect_event("read").await["user_id"], django.id);
    let seen = async |sewa: &mut SocketIo| sewa.expect("seen_by").await["firstName"].clone();
    assert_eq!(seen(&mut sewa).await, "Express");
    assert_eq!(seen(&mut sewa).await, "Django");
}
