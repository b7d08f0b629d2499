//! Faults while what a user said is erased: nothing stays, it is counted once, and the room hears of it once.

use parlour_domain::Seq;
use parlour_domain::log::Body;
use parlour_domain::task::{Task, TaskStatus};
use parlour_domain::text::Reaction;
use parlour_store::{AppendRefusal, Writing};

use super::at_every_call;
use super::rooms::answered;
use super::users::stored;
use crate::given::{number, seq, text_of};
use crate::world::World;

/// A room in which the user has said two things and reacted to a third, and the task.
async fn begun(world: &World) -> Task {
    let members = world.clock.user_ids(2);
    let room = world.room(1, &members).await.number;
    for (sender, text) in [(0, "one"), (1, "not hers"), (0, "two")] {
        world.say(room, members[sender], text).await;
    }
    let message = world.store.entry(&world.app, room, seq(3)).await.unwrap().unwrap();
    let reaction = Reaction::parse("ok").unwrap();
    let body = Body::ReactionAdded {
        target: message.seq,
        reaction: reaction.clone(),
    };
    let draft = world.clock.draft(Some(members[0]), None, body);
    let writing = Writing {
        app: &world.app,
        room,
        draft: &draft,
        claim: None,
        now: world.now(),
    };
    let reacted = world.store.react(writing, &message, members[0], (&reaction, true));
    reacted.await.unwrap();
    let task = Task::new(&mut world.clock.moment(), members[0], None);
    world.store.start_task(&world.app, &task, world.now()).await.unwrap();
    task
}

/// All of it, from where it is.
async fn get_on(world: &World, task: &Task) -> Result<(), String> {
    let (store, app, now, room) = (&world.store, &world.app, world.now(), number(1));
    let mut task = stored(store.task(app, task.id, now).await)?.unwrap();
    if task.rooms_done == 0 {
        let page = stored(store.entries_after(app, room, Seq::ZERO, 100).await)?;
        let erased = stored(store.erase_entries(app, room, &task.erasing(), &page.entries).await)?;
        stored(store.take_reactions(app, room, task.user, 9).await)?;
        let left = task.at(task.next.clone(), 0, erased).left(room);
        let told = match store.tell_erasure(app, room, erased, &left, now).await {
            Ok(told) => told,
            Err(AppendRefusal::Store(error)) => return stored(Err(error)),
            Err(refusal) => return answered(Err(refusal)).map(|_| ()),
        };
        // The answer to what was applied was lost: seen from here, someone else is at it.
        task = told.ok_or("overtaken")?.0;
    }
    if task.status == TaskStatus::Running {
        stored(store.end_task(app, &task, now).await)?.ok_or("overtaken")?;
    }
    Ok(())
}

#[tokio::test(start_paused = true)]
async fn all_that_a_user_said_is_erased_and_told_once() {
    at_every_call(
        "erase_entries, take_reactions, tell_erasure, end_task",
        async |world| begun(world).await,
        async |world, task| get_on(world, task).await,
        async |world, task| {
            let (store, app) = (&world.store, &world.app);
            let log = world.log(number(1)).await;
            assert_eq!(log.iter().filter_map(text_of).collect::<Vec<_>>(), ["not hers"]);
            let told = |body: &Body| matches!(body, Body::MessagesErased { messages: 2, .. });
            assert_eq!(log.iter().filter(|entry| told(&entry.body)).count(), 1);
            assert_eq!(log.len(), 6, "{log:?}");
            assert!(log[2].reactions.values().all(|count| *count == 0));
            let task = store.task(app, task.id, world.now()).await.unwrap().unwrap();
            assert_eq!((task.status, task.messages), (TaskStatus::Done, 2));
            assert!(store.tasks_due(world.now(), 9).await.unwrap().is_empty());
        },
    )
    .await;
}
