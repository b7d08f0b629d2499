//! Clients of other services: how they come in, what they say, and what it takes to tell the others of the same service.

use std::collections::HashMap;

use parlour_domain::access::Actor;
use parlour_domain::dialect::Service;
use parlour_domain::{RoomNumber, UserId};
use parlour_protocol::request::UpdateApp;
use parlour_service::{apps, authenticate, numbers, register_token};
use serde_json::{Value, from_value, json};

use crate::given::{Client, line};
use crate::table::Dialect;
use crate::world::{Measured, World};

const GO_CHAT: &str = "go-chat";
const CHAT_PANEL: &str = "chat-panel";
const CALLSEWA: &str = "callsewa";
const FACEBOOK_CLONE: &str = "facebook-clone";

pub(crate) async fn measure(world: &World, what: Dialect) -> Measured {
    match what {
        Dialect::GoChatConnect => {
            let user = world.user().await;
            let room = world.room(&[user]).await;
            let client = world.visitor(user).await.speaking(GO_CHAT, Some(world.id(room)));
            opened(world, &client).await
        }
        Dialect::GoChatMessage => {
            let (one, _) = pair(world, GO_CHAT).await;
            let said = say(world, &one, json!({ "type": "message", "content": "hello" })).await;
            assert_eq!(said.posted.len(), 2, "the sender hears it too");
            said
        }
        Dialect::GoChatHistory => {
            let (user, room) = alone(world).await;
            let client = world.visitor(user).await.speaking(GO_CHAT, Some(world.id(room)));
            opened(world, &client).await;
            let asked = json!({ "type": "get_history", "limit": 50, "offset": 480 });
            let page = say(world, &client, asked).await;
            assert_eq!(page.posted.len(), 1);
            page
        }
        Dialect::ChatPanelMessage => {
            let (one, room) = pair(world, CHAT_PANEL).await;
            let said = world.say(&one, &emitted("send_message", &room)).await;
            assert_eq!(said.posted.len(), 2, "the sender hears it too");
            said
        }
        Dialect::ChatPanelRooms { rooms } => panel_rooms(world, rooms).await,
        Dialect::FacebookCloneConnect { rooms } => {
            let user = world.user().await;
            for _ in 0..rooms {
                world.room(&[user]).await;
            }
            let client = world.visitor(user).await.speaking(FACEBOOK_CLONE, None);
            opened(world, &client).await
        }
        Dialect::FacebookCloneMessage => {
            let (one, room) = pair(world, FACEBOOK_CLONE).await;
            let message = json!({ "room": room, "content": "hello" });
            let said = say(world, &one, json!({ "type": "chat.message", "data": message })).await;
            assert_eq!(said.posted.len(), 1);
            said
        }
        Dialect::SocketIoPong => {
            let user = world.user().await;
            let client = world.visitor(user).await.speaking("callsewa", None);
            opened(world, &client).await;
            let pong = world.say(&client, "3").await;
            assert_eq!(pong.posted.len(), 0);
            pong
        }
        Dialect::FacebookCloneRead => {
            let (one, room) = pair(world, FACEBOOK_CLONE).await;
            let read = json!({ "type": "chat.read", "data": { "room": room } });
            let read = say(world, &one, read).await;
            assert_eq!(read.posted.len(), 1);
            read
        }
        Dialect::CallsewaJoin => {
            let (one, other, room) = joined(world).await;
            emit(world, &one, "leave", json!(null)).await;
            emit(world, &other, "send_message", json!("second")).await;
            let joined = emit(world, &one, "join", json!(room)).await;
            assert_eq!(
                joined.posted.len(),
                4,
                "three for who joins, and who is there hears what was seen"
            );
            joined
        }
        Dialect::CallsewaMessage => {
            let (one, _, _) = joined(world).await;
            let said = emit(world, &one, "send_message", json!("hello")).await;
            assert_eq!(said.posted.len(), 2, "the sender hears it too");
            said
        }
        Dialect::CallsewaLoadMore => {
            let (user, room) = alone(world).await;
            let client = world.visitor(user).await.speaking(CALLSEWA, None);
            opened(world, &client).await;
            emit(world, &client, "join", json!(world.id(room))).await;
            let page = emit(world, &client, "load_more", json!({ "page": 10, "limit": 50 })).await;
            assert_eq!(page.posted.len(), 1);
            page
        }
        Dialect::CallsewaSeen => {
            let (one, _, _) = joined(world).await;
            let seen = emit(world, &one, "seen", json!(null)).await;
            assert_eq!(seen.posted.len(), 2, "the reader hears it too");
            seen
        }
        Dialect::CallsewaToken => registered_token(world).await,
        Dialect::CallsewaNumbers => {
            let users = [world.user().await, world.user().await];
            let number = |users| numbers::numbers(&world.parlour, &world.app, users);
            number(&users[..1]).await.unwrap();
            let (given, measured) = world.measure(number(&users)).await;
            assert_eq!(given.unwrap(), HashMap::from([(users[0], 1), (users[1], 2)]));
            measured
        }
    }
}

/// A room with one member, who has said 1,000 things.
async fn alone(world: &World) -> (UserId, RoomNumber) {
    let user = world.user().await;
    let room = world.room(&[user]).await;
    world.append(room, user, std::iter::repeat_with(line).take(1_000)).await;
    (user, room)
}

/// Two clients of callsewa's that have joined a room, in which the second has said something since.
async fn joined(world: &World) -> (Client, Client, String) {
    let users = [world.user().await, world.user().await];
    let room = world.id(world.room(&users).await);
    let mut clients = Vec::new();
    for user in users {
        let client = world.visitor(user).await.speaking(CALLSEWA, None);
        opened(world, &client).await;
        emit(world, &client, "join", json!(room)).await;
        clients.push(client);
    }
    let other = clients.remove(1);
    emit(world, &other, "send_message", json!("first")).await;
    (clients.remove(0), other, room)
}

async fn emit(world: &World, client: &Client, name: &str, argument: Value) -> Measured {
    world.say(client, &format!("42{}", json!([name, argument]))).await
}

async fn registered_token(world: &World) -> Measured {
    let change: UpdateApp = from_value(json!({ "dialects": [{ "service": "callsewa" }] })).unwrap();
    let change = change.check().unwrap();
    apps::update(&world.parlour, &world.app, &change).await.unwrap();
    let (user, backend) = (world.user().await, Actor::Backend { app: world.app.clone() });
    let registered = register_token::register_token(&world.parlour, &backend, &world.app, user, "token").await;
    assert!(registered.unwrap());
    let of = (world.app.as_str(), Some(Service::Callsewa));
    let mut moment = world.moment();
    let asked = authenticate::granted(&world.parlour, &mut moment, of, "token", None);
    let (granted, measured) = world.measure(asked).await;
    assert_eq!(granted.unwrap().0.user(), Some(user));
    measured
}

/// Two connected members of a room, of which the other one has said something, the first of whom is to do something.
async fn pair(world: &World, service: &str) -> (Client, String) {
    let (one, other) = (world.user().await, world.user().await);
    let room = world.room(&[one, other]).await;
    let id = world.id(room);
    let named = (service == GO_CHAT).then(|| id.clone());
    let mut clients = Vec::new();
    for user in [one, other] {
        let client = world.visitor(user).await.speaking(service, named.clone());
        opened(world, &client).await;
        if service == CHAT_PANEL {
            world.say(&client, &emitted("join_room", &id)).await;
        }
        clients.push(client);
    }
    // What a process reads once in a while, it has read.
    let first = match service {
        GO_CHAT => json!({ "type": "message", "content": "first" }).to_string(),
        CHAT_PANEL => emitted("send_message", &id),
        _ => json!({ "type": "chat.message", "data": { "room": id, "content": "first" } }).to_string(),
    };
    world.say(&clients[1], &first).await;
    (clients.remove(0), id)
}

/// What a client of chat-panel emits about a room.
fn emitted(name: &str, room: &str) -> String {
    let payload = json!({ "room_id": room, "text_message": "hello" });
    format!("42{}", json!([name, payload.to_string()]))
}

/// Lists the first page of the rooms of a user, as a client of chat-panel.
async fn panel_rooms(world: &World, rooms: usize) -> Measured {
    let dialects = json!({ "dialects": [{ "service": CHAT_PANEL }] });
    world.rest_of_backend_with("PATCH", "/app", dialects).await;
    let (user, other) = (world.user().await, world.user().await);
    for _ in 0..rooms {
        world.room(&[user, other]).await;
    }
    let path = format!("/a/{}/{CHAT_PANEL}/room?page=1&perPage=10", world.app);
    let page = world.rest("GET", &path, &world.token(user)).await;
    assert_eq!(page.answer["content"]["data"].as_array().unwrap().len(), 10);
    page
}

async fn opened(world: &World, client: &Client) -> Measured {
    world.open(client).await
}

async fn say(world: &World, client: &Client, frame: Value) -> Measured {
    world.say(client, &frame.to_string()).await
}
