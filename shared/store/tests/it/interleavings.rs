//! Every order of the store calls of a few concurrent invocations, with crashes and lost answers, on the real functions.
//!
//! `models/` of the design does the same on an abstraction; here it is the code that is explored. Each exploration prints
//! how many runs it took.

mod appends;
mod departures;
mod joins;
mod shortcuts;
mod trims;

use std::cell::{Cell, RefCell};
use std::sync::{Arc, Mutex};

use aws_sdk_dynamodb::Client;
use aws_smithy_runtime_api::client::http::{HttpConnector, HttpConnectorFuture, SharedHttpConnector};
use aws_smithy_runtime_api::client::orchestrator::HttpRequest;
use parlour_connectors::embedded::InlineEngine;
use parlour_connectors::schedule::{Failure, Options, Report, Schedule};
use parlour_domain::log::{Draft, Entry};
use parlour_domain::{AppId, RoomNumber, Timestamp, UserId};
use parlour_store::{AppendRefusal, Appended, Store, Tables};

use crate::given::{How, check_log, entry_of, send, text_of};
use crate::size::{self, Stopwatch};
use crate::world::{World, patient_client};

/// An engine that all runs of one exploration share; each run has a room of its own.
struct Stage {
    engine: InlineEngine,
    world: World,
    rooms: Cell<u64>,
    /// The actors' clients, made once: building one costs more than a run.
    processes: RefCell<Vec<(Plug, Client)>>,
}

/// A connector that leads to the current run.
#[derive(Debug, Clone, Default)]
struct Plug(Arc<Mutex<Option<SharedHttpConnector>>>);

impl Plug {
    fn lead_to(&self, run: SharedHttpConnector) {
        *self.0.lock().unwrap() = Some(run);
    }
}

impl HttpConnector for Plug {
    fn call(&self, request: HttpRequest) -> HttpConnectorFuture {
        let run = self.0.lock().unwrap().clone();
        run.expect("a run is under way").call(request)
    }
}

impl Stage {
    fn new(name: &str) -> Self {
        let engine = InlineEngine::new().unwrap();
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()
            .unwrap();
        let world = runtime.block_on(World::patient(name, engine.connector(), 1));
        Self {
            engine,
            world,
            rooms: Cell::new(0),
            processes: RefCell::default(),
        }
    }

    /// A room of three members, and a store for each actor: a process of its own, whose calls are tried `attempts` times.
    async fn scene(&self, schedule: Schedule, actors: usize, attempts: u32) -> Scene {
        self.rooms.set(self.rooms.get() + 1);
        let users = self.world.clock.user_ids(3);
        let room = self.world.room(self.rooms.get(), &users).await.number;
        let mut processes = self.processes.borrow_mut();
        while processes.len() < actors {
            let plug = Plug::default();
            let client = patient_client(SharedHttpConnector::new(plug.clone()), attempts);
            processes.push((plug, client));
        }
        for (actor, (plug, _)) in processes.iter().enumerate() {
            plug.lead_to(schedule.connector(actor, self.engine.connector()));
        }
        let clients: Vec<Client> = processes.iter().map(|(_, client)| client.clone()).collect();
        let store = |client: &Client| Store::new(client.clone(), Tables::with_prefix(""));
        Scene {
            stores: clients.iter().map(store).collect(),
            clients,
            app: self.world.app.clone(),
            now: self.world.now(),
            room,
            users,
        }
    }
}

/// What the actors of one run share.
struct Scene {
    stores: Vec<Store>,
    /// The same processes, past the store.
    clients: Vec<Client>,
    app: AppId,
    now: Timestamp,
    room: RoomNumber,
    users: Vec<UserId>,
}

impl Scene {
    /// A send by one actor, ready to be run.
    fn send(
        &self,
        actor: usize,
        draft: Draft,
        how: How,
    ) -> impl Future<Output = Result<Appended, AppendRefusal>> + use<> {
        let (store, app, room, now) = (self.stores[actor].clone(), self.app.clone(), self.room, self.now);
        async move { send(&store, &app, room, &draft, how, now).await }
    }
}

/// The message whose attempts are explored; everything else is foreign.
const OURS: &str = "ours";

/// What must hold of a log and the answers of the attempts to write [`OURS`] into it.
fn check_answers<'a>(log: &[Entry], answers: impl Iterator<Item = &'a Appended>) -> Result<(), String> {
    check_log(log)?;
    let copies = log.iter().filter(|entry| text_of(entry) == Some(OURS)).count();
    if copies > 1 {
        return Err(format!("the message stands {copies} times"));
    }
    let mut new = 0;
    for answer in answers {
        let entry = entry_of(answer);
        new += usize::from(matches!(answer, Appended::New(_)));
        if log.iter().find(|stands| stands.seq == entry.seq) != Some(entry) {
            return Err(format!("the answer says {}, and the log does not", entry.seq));
        }
        if text_of(entry) != Some(OURS) {
            return Err("the answer is another message".to_owned());
        }
    }
    if new > 1 {
        return Err("two attempts say that the message is new".to_owned());
    }
    Ok(())
}

/// Explorations that must be whole at the default size go up to this many runs.
fn whole(options: Options) -> Options {
    Options {
        reads_commute: true,
        max_runs: 1_000_000,
        ..options
    }
}

/// Explorations that are too large for every day stop after a share of this many runs.
fn capped(options: Options, full: u32) -> Options {
    Options {
        max_runs: u64::try_from(size::heavy(full)).unwrap(),
        ..whole(options)
    }
}

/// Prints what an exploration took and fails with the run that failed.
fn must_hold(name: &str, started: &Stopwatch, result: Result<Report, Failure>) -> Report {
    let report = result.unwrap_or_else(|failure| panic!("{name}: {failure}"));
    println!("{name}: {report:?} in {started}");
    report
}

/// Prints how soon a shortcut was found out, and fails if it was not.
fn must_break(name: &str, result: Result<Report, Failure>, expected: &str) {
    let failure = result.expect_err("the shortcut went unnoticed");
    println!("{name}: found after {} runs: {}", failure.runs, failure.message);
    assert!(failure.message.contains(expected), "{failure}");
}
