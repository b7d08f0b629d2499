//! Telling the connections of a room, or of a user, what happened. A push is a hint, the log is the truth: nothing here can fail a request.
//!
//! Small rooms are told before the answer; larger ones, and who could not be told in time, by the `fan_out` function.

mod deliver;
mod job;
mod post;
mod text;
mod translated;

use std::borrow::Cow;
use std::time::Duration;

use bytes::Bytes;
use parlour_domain::{AppId, ConnectionId, RoomNumber, Seq, Timestamp, limits};
use parlour_protocol::frame;
use parlour_protocol::view::{EntryView, TypingUsersView};
use parlour_store::Subscriber;
use serde::Serialize;

use crate::deliver::nudge;
use crate::{Parlour, metric};
use post::{Target, post_all};
use text::Text;
use translated::translated;

pub use deliver::{Delivered, deliver};
pub use job::Job;

/// The posts before the answer may take this long in all: someone waits for it.
const INLINE: Duration = Duration::from_millis(300);
/// The same, when the queue takes nothing. Who was not told by then finds the gap.
const WITHOUT_QUEUE: Duration = Duration::from_secs(3);
/// The same, in the function `fan_out`, which has several things to tell.
const AT_LENGTH: Duration = Duration::from_secs(5);

/// What to tell the connections of a room, or of a user.
#[derive(Debug)]
pub(crate) struct Notice<'a> {
    pub(crate) app: &'a AppId,
    /// The room that they hear of; none: they are a user's, whatever they hear of.
    pub(crate) room: Option<RoomNumber>,
    pub(crate) event: &'a str,
    /// Its place in the log, if it has one.
    pub(crate) seq: Option<Seq>,
    /// The connection that has the news already, as its answer.
    pub(crate) except: Option<&'a ConnectionId>,
    pub(crate) now: Timestamp,
}

/// Tells everyone who is subscribed now of an entry. Call it after the write: whoever subscribes later reads the entry in the
/// backlog. `except` has it already, as its answer.
pub(crate) async fn tell_entry(
    parlour: &Parlour,
    app: &AppId,
    room: RoomNumber,
    entry: &EntryView,
    except: Option<&ConnectionId>,
    now: Timestamp,
) {
    let notice = Notice {
        app,
        room: Some(room),
        event: entry.event(),
        seq: Seq::new(entry.seq),
        except,
        now,
    };
    let told = async {
        match parlour.store.subscribers(app, room, now).await {
            Ok(subscribers) => tell_these(parlour, &notice, entry, subscribers).await,
            Err(error) => {
                metric::store_failed(&error);
                tracing::warn!(%error, room = room.get(), "the room's connections cannot be read");
            }
        }
    };
    tokio::join!(told, nudge(parlour, app, room, now));
}

/// Tells these connections, whose list was read after the write.
pub(crate) async fn tell_these<T: Serialize>(
    parlour: &Parlour,
    notice: &Notice<'_>,
    data: &T,
    subscribers: Vec<Subscriber>,
) {
    let frame = frame::event(notice.event, data);
    let apart = false;
    tell(parlour, notice, Text { frame: &frame, apart }, subscribers).await;
}

/// Tells these connections who types; those of a user who does, of the others alone.
pub(crate) async fn tell_others(
    parlour: &Parlour,
    notice: &Notice<'_>,
    typing: &TypingUsersView,
    subscribers: Vec<Subscriber>,
) {
    let frame = frame::event(notice.event, typing);
    let apart = true;
    tell(parlour, notice, Text { frame: &frame, apart }, subscribers).await;
}

async fn tell(parlour: &Parlour, notice: &Notice<'_>, text: Text<'_>, mut subscribers: Vec<Subscriber>) {
    subscribers.retain(|subscriber| Some(&subscriber.connection) != notice.except);
    if subscribers.len() <= limits::INLINE_CONNECTIONS {
        subscribers = inline(parlour, notice, text, subscribers, INLINE).await;
    }
    if subscribers.is_empty() {
        return;
    }
    let jobs = job::chunks(notice, text, &subscribers);
    let Err(error) = parlour.queue.put(jobs).await else {
        return metric::PUSHES_QUEUED.add(subscribers.len());
    };
    tracing::warn!(%error, room = notice.room.map(RoomNumber::get), "the rest of a fan-out is not in the queue");
    let untold = inline(parlour, notice, text, subscribers, WITHOUT_QUEUE).await;
    if !untold.is_empty() {
        tracing::warn!(
            untold = untold.len(),
            room = notice.room.map(RoomNumber::get),
            "some connections were not told in time"
        );
    }
}

/// Tells these connections from the function `fan_out` itself, where nobody waits for an answer.
pub(crate) async fn tell_at_length<T: Serialize>(
    parlour: &Parlour,
    notice: &Notice<'_>,
    data: &T,
    subscribers: Vec<Subscriber>,
) {
    let frame = frame::event(notice.event, data);
    let apart = false;
    let untold = inline(parlour, notice, Text { frame: &frame, apart }, subscribers, AT_LENGTH).await;
    if !untold.is_empty() {
        tracing::warn!(untold = untold.len(), "some connections were not told in time");
    }
}

/// Posts to all, and answers with those who were not told within `limit`.
async fn inline(
    parlour: &Parlour,
    notice: &Notice<'_>,
    text: Text<'_>,
    subscribers: Vec<Subscriber>,
    limit: Duration,
) -> Vec<Subscriber> {
    let whole = Bytes::copy_from_slice(text.frame.as_bytes());
    let frame = |text: Cow<'_, str>| match text {
        Cow::Borrowed(_) => whole.clone(),
        Cow::Owned(own) => Bytes::from(own),
    };
    let translated = translated(parlour, (notice.app, notice.room), text, &subscribers, notice.now).await;
    let frames = |subscriber: &Subscriber| match (subscriber.dialect, &translated) {
        (None, _) => text.of(subscriber.user).map(frame).into_iter().collect(),
        (Some(service), Some(translated)) => translated.frames(service, subscriber.user, text),
        (Some(_), None) => Vec::new(),
    };
    let targets: Vec<Target<'_>> = subscribers
        .iter()
        .map(|subscriber| Target {
            app: notice.app,
            room: notice.room,
            subscriber,
            frames: frames(subscriber),
        })
        .collect();
    let told = post_all(parlour, &targets, notice.now, limit).await;
    let untold = subscribers.iter().zip(told).filter(|(_, told)| !told);
    untold.map(|(subscriber, _)| subscriber.clone()).collect()
}
