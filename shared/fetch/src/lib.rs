//! Requests to addresses that integrators name: key sets, verification URLs, webhooks. Whoever names an address must not reach
//! by it what only this machine can reach.
//!
//! So a [`Target`] is read by one parser with one spelling, its name is resolved once, every address of the answer is looked at,
//! and the connection goes to one of those very addresses. No redirect is followed, no proxy asked, no cookie kept, no
//! compression offered; time and size are limited from the first byte to the last. What a request has as its answer is for the
//! caller to judge, and is never shown to a client.

mod address;
mod answer;
mod fetcher;
mod resolve;
mod target;

pub use answer::{Answer, FetchError};
pub use fetcher::{Fetcher, Limits};
pub use resolve::{BoxFuture, Resolver, SystemResolver};
/// Why TLS is not usable at all.
pub use rustls::Error as TlsError;
pub use target::{TARGET_BYTES, Target, TargetError};

/// Which addresses may be reached.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Reach {
    /// Those of the public Internet, by https.
    #[default]
    Public,
    /// This machine and private networks too, by http too, on any port: for development and tests.
    Private,
}
