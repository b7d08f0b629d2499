//! The rows about who is there, who comes and goes.

use super::{CALLER, Operation as O, Row, budget, ceiling, connections, few};

/// Those that do not depend on a room's connections.
pub(super) fn rows() -> Vec<Row> {
    vec![
        // By the queue. The user's connections and row; then the watchers.
        ceiling("a user connects", O::Coming, budget(2, 0.0, 3.0)),
        // Their rooms and connections are one query each, 64 at once; whether they have blocked the asker is a row of each.
        ceiling(
            "presence of 100 users (REST)",
            O::Presence { users: 100 },
            budget(CALLER.0 + 4, 0.0, CALLER.1 + 10.0 + 100.0 * 2.5),
        ),
        ceiling(
            "watch_presence, 100 users",
            O::WatchPresence { users: 100 },
            budget(12, 110.0, 2.0 + 100.0 * 3.5),
        ),
        ceiling(
            "online members, page of 50 (REST)",
            O::OnlineMembers,
            budget(CALLER.0 + 4, 0.0, CALLER.1 + 4.0 + 50.0 * 2.0),
        ),
    ]
}

/// Those of a room of so many connections.
pub(super) fn of_a_room(n: usize) -> Vec<Row> {
    vec![
        // By the queue. The user's connections; the room's; the row of a user, of the room and of the member.
        ceiling(
            format!("a user comes to a room of {n}"),
            O::Arrival { connections: n },
            budget(2, 0.0, 1.0 + few(n)),
        ),
        ceiling(
            format!("a user is gone from a room of {n}"),
            O::End { connections: n },
            budget(7, 4.0, 6.0 + few(n)),
        ),
        ceiling(
            format!("roster, {n} connections"),
            O::Roster { connections: n },
            budget(2, 0.0, 2.0 + connections(n) + 0.5 * n.min(50) as f64),
        ),
    ]
}
