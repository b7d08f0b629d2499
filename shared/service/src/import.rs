//! `parlour import`: users, rooms and messages of another chat service, written once, however often it is begun.
//!
//! Everything is found again: a user by the external id, a room by its key, a message by the id of its write, which is made of the
//! message's id in the other service. Nobody hears of what is written: it goes past push, webhooks and the event bus, so the store
//! that is given must be one without an outbox.

mod room;

pub use room::{OldMessage, OldRoom, RoomImport};

use parlour_domain::text::DisplayName;
use parlour_domain::user::{Suspension, User};
use parlour_domain::{AppId, Entropy, ExternalId, Moment, Timestamp, UserId};
use parlour_store::{Store, StoreError, Written};

/// Tries of a write that something else comes before.
const TRIES: u32 = 5;

/// Why something was not imported.
#[derive(Debug, thiserror::Error)]
pub enum ImportError {
    /// The app does not exist.
    #[error("there is no such app")]
    NoApp,
    /// Somebody has written into the room since, or it is deleted: what is older cannot come after that.
    #[error(
        "somebody has written into the room since it was imported, so the messages that are missing cannot be put before that"
    )]
    WrittenSince,
    /// More members than a room may have.
    #[error("it has more members than a room may have")]
    Full,
    /// Someone else is changing the same rows; safe to try again.
    #[error("somebody else is changing the same thing; begin again")]
    Busy,
    /// The store gave no answer.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// A user of the other service.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OldUser {
    /// The id there.
    pub external_id: ExternalId,
    /// The name.
    pub name: DisplayName,
    /// When the user was made; none: it is not known.
    pub created_at: Option<Timestamp>,
    /// Since when the user is deleted there: here they are kept out, and their messages keep their sender.
    pub gone_since: Option<Timestamp>,
}

/// Makes a user, or finds the one with this external id, who stays as they are. Tells whether the user is new.
///
/// # Errors
/// [`ImportError::Busy`], [`ImportError::Store`].
pub async fn user(
    store: &Store,
    moment: &mut Moment,
    app: &AppId,
    old: &OldUser,
) -> Result<(UserId, bool), ImportError> {
    for _ in 0..TRIES {
        if let Some(user) = store.user_id_by_external_id(app, &old.external_id).await? {
            return Ok((user, false));
        }
        let user = made(moment, old);
        if store.create_user(app, &user, None).await? == Written::Done {
            return Ok((user.id, true));
        }
    }
    Err(ImportError::Busy)
}

/// Users are listed in the order of their ids, so the id is of the time when the user was made.
fn made(moment: &mut Moment, old: &OldUser) -> User {
    let created_at = old.created_at.map_or(moment.now, |at| at.min(moment.now));
    let mut then = Moment {
        now: created_at,
        entropy: Entropy::from_seed(moment.entropy.bytes()),
    };
    User {
        id: UserId::generate(&mut then),
        external_id: Some(old.external_id.clone()),
        name: old.name.clone(),
        avatar_url: None,
        custom: None,
        suspension: old.gone_since.map(|since| Suspension { since, until: None }),
        number: None,
        created_at,
        updated_at: moment.now,
    }
}
