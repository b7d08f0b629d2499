//! The process's HTTP client, as the way to the bucket.

use std::time::{Duration, SystemTime};

use bytes::Bytes;
use http::Request;
use parlour_files::{Answered, Transport};
use parlour_service::push::BoxFuture;

use crate::outbound::Outbound;

impl Transport for Outbound {
    fn now(&self) -> SystemTime {
        SystemTime::now()
    }

    fn send(&self, request: Request<Bytes>, limit: Duration) -> BoxFuture<'_, Result<Answered, String>> {
        Box::pin(async move {
            let (parts, body) = self.exchange(request, limit).await.map_err(|error| error.to_string())?;
            Ok(Answered {
                status: parts.status,
                headers: parts.headers,
                body,
            })
        })
    }
}
