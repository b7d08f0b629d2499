//! Slow mode: a time between two messages of one member, kept by the log alone. Nothing is counted and nothing is written.
//!
//! The end of the log, which every append reads, tells most of it: what is older than the wait allows everything, and the
//! sender's own message nothing. In between the log is read backwards, to the sender's last message or the end of the wait. What
//! comes into the log after that is looked at by the append itself.

use parlour_domain::log::{Entry, Head};
use parlour_domain::member::Member;
use parlour_domain::room::Room;
use parlour_domain::{AppId, RoomNumber, Seq, Timestamp, UserId, limits};

use crate::{Error, Parlour};

/// The milliseconds that this member has to leave between two messages; `None`: none. The backend has no row.
pub(crate) fn of(room: &Room, member: Option<&Member>) -> Option<i64> {
    let member = member?;
    let seconds = room.settings.slow_mode_seconds.filter(|_| !member.role.moderates())?;
    Some(i64::from(seconds) * 1_000)
}

/// Refuses a message that comes too soon after the last one of `sender`. Whether that one is the same, sent before, is for who calls.
///
/// # Errors
/// [`Error::RateLimited`], [`Error::Store`].
pub(crate) async fn check(
    parlour: &Parlour,
    (app, room): (&AppId, RoomNumber),
    sender: Option<UserId>,
    head: Head,
    wait: i64,
    now: Timestamp,
) -> Result<(), Error> {
    let (since, mut before) = (now.plus_millis(-wait), head.seq.next());
    if head.at <= since || head.last_msg_seq == Seq::ZERO {
        return Ok(());
    }
    let own = |entry: &&Entry| entry.body.is_message() && entry.sender == sender;
    for _ in 0..limits::READS_PER_PAGE {
        let range = (Some(before), Seq::FIRST);
        let page = parlour
            .store
            .entries_before(app, room, range, limits::ENTRIES_PER_READ, true)
            .await?;
        if let Some(last) = page.entries.iter().find(own) {
            let left = last.at.millis() - since.millis();
            return match u64::try_from(left) {
                Ok(retry_after_ms) if left > 0 => Err(Error::RateLimited { retry_after_ms }),
                _ => Ok(()),
            };
        }
        match page.entries.last() {
            Some(oldest) if page.more && oldest.at > since => before = oldest.seq,
            _ => return Ok(()),
        }
    }
    Ok(())
}
