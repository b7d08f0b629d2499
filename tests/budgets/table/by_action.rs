//! The rows of the actions that only read: as over REST, without the proof of the caller.

use super::{AT_ONCE, Budget, CALLER, LISTED, Operation, Row, budget, ceiling, entries, keys, members, room_list};

/// All of them.
pub(super) fn rows() -> Vec<Row> {
    let row = |action: &'static str, what: &str, budget: Budget| {
        ceiling(format!("{action}{what}"), Operation::ByAction(action), budget)
    };
    let list = room_list(LISTED);
    // Room, member, message and the own reactions at once, then the sender.
    let found = 5.0;
    let unread = keys(20) + 20.0 + 20.0 * 0.5 + 20.0 * entries(5) / 2.0;
    vec![
        row("get_room", "", budget(1, 0.0, 2.0)),
        row(
            "list_rooms",
            ", 20 rooms",
            budget(list.round_trips - CALLER.0, 0.0, list.read_units - CALLER.1),
        ),
        row(
            "list_public_rooms",
            ", page of 50 of 60",
            budget(2, 0.0, keys(50) + 0.5 * 50.0),
        ),
        row(
            "find_rooms",
            ", a room of 3, 200 rooms of which 20 have 3 members",
            budget(4, 0.0, keys(200) + 100.0 + 30.0 + 2.0),
        ),
        // Room and own row, the members, the users.
        row(
            "list_members",
            ", page of 50",
            budget(3, 0.0, 2.0 + members(50) + 0.5 * 50.0),
        ),
        row("get_message", "", budget(3, 0.0, 3.0 + 0.5)),
        row("edit_history", ", 5 edits", budget(3, 0.0, found + 5.0)),
        // The index, the replies and their sender; a moment behind.
        row(
            "list_replies",
            ", 20",
            budget(5, 0.0, found + keys(20) + 20.0 * 0.5 + 0.5),
        ),
        row("list_pins", ", 10", budget(3, 0.0, 3.0 + 10.0 + 0.5)),
        row(
            "list_stars",
            ", 20 in 20 rooms",
            budget(3, 0.0, keys(30) + 40.0 + 10.0 + 0.5),
        ),
        row("read_positions", ", 50 members", budget(1, 0.0, 2.0 + members(50))),
        row("message_status", ", 50 members", budget(3, 0.0, found + members(50))),
        row("unread", ", 5 in each of 20 rooms", budget(4, 0.0, unread)),
        // Room and own row, the list, then each row of it.
        row("list_bans", ", 10", budget(3, 0.0, 2.0 + keys(10) + 10.0 * 0.5)),
        row("list_room_invites", ", 10", budget(3, 0.0, 2.0 + members(10) + 10.0)),
        row("list_invites", ", 20", budget(3, 0.0, keys(20) + 20.0 * 1.5)),
        row("list_blocks", ", 10", budget(1, 0.0, 1.0)),
        row("get_user", "", budget(1, 0.0, 1.0)),
        row("presence", ", 100 users", budget(4, 0.0, 10.0 + 100.0 * 2.5)),
        unread_in_frames(200),
    ]
}

/// The first page of more than fits a frame: all of it is read. The ends of the logs and the tails are 64 at once.
fn unread_in_frames(rooms: usize) -> Row {
    let of_rooms = rooms as f64;
    let at_once = rooms.div_ceil(AT_ONCE) as u64;
    let units = keys(rooms) + of_rooms + of_rooms * 0.5 + of_rooms * entries(1) / 2.0;
    ceiling(
        format!("unread, 1 in each of {rooms} rooms, the first frame"),
        Operation::UnreadInFrames { rooms },
        budget(2 + 2 * at_once, 0.0, units),
    )
}
