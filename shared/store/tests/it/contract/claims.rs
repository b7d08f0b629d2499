//! Claims: a write that is sent twice is one write, for a week, by the clock of the caller.

use parlour_domain::limits::CLAIM_SECONDS;
use parlour_store::{AppendRefusal, Appended, Begin, Created, Written};

use crate::given::{How, client_id, entry_of, number, send};
use crate::world::World;

on_both_engines!(
    a_repeated_creation_gets_the_reply_of_then,
    a_client_id_with_another_body_is_refused,
    a_claim_ends_after_a_week_although_nobody_swept_it,
    a_refused_write_leaves_no_claim,
    a_repeated_send_gets_the_entry_of_then,
    a_claimed_send_of_another_body_is_refused,
    a_claim_of_a_send_ends_after_a_week,
    an_earlier_send_is_found_without_a_claim_for_another,
    a_repeated_room_creation_makes_one_room,
    a_repeated_departure_gets_its_reply,
);

async fn a_repeated_creation_gets_the_reply_of_then(world: &World) {
    let claim = world.clock.claim(&world.app, "c1", "create Ada", "first reply");
    let ada = world.clock.user("Ada");
    assert_eq!(
        world.store.create_user(&world.app, &ada, Some(&claim)).await.unwrap(),
        Written::Done
    );
    let again = world.clock.claim(&world.app, "c1", "create Ada", "second reply");
    let other = world.clock.user("Ada");
    let replayed = Written::Replayed("first reply".to_owned());
    assert_eq!(
        world.store.create_user(&world.app, &other, Some(&again)).await.unwrap(),
        replayed
    );
    assert_eq!(world.store.user(&world.app, other.id).await.unwrap(), None);
    let (id, hash) = (&again.client_id, &again.hash);
    let known = world
        .store
        .claimed(&world.app, None, id, hash, world.now())
        .await
        .unwrap();
    assert_eq!(known, Some(replayed));
    let by_user = world
        .store
        .claimed(&world.app, Some(ada.id), id, hash, world.now())
        .await
        .unwrap();
    assert_eq!(by_user, None, "claims belong to their actor");
}

async fn a_client_id_with_another_body_is_refused(world: &World) {
    let claim = world.clock.claim(&world.app, "c1", "create Ada", "reply");
    world
        .store
        .create_user(&world.app, &world.clock.user("Ada"), Some(&claim))
        .await
        .unwrap();
    let other = world.clock.claim(&world.app, "c1", "create Bob", "reply");
    let bob = world.clock.user("Bob");
    assert_eq!(
        world.store.create_user(&world.app, &bob, Some(&other)).await.unwrap(),
        Written::Reused
    );
    assert_eq!(world.store.user(&world.app, bob.id).await.unwrap(), None);
    let known = world
        .store
        .claimed(&world.app, None, &other.client_id, &other.hash, world.now())
        .await;
    assert_eq!(known.unwrap(), Some(Written::Reused));
}

async fn a_claim_ends_after_a_week_although_nobody_swept_it(world: &World) {
    let create = async |label: &str| {
        let claim = world.clock.claim(&world.app, "c1", "create", label);
        world
            .store
            .create_user(&world.app, &world.clock.user(label), Some(&claim))
            .await
            .unwrap()
    };
    assert_eq!(create("one").await, Written::Done);
    world.clock.pass(CLAIM_SECONDS);
    assert_eq!(create("two").await, Written::Replayed("one".to_owned()));
    world.clock.pass(1);
    let hash = world.clock.claim(&world.app, "c1", "create", "").hash;
    let known = world
        .store
        .claimed(&world.app, None, &client_id("c1"), &hash, world.now())
        .await;
    assert_eq!(known.unwrap(), None);
    assert_eq!(create("three").await, Written::Done);
    assert_eq!(create("four").await, Written::Replayed("three".to_owned()));
}

async fn a_refused_write_leaves_no_claim(world: &World) {
    let claim = world.clock.claim(&world.app, "c1", "delete", "reply");
    let nobody = world.clock.user("Nobody");
    assert_eq!(
        world
            .store
            .delete_user(&world.app, &nobody, Some(&claim))
            .await
            .unwrap(),
        Written::Refused
    );
    let known = world
        .store
        .claimed(&world.app, None, &claim.client_id, &claim.hash, world.now())
        .await;
    assert_eq!(known.unwrap(), None);
    assert!(world.rows().await.is_empty());
}

async fn claimed_send(
    world: &World,
    room: u64,
    sender: parlour_domain::UserId,
    text: &str,
) -> Result<Appended, AppendRefusal> {
    let draft = world.clock.message(sender, Some("c1"), text);
    send(&world.store, &world.app, number(room), &draft, How::Claim, world.now()).await
}

async fn a_repeated_send_gets_the_entry_of_then(world: &World) {
    let members = world.clock.user_ids(2);
    let room = world.room(1, &members).await.number;
    let first = claimed_send(world, 1, members[0], "hello").await.unwrap();
    assert!(matches!(first, Appended::New(_)));
    world.say(room, members[1], "between").await;
    world.clock.pass(CLAIM_SECONDS - 1);
    let again = claimed_send(world, 1, members[0], "hello").await.unwrap();
    assert!(matches!(&again, Appended::Duplicate(entry) if entry == entry_of(&first)));
    let other = claimed_send(world, 1, members[1], "hello").await.unwrap();
    assert!(matches!(other, Appended::New(_)), "claims belong to their sender");
    world.room(2, &members).await;
    let elsewhere = claimed_send(world, 2, members[0], "hello").await.unwrap();
    assert!(matches!(elsewhere, Appended::New(_)), "claims belong to their room");
    assert_eq!(world.log(room).await.len(), 4);
}

async fn a_claimed_send_of_another_body_is_refused(world: &World) {
    let members = world.clock.user_ids(2);
    let room = world.room(1, &members).await.number;
    claimed_send(world, 1, members[0], "hello").await.unwrap();
    let reused = claimed_send(world, 1, members[0], "goodbye").await;
    assert!(matches!(reused, Err(AppendRefusal::Reused)), "{reused:?}");
    assert_eq!(world.log(room).await.len(), 2);
}

async fn a_claim_of_a_send_ends_after_a_week(world: &World) {
    let members = world.clock.user_ids(2);
    let room = world.room(1, &members).await.number;
    claimed_send(world, 1, members[0], "hello").await.unwrap();
    world.clock.pass(CLAIM_SECONDS + 1);
    let after = claimed_send(world, 1, members[0], "goodbye").await.unwrap();
    assert!(matches!(after, Appended::New(_)));
    assert_eq!(world.log(room).await.len(), 3);
}

async fn an_earlier_send_is_found_without_a_claim_for_another(world: &World) {
    let members = world.clock.user_ids(2);
    let room = world.room(1, &members).await.number;
    let earlier = async |sender: parlour_domain::UserId, id: Option<&str>, text: &str| {
        let draft = world.clock.message(sender, id, text);
        let found = world.store.earlier_send(&world.app, room, &draft, world.now());
        found.await.unwrap()
    };
    let before = world.rows().await.len();
    assert!(earlier(members[0], Some("c1"), "hello").await.is_none());
    assert_eq!(world.rows().await.len(), before, "nothing is claimed");
    let sent = claimed_send(world, 1, members[0], "hello").await.unwrap();
    world.say(room, members[1], "after it").await;
    let found = earlier(members[0], Some("c1"), "hello").await;
    let Some(Begin::Found(found)) = found else {
        panic!("{found:?}");
    };
    assert!(matches!(&*found, Appended::Duplicate(entry) if entry == entry_of(&sent)));
    let other = earlier(members[0], Some("c1"), "goodbye").await;
    assert!(matches!(other, Some(Begin::Reused)), "{other:?}");
    assert!(earlier(members[1], Some("c1"), "hello").await.is_none());
    assert!(earlier(members[0], Some("c2"), "hello").await.is_none());
    assert!(earlier(members[0], None, "hello").await.is_none());
    world.clock.pass(CLAIM_SECONDS + 1);
    assert!(earlier(members[0], Some("c1"), "hello").await.is_none());
}

async fn a_repeated_room_creation_makes_one_room(world: &World) {
    let pair = [world.clock.user_id(), world.clock.user_id()];
    for (room, expected) in [(1, Created::Done), (2, Created::Replayed("room".to_owned()))] {
        let claim = world.clock.claim(&world.app, "c1", "create room", "room");
        let direct = world.clock.direct(number(room), pair);
        assert_eq!(world.make(&direct, &pair, Some(&claim)).await, expected);
    }
    let claim = world.clock.claim(&world.app, "c1", "create another", "room");
    let group = world.clock.group(number(3), &pair);
    assert_eq!(world.make(&group, &pair, Some(&claim)).await, Created::Reused);
    let claim = world.clock.claim(&world.app, "c2", "create room", "room");
    let direct = world.clock.direct(number(4), pair);
    assert_eq!(
        world.make(&direct, &pair, Some(&claim)).await,
        Created::Existing(number(1))
    );
    assert_eq!(world.store.room(&world.app, number(2)).await.unwrap(), None);
}

async fn a_repeated_departure_gets_its_reply(world: &World) {
    let members = world.clock.user_ids(2);
    let room = world.room(1, &members).await.number;
    for expected in [Written::Done, Written::Replayed("gone".to_owned())] {
        let claim = world.clock.claim(&world.app, "c1", "leave", "gone");
        let mut moment = world.clock.moment();
        let begun = world
            .store
            .begin_departure(&world.app, room, members[1], None, &mut moment, Some(&claim));
        assert_eq!(begun.await.unwrap(), expected);
        world
            .store
            .finish_departure(&world.app, room, members[1], world.now())
            .await
            .unwrap();
    }
    assert_eq!(world.log(room).await.len(), 2);
}
