//! Users as clients of other services see them.

use parlour_domain::{AppId, UserId};
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
