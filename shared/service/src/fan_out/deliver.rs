//! What the `fan_out` function does: several events for many connections, each connection told once.

use std::borrow::Cow;
use std::collections::HashMap;
use std::time::Duration;

use bytes::Bytes;
use parlour_domain::{AppId, ConnectionId, Timestamp, limits};
use parlour_protocol::frame;
use parlour_store::Subscriber;
use tokio::time::Instant;

use super::job::{Checked, Job};
use super::post::{Target, post_all};
use super::translated::{Translated, translated};
use crate::{Parlour, metric};

/// The posts of one delivery may take this long in all; a function has 29 s.
const DELIVERY: Duration = Duration::from_secs(20);

/// What became of a delivery.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Delivered {
    /// Connections that were told, or turned out to be gone or too slow.
    pub told: usize,
    /// Connections that were not told in time; they find the gap.
    pub untold: usize,
    /// Messages that nobody needs any more, or that are none of ours.
    pub dropped: usize,
}

/// Tells the connections of these jobs. Several events for one connection go in one frame, in the order of the log: it costs
/// one message instead of many.
pub async fn deliver(parlour: &Parlour, jobs: Vec<Job>, now: Timestamp) -> Delivered {
    let given = jobs.len();
    let oldest = now.plus_seconds(-limits::PUSH_SECONDS);
    let mut jobs: Vec<Checked> = jobs
        .into_iter()
        .filter_map(Job::check)
        .filter(|job| job.at >= oldest)
        .collect();
    let dropped = given - jobs.len();
    if dropped > 0 {
        tracing::warn!(dropped, "events that came too late to be told");
    }
    // What has no place in the log comes after what has: it is about now.
    jobs.sort_by_key(|job| (job.room, job.seq.is_none(), job.seq, job.at));
    let begin = Instant::now();
    let mut translations = Vec::with_capacity(jobs.len());
    for job in &jobs {
        translations.push(translated(parlour, (&job.app, job.room), job.text(), &job.to, now).await);
    }
    let told = post_all(parlour, &targets(&jobs, &translations), now, DELIVERY).await;
    let took = begin.elapsed();
    for job in &jobs {
        metric::FAN_OUT_DELAY.record(took + waited(job, now));
    }
    let told_in_time = told.iter().filter(|told| **told).count();
    let untold = told.len() - told_in_time;
    if untold > 0 {
        tracing::warn!(untold, "some connections were not told in time");
    }
    Delivered {
        told: told_in_time,
        untold,
        dropped,
    }
}

/// How long a job was in the queue. Two clocks are compared, which need not agree.
fn waited(job: &Checked, now: Timestamp) -> Duration {
    let millis = now.millis().saturating_sub(job.at.millis());
    Duration::from_millis(u64::try_from(millis).unwrap_or_default())
}

/// Each connection with all that it is to hear, in the order in which the connections first come up.
fn targets<'a>(jobs: &'a [Checked], translations: &[Option<Translated>]) -> Vec<Target<'a>> {
    let mut targets: Vec<Hearing<'_>> = Vec::new();
    let mut place: HashMap<(&AppId, &ConnectionId), usize> = HashMap::new();
    for (job, translated) in jobs.iter().zip(translations) {
        for subscriber in &job.to {
            let next = targets.len();
            let at = *place.entry((&job.app, &subscriber.connection)).or_insert(next);
            if at == next {
                targets.push(Hearing::new(job, subscriber));
            }
            let Some(hearing) = targets.get_mut(at) else { continue };
            match (subscriber.dialect, translated) {
                (None, _) => hearing.events.extend(job.text().of(subscriber.user)),
                (Some(service), Some(translated)) => {
                    hearing
                        .frames
                        .extend(translated.frames(service, subscriber.user, job.text()));
                }
                (Some(_), None) => {}
            }
        }
    }
    targets.into_iter().map(Hearing::target).collect()
}

/// A connection and what it is to hear.
struct Hearing<'a> {
    job: &'a Checked,
    subscriber: &'a Subscriber,
    /// Native events, which go together into as few frames as hold them.
    events: Vec<Cow<'a, str>>,
    /// Frames of another protocol, which knows no such thing.
    frames: Vec<Bytes>,
}

impl<'a> Hearing<'a> {
    const fn new(job: &'a Checked, subscriber: &'a Subscriber) -> Self {
        Self {
            job,
            subscriber,
            events: Vec::new(),
            frames: Vec::new(),
        }
    }

    fn target(self) -> Target<'a> {
        let native = frame::batches(self.events.iter().map(AsRef::as_ref));
        Target {
            app: &self.job.app,
            room: self.job.room,
            subscriber: self.subscriber,
            frames: native.into_iter().map(Bytes::from).chain(self.frames).collect(),
        }
    }
}
