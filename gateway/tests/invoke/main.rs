//! The gateway before functions that run elsewhere: a server that speaks the Invoke API of Lambda, a DynamoDB endpoint, and the whole
//! gateway between them and a client.

#![expect(clippy::unwrap_used, reason = "tests, and what only they use")]

mod client;
mod dynamodb;
mod functions;
mod process;
mod refused;
#[path = "../server/signature.rs"]
mod signature;
mod talk;
