//! The SDK client and the one table that these tests use: `log`, keyed by (`room`, `seq`).

use aws_sdk_dynamodb::Client;
use aws_sdk_dynamodb::config::retry::RetryConfig;
use aws_sdk_dynamodb::config::{BehaviorVersion, Config, Region};
use aws_sdk_dynamodb::operation::put_item::builders::PutItemFluentBuilder;
use aws_sdk_dynamodb::types::{
    AttributeDefinition, AttributeValue, BillingMode, KeySchemaElement, KeyType, ScalarAttributeType,
};
use aws_smithy_runtime_api::client::http::SharedHttpConnector;
use parlour_connectors::http_client;

/// A client without retries.
pub(crate) fn client(connector: SharedHttpConnector) -> Client {
    client_with(connector, RetryConfig::disabled())
}

/// A client that tries `attempts` times.
pub(crate) fn retrying_client(connector: SharedHttpConnector, attempts: u32) -> Client {
    client_with(connector, RetryConfig::standard().with_max_attempts(attempts))
}

fn client_with(connector: SharedHttpConnector, retries: RetryConfig) -> Client {
    let config = Config::builder()
        .behavior_version(BehaviorVersion::v2026_01_12())
        .region(Region::from_static("local"))
        .endpoint_url("http://engine.invalid")
        .allow_no_auth()
        .retry_config(retries)
        .http_client(http_client(connector))
        .build();
    Client::from_conf(config)
}

pub(crate) async fn create_table(client: &Client) {
    let key = |name: &str, kind| {
        KeySchemaElement::builder()
            .attribute_name(name)
            .key_type(kind)
            .build()
            .unwrap()
    };
    let attribute = |name: &str, kind| {
        AttributeDefinition::builder()
            .attribute_name(name)
            .attribute_type(kind)
            .build()
            .unwrap()
    };
    client
        .create_table()
        .table_name("log")
        .billing_mode(BillingMode::PayPerRequest)
        .key_schema(key("room", KeyType::Hash))
        .key_schema(key("seq", KeyType::Range))
        .attribute_definitions(attribute("room", ScalarAttributeType::S))
        .attribute_definitions(attribute("seq", ScalarAttributeType::N))
        .send()
        .await
        .unwrap();
}

pub(crate) fn s(text: &str) -> AttributeValue {
    AttributeValue::S(text.to_owned())
}

pub(crate) fn n(number: u64) -> AttributeValue {
    AttributeValue::N(number.to_string())
}

/// A put of (`room`, `seq`) with a `body`.
pub(crate) fn put(client: &Client, room: &str, seq: u64, body: &str) -> PutItemFluentBuilder {
    client
        .put_item()
        .table_name("log")
        .item("room", s(room))
        .item("seq", n(seq))
        .item("body", s(body))
}

/// The `body` at (`room`, `seq`), read consistently.
pub(crate) async fn body(client: &Client, room: &str, seq: u64) -> Option<String> {
    let answer = client
        .get_item()
        .table_name("log")
        .key("room", s(room))
        .key("seq", n(seq))
        .consistent_read(true)
        .send()
        .await
        .unwrap();
    Some(answer.item?.get("body")?.as_s().unwrap().clone())
}
