//! A room that is truncated again and again, keeps its messages for a day, and has messages deleted for good.

use std::collections::{BTreeMap, BTreeSet};

use parlour_domain::log::Body;
use parlour_domain::{RoomNumber, Seq};
use tokio::sync::mpsc::{UnboundedSender, unbounded_channel};
use tokio::task::JoinSet;

use super::keeper::{Keeper, STEP};
use super::writer::Writer;
use super::{Scene, WRITERS};
use crate::given::{How, log, text_of};
use crate::size::{self, Stopwatch};

/// Writes until its messages are said; where each stands.
async fn say(
    mut writer: Writer,
    index: usize,
    messages: usize,
    said: UnboundedSender<()>,
) -> Vec<(String, Option<Seq>)> {
    let mut known = Vec::with_capacity(messages);
    for message in 0..messages {
        let text = format!("w{index}:m{message}");
        let stands = writer.write(&text).await;
        known.push((text, stands));
        said.send(()).unwrap();
    }
    known
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_room_loses_what_it_is_to_lose_heavy_and_nothing_comes_back() {
    let started = Stopwatch::start();
    let scene = Scene::new("shorter").await;
    let world = &scene.world;
    let users = world.clock.user_ids(WRITERS);
    let room = world.room(1, &users).await.number;
    let (said, written) = unbounded_channel();
    let keeper = Keeper {
        store: scene.store(0),
        app: world.app.clone(),
        room,
        clock: world.clock.clone(),
        oldest: Seq::FIRST,
    };
    let mut keeping = JoinSet::new();
    keeping.spawn(keeper.keep(written));
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
        tasks.spawn(say(writer, index, messages, said.clone()));
    }
    drop(said);
    let known: BTreeMap<String, Option<Seq>> = tasks.join_all().await.into_iter().flatten().collect();
    keeping.join_all().await;
    scene.faults.set_enabled(false);
    // What the last lost answers left over.
    for _ in 0..3 {
        world.clock.pass(STEP);
        for due in world.store.trims_due(world.now(), 20).await.unwrap() {
            world.store.trim_room(&due, world.now()).await.unwrap();
        }
    }
    let unknown = agree(&scene, room, &known).await;
    let injected = scene.faults.injected();
    println!(
        "shorter: {} messages, {unknown} unknown, {injected:?} injected, {started}",
        known.len()
    );
}

/// The log is what was said, once each, without what was taken away. How many messages are of an unknown fate.
async fn agree(scene: &Scene, room: RoomNumber, known: &BTreeMap<String, Option<Seq>>) -> usize {
    let world = &scene.world;
    let log = log(&world.store, &world.app, room).await;
    let row = world.store.room(&world.app, room).await.unwrap().unwrap();
    assert_eq!(
        log[0].seq, row.floor,
        "what counts no more is taken away, and nothing else"
    );
    assert!(row.floor > Seq::FIRST);
    for pair in log.windows(2) {
        let messages = pair[0].msg_no + u64::from(pair[1].body.is_message());
        assert_eq!((pair[1].seq, pair[1].msg_no), (pair[0].seq.next(), messages), "no hole");
    }
    let acknowledged: BTreeSet<Seq> = known.values().copied().flatten().collect();
    let unknown = known.values().filter(|stands| stands.is_none()).count();
    assert_eq!(
        acknowledged.len() + unknown,
        known.len(),
        "each message has a place of its own"
    );
    let head = log.last().unwrap();
    let all = usize::try_from(head.msg_no).unwrap();
    assert!(
        (acknowledged.len()..=known.len()).contains(&all),
        "{all} messages were written for {} and {unknown} of an unknown fate",
        acknowledged.len()
    );
    let mut floor = Seq::ZERO;
    for entry in &log {
        match &entry.body {
            Body::Message(_) => {
                let text = entry.client_id.as_ref().unwrap().as_str();
                let told = known[text];
                assert!(
                    told.is_none_or(|told| told == entry.seq),
                    "{text} stands at {}",
                    entry.seq
                );
                let said = entry.deletion.is_none().then_some(text);
                assert_eq!(text_of(entry), said, "a deleted message says nothing");
            }
            Body::MessageDeleted { target, .. } if *target >= row.floor => {
                let message = log.iter().find(|entry| entry.seq == *target).unwrap();
                assert!(message.deletion.is_some(), "{target} is deleted");
            }
            Body::RoomTruncated { floor: to } => {
                assert!(*to > floor, "truncated twice");
                floor = *to;
            }
            _ => {}
        }
    }
    unknown
}
