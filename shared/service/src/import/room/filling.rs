//! What stands in a room: its messages in their order, and how far each member has read them.

use std::collections::{BTreeMap, HashSet};
use std::time::Duration;

use parlour_domain::log::{Body, Deletion, Draft, Entry, Message, Past, Replies, place_past};
use parlour_domain::member::ReadPosition;
use parlour_domain::{ClientId, Seq, UserId};
use parlour_store::StoreError;
use tokio::time::sleep;

use super::{ImportError, OldMessage, RoomImport, TRIES, mark_of};

/// Messages that are written at once: with as many parents of theirs, less than one transaction takes.
const AT_ONCE: usize = 40;
/// The first pause after the store did not answer; each later one is twice as long.
const PAUSE: Duration = Duration::from_secs(1);

impl RoomImport<'_> {
    /// Writes those of these messages that are not there yet, in this order, and tells how many they were.
    ///
    /// # Errors
    /// [`ImportError`].
    pub async fn add(&mut self, messages: &[OldMessage]) -> Result<usize, ImportError> {
        let mut written = 0;
        for some in messages.chunks(AT_ONCE) {
            written += self.add_some(some).await?;
        }
        Ok(written)
    }

    async fn add_some(&mut self, messages: &[OldMessage]) -> Result<usize, ImportError> {
        let new = self.missing(messages).len();
        for tried in 0..TRIES {
            let missing = self.missing(messages);
            if missing.is_empty() {
                self.note_read(messages);
                return Ok(new);
            }
            if self.written_since {
                return Err(ImportError::WrittenSince);
            }
            let (entries, threads) = self.placed(&missing);
            let counted: Vec<_> = threads.iter().map(|(seq, replies)| (*seq, replies.clone())).collect();
            match self.store.append_past(self.app, self.number, &entries, &counted).await {
                Ok(true) => {
                    entries.iter().for_each(|entry| self.pass(entry));
                    self.note_read(messages);
                    return Ok(new);
                }
                Ok(false) => {}
                // A table grows into what is asked of it; and what was not answered may stand.
                Err(error) if error.retryable() && tried + 1 < TRIES => sleep(PAUSE * (1 << tried)).await,
                Err(error) => return Err(error.into()),
            }
            self.look().await?;
        }
        Err(ImportError::Busy)
    }

    /// Those that are not there yet, each once.
    fn missing<'m>(&self, messages: &'m [OldMessage]) -> Vec<&'m OldMessage> {
        let mut seen = HashSet::new();
        let new = |message: &&OldMessage| {
            let mark = mark_of(&message.id);
            !self.places.contains_key(&mark) && seen.insert(mark)
        };
        messages.iter().filter(new).collect()
    }

    /// The entries that the messages become, and what threads that began before them come to.
    fn placed(&self, messages: &[&OldMessage]) -> (Vec<Entry>, BTreeMap<Seq, Replies>) {
        let (mut head, mut entries) = (self.head, Vec::<Entry>::with_capacity(messages.len()));
        let mut threads = BTreeMap::new();
        for old in messages {
            let parent = old.parent.as_ref().and_then(|id| self.thread_of(id, &entries));
            let entry = place_past(head, &past(old, parent), self.now);
            if let Some(parent) = parent {
                let replies = match entries.iter_mut().find(|entry| entry.seq == parent) {
                    Some(entry) => entry.replies.get_or_insert(NONE),
                    None => threads
                        .entry(parent)
                        .or_insert_with(|| self.threads.get(&parent).cloned().unwrap_or(NONE)),
                };
                replied(replies, entry.seq);
            }
            head = entry.head();
            entries.push(entry);
        }
        (entries, threads)
    }

    /// The message whose thread a reply to this one is in: a thread is one level deep.
    fn thread_of(&self, id: &ClientId, new: &[Entry]) -> Option<Seq> {
        if let Some(place) = self.places.get(&mark_of(id)) {
            return Some(place.parent.unwrap_or(place.at.seq));
        }
        let entry = new.iter().find(|entry| entry.client_id.as_ref() == Some(id))?;
        let parent = entry.message().and_then(|message| message.parent);
        Some(parent.unwrap_or(entry.seq))
    }

    fn note_read(&mut self, messages: &[OldMessage]) {
        for message in messages {
            let Some(read) = message.read else { continue };
            let of = self.read_of.get_or_insert_default();
            if let (true, Some(place)) = (read, self.places.get(&mark_of(&message.id))) {
                let last = of.entry(message.sender).or_default();
                *last = further(*last, place.at);
            }
        }
    }

    /// A member has read this message, or none of those that they were told of. Of whom nothing is said, that is taken to have
    /// read everything, unless messages say it themselves.
    pub fn mark(&mut self, user: UserId, read: Option<&ClientId>) {
        let place = read.and_then(|id| self.places.get(&mark_of(id)));
        let at = place.map(|place| place.at).unwrap_or_default();
        let mark = self.marks.entry(user).or_default();
        *mark = further(*mark, at);
    }

    /// Moves the members' read positions up to where they are in the other service, never down.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn finish(self) -> Result<(), StoreError> {
        let mut of: Vec<_> = self
            .read_of
            .iter()
            .flatten()
            .map(|(sender, at)| (*sender, *at))
            .collect();
        of.sort_by_key(|(_, at)| std::cmp::Reverse(at.seq));
        for user in &self.members {
            let by_message = || of.iter().find(|(sender, _)| *sender != Some(*user)).map(|(_, at)| *at);
            let to = match (self.marks.get(user), &self.read_of) {
                (Some(mark), _) => *mark,
                (None, Some(_)) => by_message().unwrap_or_default(),
                (None, None) => self.last,
            };
            if to.seq > Seq::FIRST {
                self.store.mark_read(self.app, self.number, *user, to).await?;
            }
        }
        Ok(())
    }
}

fn further(one: ReadPosition, other: ReadPosition) -> ReadPosition {
    if other.seq > one.seq { other } else { one }
}

/// One reply more.
pub(super) const fn replied(replies: &mut Replies, by: Seq) {
    replies.count += 1;
    replies.last = by;
}

/// A thread without a reply.
pub(super) const NONE: Replies = Replies {
    count: 0,
    last: Seq::ZERO,
};

fn past(old: &OldMessage, parent: Option<Seq>) -> Past {
    let message = match old.deleted {
        Some(_) => Message {
            parent,
            ..Message::default()
        },
        None => Message {
            text: old.text.clone(),
            subject: old.subject.clone(),
            label: old.label.clone(),
            status: old.status.clone(),
            parent,
            ..Message::default()
        },
    };
    Past {
        draft: Draft::of_import(old.sender, &old.id, Body::Message(message)),
        at: old.at,
        deletion: old.deleted.map(|(at, by)| Deletion { at, by, hard: true }),
    }
}
