//! The HTTP client that the SDK is configured with: it hands out one connector.
//!
//! The SDK asks for a connector at every request, so building one here would cost a build per call.

use aws_smithy_runtime_api::client::http::{HttpClient, HttpConnectorSettings, SharedHttpClient, SharedHttpConnector};
use aws_smithy_runtime_api::client::runtime_components::RuntimeComponents;

#[derive(Debug)]
struct OneConnector(SharedHttpConnector);

impl HttpClient for OneConnector {
    fn http_connector(&self, _: &HttpConnectorSettings, _: &RuntimeComponents) -> SharedHttpConnector {
        self.0.clone()
    }
}

/// An SDK HTTP client that answers every request through `connector`.
///
/// The SDK's connect and read timeouts do not reach the connector; operation timeouts still hold.
pub fn http_client(connector: SharedHttpConnector) -> SharedHttpClient {
    SharedHttpClient::new(OneConnector(connector))
}
