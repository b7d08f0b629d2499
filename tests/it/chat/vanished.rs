//! Clients that vanish, and nobody is told: their `$disconnect` is lost. `sweep`, which runs each minute, leaves nothing of them.

use std::time::{Duration, Instant};

use parlour_domain::{ConnectionId, Timestamp, UserId, limits};
use parlour_store::{Connection, Subscribed, Subscriber};
use serde_json::json;
use tokio::time::sleep;

use crate::harness::{Person, TableServer};

/// Longer than it takes until a sweep has run, on a server that is busy.
const SWEPT: Duration = Duration::from_secs(180);

/// What a client leaves that was there 20 minutes ago: rows whose lease has ended.
#[tokio::test]
async fn an_ended_lease_leaves_nothing() {
    let Some(tables) = TableServer::start() else { return };
    let [ada, bob, eve] = tables.server.people(["Ada", "Bob", "Eve"]).await;
    let room = tables.server.group(&[&ada, &bob, &eve]).await;
    let (mut hers, mut his) = (ada.join(&room).await, bob.join(&room).await);
    let vanished = leave_rows(&tables, &eve, &room).await;
    assert_eq!(tables.rows(&eve, &room, &vanished).await, 2);
    swept(&tables, &eve, &room, &vanished).await;
    is_offline(&ada, &eve).await;
    // Who is still there is untouched.
    let said = hers.say(&room, "is anybody there?").await;
    assert_eq!(his.expect_event("new_message").await, said);
    his.expect_silence().await;
}

/// A real one, on a server that loses `$disconnect`. Only its lease is made to end sooner.
#[tokio::test]
async fn a_lost_disconnect_leaves_nothing() {
    let Some(tables) = TableServer::own() else { return };
    let [ada, bob] = tables.server.people(["Ada", "Bob"]).await;
    let room = tables.server.group(&[&ada, &bob]).await;
    let mut hers = ada.join(&room).await;
    let plan = json!({ "lost_disconnect": 1.0 });
    tables.server.call("PUT", "/dev/fault", Some(plan)).await.expect(200);
    let his = bob.join(&room).await;
    let (app, user) = (tables.app(), UserId::parse(&bob.id).unwrap());
    let [connection] = connections(&tables, &bob).await.try_into().unwrap();
    his.vanish();
    hers.ok("ping", json!({})).await;
    let long_ago = now().plus_seconds(-limits::CONNECTION_LEASE_SECONDS - 60);
    let renewed = tables
        .store
        .renew_connection(&app, user, &connection, long_ago, None)
        .await;
    assert!(renewed.unwrap().is_some(), "its row is still there");
    assert_eq!(tables.rows(&bob, &room, &connection).await, 2);
    swept(&tables, &bob, &room, &connection).await;
    assert!(connections(&tables, &bob).await.is_empty());
    is_offline(&ada, &bob).await;
    hers.say(&room, "gone").await;
    hers.expect_silence().await;
}

async fn connections(tables: &TableServer, person: &Person) -> Vec<ConnectionId> {
    let user = UserId::parse(&person.id).unwrap();
    let found = tables.store.connections_of(&tables.app(), user, now()).await.unwrap();
    found.into_iter().map(|connection| connection.id).collect()
}

/// Writes what `$connect` and `join_room` wrote 20 minutes ago.
async fn leave_rows(tables: &TableServer, person: &Person, room: &str) -> ConnectionId {
    let (app, user) = (tables.app(), UserId::parse(&person.id).unwrap());
    let id = ConnectionId::parse(&format!("gone{}=", &person.id[..8])).unwrap();
    let then = now().plus_seconds(-limits::CONNECTION_LEASE_SECONDS - 540);
    let connection = Connection {
        id: id.clone(),
        connected_at: then,
        token_expires: then.plus_seconds(3600),
        endpoint: None,
        dialect: None,
        rooms: Vec::new(),
    };
    tables
        .store
        .put_connection(&app, user, &connection, then)
        .await
        .unwrap();
    let subscriber = Subscriber {
        user,
        connection: id.clone(),
        endpoint: None,
        dialect: None,
    };
    let number = tables.number(room);
    let subscribed = tables
        .store
        .subscribe(&app, number, &subscriber, then.plus_seconds(3600))
        .await;
    assert_eq!(subscribed.unwrap(), Subscribed::Done);
    id
}

async fn swept(tables: &TableServer, person: &Person, room: &str, connection: &ConnectionId) {
    let begin = Instant::now();
    while tables.rows(person, room, connection).await > 0 {
        assert!(begin.elapsed() < SWEPT, "a sweep leaves nothing");
        sleep(Duration::from_secs(1)).await;
    }
}

/// Others see that the user is not there, and until when they were.
async fn is_offline(asking: &Person, person: &Person) {
    let presence = asking.get(&format!("/user/{}/presence", person.id)).await.expect(200);
    assert_eq!(presence["online"], false, "{presence}");
    assert!(presence["last_seen_at"].is_string(), "{presence}");
}

fn now() -> Timestamp {
    let millis = std::time::UNIX_EPOCH.elapsed().unwrap().as_millis();
    Timestamp::from_millis(i64::try_from(millis).unwrap())
}
