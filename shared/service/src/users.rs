//! Users: create, get, list, update, delete.

use std::time::Duration;

use futures_util::{StreamExt as _, stream};
use parlour_domain::access::{Actor, Operation, on_app};
use parlour_domain::user::{User, UserChange};
use parlour_domain::{AppId, ExternalId, Moment, Timestamp, UserId};
use parlour_protocol::request::NewUser;
use parlour_protocol::view::{PageView, UserView};
use parlour_store::{Connection, StoreError};
use serde_json::Value;
use tokio::time::sleep;

use crate::idempotency::{Done, Key, claim, replay, settle};
use crate::push::{Address, BoxFuture, Pushed};
use crate::{Error, Parlour, live, remove_member};

/// Sockets that are closed at once.
const PARALLEL: usize = 64;
/// The pauses between tries to close one.
const CLOSE_PAUSES: [Duration; 3] = [
    Duration::from_millis(50),
    Duration::from_millis(200),
    Duration::from_millis(800),
];

/// `POST /user`.
///
/// # Errors
/// [`Error::ExternalIdTaken`], [`Error::Denied`], [`Error::ClientIdConflict`], [`Error::Store`].
pub async fn create(
    parlour: &Parlour,
    moment: &mut Moment,
    actor: &Actor,
    new: NewUser,
    key: Option<&Key>,
) -> Result<Done<UserView>, Error> {
    on_app(actor, Operation::CreateUser, None)?;
    let user = User {
        id: UserId::generate(moment),
        external_id: new.external_id,
        name: new.name,
        avatar_url: new.avatar_url,
        custom: new.custom,
        suspension: None,
        number: None,
        created_at: moment.now,
        updated_at: moment.now,
    };
    let view = UserView::whole(&user);
    let claim = claim(actor, key, &view, moment.now);
    let written = parlour.store.create_user(actor.app(), &user, claim.as_ref()).await?;
    settle(written, view, Error::ExternalIdTaken)
}

/// `GET /user/{user_id}`: everything for the backend and the user, the public part for others.
///
/// # Errors
/// [`Error::NotFound`], [`Error::Store`].
pub async fn get(parlour: &Parlour, actor: &Actor, user: UserId) -> Result<UserView, Error> {
    on_app(actor, Operation::GetUser, Some(user))?;
    let found = parlour.store.user(actor.app(), user).await?.ok_or(Error::NotFound)?;
    let whole = actor.user().is_none_or(|asking| asking == user);
    Ok(if whole {
        UserView::whole(&found)
    } else {
        UserView::public(&found)
    })
}

/// `GET /me`.
///
/// # Errors
/// [`Error::Denied`] for the backend, [`Error::NotFound`], [`Error::Store`].
pub async fn me(parlour: &Parlour, actor: &Actor) -> Result<UserView, Error> {
    on_app(actor, Operation::GetMe, None)?;
    let user = actor.user().ok_or(Error::Unauthenticated)?;
    let found = parlour.store.user(actor.app(), user).await?.ok_or(Error::NotFound)?;
    Ok(UserView::whole(&found))
}

/// `GET /user`: in order of creation.
///
/// # Errors
/// [`Error::Denied`], [`Error::Store`].
pub async fn list(
    parlour: &Parlour,
    actor: &Actor,
    after: Option<UserId>,
    limit: usize,
) -> Result<PageView<UserView>, Error> {
    on_app(actor, Operation::ListUsers, None)?;
    let page = parlour.store.list_users(actor.app(), after, limit).await?;
    let next = page.next.map(|user| Value::from(user.to_string()));
    Ok(PageView {
        items: page.users.iter().map(UserView::whole).collect(),
        next,
    })
}

/// The id of the user with this id in the integrator's own system.
///
/// # Errors
/// [`Error::Store`].
pub async fn id_of(parlour: &Parlour, app: &AppId, id: &ExternalId) -> Result<Option<UserId>, Error> {
    Ok(parlour.store.user_id_by_external_id(app, id).await?)
}

/// `GET /user?external_id`: a page of the one user, or of none.
///
/// # Errors
/// [`Error::Denied`], [`Error::Store`].
pub async fn find(parlour: &Parlour, actor: &Actor, id: &ExternalId) -> Result<PageView<UserView>, Error> {
    on_app(actor, Operation::ListUsers, None)?;
    let found = parlour.store.user_by_external_id(actor.app(), id).await?;
    Ok(PageView {
        items: found.iter().map(UserView::whole).collect(),
        next: None,
    })
}

/// `PATCH /user/{user_id}` and `update_profile`.
///
/// # Errors
/// [`Error::NotFound`], [`Error::Denied`], [`Error::Busy`], [`Error::Store`].
pub async fn update(
    parlour: &Parlour,
    moment: &Moment,
    actor: &Actor,
    user: UserId,
    change: UserChange,
    key: Option<&Key>,
) -> Result<Done<UserView>, Error> {
    on_app(actor, Operation::UpdateUser, Some(user))?;
    let before = parlour.store.user(actor.app(), user).await?.ok_or(Error::NotFound)?;
    let after = before.changed(change, moment.now);
    let view = UserView::whole(&after);
    let claim = claim(actor, key, &view, moment.now);
    let written = parlour
        .store
        .replace_user(actor.app(), &before, &after, claim.as_ref())
        .await?;
    settle(written, view, Error::Busy)
}

/// `DELETE /user/{user_id}`: the user leaves every group, the row goes, the sockets close. Messages stay under the user's id.
/// The row goes last of what is stored, so that a repeat after a crash goes on where the first attempt ended; one that finds no
/// row still closes the sockets.
///
/// # Errors
/// [`Error::NotFound`], [`Error::Denied`], [`Error::Store`].
pub async fn delete(
    parlour: &Parlour,
    moment: &mut Moment,
    actor: &Actor,
    user: UserId,
    key: Option<&Key>,
) -> Result<Done<()>, Error> {
    on_app(actor, Operation::DeleteUser, Some(user))?;
    if let Some(done) = replay(parlour, actor, key, moment.now).await? {
        close_connections(parlour, actor.app(), user, moment.now).await?;
        return Ok(done);
    }
    let Some(row) = parlour.store.user(actor.app(), user).await? else {
        close_connections(parlour, actor.app(), user, moment.now).await?;
        return Err(Error::NotFound);
    };
    remove_member::from_all_groups(parlour, moment, actor, user).await?;
    let claim = claim(actor, key, &(), moment.now);
    let written = parlour.store.delete_user(actor.app(), &row, claim.as_ref()).await?;
    let done = settle(written, (), Error::NotFound)?;
    close_connections(parlour, actor.app(), user, moment.now).await?;
    Ok(done)
}

/// Ends every connection of a user, also one whose end a crash cut off: nothing is said on it any more, and its socket closes.
pub(crate) async fn close_connections(
    parlour: &Parlour,
    app: &AppId,
    user: UserId,
    now: Timestamp,
) -> Result<(), StoreError> {
    let connections = parlour.store.connections_to_end(app, user, now).await?;
    let ended = end_connections(parlour, (app, user), &connections, now).await;
    let mut closes: Vec<BoxFuture<'_, ()>> = Vec::with_capacity(connections.len());
    for connection in &connections {
        closes.push(Box::pin(close(parlour, connection)));
    }
    stream::iter(closes).buffer_unordered(PARALLEL).collect::<()>().await;
    ended
}

async fn end_connections(
    parlour: &Parlour,
    (app, user): (&AppId, UserId),
    connections: &[Connection],
    now: Timestamp,
) -> Result<(), StoreError> {
    for connection in connections {
        if parlour.store.end_connection(app, user, &connection.id, now).await? {
            live::ended(parlour, app, user, &connection.id).await;
        }
    }
    Ok(())
}

/// Closes a socket. As long as it is open its frames are answered, so a connection manager that is busy is asked again.
async fn close(parlour: &Parlour, connection: &Connection) {
    let address = Address {
        connection: &connection.id,
        endpoint: connection.endpoint.as_deref(),
    };
    let mut closed = parlour.push.close(address).await;
    for pause in CLOSE_PAUSES {
        if matches!(closed, Pushed::Sent | Pushed::Gone) {
            return;
        }
        sleep(pause).await;
        closed = parlour.push.close(address).await;
    }
    if !matches!(closed, Pushed::Sent | Pushed::Gone) {
        tracing::warn!(connection = %connection.id, ?closed, "a socket cannot be closed");
    }
}
