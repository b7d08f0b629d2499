//! Telling a room's connections what happened. A push is a hint, the log is the truth: nothing here can fail a request.

use std::time::Duration;

use bytes::Bytes;
use futures_util::{StreamExt as _, stream};
use parlour_domain::{AppId, ConnectionId, RoomNumber, Timestamp, limits};
use parlour_protocol::frame;
use parlour_store::Subscriber;
use serde::Serialize;
use tokio::time::{sleep, timeout};

use crate::Parlour;
use crate::push::{Address, BoxFuture, Pushed};

/// Posts under way at once.
const PARALLEL: usize = 64;
/// One post may take this long.
const POST: Duration = Duration::from_secs(2);
/// All of a room's posts may take this long, because someone waits for the answer. Who was not told by then finds the gap.
const ALL_POSTS: Duration = Duration::from_secs(3);

/// A room's connections, and what to tell them.
#[derive(Debug)]
pub(crate) struct Notice<'a> {
    pub(crate) app: &'a AppId,
    pub(crate) room: RoomNumber,
    pub(crate) event: &'a str,
    /// The connection that has the news already, as its answer.
    pub(crate) except: Option<&'a ConnectionId>,
    pub(crate) now: Timestamp,
}

/// Tells everyone who is subscribed now. Call it after the write: whoever subscribes later reads the write in the backlog.
pub(crate) async fn tell<T: Serialize>(parlour: &Parlour, notice: Notice<'_>, data: &T) {
    match parlour.store.subscribers(notice.app, notice.room, notice.now).await {
        Ok(subscribers) => tell_these(parlour, &notice, data, &subscribers).await,
        Err(error) => tracing::warn!(%error, room = notice.room.get(), "the room's connections cannot be read"),
    }
}

/// Tells these connections.
pub(crate) async fn tell_these<T: Serialize>(
    parlour: &Parlour,
    notice: &Notice<'_>,
    data: &T,
    subscribers: &[Subscriber],
) {
    let told = |subscriber: &&Subscriber| Some(&subscriber.connection) != notice.except;
    let frame = Bytes::from(frame::event(notice.event, data));
    // Boxed one by one: the compiler cannot see that a stream over a bare closure may move between threads.
    let mut posts: Vec<BoxFuture<'_, ()>> = Vec::with_capacity(subscribers.len());
    for subscriber in subscribers.iter().filter(told) {
        posts.push(Box::pin(post(parlour, notice, subscriber, frame.clone())));
    }
    let all = posts.len();
    let in_time = stream::iter(posts)
        .buffer_unordered(PARALLEL)
        .take_until(sleep(ALL_POSTS));
    let told = in_time.count().await;
    if told < all {
        tracing::warn!(
            told,
            all,
            room = notice.room.get(),
            "the rest of a room's connections were not told in time"
        );
    }
}

/// Posts to one connection; what it left is removed if it is gone.
async fn post(parlour: &Parlour, notice: &Notice<'_>, to: &Subscriber, frame: Bytes) {
    let address = Address {
        connection: &to.connection,
        endpoint: to.endpoint.as_deref(),
    };
    let pushed = timeout(POST, parlour.push.post(address, frame))
        .await
        .unwrap_or(Pushed::Failed);
    if pushed == Pushed::Gone {
        forget(parlour, notice, to).await;
    }
}

/// Removes what a dead connection left. A young one may only be about to open: API Gateway answers 410 for those too.
async fn forget(parlour: &Parlour, notice: &Notice<'_>, subscriber: &Subscriber) {
    let before = notice.now.plus_seconds(-limits::YOUNG_CONNECTION_SECONDS);
    let (user, connection) = (subscriber.user, &subscriber.connection);
    let forgotten = parlour
        .store
        .forget_connection(notice.app, notice.room, user, connection, before, notice.now)
        .await;
    if let Err(error) = forgotten {
        tracing::warn!(%error, %connection, "a connection that is gone cannot be forgotten");
    }
}
