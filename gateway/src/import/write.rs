//! The second pass: users, then the rooms one after another in eight lanes.

use std::collections::{BTreeSet, HashMap};
use std::sync::Mutex;
use std::sync::PoisonError;
use std::sync::atomic::{AtomicU64, Ordering};

use futures_util::future::try_join_all;
use futures_util::{StreamExt as _, TryStreamExt as _, stream};
use parlour_domain::{AppId, Moment, Timestamp, UserId};
use parlour_service::import::{ImportError, OldMessage, OldRoom, OldUser, RoomImport, user};
use parlour_store::Store;

use super::Refusal;
use super::facts::{Fact, MessageFact, Person, RoomFact, room_of};
use super::gather::Gathered;
use super::spill::Sorted;

/// Users that are written at once.
const USERS_AT_ONCE: usize = 16;
/// Messages that are handed over at once.
const MESSAGES_AT_ONCE: usize = 40;
/// Rooms that are named which could not be imported.
const NAMED: usize = 20;

/// What was written; of each kind all that the export has, and how many of them were new.
#[derive(Debug, Default)]
pub(crate) struct Counts {
    pub(crate) users: (AtomicU64, AtomicU64),
    pub(crate) rooms: (AtomicU64, AtomicU64),
    pub(crate) messages: (AtomicU64, AtomicU64),
    /// Rooms that could not be imported, and why: how many, and the first of them.
    refused: Mutex<(u64, Vec<String>)>,
}

impl Counts {
    /// Everything that is done.
    pub(crate) fn done(&self) -> u64 {
        [&self.users, &self.rooms, &self.messages]
            .iter()
            .map(|(all, _)| all.load(Ordering::Relaxed))
            .sum()
    }

    fn refuse(&self, room: &RoomFact, why: &ImportError) {
        let mut refused = self.refused.lock().unwrap_or_else(PoisonError::into_inner);
        refused.0 += 1;
        if refused.1.len() < NAMED {
            refused.1.push(format!("the room `{}`: {why}", room.key));
        }
    }

    /// Rooms that could not be imported: how many, and the first of them.
    pub(crate) fn refused(self) -> (u64, Vec<String>) {
        self.refused.into_inner().unwrap_or_else(PoisonError::into_inner)
    }
}

fn count((all, new): &(AtomicU64, AtomicU64), done: u64, made: u64) {
    all.fetch_add(done, Ordering::Relaxed);
    new.fetch_add(made, Ordering::Relaxed);
}

/// Why the writing stopped.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Stopped {
    /// What was sorted cannot be read.
    #[error(transparent)]
    Read(#[from] Refusal),
    /// The store did not take it.
    #[error(transparent)]
    Import(#[from] ImportError),
}

/// What writes an export into an app.
pub(crate) struct Writer<'a> {
    /// Without an outbox: nobody is told.
    pub(crate) store: &'a Store,
    pub(crate) app: &'a AppId,
    /// Called whenever something is done.
    pub(crate) watch: &'a (dyn Fn(&Counts) + Sync),
}

impl Writer<'_> {
    /// Writes what is not there yet.
    pub(crate) async fn write(&self, moment: &mut Moment, gathered: Gathered) -> Result<Counts, Stopped> {
        let counts = Counts::default();
        let ids = self.users(moment, gathered.people, &counts).await?;
        let lanes = gathered.lanes.into_iter().map(|sorted| {
            let lane = Lane {
                writer: self,
                ids: &ids,
                counts: &counts,
                moment: moment.fork(),
                facts: Facts::new(sorted),
            };
            lane.write()
        });
        try_join_all(lanes).await?;
        Ok(counts)
    }

    async fn users(
        &self,
        moment: &mut Moment,
        people: HashMap<String, Person>,
        counts: &Counts,
    ) -> Result<HashMap<String, UserId>, ImportError> {
        let writes = people.into_iter().map(|(id, person)| {
            let mut moment = moment.fork();
            async move {
                let old = OldUser {
                    external_id: person.external_id,
                    name: person.name,
                    created_at: person.created_at,
                    gone_since: person.gone_since,
                };
                let (user, new) = user(self.store, &mut moment, self.app, &old).await?;
                count(&counts.users, 1, u64::from(new));
                (self.watch)(counts);
                Ok::<_, ImportError>((id, user))
            }
        });
        stream::iter(writes).buffer_unordered(USERS_AT_ONCE).try_collect().await
    }
}

/// Rooms that are written one after another.
struct Lane<'a> {
    writer: &'a Writer<'a>,
    ids: &'a HashMap<String, UserId>,
    counts: &'a Counts,
    moment: Moment,
    facts: Facts,
}

impl Lane<'_> {
    async fn write(mut self) -> Result<(), Stopped> {
        while let Some(room) = self.facts.next_room()? {
            let Some(Fact::Room(fact)) = self.facts.next_of(&room)? else {
                // Whatever was put has a room that was put before.
                continue;
            };
            match self.room(&room, &fact).await {
                Err(Stopped::Import(why @ (ImportError::WrittenSince | ImportError::Full))) => {
                    self.counts.refuse(&fact, &why);
                    while self.facts.next_of(&room)?.is_some() {}
                }
                outcome => outcome?,
            }
            (self.writer.watch)(self.counts);
        }
        Ok(())
    }

    async fn room(&mut self, room: &[u8], fact: &RoomFact) -> Result<(), Stopped> {
        let mut members = BTreeSet::new();
        let mut next = self.facts.next_of(room)?;
        while let Some(Fact::Member(member)) = next {
            members.extend(self.id(&member));
            next = self.facts.next_of(room)?;
        }
        let first = match &next {
            Some(Fact::Message(message)) => Some(message.at),
            _ => None,
        };
        let old = self.old_room(fact, members, first);
        let mut filled = RoomImport::open(self.writer.store, &mut self.moment, self.writer.app, old).await?;
        count(&self.counts.rooms, 1, u64::from(filled.new));
        let mut waiting = Vec::new();
        while let Some(fact) = next {
            match fact {
                Fact::Message(message) => {
                    waiting.push(self.old_message(message));
                    if waiting.len() == MESSAGES_AT_ONCE {
                        self.add(&mut filled, &mut waiting).await?;
                    }
                }
                Fact::Read(member, message) => {
                    self.add(&mut filled, &mut waiting).await?;
                    if let Some(user) = self.id(&member) {
                        filled.mark(user, message.as_ref());
                    }
                }
                Fact::Room(_) | Fact::Member(_) => {}
            }
            next = self.facts.next_of(room)?;
        }
        self.add(&mut filled, &mut waiting).await?;
        Ok(filled.finish().await.map_err(ImportError::from)?)
    }

    async fn add(&self, filled: &mut RoomImport<'_>, waiting: &mut Vec<OldMessage>) -> Result<(), ImportError> {
        if waiting.is_empty() {
            return Ok(());
        }
        let new = filled.add(waiting).await?;
        count(&self.counts.messages, waiting.len() as u64, new as u64);
        waiting.clear();
        (self.writer.watch)(self.counts);
        Ok(())
    }

    fn id(&self, person: &str) -> Option<UserId> {
        self.ids.get(person).copied()
    }

    fn old_room(&self, fact: &RoomFact, members: BTreeSet<UserId>, first: Option<Timestamp>) -> OldRoom {
        let now = self.moment.now;
        let created_at = [fact.created_at, first].into_iter().flatten().min();
        OldRoom {
            key: fact.key.clone(),
            name: fact.name.clone(),
            custom: fact.custom.clone(),
            public: fact.public,
            direct: fact.direct,
            members: members.into_iter().collect(),
            created_at: created_at.unwrap_or(now).min(now),
        }
    }

    fn old_message(&self, fact: MessageFact) -> OldMessage {
        let id = |person: Option<String>| person.and_then(|person| self.id(&person));
        OldMessage {
            id: fact.id,
            sender: id(fact.sender),
            at: fact.at,
            text: fact.text,
            subject: fact.subject,
            label: fact.label,
            status: fact.status,
            parent: fact.parent,
            deleted: fact.deleted.map(|(at, by)| (at, id(by))),
            read: fact.read,
        }
    }
}

/// Sorted facts, room by room.
struct Facts {
    sorted: Sorted,
    /// The next one, with its room.
    ahead: Option<(Vec<u8>, Fact)>,
}

impl Facts {
    const fn new(sorted: Sorted) -> Self {
        Self { sorted, ahead: None }
    }

    /// The room that the next fact is about; `None`: there are no more.
    fn next_room(&mut self) -> Result<Option<Vec<u8>>, Refusal> {
        if self.ahead.is_none()
            && let Some((key, value)) = self.sorted.next().map_err(Refusal::spill)?
        {
            let fact = serde_json::from_slice(&value).map_err(|error| Refusal::spill(error.into()))?;
            self.ahead = Some((room_of(&key).to_vec(), fact));
        }
        Ok(self.ahead.as_ref().map(|(room, _)| room.clone()))
    }

    /// The next fact, if it is about this room.
    fn next_of(&mut self, room: &[u8]) -> Result<Option<Fact>, Refusal> {
        if self.next_room()?.as_deref() == Some(room) {
            return Ok(self.ahead.take().map(|(_, fact)| fact));
        }
        Ok(None)
    }
}
