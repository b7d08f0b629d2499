//! `PUT` and `DELETE /room/{room_id}/member/{user_id}/mute`, `mute_member` and `unmute_member`: by a moderator, an owner or the
//! backend. Who is muted reads, and does not send, edit or react.

use parlour_domain::Moment;
use parlour_domain::member::Mute;
use parlour_protocol::view::MemberView;

use crate::idempotency::{Done, Key};
use crate::member_change::{Change, Of, change};
use crate::{Error, Parlour};

/// Mutes a member, or with `None` takes it back.
///
/// # Errors
/// [`Error::NotFound`], [`Error::Denied`], [`Error::Invalid`] (the end is over), [`Error::DirectRoom`], [`Error::Busy`],
/// [`Error::ClientIdConflict`], [`Error::Store`].
pub async fn mute(
    parlour: &Parlour,
    moment: &mut Moment,
    of: Of<'_>,
    mute: Option<Mute>,
    key: Option<&Key>,
) -> Result<Done<MemberView>, Error> {
    change(parlour, moment, of, Change::Mute(mute), key).await
}
