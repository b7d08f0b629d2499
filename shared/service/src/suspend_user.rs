//! `PUT` and `DELETE /user/{user_id}/suspension`: who is suspended has no credential that is taken, and no connection.

use parlour_domain::access::{Actor, Operation, on_app};
use parlour_domain::user::Suspension;
use parlour_domain::{Moment, Timestamp, UserId};
use parlour_protocol::view::UserView;

use crate::idempotency::{Done, Key, claim, settle};
use crate::users::close_connections;
use crate::{Error, Parlour};

/// Suspends a user until `until`, or until it is lifted: the row says so first, then the connections end. A repeat goes on where the
/// first attempt ended.
///
/// # Errors
/// [`Error::NotFound`], [`Error::Denied`], [`Error::Busy`], [`Error::ClientIdConflict`], [`Error::Store`].
pub async fn suspend(
    parlour: &Parlour,
    moment: &Moment,
    actor: &Actor,
    (user, until): (UserId, Option<Timestamp>),
    key: Option<&Key>,
) -> Result<Done<UserView>, Error> {
    let suspension = Suspension {
        since: moment.now,
        until,
    };
    let done = change(parlour, moment, actor, user, Some(suspension), key).await?;
    if done.replayed {
        let user = parlour.store.user(actor.app(), user).await?;
        if !user.is_some_and(|user| user.is_suspended(moment.now)) {
            // Lifted since: who came back stays.
            return Ok(done);
        }
    }
    close_connections(parlour, actor.app(), user, moment.now).await?;
    Ok(done)
}

/// Lifts a suspension.
///
/// # Errors
/// As [`suspend`].
pub async fn lift(
    parlour: &Parlour,
    moment: &Moment,
    actor: &Actor,
    user: UserId,
    key: Option<&Key>,
) -> Result<Done<UserView>, Error> {
    change(parlour, moment, actor, user, None, key).await
}

async fn change(
    parlour: &Parlour,
    moment: &Moment,
    actor: &Actor,
    user: UserId,
    suspension: Option<Suspension>,
    key: Option<&Key>,
) -> Result<Done<UserView>, Error> {
    on_app(actor, Operation::SuspendUser, Some(user))?;
    let before = parlour.store.user(actor.app(), user).await?.ok_or(Error::NotFound)?;
    let after = before.with_suspension(suspension, moment.now);
    let view = UserView::whole(&after);
    let claim = claim(actor, key, &view, moment.now);
    let written = parlour
        .store
        .replace_user(actor.app(), &before, &after, claim.as_ref())
        .await?;
    settle(written, view, Error::Busy)
}
