//! `PUT` and `DELETE /room/{room_id}/message/{message_id}/reaction/{reaction}`, `add_reaction` and `remove_reaction`.

use parlour_domain::access::{Denied, Operation};
use parlour_domain::log::Body;
use parlour_domain::text::Reaction;
use parlour_domain::{Moment, limits};

use crate::idempotency::Done;
use crate::message::{Changed, TRIES, Target, step_back};
use crate::{Error, Parlour};

/// Adds the user's reaction, or takes it back. What is so already stays so.
///
/// # Errors
/// [`Error::NotFound`], [`Error::Denied`], [`Error::MessageDeleted`], [`Error::TooManyReactions`], [`Error::Busy`],
/// [`Error::Store`].
pub async fn react(
    parlour: &Parlour,
    moment: &mut Moment,
    target: Target<'_>,
    (reaction, add): (Reaction, bool),
) -> Result<Done<Changed>, Error> {
    if target.actor.user().is_none() {
        return Err(Error::Denied(Denied::UserRequired));
    }
    for tried in 0..TRIES {
        step_back(moment, tried).await;
        let mut found = target.find(parlour, Operation::React).await?;
        found.may_write(target.actor, Operation::React, moment.now)?;
        if found.entry.deletion.is_some() {
            return Err(Error::MessageDeleted);
        }
        if found.own.contains(reaction.as_str()) == add {
            return Ok(Done::now(found.unchanged()));
        }
        let seq = found.entry.seq;
        // One that all have taken back takes no place.
        let shown = found.entry.reactions.values().filter(|count| **count > 0);
        let known = found.entry.reactions.get(&reaction).is_some_and(|count| *count > 0);
        if add && !known && shown.count() >= limits::REACTIONS {
            return Err(Error::TooManyReactions);
        }
        let body = if add {
            found.own.insert(reaction.as_str().to_owned());
            Body::ReactionAdded {
                target: seq,
                reaction: reaction.clone(),
            }
        } else {
            found.own.remove(reaction.as_str());
            Body::ReactionRemoved {
                target: seq,
                reaction: reaction.clone(),
            }
        };
        if let Some(done) = target.write(parlour, moment, &found, (body, None)).await? {
            return Ok(done);
        }
    }
    Err(Error::Busy)
}
