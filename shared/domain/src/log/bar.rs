//! What ends the right to append while a write waits: it was allowed by rows that were read before these entries stood.

use super::{Body, Draft, Entry};

/// Whether these entries, in order, end the membership of the message's sender: it was checked before they were written, so a
/// message that waited behind them must not follow.
#[must_use]
pub fn ends_membership(entries: &[Entry], draft: &Draft) -> bool {
    let Some(sender) = draft.sender.filter(|_| draft.body.is_message()) else {
        return false;
    };
    let about_sender = entries.iter().rev().find_map(|entry| match &entry.body {
        Body::MemberLeft { user, .. } if *user == sender => Some(true),
        Body::MemberJoined { user, .. } if *user == sender => Some(false),
        Body::MembersAdded { members } if members.contains(&sender) => Some(false),
        _ => None,
    });
    about_sender.unwrap_or(false)
}

/// Whether one of these entries, which were written after the message was allowed, might have had it refused. It is decided
/// anew then, from rows that are read again.
#[must_use]
pub fn barred(entries: &[Entry], draft: &Draft) -> bool {
    if !draft.body.is_message() {
        return false;
    }
    let about_sender = |user| draft.sender == Some(user);
    entries.iter().any(|entry| match &entry.body {
        Body::RoomArchived => true,
        Body::MemberMuted { user, .. } => about_sender(*user),
        // A moderator is bound by nothing that the room sets, a member by all of it.
        Body::RoleChanged { user, role } => !role.moderates() && about_sender(*user),
        Body::RoomUpdated {
            settings: Some(settings),
            ..
        } => settings.narrow_messages(),
        Body::Message(_) => draft.spaced && draft.sender.is_some() && entry.sender == draft.sender,
        _ => false,
    })
}

/// Whether an entry may end the right of some member to append a message: what a write must not pass unseen.
#[must_use]
pub const fn may_bar(entry: &Entry) -> bool {
    match &entry.body {
        Body::MemberLeft { .. } | Body::RoomArchived | Body::MemberMuted { .. } | Body::RoleChanged { .. } => true,
        Body::RoomUpdated {
            settings: Some(settings),
            ..
        } => settings.narrow_messages(),
        _ => false,
    }
}
