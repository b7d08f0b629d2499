//! Every write under a fault at its first, second, … call: it fails before it is applied, is throttled, meets a conflict, is
//! applied while the answer is lost, or is done in part. Then the caller sends it again, and the tables must agree.
//!
//! A fault that the client's own tries do not hide ends the first invocation: a crash at that call looks the same.

mod callsewa;
mod connections;
mod erasure;
mod invites;
mod members;
mod rooms;
mod silence;
mod trims;
mod users;

use std::collections::{BTreeSet, HashMap};

use aws_sdk_dynamodb::types::AttributeValue;
use parlour_connectors::count::{Counter, CountingConnector};
use parlour_connectors::embedded::InlineEngine;
use parlour_connectors::fault::{Fault, Faults};
use parlour_domain::log::Body;
use parlour_domain::{ConnectionId, RoomNumber, UserId};
use parlour_store::keys;

use crate::given::check_log;
use crate::world::World;

const KINDS: [Fault; 5] = [
    Fault::FailBefore,
    Fault::Throttle,
    Fault::Conflict,
    Fault::DropResponse,
    Fault::PartialBatch,
];

/// Runs `act` with each fault at each of its calls, with and without tries of the client, then again until it is answered,
/// and checks. `act` says `Err` where a caller would send the write again.
async fn at_every_call<S>(
    name: &str,
    prepare: impl AsyncFn(&World) -> S,
    act: impl AsyncFn(&World, &S) -> Result<(), String>,
    check: impl AsyncFn(&World, &S),
) {
    let mut points = 0;
    for fault in KINDS {
        for tries in [1, 3] {
            for call in 1.. {
                let (faults, counter) = (Faults::scripted(), Counter::new());
                let engine = CountingConnector::shared(InlineEngine::new().unwrap().connector(), counter.clone());
                let world = World::patient(name, faults.connector(engine), tries).await;
                let state = prepare(&world).await;
                counter.reset();
                faults.fail_nth_call(call, fault);
                let mut outcome = act(&world, &state).await;
                // A call that a fault answered did not reach the counter.
                let injected = faults.injected().values().sum::<u64>();
                let made = counter.usage().calls + injected;
                faults.clear_script();
                for _ in 0..3 {
                    if outcome.is_err() {
                        outcome = act(&world, &state).await;
                    }
                }
                assert_eq!(outcome, Ok(()), "{name}: {fault:?} at call {call} of {tries} tries");
                println!("{name}: {fault:?} at call {call} of {tries} tries");
                check(&world, &state).await;
                consistent(&world).await;
                if made < call {
                    break;
                }
                points += injected;
            }
        }
    }
    println!("{name}: {points} faults");
    assert!(points > 0);
}

/// Rows by the app's rooms, as they must agree with each other.
#[derive(Default)]
struct Rows {
    /// The rooms' counts of members; `None` for a deleted room.
    rooms: HashMap<RoomNumber, Option<u64>>,
    members: BTreeSet<(RoomNumber, UserId)>,
    subscriptions: Vec<(RoomNumber, UserId, ConnectionId)>,
    unfinished: usize,
}

fn text<'a>(row: &'a HashMap<String, AttributeValue>, name: &str) -> &'a str {
    row.get(name).map_or("", |value| value.as_s().unwrap())
}

async fn rows(world: &World) -> Rows {
    let mut rows = Rows::default();
    for row in world.rows().await {
        rows.unfinished += usize::from(text(&row, keys::INDEX_PK) == keys::unfinished());
        let (pk, sk) = (text(&row, keys::PK), text(&row, keys::SK));
        if let (Some(room), Some((user, connection))) = (keys::parse_subscriptions_pk(pk), keys::parse_subscription(sk))
        {
            rows.subscriptions.push((room, user, connection));
        } else if let (Some(room), Some(user)) = (keys::parse_room_pk(pk), sk.strip_prefix(keys::MEMBER_PREFIX)) {
            rows.members.insert((room, UserId::parse(user).unwrap()));
        } else if sk == "room" {
            let count = row["member_count"].as_n().unwrap().parse().unwrap();
            let room = keys::parse_room_pk(pk).unwrap();
            rows.rooms.insert(room, (!row.contains_key("deleted")).then_some(count));
        }
    }
    rows
}

/// Logs without holes, counts that agree with rows and logs, subscriptions of members on live connections only, and nothing
/// half done.
async fn consistent(world: &World) {
    let rows = rows(world).await;
    assert_eq!(rows.unfinished, 0, "something is left half done");
    for (room, count) in &rows.rooms {
        let log = world.log(*room).await;
        check_log(&log).unwrap();
        let mut members: BTreeSet<UserId> = BTreeSet::new();
        for entry in &log {
            match &entry.body {
                Body::RoomCreated { members: first, .. } => members.extend(first),
                Body::MemberJoined { user, .. } => assert!(members.insert(*user), "joined twice"),
                Body::MembersAdded { members: added } => members.extend(added.iter().copied()),
                Body::MemberLeft { user, .. } => assert!(members.remove(user), "left twice"),
                Body::RoomDeleted => members.clear(),
                _ => {}
            }
        }
        let stored = rows.members.iter().filter(|(of, _)| of == room).map(|(_, user)| *user);
        assert_eq!(members, stored.collect(), "the log and the rows name the same members");
        if let Some(count) = count {
            assert_eq!(*count, u64::try_from(members.len()).unwrap(), "the count of members");
        }
    }
    for (room, user, connection) in &rows.subscriptions {
        assert!(rows.members.contains(&(*room, *user)), "a subscription of no member");
        let row = world
            .store
            .connection(&world.app, *user, connection, world.now())
            .await
            .unwrap();
        assert!(
            row.is_some_and(|row| row.rooms().any(|of| of == *room)),
            "a subscription that its connection does not list"
        );
    }
}
