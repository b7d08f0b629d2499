//! The rules of the room log: what an entry carries forward, what follows a head, and how an attempt recognises its own entry.
//!
//! The algorithm that uses them (compare-and-append) is in the store; every interleaving of it was model-checked.

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use crate::member::Role;
use crate::room::RoomKind;
use crate::text::{Custom, DisplayName, MessageText};
use crate::{ClientId, Moment, Seq, Timestamp, UserId};

/// How far ahead of the writer's clock an entry's time may be, because the entry before it was.
pub const AHEAD_MILLIS: i64 = 5 * 60 * 1000;

/// Drawn once per invocation: by it an attempt knows an entry as its own although the answer of the put was lost.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct WriteId(String);

impl WriteId {
    /// A new one, of 96 random bits.
    #[must_use]
    pub fn generate(moment: &mut Moment) -> Self {
        Self(hex(&moment.entropy.bytes::<12>()))
    }

    /// As text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// A hash of what a write says, by which a second write under the same client id is known as the same or another.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct BodyHash(String);

impl BodyHash {
    /// Of the body's serialised form (96 bits).
    #[must_use]
    pub fn of<T: Serialize>(body: &T) -> Self {
        let text = serde_json::to_vec(body).unwrap_or_default();
        Self(hex(&Sha256::digest(text)[..12]))
    }

    /// As text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

fn hex(bytes: &[u8]) -> String {
    use std::fmt::Write as _;
    bytes
        .iter()
        .fold(String::with_capacity(bytes.len() * 2), |mut text, byte| {
            let _ = write!(text, "{byte:02x}");
            text
        })
}

/// What an entry says.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum Body {
    /// The first entry of every log.
    RoomCreated {
        /// How the room came about.
        kind: RoomKind,
        /// Its first name.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        name: Option<DisplayName>,
        /// Its first members.
        members: Vec<UserId>,
    },
    /// A message.
    Message {
        /// What it says.
        text: MessageText,
        /// The integrator's own data.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        custom: Option<Custom>,
    },
    /// Someone became a member.
    MemberJoined {
        /// Who.
        user: UserId,
        /// As what.
        role: Role,
    },
    /// Someone left or was removed; the entry's sender says by whom.
    MemberLeft {
        /// Who.
        user: UserId,
    },
    /// The room's name or custom data changed to this.
    RoomUpdated {
        /// The name from here on.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        name: Option<DisplayName>,
        /// The custom data from here on.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        custom: Option<Custom>,
    },
    /// The last entry of a deleted room.
    RoomDeleted,
}

impl Body {
    /// Whether it counts for `msg_no` and unread.
    #[must_use]
    pub const fn is_message(&self) -> bool {
        matches!(self, Self::Message { .. })
    }
}

/// An entry to be written, before it has a place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Draft {
    /// By whom; `None`: the backend.
    pub sender: Option<UserId>,
    /// The client's id of this write.
    pub client_id: Option<ClientId>,
    /// This invocation's id of this write.
    pub write_id: WriteId,
    /// What it says.
    pub body: Body,
    /// The hash of `body`.
    pub hash: BodyHash,
}

impl Draft {
    /// A write of `body` by `sender`.
    #[must_use]
    pub fn new(moment: &mut Moment, sender: Option<UserId>, client_id: Option<ClientId>, body: Body) -> Self {
        Self {
            sender,
            client_id,
            write_id: WriteId::generate(moment),
            hash: BodyHash::of(&body),
            body,
        }
    }
}

/// An entry of a room's log.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Entry {
    /// Its place.
    pub seq: Seq,
    /// Messages up to and with this entry.
    pub msg_no: u64,
    /// The last message up to and with this entry; 0 if there is none.
    pub last_msg_seq: Seq,
    /// When; never decreases along the log.
    pub at: Timestamp,
    /// By whom; `None`: the backend.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sender: Option<UserId>,
    /// The client's id of this write.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub client_id: Option<ClientId>,
    /// The write's id.
    pub write_id: WriteId,
    /// The hash of the body as it was written.
    pub hash: BodyHash,
    /// What it says.
    pub body: Body,
}

/// What the next entry needs to know of the one before it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Head {
    /// Its place.
    pub seq: Seq,
    /// Messages up to here.
    pub msg_no: u64,
    /// The last message up to here.
    pub last_msg_seq: Seq,
    /// Its time.
    pub at: Timestamp,
    /// Nothing follows a `room_deleted`.
    pub closed: bool,
}

impl Entry {
    /// As the head of the log.
    #[must_use]
    pub fn head(&self) -> Head {
        Head {
            seq: self.seq,
            msg_no: self.msg_no,
            last_msg_seq: self.last_msg_seq,
            at: self.at,
            closed: matches!(self.body, Body::RoomDeleted),
        }
    }
}

/// The first entry of a log.
#[must_use]
pub fn first(draft: &Draft, now: Timestamp) -> Entry {
    place(
        Head {
            seq: Seq::ZERO,
            msg_no: 0,
            last_msg_seq: Seq::ZERO,
            at: now,
            closed: false,
        },
        draft,
        now,
    )
}

/// The entry that `draft` becomes right after `head`.
#[must_use]
pub fn place(head: Head, draft: &Draft, now: Timestamp) -> Entry {
    let seq = head.seq.next();
    let message = draft.body.is_message();
    Entry {
        seq,
        msg_no: head.msg_no + u64::from(message),
        last_msg_seq: if message { seq } else { head.last_msg_seq },
        at: now.max(head.at.min(now.plus_millis(AHEAD_MILLIS))),
        sender: draft.sender,
        client_id: draft.client_id.clone(),
        write_id: draft.write_id.clone(),
        hash: draft.hash.clone(),
        body: draft.body.clone(),
    }
}

/// Whose an entry is, seen from an attempt to write `draft`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Whose {
    /// This invocation wrote it: the put was applied and its answer lost.
    This,
    /// An earlier invocation wrote it under the same client id.
    Earlier,
    /// The same client id with another body.
    Reused,
    /// Someone else's.
    Foreign,
}

/// Looks at an entry that stands where ours was to stand, or between our base and the end.
#[must_use]
pub fn whose(entry: &Entry, draft: &Draft) -> Whose {
    if entry.write_id == draft.write_id {
        return Whose::This;
    }
    let same_write = draft.client_id.is_some() && entry.client_id == draft.client_id && entry.sender == draft.sender;
    match (same_write, entry.hash == draft.hash) {
        (false, _) => Whose::Foreign,
        (true, true) => Whose::Earlier,
        (true, false) => Whose::Reused,
    }
}

/// Whether these entries, in order, end the membership of the message's sender: it was checked before they were written, so a
/// message that waited behind them must not follow.
#[must_use]
pub fn ends_membership(entries: &[Entry], draft: &Draft) -> bool {
    let Some(sender) = draft.sender.filter(|_| draft.body.is_message()) else {
        return false;
    };
    let about_sender = entries.iter().rev().find_map(|entry| match &entry.body {
        Body::MemberLeft { user } if *user == sender => Some(true),
        Body::MemberJoined { user, .. } if *user == sender => Some(false),
        _ => None,
    });
    about_sender.unwrap_or(false)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::moment::Entropy;

    fn moment(millis: i64) -> Moment {
        Moment {
            now: Timestamp::from_millis(millis),
            entropy: Entropy::from_seed([u8::try_from(millis % 251).unwrap(); 32]),
        }
    }

    fn message(moment: &mut Moment, client_id: Option<&str>, text: &str) -> Draft {
        let client_id = client_id.map(|id| ClientId::parse(id).unwrap());
        Draft::new(
            moment,
            None,
            client_id,
            Body::Message {
                text: MessageText::parse(text).unwrap(),
                custom: None,
            },
        )
    }

    #[test]
    fn an_entry_carries_the_count_of_messages_and_the_last_message_forward() {
        let mut m = moment(1_000);
        let created = Draft::new(
            &mut m,
            None,
            None,
            Body::RoomCreated {
                kind: RoomKind::Group,
                name: None,
                members: vec![],
            },
        );
        let one = first(&created, m.now);
        assert_eq!((one.seq, one.msg_no, one.last_msg_seq), (Seq::FIRST, 0, Seq::ZERO));
        let two = place(one.head(), &message(&mut m, None, "hi"), m.now);
        assert_eq!((two.seq.get(), two.msg_no, two.last_msg_seq.get()), (2, 1, 2));
        let left = Draft::new(&mut m, None, None, Body::RoomDeleted);
        let three = place(two.head(), &left, m.now);
        assert_eq!(
            (
                three.seq.get(),
                three.msg_no,
                three.last_msg_seq.get(),
                three.head().closed
            ),
            (3, 1, 2, true)
        );
    }

    #[test]
    fn time_does_not_run_backwards_but_a_wrong_clock_does_not_spoil_the_room() {
        let mut m = moment(0);
        let draft = message(&mut m, None, "x");
        let at = |head: i64, now: i64| {
            let head = Head {
                seq: Seq::FIRST,
                msg_no: 0,
                last_msg_seq: Seq::ZERO,
                at: Timestamp::from_millis(head),
                closed: false,
            };
            place(head, &draft, Timestamp::from_millis(now)).at.millis()
        };
        assert_eq!(at(1_000, 2_000), 2_000);
        assert_eq!(at(2_000, 1_000), 2_000);
        assert_eq!(at(10_000_000, 1_000), 1_000 + AHEAD_MILLIS);
    }

    #[test]
    fn an_attempt_knows_its_own_entry() {
        let mut m = moment(5);
        let draft = message(&mut m, Some("c1"), "hi");
        let entry = first(&draft, m.now);
        assert_eq!(whose(&entry, &draft), Whose::This);
        assert_eq!(whose(&entry, &message(&mut m, Some("c1"), "hi")), Whose::Earlier);
        assert_eq!(whose(&entry, &message(&mut m, Some("c1"), "ho")), Whose::Reused);
        assert_eq!(whose(&entry, &message(&mut m, Some("c2"), "hi")), Whose::Foreign);
        assert_eq!(whose(&entry, &message(&mut m, None, "hi")), Whose::Foreign);
        let anonymous = message(&mut m, None, "hi");
        assert_eq!(
            whose(&first(&anonymous, m.now), &message(&mut m, None, "hi")),
            Whose::Foreign
        );
    }

    #[test]
    fn a_message_does_not_follow_the_departure_of_its_sender() {
        let mut m = moment(7);
        let (ada, bob) = (UserId::generate(&mut m), UserId::generate(&mut m));
        let mut entry = |body| first(&Draft::new(&mut m, None, None, body), Timestamp::from_millis(1));
        let left = entry(Body::MemberLeft { user: ada });
        let joined = entry(Body::MemberJoined {
            user: ada,
            role: Role::Member,
        });
        let by = |sender| Draft {
            sender,
            ..message(&mut moment(8), None, "hi")
        };
        assert!(ends_membership(&[joined.clone(), left.clone()], &by(Some(ada))));
        assert!(!ends_membership(&[left.clone(), joined], &by(Some(ada))));
        assert!(!ends_membership(std::slice::from_ref(&left), &by(Some(bob))));
        assert!(!ends_membership(std::slice::from_ref(&left), &by(None)));
        let departure = Draft::new(&mut m, Some(ada), None, Body::MemberLeft { user: ada });
        assert!(!ends_membership(&[left], &departure));
    }
}
