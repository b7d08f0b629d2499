//! The rows about rooms that are made, archived, truncated and deleted over a socket, and about what else only REST had.

use super::{Operation as O, Row, budget, ceiling};

/// All of them; over REST the proof of the caller is added.
pub(super) fn rows() -> Vec<Row> {
    vec![
        // The room's number; then the entry, the room with the index, and each member with the index. Half a unit for each user.
        ceiling(
            "create_room, 10 members",
            O::CreateRoom,
            budget(3, 1.0 + 2.0 + 3.0 + 10.0 * 3.0, 10.0 * 0.5),
        ),
        // The entry, the room, and its line among the public ones, which goes.
        ceiling("archive_room, 10 connections", O::ArchiveRoom, budget(4, 7.0, 5.0)),
        // The entry, the room, and when the rest is to be taken away.
        ceiling("truncate_room, 10 connections", O::TruncateRoom, budget(4, 7.0, 5.0)),
        // The entry, the room, which waits among what is unfinished, and its line; then of each member where they were, the row with
        // the index, and the subscription; then the room is finished, and a line says when its files are to be taken away. The members
        // are read until there are none.
        ceiling(
            "delete_room, 10 members and connections",
            O::DeleteRoom,
            budget(11, 9.0 + 10.0 * (1.0 + 2.0 + 1.0) + 5.0, 7.0),
        ),
        // The entry, the count, and each member with the index; all users and their rows are read at once.
        ceiling(
            "add_members, 10 to a room of 10 connections",
            O::AddMembers,
            budget(4, 4.0 + 10.0 * 3.0, 4.0 + 10.0 * 1.5),
        ),
        ceiling("withdraw_invite", O::WithdrawInvite, budget(2, 3.0, 2.0)),
        ceiling("update_profile", O::UpdateProfile, budget(2, 2.0, 1.0)),
    ]
}
