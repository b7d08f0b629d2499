//! What use-cases count, and what they do not.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};

use metrics::{
    Counter, CounterFn, Gauge, Histogram, HistogramFn, Key, KeyName, Metadata, Recorder, SharedString, Unit,
};
use parlour_service::connected::connected;
use parlour_service::metric::{self, store_failed};
use parlour_store::StoreError;

use crate::outside::Behaviour;
use crate::world::World;

/// The sum of each counter and the values of each histogram, by name.
#[derive(Debug, Default, Clone)]
pub(crate) struct Recorded(Arc<Mutex<BTreeMap<String, Vec<f64>>>>);

#[derive(Debug)]
struct Named(String, Recorded);

impl Named {
    fn push(&self, value: f64) {
        let mut recorded = self.1.0.lock().unwrap();
        recorded.entry(self.0.clone()).or_default().push(value);
    }
}

impl CounterFn for Named {
    fn increment(&self, value: u64) {
        self.push(f64::from(u32::try_from(value).unwrap()));
    }

    fn absolute(&self, _: u64) {}
}

impl HistogramFn for Named {
    fn record(&self, value: f64) {
        self.push(value);
    }
}

impl Recorder for Recorded {
    fn describe_counter(&self, _: KeyName, _: Option<Unit>, _: SharedString) {}

    fn describe_gauge(&self, _: KeyName, _: Option<Unit>, _: SharedString) {}

    fn describe_histogram(&self, _: KeyName, _: Option<Unit>, _: SharedString) {}

    fn register_counter(&self, key: &Key, _: &Metadata<'_>) -> Counter {
        Counter::from_arc(Arc::new(Named(key.name().to_owned(), self.clone())))
    }

    fn register_gauge(&self, _: &Key, _: &Metadata<'_>) -> Gauge {
        Gauge::noop()
    }

    fn register_histogram(&self, key: &Key, _: &Metadata<'_>) -> Histogram {
        Histogram::from_arc(Arc::new(Named(key.name().to_owned(), self.clone())))
    }
}

impl Recorded {
    /// Takes out what was recorded, summed up.
    pub(crate) fn take(&self) -> BTreeMap<String, f64> {
        let recorded = std::mem::take(&mut *self.0.lock().unwrap());
        let sums = recorded.into_iter().map(|(name, values)| (name, values.iter().sum()));
        sums.collect()
    }
}

pub(crate) fn sums<const N: usize>(sums: [(&str, f64); N]) -> BTreeMap<String, f64> {
    sums.map(|(name, sum)| (name.to_owned(), sum)).into()
}

#[tokio::test]
async fn posts_are_counted_by_what_became_of_them() {
    let recorded = Recorded::default();
    let _guard = metrics::set_default_local_recorder(&recorded);
    for (behaviour, name) in [(Behaviour::Take, "PushesSent"), (Behaviour::Gone, "PushesGone")] {
        let world = World::new(behaviour, 5).await;
        assert_eq!(recorded.take(), sums([("Connects", 5.0), ("Joins", 5.0)]));
        world.send(4).await;
        assert_eq!(recorded.take(), sums([("Sends", 1.0), (name, 5.0)]));
    }
}

#[tokio::test]
async fn connections_are_counted_as_queued_if_the_queue_took_them() {
    let recorded = Recorded::default();
    let _guard = metrics::set_default_local_recorder(&recorded);
    let world = World::new(Behaviour::Take, 60).await;
    recorded.take();
    world.send(4).await;
    assert_eq!(recorded.take(), sums([("Sends", 1.0), ("PushesQueued", 60.0)]));
    world.deliver(&world.queue.take(), 4).await;
    let delivered = recorded.take();
    assert_eq!(delivered["PushesSent"], 60.0);
    assert!(delivered["FanOutDelay"] >= 0.0);

    let refusing = World::with_queue(Behaviour::Take, 60, false).await;
    recorded.take();
    refusing.send(4).await;
    assert_eq!(recorded.take(), sums([("Sends", 1.0), ("PushesSent", 60.0)]));
}

#[tokio::test(start_paused = true)]
async fn the_delay_of_a_delivery_is_counted_from_the_event() {
    let recorded = Recorded::default();
    let _guard = metrics::set_default_local_recorder(&recorded);
    let world = World::new(Behaviour::Hang, 60).await;
    world.send(4).await;
    recorded.take();
    world.deliver(&world.queue.take(), 4).await;
    let delivered = recorded.take();
    // 60 posts at once, each given up after 2 s.
    assert_eq!(
        delivered,
        sums([("PushesFailed", 60.0), ("FanOutDelay", delivered["FanOutDelay"])])
    );
    assert!((2_000.0..3_000.0).contains(&delivered["FanOutDelay"]), "{delivered:?}");
}

#[tokio::test(start_paused = true)]
async fn a_hello_is_one_push_however_often_it_was_tried() {
    let recorded = Recorded::default();
    let _guard = metrics::set_default_local_recorder(&recorded);
    let world = World::new(Behaviour::GoneFor(3), 0).await;
    connected(&world.parlour, &world.session).await;
    assert_eq!(recorded.take(), sums([("PushesSent", 1.0)]));
}

#[test]
fn a_store_that_asks_for_less_is_counted() {
    let recorded = Recorded::default();
    let text = || "a reason".to_owned();
    metrics::with_local_recorder(&recorded, || {
        store_failed(&StoreError::Throttled(text()));
        store_failed(&StoreError::Unavailable(text()));
        store_failed(&StoreError::Refused(text()));
    });
    assert_eq!(recorded.take(), sums([("StoreThrottles", 1.0)]));
}

#[test]
fn names_are_unique_and_such_as_cloudwatch_takes() {
    let names: BTreeMap<&str, metric::Unit> = metric::NAMES.into();
    assert_eq!(names.len(), metric::NAMES.len());
    for name in names.keys() {
        assert!(
            name.bytes().all(|byte| byte.is_ascii_alphanumeric()) && *name != "Stack",
            "{name}"
        );
    }
}
