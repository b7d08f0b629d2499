//! Webhooks: nothing that stands in a log is lost on the way to them, whatever is lost of the queue.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use parlour_domain::access::Actor;
use parlour_domain::delivery::{Delivery, DeliveryId, DeliveryStatus, Failure};
use parlour_domain::{Entropy, Moment, Timestamp, WebhookId};
use parlour_protocol::request::CreateWebhook;
use parlour_service::deliver::{Job, Outgoing, run};
use parlour_service::fetch::{Call, Fetch};
use parlour_service::push::BoxFuture;
use parlour_service::queue::{Queue, QueueError};
use parlour_service::{delivery_log, sweep, webhook};
use serde_json::{Value, from_value, json};

use crate::outside::Behaviour;
use crate::world::{World, moment};

/// A queue whose jobs the test does, or loses.
#[derive(Debug, Default)]
pub(crate) struct Jobs(Mutex<Vec<(String, u16)>>);

impl Jobs {
    pub(crate) fn is_empty(&self) -> bool {
        self.0.lock().unwrap().is_empty()
    }

    /// How long each is to wait.
    pub(crate) fn waits(&self) -> Vec<u16> {
        self.0.lock().unwrap().iter().map(|(_, wait)| *wait).collect()
    }

    pub(crate) fn take(&self) -> Vec<(String, u16)> {
        std::mem::take(&mut *self.0.lock().unwrap())
    }
}

impl Queue for Jobs {
    fn put(&self, jobs: Vec<String>) -> BoxFuture<'_, Result<(), QueueError>> {
        self.put_later(jobs, 0)
    }

    fn put_later(&self, jobs: Vec<String>, seconds: u16) -> BoxFuture<'_, Result<(), QueueError>> {
        let later = jobs.into_iter().map(|job| (job, seconds));
        self.0.lock().unwrap().extend(later);
        Box::pin(std::future::ready(Ok(())))
    }
}

/// A receiver: what it is told, and what it answers.
#[derive(Debug)]
pub(crate) struct Receiver {
    told: Mutex<Vec<Value>>,
    answer: Mutex<Result<u16, Failure>>,
}

impl Receiver {
    fn answer(&self, answer: Result<u16, Failure>) {
        *self.answer.lock().unwrap() = answer;
    }

    /// Takes out what it was told.
    pub(crate) fn calls(&self) -> Vec<Value> {
        std::mem::take(&mut *self.told.lock().unwrap())
    }

    /// Takes out the places in the log that it was told of.
    fn told(&self) -> Vec<u64> {
        let told = self.calls();
        told.iter().map(|call| call["data"]["seq"].as_u64().unwrap()).collect()
    }
}

impl Fetch for Receiver {
    fn post(&self, call: Call, _: Duration) -> BoxFuture<'_, Result<u16, Failure>> {
        self.told
            .lock()
            .unwrap()
            .push(serde_json::from_slice(&call.body).unwrap());
        Box::pin(std::future::ready(*self.answer.lock().unwrap()))
    }
}

pub(crate) struct Scene {
    pub(crate) world: World,
    pub(crate) jobs: Arc<Jobs>,
    pub(crate) receiver: Arc<Receiver>,
    backend: Actor,
    hook: WebhookId,
}

impl Scene {
    /// A room that is there already, and a webhook that hears of messages from minute 10 on.
    async fn new() -> Self {
        Self::hearing(&["message.created"]).await
    }

    /// The same with a webhook that hears of these.
    pub(crate) async fn hearing(events: &[&str]) -> Self {
        let mut world = World::new(Behaviour::Take, 0).await;
        let jobs = Arc::new(Jobs::default());
        let receiver = Arc::new(Receiver {
            told: Mutex::default(),
            answer: Mutex::new(Ok(200)),
        });
        world.parlour.store = world.parlour.store.clone().with_outbox();
        world.parlour.outgoing = Some(Outgoing {
            queue: Arc::<Jobs>::clone(&jobs),
            fetch: Arc::<Receiver>::clone(&receiver),
        });
        let backend = Actor::Backend {
            app: world.session.app.clone(),
        };
        let new = json!({ "url": "https://receiver.invalid/", "events": events });
        let new: CreateWebhook = from_value(new).unwrap();
        let new = new.check(false).unwrap();
        let made = webhook::create(&world.parlour, &mut moment(10), &backend, new, None).await;
        let hook = WebhookId::parse(&made.unwrap().value.id).unwrap();
        Self {
            world,
            jobs,
            receiver,
            backend,
            hook,
        }
    }

    /// Does what is in the queue, and what that puts into it to be done at once.
    async fn work(&self, now: Timestamp) -> Vec<u16> {
        let mut later = Vec::new();
        loop {
            let (at_once, others): (Vec<_>, Vec<_>) = self.jobs.take().into_iter().partition(|(_, wait)| *wait == 0);
            later.extend(others.into_iter().map(|(_, wait)| wait));
            if at_once.is_empty() {
                return later;
            }
            for (job, _) in at_once {
                let mut moment = Moment {
                    now,
                    entropy: Entropy::from_seed([7; 32]),
                };
                run(&self.world.parlour, &mut moment, Job::read(&job).unwrap())
                    .await
                    .unwrap();
            }
        }
    }

    pub(crate) async fn sweep(&self, now: Timestamp) {
        let moment = Moment {
            now,
            entropy: Entropy::from_seed([7; 32]),
        };
        sweep::sweep(&self.world.parlour, &moment).await.unwrap();
    }

    async fn deliveries(&self) -> Vec<Delivery> {
        let of = (self.backend.app(), self.hook);
        let page = self.world.parlour.store.deliveries(of, None, None, 50).await;
        page.unwrap().deliveries
    }
}

#[tokio::test]
async fn what_the_queue_lost_is_told_after_the_next_sweep_and_then_never_again() {
    let scene = Scene::new().await;
    let sent = scene.world.send(11).await;
    assert_eq!(scene.jobs.take().len(), 1, "the process ends here");
    scene.sweep(moment(12).now).await;
    scene.work(moment(12).now).await;
    assert_eq!(scene.receiver.told(), [sent]);
    assert_eq!(scene.deliveries().await[0].status, DeliveryStatus::Delivered);
    for minute in [13, 14] {
        scene.sweep(moment(minute).now).await;
        scene.work(moment(minute).now).await;
    }
    assert_eq!(scene.receiver.told(), [] as [u64; 0]);
    scene.sweep(moment(15).now).await;
    assert_eq!(scene.jobs.take(), [], "the room is at rest");
}

#[tokio::test]
async fn an_append_after_which_nothing_happened_is_told() {
    let mut scene = Scene::new().await;
    // As a process does that ends between the append and all that comes after it.
    let outgoing = scene.world.parlour.outgoing.take();
    let sent = scene.world.send(11).await;
    assert_eq!(scene.jobs.take(), []);
    scene.world.parlour.outgoing = outgoing;
    scene.sweep(moment(12).now).await;
    scene.work(moment(12).now).await;
    assert_eq!(scene.receiver.told(), [sent]);
}

#[tokio::test]
async fn after_one_that_fails_the_others_wait_and_come_in_their_order() {
    let scene = Scene::new().await;
    scene.receiver.answer(Err(Failure::TimedOut));
    let mut sent = Vec::new();
    for minute in 11..14 {
        sent.push(scene.world.send(minute).await);
    }
    scene.jobs.0.lock().unwrap().truncate(1);
    let later = scene.work(moment(13).now).await;
    assert_eq!(scene.receiver.told(), sent[..1], "the first alone");
    assert_eq!(later.len(), 3);
    assert!(later.iter().all(|wait| (5..=6).contains(wait)), "{later:?}");
    let waiting = scene.deliveries().await;
    assert!(
        waiting
            .iter()
            .all(|delivery| delivery.due == waiting[0].due && delivery.due.is_some())
    );
    let tries: Vec<u64> = waiting.iter().map(|delivery| delivery.tries).collect();
    assert_eq!(tries.iter().sum::<u64>(), 1);

    scene.receiver.answer(Ok(200));
    let now = waiting[0].due.unwrap().plus_seconds(61);
    scene.sweep(now).await;
    scene.work(now).await;
    let mut told = scene.receiver.told();
    told.sort_unstable();
    assert_eq!(told, sent);
}

#[tokio::test]
async fn who_never_answers_ends_among_the_dead_and_can_be_asked_again() {
    let scene = Scene::new().await;
    scene.receiver.answer(Ok(503));
    let sent = scene.world.send(11).await;
    scene.work(moment(11).now).await;
    let begin = moment(11).now;
    let mut now = begin;
    let dead = loop {
        let delivery = scene.deliveries().await.remove(0);
        let Some(due) = delivery.due else { break delivery };
        now = due.plus_seconds(61);
        scene.sweep(now).await;
        scene.work(now).await;
    };
    assert_eq!(
        (dead.status, dead.tries, dead.answer),
        (DeliveryStatus::Dead, 10, Some(503))
    );
    assert_eq!(scene.receiver.told(), [sent; 10]);
    assert!(now > begin.plus_seconds(22 * 3_600), "for about a day");

    scene.receiver.answer(Ok(204));
    let parlour = &scene.world.parlour;
    let asked = Moment {
        now,
        entropy: Entropy::from_seed([7; 32]),
    };
    let (hook, backend) = (scene.hook, &scene.backend);
    let page = delivery_log::list(parlour, backend, hook, Some(DeliveryStatus::Dead), (None, 50)).await;
    let id = DeliveryId::parse(&page.unwrap().items[0].id).unwrap();
    delivery_log::replay(parlour, &asked, backend, (hook, id))
        .await
        .unwrap();
    scene.work(now).await;
    assert_eq!(scene.receiver.told(), [sent]);
    assert_eq!(scene.deliveries().await[0].status, DeliveryStatus::Delivered);
}

#[tokio::test]
async fn what_a_deleted_webhook_was_to_hear_it_never_does() {
    let scene = Scene::new().await;
    scene.receiver.answer(Ok(500));
    scene.world.send(11).await;
    scene.work(moment(11).now).await;
    assert_eq!(scene.receiver.told().len(), 1);
    webhook::delete(&scene.world.parlour, &moment(12), &scene.backend, scene.hook, None)
        .await
        .unwrap();
    scene.sweep(moment(14).now).await;
    scene.work(moment(14).now).await;
    assert_eq!(scene.receiver.told(), [] as [u64; 0]);
    let dead = scene.deliveries().await;
    assert_eq!(
        (dead[0].status, dead[0].failure),
        (DeliveryStatus::Dead, Some(Failure::Disabled))
    );
}
