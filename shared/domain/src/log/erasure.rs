//! Erasure of what one user said: which entries, and what is left of them. What is left is what a hard deletion leaves, and whether
//! an entry was erased can be seen from the entry alone: a page may be looked at as often as one likes, and is counted once.

use super::{Body, Deletion, Entry, Message};
use crate::{Timestamp, UserId};

/// What is erased.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Erasing {
    /// Whose words.
    pub user: UserId,
    /// What the user sent later stays; none: nothing stays.
    pub until: Option<Timestamp>,
    /// When the erasure began: the time of the deletions that it makes.
    pub at: Timestamp,
}

impl Erasing {
    /// The deletion that it leaves.
    #[must_use]
    pub const fn deletion(&self) -> Deletion {
        Deletion {
            at: self.at,
            by: None,
            hard: true,
        }
    }

    /// Whether it has erased this message.
    #[must_use]
    pub fn has_erased(&self, entry: &Entry) -> bool {
        entry.message().is_some() && entry.deletion.as_ref() == Some(&self.deletion())
    }

    /// What an entry becomes; `None`: it stays as it is. What others forwarded of the user's goes whenever they did: when the user
    /// said it stands in another log.
    #[must_use]
    pub fn erased(&self, entry: &Entry) -> Option<Entry> {
        let own = entry.sender == Some(self.user) && self.until.is_none_or(|until| entry.at <= until);
        match &entry.body {
            Body::Message(said) if own || self.is_theirs(said) => {
                let hard = entry.deletion.as_ref().is_some_and(|deletion| deletion.hard);
                (!hard).then(|| Entry {
                    body: Body::Message(said.blank()),
                    deletion: Some(self.deletion()),
                    rev: entry.rev + 1,
                    ..entry.clone()
                })
            }
            // Those of messages that are there still go with their message. Its message may be gone.
            Body::MessageEdited { target, now, before } if own || self.is_theirs(now) || self.is_theirs(before) => {
                let body = Body::MessageEdited {
                    target: *target,
                    now: Box::new(now.blank()),
                    before: Box::new(before.blank()),
                };
                (body != entry.body).then(|| Entry { body, ..entry.clone() })
            }
            _ => None,
        }
    }

    fn is_theirs(&self, message: &Message) -> bool {
        let origin = message.forwarded.as_ref();
        origin.is_some_and(|origin| origin.sender == Some(self.user))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::log::{Draft, Forwarded, Head, place};
    use crate::text::MessageText;
    use crate::{Entropy, Moment, RoomNumber, Seq};

    struct Given {
        moment: Moment,
        user: UserId,
        other: UserId,
    }

    impl Given {
        fn new() -> Self {
            let mut moment = Moment {
                now: Timestamp::from_millis(5_000),
                entropy: Entropy::from_seed([9; 32]),
            };
            Self {
                user: UserId::generate(&mut moment),
                other: UserId::generate(&mut moment),
                moment,
            }
        }

        fn entry(&mut self, sender: Option<UserId>, body: Body, at: i64) -> Entry {
            let head = Head {
                seq: Seq::FIRST,
                msg_no: 0,
                last_msg_seq: Seq::ZERO,
                at: Timestamp::from_millis(0),
                closed: false,
            };
            let draft = Draft::new(&mut self.moment, sender, None, body);
            place(head, &draft, Timestamp::from_millis(at))
        }

        fn erasing(&self, until: Option<i64>) -> Erasing {
            Erasing {
                user: self.user,
                until: until.map(Timestamp::from_millis),
                at: Timestamp::from_millis(5_000),
            }
        }
    }

    fn said(text: &str) -> Message {
        Message {
            parent: Some(Seq::FIRST),
            quote: Some(Seq::FIRST),
            ..Message::text(MessageText::parse(text).unwrap())
        }
    }

    #[test]
    fn what_the_user_said_until_then_is_left_as_by_a_hard_deletion() {
        let mut given = Given::new();
        let (user, other, erasing) = (given.user, given.other, given.erasing(Some(4_000)));
        let own = given.entry(Some(user), Body::Message(said("mine")), 4_000);
        let erased = erasing.erased(&own).unwrap();
        assert!(erasing.has_erased(&erased) && !erasing.has_erased(&own));
        assert_eq!(erased.message(), Some(&said("mine").blank()));
        assert_eq!((erased.sender, erased.rev), (Some(user), 1));
        assert_eq!(erasing.erased(&erased), None, "once");
        let late = given.entry(Some(user), Body::Message(said("late")), 4_001);
        assert_eq!(erasing.erased(&late), None);
        assert!(given.erasing(None).erased(&late).is_some());
        for sender in [Some(other), None] {
            let foreign = given.entry(sender, Body::Message(said("not mine")), 1);
            assert_eq!(erasing.erased(&foreign), None);
        }
        let left = given.entry(Some(user), Body::RoomArchived, 1);
        assert_eq!(erasing.erased(&left), None);
    }

    #[test]
    fn what_others_forwarded_goes_and_what_they_edited() {
        let mut given = Given::new();
        let (user, other, erasing) = (given.user, given.other, given.erasing(Some(1)));
        let forwarded = Message {
            forwarded: Some(Forwarded {
                room: RoomNumber::new(1).unwrap(),
                seq: Seq::FIRST,
                sender: Some(user),
            }),
            ..said("theirs")
        };
        let message = given.entry(Some(other), Body::Message(forwarded.clone()), 3_000);
        assert!(erasing.has_erased(&erasing.erased(&message).unwrap()));
        let edited = |now: &Message| Body::MessageEdited {
            target: Seq::FIRST,
            now: Box::new(now.clone()),
            before: Box::new(now.clone()),
        };
        let edit = given.entry(Some(other), edited(&forwarded), 3_000);
        let blank = erasing.erased(&edit).unwrap();
        assert_eq!(blank.body, edited(&forwarded.blank()));
        assert_eq!(erasing.erased(&blank), None, "once");
        let foreign = given.entry(Some(other), edited(&said("x")), 1);
        assert_eq!(erasing.erased(&foreign), None);
    }
}
