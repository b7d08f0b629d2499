//! One room: made or found, filled in the order of its messages, then read as far as its members had.

mod filling;

use std::collections::{BTreeMap, HashMap};
use std::hash::{DefaultHasher, Hash as _, Hasher as _};

use parlour_domain::log::{Body, Draft, Entry, Head, Replies};
use parlour_domain::member::{ReadPosition, Role};
use parlour_domain::room::{Room, RoomKind};
use parlour_domain::text::{Custom, DisplayName, Label, MessageText, Subject};
use parlour_domain::{AppId, ClientId, Moment, RoomKey, RoomNumber, Seq, Timestamp, UserId, limits};
use parlour_store::{AppendRefusal, Created, NewRoom, Store, StoreError};

use self::filling::{NONE, replied};
use super::{ImportError, TRIES};

/// Entries of one read.
const READ: usize = 300;
/// Members whose rows are read at once.
const ROWS: usize = 100;

/// A room of the other service.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OldRoom {
    /// What it is called there: the room's key here.
    pub key: RoomKey,
    /// Its name.
    pub name: Option<DisplayName>,
    /// Data of the integrator's own.
    pub custom: Option<Custom>,
    /// Whether any user may join by themselves.
    pub public: bool,
    /// Whether it is the one room of its two members, if they have none yet.
    pub direct: bool,
    /// Its members, each once.
    pub members: Vec<UserId>,
    /// When it was made: not after its first message.
    pub created_at: Timestamp,
}

/// A message of the other service.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OldMessage {
    /// Its id there.
    pub id: ClientId,
    /// By whom; none: the backend.
    pub sender: Option<UserId>,
    /// When.
    pub at: Timestamp,
    /// What it says; none of one that is deleted.
    pub text: Option<MessageText>,
    /// What it is about.
    pub subject: Option<Subject>,
    /// What kind of message it is.
    pub label: Option<Label>,
    /// Its state.
    pub status: Option<Label>,
    /// The message that it replies to.
    pub parent: Option<ClientId>,
    /// When and by whom it was deleted; nothing that it said is kept then.
    pub deleted: Option<(Timestamp, Option<UserId>)>,
    /// Whether those it was for have read it, where the service says it of the message.
    pub read: Option<bool>,
}

/// Where a message stands.
#[derive(Debug, Clone, Copy)]
struct Place {
    at: ReadPosition,
    /// The message whose thread it is in.
    parent: Option<Seq>,
}

/// A room that is being filled. It remembers about 60 bytes for each message.
#[derive(Debug)]
pub struct RoomImport<'a> {
    store: &'a Store,
    app: &'a AppId,
    now: Timestamp,
    number: RoomNumber,
    members: Vec<UserId>,
    head: Head,
    places: HashMap<u128, Place>,
    threads: HashMap<Seq, Replies>,
    /// The last message that an import wrote.
    last: ReadPosition,
    /// Somebody else has written.
    written_since: bool,
    marks: HashMap<UserId, ReadPosition>,
    /// The last message of each sender that the service calls read.
    read_of: Option<BTreeMap<Option<UserId>, ReadPosition>>,
    /// Whether this run made the room.
    pub new: bool,
}

/// 128 bits of an id: a room may have millions of them.
fn mark_of(id: &ClientId) -> u128 {
    let half = |salt: u8| {
        let mut hasher = DefaultHasher::new();
        (salt, id.as_str()).hash(&mut hasher);
        u128::from(hasher.finish())
    };
    (half(0) << 64) | half(1)
}

impl<'a> RoomImport<'a> {
    /// Makes the room, or finds the one with its key, reads what stands in it, and adds members that it has not.
    ///
    /// # Errors
    /// [`ImportError`].
    pub async fn open(
        store: &'a Store,
        moment: &mut Moment,
        app: &'a AppId,
        old: OldRoom,
    ) -> Result<Self, ImportError> {
        if old.members.len() as u64 > limits::MEMBERS {
            return Err(ImportError::Full);
        }
        let (number, new) = find_or_make(store, moment, app, &old).await?;
        let mut room = Self {
            store,
            app,
            now: moment.now,
            number,
            members: old.members,
            head: Head {
                seq: Seq::ZERO,
                msg_no: 0,
                last_msg_seq: Seq::ZERO,
                at: old.created_at,
                closed: false,
            },
            places: HashMap::new(),
            threads: HashMap::new(),
            last: ReadPosition::default(),
            written_since: false,
            marks: HashMap::new(),
            read_of: None,
            new,
        };
        room.look().await?;
        room.complete_members().await?;
        Ok(room)
    }

    /// Reads on from the last entry that was looked at.
    async fn look(&mut self) -> Result<(), StoreError> {
        loop {
            let after = self.head.seq;
            let page = self.store.entries_after(self.app, self.number, after, READ).await?;
            page.entries.iter().for_each(|entry| self.pass(entry));
            if !page.more {
                return Ok(());
            }
        }
    }

    fn pass(&mut self, entry: &Entry) {
        self.head = entry.head();
        if !entry.write_id.is_import() {
            self.written_since |= entry.seq > Seq::FIRST;
            return;
        }
        let (Some(id), Some(message)) = (&entry.client_id, entry.message()) else {
            return;
        };
        let at = ReadPosition {
            seq: entry.seq,
            msg_no: entry.msg_no,
        };
        self.last = at;
        let parent = message.parent;
        self.places.insert(mark_of(id), Place { at, parent });
        if let Some(parent) = parent {
            // Not what the parent says: it was looked at before, and may be behind.
            replied(self.threads.entry(parent).or_insert(NONE), entry.seq);
        }
    }

    /// Members whom the room lacks: it is made with a part of them. Who left since somebody else wrote stays away.
    async fn complete_members(&mut self) -> Result<(), ImportError> {
        if self.written_since {
            return Ok(());
        }
        let mut missing = Vec::new();
        for some in self.members.chunks(ROWS) {
            let rows = self.store.member_rows(self.app, self.number, some).await?;
            missing.extend(
                some.iter()
                    .copied()
                    .filter(|user| rows.iter().all(|row| row.user != *user)),
            );
        }
        for some in missing.chunks(limits::MEMBERS_AT_ONCE) {
            let new: Vec<_> = some.iter().map(|user| (*user, Role::Member)).collect();
            let body = Body::MembersAdded { members: some.to_vec() };
            let id = ClientId::parse(&format!("members.{}", some[0])).map_err(|_| ImportError::Busy)?;
            let draft = Draft {
                client_id: None,
                ..Draft::of_import(None, &id, body)
            };
            let at = self.head.at;
            let added = self
                .store
                .add_members(self.app, self.number, &new, &draft, None, at)
                .await;
            match added {
                Ok(_) => self.look().await?,
                Err(AppendRefusal::Store(error)) => return Err(error.into()),
                Err(AppendRefusal::Closed) => return Err(ImportError::WrittenSince),
                // In a direct room nobody is missing; otherwise somebody came, or the room is full.
                Err(_) => return Err(ImportError::Busy),
            }
        }
        Ok(())
    }
}

/// The room with this key, and whether it was made now.
async fn find_or_make(
    store: &Store,
    moment: &mut Moment,
    app: &AppId,
    old: &OldRoom,
) -> Result<(RoomNumber, bool), ImportError> {
    if let Some(keyed) = store.room_by_key(app, &old.key).await? {
        return Ok((keyed.room, false));
    }
    let mut pair = match (old.direct, old.members.as_slice()) {
        (true, [one, other]) => Some([*one, *other]),
        _ => None,
    };
    for _ in 0..TRIES {
        match make(store, moment, app, (old, pair)).await? {
            (number, Created::Done) => return Ok((number, true)),
            (_, Created::Keyed(keyed)) => return Ok((keyed.room, false)),
            // The two have a direct room: this one is a group of the two beside it.
            (_, Created::Existing(_) | Created::Blocked) => pair = None,
            (_, Created::Busy | Created::Reused | Created::Replayed(_)) => {}
        }
    }
    Err(ImportError::Busy)
}

async fn make(
    store: &Store,
    moment: &mut Moment,
    app: &AppId,
    (old, pair): (&OldRoom, Option<[UserId; 2]>),
) -> Result<(RoomNumber, Created), ImportError> {
    let number = store.next_room_number(app).await?.ok_or(ImportError::NoApp)?;
    let first: Vec<UserId> = old.members.iter().copied().take(limits::MEMBERS_AT_CREATION).collect();
    let kind = if pair.is_some() {
        RoomKind::Direct
    } else {
        RoomKind::Group
    };
    let name = old.name.clone().filter(|_| pair.is_none());
    let room = Room {
        name: name.clone(),
        public: old.public,
        custom: old.custom.clone(),
        member_count: first.len() as u64,
        key: Some(old.key.clone()),
        pair,
        ..Room::new(number, kind, old.created_at)
    };
    let body = Body::RoomCreated {
        kind,
        name,
        members: first.clone(),
    };
    let members: Vec<_> = first.into_iter().map(|user| (user, Role::Member)).collect();
    let new = NewRoom {
        app,
        room: &room,
        members: &members,
        draft: &Draft::new(moment, None, None, body),
        now: old.created_at,
    };
    Ok((number, store.create_room(new, None).await?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_are_told_apart() {
        let mark = |id: &str| mark_of(&ClientId::parse(id).unwrap());
        assert_eq!(mark("1"), mark("1"));
        let marks: std::collections::BTreeSet<_> = (0..1_000).map(|id| mark(&id.to_string())).collect();
        assert_eq!(marks.len(), 1_000);
    }
}
