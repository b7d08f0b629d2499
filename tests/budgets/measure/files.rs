//! Files of messages.

use parlour_domain::UserId;
use serde_json::{Value, json};

use crate::given::Chat;
use crate::world::{Measured, World};

pub(crate) async fn announce(world: &World) -> Measured {
    announced_by(world, world.user().await).await
}

async fn announced_by(world: &World, user: UserId) -> Measured {
    let body = json!({ "name": "a.gif", "content_type": "image/gif", "size": 100 });
    world.rest_with("POST", "/attachments", &world.token(user), body).await
}

pub(crate) async fn confirm(world: &World) -> Measured {
    confirmed_by(world, world.user().await).await
}

async fn confirmed_by(world: &World, user: UserId) -> Measured {
    let announced = announced_by(world, user).await.answer;
    let path = format!("/attachments/{}/confirm", announced["attachment_id"].as_str().unwrap());
    world.rest("POST", &path, &world.token(user)).await
}

/// A message with a file, and the file.
async fn sent(world: &World, chat: &Chat) -> (Measured, Value) {
    let file = confirmed_by(world, chat.clients[0].user).await.answer;
    let frame = json!({ "room_id": world.id(chat.room), "attachments": [file["attachment_id"]] });
    let sent = world.act(&chat.clients[0], "send_message", frame).await;
    assert_eq!(sent.answer["attachments"], json!([file]));
    (sent, file)
}

pub(crate) async fn send(world: &World, connections: usize) -> Measured {
    world.knows_the_hook().await;
    let chat = world.chat(connections).await;
    sent(world, &chat).await.0
}

/// The same message in one request.
pub(crate) async fn send_form(world: &World, connections: usize) -> Measured {
    world.knows_the_hook().await;
    let chat = world.chat(connections).await;
    let path = format!("/room/{}/message/send", world.id(chat.room));
    let form =
        b"--x\r\nContent-Disposition: form-data; name=\"files\"; filename=\"a.gif\"\r\nContent-Type: image/gif\r\n\r\n\
        GIF89a\x05\x00\x04\x00\x00\x00\x00\r\n--x--";
    let token = world.token(chat.clients[0].user);
    let sent = world.rest_with_form(&path, &token, "x", form).await;
    assert_eq!(sent.answer["attachments"][0]["width"], 5);
    sent
}

pub(crate) async fn get(world: &World) -> Measured {
    let chat = world.chat(2).await;
    let (_, file) = sent(world, &chat).await;
    let id = file["attachment_id"].as_str().unwrap();
    let path = format!("/room/{}/attachment/{id}", world.id(chat.room));
    world.rest("GET", &path, &world.token(chat.clients[1].user)).await
}
