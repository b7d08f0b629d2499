//! Each operation of the table, ended at each of its calls and sent again.

use std::collections::BTreeMap;
use std::num::NonZero;
use std::thread::{self, available_parallelism};

use serde_json::{Map, Value};

use crate::cut::Last;
use crate::omit::Which;
use crate::operations::{ACTIONS, EVENTS, FILES, JOBS, Job, MEMBERS, MESSAGES, Operation, ROOMS, USERS, WEBHOOKS};
use crate::request::{Answer, Sent};
use crate::scene::{Client, Scene};
use crate::state::look;
use crate::world::World;

#[test]
fn users_survive_every_crash() {
    survive(USERS);
}

#[test]
fn rooms_survive_every_crash() {
    survive(ROOMS);
}

#[test]
fn members_survive_every_crash() {
    survive(MEMBERS);
}

#[test]
fn messages_survive_every_crash() {
    survive(MESSAGES);
}

#[test]
fn files_survive_every_crash() {
    survive(FILES);
}

/// Each in an app of its own, which may have only so many of them.
#[test]
fn webhooks_survive_every_crash() {
    for operation in WEBHOOKS {
        survive(std::slice::from_ref(operation));
    }
}

#[test]
fn actions_survive_every_crash() {
    survive(ACTIONS);
}

#[test]
fn events_survive_every_crash() {
    survive(EVENTS);
}

#[test]
fn jobs_survive_every_crash() {
    let wrong = in_time(async {
        let world = World::new().await;
        let mut wrong = Vec::new();
        for job in JOBS {
            wrong.extend(job_crashes(&world, job).await);
        }
        wrong
    });
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// Runs `work` on a paused clock, which jumps to the next timer whenever nothing else is to do.
pub(crate) fn in_time<T>(work: impl Future<Output = T>) -> T {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_time()
        .start_paused(true)
        .build()
        .unwrap();
    runtime.block_on(work)
}

/// On as many threads as there are processors, each with a world of its own.
fn survive(operations: &[Operation]) {
    let threads = available_parallelism().map_or(1, NonZero::get);
    let share = |first: usize| {
        in_time(async {
            let world = World::new().await;
            let mut wrong = Vec::new();
            for operation in operations.iter().skip(first).step_by(threads) {
                wrong.extend(crashes(&world, operation, None).await);
            }
            wrong
        })
    };
    let wrong: Vec<String> = thread::scope(|scope| {
        let running: Vec<_> = (0..threads).map(|first| scope.spawn(move || share(first))).collect();
        let ended = running.into_iter().map(|thread| thread.join().unwrap());
        ended.flatten().collect()
    });
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// What is wrong after which crash of an operation, where the store leaves these writes out from the operation on.
pub(crate) async fn crashes(world: &World, operation: &Operation, omitted: Option<Which>) -> Vec<String> {
    let name = operation.step.name;
    let (scene, mut wrong) = (begin(world, operation).await, Vec::new());
    let first = Sent::new(world, &scene, operation.step).send(world).await;
    assert!(first.is_success(), "{name}: {first:?}");
    world.sweep().await;
    let expected = look(world, &scene, made(operation, &first)).await;
    let expected = expected.unwrap_or_else(|wrong| panic!("{name}, without a crash: {wrong}"));
    let mut ended = Vec::new();
    for last in [Last::Undone, Last::Done] {
        for calls in 0.. {
            let scene = begin(world, operation).await;
            let sent = Sent::new(world, &scene, operation.step);
            world.omit.set(omitted);
            let uncut = world.cut.after(calls, last, sent.send(world)).await;
            let again = sent.send(world).await;
            world.omit.set(None);
            ended.push((format!("{name}, {last:?} at call {}", calls + 1), scene, again));
            if uncut.is_some() {
                break;
            }
        }
    }
    world.omit.set(omitted);
    if !world.try_sweep().await {
        wrong.push(format!("{name}: the sweep fails"));
    }
    world.omit.set(None);
    for (at, scene, again) in &ended {
        if !answers_alike(operation, &first, again) {
            wrong.push(format!("{at}: {again:?}, not as {first:?}"));
        }
        wrong.extend(differs(
            at,
            &look(world, scene, made(operation, again)).await,
            &expected,
        ));
    }
    // Of each of the two ways to end, the last run was not cut.
    let points = ended.len() - 2;
    println!("{points:>4} crashes  {name}");
    assert!(points > 0, "{name} makes calls");
    wrong
}

/// What is wrong with a state, if anything.
pub(crate) fn differs(at: &str, state: &Result<Value, String>, expected: &Value) -> Option<String> {
    match state {
        Ok(state) if state == expected => None,
        Ok(state) => Some(format!("{at}: {state}, not {expected}")),
        Err(what) => Some(format!("{at}: {what}")),
    }
}

/// What is wrong after which crash of a job that comes again, as the queue gives it again: everything is as without the crash, and
/// everyone has heard what there was to hear, at most once for each delivery.
async fn job_crashes(world: &World, job: &Job) -> Vec<String> {
    let (operation, kind) = (&job.operation, job.kind);
    let (scene, mut wrong) = (begin(world, operation).await, Vec::new());
    let sent = Sent::new(world, &scene, operation.step);
    world.outside.take_heard();
    assert!(sent.send(world).await.is_success(), "{kind}");
    let owed = told(world, &scene, job.event);
    assert!(!owed.is_empty(), "{kind} tells {}", job.event);
    assert!(world.drain().await, "{kind}");
    world.sweep().await;
    let expected = look(world, &scene, None).await.unwrap();
    let mut points = 0;
    for last in [Last::Undone, Last::Done] {
        for calls in 0.. {
            let scene = begin(world, operation).await;
            let sent = Sent::new(world, &scene, operation.step);
            world.outside.take_heard();
            let uncut = world.cut.after(calls, last, sent.send(world)).await;
            let again = sent.send(world).await;
            let at = format!("{kind}, {last:?} at call {}", calls + 1);
            let told = told(world, &scene, job.event);
            let alike = told
                .iter()
                .all(|(who, times)| *times <= 2 * owed.get(who).copied().unwrap_or_default());
            let all = owed
                .iter()
                .all(|(who, times)| told.get(who).is_some_and(|told| told >= times));
            let right = alike && (all || job.may_lose);
            if !right {
                wrong.push(format!("{at}: {told:?} are told {}, not {owed:?}", job.event));
            }
            if !(again.is_success() && world.drain().await && world.try_sweep().await) {
                wrong.push(format!("{at}: it is not done"));
            }
            wrong.extend(differs(&at, &look(world, &scene, None).await, &expected));
            if uncut.is_some() {
                break;
            }
            points += 1;
        }
    }
    println!("{points:>4} crashes  {kind}: {}", job.event);
    assert!(points > 0, "{kind} makes calls");
    wrong
}

/// Who was told this event since the last time, and how often.
fn told(world: &World, scene: &Scene, event: &str) -> BTreeMap<&'static str, usize> {
    let mut told = BTreeMap::new();
    for heard in world.outside.take_heard() {
        let client = |client: &Client| client.connection == heard.connection;
        let person = scene
            .people()
            .into_iter()
            .find(|(_, person)| person.client.as_ref().is_some_and(client));
        if heard.event["event"] == event {
            *told.entry(person.map_or("someone else", |(name, _)| name)).or_default() += 1;
        }
    }
    told
}

pub(crate) async fn begin(world: &World, operation: &Operation) -> Scene {
    let mut scene = Scene::new(world).await;
    for first in operation.first.into_iter().flatten() {
        scene.made = scene.made_by(world, first).await;
    }
    scene
}

/// The room that the operation made.
fn made<'a>(operation: &Operation, answer: &'a Answer) -> Option<&'a str> {
    match operation.step.name {
        "POST /room" => answer.body["id"].as_str(),
        "create_room" => answer.body["data"]["id"].as_str(),
        _ => None,
    }
}

/// A repeat says the same, or that it is done already.
fn answers_alike(operation: &Operation, first: &Answer, again: &Answer) -> bool {
    operation.done_already == Some(again.status) || again.is_success() && shape(&first.body) == shape(&again.body)
}

/// Which fields there are. What differs by right: that it is a repeat, that nothing changed this time, ids as names.
fn shape(value: &Value) -> Value {
    match value {
        Value::Object(fields) => {
            let kept = fields
                .iter()
                .filter(|(name, value)| !value.is_null() && !["duplicate", "entry"].contains(&name.as_str()));
            let named = kept.map(|(name, value)| (if name.len() == 36 { "id" } else { name }, value));
            Value::Object(
                named
                    .map(|(name, value)| (name.to_owned(), shape(value)))
                    .collect::<Map<_, _>>(),
            )
        }
        Value::Array(items) => Value::Array(items.first().map(shape).into_iter().collect()),
        Value::String(_) => "text".into(),
        Value::Number(_) => "number".into(),
        Value::Bool(_) => "true or false".into(),
        Value::Null => Value::Null,
    }
}
