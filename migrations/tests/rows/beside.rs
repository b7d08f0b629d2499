//! Runs beside other runs, and beside writers of the code before and of the code after.

use std::num::NonZeroU32;

use aws_sdk_dynamodb::types::AttributeValue;
use parlour_migrations::Run;
use parlour_store::domain::log::{Body, BodyHash, Draft, WriteId};
use parlour_store::domain::rate::Allowance;
use parlour_store::domain::room::{Room, RoomChange};
use parlour_store::domain::{Entropy, Moment};
use parlour_store::{Created, NewRoom, keys};

use crate::rooms::{name, room};
use crate::world::{NOW, World};

on_both_engines!(
    two_runs_at_once_share_the_work,
    writers_of_both_versions_are_at_work_meanwhile,
);

async fn two_runs_at_once_share_the_work(world: &World) {
    world.old_rooms(1_000).await;
    let run = Run::new(&world.store).page(NonZeroU32::new(60).unwrap());
    let (one, two) = tokio::join!(run.all(NOW), run.all(NOW));
    one.unwrap();
    two.unwrap();
    world.check(1_000).await;
    let progress = parlour_migrations::status(&world.store).await.unwrap()[1]
        .progress
        .unwrap();
    assert_eq!(progress.seen, 1_000, "each page is counted once");
    // Of a page that both had in hand, the one that is counted changed only what the other had not changed yet.
    assert!(progress.changed <= 980, "{}", progress.changed);
}

fn draft(number: u64, body: Body) -> Draft {
    let mut seed = [0; 32];
    seed[..8].copy_from_slice(&number.to_be_bytes());
    let mut moment = Moment {
        now: NOW,
        entropy: Entropy::from_seed(seed),
    };
    Draft {
        sender: None,
        client_id: None,
        write_id: WriteId::generate(&mut moment),
        hash: BodyHash::of(&body),
        body,
        spaced: false,
        allowance: Allowance::default(),
    }
}

/// The code after: makes rooms, and renames some of them.
async fn new_code(world: &World, numbers: impl Iterator<Item = u64>) {
    for number in numbers {
        let made = room(number);
        let body = Body::RoomCreated {
            kind: made.kind,
            name: made.name.clone(),
            members: Vec::new(),
        };
        let new = NewRoom {
            app: &world.app,
            room: &made,
            members: &[],
            draft: &draft(number, body),
            now: NOW,
        };
        assert_eq!(world.store.create_room(new, None).await.unwrap(), Created::Done);
        rename(world, &made, number).await;
    }
}

/// The code after renames a room.
async fn rename(world: &World, before: &Room, number: u64) {
    let to = name(&format!("New {number}"));
    let change = RoomChange {
        name: Some(Some(to.clone())),
        ..RoomChange::default()
    };
    let after = before.changed(change, NOW);
    let body = Body::RoomUpdated {
        name: Some(to),
        custom: None,
        public: None,
        settings: None,
    };
    let draft = draft(number + 1_000_000, body);
    let renamed = world.store.update_room(&world.app, before, &after, &draft, None, NOW);
    renamed.await.unwrap();
}

/// The code before: makes rooms, and renames rooms, without a look at the list.
async fn old_code(world: &World, made: impl Iterator<Item = u64>, renamed: impl Iterator<Item = u64>) {
    let chat = &world.store.tables().chat;
    for (number, other) in made.zip(renamed) {
        let row = world.old_row(&room(number));
        world
            .raw
            .put_item()
            .table_name(chat)
            .set_item(Some(row))
            .send()
            .await
            .unwrap();
        let key = keys::room(&world.app, room(other).number);
        let update = world.raw.update_item().table_name(chat);
        let update = update
            .key("pk", AttributeValue::S(key.pk))
            .key("sk", AttributeValue::S(key.sk));
        let update = update
            .update_expression("SET #n = :n, updated_at = updated_at + :one")
            .expression_attribute_names("#n", "name")
            .expression_attribute_values(":n", AttributeValue::S(format!("Old {other}")))
            .expression_attribute_values(":one", AttributeValue::N("1".to_owned()));
        update.send().await.unwrap();
    }
}

/// The names that the list has, by number of the room; each stands where its present name belongs.
async fn listed(world: &World) -> Vec<(u64, Option<String>)> {
    let (mut listed, mut after) = (Vec::new(), None);
    loop {
        let page = world
            .store
            .list_rooms(&world.app, None, after.as_ref(), 100)
            .await
            .unwrap();
        let named = |room: &Room| (room.number.get(), room.name.as_ref().map(|name| name.folded()));
        listed.extend(page.rooms.iter().map(named));
        after = page.next;
        if after.is_none() {
            return listed;
        }
    }
}

async fn writers_of_both_versions_are_at_work_meanwhile(world: &World) {
    world.old_rooms(400).await;
    let alive = |number: &u64| !room(*number).deleted;
    let run = Run::new(&world.store).page(NonZeroU32::new(30).unwrap());
    let (migrated, (), ()) = tokio::join!(
        run.all(NOW),
        new_code(world, (1_001..1_049).filter(alive)),
        old_code(world, (2_001..2_049).filter(alive), (1..400).step_by(8).filter(alive)),
    );
    migrated.unwrap();
    let complete = (1..=400).chain(1_001..1_049).chain(2_001..2_049).filter(alive).count();
    let first = listed(world).await;
    let lacking = complete - first.len();
    assert!(lacking <= 48, "only what the code before made while it ran: {lacking}");
    let new: Vec<_> = first
        .iter()
        .filter(|(number, _)| (1_001..2_000).contains(number))
        .collect();
    assert!(new.is_sorted_by_key(|(number, name)| (name.clone(), *number)));
    assert_eq!(new.len(), 48, "what the code after wrote stays as it wrote it");
    // The code before has gone. What it left is found by walking again.
    run.restart().await.unwrap();
    run.all(NOW).await.unwrap();
    let all = listed(world).await;
    assert_eq!(all.len(), complete);
    assert!(
        all.is_sorted_by_key(|(number, name)| (name.clone(), *number)),
        "by the names of now"
    );
}
