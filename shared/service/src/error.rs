//! Why a use-case did not do what was asked. One enum, because nearly all of them can meet the same few refusals.

use parlour_domain::access::Denied;
use parlour_protocol::InvalidInput;
use parlour_store::{AppendRefusal, StoreError};

use crate::event_bus::BusError;
use crate::files::FilesError;

/// A refusal (the caller's side) or a fault (`Store`, `Defect`).
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// A field is not valid.
    #[error("{} {}", .0.field, .0.reason)]
    Invalid(InvalidInput),
    /// No credential, or one that is not valid.
    #[error("no valid credential")]
    Unauthenticated,
    /// The token has expired.
    #[error("the token has expired")]
    TokenExpired,
    /// Whoever has to be asked about the token does not answer.
    #[error("the token cannot be verified at the moment")]
    NotVerified,
    /// An app keeps one API token at least.
    #[error("the app has no other API token")]
    LastToken,
    /// The page's origin is not on the app's list.
    #[error("the origin is not allowed")]
    OriginNotAllowed,
    /// The actor may not.
    #[error("denied: {0:?}")]
    Denied(Denied),
    /// There is none.
    #[error("not found")]
    NotFound,
    /// The client id belongs to another write.
    #[error("the client id belongs to another write")]
    ClientIdConflict,
    /// Another user has this external id.
    #[error("the external id is taken")]
    ExternalIdTaken,
    /// Resume before sending again.
    #[error("the base is stale")]
    StaleBase,
    /// Whether an earlier attempt succeeded can no longer be told.
    #[error("the outcome of an earlier attempt is unknown")]
    OutcomeUnknown,
    /// The members of a direct room do not change.
    #[error("the room is direct")]
    DirectRoom,
    /// The room has as many members as it may.
    #[error("the room is full")]
    RoomFull,
    /// The connection has joined as many rooms as it may.
    #[error("too many rooms")]
    TooManyRooms,
    /// The connection has no row.
    #[error("the connection is not known")]
    UnknownConnection,
    /// Too many writers in one room.
    #[error("the room is busy")]
    RoomBusy,
    /// Someone else is changing the same rows.
    #[error("someone else is changing the same thing")]
    Busy,
    /// The store gave no answer.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The user is kept out.
    #[error("the user is suspended")]
    UserSuspended,
    /// The file is not there yet.
    #[error("the file is not uploaded yet")]
    NotUploaded,
    /// A form is larger than it may be, or a file in it.
    #[error("the form is too large")]
    TooLarge,
    /// The file is not what was announced.
    #[error("the file is not what was announced")]
    FileMismatch,
    /// The bucket gave no answer, or refused.
    #[error(transparent)]
    Files(#[from] FilesError),
    /// The event bus gave no answer, or refused.
    #[error(transparent)]
    EventBus(#[from] BusError),
    /// The message is deleted.
    #[error("the message is deleted")]
    MessageDeleted,
    /// Another room has this key.
    #[error("the room key is taken")]
    RoomKeyTaken,
    /// The user may not become a member.
    #[error("the user is banned")]
    Banned,
    /// The user is a member already.
    #[error("the user is a member already")]
    AlreadyMember,
    /// The room is in slow mode.
    #[error("too many messages")]
    RateLimited {
        /// When the next message is allowed.
        retry_after_ms: u64,
    },
    /// The message was edited as often as it may be.
    #[error("the message was edited too often")]
    TooManyEdits,
    /// The message has as many different reactions as it may.
    #[error("the message has too many reactions")]
    TooManyReactions,
    /// The room has as many pinned messages as it may.
    #[error("the room has too many pins")]
    TooManyPins,
    /// The app has as many webhooks as it may.
    #[error("the app has too many webhooks")]
    TooManyWebhooks,
    /// The webhook has as many secrets that still sign as it may.
    #[error("the webhook has too many secrets")]
    TooManySecrets,
    /// The app's hook does not want the message.
    #[error("the hook refuses the message")]
    MessageRefused {
        /// Why, as the hook says: for the sender.
        reason: Option<String>,
    },
    /// The app's hook does not answer, and no message is to stand without it.
    #[error("the hook does not answer")]
    HookUnavailable,
    /// Something that cannot be, is.
    #[error("defect: {0}")]
    Defect(String),
}

impl From<InvalidInput> for Error {
    fn from(invalid: InvalidInput) -> Self {
        Self::Invalid(invalid)
    }
}

impl From<Denied> for Error {
    fn from(denied: Denied) -> Self {
        match denied {
            Denied::NotFound => Self::NotFound,
            Denied::Forbidden | Denied::UserRequired | Denied::Muted | Denied::Archived | Denied::Blocked => {
                Self::Denied(denied)
            }
        }
    }
}

impl From<AppendRefusal> for Error {
    fn from(refusal: AppendRefusal) -> Self {
        match refusal {
            AppendRefusal::NoRoom | AppendRefusal::Closed | AppendRefusal::NotAMember => Self::NotFound,
            AppendRefusal::StaleBase => Self::StaleBase,
            AppendRefusal::OutcomeUnknown => Self::OutcomeUnknown,
            AppendRefusal::Reused => Self::ClientIdConflict,
            AppendRefusal::Busy => Self::RoomBusy,
            AppendRefusal::Condition | AppendRefusal::Barred => Self::Busy,
            AppendRefusal::Store(error) => Self::Store(error),
        }
    }
}
