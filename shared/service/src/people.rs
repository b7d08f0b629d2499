//! Users as clients of other services see them.

use parlour_domain::{AppId, ExternalId, UserId};
use parlour_protocol::dialect::People;

use crate::{Error, Parlour};

/// These users, at most 100; those that do not exist are left out.
///
/// # Errors
/// [`Error::Store`].
pub async fn people(parlour: &Parlour, app: &AppId, users: &[UserId]) -> Result<People, Error> {
    let users = parlour.store.users_by_id(app, users).await?;
    Ok(People::new(users.values()))
}

/// The user whom a client of another service names: by the id in its own system, or by ours. One read, or two.
///
/// # Errors
/// [`Error::Store`].
pub async fn named(parlour: &Parlour, app: &AppId, id: &str) -> Result<Option<UserId>, Error> {
    if let Ok(external) = ExternalId::parse(id)
        && let Some(user) = parlour.store.user_id_by_external_id(app, &external).await?
    {
        return Ok(Some(user));
    }
    let Ok(user) = UserId::parse(id) else { return Ok(None) };
    Ok(parlour.store.user(app, user).await?.map(|user| user.id))
}
