//! Stars: a row each, the latest first, each user's own.

use std::collections::{BTreeSet, HashSet};

use parlour_domain::log::Body;
use parlour_domain::text::Reaction;
use parlour_store::Star;

use super::changes::{stored, writing};
use crate::given::{number, seq};
use crate::world::World;

on_both_engines!(
    a_star_is_set_once_and_taken_away,
    stars_are_listed_page_by_page_the_latest_first,
    those_of_some_messages_are_read_at_once,
    entries_and_own_reactions_of_many_rooms_are_read_at_once,
);

async fn a_star_is_set_once_and_taken_away(world: &World) {
    let (user, place) = (world.clock.user_id(), (number(7), seq(3)));
    let (store, app) = (&world.store, &world.app);
    let first = world.now();
    assert_eq!(store.star(app, user, place, first).await.unwrap(), first);
    world.clock.pass(5);
    let again = store.star(app, user, place, world.now()).await.unwrap();
    assert_eq!(again, first, "since when it was set at first");
    let star = Star {
        room: place.0,
        seq: place.1,
        at: first,
    };
    assert_eq!(store.stars(app, user, None, 9).await.unwrap().stars, [star]);
    let other = world.clock.user_id();
    assert!(!store.unstar(app, other, place).await.unwrap());
    assert!(store.unstar(app, user, place).await.unwrap());
    assert!(!store.unstar(app, user, place).await.unwrap());
    assert!(world.rows().await.is_empty());
}

async fn those_of_some_messages_are_read_at_once(world: &World) {
    let (user, other) = (world.clock.user_id(), world.clock.user_id());
    let (store, app) = (&world.store, &world.app);
    let [one, two, three] = [(1, 1), (1, 2), (2, 1)].map(|(room, place)| (number(room), seq(place)));
    for (user, place) in [(user, one), (user, three), (other, two)] {
        store.star(app, user, place, world.now()).await.unwrap();
    }
    let found = store.starred_among(app, user, &[one, two, three]).await.unwrap();
    assert_eq!(found, HashSet::from([one, three]));
    assert!(store.starred_among(app, user, &[two]).await.unwrap().is_empty());
    assert!(store.starred_among(app, user, &[]).await.unwrap().is_empty());
}

async fn stars_are_listed_page_by_page_the_latest_first(world: &World) {
    let (user, other) = (world.clock.user_id(), world.clock.user_id());
    let (store, app) = (&world.store, &world.app);
    let places = [(2, 9), (10, 1), (1, 200), (1, 3), (3, 3)].map(|(room, place)| (number(room), seq(place)));
    for place in places {
        store.star(app, user, place, world.now()).await.unwrap();
        store
            .star(app, other, (number(99), place.1), world.now())
            .await
            .unwrap();
        world.clock.pass(1);
    }
    let (mut listed, mut after) = (Vec::new(), None);
    loop {
        let page = store.stars(app, user, after, 2).await.unwrap();
        listed.extend(page.stars.iter().map(|star| (star.room, star.seq)));
        after = page.stars.last().copied().filter(|_| page.more);
        if after.is_none() {
            break;
        }
    }
    assert!(listed.iter().eq(places.iter().rev()), "{listed:?}");
    let (room, seq) = listed[0];
    let at = world.now();
    let star = Star { room, seq, at };
    assert_eq!(Star::parse(&star.to_string()), Some(star));
    for wrong in ["", "1.2", "1.2.03", "1.0.3", ".", "x"] {
        assert_eq!(Star::parse(wrong), None, "{wrong}");
    }
}

async fn entries_and_own_reactions_of_many_rooms_are_read_at_once(world: &World) {
    let members = world.clock.user_ids(2);
    let mut rooms = Vec::new();
    for room in 1..=2 {
        let room = world.room(room, &members).await.number;
        world.say(room, members[0], &format!("in {}", room.get())).await;
        rooms.push(room);
    }
    let before = stored(world, rooms[1], 2).await;
    let what = Reaction::parse("ok").unwrap();
    let body = Body::ReactionAdded {
        target: before.seq,
        reaction: what.clone(),
    };
    let draft = world.clock.draft(Some(members[1]), None, body);
    let write = writing(world, rooms[1], &draft);
    world
        .store
        .react(write, &before, members[1], (&what, true))
        .await
        .unwrap();
    let places = [(rooms[0], seq(2)), (rooms[1], seq(2)), (rooms[1], seq(77))];
    let (store, app) = (&world.store, &world.app);
    let entries = store.entries_of_rooms(app, &places).await.unwrap();
    assert_eq!(entries.len(), 2);
    assert_eq!(entries[&places[1]], stored(world, rooms[1], 2).await);
    let own = store.own_reactions_in_rooms(app, members[1], &places).await.unwrap();
    let own: Vec<_> = own.into_iter().collect();
    assert_eq!(own, [(places[1], BTreeSet::from(["ok".to_owned()]))]);
}
