//! `GET /friend` and `list_friends`: who a user's friends are, as the integrator's own system says. They see each other's presence
//! without sharing a room.

use std::collections::HashSet;

use parlour_domain::access::{Actor, Operation, on_app};
use parlour_domain::user::User;
use parlour_domain::{ExternalId, UserId};
use parlour_protocol::InvalidInput;
use parlour_protocol::view::{FriendView, FriendsView, UserView};
use parlour_store::FriendCursor;

use crate::{Error, Parlour};

/// A page of the user's friends, the latest first. It may be short, or empty, with a `next`: who is no user yet is left out.
///
/// # Errors
/// [`Error::Denied`], [`Error::Invalid`] for no such place, [`Error::Store`].
pub async fn list(parlour: &Parlour, actor: &Actor, after: Option<&str>, limit: usize) -> Result<FriendsView, Error> {
    on_app(actor, Operation::ListFriends, None)?;
    let no_place = || InvalidInput::new("after", "must be the `next` of a page");
    let after = after.map(|after| FriendCursor::parse(after).ok_or_else(no_place));
    let after = after.transpose()?;
    let (app, store) = (actor.app(), &parlour.store);
    let Some(own) = own_id(parlour, actor).await? else {
        return Ok(FriendsView {
            items: Vec::new(),
            next: None,
        });
    };
    let page = store.friends(app, &own, after, limit).await?;
    let friends: Vec<ExternalId> = page.friends.iter().map(|(friend, _)| friend.clone()).collect();
    let ids = store.user_ids_by_external_ids(app, &friends).await?;
    let known: Vec<UserId> = ids.values().copied().collect();
    let users = store.users_by_id(app, &known).await?;
    let view = |(friend, since): &(ExternalId, _)| {
        let user = users.get(ids.get(friend)?)?;
        Some(FriendView {
            user: UserView::public(user),
            since: ToString::to_string(since),
        })
    };
    Ok(FriendsView {
        items: page.friends.iter().filter_map(view).collect(),
        next: page.next.map(|next| next.to_string()),
    })
}

/// The id of the asking user in the integrator's system; `None`: the backend asks, or the user has none.
pub(crate) async fn own_id(parlour: &Parlour, actor: &Actor) -> Result<Option<ExternalId>, Error> {
    let Some(user) = actor.user() else { return Ok(None) };
    let row = parlour.store.user(actor.app(), user).await?;
    Ok(row.and_then(|row| row.external_id))
}

/// Those of these users, at most 100, who are friends of the actor; two round trips, none if nobody is asked for.
pub(crate) async fn among(parlour: &Parlour, actor: &Actor, users: &[&User]) -> Result<HashSet<UserId>, Error> {
    let asked: Vec<(UserId, &ExternalId)> = users
        .iter()
        .filter_map(|user| Some((user.id, user.external_id.as_ref()?)))
        .collect();
    if asked.is_empty() {
        return Ok(HashSet::new());
    }
    let Some(own) = own_id(parlour, actor).await? else {
        return Ok(HashSet::new());
    };
    let ids: Vec<ExternalId> = asked.iter().map(|(_, id)| (*id).clone()).collect();
    let friends = parlour.store.friends_among(actor.app(), &own, &ids).await?;
    let is_friend = |(user, id): (UserId, &ExternalId)| friends.contains(id).then_some(user);
    Ok(asked.into_iter().filter_map(is_friend).collect())
}
