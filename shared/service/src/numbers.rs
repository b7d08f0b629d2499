//! Users by numbers, for protocols whose ids are numbers: each user gets one when the first one asks for it, and keeps it.

use std::collections::HashMap;

use futures_util::{StreamExt as _, TryStreamExt as _, stream};
use parlour_domain::user::User;
use parlour_domain::{AppId, UserId};
use parlour_store::StoreError;

use crate::push::BoxFuture;
use crate::{Error, Parlour};

/// Numbers that are given at once.
const PARALLEL: usize = 8;

/// The numbers of these users, at most 100; those who do not exist are left out. One read, and for all who have none yet one write
/// and one transaction each.
///
/// # Errors
/// [`Error::Store`].
pub async fn numbers(parlour: &Parlour, app: &AppId, users: &[UserId]) -> Result<HashMap<UserId, u64>, Error> {
    let mut users = parlour.store.users_by_id(app, users).await?;
    give(parlour, app, users.values_mut()).await?;
    let numbers = users.into_values().filter_map(|user| Some((user.id, user.number?)));
    Ok(numbers.collect())
}

/// The user whose number this is. Two reads.
///
/// # Errors
/// [`Error::Store`].
pub async fn user_of(parlour: &Parlour, app: &AppId, number: u64) -> Result<Option<User>, Error> {
    Ok(parlour.store.user_by_number(app, number).await?)
}

/// Gives a number to each of these users who has none.
///
/// # Errors
/// [`Error::Store`].
pub async fn give(parlour: &Parlour, app: &AppId, users: impl IntoIterator<Item = &mut User>) -> Result<(), Error> {
    let mut without: Vec<&mut User> = users.into_iter().filter(|user| user.number.is_none()).collect();
    let Ok(count @ 1..) = u32::try_from(without.len()) else {
        return Ok(());
    };
    // In the order in which they were made.
    without.sort_unstable_by_key(|user| user.id);
    let store = &parlour.store;
    let first = store.draw_user_numbers(app, count).await?;
    let mut giving: Vec<BoxFuture<'_, Result<(), StoreError>>> = Vec::with_capacity(without.len());
    for (drawn, user) in (first..).zip(without) {
        giving.push(Box::pin(async move {
            user.number = store.number_user(app, user.id, drawn).await?;
            Ok(())
        }));
    }
    stream::iter(giving)
        .buffer_unordered(PARALLEL)
        .try_collect::<()>()
        .await?;
    Ok(())
}
