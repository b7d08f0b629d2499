//! What an integrator's own system said of its users: an event and what it changes stand or fall together.

use std::collections::HashSet;

use parlour_domain::ExternalId;
use parlour_domain::incoming::{Friendship, Told};
use parlour_domain::text::DisplayName;
use parlour_domain::user::User;
use parlour_store::{Doing, FriendCursor, Telling, Written};

use crate::world::World;

on_both_engines!(
    an_event_is_noted_with_what_it_does,
    an_event_that_was_overtaken_does_nothing,
    a_friendship_is_in_both_lists,
    friends_are_listed_the_latest_first,
    users_are_found_by_many_ids_of_another_system,
);

fn external(id: &str) -> ExternalId {
    ExternalId::parse(id).unwrap()
}

fn user(world: &World, id: &str) -> User {
    let now = world.now();
    User {
        id: world.clock.user_id(),
        external_id: Some(external(id)),
        name: DisplayName::parse("Ada").unwrap(),
        avatar_url: None,
        custom: None,
        suspension: None,
        number: None,
        created_at: now,
        updated_at: now,
    }
}

fn told(world: &World, id: &str) -> Told {
    Told {
        at: world.now(),
        id: external(id),
        gone: false,
        deleted: None,
    }
}

async fn tell(world: &World, of: &ExternalId, (before, after): (Option<&Told>, &Told), doing: Doing<'_>) -> Written {
    let telling = Telling {
        user: of,
        before,
        after,
        now: world.now(),
    };
    world.store.tell(&world.app, telling, doing).await.unwrap()
}

async fn an_event_is_noted_with_what_it_does(world: &World) {
    let (store, app, id) = (&world.store, &world.app, external("shop#1"));
    assert_eq!(store.told(app, &id).await.unwrap(), None);
    let (ada, first) = (user(world, "shop#1"), told(world, "e-1"));
    assert_eq!(tell(world, &id, (None, &first), Doing::Make(&ada)).await, Written::Done);
    assert_eq!(store.told(app, &id).await.unwrap().as_ref(), Some(&first));
    assert_eq!(store.user_by_external_id(app, &id).await.unwrap().as_ref(), Some(&ada));

    world.clock.pass(1);
    let second = told(world, "e-2");
    let renamed = User {
        name: DisplayName::parse("Ada L.").unwrap(),
        updated_at: world.now(),
        ..ada.clone()
    };
    let doing = Doing::Replace(&ada, &renamed);
    assert_eq!(tell(world, &id, (Some(&first), &second), doing).await, Written::Done);
    assert_eq!(store.user(app, ada.id).await.unwrap().as_ref(), Some(&renamed));

    world.clock.pass(1);
    let gone = Told {
        gone: true,
        deleted: Some(ada.id),
        ..told(world, "e-3")
    };
    let doing = Doing::Delete(&renamed);
    assert_eq!(tell(world, &id, (Some(&second), &gone), doing).await, Written::Done);
    assert_eq!(store.user_by_external_id(app, &id).await.unwrap(), None);
    assert_eq!(
        store.told(app, &id).await.unwrap(),
        Some(gone),
        "it is kept that there was one"
    );
}

async fn an_event_that_was_overtaken_does_nothing(world: &World) {
    let (store, app, id) = (&world.store, &world.app, external("shop-1"));
    let (ada, other, first) = (user(world, "shop-1"), user(world, "shop-1"), told(world, "e-1"));
    tell(world, &id, (None, &first), Doing::Make(&ada)).await;
    let second = told(world, "e-2");
    assert_eq!(
        tell(world, &id, (None, &second), Doing::Make(&other)).await,
        Written::Refused
    );
    assert_eq!(
        tell(world, &id, (None, &second), Doing::Nothing).await,
        Written::Refused
    );
    let stale = (Some(&second), &second);
    assert_eq!(tell(world, &id, stale, Doing::Delete(&ada)).await, Written::Refused);
    assert_eq!(store.told(app, &id).await.unwrap(), Some(first.clone()));
    assert_eq!(store.user_by_external_id(app, &id).await.unwrap(), Some(ada));
    assert_eq!(store.user(app, other.id).await.unwrap(), None);
    // Somebody else made the user meanwhile.
    let (taken, id) = (user(world, "shop-2"), external("shop-2"));
    store.create_user(app, &taken, None).await.unwrap();
    let late = user(world, "shop-2");
    assert_eq!(
        tell(world, &id, (None, &first), Doing::Make(&late)).await,
        Written::Refused
    );
    assert_eq!(store.told(app, &id).await.unwrap(), None);
}

fn friendship(world: &World, id: &str, friends: bool) -> Friendship {
    Friendship {
        at: world.now(),
        id: external(id),
        friends,
    }
}

async fn a_friendship_is_in_both_lists(world: &World) {
    let (store, app, now) = (&world.store, &world.app, world.now());
    let [ada, bob, eve] = ["ada", "bob", "eve"].map(external);
    let (one, other) = (friendship(world, "e-1", true), friendship(world, "e-2", false));
    let pair = (&ada, &bob);
    let set = async |before, after| store.set_friendship(app, pair, (before, after), 7, now).await.unwrap();
    assert_eq!(set(None, &one).await, Written::Done);
    assert_eq!(set(None, &other).await, Written::Refused, "it is known by now");
    for (of, with) in [(&ada, &bob), (&bob, &ada)] {
        assert_eq!(store.friendship(app, (of, with)).await.unwrap().as_ref(), Some(&one));
        let among = store
            .friends_among(app, of, &[with.clone(), eve.clone()])
            .await
            .unwrap();
        assert_eq!(among, HashSet::from([with.clone()]));
        let listed = store.friends(app, of, None, 9).await.unwrap();
        assert_eq!((listed.friends, listed.next), (vec![(with.clone(), now)], None));
    }
    assert_eq!(set(Some(&one), &other).await, Written::Done);
    assert_eq!(set(Some(&one), &one).await, Written::Refused);
    for (of, with) in [(&ada, &bob), (&bob, &ada)] {
        assert_eq!(store.friendship(app, (of, with)).await.unwrap().as_ref(), Some(&other));
        assert!(
            store
                .friends_among(app, of, std::slice::from_ref(with))
                .await
                .unwrap()
                .is_empty()
        );
        assert!(store.friends(app, of, None, 9).await.unwrap().friends.is_empty());
    }
}

async fn friends_are_listed_the_latest_first(world: &World) {
    let (store, app, ada) = (&world.store, &world.app, external("ada"));
    for (number, mark) in (0..5).zip([3, 9, 1, 7, 5]) {
        // The last three at one time.
        if number < 3 {
            world.clock.pass(1);
        }
        let (with, now) = (external(&format!("f-{number}")), world.now());
        let after = friendship(world, "e", true);
        let written = store
            .set_friendship(app, (&ada, &with), (None, &after), mark, now)
            .await;
        assert_eq!(written.unwrap(), Written::Done);
    }
    let (mut listed, mut after): (Vec<String>, Option<FriendCursor>) = (Vec::new(), None);
    loop {
        let page = store.friends(app, &ada, after, 2).await.unwrap();
        listed.extend(page.friends.iter().map(|(friend, _)| friend.to_string()));
        let Some(next) = page.next else { break };
        assert_eq!(FriendCursor::parse(&next.to_string()), Some(next));
        after = Some(next);
    }
    assert_eq!(listed, ["f-3", "f-4", "f-2", "f-1", "f-0"]);
    for text in ["", "x", "1.2", "000000000000001.zzzzzzzzzzzzzzzz"] {
        assert_eq!(FriendCursor::parse(text), None, "{text}");
    }
}

async fn users_are_found_by_many_ids_of_another_system(world: &World) {
    let (store, app) = (&world.store, &world.app);
    let (ada, bob) = (user(world, "ada"), user(world, "a#b"));
    for user in [&ada, &bob] {
        store.create_user(app, user, None).await.unwrap();
    }
    let asked = ["ada", "a#b", "nobody"].map(external);
    let found = store.user_ids_by_external_ids(app, &asked).await.unwrap();
    assert_eq!(found.len(), 2);
    assert_eq!((found[&asked[0]], found[&asked[1]]), (ada.id, bob.id));
}
