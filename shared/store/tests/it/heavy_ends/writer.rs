//! A client that sends until it knows, in a room whose beginning goes away.

use parlour_domain::log::Entry;
use parlour_domain::{AppId, RoomNumber, Seq, UserId};
use parlour_store::{AppendRefusal, Store};

use super::ATTEMPTS;
use crate::given::{How, entry_of, send};
use crate::world::Clock;

/// A client of the room, and how it makes its sends safe to repeat.
pub(super) struct Writer {
    pub(super) store: Store,
    pub(super) app: AppId,
    pub(super) room: RoomNumber,
    pub(super) clock: Clock,
    pub(super) user: UserId,
    pub(super) how: How,
}

/// What a client that looks for its message finds.
enum Resumed {
    Stands(Seq),
    Absent,
    /// The beginning is gone, and the message may have been there.
    Limited,
}

impl Writer {
    /// Sends until there is an answer; `None`: nobody can tell any more whether it was written.
    pub(super) async fn write(&mut self, text: &str) -> Option<Seq> {
        for _ in 0..ATTEMPTS {
            let draft = self.clock.message(self.user, Some(text), text);
            let now = self.clock.now();
            match send(&self.store, &self.app, self.room, &draft, self.how, now).await {
                Ok(appended) => {
                    let stands = entry_of(&appended).seq;
                    if let How::Base(base) = &mut self.how {
                        *base = stands.max(*base);
                    }
                    return Some(stands);
                }
                Err(AppendRefusal::OutcomeUnknown) => return None,
                Err(AppendRefusal::StaleBase) => match self.resume(text).await {
                    Resumed::Stands(stands) => return Some(stands),
                    Resumed::Absent => {}
                    Resumed::Limited => return None,
                },
                Err(AppendRefusal::Busy | AppendRefusal::Store(_)) => {}
                Err(refusal) => panic!("{text}: {refusal}"),
            }
        }
        panic!("{text} was not written in {ATTEMPTS} attempts");
    }

    /// What a client does about a stale base: reads on from it to the end, looks for its own message, takes a new base.
    async fn resume(&mut self, text: &str) -> Resumed {
        let How::Base(base) = &mut self.how else {
            panic!("only a base gets stale")
        };
        let (old, mut after) = (*base, *base);
        loop {
            let page = self
                .store
                .entries_after(&self.app, self.room, after, 300)
                .await
                .unwrap();
            // By its id: what it said may be deleted by now.
            let own = |entry: &&Entry| entry.client_id.as_ref().is_some_and(|id| id.as_str() == text);
            let stands = page.entries.iter().find(own).map(|entry| entry.seq);
            after = page.entries.last().map_or(after, |last| last.seq);
            *base = after;
            if let Some(stands) = stands {
                return Resumed::Stands(stands);
            }
            if !page.more {
                let row = self.store.room(&self.app, self.room).await.unwrap().unwrap();
                return if row.floor > old.next() {
                    Resumed::Limited
                } else {
                    Resumed::Absent
                };
            }
        }
    }
}
