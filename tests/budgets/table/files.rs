//! The rows about files of messages. The bucket is not the store: what is asked of it is not counted here.

use super::{CALLER, Operation as O, Row, budget, ceiling, connections};

/// All of them.
pub(super) fn rows() -> Vec<Row> {
    vec![
        // What the user uploads today; the row and its line in the index.
        ceiling(
            "announce a file (REST)",
            O::AnnounceFile,
            budget(CALLER.0 + 2, 1.0 + 4.0, CALLER.1),
        ),
        ceiling(
            "confirm a file (REST)",
            O::ConfirmFile,
            budget(CALLER.0 + 2, 1.0, CALLER.1 + 1.0),
        ),
        // As any send, with the file's row read at the same time; of the transaction each row twice: the entry, and the file, which
        // leaves the index.
        ceiling(
            "send_message with a file, no client id, 10 connections",
            O::SendFile { connections: 10 },
            budget(3, 6.0, 4.0 + 1.0 + connections(10)),
        ),
        // Room and member before anything is read, what the user uploads today, then the file's row twice, then the message.
        ceiling(
            "send_message with a file in a form, no client id, 10 connections (REST)",
            O::SendForm { connections: 10 },
            budget(
                CALLER.0 + 4 + 3,
                1.0 + 4.0 + 1.0 + 6.0,
                CALLER.1 + 2.0 + 4.0 + 1.0 + connections(10),
            ),
        ),
        // Room, member and file, then the message.
        ceiling(
            "get a file's URL (REST)",
            O::GetFile,
            budget(CALLER.0 + 2, 0.0, CALLER.1 + 4.0),
        ),
    ]
}
