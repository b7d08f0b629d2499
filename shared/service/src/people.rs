//! Users as clients of other services see them.

use std::collections::{BTreeSet, HashMap};

use futures_util::future::try_join_all;
use parlour_domain::access::{Actor, Operation, on_app};
use parlour_domain::user::User;
use parlour_domain::{AppId, ExternalId, UserId};
use parlour_protocol::dialect::{People, Seen};
use parlour_protocol::view::UserView;

use crate::users::id_of;
use crate::{Error, Parlour, numbers};

/// Users of one read.
const USERS_PER_READ: usize = 100;

/// These users, at most 100; those that do not exist are left out.
///
/// # Errors
/// [`Error::Store`].
pub async fn people(parlour: &Parlour, app: &AppId, users: &[UserId]) -> Result<People, Error> {
    let users = parlour.store.users_by_id(app, users).await?;
    Ok(People::new(users.values()))
}

/// The same, each with their number, which whoever has none gets: one write for all of those and one for each.
///
/// # Errors
/// [`Error::Store`].
pub async fn numbered(parlour: &Parlour, app: &AppId, users: &[UserId]) -> Result<People, Error> {
    let mut users = parlour.store.users_by_id(app, users).await?;
    numbers::give(parlour, app, users.values_mut()).await?;
    Ok(People::new(users.values()))
}

/// These users, however many of them; those that do not exist are left out. One read for each hundred.
///
/// # Errors
/// [`Error::Store`].
pub async fn many(parlour: &Parlour, app: &AppId, users: impl IntoIterator<Item = UserId>) -> Result<People, Error> {
    let wanted: BTreeSet<UserId> = users.into_iter().collect();
    let wanted: Vec<UserId> = wanted.into_iter().collect();
    let reads = wanted.chunks(USERS_PER_READ);
    let reads = reads.map(|users| parlour.store.users_by_id(app, users));
    let found: Vec<HashMap<UserId, User>> = try_join_all(reads).await?;
    Ok(People::new(found.iter().flat_map(HashMap::values)))
}

/// The users whom a client of another service names, at most 100, each by the id in the integrator's own system or by Parlour's. Whether
/// there is one of such an id of Parlour's is not looked up. One read.
///
/// # Errors
/// [`Error::NotFound`]: one of them is named by what is no id. [`Error::Store`].
pub async fn all_named(parlour: &Parlour, app: &AppId, names: &[String]) -> Result<Vec<UserId>, Error> {
    let own: BTreeSet<ExternalId> = names.iter().filter_map(|name| ExternalId::parse(name).ok()).collect();
    let own: Vec<ExternalId> = own.into_iter().collect();
    let known = match own.as_slice() {
        [] => HashMap::new(),
        own => parlour.store.user_ids_by_external_ids(app, own).await?,
    };
    let id = |name: &String| {
        let own = ExternalId::parse(name).ok();
        let found = own.and_then(|own| known.get(&own).copied());
        found.or_else(|| UserId::parse(name).ok()).ok_or(Error::NotFound)
    };
    names.iter().map(id).collect()
}

/// The user whom a client of another service names: by the id in the integrator's own system, or by Parlour's. Whether there is one of
/// that id of Parlour's is not looked up. One read, none for the actor's own id of Parlour's.
///
/// # Errors
/// [`Error::Store`].
pub async fn named(parlour: &Parlour, actor: &Actor, name: &str) -> Result<Option<UserId>, Error> {
    let own = UserId::parse(name).ok();
    if own.is_some() && own == actor.user() {
        return Ok(own);
    }
    Ok(of_own_system(parlour, actor.app(), name).await?.or(own))
}

async fn of_own_system(parlour: &Parlour, app: &AppId, name: &str) -> Result<Option<UserId>, Error> {
    match ExternalId::parse(name) {
        Ok(id) => id_of(parlour, app, &id).await,
        Err(_) => Ok(None),
    }
}

/// A user, with what is shown to everyone. One read.
///
/// # Errors
/// [`Error::NotFound`], [`Error::Denied`], [`Error::Store`].
pub async fn person(parlour: &Parlour, actor: &Actor, user: UserId) -> Result<(Seen, UserView), Error> {
    on_app(actor, Operation::GetUser, Some(user))?;
    let row = parlour.store.user(actor.app(), user).await?.ok_or(Error::NotFound)?;
    Ok((Seen::new(&row), UserView::public(&row)))
}

/// The same, who is looked up in any case; `None`: there is no such user. One read, or two.
///
/// # Errors
/// [`Error::Store`].
pub async fn known(parlour: &Parlour, app: &AppId, name: &str) -> Result<Option<UserId>, Error> {
    if let Some(user) = of_own_system(parlour, app, name).await? {
        return Ok(Some(user));
    }
    let Ok(user) = UserId::parse(name) else { return Ok(None) };
    Ok(parlour.store.user(app, user).await?.map(|user| user.id))
}
