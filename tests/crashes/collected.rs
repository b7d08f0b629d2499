//! Files that no message has, whatever ended the request that brought them, and nobody tries again: a day later the bucket has the files
//! of messages and no others. `sweep`, which takes the rest away, is cut at each of its calls as well.

use std::collections::BTreeSet;

use parlour_domain::Seq;
use parlour_domain::limits::UNBOUND_SECONDS;
use parlour_store::keys;

use crate::cut::Last;
use crate::omit::{Which, updates};
use crate::operations::{FILES, Operation};
use crate::request::Sent;
use crate::run::{begin, in_time};
use crate::scene::Scene;
use crate::world::World;

/// `sweep` runs so often.
const MINUTE: i64 = 60;

#[test]
fn a_day_after_a_request_that_ended_the_bucket_has_the_files_of_messages_alone() {
    assert_eq!(in_time(requests(None)), None);
}

#[test]
fn it_shows_if_a_file_is_not_bound_to_its_message() {
    let which: Which = |write| updates(write, "SET room = :room, #seq");
    assert!(in_time(requests(Some(which))).is_some());
}

#[test]
fn a_sweep_that_is_cut_takes_away_the_same_files_the_next_time() {
    let wrong = in_time(sweeps());
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// What is wrong a day after these requests, cut at each call and made no more.
async fn requests(omitted: Option<Which>) -> Option<String> {
    let (world, mut scenes) = (World::new().await, Vec::new());
    for operation in FILES {
        for last in [Last::Undone, Last::Done] {
            for calls in 0.. {
                let scene = begin(&world, operation).await;
                world.omit.set(omitted);
                let sent = Sent::new(&world, &scene, operation.step);
                let uncut = world.cut.after(calls, last, sent.send(&world)).await;
                world.omit.set(None);
                scenes.push(scene);
                if uncut.is_some() {
                    break;
                }
            }
        }
    }
    println!("{:>4} requests  files that nobody comes back for", scenes.len());
    let mut owed = BTreeSet::new();
    for scene in &scenes {
        owed.append(&mut files_of(&world, scene).await);
    }
    world.pass(UNBOUND_SECONDS + MINUTE);
    collected(&world, &owed).await
}

/// What is wrong after a sweep, cut at each call, by which a file that a message has, and one that none has, are a day old.
async fn sweeps() -> Vec<String> {
    let (mut wrong, mut points) = (Vec::new(), 0);
    let with_file = |operation: &&Operation| operation.step.name == "send_message";
    let taking = FILES.iter().find(with_file).unwrap();
    for last in [Last::Undone, Last::Done] {
        for calls in 0.. {
            // What others leave would be one call more for each, without end.
            let world = World::new().await;
            let taken = begin(&world, taking).await;
            taken.made_by(&world, taking.step).await;
            let owed = files_of(&world, &taken).await;
            begin(&world, taking).await;
            // So that the clients of both are forgotten before.
            world.pass(UNBOUND_SECONDS - MINUTE);
            world.sweep().await;
            world.pass(2 * MINUTE);
            let uncut = world.cut.after(calls, last, world.try_sweep()).await;
            let at = format!("sweep, {last:?} at call {}", calls + 1);
            wrong.extend(collected(&world, &owed).await.map(|wrong| format!("{at}: {wrong}")));
            if uncut.is_some() {
                break;
            }
            points += 1;
        }
    }
    println!("{points:>4} crashes  sweep: files");
    wrong
}

/// The objects of the files that the messages of a scene have.
async fn files_of(world: &World, scene: &Scene) -> BTreeSet<String> {
    let (number, mut objects) = (scene.number(world), BTreeSet::new());
    let log = world.store().entries_after(&world.app, number, Seq::ZERO, 300).await;
    for entry in log.unwrap().entries.iter().filter(|entry| entry.deletion.is_none()) {
        let files = entry.message().into_iter().flat_map(|message| &message.attachments);
        objects.extend(files.map(|file| keys::object(&world.app, file.id)));
    }
    objects
}

/// What is wrong with the bucket when `sweep` has run some more times, if anything: it has these objects and no others.
async fn collected(world: &World, owed: &BTreeSet<String>) -> Option<String> {
    for _ in 0..3 {
        world.sweep().await;
        world.pass(MINUTE);
    }
    let kept: BTreeSet<String> = world.bucket.names().into_iter().collect();
    let lost: Vec<&String> = owed.difference(&kept).collect();
    let left: Vec<&String> = kept.difference(owed).collect();
    let due = world.store().attachments_due(world.now(), 1).await.unwrap();
    let right = !owed.is_empty() && lost.is_empty() && left.is_empty() && due.is_empty();
    (!right).then(|| {
        format!(
            "of {} objects, {lost:?} are gone, {left:?} are no message's, {due:?} is due",
            owed.len()
        )
    })
}
