//! Updates of rows that are not there create none: the tables are counted, past the store.

use parlour_domain::AppId;
use parlour_domain::log::Body;
use parlour_domain::member::{ReadPosition, Role};
use parlour_domain::room::RoomChange;

use crate::contract::departures::{begin, finish};
use crate::contract::members::join;
use crate::given::{connection_id, number, seq, subscriber};
use crate::world::World;

on_both_engines!(
    no_change_of_a_missing_row_creates_one,
    no_change_of_a_missing_member_creates_one_in_a_room_that_exists,
    no_row_has_a_ttl_but_claims_and_leases,
);

async fn change_everything(world: &World, user: parlour_domain::UserId) {
    let (store, app, now) = (&world.store, &world.app, world.now());
    let (room, id) = (number(1), connection_id("c"));
    let nobody = AppId::parse("nobody").unwrap();
    let token = parlour_domain::app::AppToken {
        id: "t".to_owned(),
        created_at: now,
    };
    store.add_token(&nobody, token, "hash", None).await.unwrap();
    store.remove_token(&nobody, "t").await.unwrap();
    let change = parlour_domain::app::AppChange {
        allowed_origins: Some(vec!["https://x.example".to_owned()]),
        ..Default::default()
    };
    store.change_app(&nobody, &change).await.unwrap();
    store.next_room_number(&nobody).await.unwrap();
    store.delete_app(&nobody).await.unwrap();
    let ghost = world.clock.user("ghost");
    store.replace_user(app, &ghost, &ghost, None).await.unwrap();
    store.delete_user(app, &ghost, None).await.unwrap();
    begin(world, room, user).await;
    assert!(finish(world, room, user).await.is_none());
    let to = ReadPosition { seq: seq(9), msg_no: 9 };
    assert!(store.mark_read(app, room, user, to).await.unwrap().is_none());
    assert!(
        store
            .renew_connection(app, user, &id, now, Some(now))
            .await
            .unwrap()
            .is_none()
    );
    assert!(!store.end_connection(app, user, &id, now).await.unwrap());
    assert!(store.ended_connection(app, user, &id).await.unwrap().is_none());
    store.unwatch(app, user, &id).await.unwrap();
    assert!(
        !store
            .watch(app, &subscriber(user, &id), &[user], now, now)
            .await
            .unwrap()
    );
    store.forget_connection(app, room, user, &id, now, now).await.unwrap();
    store
        .subscribe(app, room, &subscriber(user, &id), now.plus_seconds(60))
        .await
        .unwrap();
    store.unsubscribe(app, room, user, &id).await.unwrap();
    store.extend_subscriptions(app, user, &id, &[room], now).await.unwrap();
    store.delete_subscriptions_of_room(app, room).await.unwrap();
    assert!(store.take_ticket(app, "hash", now).await.unwrap().is_none());
}

async fn no_change_of_a_missing_row_creates_one(world: &World) {
    let user = world.clock.user_id();
    change_everything(world, user).await;
    let room = world.clock.group(number(1), &[user]);
    let after = room.changed(RoomChange::default(), world.now());
    let draft = world.clock.draft(None, None, Body::RoomDeleted);
    let (store, app, now) = (&world.store, &world.app, world.now());
    assert!(store.update_room(app, &room, &after, &draft, None, now).await.is_err());
    assert!(store.delete_room(app, &room, &draft, None, now).await.is_err());
    assert!(join(world, room.number, user).await.is_err());
    assert!(
        store
            .add_member(app, room.number, (user, Role::Owner), &draft, None, now)
            .await
            .is_err()
    );
    store.finish_room_deletion(app, room.number).await.unwrap();
    assert_eq!(world.rows().await, []);
}

async fn no_change_of_a_missing_member_creates_one_in_a_room_that_exists(world: &World) {
    world.room(1, &world.clock.user_ids(2)).await;
    let before = world.rows().await.len();
    change_everything(world, world.clock.user_id()).await;
    assert_eq!(world.rows().await.len(), before);
}

async fn no_row_has_a_ttl_but_claims_and_leases(world: &World) {
    let members = world.clock.user_ids(2);
    let room = world.room(1, &members).await;
    let claim = world.clock.claim(&world.app, "c", "user", "reply");
    world
        .store
        .create_user(&world.app, &world.clock.user("Ada"), Some(&claim))
        .await
        .unwrap();
    world.say(room.number, members[0], "hello").await;
    begin(world, room.number, members[1]).await;
    finish(world, room.number, members[1]).await.unwrap();
    let id = world.connect(members[0], "c").await;
    let until = world.now().plus_seconds(60);
    world
        .store
        .subscribe(&world.app, room.number, &subscriber(members[0], &id), until)
        .await
        .unwrap();
    let mut expiring: Vec<_> = world
        .rows()
        .await
        .into_iter()
        .filter(|row| row.contains_key("x"))
        .collect();
    expiring.retain(|row| row.get("t").is_none_or(|kind| kind.as_s().unwrap() != "claim"));
    assert!(
        expiring
            .iter()
            .all(|row| row["pk"].as_s().unwrap().starts_with("tenant")),
        "{expiring:?}"
    );
    assert_eq!(expiring.len(), 2, "the connection and its subscription");
}
