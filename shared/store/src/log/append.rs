//! The writing half: a conditional put after the last entry looked at, until it stands or the limits are reached.

use std::sync::atomic::Ordering;
use std::time::Duration;

use aws_sdk_dynamodb::types::TransactWriteItem;
use parlour_domain::log::{Draft, Entry, Head};
use parlour_domain::{AppId, RoomNumber, Timestamp};
use tokio::time::{sleep, timeout};

use super::begin::{Begin, Start};
use super::lane::Seen;
use super::put::Put;
use super::race::{Race, jitter};
use super::read::{Range, last_seq};
use crate::Store;
use crate::claim::WriteClaim;
use crate::error::StoreError;

/// A write that stands in the log.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Appended {
    /// This invocation put it there.
    New(Entry),
    /// An earlier one did, under the same client id.
    Duplicate(Entry),
    /// An earlier one did, and this is its reply (writes with a claim in their transaction).
    Replayed(String),
}

/// Why nothing was appended.
#[derive(Debug, thiserror::Error)]
pub enum AppendRefusal {
    /// There is no such log: nothing restarts one.
    #[error("there is no such room")]
    NoRoom,
    /// The log ends with `room_deleted`.
    #[error("the room is deleted")]
    Closed,
    /// The sender's membership ended while the message waited.
    #[error("the sender is no member any more")]
    NotAMember,
    /// Something came first that might have the write refused; nothing is written until it is decided anew.
    #[error("something came first that decides anew")]
    Barred,
    /// The base does not come back or is too far back; resume first.
    #[error("the base is stale")]
    StaleBase,
    /// Whether an earlier attempt succeeded can no longer be told.
    #[error("the outcome of an earlier attempt is unknown")]
    OutcomeUnknown,
    /// The client id belongs to another write.
    #[error("the client id belongs to another write")]
    Reused,
    /// Too many writers at once; safe to try again.
    #[error("too many writers at once")]
    Busy,
    /// A row that the change needs is not as it must be.
    #[error("a row is not as the change needs it")]
    Condition,
    /// The store gave no answer; the write may or may not have been applied.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// Races lost before the answer is `Busy`.
const TRIES: u32 = 10;
/// All of an append's waiting, for the lane and for the store.
const LIMIT: Duration = Duration::from_secs(5);

/// What stood after the last entry looked at.
enum Look {
    /// Nothing that concerns us; go on from here.
    On(Seen),
    Settled(Begin),
}

impl Store {
    /// Appends after what [`Store::begin_append`] or [`Store::claim_send`] found: one write if nobody else writes.
    ///
    /// # Errors
    /// [`AppendRefusal`].
    pub async fn append(
        &self,
        app: &AppId,
        room: RoomNumber,
        draft: &Draft,
        begin: Begin,
        now: Timestamp,
    ) -> Result<Appended, AppendRefusal> {
        match begin {
            Begin::After(seen) => {
                let race = Race::new(app, room, draft, now);
                self.race(race, Some(seen)).await
            }
            Begin::Found(appended) => Ok(*appended),
            Begin::Reused => Err(AppendRefusal::Reused),
            Begin::Stale => Err(AppendRefusal::StaleBase),
            Begin::Left => Err(AppendRefusal::NotAMember),
            Begin::Barred => Err(AppendRefusal::Barred),
            Begin::NoRoom => Err(AppendRefusal::NoRoom),
        }
    }

    /// Appends together with further changes that depend on the entry's place, in one transaction (dearer: for rare events).
    pub(crate) async fn append_with(
        &self,
        app: &AppId,
        room: RoomNumber,
        draft: &Draft,
        now: Timestamp,
        claim: Option<&WriteClaim>,
        also: impl Fn(&Entry) -> Result<Vec<TransactWriteItem>, StoreError> + Send + Sync,
    ) -> Result<Appended, AppendRefusal> {
        let race = Race {
            also: Some(&also),
            claim,
            ..Race::new(app, room, draft, now)
        };
        self.race(race, None).await
    }

    pub(crate) async fn race(&self, race: Race<'_>, seen: Option<Head>) -> Result<Appended, AppendRefusal> {
        match timeout(LIMIT, self.run_race(&race, seen)).await {
            Ok(result) => result,
            // Who gave up waiting for the answer of a put does not know whether it was applied.
            Err(_) if race.unanswered.load(Ordering::Relaxed) => {
                Err(StoreError::Unavailable("no answer".to_owned()).into())
            }
            Err(_) => Err(AppendRefusal::Busy),
        }
    }

    async fn run_race(&self, race: &Race<'_>, seen: Option<Head>) -> Result<Appended, AppendRefusal> {
        let lane = self.lanes.of(race.app, race.room);
        let mut last = lane.lock().await;
        let mut seen = match self.enter(race, seen, *last).await? {
            Look::On(seen) => seen,
            Look::Settled(begin) => return settled(begin),
        };
        self.note_outbox(race.app, race.room, seen.head.seq, race.now).await?;
        for lost in 0..TRIES {
            if lost >= 2 {
                sleep(jitter(race.draft, lost)).await;
                match self.look_after(race, seen).await? {
                    Look::On(further) => seen = further,
                    Look::Settled(begin) => return settled(begin),
                }
            }
            *last = Some(seen);
            if seen.head.closed {
                return Err(AppendRefusal::Closed);
            }
            race.unanswered.store(true, Ordering::Relaxed);
            let put = self.put_after(race, seen.head).await?;
            race.unanswered.store(false, Ordering::Relaxed);
            match put {
                Put::Stands(entry) => {
                    *last = Some(seen.and(&entry));
                    return Ok(Appended::New(*entry));
                }
                Put::Settled(result) => return *result,
                Put::Lost(None) => {}
                Put::Behind => match self.look_after(race, seen).await? {
                    Look::On(further) => seen = further,
                    Look::Settled(begin) => return settled(begin),
                },
                Put::Lost(Some(winner)) => {
                    seen = seen.and(&winner);
                    *last = Some(seen);
                    if let Some(begin) = race.overtaken(std::slice::from_ref(&*winner)) {
                        return settled(begin);
                    }
                }
            }
        }
        Err(AppendRefusal::Busy)
    }

    /// Where to begin, now that the lane is ours. Entries that other writers of this process appended while we waited are looked
    /// at too, unless they can be neither ours (no earlier attempt) nor the end of our right to write.
    async fn enter(&self, race: &Race<'_>, seen: Option<Head>, last: Option<Seen>) -> Result<Look, AppendRefusal> {
        match (seen, last) {
            (Some(seen), Some(last)) if last.head.seq > seen.seq => {
                if race.must_look() || last.bar > seen.seq {
                    self.look_after(race, Seen::new(seen, race.now)).await
                } else {
                    Ok(Look::On(last))
                }
            }
            (Some(seen), Some(last)) if last.head.seq == seen.seq => Ok(Look::On(last)),
            (Some(seen), _) => Ok(Look::On(Seen::new(seen, race.now))),
            (None, Some(last)) if last.is_fresh(race.now) => Ok(Look::On(last)),
            (None, _) => match self.begin_append(race.app, race.room, race.draft, Start::Head).await? {
                Begin::After(head) => Ok(Look::On(Seen::new(head, race.now))),
                begin => Ok(Look::Settled(begin)),
            },
        }
    }

    /// Reads all that follows `seen` and looks for ourselves.
    async fn look_after(&self, race: &Race<'_>, mut seen: Seen) -> Result<Look, AppendRefusal> {
        loop {
            let range = Range {
                from: seen.head.seq.next(),
                to: last_seq(),
                oldest_first: true,
                limit: 300,
                consistent: true,
            };
            let page = self.read_log(race.app, race.room, range).await?;
            if let Some(begin) = race.overtaken(&page.entries) {
                return Ok(Look::Settled(begin));
            }
            seen = page.entries.iter().fold(seen, Seen::and);
            if !page.more {
                return Ok(Look::On(seen));
            }
        }
    }
}

fn settled(begin: Begin) -> Result<Appended, AppendRefusal> {
    match begin {
        Begin::Found(appended) => Ok(*appended),
        Begin::Reused => Err(AppendRefusal::Reused),
        Begin::Left => Err(AppendRefusal::NotAMember),
        Begin::Barred => Err(AppendRefusal::Barred),
        Begin::NoRoom => Err(AppendRefusal::NoRoom),
        Begin::Stale | Begin::After(_) => Err(AppendRefusal::StaleBase),
    }
}
