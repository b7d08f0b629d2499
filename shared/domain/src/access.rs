//! Who may do what: the one place that decides, for REST and WebSocket alike. Deny by default.
//!
//! A user who is no member of a room is told that there is none, so that nobody learns of rooms by asking.
//!
//! What the roles may do in a room; the backend may do all of it:
//!
//! | | owner | moderator | member | read_only |
//! |---|---|---|---|---|
//! | read, mark read, subscribe, list members, leave | yes | yes | yes | yes |
//! | send (where the room lets everyone), edit their own messages, react, be told of as typing | yes | yes | unless muted | no |
//! | send where only moderators may, send without waiting in slow mode | yes | yes | no | no |
//! | delete their own messages | yes | yes | yes | yes |
//! | delete messages of others | yes | yes | no | no |
//! | edit messages of others | no | no | no | no |
//! | add and invite members; list bans | yes | yes | no | no |
//! | remove, ban, mute | anyone | members and read_only | no | no |
//! | change roles of others, change, archive, truncate and delete the room | yes | no | no | no |

mod operation;

pub use operation::{Needs, Operation};

use crate::member::{Member, Role};
use crate::rate::Quotas;
use crate::room::{Room, RoomKind, Senders};
use crate::{AppId, Timestamp, UserId};

/// Whoever asks, as proven by their credential.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Actor {
    /// The integrator's backend, by an API token.
    Backend {
        /// The token's app.
        app: AppId,
    },
    /// A user, by their own token or by the backend acting for them.
    User {
        /// The user's app.
        app: AppId,
        /// Who.
        user: UserId,
        /// How many messages they may send over all rooms.
        quotas: Quotas,
    },
}

impl Actor {
    /// The app whose data this actor may touch at all.
    #[must_use]
    pub const fn app(&self) -> &AppId {
        match self {
            Self::Backend { app } | Self::User { app, .. } => app,
        }
    }

    /// The user, if it is one.
    #[must_use]
    pub const fn user(&self) -> Option<UserId> {
        match self {
            Self::Backend { .. } => None,
            Self::User { user, .. } => Some(*user),
        }
    }

    /// How many messages may be sent over all rooms.
    #[must_use]
    pub fn quotas(&self) -> Quotas {
        match self {
            Self::Backend { .. } => Quotas::default(),
            Self::User { quotas, .. } => *quotas,
        }
    }
}

/// Why something is refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Denied {
    /// The room is none of the actor's business: "not found".
    NotFound,
    /// The actor is known and may not.
    Forbidden,
    /// The backend must say for which user it acts.
    UserRequired,
    /// The member may not write.
    Muted,
    /// Nobody writes into an archived room.
    Archived,
    /// One of the two users of a direct room has blocked the other.
    Blocked,
}

/// Decides an operation on the app or on a user. `about` is the user it is about.
///
/// # Errors
/// [`Denied`], with what to tell the actor.
pub fn on_app(actor: &Actor, operation: Operation, about: Option<UserId>) -> Result<(), Denied> {
    match (operation.needs(), actor) {
        (Needs::Backend | Needs::Anyone | Needs::SelfOrBackend, Actor::Backend { .. }) => Ok(()),
        (Needs::Anyone | Needs::User, Actor::User { .. }) => Ok(()),
        (Needs::SelfOrBackend, Actor::User { user, .. }) if about == Some(*user) => Ok(()),
        (Needs::User, Actor::Backend { .. }) => Err(Denied::UserRequired),
        _ => Err(Denied::Forbidden),
    }
}

/// Decides an operation that shows a user's doings to others. `acquainted` says whether the actor shares a room with the user,
/// or is a friend.
///
/// # Errors
/// [`Denied`], with what to tell the actor: a stranger is told that there is no such user.
pub fn about_user(actor: &Actor, operation: Operation, about: UserId, acquainted: bool) -> Result<(), Denied> {
    match (operation.needs(), actor) {
        (Needs::Acquaintance, Actor::Backend { .. }) => Ok(()),
        (Needs::AcquaintanceUser, Actor::Backend { .. }) => Err(Denied::UserRequired),
        (Needs::Acquaintance | Needs::AcquaintanceUser, Actor::User { user, .. }) if *user == about || acquainted => {
            Ok(())
        }
        (Needs::Acquaintance | Needs::AcquaintanceUser, Actor::User { .. }) => Err(Denied::NotFound),
        _ => Err(Denied::Forbidden),
    }
}

/// Decides an operation of a member that touches nothing but the member's own row and the room's connections, from that row
/// alone: typing and read positions must not cost a read of the room.
///
/// # Errors
/// [`Denied`], with what to tell the actor.
pub fn as_member(actor: &Actor, operation: Operation, member: Option<&Member>) -> Result<UserId, Denied> {
    let user = actor.user().ok_or(Denied::UserRequired)?;
    let active = member.is_some_and(|member| member.user == user && member.is_active());
    match (operation.needs(), active) {
        (Needs::MemberUser, true) if is_blocked(operation, member) => Err(Denied::Blocked),
        (Needs::MemberUser, true) => Ok(user),
        (Needs::MemberUser, false) => Err(Denied::NotFound),
        _ => Err(Denied::Forbidden),
    }
}

/// Decides an operation in a room. `member` is the actor's own row; `about` is the member it is about.
///
/// # Errors
/// [`Denied`], with what to tell the actor.
pub fn in_room(
    actor: &Actor,
    operation: Operation,
    room: Option<&Room>,
    member: Option<&Member>,
    about: Option<UserId>,
) -> Result<(), Denied> {
    let room = room.filter(|room| !room.deleted).ok_or(Denied::NotFound)?;
    let needs = operation.needs();
    let Some(user) = actor.user() else {
        return match needs {
            Needs::Member
            | Needs::Owner
            | Needs::Moderator
            | Needs::Curator
            | Needs::ModeratorOrSelf
            | Needs::MemberSelf => Ok(()),
            Needs::MemberUser | Needs::PublicRoom => Err(Denied::UserRequired),
            Needs::Backend
            | Needs::Anyone
            | Needs::User
            | Needs::SelfOrBackend
            | Needs::Invited
            | Needs::Acquaintance
            | Needs::AcquaintanceUser => Err(Denied::Forbidden),
        };
    };
    let role = member
        .filter(|member| member.user == user && member.is_active())
        .map(|member| member.role);
    if needs == Needs::PublicRoom {
        return if room.public || role.is_some() {
            Ok(())
        } else {
            Err(Denied::NotFound)
        };
    }
    let role = role.ok_or(Denied::NotFound)?;
    let allowed = match needs {
        Needs::Member | Needs::MemberUser => true,
        Needs::Owner => role == Role::Owner,
        Needs::Curator => role.moderates() || room.kind == RoomKind::Direct,
        Needs::MemberSelf => about == Some(user),
        Needs::Moderator => role.moderates(),
        Needs::ModeratorOrSelf => role.moderates() || about == Some(user),
        Needs::Backend
        | Needs::Anyone
        | Needs::User
        | Needs::SelfOrBackend
        | Needs::PublicRoom
        | Needs::Invited
        | Needs::Acquaintance
        | Needs::AcquaintanceUser => false,
    };
    match allowed {
        true if is_blocked(operation, member) => Err(Denied::Blocked),
        true => Ok(()),
        false => Err(Denied::Forbidden),
    }
}

/// Whether this would reach someone who does not want it, or whom the actor does not want to hear.
fn is_blocked(operation: Operation, member: Option<&Member>) -> bool {
    use Operation as O;
    let reaches = matches!(
        operation,
        O::SendMessage | O::EditMessage | O::React | O::PinMessage | O::Typing
    );
    reaches && member.is_some_and(|member| !member.blocked_by.is_empty())
}

/// Decides whether an actor who may do something to some members may do it to this one. `own` is the actor's own row. Nobody
/// does it to themselves; a moderator has no power over moderators and owners.
///
/// # Errors
/// [`Denied::Forbidden`].
pub fn over(actor: &Actor, own: Option<&Member>, target: &Member) -> Result<(), Denied> {
    let Some(user) = actor.user() else { return Ok(()) };
    let role = own
        .filter(|own| own.user == user && own.is_active())
        .map(|own| own.role);
    let allowed = match role {
        _ if target.user == user => false,
        Some(Role::Owner) => true,
        Some(Role::Moderator) => !target.role.moderates(),
        Some(Role::Member | Role::ReadOnly) | None => false,
    };
    if allowed { Ok(()) } else { Err(Denied::Forbidden) }
}

/// Decides whether the actor may write into the room now: what sends, edits, reactions and pins ask beside their own rules.
///
/// # Errors
/// [`Denied::Archived`], [`Denied::Muted`], [`Denied::Forbidden`].
pub fn may_write(
    actor: &Actor,
    operation: Operation,
    room: &Room,
    member: Option<&Member>,
    now: Timestamp,
) -> Result<(), Denied> {
    if room.archived {
        return Err(Denied::Archived);
    }
    if actor.user().is_none() {
        return Ok(());
    }
    let member = member.ok_or(Denied::NotFound)?;
    let reserved = operation == Operation::SendMessage && room.settings.send == Senders::Moderators;
    if reserved && !member.role.moderates() {
        return Err(Denied::Forbidden);
    }
    may_speak(member, now)
}

/// Decides whether a member may write as far as their own row tells: what `typing` asks, which reads no room.
///
/// # Errors
/// [`Denied::Muted`], [`Denied::Forbidden`].
pub fn may_speak(member: &Member, now: Timestamp) -> Result<(), Denied> {
    match member.role {
        Role::Owner | Role::Moderator => Ok(()),
        Role::ReadOnly => Err(Denied::Forbidden),
        Role::Member if member.is_muted(now) => Err(Denied::Muted),
        Role::Member => Ok(()),
    }
}

mod invited;

#[cfg(test)]
mod tests;

pub use invited::as_invited;
