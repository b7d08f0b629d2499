//! `deliver`: the queue of what webhooks and the event bus are to hear. It turns the logs of rooms into deliveries, and tries each until
//! the receiver has it or a day is over.
//!
//! Ports: store, queue (what comes later), the event bus, and the servers that apps name: the one function whose own work is to call them.
//! IAM, chat table: `dynamodb:GetItem`, `BatchGetItem`, `Query`, `PutItem`, `UpdateItem`.
//! IAM, connections table: `dynamodb:Query` (who hears of a room has not missed a message).
//! IAM, others: `sqs:ReceiveMessage`, `DeleteMessage`, `GetQueueAttributes` and `SendMessage` on its queue, `events:PutEvents` on the
//! bus if there is one.

use std::process::ExitCode;

use parlour_lambda::functions::DELIVER;

fn main() -> ExitCode {
    parlour_lambda::run(DELIVER)
}
