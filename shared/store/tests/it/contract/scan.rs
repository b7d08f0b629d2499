//! Scans see every row once, in segments and pages, and a migration's notes are made once each.

use std::collections::HashSet;

use parlour_store::scan::{ROOM, Segment};
use parlour_store::{PageDone, StoreError};

use crate::world::World;

on_both_engines!(
    segments_and_pages_hold_every_row_once,
    a_page_is_noted_once,
    a_restart_forgets_what_was_walked,
);

async fn segments_and_pages_hold_every_row_once(world: &World) {
    let members = world.clock.user_ids(2);
    for room in 1..=30 {
        world.room(room, &members).await;
    }
    let all = world.rows().await.len();
    for of in [1, 3, 4] {
        let (mut rooms, mut read) = (HashSet::new(), 0);
        for index in 0..of {
            let mut after = None;
            loop {
                let page = world
                    .store
                    .scan(ROOM, Segment { index, of }, after.as_ref(), 7)
                    .await
                    .unwrap();
                assert!(page.read <= 7 && page.units > 0.0 || page.read == 0);
                read += page.read;
                for row in page.rows {
                    assert!(rooms.insert(format!("{row:?}")), "twice");
                }
                after = page.next;
                if after.is_none() {
                    break;
                }
            }
        }
        assert_eq!((rooms.len(), read), (30, u64::try_from(all).unwrap()));
    }
}

fn page(next: Option<&str>) -> PageDone {
    let key = |text: &str| parlour_store::keys::Key {
        pk: text.to_owned(),
        sk: "room".to_owned(),
    };
    PageDone {
        next: next.map(key),
        read: 10,
        seen: 5,
        changed: 3,
    }
}

async fn a_page_is_noted_once(world: &World) {
    let store = &world.store;
    assert!(store.migration_progress(2).await.unwrap().is_empty());
    let begun = store.begin_migration(2, 3).await.unwrap();
    assert_eq!(
        store.begin_migration(2, 8).await.unwrap(),
        begun,
        "its segments are fixed"
    );
    let first = store.note_page(2, &begun[1], &page(Some("a"))).await.unwrap().unwrap();
    assert_eq!((first.read, first.seen, first.changed, first.done), (10, 5, 3, false));
    assert_eq!(first.after(), page(Some("a")).next);
    assert_eq!(store.note_page(2, &begun[1], &page(Some("b"))).await.unwrap(), None);
    let found = store.segment_progress(2, 1).await.unwrap();
    assert_eq!(found, first);
    assert!(found.is_after(&begun[1], &page(Some("a"))) && !found.is_after(&begun[1], &page(Some("b"))));
    store.count_changed(2, 1, 4).await.unwrap();
    let last = store.note_page(2, &first, &page(None)).await.unwrap().unwrap();
    assert_eq!((last.read, last.changed, last.done, last.after()), (20, 10, true, None));
    let all = store.migration_progress(2).await.unwrap();
    assert_eq!(all, [begun[0].clone(), last, begun[2].clone()]);
    assert!(store.migration_progress(3).await.unwrap().is_empty());
    let missing = store.segment_progress(3, 0).await;
    assert!(matches!(missing, Err(StoreError::Damaged(_))), "{missing:?}");
    assert!(store.applied_migrations().await.unwrap().is_empty());
}

async fn a_restart_forgets_what_was_walked(world: &World) {
    let (store, now) = (&world.store, world.now());
    store.restart_migration(2).await.unwrap();
    let begun = store.begin_migration(2, 2).await.unwrap();
    let first = store.note_page(2, &begun[0], &page(None)).await.unwrap().unwrap();
    store.note_migration(1, now).await.unwrap();
    store.note_migration(2, now).await.unwrap();
    store.restart_migration(2).await.unwrap();
    assert_eq!(store.applied_migrations().await.unwrap(), [(1, now)]);
    let again = store.segment_progress(2, 0).await.unwrap();
    assert_eq!(
        (again.read, again.changed, again.done, again.after()),
        (0, 0, false, None)
    );
    assert_eq!(
        store.note_page(2, &first, &page(None)).await.unwrap(),
        None,
        "of the walk before"
    );
}
