//! The users of an app by number, for protocols that page so: the newest first.

use parlour_domain::access::{Actor, Operation, on_app};
use parlour_domain::{UserId, limits};
use parlour_protocol::view::UserView;

use crate::{Error, Parlour};

/// A part of an app's users, and how many there are.
#[derive(Debug)]
pub struct NewestUsers {
    /// The users.
    pub items: Vec<UserView>,
    /// How many there are in all, of the newest [`limits::LISTED_BY_NUMBER`].
    pub total: u64,
}

/// Lists users, those made last first: `skip` of them are left out, and `count` come, at most 100. The list is a moment behind.
///
/// # Errors
/// [`Error::Denied`], [`Error::Store`].
pub async fn list(parlour: &Parlour, actor: &Actor, (skip, count): (u64, usize)) -> Result<NewestUsers, Error> {
    on_app(actor, Operation::ListUsers, None)?;
    let (store, app) = (&parlour.store, actor.app());
    let all = store.newest_users(app, limits::LISTED_BY_NUMBER).await?;
    let skip = usize::try_from(skip).unwrap_or(usize::MAX);
    let page: Vec<UserId> = all.iter().copied().skip(skip).take(count).collect();
    let found = match page.as_slice() {
        [] => std::collections::HashMap::new(),
        page => store.users_by_id(app, page).await?,
    };
    let users = page.iter().filter_map(|user| found.get(user));
    Ok(NewestUsers {
        items: users.map(UserView::whole).collect(),
        total: all.len() as u64,
    })
}
