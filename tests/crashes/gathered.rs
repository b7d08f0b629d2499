//! Rooms in which positions and typing are told together: the row that gathers them, the task that tells them, each cut at each call.
//!
//! A push is a hint: a crash after the row was taken takes what was in it from the wire, and the positions stand in the members' rows.
//! What nobody took is told by the next who reports.

use std::collections::HashMap;

use aws_sdk_dynamodb::types::AttributeValue;
use parlour_domain::limits::{AGGREGATE_SECONDS, INLINE_CONNECTIONS, LIVE_CONNECTIONS};
use parlour_store::keys;
use serde_json::json;

use crate::crowd::{fill, heard_by};
use crate::cut::Last;
use crate::omit::{Which, attribute};
use crate::operations::{Step, Who};
use crate::outside::Heard;
use crate::request::Sent;
use crate::run::in_time;
use crate::scene::{Scene, step};
use crate::world::World;

/// What the messages of the queue call the task.
pub(crate) const KIND: &str = "gathered";

/// The row goes by itself after this time, whatever happens.
const KEPT_SECONDS: i64 = 60;

const READ_SECOND: Step = step(
    "mark_read",
    Who::Owner,
    |scene| json!({ "room_id": scene.room, "seq": 2 }),
);
const READ_THIRD: Step = step(
    "mark_read",
    Who::Owner,
    |scene| json!({ "room_id": scene.room, "seq": 3 }),
);
const TYPES: Step = step(
    "typing",
    Who::Guest,
    |scene| json!({ "room_id": scene.room, "typing": true }),
);

#[test]
fn a_report_is_told_in_the_end_whatever_crash() {
    for lost in [false, true] {
        let wrong = in_time(reports(lost));
        assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    }
}

#[test]
fn a_telling_that_comes_again_says_nothing_twice_and_nothing_old() {
    // At once, and by further jobs.
    for connections in [LIVE_CONNECTIONS + 1, INLINE_CONNECTIONS + 1] {
        let wrong = in_time(tellings(connections, None));
        assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    }
}

#[test]
fn it_shows_if_the_row_is_not_taken_away() {
    let which: Which = |write| attribute(write, "Delete", "sk") == "aggregate";
    let wrong = in_time(tellings(LIVE_CONNECTIONS + 1, Some(which)));
    assert!(wrong.iter().any(|wrong| wrong.contains("hears")), "{wrong:?}");
}

/// A room of so many connections.
struct Room {
    world: World,
    scene: Scene,
    everyone: Vec<String>,
}

impl Room {
    async fn new(connections: usize) -> Self {
        let world = World::new().await;
        let scene = Scene::new(&world).await;
        let everyone = fill(&world, &scene, connections).await;
        Self { world, scene, everyone }
    }

    async fn take(&self, step: Step) {
        self.scene.made_by(&self.world, step).await;
    }

    /// The row that gathers, if there is one.
    async fn row(&self) -> Option<HashMap<String, AttributeValue>> {
        let key = keys::aggregate(&self.world.app, self.scene.number(&self.world));
        let answer = self
            .world
            .client
            .get_item()
            .table_name(&self.world.store().tables().connections)
            .key(keys::PK, AttributeValue::S(key.pk))
            .key(keys::SK, AttributeValue::S(key.sk))
            .consistent_read(true)
            .send()
            .await;
        answer.unwrap().item
    }

    /// What is wrong with the row, if there is one: it must end by itself.
    async fn row_stays(&self) -> Option<String> {
        let row = self.row().await?;
        let end: i64 = row[keys::TTL].as_n().unwrap().parse().unwrap();
        (end > self.world.now().seconds() + KEPT_SECONDS).then(|| format!("the row stays until {end}"))
    }

    /// Up to where the owner has read, as the store has it.
    async fn position(&self) -> u64 {
        let (store, scene) = (self.world.store(), &self.scene);
        let member = store
            .member(&self.world.app, scene.number(&self.world), scene.owner.user)
            .await;
        member.unwrap().unwrap().read.seq.get()
    }

    /// How often a connection is to hear that the guest types: one of the guest's own never.
    fn typing_of(&self, connection: &str) -> usize {
        let guest = self.scene.guest.client.as_ref().unwrap();
        usize::from(guest.connection != connection)
    }

    /// The owner's positions that a connection was told of, in this order.
    fn positions(&self, heard: &[Heard], connection: &str) -> Vec<u64> {
        let of = |heard: &Heard| heard.event["data"]["items"].as_array().unwrap().clone();
        let receipts = heard_by(heard, connection).filter(|heard| heard.event["event"] == "receipts");
        let own = receipts
            .flat_map(of)
            .filter(|item| item["user_id"] == self.scene.owner.id());
        own.filter_map(|item| item["read_seq"].as_u64()).collect()
    }
}

/// How often a connection was told who types.
fn typed(heard: &[Heard], connection: &str) -> usize {
    let typing = |heard: &&Heard| heard.event["event"] == "typing_users";
    heard_by(heard, connection).filter(typing).count()
}

/// What is wrong when a report is cut at each call and made again; `lost`: the queue loses what it got, so that only who reports next
/// can tell it.
async fn reports(lost: bool) -> Vec<String> {
    let (mut wrong, mut points, mut gathered) = (Vec::new(), 0, 0);
    for last in [Last::Undone, Last::Done] {
        for calls in 0.. {
            let room = Room::new(LIVE_CONNECTIONS + 1).await;
            let (world, at) = (&room.world, format!("{last:?} at call {}", calls + 1));
            let sent = Sent::new(world, &room.scene, READ_SECOND);
            let uncut = world.cut.after(calls, last, sent.send(world)).await;
            let again = sent.send(world).await;
            if !again.is_success() || room.position().await != 2 {
                wrong.push(format!("{at}: the position is lost: {again:?}"));
            }
            wrong.extend(room.row_stays().await.map(|stays| format!("{at}: {stays}")));
            // A report that was cut before it was noted is a hint that is lost: the position stands.
            let noted = room.row().await.is_some();
            gathered += usize::from(noted);
            world.outside.take_heard();
            if lost {
                world.outside.take_queued();
                world.pass(2 * AGGREGATE_SECONDS);
            }
            room.take(TYPES).await;
            world.pass(AGGREGATE_SECONDS);
            let done = world.drain().await;
            let heard = world.outside.take_heard();
            let expected: &[u64] = if noted { &[2] } else { &[] };
            for connection in &room.everyone {
                let (positions, typed) = (room.positions(&heard, connection), typed(&heard, connection));
                if positions != expected || typed != room.typing_of(connection) {
                    wrong.push(format!("{at}: {connection} hears {positions:?} and {typed} of typing"));
                }
            }
            if !done || room.row().await.is_some() {
                wrong.push(format!("{at}: the row is there still"));
            }
            if uncut.is_some() {
                break;
            }
            points += 1;
        }
    }
    println!("{points:>4} crashes  a report that is gathered");
    assert!(gathered > 2, "more than what was not cut");
    wrong
}

/// What is wrong when the task that tells is cut at each call and comes again, and the owner reads on after that.
async fn tellings(connections: usize, omitted: Option<Which>) -> Vec<String> {
    let (mut wrong, mut points) = (Vec::new(), 0);
    for last in [Last::Undone, Last::Done] {
        for calls in 0.. {
            let room = Room::new(connections).await;
            let (world, at) = (&room.world, format!("{last:?} at call {}", calls + 1));
            room.take(READ_SECOND).await;
            room.take(TYPES).await;
            world.pass(AGGREGATE_SECONDS);
            let tasks = world.outside.take_queued();
            world.outside.take_heard();
            world.omit.set(omitted);
            let uncut = world.cut.after(calls, last, world.deliver(&tasks)).await;
            let taken = room.row().await.is_none();
            let mut done = world.deliver(&tasks).await && world.drain().await;
            room.take(READ_THIRD).await;
            world.pass(AGGREGATE_SECONDS);
            done &= world.drain().await;
            world.omit.set(None);
            let heard = world.outside.take_heard();
            for connection in &room.everyone {
                let (positions, typed) = (room.positions(&heard, connection), typed(&heard, connection));
                let may_lose = taken && uncut.is_none();
                let typing = room.typing_of(connection);
                let all = positions == [2, 3] && typed == typing;
                let right = all || may_lose && (positions == [2, 3] || positions == [3]) && typed <= typing;
                if !right {
                    wrong.push(format!("{at}: {connection} hears {positions:?} and {typed} of typing"));
                }
            }
            if room.position().await != 3 || !done {
                wrong.push(format!("{at}: the position is lost"));
            }
            if room.row().await.is_some() {
                wrong.push(format!("{at}: the row is there still"));
            }
            if uncut.is_some() {
                break;
            }
            points += 1;
        }
    }
    println!("{points:>4} crashes  telling {connections} connections what was gathered");
    wrong
}
