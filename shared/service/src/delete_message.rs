//! `DELETE /room/{room_id}/message/{message_id}` and `delete_message`: by its sender, a moderator or owner of the room, or the backend.
//!
//! The message keeps its place as a tombstone. Of a soft deletion the backend can still read what it said last.

use parlour_domain::Moment;
use parlour_domain::access::Operation;
use parlour_domain::log::Body;

use crate::idempotency::{Done, Key};
use crate::message::{Changed, TRIES, Target, step_back};
use crate::{Error, Parlour};

/// Deletes a message; deleting it again changes nothing. A soft deletion can be followed by a hard one.
///
/// # Errors
/// [`Error::NotFound`], [`Error::Denied`], [`Error::Busy`], [`Error::ClientIdConflict`], [`Error::Store`].
pub async fn delete_message(
    parlour: &Parlour,
    moment: &mut Moment,
    target: Target<'_>,
    hard: bool,
    key: Option<&Key>,
) -> Result<Done<Changed>, Error> {
    if let Some(done) = target.earlier(parlour, key, moment.now).await? {
        return Ok(done);
    }
    for tried in 0..TRIES {
        step_back(moment, tried).await;
        let found = target.find(parlour, Operation::DeleteMessage).await?;
        if found
            .entry
            .deletion
            .as_ref()
            .is_some_and(|deletion| deletion.hard || !hard)
        {
            return Ok(Done::now(found.unchanged()));
        }
        let body = Body::MessageDeleted {
            target: found.entry.seq,
            hard,
        };
        if let Some(done) = target.write(parlour, moment, &found, (body, key)).await? {
            return Ok(done);
        }
    }
    Err(Error::Busy)
}
