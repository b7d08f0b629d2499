//! What `sweep` finds when time has passed: an erasure whose job the queue has lost, connections whose lease is over, entries that
//! count no more. It is cut at each call, and runs again a minute later.

use parlour_domain::limits::{CONNECTION_LEASE_SECONDS, KEPT_SECONDS};
use parlour_domain::task::TaskStatus;
use parlour_domain::{Seq, TaskId};
use serde_json::{Value, json};

use crate::cut::Last;
use crate::omit::{Which, attribute, updates};
use crate::operations::{Step, Who, none};
use crate::request::Sent;
use crate::run::{differs, in_time};
use crate::scene::{Scene, step};
use crate::state::look;
use crate::world::World;

/// `sweep` runs so often.
const MINUTE: i64 = 60;

const REACT: Step = step(
    "PUT /room/{room_id}/message/{message_id}/reaction/{reaction}",
    Who::Guest,
    none,
);
const STAR: Step = step("PUT /room/{room_id}/message/{message_id}/star", Who::Guest, none);
const ERASE: Step = step("POST /user/{user_id}/erasure", Who::Backend, none);
const TRUNCATE: Step = step(
    "POST /room/{room_id}/truncate",
    Who::Owner,
    |_| json!({ "before_seq": 3 }),
);

#[test]
fn an_erasure_whose_job_is_lost_comes_to_the_same_end() {
    let wrong = in_time(crashes(Due::Erasure, None));
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn an_hour_later_nothing_is_left_over() {
    let wrong = in_time(crashes(Due::Hour, None));
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn it_shows_if_no_row_says_that_a_task_goes_on() {
    let which: Which = |write| attribute(write, "Put", "t") == "running";
    let wrong = in_time(crashes(Due::Erasure, Some(which)));
    assert!(wrong.iter().any(|wrong| wrong.contains("goes on")), "{wrong:?}");
}

#[test]
fn it_shows_if_the_end_of_a_lease_is_not_marked() {
    let which: Which = |write| updates(write, "SET ended");
    let wrong = in_time(crashes(Due::Hour, Some(which)));
    assert!(!wrong.is_empty());
}

/// What there is to sweep.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Due {
    /// An erasure whose first job is lost.
    Erasure,
    /// What an hour leaves in which nobody is heard of: leases that are over, and what a truncation took away.
    Hour,
}

/// A world in which it is due.
struct Work {
    world: World,
    scene: Scene,
    /// The erasure, if there is one.
    task: Option<TaskId>,
}

impl Work {
    async fn begin(due: Due, omitted: Option<Which>) -> Self {
        let world = World::new().await;
        let scene = Scene::new(&world).await;
        let mut task = None;
        if due == Due::Erasure {
            scene.made_by(&world, REACT).await;
            scene.made_by(&world, STAR).await;
            world.omit.set(omitted);
            let answer = Sent::new(&world, &scene, ERASE).send(&world).await;
            assert!(answer.is_success(), "{answer:?}");
            task = TaskId::parse(answer.body["task_id"].as_str().unwrap()).ok();
            world.pass(MINUTE + 1);
        } else {
            scene.made_by(&world, TRUNCATE).await;
            world.omit.set(omitted);
            world.pass(KEPT_SECONDS.max(CONNECTION_LEASE_SECONDS) + 1);
        }
        world.outside.take_queued();
        Self { world, scene, task }
    }

    /// The state when `sweep` has run some more times; or what is wrong with it.
    async fn end(&self, due: Due) -> Result<Value, String> {
        let world = &self.world;
        for _ in 0..4 {
            world.pass(MINUTE + 1);
            if !(world.try_sweep().await && world.drain().await) {
                return Err("it is not done".to_owned());
            }
        }
        world.omit.set(None);
        match due {
            Due::Erasure => self.erased().await,
            Due::Hour => self.swept().await,
        }
    }

    async fn erased(&self) -> Result<Value, String> {
        let (world, store) = (&self.world, self.world.store());
        let task = store
            .task(&world.app, self.task.unwrap(), world.now())
            .await
            .unwrap()
            .unwrap();
        let later = world.now().plus_seconds(10 * MINUTE);
        if task.status != TaskStatus::Done || !store.tasks_due(later, 10).await.unwrap().is_empty() {
            return Err("the task goes on".to_owned());
        }
        let state = look(world, &self.scene, None).await?;
        Ok(json!({ "state": state, "rooms": [task.rooms, task.rooms_done], "messages": task.messages }))
    }

    async fn swept(&self) -> Result<Value, String> {
        let (world, store, app) = (&self.world, self.world.store(), &self.world.app);
        let (room, now) = (self.scene.number(world), world.now());
        let log = store.entries_after(app, room, Seq::ZERO, 100).await.unwrap().entries;
        let mut users = Vec::new();
        for (name, person) in self.scene.people() {
            users.push(person.user);
            if !store.traces_of(app, person.user, true).await.unwrap().is_empty() {
                return Err(format!("a connection of the {name} is left"));
            }
        }
        Ok(json!({
            "entries": log.iter().map(|entry| entry.seq.get()).collect::<Vec<_>>(),
            "subscriptions": store.subscribers(app, room, now).await.unwrap().len(),
            "seen": store.last_seen(app, &users).await.unwrap().len(),
            "trims": store.trims_due(now.plus_seconds(24 * KEPT_SECONDS), 10).await.unwrap().len(),
        }))
    }
}

/// What is wrong in the end, after which crash of `sweep`.
async fn crashes(due: Due, omitted: Option<Which>) -> Vec<String> {
    let work = Work::begin(due, None).await;
    assert!(work.world.try_sweep().await && work.world.drain().await);
    let expected = work.end(due).await.unwrap();
    let (mut wrong, mut points) = (Vec::new(), 0);
    for last in [Last::Undone, Last::Done] {
        for calls in 0.. {
            let work = Work::begin(due, omitted).await;
            let world = &work.world;
            let uncut = world.cut.after(calls, last, world.try_sweep()).await;
            // What it had queued is lost once more.
            world.outside.take_queued();
            let at = format!("{due:?}, {last:?} at call {}", calls + 1);
            wrong.extend(differs(&at, &work.end(due).await, &expected));
            if uncut.is_some() {
                break;
            }
            points += 1;
        }
    }
    println!("{points:>4} crashes  sweep: {due:?}");
    assert!(points > 0);
    wrong
}
