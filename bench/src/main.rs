//! `cargo run --release -p parlour-bench`: appends by many writers, in one room and in many, with one lane for each room (one
//! process) and without (as many processes as writers). Prints ratios and counts; the absolute figures are this machine's.

#![expect(clippy::print_stdout, reason = "printing is what a benchmark is for")]

use std::sync::Arc;
use std::time::Instant;

use parlour_connectors::count::{Counter, CountingConnector};
use parlour_connectors::embedded::EmbeddedEngine;
use parlour_connectors::http_client;
use parlour_domain::log::{Body, Draft, Message};
use parlour_domain::room::{History, Room, RoomKind, RoomSettings};
use parlour_domain::text::MessageText;
use parlour_domain::{AppId, Entropy, Moment, RoomNumber, Seq, Timestamp};
use parlour_store::{AppendRefusal, ClientSettings, Credentials, NewRoom, Start, Store, Tables, client};

const WRITERS: u64 = 50;
const MESSAGES: u64 = 40;

type Outcome<T> = Result<T, Box<dyn std::error::Error + Send + Sync>>;

fn moment(seed: u64) -> Moment {
    let mut bytes = [0; 32];
    bytes[..8].copy_from_slice(&seed.to_be_bytes());
    Moment {
        now: Timestamp::from_millis(1_800_000_000_000),
        entropy: Entropy::from_seed(bytes),
    }
}

struct World {
    // Held so that the engine lives as long as its stores.
    _engine: EmbeddedEngine,
    counter: Counter,
    stores: Vec<Store>,
    app: AppId,
}

impl World {
    /// `processes` stores on one engine: clones of one store share their lanes, separate ones do not.
    async fn new(processes: u64, rooms: u64) -> Outcome<Self> {
        let engine = EmbeddedEngine::in_memory()?;
        let counter = Counter::default();
        let connector = CountingConnector::shared(engine.connector(), counter.clone());
        let store = || {
            let settings = ClientSettings {
                http: http_client(connector.clone()),
                endpoint: Some("http://embedded".to_owned()),
                region: "local".to_owned(),
                credentials: Credentials::new("local", "local", None, None, "bench"),
                attempts: 1,
            };
            Store::new(client(settings), Tables::with_prefix("bench_"))
        };
        let stores: Vec<Store> = (0..processes).map(|_| store()).collect();
        stores[0].create_tables().await?;
        let app = AppId::parse("bench")?;
        for number in 1..=rooms {
            create_room(&stores[0], &app, number).await?;
        }
        counter.reset();
        Ok(Self {
            _engine: engine,
            counter,
            stores,
            app,
        })
    }

    /// Appends per second, and calls to the engine per append.
    async fn run(&self, rooms: u64) -> Outcome<(f64, f64)> {
        let start = Instant::now();
        let mut writers = Vec::new();
        for writer in 0..WRITERS {
            let store = self.stores[usize::try_from(writer)? % self.stores.len()].clone();
            let app = self.app.clone();
            writers.push(tokio::spawn(async move {
                write(&store, &app, writer, 1 + writer % rooms).await
            }));
        }
        for writer in writers {
            writer.await??;
        }
        #[expect(clippy::cast_precision_loss, reason = "a few thousand")]
        let appends = (WRITERS * MESSAGES) as f64;
        #[expect(clippy::cast_precision_loss, reason = "some ten thousand")]
        let calls = self.counter.usage().calls as f64;
        Ok((appends / start.elapsed().as_secs_f64(), calls / appends))
    }
}

async fn create_room(store: &Store, app: &AppId, number: u64) -> Outcome<()> {
    let mut moment = moment(number);
    let body = Body::RoomCreated {
        kind: RoomKind::Group,
        name: None,
        members: Vec::new(),
    };
    let draft = Draft::new(&mut moment, None, None, body);
    let room = Room {
        number: RoomNumber::new(number).ok_or("room number")?,
        kind: RoomKind::Group,
        name: None,
        public: false,
        history: History::All,
        custom: None,
        member_count: 0,
        created_by: None,
        created_at: moment.now,
        updated_at: moment.now,
        settings: RoomSettings::default(),
        archived: false,
        floor_msgs: 0,
        key: None,
        pair: None,
        floor: Seq::FIRST,
        deleted: false,
    };
    store
        .create_room(
            NewRoom {
                app,
                room: &room,
                members: &[],
                draft: &draft,
                now: moment.now,
            },
            None,
        )
        .await?;
    Ok(())
}

async fn write(store: &Store, app: &AppId, writer: u64, room: u64) -> Outcome<()> {
    let room = RoomNumber::new(room).ok_or("room number")?;
    for message in 0..MESSAGES {
        let mut moment = moment(writer * 1_000_000 + message + 1_000);
        let text = MessageText::parse("a message of some forty characters in all")?;
        let body = Body::Message(Message::text(text));
        let draft = Draft::new(&mut moment, None, None, body);
        loop {
            let begin = store.begin_append(app, room, &draft, Start::Head).await?;
            match store.append(app, room, &draft, begin, moment.now).await {
                Ok(_) => break,
                Err(AppendRefusal::Busy) => {}
                Err(refusal) => return Err(refusal.into()),
            }
        }
    }
    Ok(())
}

#[tokio::main]
async fn main() -> Outcome<()> {
    println!("{WRITERS} writers, {MESSAGES} messages each, embedded engine in memory");
    println!("{:<34}{:>12}{:>18}{:>10}", "", "appends/s", "calls per append", "ratio");
    let mut base = None;
    for (name, processes, rooms) in [
        ("one process, one room", 1, 1),
        ("one process, 50 rooms", 1, 50),
        ("50 processes, one room", WRITERS, 1),
        ("50 processes, 50 rooms", WRITERS, 50),
    ] {
        let world = Arc::new(World::new(processes, rooms).await?);
        let (rate, calls) = world.run(rooms).await?;
        let ratio = rate / *base.get_or_insert(rate);
        println!("{name:<34}{rate:>12.0}{calls:>18.1}{ratio:>10.2}");
    }
    Ok(())
}
