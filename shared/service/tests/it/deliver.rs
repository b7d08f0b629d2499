//! Webhooks: nothing that stands in a log is lost on the way to them, whatever is lost of the queue.

#![expect(clippy::disallowed_methods, reason = "a server beside the test")]

use std::net::IpAddr;
use std::sync::{Arc, Mutex};

use parlour_domain::access::Actor;
use parlour_domain::delivery::{Delivery, DeliveryId, DeliveryStatus, Failure};
use parlour_domain::{Entropy, Moment, Timestamp, WebhookId};
use parlour_fetch::{Fetcher, Resolver};
use parlour_protocol::request::CreateWebhook;
use parlour_service::deliver::{Job, Outgoing, run};
use parlour_service::event_bus::{BusError, BusEvent, EventBus};
use parlour_service::push::BoxFuture;
use parlour_service::queue::{Queue, QueueError};
use parlour_service::trust::{Reach, Trust};
use parlour_service::{Error, delivery_log, sweep, webhook};
use rustls::RootCertStore;
use serde_json::{Value, from_value, json};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};

use crate::metric::{Recorded, sums};
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

/// A receiver of HTTP on this machine: what it is told, and what it answers.
#[derive(Debug)]
pub(crate) struct Receiver {
    told: Mutex<Vec<Value>>,
    /// A status; 0: it breaks off.
    answer: Mutex<u16>,
}

impl Receiver {
    /// Listens; it, and its URL.
    async fn start() -> (Arc<Self>, String) {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}/", listener.local_addr().unwrap());
        let receiver = Arc::new(Self {
            told: Mutex::default(),
            answer: Mutex::new(200),
        });
        let listening = Arc::clone(&receiver);
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                listening.hear(stream).await;
            }
        });
        (receiver, url)
    }

    async fn hear(&self, mut stream: TcpStream) {
        let Some(body) = body(&mut stream).await else { return };
        self.told.lock().unwrap().push(body);
        let status = *self.answer.lock().unwrap();
        if status > 0 {
            let answer = format!("HTTP/1.1 {status} X\r\ncontent-length: 0\r\n\r\n");
            let _ = stream.write_all(answer.as_bytes()).await;
            let _ = stream.shutdown().await;
        }
    }

    fn answer(&self, status: u16) {
        *self.answer.lock().unwrap() = status;
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

/// The JSON of a request that has a length; `None`: there is none.
async fn body(stream: &mut TcpStream) -> Option<Value> {
    let mut request = Vec::new();
    loop {
        let text = String::from_utf8_lossy(&request).into_owned();
        if let Some((head, body)) = text.split_once("\r\n\r\n") {
            let head = head.to_ascii_lowercase();
            let length = head.lines().find_map(|line| line.strip_prefix("content-length: "))?;
            if body.len() >= length.parse().unwrap() {
                return serde_json::from_str(body).ok();
            }
        }
        if stream.read_buf(&mut request).await.ok()? == 0 {
            return None;
        }
    }
}

/// A bus that keeps what it takes.
#[derive(Debug, Default)]
pub(crate) struct Bus {
    taken: Mutex<Vec<BusEvent>>,
    fails: Mutex<bool>,
}

impl Bus {
    fn fails(&self, fails: bool) {
        *self.fails.lock().unwrap() = fails;
    }

    /// Takes out the kinds and the details of what came.
    pub(crate) fn taken(&self) -> Vec<(&'static str, Value)> {
        let taken = std::mem::take(&mut *self.taken.lock().unwrap());
        let read = |event: BusEvent| (event.kind, serde_json::from_str(&event.detail).unwrap());
        taken.into_iter().map(read).collect()
    }
}

impl EventBus for Bus {
    fn put(&self, events: Vec<BusEvent>) -> BoxFuture<'_, Result<(), BusError>> {
        let put = if *self.fails.lock().unwrap() {
            Err(BusError("out of order".to_owned()))
        } else {
            self.taken.lock().unwrap().extend(events);
            Ok(())
        };
        Box::pin(std::future::ready(put))
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
        let (receiver, url) = Receiver::start().await;
        world.parlour.trust = Trust::reaching(Reach::Private).unwrap();
        world.parlour.store = world.parlour.store.clone().with_outbox();
        world.parlour.outgoing = Some(Outgoing {
            queue: Arc::<Jobs>::clone(&jobs),
            bus: None,
        });
        let backend = Actor::Backend {
            app: world.session.app.clone(),
        };
        let new = json!({ "url": url, "events": events });
        let new: CreateWebhook = from_value(new).unwrap();
        let new = new.check().unwrap();
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

    /// From here on a bus hears of everything too.
    pub(crate) fn with_bus(&mut self) -> Arc<Bus> {
        let bus = Arc::new(Bus::default());
        self.world.parlour.outgoing.as_mut().unwrap().bus = Some(Arc::<Bus>::clone(&bus) as _);
        self.world.parlour.store = self.world.parlour.store.clone().with_outbox_of_all();
        bus
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
    scene.receiver.answer(0);
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

    scene.receiver.answer(200);
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
    scene.receiver.answer(503);
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

    scene.receiver.answer(204);
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
    scene.receiver.answer(500);
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

#[tokio::test]
async fn calls_are_counted_by_what_the_receiver_made_of_them() {
    let recorded = Recorded::default();
    let _guard = metrics::set_default_local_recorder(&recorded);
    let scene = Scene::new().await;
    scene.receiver.answer(503);
    for minute in [11, 12] {
        scene.world.send(minute).await;
    }
    recorded.take();
    scene.jobs.0.lock().unwrap().truncate(1);
    scene.work(moment(12).now).await;
    assert_eq!(
        recorded.take(),
        sums([("DeliveriesFailed", 1.0)]),
        "the other only waits"
    );

    scene.receiver.answer(200);
    let now = scene.deliveries().await[0].due.unwrap().plus_seconds(61);
    scene.sweep(now).await;
    scene.work(now).await;
    assert_eq!(recorded.take(), sums([("DeliveriesSent", 2.0)]));

    scene.receiver.answer(410);
    scene.world.send(20).await;
    recorded.take();
    scene.work(moment(20).now).await;
    assert_eq!(recorded.take(), sums([("DeliveriesDead", 1.0)]));
}

#[tokio::test]
async fn what_nobody_is_to_hear_any_more_is_no_failure_of_a_receiver() {
    let recorded = Recorded::default();
    let _guard = metrics::set_default_local_recorder(&recorded);
    let scene = Scene::new().await;
    scene.receiver.answer(500);
    scene.world.send(11).await;
    scene.work(moment(11).now).await;
    webhook::delete(&scene.world.parlour, &moment(12), &scene.backend, scene.hook, None)
        .await
        .unwrap();
    recorded.take();
    scene.sweep(moment(14).now).await;
    scene.work(moment(14).now).await;
    assert_eq!(scene.deliveries().await[0].status, DeliveryStatus::Dead);
    assert_eq!(recorded.take(), sums([]));
}

/// A resolver that knows one address.
#[derive(Debug)]
struct Knows(IpAddr);

impl Resolver for Knows {
    fn resolve<'a>(&'a self, _: &'a str) -> parlour_fetch::BoxFuture<'a, std::io::Result<Vec<IpAddr>>> {
        Box::pin(std::future::ready(Ok(vec![self.0])))
    }
}

#[tokio::test]
async fn nobody_in_a_private_network_is_called_whatever_name_leads_there() {
    let mut scene = Scene::new().await;
    // A public name, when it was set.
    let to = json!({ "url": "https://receiver.example/" });
    let to: parlour_protocol::request::UpdateWebhook = from_value(to).unwrap();
    let to = (scene.hook, to.check().unwrap());
    webhook::update(&scene.world.parlour, &moment(10), &scene.backend, to, None)
        .await
        .unwrap();
    let addresses = ["127.0.0.1", "10.0.0.1", "169.254.169.254", "::1", "fd00:ec2::254"];
    for (minute, address) in (11..).zip(addresses) {
        let knows = Arc::new(Knows(address.parse().unwrap()));
        let fetcher = Fetcher::with(Reach::Public, knows, RootCertStore::empty()).unwrap();
        scene.world.parlour.trust = Trust::new(fetcher);
        scene.world.send(minute).await;
        scene.work(moment(minute).now).await;
        let latest = scene.deliveries().await.remove(0);
        assert_eq!(
            (latest.status, latest.failure),
            (DeliveryStatus::Pending, Some(Failure::Forbidden)),
            "{address}"
        );
    }
    assert_eq!(scene.receiver.told(), [] as [u64; 0]);
    for url in [
        "http://receiver.example/",
        "https://localhost/",
        "https://127.0.0.1/",
        "https://receiver.example:22/",
        "https://user@receiver.example/",
    ] {
        let new: CreateWebhook = from_value(json!({ "url": url })).unwrap();
        let new = new.check().unwrap();
        let made = webhook::create(&scene.world.parlour, &mut moment(20), &scene.backend, new, None).await;
        assert!(
            matches!(made, Err(Error::Invalid(invalid)) if invalid.field == "url"),
            "{url}"
        );
    }
}

#[tokio::test]
async fn the_bus_hears_of_everything_at_least_once_and_of_apps_without_webhooks() {
    let mut scene = Scene::new().await;
    let bus = scene.with_bus();
    webhook::delete(&scene.world.parlour, &moment(10), &scene.backend, scene.hook, None)
        .await
        .unwrap();
    let first = scene.world.send(11).await;
    scene.work(moment(11).now).await;
    let taken = bus.taken();
    let [(kind, detail)] = &taken[..] else {
        panic!("{taken:?}")
    };
    assert_eq!((*kind, &detail["type"]), ("message.created", &json!("message.created")));
    assert_eq!(detail["app_id"], scene.backend.app().as_str());
    assert_eq!(
        (&detail["data"]["seq"], &detail["id"]),
        (&json!(first), &detail["data"]["id"])
    );
    assert_eq!(detail["timestamp"], detail["data"]["created_at"]);

    // What it did not take is not told yet: `sweep` comes again.
    bus.fails(true);
    let second = scene.world.send(12).await;
    let job = scene.jobs.take().remove(0).0;
    let mut at = moment(12);
    let failed = run(&scene.world.parlour, &mut at, Job::read(&job).unwrap()).await;
    assert!(matches!(failed, Err(Error::EventBus(_))));
    bus.fails(false);
    scene.sweep(moment(14).now).await;
    scene.work(moment(14).now).await;
    let seqs: Vec<Value> = bus
        .taken()
        .iter()
        .map(|(_, detail)| detail["data"]["seq"].clone())
        .collect();
    assert_eq!(seqs, [json!(second)]);
    scene.sweep(moment(16).now).await;
    scene.work(moment(16).now).await;
    assert!(bus.taken().is_empty());
}
