//! Users as clients of other services see them.

use parlour_domain::access::{Actor, Operation, on_app};
use parlour_domain::{AppId, ExternalId, UserId};
use parlour_protocol::dialect::{People, Seen};
use parlour_protocol::view::UserView;

use crate::{Error, Parlour};

/// These users, at most 100; those that do not exist are left out.
///
/// # Errors
/// [`Error::Store`].
pub async fn people(parlour: &Parlour, app: &AppId, users: &[UserId]) -> Result<People, Error> {
    let users = parlour.store.users_by_id(app, users).await?;
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
    let known = match ExternalId::parse(name) {
        Ok(id) => parlour.store.user_id_by_external_id(actor.app(), &id).await?,
        Err(_) => None,
    };
    Ok(known.or(own))
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

/// The user whom a client of another service names: by the id in its own system, or by ours. One read, or two.
///
/// # Errors
/// [`Error::Store`].
pub async fn known(parlour: &Parlour, app: &AppId, id: &str) -> Result<Option<UserId>, Error> {
    if let Ok(external) = ExternalId::parse(id)
        && let Some(user) = parlour.store.user_id_by_external_id(app, &external).await?
    {
        return Ok(Some(user));
    }
    let Ok(user) = UserId::parse(id) else { return Ok(None) };
    Ok(parlour.store.user(app, user).await?.map(|user| user.id))
}
