//! What an erasure does to rows: done again it changes nothing, and counts the same.

use parlour_domain::log::{Body, Deletion, Entry, Message, MessageChange};
use parlour_domain::report::{About, Report, ReportStatus};
use parlour_domain::task::Task;
use parlour_domain::text::{Label, MessageText, Reaction};
use parlour_domain::{RoomNumber, UserId};
use parlour_store::Writing;

use super::changes::{stored, writing};
use super::departures::{begin, finish};
use crate::given::{number, seq};
use crate::world::World;

on_both_engines!(
    entries_are_erased_once_with_all_their_edits,
    the_room_hears_of_it_with_the_progress_or_not_at_all,
    reactions_stars_and_comments_go,
    who_leaves_and_who_was_in_a_deleted_room_leaves_a_trace,
);

async fn task(world: &World, user: UserId) -> Task {
    let task = Task::new(&mut world.clock.moment(), user, None);
    world.store.start_task(&world.app, &task, world.now()).await.unwrap();
    task
}

async fn edit(world: &World, room: RoomNumber, message: &Entry, text: &str) {
    let before = message.message().unwrap().clone();
    let after = before.changed(MessageChange {
        text: Some(MessageText::parse(text).unwrap()),
        ..MessageChange::default()
    });
    let body = Body::MessageEdited {
        target: message.seq,
        now: Box::new(after),
        before: Box::new(before),
    };
    // By the backend, so that nothing but the message tells whose words it has.
    let draft = world.clock.draft(None, None, body);
    let write: Writing<'_> = writing(world, room, &draft);
    world.store.change_message(write, message).await.unwrap();
}

async fn entries_are_erased_once_with_all_their_edits(world: &World) {
    let members = world.clock.user_ids(2);
    let room = world.room(1, &members).await.number;
    let said = world.say(room, members[0], "one").await;
    edit(world, room, &said, "two").await;
    world.say(room, members[1], "not hers").await;
    world.say(room, members[0], "three").await;
    let erasing = task(world, members[0]).await.erasing();
    let (store, app) = (&world.store, &world.app);
    let stale = world.log(room).await;
    for _ in 0..2 {
        let entries = world.log(room).await;
        assert_eq!(store.erase_entries(app, room, &erasing, &entries).await.unwrap(), 2);
    }
    // A run that read them before the other one erased them.
    assert_eq!(store.erase_entries(app, room, &erasing, &stale).await.unwrap(), 2);
    let log = world.log(room).await;
    let texts: Vec<_> = log
        .iter()
        .filter_map(Entry::message)
        .map(|said| said.text.clone())
        .collect();
    assert_eq!(texts, [None, Some(MessageText::parse("not hers").unwrap()), None]);
    let blank = Message::default();
    let edited = Body::MessageEdited {
        target: said.seq,
        now: Box::new(blank.clone()),
        before: Box::new(blank),
    };
    assert_eq!(log[2].body, edited);
    let deletion = Deletion {
        at: erasing.at,
        by: None,
        hard: true,
    };
    assert_eq!(
        (log[1].deletion.as_ref(), log[1].sender),
        (Some(&deletion), Some(members[0]))
    );
    assert_eq!(log[1].rev, 2);
}

async fn the_room_hears_of_it_with_the_progress_or_not_at_all(world: &World) {
    let members = world.clock.user_ids(2);
    let (first, second) = (world.room(1, &members).await, world.room(2, &members).await);
    let (store, app) = (&world.store, &world.app);
    let task = task(world, members[0]).await;
    let left = task.left(first.number);
    let told = store
        .tell_erasure(app, first.number, 3, &left, world.now())
        .await
        .unwrap();
    let (noted, entry) = told.unwrap();
    let body = Body::MessagesErased {
        user: members[0],
        messages: 3,
        until: None,
    };
    assert_eq!(
        entry.map(|entry| (entry.seq, entry.sender, entry.body)),
        Some((seq(2), None, body))
    );
    assert_eq!(
        store.task(app, task.id, world.now()).await.unwrap(),
        Some(noted.clone())
    );
    let again = store
        .tell_erasure(app, first.number, 3, &left, world.now())
        .await
        .unwrap();
    assert!(again.is_none(), "someone else has");
    assert_eq!(world.log(first.number).await.len(), 2);
    let draft = world.clock.draft(None, None, Body::RoomDeleted);
    store
        .delete_room(app, &second, &draft, None, world.now())
        .await
        .unwrap();
    let left = noted.left(second.number);
    let told = store
        .tell_erasure(app, second.number, 1, &left, world.now())
        .await
        .unwrap();
    let (noted, entry) = told.unwrap();
    assert_eq!((noted.rooms_done, entry), (2, None));
    assert_eq!(
        world.log(second.number).await.len(),
        2,
        "the log of a deleted room has its end"
    );
}

async fn reactions_stars_and_comments_go(world: &World) {
    let members = world.clock.user_ids(2);
    let room = world.room(1, &members).await.number;
    let (store, app, now) = (&world.store, &world.app, world.now());
    world.say(room, members[0], "hello").await;
    let (what, more) = (Reaction::parse("ok").unwrap(), Reaction::parse("+1").unwrap());
    for (user, reaction) in [(0, &what), (1, &what), (1, &more)] {
        let before = stored(world, room, 2).await;
        let body = Body::ReactionAdded {
            target: before.seq,
            reaction: reaction.clone(),
        };
        let draft = world.clock.draft(Some(members[user]), None, body);
        let write = writing(world, room, &draft);
        store
            .react(write, &before, members[user], (reaction, true))
            .await
            .unwrap();
    }
    store.star(app, members[1], (room, seq(2)), now).await.unwrap();
    let report = Report {
        about: About::User(members[0]),
        by: members[1],
        user: Some(members[0]),
        reason: Label::parse("spam").unwrap(),
        comment: Some(MessageText::parse("again").unwrap()),
        at: now,
        status: ReportStatus::Open,
        note: None,
        updated_at: now,
    };
    store.put_report(app, &report).await.unwrap();

    let user = members[1];
    assert!(store.has_reactions(app, room, user).await.unwrap());
    assert!(store.take_reactions(app, room, user, 9).await.unwrap());
    assert!(!store.take_reactions(app, room, user, 9).await.unwrap());
    assert!(!store.has_reactions(app, room, user).await.unwrap());
    let counted: Vec<_> = stored(world, room, 2).await.reactions.into_iter().collect();
    assert_eq!(counted, [(more, 0), (what, 1)]);
    assert!(store.has_reactions(app, room, members[0]).await.unwrap());

    assert!(store.take_stars(app, user, 9).await.unwrap());
    assert!(!store.take_stars(app, user, 9).await.unwrap());
    assert!(store.stars(app, user, None, 9).await.unwrap().stars.is_empty());

    assert_eq!(store.reports_of(app, user, 9).await.unwrap(), [report.id()]);
    assert!(store.take_comments(app, user, 9, now).await.unwrap());
    assert!(!store.take_comments(app, user, 9, now).await.unwrap());
    let kept = store.report(app, &report.id()).await.unwrap().unwrap();
    assert_eq!((kept.comment, kept.reason), (None, report.reason));
}

async fn who_leaves_and_who_was_in_a_deleted_room_leaves_a_trace(world: &World) {
    let members = world.clock.user_ids(3);
    let (store, app) = (&world.store, &world.app);
    let (group, other) = (world.room(1, &members).await, world.room(2, &members).await);
    begin(world, group.number, members[1]).await;
    finish(world, group.number, members[1]).await.unwrap();
    let draft = world.clock.draft(None, None, Body::RoomDeleted);
    store.delete_room(app, &other, &draft, None, world.now()).await.unwrap();
    store.finish_room_deletion(app, other.number).await.unwrap();
    for (user, rooms) in [(0, vec![2]), (1, vec![1, 2]), (2, vec![2])] {
        let rooms: Vec<RoomNumber> = rooms.into_iter().map(number).collect();
        let noted = store.rooms_ever(app, members[user], None, 9).await.unwrap();
        assert_eq!(noted, rooms, "{user}");
    }
}
