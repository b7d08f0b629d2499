//! The server's pings, for protocols in which it is the server that pings (Socket.IO): `sweep` posts those that are due, and what a
//! client answers renews its lease.

use std::time::Duration;

use bytes::Bytes;
use futures_util::{StreamExt as _, stream};
use parlour_domain::{AppId, ConnectionId, Timestamp, UserId, limits};
use parlour_protocol::dialect::socket_io::{PING, PING_INTERVAL_MS};
use parlour_store::keys::PINGED_SHARDS;
use tokio::time::{sleep, timeout};

use crate::push::{Address, BoxFuture, Pushed};
use crate::{Error, Parlour, Session, connect, metric};

/// `sweep` comes every minute: what would be due before it comes again is pinged now.
const EARLIER_SECONDS: i64 = 60;
/// One run takes so long for each part of the index; the next one goes on with those whose leases end first.
const LIMIT: Duration = Duration::from_secs(20);
/// The most of each part in one run: with four parts enough for 180,000 connections.
const MOST: usize = 5_000;
/// Of each part, at once.
const PARALLEL: usize = 16;
/// One post may take this long.
const POST: Duration = Duration::from_secs(2);

/// Pings the connections that have not been heard of for nearly the interval; how many.
///
/// # Errors
/// [`Error::Store`].
pub(crate) async fn pings(parlour: &Parlour, now: Timestamp) -> Result<usize, Error> {
    let mut parts: Vec<BoxFuture<'_, Result<usize, Error>>> = Vec::new();
    for part in PINGED_SHARDS {
        parts.push(Box::pin(pings_of(parlour, part, now)));
    }
    let pinged: Vec<_> = stream::iter(parts).buffer_unordered(PARALLEL).collect().await;
    pinged.into_iter().sum()
}

async fn pings_of(parlour: &Parlour, part: u64, now: Timestamp) -> Result<usize, Error> {
    let silent = i64::from(PING_INTERVAL_MS / 1_000) - EARLIER_SECONDS;
    let until = now.plus_seconds(limits::CONNECTION_LEASE_SECONDS - silent);
    let due = parlour.store.leases_ending(part, (now, until), MOST).await?;
    let mut pings: Vec<BoxFuture<'_, Result<bool, Error>>> = Vec::with_capacity(due.len());
    for connection in &due {
        pings.push(Box::pin(ping(parlour, connection, now)));
    }
    let pings = stream::iter(pings).buffer_unordered(PARALLEL);
    let pinged: Vec<_> = pings.take_until(Box::pin(sleep(LIMIT))).collect().await;
    let pinged: Vec<bool> = pinged.into_iter().collect::<Result<_, _>>()?;
    Ok(pinged.into_iter().filter(|posted| *posted).count())
}

async fn ping(
    parlour: &Parlour,
    (app, user, connection): &(AppId, UserId, ConnectionId),
    now: Timestamp,
) -> Result<bool, Error> {
    let Some(row) = parlour.store.connection(app, *user, connection, now).await? else {
        return Ok(false);
    };
    let address = Address {
        connection,
        endpoint: row.endpoint.as_deref(),
    };
    let posted = parlour.push.post(address, Bytes::from_static(PING.as_bytes()));
    let pushed = timeout(POST, posted).await.unwrap_or(Pushed::Failed);
    metric::pushed(pushed);
    if pushed == Pushed::Gone {
        connect::disconnect(parlour, app, *user, connection, now).await?;
    }
    Ok(pushed == Pushed::Sent)
}

/// A client has answered a ping.
///
/// # Errors
/// [`Error::UnknownConnection`], [`Error::Store`].
pub async fn answered(parlour: &Parlour, session: &Session, now: Timestamp) -> Result<(), Error> {
    let renewed = parlour
        .store
        .renew_connection(&session.app, session.user, &session.connection, now, None)
        .await?;
    renewed.map(|_| ()).ok_or(Error::UnknownConnection)
}
