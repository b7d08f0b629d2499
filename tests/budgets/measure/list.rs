//! The room list of a user who is in few or many rooms, and that of a whole app.

use parlour_domain::UserId;
use serde_json::json;

use crate::given::line;
use crate::world::{Measured, World};

/// Messages of others in each listed room before the unread ones.
const OLD: usize = 20;
/// Rooms of a page.
const LISTED: usize = 20;

/// Lists the first page. The listed rooms have messages, of which so many are unread; the others have none.
pub(crate) async fn room_list(world: &World, rooms: usize, unread: usize) -> Measured {
    let (user, other) = (world.user().await, world.user().await);
    for _ in LISTED..rooms {
        world.room(&[user]).await;
    }
    // Rooms with the same time are listed by number, the newest first.
    for _ in 0..LISTED.min(rooms) {
        talk(world, user, other, unread).await;
    }
    let path = format!("/room?limit={LISTED}");
    let page = world.rest("GET", &path, &world.token(user)).await;
    assert_eq!(page.answer["sorted_by"], "activity");
    let items = page.answer["items"].as_array().unwrap();
    assert_eq!(items.len(), LISTED.min(rooms));
    for item in items {
        assert_eq!(item["unread"]["count"], unread, "{item}");
        assert!(item["last_message"].is_object(), "{item}");
    }
    page
}

/// Lists those of a user's rooms that have something unread.
pub(crate) async fn filtered(world: &World, rooms: usize) -> Measured {
    let (user, other) = (world.user().await, world.user().await);
    for _ in LISTED..rooms {
        world.room(&[user]).await;
    }
    for _ in 0..LISTED.min(rooms) {
        talk(world, user, other, 5).await;
    }
    let path = format!("/room?limit={LISTED}&unread=true&kind=group");
    let page = world.rest("GET", &path, &world.token(user)).await;
    assert_eq!(page.answer["items"].as_array().unwrap().len(), LISTED);
    page
}

/// Lists the room of so many connections because others in it are online.
pub(crate) async fn online(world: &World, connections: usize) -> Measured {
    let chat = world.chat(connections).await;
    let token = world.token(chat.clients[0].user);
    let page = world.rest("GET", "/room?online=true", &token).await;
    assert_eq!(page.answer["items"].as_array().unwrap().len(), 1);
    page
}

/// Lists the first page of the rooms of an app that has 60, for its backend.
pub(crate) async fn app_room_list(world: &World) -> Measured {
    let user = world.user().await;
    for _ in 0..60 {
        world.room(&[user]).await;
    }
    let page = world.rest_of_backend("GET", "/room?limit=50&name_prefix=Ro").await;
    assert_eq!(page.answer["sorted_by"], "name");
    assert_eq!(page.answer["items"].as_array().unwrap().len(), 50);
    page
}

/// Lists the first page of the public rooms of an app that has 60.
pub(crate) async fn public_room_list(world: &World) -> Measured {
    let user = world.user().await;
    for _ in 0..60 {
        world.room(&[user]).await;
    }
    let page = world
        .rest_of_backend("GET", "/room/public?limit=50&name_prefix=Ro")
        .await;
    assert_eq!(page.answer["items"].as_array().unwrap().len(), 50);
    page
}

/// A user of many rooms, of which 20 have three members; the other two of one of these, and its id.
pub(super) async fn of_three(world: &World, rooms: usize) -> (UserId, [UserId; 2], String) {
    let (user, one) = (world.user().await, world.user().await);
    for _ in LISTED..rooms {
        world.room(&[user]).await;
    }
    let mut last = None;
    for _ in 0..LISTED {
        let other = world.user().await;
        last = Some((other, world.room(&[user, one, other]).await));
    }
    let (other, room) = last.unwrap();
    (user, [one, other], world.id(room))
}

/// Finds a room of three for a user of many rooms, of which 20 have three members.
pub(crate) async fn find_room(world: &World, rooms: usize) -> Measured {
    let (user, members, room) = of_three(world, rooms).await;
    let body = json!({ "members": members });
    let found = world.rest_with("POST", "/room/find", &world.token(user), body).await;
    let items = found.answer["items"].as_array().unwrap();
    assert_eq!((items.len(), &items[0]["id"]), (1, &json!(room)));
    found
}

pub(super) async fn talk(world: &World, user: UserId, other: UserId, unread: usize) {
    let room = world.room(&[user, other]).await;
    let read = world.append(room, other, std::iter::repeat_with(line).take(OLD)).await;
    let position = parlour_domain::member::ReadPosition {
        seq: read.seq,
        msg_no: read.msg_no,
    };
    let moved = world.store().mark_read(&world.app, room, user, position).await;
    assert!(moved.unwrap().is_some());
    world
        .append(room, other, std::iter::repeat_with(line).take(unread))
        .await;
}
