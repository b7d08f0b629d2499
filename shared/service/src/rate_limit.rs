//! Limits of messages within a minute. Those of a room and of each member are kept by the log alone: nothing is counted and nothing
//! is written. Those of a user and of an app over all rooms are counters, which only apps have that ask for them.
//!
//! The end of the log, which every append reads, tells when anything was last written; only if that is less than a minute ago the
//! log is read backwards. What comes into the log after that is counted by the append itself.

use parlour_domain::access::Actor;
use parlour_domain::log::{Entry, Head};
use parlour_domain::member::Member;
use parlour_domain::rate::{Allowance, WINDOW_MILLIS, left, megabytes, until_next_day, until_next_minute};
use parlour_domain::room::Room;
use parlour_domain::{AppId, RoomNumber, Seq, Timestamp, UserId, limits};

use crate::{Error, Parlour};

/// The limits that bind a message.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Rates {
    room: Option<u32>,
    member: Option<u32>,
}

/// Those of a message of this member; `None`: none. The backend has no row.
pub(crate) fn of(room: &Room, member: Option<&Member>) -> Option<Rates> {
    member.filter(|member| !member.role.moderates())?;
    let rates = Rates {
        room: room.settings.per_minute,
        member: room.settings.member_per_minute,
    };
    (rates.room.is_some() || rates.member.is_some()).then_some(rates)
}

/// Refuses a message of `sender` that is one too many, and says how many may still come before one that is not. Whether one of those
/// before is the same, sent before, is for who calls.
///
/// # Errors
/// [`Error::RateLimited`], [`Error::Store`].
pub(crate) async fn check(
    parlour: &Parlour,
    room: (&AppId, RoomNumber),
    sender: Option<UserId>,
    head: Head,
    rates: Rates,
    now: Timestamp,
) -> Result<Allowance, Error> {
    let last_minute = if head.at > now.plus_millis(-WINDOW_MILLIS) && head.last_msg_seq != Seq::ZERO {
        messages_of_last_minute(parlour, room, head, now).await?
    } else {
        Vec::new()
    };
    let is_own = |entry: &&Entry| entry.sender == sender;
    let all: Vec<Timestamp> = last_minute.iter().map(|entry| entry.at).collect();
    let own: Vec<Timestamp> = last_minute.iter().filter(is_own).map(|entry| entry.at).collect();
    match (of_rate(rates.room, &all, now), of_rate(rates.member, &own, now)) {
        (Ok(room), Ok(own)) => Ok(Allowance {
            // This message is one of them.
            own: own.map(|left| left - 1),
            last_msg_no: room.map(|left| head.msg_no + u64::from(left)),
        }),
        (room, own) => Err(Error::RateLimited {
            retry_after_ms: room.err().max(own.err()).unwrap_or_default(),
        }),
    }
}

/// Counts a message over all rooms, where that is limited: one write for the user, one for the app. The user comes first, so that
/// nobody uses up what others may send.
///
/// # Errors
/// [`Error::RateLimited`], [`Error::Store`].
pub(crate) async fn count(parlour: &Parlour, actor: &Actor, now: Timestamp) -> Result<(), Error> {
    let (app, quotas) = (actor.app(), actor.quotas());
    for (user, most) in [(actor.user(), quotas.user), (None, quotas.app)] {
        if let Some(most) = most
            && !parlour.store.count_message(app, user, most, now).await?
        {
            let retry_after_ms = until_next_minute(now);
            return Err(Error::RateLimited { retry_after_ms });
        }
    }
    Ok(())
}

/// Counts what a user is about to upload: one write, without a read. The backend is not bound. A repeat counts again.
///
/// # Errors
/// [`Error::RateLimited`], [`Error::Store`].
pub(crate) async fn count_upload(parlour: &Parlour, actor: &Actor, size: u64, now: Timestamp) -> Result<(), Error> {
    let Some(user) = actor.user() else { return Ok(()) };
    let (store, app) = (&parlour.store, actor.app());
    if store.count_upload(app, user, megabytes(size), now).await? {
        return Ok(());
    }
    Err(Error::RateLimited {
        retry_after_ms: until_next_day(now),
    })
}

fn of_rate(most: Option<u32>, times: &[Timestamp], now: Timestamp) -> Result<Option<u32>, u64> {
    most.map(|most| left(most, times, now)).transpose()
}

/// The latest first.
async fn messages_of_last_minute(
    parlour: &Parlour,
    (app, room): (&AppId, RoomNumber),
    head: Head,
    now: Timestamp,
) -> Result<Vec<Entry>, Error> {
    let (since, mut before) = (now.plus_millis(-WINDOW_MILLIS), head.seq.next());
    let mut messages = Vec::new();
    for _ in 0..limits::READS_PER_PAGE {
        let range = (Some(before), Seq::FIRST);
        let page = parlour
            .store
            .entries_before(app, room, range, limits::ENTRIES_PER_READ, true)
            .await?;
        let oldest = page.entries.last().map(|oldest| (oldest.seq, oldest.at));
        let counts = |entry: &Entry| entry.body.is_message() && entry.at > since;
        messages.extend(page.entries.into_iter().filter(counts));
        match oldest {
            Some((seq, at)) if page.more && at > since => before = seq,
            _ => break,
        }
    }
    Ok(messages)
}
