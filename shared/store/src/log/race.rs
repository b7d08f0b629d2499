//! What one write carries along on its way into the log, and how long it waits after a lost race.

use std::sync::atomic::AtomicBool;
use std::time::Duration;

use aws_sdk_dynamodb::types::TransactWriteItem;
use parlour_domain::log::{Draft, Entry};
use parlour_domain::{AppId, RoomNumber, Timestamp};

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
        }
    }
}

/// Up to 8 ms more with each race lost, spread by the write's own id.
pub(crate) fn jitter(draft: &Draft, lost: u32) -> Duration {
    let spread = draft.write_id.as_str().bytes().fold(u64::from(lost), |sum, byte| {
        sum.wrapping_mul(31).wrapping_add(u64::from(byte))
    });
    Duration::from_millis(spread % (8 * u64::from(lost)))
}
