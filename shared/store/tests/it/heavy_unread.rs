//! Unread counts against an oracle that remembers everything: they are derived, so they cannot drift.
//!
//! Members of one room send, read, leave and come back at random; after each step one of them asks for the unread count as
//! the service works it out.

use parlour_connectors::embedded::InlineEngine;
use parlour_domain::limits::{ENTRIES_PER_READ, UNREAD_EXACT};
use parlour_domain::log::{Body, Entry};
use parlour_domain::member::{ReadPosition, Role};
use parlour_domain::unread::{Derived, Unread, count, derive};
use parlour_domain::{RoomNumber, UserId};

use crate::given::{entry_of, seq};
use crate::size::{self, Draws, Stopwatch};
use crate::world::World;

const MEMBERS: usize = 5;

/// The room as the oracle remembers it.
struct Oracle {
    log: Vec<Entry>,
    /// Up to where each user has read; `None`: no member.
    read: Vec<Option<u64>>,
}

impl Oracle {
    /// Counts what the definition says, entry by entry.
    fn unread(&self, users: &[UserId], index: usize) -> Unread {
        let read = usize::try_from(self.read[index].unwrap()).unwrap();
        let tail = &self.log[read..];
        let messages = tail.iter().filter(|entry| entry.body.is_message()).count();
        let own = |entry: &&Entry| entry.body.is_message() && entry.sender == Some(users[index]);
        let looked_at = &tail[..tail.len().min(ENTRIES_PER_READ)];
        let others = u64::try_from(messages - looked_at.iter().filter(own).count()).unwrap();
        if u64::try_from(messages).unwrap() > UNREAD_EXACT {
            return Unread {
                count: UNREAD_EXACT,
                more: true,
            };
        }
        Unread {
            count: others,
            more: false,
        }
    }
}

/// As the service works it out: head and read position, and the tail only where that does not decide.
async fn unread(world: &World, room: RoomNumber, user: UserId) -> Unread {
    let member = world.store.member(&world.app, room, user).await.unwrap().unwrap();
    let head = world.store.head(&world.app, room, true).await.unwrap().unwrap().head();
    match derive(head, member.read) {
        Derived::Known(unread) => unread,
        Derived::ReadTail { after } => {
            let page = world
                .store
                .entries_after(&world.app, room, after, ENTRIES_PER_READ)
                .await
                .unwrap();
            let seen = page.entries.last().map_or(member.read.msg_no, |entry| entry.msg_no);
            count(&page.entries, user, head.msg_no.saturating_sub(seen))
        }
    }
}

struct Play {
    world: World,
    room: RoomNumber,
    users: Vec<UserId>,
    oracle: Oracle,
    draws: Draws,
}

impl Play {
    async fn step(&mut self) {
        let index = usize::try_from(self.draws.below(u64::try_from(MEMBERS).unwrap())).unwrap();
        match (self.oracle.read[index], self.draws.below(100)) {
            (None, 0..50) => self.come_back(index).await,
            (Some(_), 0..2) => self.leave(index).await,
            (Some(_), 2..60) => self.say(index).await,
            (Some(_), 60..75) => self.read(index).await,
            _ => {}
        }
        self.compare().await;
    }

    async fn say(&mut self, index: usize) {
        // Now and then a burst, so that counts pass the limit up to which they are exact.
        let burst = if self.draws.below(400) == 0 { 120 } else { 1 };
        for _ in 0..burst {
            let entry = self.world.say(self.room, self.users[index], "hello").await;
            self.oracle.log.push(entry);
        }
    }

    async fn read(&mut self, index: usize) {
        let length = u64::try_from(self.oracle.log.len()).unwrap();
        let back = self.draws.below(150).min(length - 1);
        let to = seq(length - self.draws.below(back + 1));
        let entry = self
            .world
            .store
            .entry(&self.world.app, self.room, to)
            .await
            .unwrap()
            .unwrap();
        let position = ReadPosition {
            seq: entry.seq,
            msg_no: entry.msg_no,
        };
        let moved = self
            .world
            .store
            .mark_read(&self.world.app, self.room, self.users[index], position)
            .await
            .unwrap();
        let before = self.oracle.read[index].as_mut().unwrap();
        assert_eq!(moved.is_some(), to.get() > *before);
        *before = to.get().max(*before);
    }

    async fn leave(&mut self, index: usize) {
        let (store, app, user) = (&self.world.store, &self.world.app, self.users[index]);
        let mut moment = self.world.clock.moment();
        store
            .begin_departure(app, self.room, user, None, &mut moment, None)
            .await
            .unwrap();
        let left = store
            .finish_departure(app, self.room, user, self.world.now())
            .await
            .unwrap()
            .unwrap();
        self.oracle.log.push(entry_of(&left).clone());
        self.oracle.read[index] = None;
    }

    async fn come_back(&mut self, index: usize) {
        let (user, role) = (self.users[index], Role::Member);
        let draft = self.world.clock.draft(None, None, Body::MemberJoined { user, role });
        let joined =
            self.world
                .store
                .add_member(&self.world.app, self.room, (user, role), &draft, None, self.world.now());
        let entry = entry_of(&joined.await.unwrap()).clone();
        self.oracle.read[index] = Some(entry.seq.get());
        self.oracle.log.push(entry);
    }

    /// One member, drawn at random, asks.
    async fn compare(&mut self) {
        let members: Vec<usize> = (0..MEMBERS)
            .filter(|index| self.oracle.read[*index].is_some())
            .collect();
        if members.is_empty() {
            return;
        }
        let index = *self.draws.pick(&members);
        let expected = self.oracle.unread(&self.users, index);
        assert_eq!(
            unread(&self.world, self.room, self.users[index]).await,
            expected,
            "at {}",
            self.oracle.log.len()
        );
    }
}

#[tokio::test]
async fn unread_counts_never_drift_heavy() {
    let started = Stopwatch::start();
    let steps = size::heavy(100_000);
    let world = World::patient("unread", InlineEngine::new().unwrap().connector(), 1).await;
    let users = world.clock.user_ids(MEMBERS);
    let room = world.room(1, &users).await.number;
    let oracle = Oracle {
        log: world.log(room).await,
        read: vec![Some(1); MEMBERS],
    };
    let mut play = Play {
        world,
        room,
        users,
        oracle,
        draws: Draws(size::seed()),
    };
    for _ in 0..steps {
        play.step().await;
    }
    let log = play.world.log(room).await;
    assert_eq!(log, play.oracle.log);
    println!("unread: {steps} steps, {} entries, {started}", log.len());
}
