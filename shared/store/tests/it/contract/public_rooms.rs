//! The list of public rooms, which is kept with every change of a room.

use parlour_domain::log::Body;
use parlour_domain::room::{Room, RoomChange};
use parlour_domain::text::NamePrefix;
use parlour_store::{Created, RoomCursor, keys};

use crate::given::{name, number};
use crate::world::World;

on_both_engines!(
    public_groups_are_listed_by_name_page_by_page,
    a_room_is_listed_as_long_as_it_is_public_and_there,
    the_line_of_a_public_room_disturbs_no_read_of_its_members,
);

async fn make(world: &World, room: u64, label: &str, public: bool) -> Room {
    let members = world.clock.user_ids(2);
    let room = Room {
        name: Some(name(label)),
        public,
        ..world.clock.group(number(room), &members)
    };
    assert_eq!(world.make(&room, &members, None).await, Created::Done);
    room
}

async fn change(world: &World, before: &Room, change: RoomChange) -> Room {
    let after = before.changed(change, world.now());
    let draft = world.clock.draft(None, None, Body::room_updated(&after));
    let (store, app) = (&world.store, &world.app);
    store
        .update_room(app, before, &after, &draft, None, world.now())
        .await
        .unwrap();
    after
}

async fn listed(world: &World, prefix: Option<&str>, limit: usize) -> Vec<u64> {
    let prefix = prefix.map(|text| NamePrefix::parse(text).unwrap());
    let (mut listed, mut after) = (Vec::new(), None);
    loop {
        let page = world
            .store
            .list_public_rooms(&world.app, prefix.as_ref(), after.as_ref(), limit)
            .await
            .unwrap();
        listed.extend(page.rooms.iter().map(|room| room.number.get()));
        let Some(next) = page.next else { return listed };
        after = Some(RoomCursor::parse(&next.to_string(), prefix.as_ref()).unwrap());
    }
}

/// The rows that list public rooms.
async fn lines(world: &World) -> usize {
    let rows = world.rows().await;
    let partition = keys::public_rooms(&world.app);
    let of_list = |row: &&std::collections::HashMap<_, aws_sdk_dynamodb::types::AttributeValue>| {
        row.get(keys::INDEX_PK).and_then(|value| value.as_s().ok()) == Some(&partition)
    };
    rows.iter().filter(of_list).count()
}

async fn public_groups_are_listed_by_name_page_by_page(world: &World) {
    make(world, 1, "Tea", true).await;
    make(world, 2, "lunch", true).await;
    make(world, 3, "Board", false).await;
    make(world, 4, "Lunch at eight", true).await;
    for limit in [1, 2, 9] {
        assert_eq!(listed(world, None, limit).await, [2, 4, 1]);
        assert_eq!(listed(world, Some("LUN"), limit).await, [2, 4]);
    }
    let all = world.store.list_rooms(&world.app, None, None, 9).await.unwrap();
    assert_eq!((all.rooms.len(), all.places.len()), (4, 4));
    let (store, app) = (&world.store, &world.app);
    let page = store.list_public_rooms(app, None, None, 9).await.unwrap();
    let behind = store
        .list_public_rooms(app, None, page.places.first(), 9)
        .await
        .unwrap();
    let behind: Vec<u64> = behind.rooms.iter().map(|room| room.number.get()).collect();
    assert_eq!(behind, [4, 1], "each has the place that the list goes on behind");
}

async fn a_room_is_listed_as_long_as_it_is_public_and_there(world: &World) {
    let changed = |public, archived| RoomChange {
        public: Some(public),
        archived: Some(archived),
        ..RoomChange::default()
    };
    let mut room = make(world, 1, "Tea", false).await;
    for (public, archived, expected) in [
        (true, false, 1),
        (true, true, 0),
        (true, false, 1),
        (false, false, 0),
        (true, false, 1),
    ] {
        room = change(world, &room, changed(public, archived)).await;
        assert_eq!(listed(world, None, 9).await.len(), expected, "{public} {archived}");
        assert_eq!(lines(world).await, expected, "{public} {archived}");
    }
    let renamed = RoomChange {
        name: Some(Some(name("Coffee"))),
        ..RoomChange::default()
    };
    room = change(world, &room, renamed).await;
    assert_eq!(listed(world, Some("tea"), 9).await, [0; 0]);
    assert_eq!(listed(world, Some("coffee"), 9).await, [1]);
    let draft = world.clock.draft(None, None, Body::RoomDeleted);
    let (store, app) = (&world.store, &world.app);
    store.delete_room(app, &room, &draft, None, world.now()).await.unwrap();
    assert_eq!((listed(world, None, 9).await.len(), lines(world).await), (0, 0));
}

async fn the_line_of_a_public_room_disturbs_no_read_of_its_members(world: &World) {
    let room = make(world, 1, "Tea", true).await;
    let (store, app) = (&world.store, &world.app);
    let (read, members) = store.room_with_members(app, room.number, 8).await.unwrap().unwrap();
    assert_eq!((read, members.len()), (room.clone(), 2));
    let page = store.list_members(app, room.number, None, 9).await.unwrap();
    assert_eq!(page.members.len(), 2);
}
