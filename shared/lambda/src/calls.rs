//! Asynchronous calls: Lambda's `Invoke` with the invocation type `Event`, which Lambda answers with 202 as soon as it has kept
//! the event. From there on it sees to the function being run, and tries again if it fails.

use std::time::Duration;

use bytes::Bytes;
use http::{header, request};
use parlour_service::calls::{CallError, Calls};
use parlour_service::push::BoxFuture;
use tokio::time::timeout;

use crate::aws_service::{AwsService, Patience};
use crate::endpoint::segment;

/// The service that requests are signed for.
pub(crate) const SERVICE: &str = "lambda";
/// A call has this long in all.
const LIMIT: Duration = Duration::from_secs(2);
/// Two tries fit.
const PATIENCE: Patience = Patience {
    limit: Duration::from_millis(950),
    pauses: &[Duration::from_millis(50)],
};

/// Lambda, and the functions that are called.
#[derive(Debug)]
pub struct LambdaCalls {
    lambda: AwsService,
    connected: String,
}

impl LambdaCalls {
    /// `connected` is the function of that name in this deployment: its name there, or its ARN.
    #[must_use]
    pub fn new(lambda: AwsService, connected: String) -> Self {
        Self { lambda, connected }
    }

    async fn call(&self, function: &str, event: Bytes) -> Result<(), CallError> {
        if function != "connected" {
            return Err(CallError(format!("`{function}` is not called by any function")));
        }
        let path = format!("/2015-03-31/functions/{}/invocations", segment(&self.connected));
        let head = request::Builder::new()
            .header(header::CONTENT_TYPE, "application/json")
            .header("x-amz-invocation-type", "Event");
        let called = timeout(LIMIT, self.lambda.post(&path, head, event, PATIENCE)).await;
        let called = called.map_err(|_| CallError("no answer in time".to_owned()))?;
        called.map(drop).map_err(|error| CallError(error.to_string()))
    }
}

impl Calls for LambdaCalls {
    fn call_later(&self, function: &'static str, event: Bytes) -> BoxFuture<'_, Result<(), CallError>> {
        Box::pin(self.call(function, event))
    }
}
