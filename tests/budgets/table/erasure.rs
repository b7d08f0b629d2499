//! Erasure and export of what a user said.

use super::{CALLER, Operation, Row, budget, ceiling, entries};

/// All of them.
pub(crate) fn rows() -> Vec<Row> {
    vec![
        // The token's row, the user, then the three rows of the task, two of them with the index, doubled by the transaction.
        ceiling(
            "start an erasure (REST)",
            Operation::StartErasure,
            budget(3, 10.0, 2.0 + 1.0),
        ),
        // A unit for each message, eight at once; and once for the room and the task: where the user was, what the user has,
        // the progress, and the entry that says so.
        ceiling(
            "a piece of an erasure, 100 messages in a room",
            Operation::ErasurePiece { messages: 100 },
            budget(22 + 100_u64.div_ceil(8), 100.0 + 25.0, 16.0 + entries(101)),
        ),
        ceiling(
            "export, page of 50 of 100 messages in a room (REST)",
            Operation::Export { messages: 100 },
            budget(CALLER.0 + 3, 0.0, CALLER.1 + 2.0 + entries(101)),
        ),
    ]
}
