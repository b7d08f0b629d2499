//! `GET /user/{user_id}/export` and `GET /user/{user_id}/room`: all that a user said, and where the user is a member, for the backend.

use std::fmt;

use parlour_domain::access::{Actor, Operation, on_app};
use parlour_domain::user::User;
use parlour_domain::{AppId, RoomNumber, Seq, UserId};
use parlour_protocol::InvalidInput;
use parlour_protocol::view::{EntryView, MembershipView, PageView};
use parlour_store::{JoinedAt, StoreError};
use serde_json::Value;

use crate::history::fit;
use crate::{Error, Parlour};

/// Entries that one page looks at.
const ENTRIES: usize = 1_000;
/// What every room counts for at least: it takes reads of its own.
const LEAST: usize = 50;
/// Entries of one read.
const READ: usize = 200;

/// Where an export goes on: first the rooms that the user is in, in the order of joining, then those where the user was, by number.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Place {
    /// In the room after that at the first place, or in the one at the second place after this entry.
    Now(Option<JoinedAt>, Seq),
    /// In the room after this one, or in this one after this entry.
    Before(Option<RoomNumber>, Seq),
}

impl Place {
    fn parse(text: &str) -> Option<Self> {
        let (kind, rest) = text.split_once('-')?;
        let (room, seq) = rest.rsplit_once('-')?;
        let seq = Seq::new(seq.parse().ok()?)?;
        let given = (!room.is_empty()).then_some(room);
        if given.is_none() && seq > Seq::ZERO {
            return None;
        }
        let place = match kind {
            "now" => Self::Now(given.map(|room| JoinedAt::parse(room).ok_or(())).transpose().ok()?, seq),
            "before" => {
                let number = |room: &str| RoomNumber::new(room.parse().ok()?);
                Self::Before(given.map(|room| number(room).ok_or(())).transpose().ok()?, seq)
            }
            _ => return None,
        };
        (place.to_string() == text).then_some(place)
    }
}

/// As the cursor of the page after it.
impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (kind, room, seq) = match self {
            Self::Now(room, seq) => ("now", room.map(|room| room.to_string()), seq),
            Self::Before(room, seq) => ("before", room.map(|room| room.get().to_string()), seq),
        };
        write!(f, "{kind}-{}-{seq}", room.unwrap_or_default())
    }
}

fn not_ours() -> Error {
    InvalidInput::new("after", "must be the `next` of a page").into()
}

/// A page of the messages of a user, room by room, oldest first. It looks at a bounded number of entries and may be short, or empty;
/// `next` tells whether there are more.
///
/// # Errors
/// [`Error::NotFound`], [`Error::Denied`], [`Error::Invalid`], [`Error::Store`].
pub async fn messages(
    parlour: &Parlour,
    actor: &Actor,
    user: UserId,
    after: Option<&str>,
    limit: usize,
) -> Result<PageView<EntryView>, Error> {
    on_app(actor, Operation::ExportUser, Some(user))?;
    let start = Place::Now(None, Seq::ZERO);
    let place = after.map_or(Some(start), Place::parse).ok_or_else(not_ours)?;
    let app = actor.app();
    let sender = known(parlour, app, user).await?;
    let mut page = Export {
        parlour,
        app,
        user,
        sender,
        limit,
        items: Vec::new(),
        looked_at: 0,
    };
    let next = page.fill(place).await?;
    Ok(page.cut(next))
}

struct Export<'a> {
    parlour: &'a Parlour,
    app: &'a AppId,
    user: UserId,
    sender: Option<User>,
    limit: usize,
    /// Each with the place after it.
    items: Vec<(EntryView, Place)>,
    looked_at: usize,
}

impl Export<'_> {
    /// Reads until the page is full or has looked at enough; where the next one goes on.
    async fn fill(&mut self, from: Place) -> Result<Option<Place>, StoreError> {
        let mut next = Some(from);
        while let Some(place) = next {
            if self.items.len() >= self.limit || self.looked_at >= ENTRIES {
                break;
            }
            self.looked_at += LEAST;
            next = match self.room(place).await? {
                Some((room, place)) => Some(self.read(room, place).await?),
                None => match place {
                    Place::Now(..) => Some(Place::Before(None, Seq::ZERO)),
                    Place::Before(..) => None,
                },
            };
        }
        Ok(next)
    }

    /// The room that is next, with the place in it.
    async fn room(&self, place: Place) -> Result<Option<(RoomNumber, Place)>, StoreError> {
        let store = &self.parlour.store;
        Ok(match place {
            Place::Now(Some(at), seq) if seq > Seq::ZERO => Some((at.room, place)),
            Place::Before(Some(room), seq) if seq > Seq::ZERO => Some((room, place)),
            Place::Now(after, _) => {
                let found = store.memberships_after(self.app, self.user, after, 1).await?.0;
                found.first().map(|at| (at.room, Place::Now(Some(*at), Seq::ZERO)))
            }
            Place::Before(after, _) => {
                let found = store.rooms_ever(self.app, self.user, after, 1).await?;
                let room = found.first().copied();
                room.map(|room| (room, Place::Before(Some(room), Seq::ZERO)))
            }
        })
    }

    /// Reads a part of a room's log; where it goes on.
    async fn read(&mut self, room: RoomNumber, place: Place) -> Result<Place, StoreError> {
        let (store, app) = (&self.parlour.store, self.app);
        let (Place::Now(_, after) | Place::Before(_, after)) = place;
        let within = |seq: Seq| match place {
            Place::Now(room, _) => Place::Now(room, seq),
            Place::Before(room, _) => Place::Before(room, seq),
        };
        // What the user is in was read before.
        if matches!(place, Place::Before(_, Seq::ZERO)) {
            let member = store.member(app, room, self.user).await?;
            if member.is_some_and(|member| member.is_active()) {
                return Ok(within(Seq::ZERO));
            }
        }
        let page = store.entries_after(app, room, after, READ).await?;
        self.looked_at += page.entries.len();
        for entry in &page.entries {
            if entry.sender == Some(self.user) && entry.message().is_some() {
                let view = EntryView::new(app, room, entry, self.sender.as_ref()).revealed(app, room, entry);
                self.items.push((view, within(entry.seq)));
            }
        }
        let last = page.entries.last().filter(|_| page.more);
        Ok(within(last.map_or(Seq::ZERO, |entry| entry.seq)))
    }

    /// As much of it as a page takes.
    fn cut(self, next: Option<Place>) -> PageView<EntryView> {
        let places: Vec<Place> = self.items.iter().map(|(_, place)| *place).collect();
        let items: Vec<EntryView> = self.items.into_iter().map(|(item, _)| item).take(self.limit).collect();
        let items = fit(items);
        let next = if items.len() < places.len() {
            items.len().checked_sub(1).map(|last| places[last])
        } else {
            next
        };
        PageView {
            items,
            next: next.map(|place| Value::from(place.to_string())),
        }
    }
}

/// The user, or `None` of one who is deleted.
pub(crate) async fn known(parlour: &Parlour, app: &AppId, user: UserId) -> Result<Option<User>, Error> {
    let found = parlour.store.user(app, user).await?;
    if found.is_none() && !parlour.store.has_left_something(app, user).await? {
        return Err(Error::NotFound);
    }
    Ok(found)
}

/// A page of the rooms that a user is in, in the order of joining (a moment behind).
///
/// # Errors
/// [`Error::NotFound`], [`Error::Denied`], [`Error::Invalid`], [`Error::Store`].
pub async fn rooms(
    parlour: &Parlour,
    actor: &Actor,
    user: UserId,
    after: Option<&str>,
    limit: usize,
) -> Result<PageView<MembershipView>, Error> {
    on_app(actor, Operation::ListRoomsOfUser, Some(user))?;
    let after = after
        .map(|after| JoinedAt::parse(after).ok_or_else(not_ours))
        .transpose()?;
    let (app, store) = (actor.app(), &parlour.store);
    known(parlour, app, user).await?;
    let (places, more) = store.memberships_after(app, user, after, limit).await?;
    let rooms: Vec<RoomNumber> = places.iter().map(|at| at.room).collect();
    let mut found = store.rooms_and_members(app, user, &rooms, false).await?;
    let items = rooms.iter().filter_map(|room| {
        let (row, member) = found.remove(room)?;
        (!row.deleted && member.is_active()).then(|| MembershipView::new(app, *room, &member))
    });
    Ok(PageView {
        items: items.collect(),
        next: places.last().filter(|_| more).map(|at| Value::from(at.to_string())),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_place_is_read_as_it_is_written_and_nothing_else_is() {
        let (room, seq) = (RoomNumber::new(7), Seq::new(9).unwrap());
        let joined = JoinedAt::parse("1700000000000.7").unwrap();
        for place in [
            Place::Now(None, Seq::ZERO),
            Place::Now(Some(joined), seq),
            Place::Before(None, Seq::ZERO),
            Place::Before(room, seq),
        ] {
            assert_eq!(Place::parse(&place.to_string()), Some(place));
        }
        for wrong in [
            "",
            "now",
            "now-",
            "now--",
            "now--x",
            "now--00",
            "now-1-1",
            "now-1.x-1",
            "before-0-1",
            "before-07-1",
            "before-7-1-1",
            "after-7-1",
            "now-1.7-281474976710656",
            "before--1",
            "now--1",
        ] {
            assert_eq!(Place::parse(wrong), None, "{wrong}");
        }
    }
}
