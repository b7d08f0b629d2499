//! A direct room, and a room with a key, that are deleted and made again while two write in them.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use parlour_domain::log::Body;
use parlour_domain::room::Room;
use parlour_domain::{AppId, RoomKey, RoomNumber, Seq, UserId};
use parlour_store::{AppendRefusal, Created, NewRoom, Store};
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};
use tokio::task::JoinSet;

use super::{ATTEMPTS, Scene, WRITERS, is_settled};
use crate::given::{How, check_log, entry_of, log, number, roles, send, text_of};
use crate::size::{self, Stopwatch};
use crate::world::Clock;

/// Messages between two deletions.
const MESSAGES: usize = 6;

/// Somebody who finds the room of the two, or makes it.
#[derive(Clone)]
struct Client {
    store: Store,
    app: AppId,
    clock: Clock,
    pair: [UserId; 2],
    /// What the room is found by; `None`: by its two users.
    key: Option<RoomKey>,
    /// The last number of a room.
    numbers: Arc<AtomicU64>,
}

impl Client {
    async fn find(&self) -> Option<RoomNumber> {
        let [one, other] = self.pair;
        match &self.key {
            Some(key) => self
                .store
                .room_by_key(&self.app, key)
                .await
                .unwrap()
                .map(|keyed| keyed.room),
            None => self.store.direct_room(&self.app, one, other).await.unwrap(),
        }
    }

    async fn find_or_make(&self) -> RoomNumber {
        for _ in 0..ATTEMPTS {
            if let Some(found) = self.find().await {
                return found;
            }
            let fresh = number(self.numbers.fetch_add(1, Ordering::SeqCst) + 1);
            let room = match &self.key {
                Some(key) => Room {
                    key: Some(key.clone()),
                    ..self.clock.group(fresh, &self.pair)
                },
                None => self.clock.direct(fresh, self.pair),
            };
            let new = NewRoom {
                app: &self.app,
                room: &room,
                members: &roles(&self.pair),
                draft: &self.clock.created(&room, &self.pair),
                now: self.clock.now(),
            };
            match self.store.create_room(new, None).await {
                Ok(Created::Done) => return fresh,
                Ok(Created::Existing(room)) => return room,
                Ok(Created::Keyed(keyed)) => return keyed.room,
                Ok(Created::Busy) | Err(_) => {}
                Ok(other) => panic!("{other:?}"),
            }
        }
        panic!("no room in {ATTEMPTS} attempts");
    }

    /// Sends until it stands, in whichever room is theirs then.
    async fn write(&self, sender: UserId, how: How, text: &str) -> (RoomNumber, Seq) {
        for _ in 0..ATTEMPTS {
            let room = self.find_or_make().await;
            if let Some(stands) = self.write_in(room, sender, how, text).await {
                return (room, stands);
            }
        }
        panic!("{text} was not written in {ATTEMPTS} rooms");
    }

    /// Sends to one room until there is an answer; `None`: the room is deleted, and the message is not in it.
    async fn write_in(&self, room: RoomNumber, sender: UserId, how: How, text: &str) -> Option<Seq> {
        for _ in 0..ATTEMPTS {
            let draft = self.clock.message(sender, Some(text), text);
            match send(&self.store, &self.app, room, &draft, how, self.clock.now()).await {
                Ok(appended) => return Some(entry_of(&appended).seq),
                Err(AppendRefusal::Closed) => return None,
                Err(AppendRefusal::Busy | AppendRefusal::Store(_)) => {}
                Err(refusal) => panic!("{text}: {refusal}"),
            }
        }
        panic!("{text} was not answered in {ATTEMPTS} attempts");
    }

    /// Deletes their room after some messages each; every other time the rest is left to `sweep`.
    async fn delete_again_and_again(self, mut written: UnboundedReceiver<()>) -> u32 {
        let mut deleted = 0;
        loop {
            for _ in 0..MESSAGES {
                if written.recv().await.is_none() {
                    return deleted;
                }
            }
            let Some(room) = self.find().await else { continue };
            self.delete(room).await;
            deleted += 1;
            if deleted % 2 == 0 {
                for (app, room, user) in self.store.unfinished(20).await.unwrap() {
                    assert_eq!(user, None);
                    let _ = self.store.finish_room_deletion(&app, room).await;
                }
            }
        }
    }

    async fn delete(&self, room: RoomNumber) {
        for _ in 0..ATTEMPTS {
            let row = self.store.room(&self.app, room).await.unwrap().unwrap();
            let draft = self.clock.draft(None, None, Body::RoomDeleted);
            if is_settled(
                self.store
                    .delete_room(&self.app, &row, &draft, None, self.clock.now())
                    .await,
            ) {
                return;
            }
        }
        panic!("not deleted");
    }
}

async fn say(
    client: Client,
    index: usize,
    messages: usize,
    said: UnboundedSender<()>,
) -> Vec<(String, (RoomNumber, Seq))> {
    // Entry 1 of a room is a base that everyone knows.
    let how = [How::Base(Seq::FIRST), How::Claim][index / 2 % 2];
    let mut known = Vec::with_capacity(messages);
    for message in 0..messages {
        let text = format!("w{index}:m{message}");
        let stands = client.write(client.pair[index % 2], how, &text).await;
        known.push((text, stands));
        said.send(()).unwrap();
    }
    known
}

async fn made_again_and_again(name: &str, key: Option<RoomKey>) {
    let started = Stopwatch::start();
    let scene = Scene::new(name).await;
    let (world, pair) = (&scene.world, scene.world.clock.user_ids(2));
    let numbers = Arc::new(AtomicU64::new(0));
    let client = |writer: usize| Client {
        store: scene.store(writer),
        app: world.app.clone(),
        clock: world.clock.clone(),
        pair: [pair[0], pair[1]],
        key: key.clone(),
        numbers: Arc::clone(&numbers),
    };
    let (said, written) = unbounded_channel();
    let mut deleting = JoinSet::new();
    deleting.spawn(client(0).delete_again_and_again(written));
    let messages = size::heavy(200);
    let mut tasks = JoinSet::new();
    for index in 0..WRITERS {
        tasks.spawn(say(client(index), index, messages, said.clone()));
    }
    drop(said);
    let known: BTreeMap<String, (RoomNumber, Seq)> = tasks.join_all().await.into_iter().flatten().collect();
    let deleted: u32 = deleting.join_all().await.into_iter().sum();
    scene.faults.set_enabled(false);
    for (app, room, _) in world.store.unfinished(1_000).await.unwrap() {
        world.store.finish_room_deletion(&app, room).await.unwrap();
    }
    let mut live = BTreeSet::new();
    let mut stands = BTreeMap::new();
    for room in (1..=numbers.load(Ordering::SeqCst)).map(number) {
        look(&scene, room, &mut live, &mut stands).await;
    }
    assert_eq!(stands, known, "each message stands once, where it was said to");
    assert!(deleted > 0 && live.len() <= 1, "{deleted} deletions, {live:?} live");
    assert_eq!(client(0).find().await, live.first().copied());
    let injected = scene.faults.injected();
    println!(
        "{name}: {} messages, {deleted} deletions, {injected:?} injected, {started}",
        known.len()
    );
}

/// One of the rooms: its log begins once, ends once if at all, and nothing of a deleted room is left but that.
async fn look(
    scene: &Scene,
    room: RoomNumber,
    live: &mut BTreeSet<RoomNumber>,
    stands: &mut BTreeMap<String, (RoomNumber, Seq)>,
) {
    let (store, app) = (&scene.world.store, &scene.world.app);
    let log = log(store, app, room).await;
    let Some(row) = store.room(app, room).await.unwrap() else {
        assert!(log.is_empty(), "{room:?} was never made");
        return;
    };
    check_log(&log).unwrap();
    let begins = log
        .iter()
        .filter(|entry| matches!(entry.body, Body::RoomCreated { .. }));
    assert_eq!(begins.map(|entry| entry.seq).collect::<Vec<_>>(), [Seq::FIRST]);
    let ends = log.iter().filter(|entry| matches!(entry.body, Body::RoomDeleted));
    let ends: Vec<Seq> = ends.map(|entry| entry.seq).collect();
    let last = log.last().unwrap().seq;
    assert_eq!(ends, if row.deleted { vec![last] } else { Vec::new() });
    let members = store.list_members(app, room, None, 9).await.unwrap().members;
    assert_eq!(members.len(), if row.deleted { 0 } else { 2 });
    if !row.deleted {
        live.insert(room);
    }
    for entry in &log {
        if let Some(text) = text_of(entry) {
            let before = stands.insert(text.to_owned(), (room, entry.seq));
            assert_eq!(before, None, "{text} stands twice");
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_direct_room_is_made_again_heavy_and_again() {
    made_again_and_again("direct", None).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_room_with_a_key_is_made_again_heavy_and_again() {
    made_again_and_again("keyed", Some(RoomKey::parse("order-1").unwrap())).await;
}
