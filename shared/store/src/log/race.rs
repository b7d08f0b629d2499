//! What one write carries along on its way into the log, and how long it waits after a lost race.

use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use std::time::Duration;

use aws_sdk_dynamodb::types::TransactWriteItem;
use parlour_domain::log::{Draft, Entry};
use parlour_domain::{AppId, RoomNumber, Timestamp};

use super::begin::{Begin, overtaken};
use super::change::Reply;
use crate::claim::WriteClaim;
use crate::error::StoreError;

/// Further changes that stand or fall with the entry.
pub(crate) type Also<'a> = &'a (dyn Fn(&Entry) -> Result<Vec<TransactWriteItem>, StoreError> + Send + Sync);

/// One write on its way into the log.
pub(crate) struct Race<'a> {
    pub(crate) app: &'a AppId,
    pub(crate) room: RoomNumber,
    pub(crate) draft: &'a Draft,
    pub(crate) now: Timestamp,
    pub(crate) also: Option<Also<'a>>,
    pub(crate) claim: Option<&'a WriteClaim>,
    /// The claim's reply, where it depends on the entry's place.
    pub(crate) reply: Option<Reply<'a>>,
    /// Whether a put is under way.
    pub(crate) unanswered: AtomicBool,
    /// Messages of its sender that came first, as far as it has looked.
    pub(crate) own_before: AtomicU32,
}

impl<'a> Race<'a> {
    pub(crate) fn new(app: &'a AppId, room: RoomNumber, draft: &'a Draft, now: Timestamp) -> Self {
        Self {
            app,
            room,
            draft,
            now,
            also: None,
            claim: None,
            reply: None,
            unanswered: AtomicBool::new(false),
            own_before: AtomicU32::new(0),
        }
    }

    /// Whether it has to see what came first, whoever wrote it.
    pub(crate) fn must_look(&self) -> bool {
        self.draft.client_id.is_some() || self.draft.spaced || self.draft.allowance.own.is_some()
    }

    /// Looks for ourselves, and for what ends our right to follow, among entries that came first. Each is to be looked at once.
    pub(crate) fn overtaken(&self, entries: &[Entry]) -> Option<Begin> {
        overtaken(entries, self.draft).or_else(|| self.exceeds(entries).then_some(Begin::Barred))
    }

    fn exceeds(&self, entries: &[Entry]) -> bool {
        let Some(most) = self.draft.allowance.own else {
            return false;
        };
        let own = entries
            .iter()
            .filter(|entry| entry.body.is_message() && entry.sender == self.draft.sender)
            .count();
        let own = u32::try_from(own).unwrap_or(u32::MAX);
        self.own_before.fetch_add(own, Ordering::Relaxed).saturating_add(own) > most
    }
}

/// Up to 8 ms more with each race lost, spread by the write's own id.
pub(crate) fn jitter(draft: &Draft, lost: u32) -> Duration {
    let spread = draft.write_id.as_str().bytes().fold(u64::from(lost), |sum, byte| {
        sum.wrapping_mul(31).wrapping_add(u64::from(byte))
    });
    Duration::from_millis(spread % (8 * u64::from(lost)))
}
