//! What an invite allows.

use super::{Actor, Denied, Needs, Operation};
use crate::invite::Invite;
use crate::member::Member;
use crate::room::Room;
use crate::{Timestamp, UserId};

/// Decides whether a user may become a member by an invite. Who is a member already may say so again; everybody else is told that
/// there is nothing, whether there is such a room or not. `member` and `invite` are the actor's own rows.
///
/// # Errors
/// [`Denied`], with what to tell the actor.
pub fn as_invited(
    actor: &Actor,
    operation: Operation,
    room: Option<&Room>,
    (member, invite): (Option<&Member>, Option<&Invite>),
    now: Timestamp,
) -> Result<UserId, Denied> {
    if operation.needs() != Needs::Invited {
        return Err(Denied::Forbidden);
    }
    let user = actor.user().ok_or(Denied::UserRequired)?;
    let room = room.filter(|room| !room.deleted).ok_or(Denied::NotFound)?;
    let is_member = member.is_some_and(|member| member.user == user && member.is_active());
    let is_invited = invite.is_some_and(|invite| invite.user == user && invite.holds(now));
    if is_member || is_invited && !room.archived {
        Ok(user)
    } else {
        Err(Denied::NotFound)
    }
}
