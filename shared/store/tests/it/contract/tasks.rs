//! Tasks: one erasure of a user at a time, and progress that is written once.

use parlour_domain::task::{Step, Task, TaskStatus};
use parlour_domain::{RoomNumber, UserId, limits};
use parlour_store::{JoinedAt, Started};

use crate::given::number;
use crate::world::World;

on_both_engines!(
    a_user_has_one_running_task,
    progress_is_written_once,
    tasks_are_listed_the_latest_first_and_forgotten,
    rooms_are_noted_once_and_listed_by_number,
    memberships_are_listed_in_the_order_of_joining,
);

async fn started(world: &World, user: UserId) -> Task {
    let task = Task::new(&mut world.clock.moment(), user, Some(world.now()));
    let due = world.now().plus_seconds(60);
    let started = world.store.start_task(&world.app, &task, due).await.unwrap();
    assert_eq!(started, Started::New);
    task
}

async fn a_user_has_one_running_task(world: &World) {
    let (store, app) = (&world.store, &world.app);
    let [user, other] = [world.clock.user_id(), world.clock.user_id()];
    let task = started(world, user).await;
    let second = Task::new(&mut world.clock.moment(), user, None);
    let again = store.start_task(app, &second, world.now()).await.unwrap();
    assert_eq!(again, Started::Running(task.id));
    assert_eq!(store.task(app, second.id, world.now()).await.unwrap(), None);
    started(world, other).await;
    assert!(store.tasks_due(world.now(), 9).await.unwrap().is_empty());
    world.clock.pass(60);
    assert_eq!(store.tasks_due(world.now(), 9).await.unwrap().len(), 2);
    store
        .postpone_task(app, task.id, world.now().plus_seconds(60))
        .await
        .unwrap();
    assert_eq!(store.tasks_due(world.now(), 9).await.unwrap().len(), 1);
    let ended = store.end_task(app, &task, world.now()).await.unwrap().unwrap();
    assert_eq!((ended.status, ended.notes), (TaskStatus::Done, 1));
    assert_eq!(store.task(app, task.id, world.now()).await.unwrap(), Some(ended));
    world.clock.pass(60);
    assert_eq!(store.tasks_due(world.now(), 9).await.unwrap().len(), 1);
    store.postpone_task(app, task.id, world.now()).await.unwrap();
    assert_eq!(store.tasks_due(world.now(), 9).await.unwrap().len(), 1, "it has ended");
    started(world, user).await;
}

async fn progress_is_written_once(world: &World) {
    let (store, app) = (&world.store, &world.app);
    let task = started(world, world.clock.user_id()).await;
    let room = number(7);
    let log = Step::Log {
        room,
        after: parlour_domain::Seq::FIRST,
        messages: 3,
    };
    let next = task.at(log, 0, 3);
    let noted = store.note_task(app, &next, world.now()).await.unwrap().unwrap();
    assert_eq!((noted.notes, noted.messages), (1, 3));
    assert_eq!(
        store.note_task(app, &next, world.now()).await.unwrap(),
        None,
        "by two runs"
    );
    assert_eq!(store.end_task(app, &next, world.now()).await.unwrap(), None);
    assert_eq!(
        store.task(app, task.id, world.now()).await.unwrap(),
        Some(noted.clone())
    );
    let again = store
        .note_task(app, &noted.again(), world.now())
        .await
        .unwrap()
        .unwrap();
    assert_eq!((again.notes, again.messages, again.next), (2, 0, Step::FIRST));
}

async fn tasks_are_listed_the_latest_first_and_forgotten(world: &World) {
    let (store, app) = (&world.store, &world.app);
    let mut ids = Vec::new();
    for _ in 0..3 {
        world.clock.pass(1);
        ids.push(started(world, world.clock.user_id()).await.id);
    }
    ids.reverse();
    let first = store.tasks(app, None, 2, world.now()).await.unwrap();
    let second = store.tasks(app, first.next, 2, world.now()).await.unwrap();
    let listed: Vec<_> = first.tasks.iter().chain(&second.tasks).map(|task| task.id).collect();
    assert_eq!((listed, second.next), (ids, None));
    let ended = store
        .end_task(app, &first.tasks[0], world.now())
        .await
        .unwrap()
        .unwrap();
    let row = world.rows().await;
    let expiring: Vec<_> = row.iter().filter(|row| row.contains_key("x")).collect();
    assert_eq!(expiring.len(), 1, "a task that goes on has no end");
    world.clock.pass(limits::TASK_SECONDS);
    assert_eq!(store.task(app, ended.id, world.now()).await.unwrap(), None);
    assert_eq!(store.tasks(app, None, 9, world.now()).await.unwrap().tasks.len(), 2);
}

async fn rooms_are_noted_once_and_listed_by_number(world: &World) {
    let (store, app, user) = (&world.store, &world.app, world.clock.user_id());
    assert!(!store.has_left_something(app, user).await.unwrap());
    let rooms: Vec<RoomNumber> = (1..=30).map(number).collect();
    store.note_rooms(app, user, &rooms).await.unwrap();
    store.note_rooms(app, user, &rooms[5..]).await.unwrap();
    store.note_rooms(app, user, &[rooms[0], rooms[0]]).await.unwrap();
    store.note_room(app, user, number(200)).await.unwrap();
    assert!(store.has_left_something(app, user).await.unwrap());
    assert_eq!(store.count_rooms_ever(app, user).await.unwrap(), 31);
    assert_eq!(
        store.rooms_ever(app, user, None, 2).await.unwrap(),
        [number(1), number(2)]
    );
    let last = store.rooms_ever(app, user, Some(number(29)), 9).await.unwrap();
    assert_eq!(last, [number(30), number(200)]);
    assert!(
        store
            .rooms_ever(app, world.clock.user_id(), None, 9)
            .await
            .unwrap()
            .is_empty()
    );
}

async fn memberships_are_listed_in_the_order_of_joining(world: &World) {
    let (store, app, user) = (&world.store, &world.app, world.clock.user_id());
    let mut expected = Vec::new();
    for room in [9, 2, 11] {
        let room = world.room(room, &[user]).await.number;
        expected.push(JoinedAt { at: world.now(), room });
        world.clock.pass(1);
    }
    let (first, more) = store.memberships_after(app, user, None, 2).await.unwrap();
    assert_eq!((&first[..], more), (&expected[..2], true));
    let (rest, _) = store
        .memberships_after(app, user, first.last().copied(), 2)
        .await
        .unwrap();
    assert_eq!(rest, expected[2..]);
}
