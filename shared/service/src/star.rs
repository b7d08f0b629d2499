//! Stars: messages that a user keeps for themselves, over all rooms.

use std::collections::{BTreeSet, HashMap};

use parlour_domain::access::{Actor, Denied, Operation, on_app};
use parlour_domain::log::Entry;
use parlour_domain::{AppId, RoomNumber, Seq, Timestamp, UserId};
use parlour_protocol::InvalidInput;
use parlour_protocol::view::{EntryView, PageView, StarView, StarredView};
use parlour_store::{Star, StoreError};

use crate::message::Target;
use crate::{Error, PageSize, Parlour, tell_user};

/// A message and its place.
type Place = (RoomNumber, Seq);

/// Stars a message; the user's other connections hear of it. A star that is there stays as it is.
///
/// # Errors
/// [`Error::NotFound`], [`Error::Denied`], [`Error::MessageDeleted`], [`Error::Store`].
pub async fn star(parlour: &Parlour, target: Target<'_>, now: Timestamp) -> Result<StarView, Error> {
    let found = target.find(parlour, Operation::StarMessage).await?;
    let user = user(target.actor)?;
    if found.entry.deletion.is_some() {
        return Err(Error::MessageDeleted);
    }
    let (app, place) = (target.actor.app(), (found.room, found.entry.seq));
    let since = parlour.store.star(app, user, place, now).await?;
    let view = StarView::new(app, place, Some(since));
    if since == now {
        tell_user(parlour, app, user, ("message_starred", &view), target.from, now).await;
    }
    Ok(view)
}

/// Takes a star away, also of a message that the user can see no more. Taking away none is no error.
///
/// # Errors
/// [`Error::NotFound`], [`Error::Denied`], [`Error::Store`].
pub async fn unstar(parlour: &Parlour, target: Target<'_>, now: Timestamp) -> Result<StarView, Error> {
    on_app(target.actor, Operation::UnstarMessage, None)?;
    let (app, user) = (target.actor.app(), user(target.actor)?);
    let room = crate::room::number(target.actor, target.room)?;
    let place = target.message.place(app).map_err(|_| Error::NotFound)?;
    if place.0 != room {
        return Err(Error::NotFound);
    }
    let there = parlour.store.unstar(app, user, place).await?;
    let view = StarView::new(app, place, None);
    if there {
        tell_user(parlour, app, user, ("message_unstarred", &view), target.from, now).await;
    }
    Ok(view)
}

/// `GET /star`: a page of the user's starred messages, the latest star first. Messages that are deleted, or in rooms that the
/// user has left, are not shown, so a page may be short; `next` tells whether there are more.
///
/// # Errors
/// [`Error::Denied`], [`Error::Invalid`], [`Error::Store`].
pub async fn list(
    parlour: &Parlour,
    actor: &Actor,
    after: Option<&str>,
    limit: usize,
) -> Result<PageView<StarredView>, Error> {
    on_app(actor, Operation::ListStars, None)?;
    let (app, user) = (actor.app(), user(actor)?);
    let place =
        |after| Star::parse(after).ok_or_else(|| InvalidInput::new("after", "must be the next of the page before"));
    let after = after.map(place).transpose()?;
    let page = parlour.store.stars(app, user, after, limit).await?;
    let (shown, entries) = visible(parlour, app, user, &page.stars).await?;
    let views = views(parlour, app, user, &shown, entries).await?;
    let placed = shown.iter().zip(views).map(|(star, message)| {
        let starred_at = star.at.to_string();
        (star.to_string(), StarredView { starred_at, message })
    });
    let next = page.stars.last().filter(|_| page.more).map(ToString::to_string);
    Ok(PageSize::in_frame(limit).page(placed.collect(), next))
}

fn user(actor: &Actor) -> Result<UserId, Error> {
    actor.user().ok_or(Error::Denied(Denied::UserRequired))
}

/// Those stars whose messages the user may see: one read for all messages, and one for all rooms.
async fn visible(
    parlour: &Parlour,
    app: &AppId,
    user: UserId,
    stars: &[Star],
) -> Result<(Vec<Star>, HashMap<Place, Entry>), StoreError> {
    let places: Vec<Place> = stars.iter().map(|star| (star.room, star.seq)).collect();
    let rooms: BTreeSet<RoomNumber> = stars.iter().map(|star| star.room).collect();
    let rooms: Vec<RoomNumber> = rooms.into_iter().collect();
    let (rooms, entries) = tokio::join!(
        // What ends a membership ends this view of the room at once.
        parlour.store.rooms_and_members(app, user, &rooms, true),
        parlour.store.entries_of_rooms(app, &places),
    );
    let (rooms, mut entries) = (rooms?, entries?);
    entries.retain(|_, entry| entry.message().is_some() && entry.deletion.is_none());
    let shown = stars.iter().filter(|star| {
        let seen = rooms
            .get(&star.room)
            .is_some_and(|(room, member)| !room.deleted && member.is_active() && star.seq >= member.visible_from(room));
        seen && entries.contains_key(&(star.room, star.seq))
    });
    Ok((shown.copied().collect(), entries))
}

/// The messages with their senders' names and the user's own reactions: one read for all of each.
async fn views(
    parlour: &Parlour,
    app: &AppId,
    user: UserId,
    shown: &[Star],
    entries: HashMap<Place, Entry>,
) -> Result<Vec<EntryView>, StoreError> {
    let shown = shown.iter().filter_map(|star| {
        let place = (star.room, star.seq);
        Some((place, entries.get(&place)?))
    });
    let shown: Vec<(Place, &Entry)> = shown.collect();
    let senders: Vec<UserId> = shown.iter().filter_map(|(_, entry)| entry.sender).collect();
    let reacted = shown.iter().filter(|(_, entry)| !entry.reactions.is_empty());
    let reacted: Vec<Place> = reacted.map(|(place, _)| *place).collect();
    let (users, own) = tokio::join!(
        parlour.store.users_by_id(app, &senders),
        parlour.store.own_reactions_in_rooms(app, user, &reacted),
    );
    let (users, own) = (users?, own?);
    let view = |(place, entry): &(Place, &Entry)| {
        let sender = entry.sender.and_then(|sender| users.get(&sender));
        let view = EntryView::new(app, place.0, entry, sender);
        match own.get(place) {
            Some(own) => view.with_own(own),
            None => view,
        }
    };
    Ok(shown.iter().map(view).collect())
}
