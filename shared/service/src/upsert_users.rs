//! `PUT /user`: the backend says how users of its own system are; those that are missing are made.

use futures_util::{StreamExt as _, TryStreamExt as _, stream};
use parlour_domain::access::{Actor, Operation, on_app};
use parlour_domain::user::User;
use parlour_domain::{AppId, Moment, UserId};
use parlour_protocol::request::KnownUser;
use parlour_protocol::view::UserView;
use parlour_store::Written;

use crate::message::{TRIES, step_back};
use crate::push::BoxFuture;
use crate::{Error, Parlour};

/// Users that are written at once.
const AT_ONCE: usize = 16;

/// Makes or changes users by their ids in the integrator's system; the answers are in the same order. What is said again changes
/// nothing.
///
/// # Errors
/// [`Error::Denied`], [`Error::Busy`], [`Error::Store`]; some of the users may be written then, and a repeat writes the others.
pub async fn upsert_users(
    parlour: &Parlour,
    moment: &mut Moment,
    actor: &Actor,
    users: Vec<KnownUser>,
) -> Result<Vec<UserView>, Error> {
    on_app(actor, Operation::CreateUser, None)?;
    let written: Vec<_> = users
        .into_iter()
        .map(|user| upsert(parlour, moment.fork(), actor.app(), user))
        .collect();
    stream::iter(written).buffered(AT_ONCE).try_collect().await
}

fn upsert<'a>(
    parlour: &'a Parlour,
    mut moment: Moment,
    app: &'a AppId,
    known: KnownUser,
) -> BoxFuture<'a, Result<UserView, Error>> {
    Box::pin(async move {
        for tried in 0..TRIES {
            step_back(&mut moment, tried).await;
            let before = parlour.store.user_by_external_id(app, &known.external_id).await?;
            let (user, written) = match before {
                Some(before) => {
                    let after = before.changed(known.change.clone(), moment.now);
                    if before.says_the_same(&after) {
                        return Ok(UserView::whole(&before));
                    }
                    let written = parlour.store.replace_user(app, &before, &after, None).await?;
                    (after, written)
                }
                None => {
                    let user = made(&mut moment, &known);
                    let written = parlour.store.create_user(app, &user, None).await?;
                    (user, written)
                }
            };
            if written == Written::Done {
                return Ok(UserView::whole(&user));
            }
        }
        Err(Error::Busy)
    })
}

fn made(moment: &mut Moment, known: &KnownUser) -> User {
    let change = known.change.clone();
    User {
        id: UserId::generate(moment),
        external_id: Some(known.external_id.clone()),
        name: known.name.clone(),
        avatar_url: change.avatar_url.flatten(),
        custom: change.custom.flatten(),
        suspension: None,
        number: None,
        created_at: moment.now,
        updated_at: moment.now,
    }
}
