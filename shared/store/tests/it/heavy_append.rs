//! Many writers in one room while answers get lost and calls are throttled: the log has no hole and no message twice, every
//! reader sees one order, and every acknowledgement is what history says.

use std::collections::{BTreeMap, HashMap};

use aws_smithy_runtime_api::client::http::SharedHttpConnector;
use parlour_connectors::embedded::EmbeddedEngine;
use parlour_connectors::fault::{FaultPlan, Faults};
use parlour_domain::log::Entry;
use parlour_domain::{AppId, MessageId, RoomNumber, Seq, UserId};
use parlour_store::{AppendRefusal, Appended, Store, Tables};
use tokio::sync::watch;
use tokio::task::JoinSet;

use crate::given::{How, check_log, entry_of, log, send, seq, text_of};
use crate::size::{self, Stopwatch};
use crate::world::{Clock, World, patient_client};

const WRITERS: usize = 50;
/// Sends of one message by one client before it gives up.
const ATTEMPTS: u32 = 200;

/// A client of the room, and how it makes its sends safe to repeat.
struct Writer {
    store: Store,
    app: AppId,
    room: RoomNumber,
    clock: Clock,
    user: UserId,
    how: How,
}

/// What the room's clients know at the end.
#[derive(Default)]
struct Known {
    acknowledged: BTreeMap<String, Entry>,
    /// Messages without a client id whose last answer was lost.
    unknown: Vec<String>,
    repeats: u64,
    stale: u64,
}

impl Writer {
    /// Sends until there is an answer; a client without a client id tries once and leaves repeats to the invocation.
    async fn write(&mut self, text: &str, known: &mut Known) {
        let client = (self.how != How::Once).then_some(text);
        for _ in 0..ATTEMPTS {
            let draft = self.clock.message(self.user, client, text);
            let answer = send(&self.store, &self.app, self.room, &draft, self.how, self.clock.now()).await;
            match answer {
                Ok(appended) => return self.acknowledge(text, &appended, known),
                Err(AppendRefusal::StaleBase) => {
                    known.stale += 1;
                    if let Some(entry) = self.resume(text).await {
                        return self.acknowledge(text, &Appended::Duplicate(entry), known);
                    }
                }
                Err(AppendRefusal::Store(_)) if self.how == How::Once => return known.unknown.push(text.to_owned()),
                Err(AppendRefusal::Busy | AppendRefusal::Store(_)) => known.repeats += 1,
                Err(refusal) => panic!("{text}: {refusal}"),
            }
        }
        panic!("{text} was not written in {ATTEMPTS} attempts");
    }

    fn acknowledge(&mut self, text: &str, appended: &Appended, known: &mut Known) {
        let entry = entry_of(appended);
        if let How::Base(base) = &mut self.how {
            // What a client has seen last; a retry would have kept the old base.
            *base = entry.seq.max(*base);
        }
        let before = known.acknowledged.insert(text.to_owned(), entry.clone());
        assert!(before.is_none());
    }

    /// What a client does about a stale base: reads on from it to the end, looks for its own message, takes a new base.
    async fn resume(&mut self, text: &str) -> Option<Entry> {
        let How::Base(base) = &mut self.how else {
            panic!("only a base gets stale")
        };
        loop {
            let Ok(page) = self.store.entries_after(&self.app, self.room, *base, 300).await else {
                continue;
            };
            if let Some(own) = page.entries.iter().find(|entry| text_of(entry) == Some(text)) {
                return Some(own.clone());
            }
            *base = page.entries.last().map_or(*base, |last| last.seq);
            if !page.more {
                return None;
            }
        }
    }
}

/// Reads the log while it is written, like a client that resumes again and again.
async fn follow(store: Store, app: AppId, room: RoomNumber, done: watch::Receiver<bool>) -> Vec<Entry> {
    let mut seen: Vec<Entry> = Vec::new();
    loop {
        let finished = *done.borrow();
        let after = seen.last().map_or(Seq::ZERO, |entry| entry.seq);
        let Ok(page) = store.entries_after(&app, room, after, 100).await else {
            continue;
        };
        seen.extend(page.entries);
        if finished && !page.more {
            return seen;
        }
        tokio::task::yield_now().await;
    }
}

/// The same log, newest first.
async fn backwards(store: &Store, app: &AppId, room: RoomNumber) -> Vec<Entry> {
    let (mut seen, mut before) = (Vec::<Entry>::new(), None);
    loop {
        let page = store
            .entries_before(app, room, (before, Seq::FIRST), 70, true)
            .await
            .unwrap();
        seen.extend(page.entries);
        before = seen.last().map(|entry| entry.seq);
        if !page.more {
            seen.reverse();
            return seen;
        }
    }
}

/// Clients that retry with their client id until they are answered: every message stands in the end.
const NAMED: &[How] = &[How::Base(Seq::FIRST), How::Claim];
/// And clients without one, which may end not knowing.
const MIXED: &[How] = &[How::Base(Seq::FIRST), How::Claim, How::Once];

/// 50 writers, as many of each kind, on this many processes whose calls are tried so often.
async fn writers_agree(name: &str, plan: FaultPlan, processes: usize, tries: u32, kinds: &[How]) {
    let started = Stopwatch::start();
    let engine = EmbeddedEngine::in_memory().unwrap();
    let world = World::patient(name, engine.connector(), 1).await;
    let users = world.clock.user_ids(WRITERS);
    let room = world.room(1, &users[..40]).await.number;
    let faults = Faults::new(plan);
    let process = |_| {
        let connector: SharedHttpConnector = faults.connector(engine.connector());
        Store::new(patient_client(connector, tries), Tables::with_prefix(""))
    };
    let stores: Vec<Store> = (0..processes).map(process).collect();
    let (finish, done) = watch::channel(false);
    let mut reader = JoinSet::new();
    reader.spawn(follow(world.store.clone(), world.app.clone(), room, done));

    let messages = size::heavy(200);
    let mut tasks = JoinSet::new();
    for (index, user) in users.iter().enumerate() {
        let mut writer = Writer {
            store: stores[index % processes].clone(),
            app: world.app.clone(),
            room,
            clock: world.clock.clone(),
            user: *user,
            how: kinds[index % kinds.len()],
        };
        tasks.spawn(async move {
            let mut known = Known::default();
            for message in 0..messages {
                writer.write(&format!("w{index}:m{message}"), &mut known).await;
            }
            known
        });
    }
    let mut all = Known::default();
    for known in tasks.join_all().await {
        all.acknowledged.extend(known.acknowledged);
        all.unknown.extend(known.unknown);
        (all.repeats, all.stale) = (all.repeats + known.repeats, all.stale + known.stale);
    }
    finish.send(true).unwrap();
    let log = log(&world.store, &world.app, room).await;
    assert_eq!(
        reader.join_all().await,
        std::slice::from_ref(&log),
        "one order for every reader"
    );
    assert_eq!(backwards(&world.store, &world.app, room).await, log);
    agree(&world, room, &log, &all, WRITERS * messages);
    println!(
        "{name}: {} entries, {} repeats by clients, {} stale bases, {} unknown, {:?} injected, {started}",
        log.len(),
        all.repeats,
        all.stale,
        all.unknown.len(),
        faults.injected()
    );
}

/// What stands is what was acknowledged, once, plus at most the messages of which nobody knows.
fn agree(world: &World, room: RoomNumber, log: &[Entry], known: &Known, sent: usize) {
    check_log(log).unwrap();
    let mut stands: HashMap<&str, &Entry> = HashMap::new();
    for entry in log {
        let Some(text) = text_of(entry) else { continue };
        assert!(stands.insert(text, entry).is_none(), "{text} stands twice");
    }
    for (text, entry) in &known.acknowledged {
        assert_eq!(
            stands.get(text.as_str()),
            Some(&entry),
            "history says what the acknowledgement said"
        );
        let id = MessageId::new(&world.app, room, entry.seq);
        assert_eq!(id.place(&world.app), Ok((room, stands[text.as_str()].seq)));
    }
    let unknown = known
        .unknown
        .iter()
        .filter(|text| stands.contains_key(text.as_str()))
        .count();
    assert_eq!(known.acknowledged.len() + known.unknown.len(), sent);
    assert_eq!(stands.len(), known.acknowledged.len() + unknown);
    let head = log.last().unwrap();
    assert_eq!(
        head.seq.get(),
        u64::try_from(stands.len()).unwrap() + 1,
        "the head is the count and 1"
    );
}

fn lost_answers() -> FaultPlan {
    FaultPlan {
        seed: size::seed(),
        drop_response: 0.2,
        operations: ["PutItem", "TransactWriteItems", "UpdateItem"]
            .map(str::to_owned)
            .to_vec(),
        ..FaultPlan::default()
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn fifty_writers_agree_heavy_although_every_fifth_answer_is_lost() {
    writers_agree("lost answers", lost_answers(), 1, 2, NAMED).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn fifty_writers_agree_heavy_although_every_third_call_is_throttled() {
    let plan = FaultPlan {
        seed: size::seed(),
        throttle: 0.3,
        ..FaultPlan::default()
    };
    writers_agree("throttling", plan, 1, 3, NAMED).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn fifty_writers_agree_heavy_on_two_processes() {
    writers_agree("two processes", lost_answers(), 2, 2, MIXED).await;
}

/// The base is further back than one look goes: the client resumes first, finds its message or takes a new base.
#[tokio::test]
async fn a_base_that_is_far_back_is_resumed_from_before_anything_is_written_heavy() {
    let world = World::embedded("far back").await;
    let users = world.clock.user_ids(2);
    let room = world.room(1, &users).await.number;
    let mut writer = Writer {
        store: world.store.clone(),
        app: world.app.clone(),
        room,
        clock: world.clock.clone(),
        user: users[0],
        how: How::Base(Seq::FIRST),
    };
    let late = world.clock.message(users[0], Some("late"), "late");
    for index in 0..1_010 {
        world.say(room, users[1], &format!("f{index}")).await;
    }
    let sent = send(&world.store, &world.app, room, &late, How::Once, world.now())
        .await
        .unwrap();
    let mut known = Known::default();
    writer.write("late", &mut known).await;
    assert_eq!(
        (known.stale, known.acknowledged["late"].seq),
        (1, entry_of(&sent).seq),
        "found by resuming"
    );
    writer.how = How::Base(seq(2));
    writer.write("new", &mut known).await;
    assert_eq!(
        (known.stale, known.acknowledged["new"].seq),
        (2, entry_of(&sent).seq.next()),
        "written after a new base"
    );
    check_log(&world.log(room).await).unwrap();
}
