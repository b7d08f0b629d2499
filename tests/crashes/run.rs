//! Each operation of the table, ended at each of its calls and sent again.

use serde_json::{Map, Value};

use crate::cut::Last;
use crate::operations::{ACTIONS, EVENTS, MEMBERS, MESSAGES, Operation, ROOMS, USERS};
use crate::request::{Answer, Sent};
use crate::scene::Scene;
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
fn actions_survive_every_crash() {
    survive(ACTIONS);
}

#[test]
fn events_survive_every_crash() {
    survive(EVENTS);
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

fn survive(operations: &[Operation]) {
    let wrong = in_time(async {
        let world = World::new().await;
        let mut wrong = Vec::new();
        for operation in operations {
            wrong.extend(crashes(&world, operation).await);
        }
        wrong
    });
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// What is wrong after which crash of an operation.
async fn crashes(world: &World, operation: &Operation) -> Vec<String> {
    let name = operation.step.name;
    let (scene, mut wrong) = (begin(world, operation).await, Vec::new());
    let first = Sent::new(world, &scene, operation.step).send(world).await;
    assert!(first.is_success(), "{name}: {first:?}");
    world.sweep().await;
    let expected = look(world, &scene, made(operation, &first)).await;
    let expected = expected.unwrap_or_else(|wrong| panic!("{name}, without a crash: {wrong}"));
    let mut points = 0;
    for last in [Last::Undone, Last::Done] {
        for calls in 0.. {
            let scene = begin(world, operation).await;
            let sent = Sent::new(world, &scene, operation.step);
            let uncut = world.cut.after(calls, last, sent.send(world)).await;
            let again = sent.send(world).await;
            world.sweep().await;
            let at = format!("{name}, {last:?} at call {}", calls + 1);
            if !answers_alike(operation, &first, &again) {
                wrong.push(format!("{at}: {again:?}, not as {first:?}"));
            }
            match look(world, &scene, made(operation, &again)).await {
                Ok(state) if state == expected => {}
                Ok(state) => wrong.push(format!("{at}: {state}, not {expected}")),
                Err(what) => wrong.push(format!("{at}: {what}")),
            }
            if uncut.is_some() {
                break;
            }
            points += 1;
        }
    }
    println!("{points:>4} crashes  {name}");
    assert!(points > 0, "{name} makes calls");
    wrong
}

async fn begin(world: &World, operation: &Operation) -> Scene {
    let mut scene = Scene::new(world).await;
    if let Some(first) = operation.first {
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
