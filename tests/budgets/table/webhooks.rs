//! The rows about what webhooks hear. What they are told by is not the store: calls and the queue are not counted here.

use super::{Operation as O, Row, budget, ceiling, connections};

/// All of them.
pub(super) fn rows() -> Vec<Row> {
    vec![
        // A process notes a room once in 20 s: the row, and its place in the index if it was told of everything. What webhooks the app has
        // and whom it asks about messages is read beside the sender, once in 10 s.
        ceiling(
            "send_message in an app with webhooks, the first of 20 s, 10 connections",
            O::Heard { noted: false },
            budget(4, 3.0, 4.0 + 1.0 + 1.0 + connections(10)),
        ),
        // Then it is a send as any other.
        ceiling(
            "send_message in an app with webhooks, 10 connections",
            O::Heard { noted: true },
            budget(3, 1.0, 4.0 + connections(10)),
        ),
        // Where the log was told and the webhooks, the log, the senders; one transaction, each row twice; then what became of the call, twice
        // as well, at another place of the index.
        ceiling(
            "deliver, a message to one webhook",
            O::Deliver { events: 1 },
            budget(5, 16.0, 6.0),
        ),
        // Each delivery is written twice; the rest is read once for all of them.
        ceiling(
            "deliver, 20 messages to one webhook",
            O::Deliver { events: 20 },
            budget(4 + 20, 6.0 + 20.0 * 10.0, 8.0),
        ),
    ]
}
