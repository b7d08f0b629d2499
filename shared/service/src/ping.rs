//! `ping`: renews the connection's lease and answers with the ends of the joined rooms' logs, so that a lost last message is
//! noticed.

use std::collections::BTreeMap;

use futures_util::{StreamExt as _, TryStreamExt as _, stream};
use parlour_domain::{RoomId, RoomNumber, Seq, Timestamp};
use parlour_store::StoreError;

use crate::push::BoxFuture;
use crate::{Error, Parlour, Session};

/// Reads under way at once.
const PARALLEL: usize = 64;

/// A room and the end of its log.
type HeadRead = Result<(RoomNumber, Option<Seq>), StoreError>;

/// The last `seq` of every room that the connection hears of, by room id.
///
/// # Errors
/// [`Error::UnknownConnection`]: the client connects again. [`Error::Store`].
pub async fn ping(parlour: &Parlour, session: &Session, now: Timestamp) -> Result<BTreeMap<String, u64>, Error> {
    let (app, store) = (&session.app, &parlour.store);
    let renewed = store
        .renew_connection(app, session.user, &session.connection, now, None)
        .await?;
    let rooms: Vec<RoomNumber> = renewed.ok_or(Error::UnknownConnection)?.rooms().collect();
    let mut reads: Vec<BoxFuture<'_, HeadRead>> = Vec::with_capacity(rooms.len());
    for room in rooms.iter().copied() {
        reads.push(Box::pin(async move {
            Ok((room, store.head(app, room, true).await?.map(|entry| entry.seq)))
        }));
    }
    let (subscribed, heads) = tokio::join!(
        store.subscribed(app, session.user, &session.connection, &rooms, now),
        stream::iter(reads).buffer_unordered(PARALLEL).try_collect::<Vec<_>>(),
    );
    // A room that the user was removed from may still be listed: only a subscription entitles to its head.
    let subscribed = subscribed?;
    let heads = heads?.into_iter().filter(|(room, _)| subscribed.contains(room));
    Ok(heads
        .filter_map(|(room, head)| Some((RoomId::new(app, room).to_string(), head?.get())))
        .collect())
}
