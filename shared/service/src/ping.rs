//! `ping`: renews the connection's lease and answers with the ends of the joined rooms' logs, so that a lost last message is
//! noticed.

use std::collections::BTreeMap;

use futures_util::{StreamExt as _, TryStreamExt as _, stream};
use parlour_domain::{RoomId, RoomNumber, Timestamp};
use parlour_store::StoreError;

use crate::{Error, Parlour, Session};

/// Reads under way at once.
const PARALLEL: usize = 64;

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
    let heads = stream::iter(rooms.iter().map(|room| async move {
        let head = store.head(app, *room, true).await?;
        Ok::<_, StoreError>((*room, head.map(|entry| entry.seq)))
    }));
    let (subscribed, heads) = tokio::join!(
        store.subscribed(app, session.user, &session.connection, &rooms, now),
        heads.buffer_unordered(PARALLEL).try_collect::<Vec<_>>(),
    );
    // A room that the user was removed from may still be listed: only a subscription entitles to its head.
    let subscribed = subscribed?;
    let heads = heads?.into_iter().filter(|(room, _)| subscribed.contains(room));
    Ok(heads
        .filter_map(|(room, head)| Some((RoomId::new(app, room).to_string(), head?.get())))
        .collect())
}
