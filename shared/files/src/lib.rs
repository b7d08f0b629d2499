//! Files of messages in a bucket of S3, or of anything that speaks its protocol.
//!
//! The SDK of S3 would be larger than all functions together, and five requests are all that is needed: two that clients make by URLs
//! signed here, and `HEAD`, a ranged `GET` and `DELETE` of one's own.

mod bucket;
mod sign;

pub use bucket::{Answered, Bucket, Transport};
