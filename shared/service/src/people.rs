//! Users as clients of other services see them.

use parlour_domain::access::{Actor, Operation, on_app};
use parlour_domain::{AppId, ExternalId, UserId};
use parlour_protocol::dialect::{People, Seen};
use parlour_protocol::view::UserView;

use crate::users::id_of;
use crate::{Error, Parlour, numbers};

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
