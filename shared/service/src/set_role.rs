//! `PUT /room/{room_id}/member/{user_id}/role` and `set_role`: by an owner for others, or by the backend.

use parlour_domain::Moment;
use parlour_domain::member::Role;
use parlour_protocol::view::MemberView;

use crate::idempotency::{Done, Key};
use crate::member_change::{Change, Of, change};
use crate::{Error, Parlour};

/// Gives a member a role. Nobody changes their own: a room that users own keeps an owner.
///
/// # Errors
/// [`Error::NotFound`], [`Error::Denied`], [`Error::DirectRoom`], [`Error::Busy`], [`Error::ClientIdConflict`], [`Error::Store`].
pub async fn set_role(
    parlour: &Parlour,
    moment: &mut Moment,
    of: Of<'_>,
    role: Role,
    key: Option<&Key>,
) -> Result<Done<MemberView>, Error> {
    change(parlour, moment, of, Change::Role(role), key).await
}
