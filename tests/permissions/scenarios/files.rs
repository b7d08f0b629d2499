//! Files of messages, over REST and by `sweep`.

use serde_json::{Value, json};

use crate::rest::From;
use crate::world::World;

pub(crate) async fn files(world: &World) {
    let users = world.users(3).await;
    let room = world.room(&users[..2]).await;
    world.audience(&users[..2], &room).await;
    let (one, other, stranger) = (From::User(&users[0]), From::User(&users[1]), From::User(&users[2]));
    let announce = |room: Option<&str>| {
        let mut body = json!({ "name": "a.gif", "content_type": "image/gif", "size": 100 });
        if let Some(room) = room {
            body["room_id"] = json!(room);
        }
        body
    };
    let to_room = announce(Some(&room));
    let made = world
        .rest_once(one, "POST /attachments", to_room.clone(), Some("file"), 201)
        .await;
    world
        .rest_once(one, "POST /attachments", to_room.clone(), Some("file"), 200)
        .await;
    world.rest(stranger, "POST /attachments", to_room, 404).await;
    let id = made["attachment_id"].as_str().unwrap();
    let confirm = format!("POST /attachments/{id}/confirm");
    world.rest(other, &confirm, Value::Null, 404).await;
    for _ in 0..2 {
        let confirmed = world.rest(one, &confirm, Value::Null, 200).await;
        assert_eq!((&confirmed["width"], &confirmed["height"]), (&json!(5), &json!(4)));
    }
    let send = format!("POST /room/{room}/message/send");
    let with_file = json!({ "attachments": [id] });
    world.rest(other, &send, with_file.clone(), 400).await;
    let sent = world.rest(one, &send, with_file.clone(), 201).await;
    world.rest(one, &send, with_file, 400).await;
    let download = format!("GET /room/{room}/attachment/{id}");
    for (from, status) in [(other, 200), (From::Backend, 200), (stranger, 404)] {
        world.rest(from, &download, Value::Null, status).await;
    }
    let delete = format!("DELETE /room/{room}/message/{}?hard=true", sent["id"].as_str().unwrap());
    world.rest(one, &delete, Value::Null, 204).await;
    world.rest(other, &download, Value::Null, 404).await;
    // With its file in a form.
    let form = "--x\r\nContent-Disposition: form-data; name=\"f\"; filename=\"a.txt\"\r\n\r\nfile\r\n--x--";
    for (from, status) in [(one, 201), (From::Backend, 201), (stranger, 404)] {
        world.rest(from, &send, json!(form), status).await;
    }
    // Another one, which no message takes.
    world
        .rest(From::Backend, "POST /attachments", announce(None), 201)
        .await;
    world.pass(25 * 3_600);
    assert_eq!(world.sweep().await["files"], 2);
}
