//! Posts to many connections at once, and forgets those that are gone.

use std::time::Duration;

use bytes::Bytes;
use futures_util::{StreamExt as _, stream};
use parlour_domain::{AppId, RoomNumber, Timestamp, limits};
use parlour_store::Subscriber;
use tokio::time::{Instant, sleep, sleep_until, timeout};

use crate::push::{Address, BoxFuture, Pushed};
use crate::{Parlour, live, metric};

/// Posts under way at once.
const PARALLEL: usize = 64;
/// One post may take this long.
const POST: Duration = Duration::from_secs(2);

/// What one connection is to get.
#[derive(Debug)]
pub(super) struct Target<'a> {
    pub(super) app: &'a AppId,
    /// A room that it hears of; none: it is told as one of its user's.
    pub(super) room: Option<RoomNumber>,
    pub(super) subscriber: &'a Subscriber,
    /// In this order.
    pub(super) frames: Vec<Bytes>,
}

/// Posts as many as fit into `limit`, and says of each whether it was told, whatever came of it.
pub(super) async fn post_all(parlour: &Parlour, targets: &[Target<'_>], now: Timestamp, limit: Duration) -> Vec<bool> {
    let begin = Instant::now();
    // Boxed one by one: the compiler cannot see that a stream over a bare closure may move between threads.
    let mut posts: Vec<BoxFuture<'_, usize>> = Vec::with_capacity(targets.len());
    for (index, target) in targets.iter().enumerate() {
        let turn = begin + turn(parlour, index);
        posts.push(Box::pin(async move {
            sleep_until(turn).await;
            post(parlour, target, now).await;
            index
        }));
    }
    let mut told = vec![false; targets.len()];
    let mut in_time = stream::iter(posts)
        .buffer_unordered(PARALLEL)
        .take_until(Box::pin(sleep(limit)));
    while let Some(index) = in_time.next().await {
        if let Some(told) = told.get_mut(index) {
            *told = true;
        }
    }
    told
}

/// When the post of this number may begin, so that the quota of the account is not used up.
fn turn(parlour: &Parlour, index: usize) -> Duration {
    let Some(rate) = parlour.settings.posts_per_second else {
        return Duration::ZERO;
    };
    let index = u32::try_from(index).unwrap_or(u32::MAX);
    Duration::from_secs(1).saturating_mul(index) / rate.get()
}

/// Posts to one connection; what it left is removed if it is gone.
async fn post(parlour: &Parlour, target: &Target<'_>, now: Timestamp) {
    let address = Address {
        connection: &target.subscriber.connection,
        endpoint: target.subscriber.endpoint.as_deref(),
    };
    for frame in &target.frames {
        let pushed = timeout(POST, parlour.push.post(address, frame.clone()))
            .await
            .unwrap_or(Pushed::Failed);
        metric::pushed(pushed);
        match pushed {
            Pushed::Sent => {}
            Pushed::Gone => return forget(parlour, target, now).await,
            // The next one would fare no better, and out of order is worse than missing.
            Pushed::Throttled | Pushed::Failed => return,
        }
    }
}

/// Removes what a dead connection left. A young one may only be about to open: API Gateway answers 410 for those too.
async fn forget(parlour: &Parlour, target: &Target<'_>, now: Timestamp) {
    let before = now.plus_seconds(-limits::YOUNG_CONNECTION_SECONDS);
    let (user, connection) = (target.subscriber.user, &target.subscriber.connection);
    let forgotten = parlour
        .store
        .forget_connection(target.app, target.room, user, connection, before, now)
        .await;
    match forgotten {
        Ok(true) => live::ended(parlour, target.app, user, connection).await,
        Ok(false) => {}
        Err(error) => {
            metric::store_failed(&error);
            tracing::warn!(%error, %connection, "a connection that is gone cannot be forgotten");
        }
    }
}
