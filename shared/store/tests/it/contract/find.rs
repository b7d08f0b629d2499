//! Rooms in which all of some users are members.

use crate::contract::departures::{begin, finish};
use crate::given::number;
use crate::world::World;

on_both_engines!(rooms_are_told_in_which_all_of_them_are,);

async fn rooms_are_told_in_which_all_of_them_are(world: &World) {
    let [ada, bob, carol]: [_; 3] = world.clock.user_ids(3).try_into().unwrap();
    world.room(1, &[ada, bob]).await;
    world.room(2, &[ada, bob, carol]).await;
    world.room(3, &[ada, carol]).await;
    let rooms = [number(3), number(2), number(1), number(4)];
    let all = async |users: &[_]| {
        let found = world.store.rooms_with_members(&world.app, &rooms, users).await;
        found.unwrap().iter().map(|room| room.get()).collect::<Vec<_>>()
    };
    assert_eq!(all(&[ada]).await, [3, 2, 1]);
    assert_eq!(all(&[bob, ada]).await, [2, 1]);
    assert_eq!(all(&[ada, bob, carol]).await, [2]);
    assert_eq!(all(&[ada, world.clock.user_id()]).await, [0; 0]);
    // Who is leaving is no member any more, nor is who left.
    begin(world, number(2), bob).await;
    assert_eq!(all(&[ada, bob]).await, [1]);
    finish(world, number(2), bob).await.unwrap();
    assert_eq!(all(&[ada, bob]).await, [1]);
}
