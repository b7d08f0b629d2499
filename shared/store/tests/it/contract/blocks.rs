//! Blocks: a row each, and a mark on both members of the direct room, or none is made.

use std::collections::BTreeSet;

use parlour_domain::{RoomNumber, UserId};
use parlour_store::{Created, Written};

use crate::given::number;
use crate::world::World;

on_both_engines!(
    a_block_keeps_the_two_from_making_a_direct_room,
    a_block_marks_both_members_of_the_direct_room,
    blocks_come_in_pages,
);

/// Has one block the other from now on, or no longer.
async fn block(world: &World, pair: (UserId, UserId), blocked: bool, direct: Option<RoomNumber>) -> Written {
    let since = blocked.then(|| world.now());
    let written = world.store.set_block(&world.app, pair, since, direct).await;
    written.unwrap()
}

async fn a_block_keeps_the_two_from_making_a_direct_room(world: &World) {
    let [ada, bob] = [world.clock.user_id(), world.clock.user_id()];
    let (store, app) = (&world.store, &world.app);
    assert_eq!(store.block(app, ada, bob).await.unwrap(), None);
    assert_eq!(block(world, (ada, bob), true, None).await, Written::Done);
    let found = store.block(app, ada, bob).await.unwrap().unwrap();
    assert_eq!((found.user, found.since), (bob, world.now()));
    assert_eq!(store.block(app, bob, ada).await.unwrap(), None, "it is one's own");
    for pair in [[ada, bob], [bob, ada]] {
        let room = world.clock.direct(number(1), pair);
        assert_eq!(world.make(&room, &pair, None).await, Created::Blocked);
    }
    for _ in 0..2 {
        assert_eq!(block(world, (ada, bob), false, None).await, Written::Done);
        assert_eq!(store.block(app, ada, bob).await.unwrap(), None);
    }
    let room = world.clock.direct(number(1), [ada, bob]);
    assert_eq!(world.make(&room, &[ada, bob], None).await, Created::Done);
}

async fn a_block_marks_both_members_of_the_direct_room(world: &World) {
    let pair = [world.clock.user_id(), world.clock.user_id()];
    let [ada, bob] = pair;
    let room = world.clock.direct(number(1), pair);
    world.make(&room, &pair, None).await;
    let marks = async || {
        let rows = world.store.member_rows(&world.app, room.number, &pair).await.unwrap();
        rows.into_iter().map(|row| row.blocked_by).collect::<Vec<_>>()
    };
    assert_eq!(
        block(world, (ada, bob), true, None).await,
        Written::Refused,
        "they have a room by now"
    );
    for _ in 0..2 {
        assert_eq!(block(world, (ada, bob), true, Some(room.number)).await, Written::Done);
        assert_eq!(marks().await, vec![BTreeSet::from([ada]); 2]);
    }
    assert_eq!(block(world, (bob, ada), true, Some(room.number)).await, Written::Done);
    assert_eq!(marks().await, vec![BTreeSet::from(pair); 2]);
    assert_eq!(block(world, (ada, bob), false, Some(room.number)).await, Written::Done);
    assert_eq!(marks().await, vec![BTreeSet::from([bob]); 2]);
}

async fn blocks_come_in_pages(world: &World) {
    let (ada, mut others) = (world.clock.user_id(), world.clock.user_ids(5));
    for other in &others {
        assert_eq!(block(world, (ada, *other), true, None).await, Written::Done);
        assert_eq!(block(world, (*other, ada), true, None).await, Written::Done);
    }
    let (mut listed, mut after) = (Vec::new(), None);
    loop {
        let page = world.store.blocks(&world.app, ada, after, 2).await.unwrap();
        assert!(page.blocks.len() <= 2);
        listed.extend(page.blocks.iter().map(|block| block.user));
        after = page.next;
        if after.is_none() {
            break;
        }
    }
    others.sort_unstable();
    assert_eq!(listed, others);
}
