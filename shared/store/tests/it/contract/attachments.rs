//! Files of messages: bound once and with their message, taken away when no message has them.

use std::slice::from_ref;

use parlour_domain::attachment::{Attachment, ContentType, File, FileName};
use parlour_domain::log::{Body, Draft, Entry, Message};
use parlour_domain::text::MessageText;
use parlour_domain::{AttachmentId, RoomNumber, Seq, UserId, limits};
use parlour_store::{Along, AppendRefusal, Appended, Start, Written};

use super::changes::{chat, stored, writing};
use crate::given::{check_log, entry_of};
use crate::world::World;

on_both_engines!(
    a_file_is_announced_confirmed_and_bound_once,
    a_message_takes_all_its_files_or_none,
    a_reply_takes_files_and_is_counted,
    a_repeated_message_is_one_message,
    what_no_message_takes_is_due_after_a_day,
    a_file_that_is_going_is_not_taken,
    the_files_of_a_hard_deleted_message_go,
    the_files_of_what_is_erased_or_too_old_go,
    the_files_of_a_deleted_room_go,
);

/// Every upload that began when the file was announced has ended.
const UPLOADED: i64 = limits::UPLOAD_SECONDS + limits::UPLOAD_LASTS_SECONDS;

impl World {
    async fn announced(&self, by: UserId) -> Attachment {
        let attachment = Attachment {
            file: File {
                id: AttachmentId::generate(&mut self.clock.moment()),
                name: FileName::parse("photo.png").unwrap(),
                content_type: ContentType::parse("image/png").unwrap(),
                size: 1_000,
                pixels: None,
            },
            uploader: Some(by),
            announced_at: self.now(),
            only_in: None,
            confirmed: false,
            room: None,
            seq: None,
            doomed: false,
        };
        let written = self.store.announce_attachment(&self.app, &attachment, None).await;
        assert_eq!(written.unwrap(), Written::Done);
        attachment
    }

    async fn confirmed(&self, by: UserId) -> File {
        let mut attachment = self.announced(by).await;
        attachment.file.pixels = Some((640, 480));
        assert!(self.store.confirm_attachment(&self.app, &attachment).await.unwrap());
        attachment.file
    }

    async fn row(&self, id: AttachmentId) -> Option<Attachment> {
        self.store.attachment(&self.app, id).await.unwrap()
    }

    async fn due(&self) -> Vec<AttachmentId> {
        let due = self.store.attachments_due(self.now(), 20).await.unwrap();
        assert!(due.iter().all(|(app, _)| *app == self.app));
        due.into_iter().map(|(_, id)| id).collect()
    }
}

fn with_files(world: &World, by: UserId, client: Option<&str>, files: &[File]) -> Draft {
    let message = Message {
        attachments: files.to_vec(),
        ..Message::text(MessageText::parse("look").unwrap())
    };
    world.clock.draft(Some(by), client, Body::Message(message))
}

async fn append(
    world: &World,
    room: RoomNumber,
    draft: &Draft,
    (start, parent): (Start, Option<&Entry>),
) -> Result<Appended, AppendRefusal> {
    let Body::Message(message) = &draft.body else {
        panic!("a message")
    };
    let files: Vec<AttachmentId> = message.attachments.iter().map(|file| file.id).collect();
    let begin = world.store.begin_append(&world.app, room, draft, start).await?;
    let along = Along { parent, files: &files };
    let place = (&world.app, room);
    world.store.append_along(place, draft, begin, along, world.now()).await
}

async fn send(world: &World, room: RoomNumber, by: UserId, files: &[File]) -> Result<Appended, AppendRefusal> {
    append(world, room, &with_files(world, by, None, files), (Start::Head, None)).await
}

async fn a_file_is_announced_confirmed_and_bound_once(world: &World) {
    let (room, members, _) = chat(world).await;
    let announced = world.announced(members[0]).await;
    let id = announced.file.id;
    assert_eq!(world.row(id).await.as_ref(), Some(&announced));
    let again = world.store.announce_attachment(&world.app, &announced, None).await;
    assert_eq!(again.unwrap(), Written::Refused, "an id is one file");
    let early = send(world, room, members[0], from_ref(&announced.file)).await;
    assert!(matches!(early, Err(AppendRefusal::Condition)), "{early:?}");

    let mut found = announced.clone();
    found.file.pixels = Some((640, 480));
    for _ in 0..2 {
        assert!(world.store.confirm_attachment(&world.app, &found).await.unwrap());
    }
    let mut other = found.clone();
    other.file.pixels = Some((1, 1));
    assert!(world.store.confirm_attachment(&world.app, &other).await.unwrap());
    assert_eq!(world.row(id).await.unwrap().file, found.file, "once confirmed it stays");

    let sent = send(world, room, members[0], from_ref(&found.file)).await.unwrap();
    let place = entry_of(&sent).seq;
    let bound = world.row(id).await.unwrap();
    assert_eq!((bound.room, bound.seq), (Some(room), Some(place)));
    assert_eq!(
        stored(world, room, place.get()).await.message().unwrap().attachments,
        [found.file.clone()]
    );
    let second = send(world, room, members[0], &[found.file]).await;
    assert!(matches!(second, Err(AppendRefusal::Condition)), "{second:?}");
    assert_eq!(world.row(id).await, Some(bound));
    check_log(&world.log(room).await).unwrap();
}

async fn a_message_takes_all_its_files_or_none(world: &World) {
    let (room, members, _) = chat(world).await;
    let before = world.log(room).await.len();
    let (one, other) = (world.confirmed(members[0]).await, world.announced(members[0]).await);
    let files = [one.clone(), other.file.clone()];
    let refused = send(world, room, members[0], &files).await;
    assert!(matches!(refused, Err(AppendRefusal::Condition)), "{refused:?}");
    assert_eq!(world.log(room).await.len(), before);
    assert_eq!(world.row(one.id).await.unwrap().seq, None);
    assert!(world.store.confirm_attachment(&world.app, &other).await.unwrap());
    send(world, room, members[0], &files).await.unwrap();
    let ids = [other.file.id, AttachmentId::generate(&mut world.clock.moment()), one.id];
    let found = world.store.attachments(&world.app, &ids).await.unwrap();
    let found: Vec<_> = found.iter().map(|attachment| attachment.file.id).collect();
    assert_eq!(found, [other.file.id, one.id], "in the order of the question");
}

async fn a_reply_takes_files_and_is_counted(world: &World) {
    let (room, members, message) = chat(world).await;
    let file = world.confirmed(members[1]).await;
    let mut draft = with_files(world, members[1], None, from_ref(&file));
    if let Body::Message(said) = &mut draft.body {
        said.parent = Some(message.seq);
    }
    let sent = append(world, room, &draft, (Start::Head, Some(&message)))
        .await
        .unwrap();
    let replies = stored(world, room, 2).await.replies.unwrap();
    assert_eq!((replies.count, replies.last), (1, entry_of(&sent).seq));
    assert_eq!(world.row(file.id).await.unwrap().seq, Some(replies.last));
}

async fn a_repeated_message_is_one_message(world: &World) {
    let (room, members, message) = chat(world).await;
    let file = world.confirmed(members[0]).await;
    let start = (Start::Base(message.seq), None);
    let files = [file.clone()];
    let first = append(world, room, &with_files(world, members[0], Some("c1"), &files), start)
        .await
        .unwrap();
    let again = append(world, room, &with_files(world, members[0], Some("c1"), &files), start)
        .await
        .unwrap();
    assert_eq!(again, Appended::Duplicate(entry_of(&first).clone()));
    assert_eq!(world.row(file.id).await.unwrap().seq, Some(entry_of(&first).seq));
}

async fn what_no_message_takes_is_due_after_a_day(world: &World) {
    let (room, members, _) = chat(world).await;
    let (left, taken) = (world.announced(members[0]).await, world.confirmed(members[0]).await);
    send(world, room, members[0], from_ref(&taken)).await.unwrap();
    world.clock.pass(limits::UNBOUND_SECONDS - 1);
    assert!(world.due().await.is_empty());
    world.clock.pass(1);
    assert_eq!(world.due().await, [left.file.id]);
    let (store, app) = (&world.store, &world.app);
    assert!(!store.doom_attachment(app, taken.id, world.now()).await.unwrap());
    store.forget_attachment(app, taken.id).await.unwrap();
    assert!(world.row(taken.id).await.is_some(), "a message has it");
    for _ in 0..2 {
        assert!(
            store.doom_attachment(app, left.file.id, world.now()).await.unwrap(),
            "again after a crash"
        );
    }
    for _ in 0..2 {
        store.forget_attachment(app, left.file.id).await.unwrap();
    }
    assert_eq!((world.row(left.file.id).await, world.due().await), (None, Vec::new()));
}

async fn a_file_that_is_going_is_not_taken(world: &World) {
    let (room, members, _) = chat(world).await;
    let file = world.confirmed(members[0]).await;
    world.clock.pass(limits::UNBOUND_SECONDS);
    assert!(
        world
            .store
            .doom_attachment(&world.app, file.id, world.now())
            .await
            .unwrap()
    );
    let refused = send(world, room, members[0], from_ref(&file)).await;
    assert!(matches!(refused, Err(AppendRefusal::Condition)), "{refused:?}");
    let row = world.row(file.id).await.unwrap();
    assert!(row.doomed && row.seq.is_none());
    assert!(!world.store.confirm_attachment(&world.app, &row).await.unwrap());
}

async fn the_files_of_a_hard_deleted_message_go(world: &World) {
    let (room, members, _) = chat(world).await;
    let file = world.confirmed(members[0]).await;
    let sent = send(world, room, members[0], from_ref(&file)).await.unwrap();
    world.clock.pass(UPLOADED);
    for hard in [false, true] {
        assert!(world.due().await.is_empty());
        let target = entry_of(&sent).seq;
        let before = stored(world, room, target.get()).await;
        let draft = world
            .clock
            .draft(Some(members[0]), None, Body::MessageDeleted { target, hard });
        world
            .store
            .change_message(writing(world, room, &draft), &before)
            .await
            .unwrap();
    }
    assert_eq!(world.due().await, [file.id]);
    assert!(
        world
            .store
            .doom_attachment(&world.app, file.id, world.now())
            .await
            .unwrap()
    );
    assert!(
        stored(world, room, entry_of(&sent).seq.get())
            .await
            .message()
            .unwrap()
            .attachments
            .is_empty()
    );
}

async fn the_files_of_what_is_erased_or_too_old_go(world: &World) {
    let (room, members, _) = chat(world).await;
    let (erased, old) = (world.confirmed(members[0]).await, world.confirmed(members[1]).await);
    for (by, file) in [(members[0], &erased), (members[1], &old)] {
        send(world, room, by, from_ref(file)).await.unwrap();
    }
    let last = world.say(room, members[1], "the last").await;
    world.clock.pass(UPLOADED);
    let task = parlour_domain::task::Task::new(&mut world.clock.moment(), members[0], None);
    let entries = world.log(room).await;
    let (store, app) = (&world.store, &world.app);
    store.erase_entries(app, room, &task.erasing(), &entries).await.unwrap();
    assert_eq!(world.due().await, [erased.id]);

    let draft = world.clock.draft(None, None, Body::RoomTruncated { floor: last.seq });
    store
        .truncate_room(app, room, &last, &draft, None, world.now())
        .await
        .unwrap();
    world.clock.pass(limits::KEPT_SECONDS);
    for due in store.trims_due(world.now(), 20).await.unwrap() {
        store.trim_room(&due, world.now()).await.unwrap();
    }
    assert_eq!(world.log(room).await.first().map(|entry| entry.seq), Some(last.seq));
    assert!(last.seq > Seq::FIRST);
    let mut due = world.due().await;
    due.sort();
    let mut expected = [erased.id, old.id];
    expected.sort();
    assert_eq!(due, expected);
}

/// More messages than one run looks at.
async fn the_files_of_a_deleted_room_go(world: &World) {
    let (room, members, _) = chat(world).await;
    let (first, last) = (world.confirmed(members[0]).await, world.confirmed(members[1]).await);
    send(world, room, members[0], from_ref(&first)).await.unwrap();
    for _ in 0..200 {
        world.say(room, members[0], "one of many").await;
    }
    send(world, room, members[1], from_ref(&last)).await.unwrap();
    let before = world.log(room).await.len();
    let (store, app) = (&world.store, &world.app);
    let row = store.room(app, room).await.unwrap().unwrap();
    let draft = world.clock.draft(None, None, Body::RoomDeleted);
    store.delete_room(app, &row, &draft, None, world.now()).await.unwrap();
    store.finish_room_deletion(app, room).await.unwrap();
    world.clock.pass(UPLOADED);
    let mut runs = 0;
    loop {
        let due = store.trims_due(world.now(), 20).await.unwrap();
        let [due] = due.as_slice() else { break };
        assert_eq!(store.trim_room(due, world.now()).await.unwrap().removed, 0);
        runs += 1;
        if runs == 1 {
            assert_eq!(world.due().await, [first.id], "a piece of the log at a time");
            // Another run that begins at the same place does no harm.
            store.trim_room(due, world.now()).await.unwrap();
        }
    }
    assert_eq!(runs, 1, "the second run was done already");
    let mut gone = world.due().await;
    gone.sort();
    let mut expected = [first.id, last.id];
    expected.sort();
    assert_eq!(gone, expected);
    assert_eq!(world.log(room).await.len(), before + 1, "what was said stays");
    for id in expected {
        assert!(store.doom_attachment(app, id, world.now()).await.unwrap());
    }
}
