//! Edits and deletions: an entry each, and the message as it is now in its place.

use parlour_domain::log::{Body, Draft, Entry, Message};
use parlour_domain::text::MessageText;
use parlour_domain::{RoomNumber, UserId};
use parlour_store::{AppendRefusal, Appended, Start, Store, Writing};

use crate::given::{check_log, entry_of, seq, text_of};
use crate::world::World;

on_both_engines!(
    an_edit_is_an_entry_and_the_message_says_it_from_there_on,
    an_edit_of_what_was_changed_meanwhile_writes_nothing,
    a_soft_deletion_keeps_the_last_text_and_no_edit,
    a_hard_deletion_keeps_nothing_but_the_place,
    only_a_member_changes_a_message,
    a_repeated_edit_is_one_edit,
    what_another_process_wrote_last_is_changed_too,
);

fn says(text: &str) -> Message {
    Message::text(MessageText::parse(text).unwrap())
}

pub(crate) fn edit(world: &World, before: &Entry, by: UserId, text: &str) -> Draft {
    let body = Body::MessageEdited {
        target: before.seq,
        now: Box::new(says(text)),
        before: Box::new(before.message().unwrap().clone()),
    };
    world.clock.draft(Some(by), None, body)
}

fn deletion(world: &World, before: &Entry, by: UserId, hard: bool) -> Draft {
    let target = before.seq;
    world.clock.draft(Some(by), None, Body::MessageDeleted { target, hard })
}

pub(crate) fn writing<'a>(world: &'a World, room: RoomNumber, draft: &'a Draft) -> Writing<'a> {
    Writing {
        app: &world.app,
        room,
        draft,
        claim: None,
        now: world.now(),
    }
}

async fn change(world: &World, room: RoomNumber, before: &Entry, draft: &Draft) -> Result<Appended, AppendRefusal> {
    world.store.change_message(writing(world, room, draft), before).await
}

pub(crate) async fn stored(world: &World, room: RoomNumber, place: u64) -> Entry {
    world.store.entry(&world.app, room, seq(place)).await.unwrap().unwrap()
}

/// A room of two and the first one's message, at place 2.
pub(crate) async fn chat(world: &World) -> (RoomNumber, Vec<UserId>, Entry) {
    let members = world.clock.user_ids(2);
    let room = world.room(1, &members).await.number;
    let message = world.say(room, members[0], "helo").await;
    (room, members, message)
}

async fn an_edit_is_an_entry_and_the_message_says_it_from_there_on(world: &World) {
    let (room, members, message) = chat(world).await;
    let first = edit(world, &message, members[0], "hello");
    let appended = change(world, room, &message, &first).await.unwrap();
    assert_eq!(
        (entry_of(&appended).seq, entry_of(&appended).msg_no),
        (seq(3), 1),
        "an edit is no message"
    );
    let edited = stored(world, room, 2).await;
    assert_eq!(text_of(&edited), Some("hello"));
    assert_eq!(
        edited,
        message.after(entry_of(&appended)),
        "the rules and the row agree"
    );
    let second = edit(world, &edited, members[0], "hello!");
    change(world, room, &edited, &second).await.unwrap();
    let edited = stored(world, room, 2).await;
    assert_eq!((text_of(&edited), edited.rev), (Some("hello!"), 2));
    assert_eq!(edited.edits.unwrap().entries, [seq(3), seq(4)]);
    let Body::MessageEdited { before, .. } = stored(world, room, 4).await.body else {
        panic!("an edit")
    };
    assert_eq!(before.text.unwrap().as_str(), "hello");
    check_log(&world.log(room).await).unwrap();
}

async fn an_edit_of_what_was_changed_meanwhile_writes_nothing(world: &World) {
    let (room, members, message) = chat(world).await;
    let first = edit(world, &message, members[0], "hello");
    change(world, room, &message, &first).await.unwrap();
    for draft in [
        edit(world, &message, members[0], "other"),
        deletion(world, &message, members[0], true),
    ] {
        let refused = change(world, room, &message, &draft).await;
        assert!(matches!(refused, Err(AppendRefusal::Condition)), "{refused:?}");
    }
    assert_eq!(world.log(room).await.len(), 3);
    assert_eq!(text_of(&stored(world, room, 2).await), Some("hello"));
}

async fn edited_twice(world: &World) -> (RoomNumber, Vec<UserId>, Entry) {
    let (room, members, message) = chat(world).await;
    let mut message = message;
    for text in ["secret one", "secret two"] {
        let draft = edit(world, &message, members[0], text);
        change(world, room, &message, &draft).await.unwrap();
        message = stored(world, room, 2).await;
    }
    (room, members, message)
}

async fn a_soft_deletion_keeps_the_last_text_and_no_edit(world: &World) {
    let (room, members, message) = edited_twice(world).await;
    let draft = deletion(world, &message, members[0], false);
    change(world, room, &message, &draft).await.unwrap();
    let log = world.log(room).await;
    let deleted = log[1].deletion.clone().unwrap();
    assert_eq!((deleted.by, deleted.hard), (Some(members[0]), false));
    assert_eq!(text_of(&log[1]), Some("secret two"));
    for edit in &log[2..4] {
        assert!(
            !serde_json::to_string(edit).unwrap().contains("secret"),
            "a resume would tell"
        );
    }
    check_log(&log).unwrap();
}

async fn a_hard_deletion_keeps_nothing_but_the_place(world: &World) {
    let (room, members, message) = edited_twice(world).await;
    for hard in [false, true] {
        let message = stored(world, room, message.seq.get()).await;
        let draft = deletion(world, &message, members[1], hard);
        change(world, room, &message, &draft).await.unwrap();
    }
    let log = world.log(room).await;
    assert!(!serde_json::to_string(&log).unwrap().contains("secret"));
    let blank = &log[1];
    assert_eq!((blank.seq, blank.msg_no, blank.sender), (seq(2), 1, Some(members[0])));
    assert!(blank.deletion.as_ref().unwrap().hard);
    check_log(&log).unwrap();
}

async fn only_a_member_changes_a_message(world: &World) {
    let (room, _, message) = chat(world).await;
    let draft = edit(world, &message, world.clock.user_id(), "hello");
    let refused = change(world, room, &message, &draft).await;
    assert!(matches!(refused, Err(AppendRefusal::Condition)), "{refused:?}");
    assert_eq!(world.log(room).await.len(), 2);
}

async fn a_repeated_edit_is_one_edit(world: &World) {
    let (room, members, message) = chat(world).await;
    let claim = world.clock.claim(&world.app, "c1", "hello", "");
    let reply = |entry: &Entry| format!("at {}", entry.seq.get());
    let mut answers = Vec::new();
    for _ in 0..2 {
        let draft = edit(world, &message, members[0], "hello");
        let writing = Writing {
            claim: Some((&claim, &reply)),
            ..writing(world, room, &draft)
        };
        answers.push(world.store.change_message(writing, &message).await.unwrap());
    }
    assert!(matches!(&answers[0], Appended::New(entry) if entry.seq == seq(3)));
    assert_eq!(answers[1], Appended::Replayed("at 3".to_owned()));
    assert_eq!(world.log(room).await.len(), 3);
}

/// This process knows the log up to entry 2. Entry 3 comes from another one, and is the very next place in the log as far as this
/// one knows: it may not be written and changed in one transaction.
async fn what_another_process_wrote_last_is_changed_too(world: &World) {
    let (room, members, _) = chat(world).await;
    let elsewhere = Store::new(world.raw.clone(), world.store.tables().clone());
    let draft = world.clock.message(members[0], None, "from elsewhere");
    let begun = elsewhere
        .begin_append(&world.app, room, &draft, Start::Head)
        .await
        .unwrap();
    let sent = elsewhere.append(&world.app, room, &draft, begun, world.now()).await;
    let sent = entry_of(&sent.unwrap()).clone();
    assert_eq!(sent.seq, seq(3));

    let first = edit(world, &sent, members[0], "edited here");
    let edited = change(world, room, &sent, &first).await.unwrap();
    assert_eq!(entry_of(&edited).seq, seq(4));
    assert_eq!(text_of(&stored(world, room, 3).await), Some("edited here"));
    check_log(&world.log(room).await).unwrap();
}
