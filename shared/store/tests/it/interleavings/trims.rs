//! A floor that rises, or a room that ends, while `sweep` takes away what was below the floor before: whatever the order, and
//! whoever crashes, later runs take away all that counts no more.

use parlour_connectors::schedule::{Actor, Options, explore};
use parlour_domain::AttachmentId;
use parlour_domain::attachment::{Attachment, ContentType, File, FileName};
use parlour_domain::log::{Body, Message};
use parlour_store::{Along, Start, keys};

use super::{Scene, Stage, must_hold, whole};
use crate::given::{log, seq};
use crate::size::Stopwatch;
use crate::world::World;

/// Longer than entries that count no more are kept.
const LATER: i64 = 7_200;

fn raise(stage: &Stage, scene: &Scene, actor: usize, floor: u64) -> Actor<()> {
    let (store, app, room) = (scene.stores[actor].clone(), scene.app.clone(), scene.room);
    let now = scene.now.plus_seconds(LATER);
    let draft = stage
        .world
        .clock
        .draft(None, None, Body::RoomTruncated { floor: seq(floor) });
    Box::pin(async move {
        if let Ok(Some(floor)) = store.entry(&app, room, seq(floor)).await {
            let _ = store.truncate_room(&app, room, &floor, &draft, None, now).await;
        }
    })
}

fn sweep(scene: &Scene, actor: usize) -> Actor<()> {
    let (store, room, now) = (scene.stores[actor].clone(), scene.room, scene.now.plus_seconds(LATER));
    Box::pin(async move {
        let due = store.trims_due(now, 100).await.unwrap_or_default();
        // Rooms of other runs are due too.
        for due in due.iter().filter(|due| due.room() == room) {
            let _ = store.trim_room(due, now).await;
        }
    })
}

#[test]
fn a_floor_that_rises_during_a_sweep_is_not_forgotten() {
    let stage = Stage::new("trims");
    let crash = Options {
        crashes: 1,
        crash_after_apply: true,
        ..Options::default()
    };
    for (name, options) in [("in every order", Options::default()), ("with a crash", crash)] {
        let started = Stopwatch::start();
        let result = explore(
            &whole(options),
            async |schedule| {
                let scene = stage.scene(schedule, 2, 1).await;
                for text in ["one", "two", "three"] {
                    stage.world.say(scene.room, scene.users[0], text).await;
                }
                raise(&stage, &scene_of(&stage, &scene), 0, 2).await;
                scene
            },
            |scene| vec![raise(&stage, scene, 0, 4), sweep(scene, 1)],
            async |scene, _| {
                let (store, mut now) = (&stage.world.store, scene.now);
                for _ in 0..3 {
                    now = now.plus_seconds(2 * LATER);
                    for due in store.trims_due(now, 100).await.unwrap() {
                        store.trim_room(&due, now).await.unwrap();
                    }
                }
                let floor = store.room(&scene.app, scene.room).await.unwrap().unwrap().floor;
                let oldest = log(store, &scene.app, scene.room).await[0].seq;
                if oldest == floor {
                    Ok(())
                } else {
                    Err(format!("{oldest} is still there below {floor}"))
                }
            },
        );
        assert!(must_hold(&format!("truncation and sweep {name}"), &started, result).complete);
    }
}

/// A message with a file in the scene's room.
async fn say_with_file(world: &World, scene: &Scene) -> AttachmentId {
    let (store, app, by) = (&world.store, &world.app, scene.users[0]);
    let attachment = Attachment {
        file: File {
            id: AttachmentId::generate(&mut world.clock.moment()),
            name: FileName::parse("photo.png").unwrap(),
            content_type: ContentType::parse("image/png").unwrap(),
            size: 1_000,
            pixels: None,
        },
        uploader: Some(by),
        announced_at: world.now(),
        only_in: None,
        confirmed: false,
        room: None,
        seq: None,
        doomed: false,
    };
    store.announce_attachment(app, &attachment, None).await.unwrap();
    assert!(store.confirm_attachment(app, &attachment).await.unwrap());
    let id = attachment.file.id;
    let message = Message {
        attachments: vec![attachment.file],
        ..Message::default()
    };
    let draft = world.clock.draft(Some(by), None, Body::Message(message));
    let begin = store.begin_append(app, scene.room, &draft, Start::Head).await.unwrap();
    let along = Along {
        parent: None,
        files: &[id],
    };
    let said = store.append_along((app, scene.room), &draft, begin, along, world.now());
    said.await.unwrap();
    id
}

/// Whether a file is on the way to its end.
async fn is_released(world: &World, file: AttachmentId) -> bool {
    let key = keys::attachment(&world.app, file);
    let text = aws_sdk_dynamodb::types::AttributeValue::S;
    let row = world.raw.get_item().table_name(&world.store.tables().chat);
    let row = row.key(keys::PK, text(key.pk)).key(keys::SK, text(key.sk));
    let row = row.consistent_read(true).send().await.unwrap().item.unwrap();
    row.contains_key(keys::INDEX_PK)
}

fn delete(stage: &Stage, scene: &Scene, actor: usize) -> Actor<()> {
    let (store, app, room) = (scene.stores[actor].clone(), scene.app.clone(), scene.room);
    let now = scene.now.plus_seconds(LATER);
    let draft = stage.world.clock.draft(None, None, Body::RoomDeleted);
    Box::pin(async move {
        let row = store.room(&app, room).await.unwrap().unwrap();
        store.delete_room(&app, &row, &draft, None, now).await.unwrap();
    })
}

/// What has nothing more to take away is looked at no more, unless it is deleted at that moment: then its files are left.
#[test]
fn a_room_that_ends_during_a_sweep_loses_its_files() {
    let stage = Stage::new("ends");
    let started = Stopwatch::start();
    let file = std::cell::Cell::new(None);
    let result = explore(
        &whole(Options::default()),
        async |schedule| {
            let scene = stage.scene(schedule, 2, 1).await;
            file.set(Some(say_with_file(&stage.world, &scene).await));
            raise(&stage, &scene_of(&stage, &scene), 0, 2).await;
            scene
        },
        |scene| vec![delete(&stage, scene, 0), sweep(scene, 1)],
        async |scene, _| {
            let (store, mut now) = (&stage.world.store, scene.now);
            for _ in 0..3 {
                now = now.plus_seconds(2 * LATER);
                for due in store.trims_due(now, 100).await.unwrap() {
                    store.trim_room(&due, now).await.unwrap();
                }
            }
            let room = store.room(&scene.app, scene.room).await.unwrap().unwrap();
            assert!(room.deleted);
            if is_released(&stage.world, file.get().unwrap()).await {
                Ok(())
            } else {
                Err("a file of a deleted room is left".to_owned())
            }
        },
    );
    assert!(must_hold("deletion and sweep", &started, result).complete);
}

/// The scene as the stage's own process sees it, outside the schedule.
fn scene_of(stage: &Stage, scene: &Scene) -> Scene {
    Scene {
        stores: vec![stage.world.store.clone()],
        clients: Vec::new(),
        app: scene.app.clone(),
        now: scene.now,
        room: scene.room,
        users: scene.users.clone(),
    }
}
