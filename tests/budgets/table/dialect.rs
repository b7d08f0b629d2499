//! The rows about clients of other services. What their protocols say beside the native ones costs what is written here and no more.

use super::{CALLER, Operation as O, Row, budget, ceiling, design, entries, keys, members, some};

/// What is measured of them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Dialect {
    /// A member opens a room.
    GoChatConnect,
    /// A member sends a message; another one of the service hears it.
    GoChatMessage,
    /// 50 messages from the middle of 1,000.
    GoChatHistory,
    /// A member sends a message; another one of the service hears it.
    ChatPanelMessage,
    /// A page of 10 of the rooms of a user, each with who is in it.
    ChatPanelRooms {
        /// Rooms of the user.
        rooms: usize,
    },
    /// A user of so many rooms connects.
    FacebookCloneConnect { rooms: usize },
    /// A message; another one of the service hears it.
    FacebookCloneMessage,
    /// A client answers the server's ping.
    SocketIoPong,
    /// Everything read, of which another one of the service hears.
    FacebookCloneRead,
    /// A member joins a room in which something was said; another one of the service is there.
    CallsewaJoin,
    /// A member sends a message; another one of the service hears it.
    CallsewaMessage,
    /// 50 messages from the middle of 1,000.
    CallsewaLoadMore,
    /// Everything read, of which another one of the service hears.
    CallsewaSeen,
    /// The numbers of two users, one of whom has none yet.
    CallsewaNumbers,
    /// A token that the integrator's own system has registered.
    CallsewaToken,
}

pub(super) fn rows() -> Vec<Row> {
    vec![
        // The member's row, the connection, then as `join_room`.
        ceiling(
            "go-chat: $connect of a member",
            O::Dialect(Dialect::GoChatConnect),
            budget(5, 2.0 + 6.0, 1.0 + 3.0 + some(2)),
        ),
        // As `send_message`; the sender as others see them meanwhile, and those whom the event names for all of the service at once.
        ceiling(
            "go-chat: a message, 2 connections",
            O::Dialect(Dialect::GoChatMessage),
            budget(4, 1.0, 4.0 + some(2) + 0.5 + 0.5),
        ),
        design(
            "go-chat: history, 50 of 1,000 by number",
            O::Dialect(Dialect::GoChatHistory),
            budget(8, 0.0, 8.0 + entries(57) + 1.0),
        ),
        ceiling(
            "chat-panel: a message, 2 connections",
            O::Dialect(Dialect::ChatPanelMessage),
            budget(4, 1.0, 4.0 + some(2) + 0.5 + 0.5),
        ),
        // The app, for the path; the caller; the list; each room with its members, and whether the user is still one; all of them.
        ceiling(
            "chat-panel: rooms by number, page of 10 of 60 (REST)",
            O::Dialect(Dialect::ChatPanelRooms { rooms: 60 }),
            budget(
                1 + CALLER.0 + 3,
                0.0,
                1.0 + CALLER.1 + keys(60) + 10.0 * (0.5 + 0.5) + 2.0 * 0.5,
            ),
        ),
        // The connection, the list of rooms, and three writes of a transaction for each of them but two for the connection.
        ceiling(
            "facebook-clone: $connect, 20 rooms",
            O::Dialect(Dialect::FacebookCloneConnect { rooms: 20 }),
            budget(3, 2.0 + 20.0 * 4.0 + 2.0, 3.0),
        ),
        ceiling(
            "facebook-clone: a message, 2 connections",
            O::Dialect(Dialect::FacebookCloneMessage),
            budget(4, 1.0, 4.0 + some(2) + 0.5),
        ),
        // The lease, in the row and in its index.
        ceiling(
            "Socket.IO: a ping is answered",
            O::Dialect(Dialect::SocketIoPong),
            budget(1, 3.0, 0.0),
        ),
        // The end of the log beside what `mark_read` takes.
        ceiling(
            "facebook-clone: everything read, 2 connections",
            O::Dialect(Dialect::FacebookCloneRead),
            budget(4, 1.0, 1.0 + 2.0 + some(2) + 0.5),
        ),
        // The connection, as `join_room`; then the room with its members and its connections beside the end of the log, the users beside
        // the entry, and as `mark_read`, of which the other one hears.
        ceiling(
            "callsewa: join, 2 connections",
            O::Dialect(Dialect::CallsewaJoin),
            budget(
                7,
                6.0 + 1.0,
                1.0 + (3.0 + some(2)) + (2.0 + members(2) + some(2) + 1.0) + (1.0 + 1.0) + (1.0 + some(2)) + 0.5,
            ),
        ),
        // The connection, which says the room; then as of go-chat.
        ceiling(
            "callsewa: a message, 2 connections",
            O::Dialect(Dialect::CallsewaMessage),
            budget(5, 1.0, 1.0 + 4.0 + some(2) + 0.5 + 0.5),
        ),
        ceiling(
            "callsewa: history, 50 of 1,000 by number",
            O::Dialect(Dialect::CallsewaLoadMore),
            budget(9, 0.0, 1.0 + 8.0 + entries(57) + 1.0),
        ),
        // The connection, and the user as others see them; the rest as of facebook-clone.
        ceiling(
            "callsewa: everything read, 2 connections",
            O::Dialect(Dialect::CallsewaSeen),
            budget(5, 1.0, 1.0 + 0.5 + 1.0 + 2.0 + some(2) + 0.5),
        ),
        // Both rows at once; then the counter, then the new number in the user's row and beside it: once for each user, ever.
        ceiling(
            "callsewa: the numbers of 2 users, 1 without",
            O::Dialect(Dialect::CallsewaNumbers),
            budget(3, 1.0 + 2.0 + 2.0, 1.0),
        ),
        // The app and whose the token is, then the user and whether it is still theirs.
        ceiling(
            "callsewa: a registered token",
            O::Dialect(Dialect::CallsewaToken),
            budget(2, 0.0, 2.0 + 2.0),
        ),
    ]
}
