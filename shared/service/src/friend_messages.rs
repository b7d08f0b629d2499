//! The messages of a room by page number, with whether they are read, for protocols that say so of each message.

use parlour_domain::access::Actor;
use parlour_domain::member::Member;
use parlour_domain::{RoomId, Seq, Timestamp, UserId, limits};
use parlour_protocol::view::EntryView;

use crate::company::{Company, company};
use crate::history::{Numbered, NumberedPart, numbered};
use crate::room::{number, own_row};
use crate::{Error, Parlour};

/// Messages, whether they are read, and who sent them.
#[derive(Debug)]
pub struct FriendMessages {
    /// Each message; the user's own one is read when someone else has read it, one of someone else when the user has. In large
    /// rooms, of the first 50 members by id.
    pub items: Vec<(EntryView, bool)>,
    /// Who sent them.
    pub company: Company,
    /// How many the reader may see in all, those that are deleted included.
    pub total: u64,
}

/// Lists messages by number; those that are deleted are left out.
///
/// # Errors
/// As [`numbered`].
pub async fn list(
    parlour: &Parlour,
    actor: &Actor,
    room: RoomId,
    part: Numbered,
    now: Timestamp,
) -> Result<FriendMessages, Error> {
    let number = number(actor, room)?;
    let (part, members, own) = tokio::join!(
        numbered(parlour, actor, room, part),
        parlour
            .store
            .list_members(actor.app(), number, None, limits::PAGE_ITEMS),
        own_row(parlour, actor, number),
    );
    let NumberedPart { mut items, total } = part?;
    items.retain(|entry| entry.deleted_at.is_none());
    let read = Read::of(own?.as_ref(), &members?.members);
    let senders = items.iter().filter_map(|entry| entry.user_id.as_deref());
    let senders = senders.filter_map(|id| UserId::parse(id).ok());
    let company = company(parlour, actor, senders, now).await?;
    let own = actor.user().map(|user| user.to_string());
    let items = items.into_iter().map(|entry| {
        let is_own = entry.user_id.is_some() && entry.user_id == own;
        let is_read = entry.seq <= if is_own { read.by_others } else { read.by_reader }.get();
        (entry, is_read)
    });
    Ok(FriendMessages {
        items: items.collect(),
        company,
        total,
    })
}

/// Up to where a room is read.
#[derive(Debug, PartialEq, Eq)]
struct Read {
    by_reader: Seq,
    by_others: Seq,
}

impl Read {
    fn of(reader: Option<&Member>, members: &[Member]) -> Self {
        let others = members
            .iter()
            .filter(|member| reader.is_none_or(|reader| reader.user != member.user));
        Self {
            by_reader: reader.map_or(Seq::ZERO, |reader| reader.read.seq),
            by_others: others.map(Member::read_up_to).max().unwrap_or(Seq::ZERO),
        }
    }
}

#[cfg(test)]
mod tests {
    use parlour_domain::member::{ReadPosition, Role};

    use super::*;

    fn member(user: &str, read: u64) -> Member {
        let read = ReadPosition {
            seq: Seq::new(read).unwrap(),
            msg_no: read,
        };
        let user = UserId::parse(&format!("01a201cf-f4b6-7db2-829b-17f7782d64f{user}")).unwrap();
        Member::joined(user, Role::Member, Timestamp::from_millis(0), read)
    }

    #[test]
    fn own_messages_are_read_by_others_and_those_of_others_by_the_reader() {
        let [ada, bob, eve] = [member("a", 7), member("b", 3), member("e", 5)];
        let read = Read::of(Some(&ada), &[ada.clone(), bob.clone(), eve]);
        assert_eq!((read.by_reader.get(), read.by_others.get()), (7, 5));
        let alone = Read::of(Some(&bob), std::slice::from_ref(&bob));
        assert_eq!((alone.by_reader.get(), alone.by_others), (3, Seq::ZERO));
    }

    #[test]
    fn what_is_marked_unread_again_is_unread_to_the_reader_and_was_read_to_others() {
        let mut bob = member("b", 3);
        bob.seen = Seq::new(9).unwrap();
        let ada = member("a", 1);
        assert_eq!(Read::of(Some(&bob), &[]).by_reader.get(), 3);
        assert_eq!(Read::of(Some(&ada), &[bob]).by_others.get(), 9);
    }
}
