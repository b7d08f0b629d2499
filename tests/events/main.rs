//! The events that functions get: as AWS documents them (`fixtures/`), as the gateway makes them, and as an AWS emulator does
//! (`emulator/`).
//!
//! The fixtures have the fields that AWS's developer guides show (API Gateway: "Control access to WebSocket APIs with AWS Lambda
//! REQUEST authorizers", "API Gateway WebSocket API mapping template reference", "Create AWS Lambda proxy integrations for HTTP
//! APIs"; Lambda: "Using Lambda with Amazon SQS"; EventBridge: scheduled rules) and the examples of `aws_lambda_events`, with
//! values of our own. `integrationLatency` and the headers of `$disconnect` are in no guide, but in what AWS sends. Left out is
//! what comes only with API keys, client certificates, stage variables or attributes of messages: the deployment has none.
//!
//! Every event is read as the type that the handlers read, is handled by them, and lacks no field that the fixture of its kind
//! has, but for those of the table in `lacks.rs`. `<token>` and `<room>` stand for a token and a room that each run makes.
//!
//! `capture.py` says how those of the emulator were captured, and captures them again.

#[cfg(test)]
mod events;
#[cfg(test)]
mod fields;
#[cfg(test)]
mod gateway;
#[cfg(test)]
mod handled;
#[cfg(test)]
mod lacks;
#[cfg(test)]
mod read;
#[cfg(test)]
mod world;
