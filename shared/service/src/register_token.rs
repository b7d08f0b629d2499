//! The tokens that an integrator's own system makes for its users, as it registers them: for services whose users bring such tokens.

use parlour_domain::access::{Actor, Operation, on_app};
use parlour_domain::{AppId, UserId};
use parlour_protocol::InvalidInput;
use parlour_store::{Registered, Registering};

use crate::authenticate::hash_of;
use crate::{Error, Parlour};

/// Tries to register one while others register others.
const TRIES: usize = 5;

/// Makes a token the user's only one: of those registered before none is good any more. It is known to the user's app, and to the `home`
/// at which it is registered. Only its hash is kept. The same again changes nothing. `false`: it is another user's.
///
/// # Errors
/// [`Error::Invalid`] for a text that cannot be one, [`Error::NotFound`] for no such user, [`Error::Denied`], [`Error::Busy`],
/// [`Error::Store`].
pub async fn register_token(
    parlour: &Parlour,
    actor: &Actor,
    home: &AppId,
    user: UserId,
    token: &str,
) -> Result<bool, Error> {
    on_app(actor, Operation::IssueUserToken, Some(user))?;
    let no_token = || {
        InvalidInput::new(
            "token",
            "must be 1 to 4096 printable ASCII characters, and none of Parlour's",
        )
    };
    let hash = hash_of(token).ok_or_else(no_token)?;
    let of = Registered {
        app: actor.app().clone(),
        user,
    };
    for _ in 0..TRIES {
        match parlour.store.register_token(&of, home, &hash).await? {
            Registering::Done => return Ok(true),
            Registering::Taken => return Ok(false),
            Registering::NoUser => return Err(Error::NotFound),
            Registering::Busy => {}
        }
    }
    Err(Error::Busy)
}
