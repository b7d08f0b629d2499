//! The rows about memberships and rooms that change over a socket.

use super::{CALLER, Operation as O, Row, budget, ceiling, keys};

/// All of them, in a room of ten connections.
pub(super) fn rows() -> Vec<Row> {
    vec![
        // As over REST, without the proof of the caller.
        ceiling(
            "join_public_room, 10 connections",
            O::JoinPublicRoom,
            budget(5, 7.0, 6.0),
        ),
        ceiling("exit_room, 10 connections", O::ExitRoom, budget(8, 16.0, 6.0)),
        // The row of the ban takes the place of the member's, in the index too.
        ceiling("ban_user, 10 connections", O::BanUser, budget(8, 17.0, 8.0)),
        // The invite with its place in the index, and the check that there is no member; all that decides is read at once.
        ceiling("invite_user", O::InviteUser, budget(2, 5.0, 6.0)),
        // As a public room is joined, and the invite goes.
        ceiling("accept_invite, 10 connections", O::AcceptInvite, budget(5, 10.0, 7.0)),
        // The list; then the invites with the rooms and the members' rows.
        ceiling(
            "own invites, 20 (REST)",
            O::OwnInvites(20),
            budget(CALLER.0 + 3, 0.0, CALLER.1 + keys(20) + 20.0 * 1.5),
        ),
        // The entry, the room and its line among the public ones, whose places in the lists of names change.
        ceiling("update_room, 10 connections", O::UpdateRoom, budget(4, 10.0, 5.0)),
    ]
}
