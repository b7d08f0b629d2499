//! A fan-out never holds up the sender for long, whatever the connections do.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use bytes::Bytes;
use parlour_auth::SigningKeys;
use parlour_connectors::embedded::InlineEngine;
use parlour_connectors::http_client;
use parlour_domain::access::Actor;
use parlour_domain::{ConnectionId, Entropy, Moment, RoomId, Timestamp, UserId};
use parlour_protocol::request::{CreateRoom, CreateUser, SendMessage};
use parlour_service::push::{Address, BoxFuture, Push, Pushed};
use parlour_service::{Parlour, Session, Settings, apps, connect, create_room, join_room, send_message, users};
use parlour_store::{ClientSettings, Credentials, Store, Tables, client};
use serde_json::{Value, from_value, json};

/// 2100, so that no row expires by the engine's own clock.
const NOW: i64 = 4_102_444_800_000;

/// Posts that never end, or that find nobody.
#[derive(Debug)]
struct Deaf {
    hangs: bool,
    posts: AtomicUsize,
}

impl Push for Deaf {
    fn post<'a>(&'a self, _: Address<'a>, _: Bytes) -> BoxFuture<'a, Pushed> {
        self.posts.fetch_add(1, Ordering::SeqCst);
        if self.hangs {
            Box::pin(std::future::pending())
        } else {
            Box::pin(std::future::ready(Pushed::Gone))
        }
    }

    fn close<'a>(&'a self, _: Address<'a>) -> BoxFuture<'a, Pushed> {
        Box::pin(std::future::ready(Pushed::Gone))
    }
}

struct World {
    parlour: Parlour,
    deaf: Arc<Deaf>,
    user: Actor,
    room: RoomId,
}

fn moment(seed: u8) -> Moment {
    Moment {
        now: Timestamp::from_millis(NOW + i64::from(seed) * 60_000),
        entropy: Entropy::from_seed([seed; 32]),
    }
}

impl World {
    /// A room of one user with so many connections.
    async fn new(hangs: bool, connections: usize) -> Self {
        let http = http_client(InlineEngine::new().unwrap().connector());
        let credentials = Credentials::new("local", "local", None, None, "tests");
        let endpoint = Some("http://engine.invalid".to_owned());
        let settings = ClientSettings {
            http,
            endpoint,
            region: "local".to_owned(),
            credentials,
            attempts: 1,
        };
        let store = Store::new(client(settings), Tables::with_prefix(""));
        store.create_tables().await.unwrap();
        let deaf = Arc::new(Deaf {
            hangs,
            posts: AtomicUsize::new(0),
        });
        let signing = SigningKeys::new(vec![("one".to_owned(), vec![7; 32])]).unwrap();
        let push: Arc<dyn Push> = Arc::<Deaf>::clone(&deaf);
        let parlour = Parlour {
            store,
            push,
            signing,
            settings: Settings::default(),
        };
        let app = apps::create(&parlour, &mut moment(1), "app", Vec::new())
            .await
            .unwrap()
            .app
            .id;
        let backend = Actor::Backend { app: app.clone() };
        let new: CreateUser = read(json!({ "name": "Ada" }));
        let made = users::create(&parlour, &mut moment(2), &backend, new.check().unwrap(), None)
            .await
            .unwrap();
        let user = UserId::parse(&made.value.id).unwrap();
        let new: CreateRoom = read(json!({ "kind": "group", "members": [made.value.id] }));
        let made = create_room::create_room(&parlour, &mut moment(3), &backend, new.check().unwrap(), None).await;
        let room = RoomId::parse(&made.unwrap().value.id).unwrap();
        for number in 0..connections {
            let session = Session {
                app: app.clone(),
                user,
                connection: ConnectionId::parse(&format!("c{number}")).unwrap(),
                connected_at: moment(3).now,
                expires: moment(200).now,
                endpoint: None,
            };
            connect::connect(&parlour, &session, moment(3).now).await.unwrap();
            join_room::join_room(&parlour, &moment(3), &session, room, None)
                .await
                .unwrap();
        }
        Self {
            parlour,
            deaf,
            user: Actor::User { app, user },
            room,
        }
    }

    async fn send(&self, seed: u8) -> u64 {
        let message: SendMessage = read(json!({ "text_message": "hello" }));
        let mut moment = moment(seed);
        let message = message.check().unwrap();
        let sent = send_message::send_message(&self.parlour, &mut moment, &self.user, self.room, message, None).await;
        sent.unwrap().value.seq
    }
}

fn read<T: serde::de::DeserializeOwned>(value: Value) -> T {
    from_value(value).unwrap()
}

#[tokio::test(start_paused = true)]
async fn connections_that_hang_hold_up_the_sender_for_three_seconds_in_all() {
    let world = World::new(true, 300).await;
    let before = tokio::time::Instant::now();
    assert_eq!(world.send(4).await, 2);
    let waited = before.elapsed();
    assert!(
        waited >= Duration::from_secs(2) && waited <= Duration::from_secs(4),
        "{waited:?}"
    );
    assert!(
        world.deaf.posts.load(Ordering::SeqCst) < 300,
        "300 posts of 2 s, 64 at a time, do not fit"
    );
}

#[tokio::test]
async fn connections_that_are_gone_are_told_once_and_forgotten() {
    let world = World::new(false, 100).await;
    world.send(4).await;
    assert_eq!(world.deaf.posts.load(Ordering::SeqCst), 100);
    world.send(5).await;
    assert_eq!(world.deaf.posts.load(Ordering::SeqCst), 100, "nobody is left to tell");
}
