//! What stands in a log is told to webhooks, whatever ends the request that wrote it, and whatever ends `deliver`: at each of
//! their calls, with all that was queued lost as well. A receiver may be told twice, but under one id.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex};

use axum::Router;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use parlour_domain::delivery::{Delivery, DeliveryStatus};
use parlour_domain::webhook::EventKind;
use parlour_domain::{Seq, WebhookId};
use serde_json::{Value, json};

use crate::cut::Last;
use crate::operations::Who::{Backend, Guest, Member, Owner};
use crate::operations::{Step, Who, none};
use crate::request::Sent;
use crate::scene::{Scene, number};
use crate::world::World;

/// Room and place in its log.
type Place = (String, u64);

/// Somebody who is told.
#[derive(Debug, Default)]
struct Receiver {
    /// The ids of the calls, by what they were about.
    told: Mutex<BTreeMap<Place, Vec<String>>>,
    is_down: Mutex<bool>,
}

impl Receiver {
    /// Listens; it, and its URL.
    async fn start() -> (Arc<Self>, String) {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}/", listener.local_addr().unwrap());
        let receiver = Arc::<Self>::default();
        let router = Router::new().fallback(note).with_state(Arc::clone(&receiver));
        tokio::spawn(async move { axum::serve(listener, router).await });
        (receiver, url)
    }

    fn is_down(&self, is: bool) {
        *self.is_down.lock().unwrap() = is;
    }

    fn told(&self) -> BTreeMap<Place, Vec<String>> {
        self.told.lock().unwrap().clone()
    }
}

async fn note(State(receiver): State<Arc<Receiver>>, headers: HeaderMap, body: Bytes) -> StatusCode {
    if *receiver.is_down.lock().unwrap() {
        return StatusCode::SERVICE_UNAVAILABLE;
    }
    let body: Value = serde_json::from_slice(&body).unwrap();
    let room = body["data"]["room_id"].as_str().unwrap().to_owned();
    let place = (room, body["data"]["seq"].as_u64().unwrap());
    let id = headers["webhook-id"].to_str().unwrap().to_owned();
    receiver.told.lock().unwrap().entry(place).or_default().push(id);
    StatusCode::NO_CONTENT
}

/// A world with a webhook.
struct Stage {
    world: World,
    receiver: Arc<Receiver>,
    hook: WebhookId,
}

/// It hears of every entry. That a message is unseen is no entry.
const HOOK: Step = Step {
    name: "POST /webhook",
    who: Backend,
    body: |_| {
        let of_entries = EventKind::ALL.iter().filter(|kind| **kind != EventKind::MessageUnseen);
        let events: Vec<&str> = of_entries.map(|kind| kind.as_str()).collect();
        json!({ "url": "https://receiver.invalid/", "events": events })
    },
};

impl Stage {
    async fn new() -> Self {
        let (world, (receiver, url)) = (World::telling().await, Receiver::start().await);
        let scene = Scene::new(&world).await;
        let hook = scene.made_by(&world, HOOK).await;
        let stage = Self {
            world,
            receiver,
            hook: WebhookId::parse(&hook).unwrap(),
        };
        stage.leads_to(&url).await;
        // What was before it is not told.
        stage.settle().await;
        stage
    }

    /// The table of steps knows no URL that is found out only when the test runs.
    async fn leads_to(&self, url: &str) {
        let (store, app, now) = (self.world.store(), &self.world.app, self.world.now());
        let before = store.webhooks(app).await.unwrap();
        let mut after = before.clone();
        after.of_mut(self.hook).unwrap().url = parlour_domain::webhook::WebhookUrl::parse(url).unwrap();
        let written = store.replace_webhooks(app, &before, after, None, now).await;
        assert_eq!(written.unwrap(), parlour_store::Written::Done);
    }

    /// What is in the queue is lost; `sweep` finds all that is to be done, and it is done, until there is nothing more.
    async fn settle(&self) {
        self.world.outside.take_deliveries();
        for _ in 0..4 {
            self.world.pass(61);
            self.world.sweep().await;
            loop {
                let jobs = self.world.outside.take_deliveries();
                if jobs.is_empty() {
                    break;
                }
                self.world.tell(&jobs).await;
            }
        }
    }

    /// Everything in the rooms of a scene was told, each under one id; and so it is written down.
    async fn check(&self, scene: &Scene, at: &str) {
        let (store, app) = (self.world.store(), &self.world.app);
        let told = self.receiver.told();
        for room in [&scene.room, &scene.direct] {
            let log = store
                .entries_after(app, number(&self.world, room), Seq::ZERO, 300)
                .await;
            let stands: BTreeSet<u64> = log.unwrap().entries.iter().map(|entry| entry.seq.get()).collect();
            let of_room = told.iter().filter(|((of, _), _)| of == room);
            let heard: BTreeSet<u64> = of_room.clone().map(|((_, seq), _)| *seq).collect();
            assert_eq!(heard, stands, "{at}: what was told is what stands");
            for (place, ids) in of_room {
                let same: BTreeSet<&String> = ids.iter().collect();
                assert_eq!(same.len(), 1, "{at}: {place:?} under one id");
                assert!(ids.len() <= 2, "{at}: {place:?} {} times", ids.len());
            }
        }
        let all = store.deliveries((app, self.hook), None, None, 50).await.unwrap();
        let done = |delivery: &Delivery| delivery.status == DeliveryStatus::Delivered;
        assert!(all.deliveries.iter().all(done), "{at}");
    }
}

const SEND: Step = step(
    "POST /room/{room_id}/message/send",
    Member,
    |_| json!({ "text_message": "three" }),
);

const EDIT: Step = step(
    "PATCH /room/{room_id}/message/{message_id}",
    Member,
    |_| json!({ "text_message": "1" }),
);

const fn step(name: &'static str, who: Who, body: fn(&Scene) -> Value) -> Step {
    Step { name, who, body }
}

/// Ends a request at each of its calls. Each time on a stage of its own: whom others left behind, every `sweep` would look at.
async fn ends_of_request(write: Step) {
    for last in [Last::Undone, Last::Done] {
        for calls in 0.. {
            let stage = Stage::new().await;
            let (world, scene) = (&stage.world, Scene::new(&stage.world).await);
            // From here on nobody has noted the room.
            stage.settle().await;
            let sent = Sent::new(world, &scene, write);
            let uncut = world.cut.after(calls, last, sent.send(world)).await;
            stage.settle().await;
            let at = format!("{}, {last:?} at call {}", write.name, calls + 1);
            stage.check(&scene, &at).await;
            if uncut.is_some() {
                assert!(calls > 0, "it makes calls");
                break;
            }
        }
    }
}

// Appends of every way: alone, with another row, of a member who goes, and the end of a log.

#[tokio::test]
async fn what_stands_is_told_whatever_ends_a_send() {
    ends_of_request(SEND).await;
}

#[tokio::test]
async fn what_stands_is_told_whatever_ends_an_edit() {
    ends_of_request(EDIT).await;
}

#[tokio::test]
async fn what_stands_is_told_whatever_ends_a_departure() {
    ends_of_request(step("POST /room/{room_id}/leave", Guest, none)).await;
}

#[tokio::test]
async fn what_stands_is_told_whatever_ends_a_deletion() {
    ends_of_request(step("DELETE /room/{room_id}", Owner, none)).await;
}

/// Ends `deliver` at each of its calls; `was_down`: when it tries again what the receiver did not take.
async fn ends_of_deliver(was_down: bool) {
    for last in [Last::Undone, Last::Done] {
        for calls in 0.. {
            let stage = Stage::new().await;
            let (world, scene) = (&stage.world, Scene::new(&stage.world).await);
            stage.settle().await;
            Sent::new(world, &scene, SEND).send(world).await;
            let mut jobs = world.outside.take_deliveries();
            assert_eq!(jobs.len(), 1);
            if was_down {
                stage.receiver.is_down(true);
                world.tell(&jobs).await;
                stage.receiver.is_down(false);
                // The first pause is 5 s and a bit.
                world.pass(10);
                jobs = world.outside.take_deliveries();
                assert_eq!(jobs.len(), 1);
            }
            let uncut = world.cut.after(calls, last, world.tell(&jobs)).await;
            stage.settle().await;
            let at = format!("deliver, {last:?} at call {}", calls + 1);
            stage.check(&scene, &at).await;
            if uncut.is_some() {
                assert!(calls > 0, "it makes calls");
                break;
            }
        }
    }
}

#[tokio::test]
async fn what_stands_is_told_whatever_ends_deliver() {
    ends_of_deliver(false).await;
}

#[tokio::test]
async fn what_is_tried_again_is_told_whatever_ends_deliver() {
    ends_of_deliver(true).await;
}
