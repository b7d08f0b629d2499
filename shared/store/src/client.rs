//! The SDK client, for any engine: the embedded one behind its own HTTP client, or an endpoint.

use std::time::Duration;

use aws_sdk_dynamodb::config::retry::RetryConfig;
use aws_sdk_dynamodb::config::timeout::TimeoutConfig;
use aws_sdk_dynamodb::config::{BehaviorVersion, Region, StalledStreamProtectionConfig};
use aws_smithy_runtime_api::client::http::SharedHttpClient;

pub use aws_credential_types::Credentials;
use aws_credential_types::provider::ProvideCredentials;

/// How to reach the engine.
#[derive(Debug, Clone)]
pub struct ClientSettings<C = Credentials> {
    /// What carries the requests: a connector in this process, or HTTPS.
    pub http: SharedHttpClient,
    /// The engine's URL; `None`: DynamoDB in `region`.
    pub endpoint: Option<String>,
    /// The Region that requests are signed for.
    pub region: String,
    /// What requests are signed with: fixed credentials, or a provider that is asked again before they end. Local engines take any.
    pub credentials: C,
    /// Tries of one call, the first included. A write is safe to repeat: it recognises itself.
    pub attempts: u32,
}

/// Each try of a call has this long.
const ATTEMPT: Duration = Duration::from_secs(3);
/// All tries of a call together.
const OPERATION: Duration = Duration::from_secs(8);

/// A client with bounded waits and standard retries with jitter.
#[must_use]
pub fn client<C: ProvideCredentials + 'static>(settings: ClientSettings<C>) -> aws_sdk_dynamodb::Client {
    let retries = RetryConfig::standard()
        .with_max_attempts(settings.attempts.max(1))
        .with_initial_backoff(Duration::from_millis(25))
        .with_max_backoff(Duration::from_secs(1));
    let timeouts = TimeoutConfig::builder()
        .operation_attempt_timeout(ATTEMPT)
        .operation_timeout(OPERATION)
        .build();
    let mut config = aws_sdk_dynamodb::Config::builder()
        .behavior_version(BehaviorVersion::latest())
        .region(Region::new(settings.region))
        .credentials_provider(settings.credentials)
        .http_client(settings.http)
        .retry_config(retries)
        .timeout_config(timeouts)
        .stalled_stream_protection(StalledStreamProtectionConfig::disabled());
    if let Some(endpoint) = settings.endpoint {
        config = config.endpoint_url(endpoint);
    }
    aws_sdk_dynamodb::Client::from_conf(config.build())
}
