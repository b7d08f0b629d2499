//! A room in which all that one of many has said is erased, again and again, while everybody writes and that one's messages are
//! edited: what is erased stays so, with all its edits, and nothing else is touched.

use std::collections::BTreeMap;

use parlour_domain::log::{Body, Entry, Erasing, MessageChange};
use parlour_domain::text::MessageText;
use parlour_domain::{AppId, RoomNumber, Seq, UserId};
use parlour_store::{Store, StoreError, Writing};
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};
use tokio::task::JoinSet;

use super::writer::Writer;
use super::{ATTEMPTS, Scene, WRITERS};
use crate::given::{How, check_log, log, text_of};
use crate::size::{self, Stopwatch};
use crate::world::Clock;

/// Entries of one read.
const PAGE: usize = 40;
/// Messages between two passes over the log.
const MESSAGES: usize = 10;

/// Whoever erases, and whoever edits, in a room.
#[derive(Clone)]
struct Hand {
    store: Store,
    app: AppId,
    room: RoomNumber,
    clock: Clock,
    /// Whose messages.
    user: UserId,
}

impl Hand {
    /// One pass over the whole log; how many messages say nothing by it.
    async fn pass(&self, erasing: &Erasing) -> Result<u64, StoreError> {
        let (mut after, mut erased) = (Seq::ZERO, 0);
        loop {
            let page = self.store.entries_after(&self.app, self.room, after, PAGE).await?;
            erased += self
                .store
                .erase_entries(&self.app, self.room, erasing, &page.entries)
                .await?;
            match page.entries.last() {
                Some(last) if page.more => after = last.seq,
                _ => return Ok(erased),
            }
        }
    }

    /// Erases after some messages each, until nobody writes any more. How often.
    async fn erase(self, erasing: Erasing, mut written: UnboundedReceiver<()>) -> u32 {
        let (mut passes, mut before) = (0, 0);
        loop {
            for _ in 0..MESSAGES {
                if written.recv().await.is_none() {
                    return passes;
                }
            }
            let mut erased = Err(StoreError::Unavailable(String::new()));
            for _ in 0..ATTEMPTS {
                erased = self.pass(&erasing).await;
                if erased.is_ok() {
                    break;
                }
            }
            let erased = erased.unwrap();
            assert!(erased >= before, "{erased} messages are erased, and {before} were");
            before = erased;
            passes += 1;
        }
    }

    /// Edits the latest message of the user that still says something, after each message of anyone's.
    async fn edit(self, mut written: UnboundedReceiver<()>) -> u32 {
        let mut edits = 0;
        while written.recv().await.is_some() {
            let page = self
                .store
                .entries_before(&self.app, self.room, (None, Seq::FIRST), PAGE, true)
                .await
                .unwrap();
            let says = |entry: &&Entry| entry.sender == Some(self.user) && text_of(entry).is_some();
            if let Some(message) = page.entries.iter().find(says) {
                edits += u32::from(self.change(message).await);
            }
        }
        edits
    }

    async fn change(&self, message: &Entry) -> bool {
        let before = message.message().unwrap().clone();
        let after = before.changed(MessageChange {
            text: Some(MessageText::parse("edited").unwrap()),
            ..MessageChange::default()
        });
        let body = Body::MessageEdited {
            target: message.seq,
            now: Box::new(after),
            before: Box::new(before),
        };
        let draft = self.clock.draft(None, None, body);
        let writing = Writing {
            app: &self.app,
            room: self.room,
            draft: &draft,
            claim: None,
            now: self.clock.now(),
        };
        self.store.change_message(writing, message).await.is_ok()
    }
}

async fn say(
    mut writer: Writer,
    index: usize,
    messages: usize,
    said: [UnboundedSender<()>; 2],
) -> Vec<(String, Option<Seq>)> {
    let mut known = Vec::with_capacity(messages);
    for message in 0..messages {
        let text = format!("w{index}:m{message}");
        let stands = writer.write(&text).await;
        known.push((text, stands));
        for said in &said {
            said.send(()).unwrap();
        }
    }
    known
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_erased_heavy_stays_so() {
    let started = Stopwatch::start();
    let scene = Scene::new("erased").await;
    let world = &scene.world;
    let users = world.clock.user_ids(WRITERS);
    let room = world.room(1, &users).await.number;
    let hand = |process: usize| Hand {
        store: scene.store(process),
        app: world.app.clone(),
        room,
        clock: world.clock.clone(),
        user: users[0],
    };
    let erasing = Erasing {
        user: users[0],
        until: None,
        at: world.now(),
    };
    let ((to_eraser, erasable), (to_editor, editable)) = (unbounded_channel(), unbounded_channel());
    let mut hands = JoinSet::new();
    hands.spawn(hand(0).erase(erasing, erasable));
    hands.spawn(hand(1).edit(editable));
    let messages = size::heavy(200);
    let mut tasks = JoinSet::new();
    for (index, user) in users.iter().enumerate() {
        let writer = Writer {
            store: scene.store(index),
            app: world.app.clone(),
            room,
            clock: world.clock.clone(),
            user: *user,
            how: [How::Base(Seq::FIRST), How::Claim][index / 2 % 2],
        };
        tasks.spawn(say(writer, index, messages, [to_eraser.clone(), to_editor.clone()]));
    }
    drop((to_eraser, to_editor));
    let known: BTreeMap<String, Option<Seq>> = tasks.join_all().await.into_iter().flatten().collect();
    let done = hands.join_all().await;
    scene.faults.set_enabled(false);
    let hand = Hand {
        store: world.store.clone(),
        ..hand(0)
    };
    let erased = hand.pass(&erasing).await.unwrap();
    assert_eq!(erased, messages as u64, "all that was said by the one");
    agree(&scene, room, users[0], &known).await;
    let injected = scene.faults.injected();
    println!(
        "erased: {} messages, {done:?} passes and edits, {injected:?} injected, {started}",
        known.len()
    );
}

/// Each message stands once where its sender was told, and says what was said, unless it is of the one.
async fn agree(scene: &Scene, room: RoomNumber, user: UserId, known: &BTreeMap<String, Option<Seq>>) {
    let world = &scene.world;
    let log = log(&world.store, &world.app, room).await;
    check_log(&log).unwrap();
    let mut stands = BTreeMap::new();
    for entry in &log {
        match &entry.body {
            Body::Message(_) => {
                let text = entry.client_id.as_ref().unwrap().as_str();
                assert_eq!(
                    stands.insert(text.to_owned(), Some(entry.seq)),
                    None,
                    "{text} stands twice"
                );
                let gone = entry.sender == Some(user);
                assert_eq!(text_of(entry), (!gone).then_some(text));
                assert_eq!(entry.deletion.is_some(), gone);
            }
            Body::MessageEdited { now, before, .. } => {
                let left = (now.text.as_ref(), before.text.as_ref());
                assert_eq!(left, (None, None), "an edit of what is erased says nothing");
            }
            _ => {}
        }
    }
    assert_eq!(&stands, known, "each message stands once, where it was said to");
}
