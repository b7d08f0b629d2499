//! Event in, use-case, reply out: for Lambda and for the gateway alike, which hands over the same JSON.
//!
//! [`functions`] has all of them but REST, which [`rest::router`] serves. This is the only place that maps errors to the wire and
//! the only place that logs them.

mod action;
mod authorizer;
pub mod compat;
mod connection;
mod deliver;
mod dialect;
mod direction;
mod event;
mod fan_out;
pub mod functions;
mod incoming;
mod queued;
pub mod rest;
mod wire;

use std::fmt;
use std::sync::Arc;

use parlour_domain::Moment;
use parlour_service::Parlour;

use functions::Function;

/// Where an invocation's clock and randomness come from.
pub type MomentSource = Arc<dyn Fn() -> Moment + Send + Sync>;

/// The functions, by the names that they have on AWS.
pub const FUNCTIONS: [&str; 11] = functions::NAMES;

/// A failure that the connection manager answers itself: `Unauthorized` as 401, all others as 500.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum InvokeError {
    /// The authorizer refuses: AWS knows this by its very text.
    Unauthorized,
    /// A fault, logged already.
    Fault(&'static str),
}

impl fmt::Display for InvokeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Unauthorized => "Unauthorized",
            Self::Fault(what) => what,
        })
    }
}

impl std::error::Error for InvokeError {}

/// Runs the function of this name on one event, both as JSON. All of an invocation is this future: nothing runs after it.
///
/// # Errors
/// [`InvokeError`] where AWS expects a failed invocation; refusals are answers.
pub async fn invoke(parlour: &Parlour, moment: Moment, function: &str, payload: &[u8]) -> Result<Vec<u8>, InvokeError> {
    match Function::named(function) {
        Some(function) => function.invoke(parlour, moment, payload).await,
        None => Err(InvokeError::Fault("there is no such function")),
    }
}
