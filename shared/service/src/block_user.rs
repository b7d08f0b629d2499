//! `PUT` and `DELETE /block/{user_id}`, `block_user` and `unblock_user`: two users, one of whom has blocked the other, write nothing
//! to each other in their direct room, and cannot make one. In groups both are heard: there a moderator decides.

use parlour_domain::access::{Actor, Operation, on_app};
use parlour_domain::{Moment, UserId};
use parlour_protocol::InvalidInput;
use parlour_protocol::view::{BlockView, PageView};
use parlour_store::Written;
use serde_json::Value;

use crate::message::{TRIES, step_back};
use crate::{Error, Parlour};

/// Blocks a user, or no longer. What is so already stays so.
///
/// # Errors
/// [`Error::NotFound`], [`Error::Denied`], [`Error::Invalid`] (oneself), [`Error::Busy`], [`Error::Store`].
pub async fn set_block(
    parlour: &Parlour,
    moment: &mut Moment,
    actor: &Actor,
    other: UserId,
    blocked: bool,
) -> Result<(), Error> {
    on_app(actor, Operation::Block, None)?;
    let (app, user) = (actor.app(), actor.user().ok_or(Error::Unauthenticated)?);
    if user == other {
        return Err(InvalidInput::new("user_id", "must be someone else").into());
    }
    // Who is deleted by now can still be unblocked.
    if parlour.store.user(app, other).await?.is_none()
        && (blocked || parlour.store.block(app, user, other).await?.is_none())
    {
        return Err(Error::NotFound);
    }
    for tried in 0..TRIES {
        step_back(moment, tried).await;
        let direct = parlour.store.direct_room(app, user, other).await?;
        let since = blocked.then_some(moment.now);
        match parlour.store.set_block(app, (user, other), since, direct).await? {
            Written::Refused | Written::Busy => {}
            _ => return Ok(()),
        }
    }
    Err(Error::Busy)
}

/// `GET /block`: whom the user has blocked.
///
/// # Errors
/// [`Error::Denied`], [`Error::Store`].
pub async fn list(
    parlour: &Parlour,
    actor: &Actor,
    after: Option<UserId>,
    limit: usize,
) -> Result<PageView<BlockView>, Error> {
    on_app(actor, Operation::Block, None)?;
    let user = actor.user().ok_or(Error::Unauthenticated)?;
    let page = parlour.store.blocks(actor.app(), user, after, limit).await?;
    let view = |block: parlour_store::Block| BlockView {
        user_id: block.user.to_string(),
        since: block.since.to_string(),
    };
    Ok(PageView {
        items: page.blocks.into_iter().map(view).collect(),
        next: page.next.map(|user| Value::from(user.to_string())),
    })
}
