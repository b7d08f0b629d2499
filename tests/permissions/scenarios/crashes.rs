//! Changes that a crash cut off half-way: `sweep` and a repeat end them.

use parlour_domain::log::{Body, Draft};
use parlour_store::{Appended, Written};
use serde_json::{Value, json};

use crate::rest::From;
use crate::world::World;

/// The rights of a member have ended, and nothing after that has happened.
pub(crate) async fn departure(world: &World) {
    let users = world.users(3).await;
    let room = world.room(&users).await;
    let clients = world.audience(&users, &room).await;
    let number = world.number(&room);
    for (user, by_sweep) in [(&users[1], true), (&users[2], false)] {
        let begun = world
            .parlour
            .store
            .begin_departure(&world.app, number, user.user_id(), None, &mut world.moment(), None)
            .await;
        assert_eq!(begun.unwrap(), Written::Done);
        if by_sweep {
            assert_eq!(world.sweep().await["finished"], 1);
        } else {
            let remove = format!("DELETE /room/{room}/member/{}", user.id);
            world.rest(From::User(&users[0]), &remove, Value::Null, 204).await;
        }
    }
    assert_eq!(world.sweep().await["finished"], 0);
    // What a former member still has is a connection without rights.
    let body = json!({ "room_id": room });
    let answer = world.act(&clients[1], "join_room", body).await;
    assert_eq!(answer["event"], "error", "{answer}");
}

/// A room is deleted, and its members' rows and subscriptions are still there.
pub(crate) async fn deletion(world: &World) {
    let users = world.users(3).await;
    let room = world.room(&users).await;
    world.audience(&users[..2], &room).await;
    let number = world.number(&room);
    let store = &world.parlour.store;
    let begun = store
        .begin_departure(&world.app, number, users[2].user_id(), None, &mut world.moment(), None)
        .await;
    assert_eq!(begun.unwrap(), Written::Done);
    let row = store.room(&world.app, number).await.unwrap().unwrap();
    let draft = Draft::new(&mut world.moment(), None, None, Body::RoomDeleted);
    let deleted = store
        .delete_room(&world.app, &row, &draft, None, world.now())
        .await
        .unwrap();
    assert!(matches!(deleted, Appended::New(_)));

    let client = world.connect(&users[0]).await;
    let body = json!({ "room_id": room });
    world.refused(&client, "join_room", body, "not_found").await;
    let send = json!({ "room_id": room, "text_message": "Hello" });
    world.refused(&client, "send_message", send, "not_found").await;
    assert_eq!(world.sweep().await["finished"], 2);
    assert_eq!(world.sweep().await["finished"], 0);
}
