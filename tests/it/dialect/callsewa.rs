//! callsewa's events, by Socket.IO.

mod defects;
mod together;

use serde_json::{Value, json};

use crate::harness::{Guest, SocketIo, Tenant, TestServer, understand};

/// What a client emits without an argument.
const NOTHING: [Value; 0] = [];

/// Two users of the service, and their room.
struct Given {
    server: TestServer,
    ada: Guest,
    bob: Guest,
    /// What the service calls the room.
    key: String,
    /// Parlour's id of it.
    room: String,
}

impl Given {
    async fn start() -> Self {
        let server = TestServer::start();
        understand(&server).await;
        let ada = Guest::numbered(&server, &server.tenant, "Ada Lovelace").await;
        let bob = Guest::numbered(&server, &server.tenant, "Bob").await;
        let key = format!("usr-{}-{}", ada.own_id, bob.own_id);
        let room = room(&server.tenant, &key, &[&ada, &bob]).await;
        Self {
            server,
            ada,
            bob,
            key,
            room,
        }
    }

    /// Both in the room, whose comings are told of.
    async fn both(&self) -> (Client, Client) {
        let mut hers = Client::joined(&self.ada, &self.key).await;
        let his = Client::joined(&self.bob, &self.key).await;
        hers.info(&format!("{} has joined!", his.number)).await;
        (hers, his)
    }
}

async fn room(tenant: &Tenant, key: &str, members: &[&Guest]) -> String {
    let members: Vec<_> = members.iter().map(|guest| &guest.id).collect();
    let new = json!({ "kind": "group", "key": key, "members": members });
    let made = tenant.backend.post("/room", new).await.expect(201);
    made["id"].as_str().unwrap().to_owned()
}

/// A client that knows its user's number.
struct Client {
    socket: SocketIo,
    number: u64,
    /// What it heard of the room.
    room: Value,
}

impl Client {
    /// Connects and joins.
    async fn joined(guest: &Guest, key: &str) -> Self {
        let mut socket = guest.callsewa().await;
        let (heard, room) = join(&mut socket, key).await;
        assert!(is_in(&heard, "info", &json!("You have joined the room")), "{heard:?}");
        assert!(heard.iter().any(|(name, _)| name == "roomData"), "{heard:?}");
        let number = number(&room, guest);
        Self { socket, number, room }
    }

    /// Emits an event; what the client hears before it is acknowledged.
    async fn ask(&mut self, name: &str, argument: Value) -> Vec<(String, Value)> {
        self.socket.ask(name, &[argument]).await;
        self.socket.heard()
    }

    /// The same of an event that tells this client the same under this name.
    async fn told(&mut self, name: &str, argument: Value, tells: &str) -> Value {
        self.socket.emit(name, &[argument]).await;
        self.socket.expect(tells).await
    }

    async fn say(&mut self, text: &str) -> Value {
        self.told("send_message", json!(text), "message").await
    }

    /// Waits until it is told this.
    async fn info(&mut self, text: &str) {
        while self.socket.expect("info").await != text {}
    }

    /// Waits until it is told that the connections of these users are in the room.
    async fn room_data(&mut self, users: &[u64]) -> Value {
        loop {
            let data = self.socket.expect("roomData").await;
            if senders(&data) == sorted(users) {
                return data;
            }
        }
    }

    async fn page(&mut self, page: Value) -> Vec<String> {
        let page = self.told("load_more", page, "load_more").await;
        let items = page.as_array().unwrap().iter();
        items.map(|item| item["message"].as_str().unwrap().to_owned()).collect()
    }
}

/// Joins; what the client hears until that is acknowledged, and what of it is the room.
async fn join(socket: &mut SocketIo, key: &str) -> (Vec<(String, Value)>, Value) {
    socket.ask("join", &[json!(key)]).await;
    let heard = socket.heard();
    let room = heard.iter().find(|(name, _)| name == "room_info");
    let room = room.map(|(_, room)| room.clone()).unwrap_or_default();
    (heard, room)
}

fn is_in(heard: &[(String, Value)], name: &str, argument: &Value) -> bool {
    heard.iter().any(|one| (one.0.as_str(), &one.1) == (name, argument))
}

/// The service's own number of a member, which is another than that of their own system.
fn number(room: &Value, guest: &Guest) -> u64 {
    let own: u64 = guest.own_id.parse().unwrap();
    let user = room["users"]
        .as_array()
        .unwrap()
        .iter()
        .find(|user| user["appUserId"] == own);
    user.expect("a member")["id"].as_u64().unwrap()
}

fn senders(data: &Value) -> Vec<u64> {
    let users = data["users"].as_array().unwrap().iter();
    sorted(&users.map(|user| user["sender"].as_u64().unwrap()).collect::<Vec<_>>())
}

fn sorted(numbers: &[u64]) -> Vec<u64> {
    let mut numbers = numbers.to_vec();
    numbers.sort_unstable();
    numbers
}

#[tokio::test]
async fn who_joins_is_told_of_the_room_and_the_others_of_them() {
    let given = Given::start().await;
    let mut hers = Client::joined(&given.ada, &given.key).await;
    let room = hers.room.clone();
    assert_eq!(
        (&room["room"], &room["extra"], &room["deletedAt"]),
        (&json!(given.key), &json!({}), &json!(null))
    );
    assert!(room["id"].is_u64(), "{room}");
    let users = room["users"].as_array().unwrap();
    assert_eq!(users.len(), 2);
    let ada = users.iter().find(|user| user["id"] == hers.number).unwrap();
    assert_eq!(
        (&ada["firstName"], &ada["lastName"]),
        (&json!("Ada"), &json!("Lovelace"))
    );
    let membership = &ada["RoomUser"];
    assert_eq!(
        (&membership["userId"], &membership["roomId"]),
        (&ada["id"], &room["id"])
    );

    let mut his = Client::joined(&given.bob, &given.key).await;
    assert_eq!(his.room["id"], room["id"]);
    hers.info(&format!("{} has joined!", his.number)).await;
    let both = [hers.number, his.number];
    let data = hers.room_data(&both).await;
    assert_eq!(data["room"], given.key);
    for user in data["users"].as_array().unwrap() {
        assert_eq!((&user["room"], &user["roomId"]), (&json!(given.key), &room["id"]));
        assert!(user["id"].is_string() && user["appId"].is_u64(), "{user}");
    }
    // Who is there already is told nothing.
    let heard = his.ask("join", json!(given.key)).await;
    assert!(
        !heard.iter().any(|(name, _)| name == "room_info" || name == "err"),
        "{heard:?}"
    );
}

#[tokio::test]
async fn nobody_joins_what_is_no_room_of_theirs() {
    let given = Given::start().await;
    let eve = Guest::numbered(&given.server, &given.server.tenant, "Eve").await;
    let mut hers = eve.callsewa().await;
    for (named, why) in [
        (json!(given.key), "Invalid room name"),
        (json!(given.room), "Invalid room name"),
        (json!("no such room"), "Invalid room name"),
        (json!(5), "Invalid room name"),
        (json!({ "room": given.key }), "Invalid room name"),
        (json!(""), "Input room name"),
        (json!(null), "Input room name"),
    ] {
        hers.ask("join", std::slice::from_ref(&named)).await;
        assert_eq!(hers.heard(), [("err".to_owned(), json!(why))], "{named}");
    }
    hers.ask("join", &NOTHING).await;
    assert_eq!(hers.heard(), [("err".to_owned(), json!("Input room name"))]);
    // And says nothing in one.
    hers.ask("send_message", &[json!("hello")]).await;
    assert_eq!(hers.heard(), [("err".to_owned(), json!("No message or sender"))]);
    for event in ["load_more", "typing", "seen", "leave", "no such event"] {
        hers.ask(event, &[json!(true)]).await;
        assert_eq!(hers.heard(), [], "{event}");
    }
    for (event, argument) in [("update", json!({ "id": 5, "message": "x" })), ("delete", json!(5))] {
        hers.ask(event, &[argument]).await;
        assert_eq!(hers.heard(), [("err".to_owned(), json!("Sender not found"))], "{event}");
    }
    assert_eq!(given.server.messages(&given.room).await.len(), 0);
}

#[tokio::test]
async fn a_message_goes_in_plain_and_comes_in_base64_to_its_sender_too() {
    let given = Given::start().await;
    let (mut hers, mut his) = given.both().await;
    let said = hers.say("héllo 😀").await;
    assert_eq!(
        (&said["message"], &said["userId"], &said["roomId"]),
        (&json!("aMOpbGxvIPCfmIA="), &json!(hers.number), &hers.room["id"])
    );
    assert_eq!(
        (&said["user"]["id"], &said["deletedAt"]),
        (&said["userId"], &json!(null))
    );
    assert_eq!(his.socket.expect("message").await, said);
    let next = his.say("hello sumit").await;
    assert_eq!(next["message"], "aGVsbG8gc3VtaXQ=");
    assert!(next["id"].as_u64() > said["id"].as_u64(), "ids grow");
    let heard = hers.ask("send_message", json!("")).await;
    assert!(is_in(&heard, "err", &json!("No message or sender")), "{heard:?}");
}

#[tokio::test]
async fn typing_comes_to_its_user_too_and_as_it_was_said() {
    let given = Given::start().await;
    let (mut hers, mut his) = given.both().await;
    for (said, typing) in [(json!(true), true), (json!("true"), true), (json!(false), false)] {
        let echo = his.told("typing", said.clone(), "is_typing").await;
        assert_eq!((&echo["typing"], &echo["data"]["id"]), (&said, &json!(his.number)));
        let mut told = hers.socket.expect("is_typing").await;
        // A push whose answer was late is made again.
        while TestServer::is_running() && told["typing"] != typing {
            told = hers.socket.expect("is_typing").await;
        }
        assert_eq!((&told["typing"], &told["data"]), (&json!(typing), &echo["data"]));
    }
}

#[tokio::test]
async fn who_has_seen_everything_is_told_to_all() {
    let given = Given::start().await;
    let (mut hers, mut his) = given.both().await;
    let said = hers.say("hello").await;
    his.socket.expect("message").await;
    let seen = his.told("seen", json!(null), "seen_by").await;
    assert_eq!((&seen["id"], &seen["firstName"]), (&json!(his.number), &json!("Bob")));
    assert_eq!(hers.socket.expect("seen_by").await, seen);
    let again = Client::joined(&given.ada, &given.key).await;
    let bob = again.room["users"].as_array().unwrap();
    let bob = bob.iter().find(|user| user["id"] == his.number).unwrap();
    assert_eq!(bob["RoomUser"]["chatId"], said["id"]);
}

#[tokio::test]
async fn pages_come_newest_first() {
    let given = Given::start().await;
    let (mut hers, _his) = given.both().await;
    for text in ["a", "b", "c", "d", "e"] {
        hers.say(text).await;
    }
    let [a, b, c, d, e] = ["YQ==", "Yg==", "Yw==", "ZA==", "ZQ=="];
    assert_eq!(hers.page(json!({})).await, [e, d, c, b, a]);
    assert_eq!(hers.page(json!({ "page": 1, "limit": 2 })).await, [e, d]);
    assert_eq!(hers.page(json!({ "page": 2, "limit": 2 })).await, [c, b]);
    assert_eq!(hers.page(json!({ "page": 3, "limit": 2 })).await, [a]);
    assert_eq!(hers.page(json!({ "page": 4, "limit": 2 })).await, [] as [&str; 0]);
    assert_eq!(hers.page(json!({ "page": -1, "limit": 1 })).await, [e]);
    let one = hers.told("load_more", json!({ "limit": 1 }), "load_more").await;
    let names: Vec<&String> = one[0].as_object().unwrap().keys().collect();
    assert_eq!(
        names.len(),
        6,
        "`id`, `message`, `userId`, `createdAt`, `updatedAt`, `user`: {names:?}"
    );
    assert_eq!(one[0]["userId"], hers.number);
}

/// Further rooms are heard, and everything that is said goes into the first.
#[tokio::test]
async fn the_room_that_is_meant_is_the_first_that_was_joined_and_not_left() {
    let given = Given::start().await;
    let second = format!("{}-2", given.key);
    let third = format!("{}-3", given.key);
    for key in [&second, &third] {
        room(&given.server.tenant, key, &[&given.ada, &given.bob]).await;
    }
    let mut hers = Client::joined(&given.ada, &second).await;
    let (heard, first) = join(&mut hers.socket, &given.key).await;
    assert!(is_in(&heard, "info", &json!("You have joined the room")), "{heard:?}");
    let (_, last) = join(&mut hers.socket, &third).await;
    let mut his = Client::joined(&given.bob, &given.key).await;
    assert_eq!(hers.say("into the second").await["roomId"], hers.room["id"]);
    let said = his.say("into the first").await;
    assert_eq!(hers.socket.expect("message").await, said);

    let left = hers.ask("leave", json!(null)).await;
    assert!(
        is_in(&left, "info", &json!(format!("{} has left", hers.number))),
        "{left:?}"
    );
    assert_eq!(hers.say("into the first").await["roomId"], first["id"]);
    let (_, again) = join(&mut hers.socket, &second).await;
    assert_eq!(again["id"], hers.room["id"]);
    hers.ask("leave", json!(null)).await;
    assert_eq!(hers.say("into the third").await["roomId"], last["id"]);
    hers.ask("leave", json!(null)).await;
    assert_eq!(hers.say("into the second again").await["roomId"], again["id"]);
}

#[tokio::test]
async fn who_leaves_is_told_at_once_and_the_others_when_it_is_sure() {
    let given = Given::start().await;
    let (mut hers, mut his) = given.both().await;
    let left = his.ask("leave", json!(null)).await;
    assert!(
        is_in(&left, "info", &json!(format!("{} has left", his.number))),
        "{left:?}"
    );
    let data = left.iter().rfind(|(name, _)| name == "roomData").unwrap();
    assert_eq!(senders(&data.1), [hers.number]);
    let refused = his.told("send_message", json!("hello"), "err").await;
    assert_eq!(refused, "No message or sender");
    hers.info(&format!("{} has left", his.number)).await;
    hers.room_data(&[hers.number]).await;
}

#[tokio::test]
async fn who_is_gone_is_told_to_have_left() {
    let given = Given::start().await;
    let (mut hers, his) = given.both().await;
    let number = his.number;
    drop(his);
    hers.info(&format!("{number} has left")).await;
    hers.room_data(&[hers.number]).await;
}

#[tokio::test]
async fn who_is_no_member_any_more_says_nothing_and_does_not_come_back() {
    let given = Given::start().await;
    let (mut hers, mut his) = given.both().await;
    let member = format!("/room/{}/member/{}", given.room, given.bob.id);
    given.server.delete(&member).await.expect(204);
    hers.say("he is out").await;
    let refused = ("err".to_owned(), json!("No message or sender"));
    let heard = his.ask("send_message", json!("I am not")).await;
    assert!(
        heard.contains(&refused) && !heard.iter().any(|(name, _)| name == "message"),
        "{heard:?}"
    );
    let (heard, _) = join(&mut his.socket, &given.key).await;
    assert_eq!(heard, [("err".to_owned(), json!("Invalid room name"))]);
}
