//! The rooms of an app by name: pages, beginnings of names, renaming, deletion, and rooms from before there was the list.

use aws_sdk_dynamodb::types::AttributeValue;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use parlour_domain::app::App;
use parlour_domain::log::Body;
use parlour_domain::rate::Quotas;
use parlour_domain::room::{Room, RoomChange};
use parlour_domain::text::NamePrefix;
use parlour_domain::{AppId, RoomNumber};
use parlour_store::scan::{ROOM, Segment};
use parlour_store::{Created, RoomCursor, keys};

use crate::given::{name, number};
use crate::world::World;

on_both_engines!(
    rooms_are_listed_by_name_page_by_page,
    the_newest_rooms_come_first_to_a_limit,
    a_room_is_found_by_the_beginning_of_its_name_of_now,
    a_cursor_is_of_its_own_list,
    a_room_from_before_is_listed_once_it_has_its_place,
);

async fn make(world: &World, room: u64, label: Option<&str>) -> Room {
    let members = world.clock.user_ids(2);
    let room = Room {
        name: label.map(name),
        ..world.clock.group(number(room), &members)
    };
    assert_eq!(world.make(&room, &members, None).await, Created::Done);
    room
}

async fn rename(world: &World, before: &Room, label: Option<&str>) -> Room {
    let change = RoomChange {
        name: Some(label.map(name)),
        ..RoomChange::default()
    };
    let after = before.changed(change, world.now());
    let body = Body::room_updated(&after);
    let draft = world.clock.draft(None, None, body);
    let (store, app) = (&world.store, &world.app);
    store
        .update_room(app, before, &after, &draft, None, world.now())
        .await
        .unwrap();
    after
}

/// The numbers of all listed rooms, by pages of `limit`.
async fn listed(world: &World, prefix: Option<&str>, limit: usize) -> Vec<u64> {
    let prefix = prefix.map(|text| NamePrefix::parse(text).unwrap());
    let (mut listed, mut after) = (Vec::new(), None);
    loop {
        let page = world
            .store
            .list_rooms(&world.app, prefix.as_ref(), after.as_ref(), limit)
            .await
            .unwrap();
        assert!(page.rooms.len() <= limit);
        listed.extend(page.rooms.iter().map(|room| room.number.get()));
        let Some(next) = page.next else { return listed };
        // As text, it is what a client sends back.
        after = Some(RoomCursor::parse(&next.to_string(), prefix.as_ref()).unwrap());
    }
}

async fn rooms_are_listed_by_name_page_by_page(world: &World) {
    for (room, label) in [
        (1, Some("lunch b")),
        (2, None),
        (3, Some("Breakfast")),
        (4, Some("Lunch")),
        (10, Some("LUNCH")),
        (11, None),
        (12, Some("Élan #7")),
    ] {
        make(world, room, label).await;
    }
    for limit in [1, 2, 3, 50] {
        assert_eq!(listed(world, None, limit).await, [2, 11, 3, 4, 10, 1, 12]);
    }
    let other = AppId::parse("other").unwrap();
    let page = world.store.list_rooms(&other, None, None, 9).await.unwrap();
    assert!(page.rooms.is_empty() && page.next.is_none());
}

async fn the_newest_rooms_come_first_to_a_limit(world: &World) {
    let app = App {
        id: world.app.clone(),
        name: "app".to_owned(),
        allowed_origins: vec![],
        quotas: Quotas::default(),
        created_at: world.now(),
        tokens: vec![],
        verification: None,
        message_hook: None,
        dialects: vec![],
    };
    world.store.create_app(&app, "hash").await.unwrap();
    let (store, app) = (&world.store, &world.app);
    let mut rooms = Vec::new();
    for label in ["c", "a", "d", "b", "e"] {
        let drawn = store.next_room_number(app).await.unwrap().unwrap();
        rooms.push(make(world, drawn.get(), Some(label)).await);
    }
    let newest = async |most| {
        let rooms = store.newest_rooms(app, most).await.unwrap();
        rooms.into_iter().map(RoomNumber::get).collect::<Vec<_>>()
    };
    assert_eq!(newest(9).await, [5, 4, 3, 2, 1]);
    assert_eq!(newest(5).await, [5, 4, 3, 2, 1]);
    assert_eq!(newest(2).await, [5, 4], "not the first by name");
    let draft = world.clock.draft(None, None, Body::RoomDeleted);
    let deleted = store.delete_room(app, &rooms[3], &draft, None, world.now());
    deleted.await.unwrap();
    assert_eq!(newest(4).await, [5, 3, 2, 1]);
    assert_eq!(newest(2).await, [5, 4], "by numbers alone, which do not tell");
}

async fn a_room_is_found_by_the_beginning_of_its_name_of_now(world: &World) {
    let lunch = make(world, 1, Some("Lunch")).await;
    let plan = make(world, 2, Some("Planning")).await;
    make(world, 3, None).await;
    for limit in [1, 9] {
        assert_eq!(listed(world, Some("lu"), limit).await, [1]);
        assert_eq!(listed(world, Some("LUNCH"), limit).await, [1]);
        assert_eq!(listed(world, Some("lunch "), limit).await, [0; 0]);
    }
    world.clock.pass(1);
    let plan = rename(world, &plan, Some("lunch at eight")).await;
    assert_eq!(listed(world, Some("lunch "), 9).await, [2]);
    assert_eq!(listed(world, Some("lunch"), 1).await, [1, 2]);
    assert_eq!(listed(world, Some("plan"), 9).await, [0; 0]);
    rename(world, &plan, None).await;
    assert_eq!(listed(world, None, 9).await, [2, 3, 1]);
    let draft = world.clock.draft(None, None, Body::RoomDeleted);
    let (store, app) = (&world.store, &world.app);
    store.delete_room(app, &lunch, &draft, None, world.now()).await.unwrap();
    assert_eq!(listed(world, None, 9).await, [2, 3]);
    store.finish_room_deletion(app, lunch.number).await.unwrap();
    assert_eq!(listed(world, None, 9).await, [2, 3]);
}

async fn a_cursor_is_of_its_own_list(world: &World) {
    for room in 1..=3 {
        make(world, room, Some("Lunch")).await;
    }
    let page = world.store.list_rooms(&world.app, None, None, 1).await.unwrap();
    let text = page.next.unwrap().to_string();
    assert!(!text.contains("unch"), "{text}");
    let prefix = |text| Some(NamePrefix::parse(text).unwrap());
    assert!(RoomCursor::parse(&text, prefix("lu").as_ref()).is_some());
    assert!(RoomCursor::parse(&text, prefix("x").as_ref()).is_none());
    for bad in ["", "%", "AAAA", "bHVuY2g", &text[..6], &"bHVu".repeat(400)] {
        assert!(RoomCursor::parse(bad, None).is_none(), "{bad}");
    }
    let place = |name: &str, number: &str| {
        let text = URL_SAFE_NO_PAD.encode(format!("{name}\t{number}"));
        RoomCursor::parse(&text, None)
    };
    let one = "000000000000001";
    assert!(place("lunch", one).is_some());
    assert!(place(&"𐐨".repeat(128), one).is_some(), "as long as a name may be");
    for (name, number) in [
        ("lunch".to_owned(), "1".to_owned()),
        ("lunch".to_owned(), "+00000000000001".to_owned()),
        ("lunch".to_owned(), format!("{}{one}", "0".repeat(2_000))),
        ("𐐨".repeat(256), one.to_owned()),
    ] {
        assert!(place(&name, &number).is_none(), "{name} {number}");
    }
}

/// Makes a room's row what the version before left.
async fn as_before(world: &World, room: &Room) {
    let key = keys::room(&world.app, room.number);
    let update = world.raw.update_item().table_name(&world.store.tables().chat);
    let update = update
        .key("pk", AttributeValue::S(key.pk))
        .key("sk", AttributeValue::S(key.sk));
    update.update_expression("REMOVE ik, iv").send().await.unwrap();
}

async fn place_all(world: &World) -> Vec<bool> {
    let whole = Segment { index: 0, of: 1 };
    let page = world.store.scan(ROOM, whole, None, 1_000).await.unwrap();
    let mut placed = Vec::new();
    for row in page.rows {
        placed.push(world.store.place_room(row).await.unwrap());
    }
    placed.sort_unstable();
    placed
}

async fn a_room_from_before_is_listed_once_it_has_its_place(world: &World) {
    let rooms = [make(world, 1, Some("Lunch")).await, make(world, 2, Some("Plan")).await];
    let gone = make(world, 3, Some("Gone")).await;
    for room in &rooms {
        as_before(world, room).await;
    }
    let draft = world.clock.draft(None, None, Body::RoomDeleted);
    let (store, app) = (&world.store, &world.app);
    store.delete_room(app, &gone, &draft, None, world.now()).await.unwrap();
    assert_eq!(listed(world, None, 9).await, [0; 0]);
    assert_eq!(store.room(app, number(1)).await.unwrap().as_ref(), Some(&rooms[0]));
    let scanned = store
        .scan(ROOM, Segment { index: 0, of: 1 }, None, 1_000)
        .await
        .unwrap();
    // Whoever renames the room meanwhile gives it the newer place.
    world.clock.pass(1);
    rename(world, &rooms[1], Some("A plan")).await;
    let mut placed = Vec::new();
    for row in scanned.rows {
        placed.push(store.place_room(row).await.unwrap());
    }
    assert_eq!(placed.iter().filter(|placed| **placed).count(), 1);
    assert_eq!(listed(world, None, 9).await, [2, 1]);
    assert_eq!(place_all(world).await, [false; 3]);
    let unfinished = store.unfinished(9).await.unwrap();
    assert_eq!(
        unfinished,
        [(app.clone(), gone.number, None)],
        "a deletion stays in its list"
    );
}
