//! A room with more connections than hear of each position and of all typing at once.

use std::time::{Duration, Instant};

use futures_util::future::join_all;
use futures_util::stream::{StreamExt as _, iter};
use parlour_domain::limits::{AGGREGATE_SECONDS, LIVE_CONNECTIONS};
use serde_json::{Value, json};

use crate::harness::{Person, Socket, TestServer};

/// Handshakes under way at once.
const PARALLEL: usize = 8;

/// Connections of these people, as many as hear of each report at once, and one more.
async fn join(people: &[&Person], room: &str) -> Vec<Socket> {
    let joining = (0..=LIVE_CONNECTIONS).map(|number| people[number % people.len()].join(room));
    iter(joining).buffered(PARALLEL).collect().await
}

/// The items about these users that come in events of this name, one about each, by user; and in how many events.
async fn items(socket: &mut Socket, event: &str, users: &[&Person]) -> (Vec<Value>, usize) {
    let (mut found, mut events) = (Vec::new(), 0);
    while found.len() < users.len() {
        let mut data = socket.expect_event(event).await;
        found.append(data["items"].as_array_mut().unwrap());
        events += 1;
    }
    found.sort_by_key(|item| item["user_id"].to_string());
    (found, events)
}

/// What each of these sockets hears in events of this name: the same, and in one event if the reports were made in time.
async fn told(sockets: &mut [Socket], event: &str, users: &[&Person], began: Instant) -> Vec<Value> {
    let took = began.elapsed();
    let heard = join_all(sockets.iter_mut().map(|socket| items(socket, event, users))).await;
    let (first, events) = heard[0].clone();
    // A machine may be so slow that the second report comes too late for the first aggregate.
    let in_time = took < Duration::from_secs(AGGREGATE_SECONDS.unsigned_abs());
    assert!(events == 1 || !in_time, "{events} events");
    for (items, again) in heard {
        assert_eq!((items, again), (first.clone(), events));
    }
    first
}

#[tokio::test]
async fn positions_and_typing_of_a_larger_room_are_told_together() {
    let server = TestServer::start();
    let [ada, bob, eve] = server.people(["Ada", "Bob", "Eve"]).await;
    let room = server.group(&[&ada, &bob, &eve]).await;
    for number in 0..3 {
        ada.say(&room, &number.to_string()).await;
    }
    let mut sockets = join(&[&ada, &bob, &eve], &room).await;
    let joined = sockets[0].join(&room).await;
    assert_eq!(
        (&joined["receipts"], &joined["typing"]),
        (&json!("aggregated"), &json!("aggregated"))
    );
    // Whoever joined while the room was smaller heard nothing of the kind.
    for socket in &mut sockets {
        socket.expect_silence().await;
    }

    let mut sorted = [&bob, &eve];
    sorted.sort_by_key(|person| person.id.clone());
    let began = Instant::now();
    // By REST, so that no connection hears of its user's own position.
    let (his, hers) = (format!("/room/{room}/read"), format!("/room/{room}/delivered"));
    let (read, delivered) = tokio::join!(
        bob.post(&his, json!({ "seq": 3 })),
        eve.post(&hers, json!({ "seq": 4 })),
    );
    read.expect(200);
    delivered.expect(200);
    // Not as news of the room, but as what is the user's own.
    let of_bob = json!({ "room_id": room, "read_seq": 3 });
    for number in (1..sockets.len()).step_by(3) {
        assert_eq!(sockets[number].expect_event("unread_changed").await, of_bob);
    }
    let expected = sorted.map(|person| {
        if person.id == bob.id {
            json!({ "user_id": bob.id, "read_seq": 3 })
        } else {
            json!({ "user_id": eve.id, "delivered_seq": 4 })
        }
    });
    assert_eq!(told(&mut sockets, "receipts", &[&bob, &eve], began).await, expected);

    let began = Instant::now();
    let frame = json!({ "room_id": room, "typing": true });
    for number in [1, 2] {
        let ack = sockets[number].ok("typing", frame.clone()).await;
        assert_eq!(ack, json!({ "room_id": room }));
    }
    let mut of_each: [Vec<Socket>; 3] = Default::default();
    for (number, socket) in sockets.into_iter().enumerate() {
        of_each[number % 3].push(socket);
    }
    let [of_ada, of_bob, of_eve] = &mut of_each;
    let typing = told(of_ada, "typing_users", &[&bob, &eve], began).await;
    for (item, person) in typing.iter().zip(sorted) {
        assert_eq!(
            (&item["user_id"], &item["name"]),
            (&json!(person.id), &json!(person.name))
        );
        assert_eq!(item["typing"], true);
        assert!(item["expires_at"].is_string());
    }
    // Nobody hears of their own typing, on no connection.
    for (own, typist, other) in [(of_bob, &bob, &eve), (of_eve, &eve, &bob)] {
        let heard = told(own, "typing_users", &[other], began).await;
        let others: Vec<_> = typing.iter().filter(|item| item["user_id"] != typist.id).collect();
        assert_eq!(heard.iter().collect::<Vec<_>>(), others);
    }
    // What is doubled would have come by now: each of these answers stands behind it.
    for socket in of_each.iter_mut().flatten() {
        socket.expect_silence().await;
    }
    assert_eq!(server.messages(&room).await.len(), 3, "nothing of it stands in the log");
}
