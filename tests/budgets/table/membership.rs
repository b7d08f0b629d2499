//! The rows about memberships and rooms that change over a socket.

use super::{Operation as O, Row, budget, ceiling};

/// All of them, in a room of ten connections.
pub(super) fn rows() -> Vec<Row> {
    vec![
        // As over REST, without the proof of the caller.
        ceiling(
            "join_public_room, 10 connections",
            O::JoinPublicRoom,
            budget(5, 7.0, 6.0),
        ),
        ceiling("exit_room, 10 connections", O::ExitRoom, budget(8, 12.0, 6.0)),
        // The row of the ban takes the place of the member's, in the index too.
        ceiling("ban_user, 10 connections", O::BanUser, budget(8, 14.0, 8.0)),
        // The entry, the room and its line among the public ones, whose places in the lists of names change.
        ceiling("update_room, 10 connections", O::UpdateRoom, budget(4, 10.0, 5.0)),
    ]
}
