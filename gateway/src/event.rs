//! The JSON that API Gateway hands to the functions of a WebSocket API.
//!
//! The field names and the presence of each field follow what AWS sends; `connectedAt` and `requestTimeEpoch` are what
//! the event type of the Rust runtime cannot do without.

use std::collections::BTreeMap;

use bytes::Bytes;
use serde::Serialize;
use serde_json::{Map, Value};

use crate::clock;

/// The stage of the API.
pub const STAGE: &str = "local";
/// The id of the API.
pub const API_ID: &str = "local";

/// What the authorizer said about a connection, on every later event.
pub type Context = Map<String, Value>;

/// Who is connected.
#[derive(Debug, Clone)]
pub struct Client {
    /// The connection's id.
    pub connection_id: String,
    /// When its handshake began, in milliseconds since 1970.
    pub connected_at: i64,
    /// The address of the client.
    pub source_ip: String,
    /// Its `User-Agent`.
    pub user_agent: Option<String>,
    /// The host it asked for.
    pub host: String,
}

/// What came with the handshake. Not kept afterwards.
#[derive(Debug, Clone, Default)]
pub struct Upgrade {
    /// Headers in their order.
    pub headers: Vec<(String, String)>,
    /// Decoded query parameters in their order.
    pub query: Vec<(String, String)>,
}

/// Which request, and when.
#[derive(Debug, Clone)]
pub struct Stamp {
    /// The request's id.
    pub request_id: String,
    /// In milliseconds since 1970.
    pub now: i64,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Event<'a> {
    #[serde(rename = "type", skip_serializing_if = "Option::is_none")]
    kind: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    method_arn: Option<&'static str>,
    #[serde(flatten, skip_serializing_if = "Option::is_none")]
    request: Option<Request<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    stage_variables: Option<Map<String, Value>>,
    request_context: RequestContext<'a>,
    #[serde(skip_serializing_if = "Option::is_none")]
    body: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    is_base64_encoded: Option<bool>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Request<'a> {
    headers: BTreeMap<&'a str, &'a str>,
    multi_value_headers: BTreeMap<&'a str, Vec<&'a str>>,
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    query_string_parameters: BTreeMap<&'a str, &'a str>,
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    multi_value_query_string_parameters: BTreeMap<&'a str, Vec<&'a str>>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct RequestContext<'a> {
    route_key: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    authorizer: Option<&'a Context>,
    #[serde(skip_serializing_if = "Option::is_none")]
    message_id: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    disconnect_status_code: Option<u16>,
    event_type: &'static str,
    extended_request_id: &'a str,
    request_time: String,
    message_direction: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    disconnect_reason: Option<&'a str>,
    stage: &'static str,
    connected_at: i64,
    request_time_epoch: i64,
    identity: Identity<'a>,
    request_id: &'a str,
    domain_name: &'a str,
    connection_id: &'a str,
    api_id: &'static str,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Identity<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    user_agent: Option<&'a str>,
    source_ip: &'a str,
}

/// The authorizer's event.
#[must_use]
pub fn authorizer(client: &Client, upgrade: &Upgrade, stamp: &Stamp) -> Bytes {
    encode(&Event {
        kind: Some("REQUEST"),
        method_arn: Some(METHOD_ARN),
        request: Some(request(upgrade)),
        stage_variables: Some(Map::new()),
        request_context: context(client, None, stamp, "$connect", "CONNECT"),
        body: None,
        is_base64_encoded: None,
    })
}

/// The ARN that an authorizer's policy has to allow.
pub const METHOD_ARN: &str = "arn:aws:execute-api:local:000000000000:local/local/$connect";

/// The event of `$connect`.
#[must_use]
pub fn connect(client: &Client, authorizer: &Context, upgrade: &Upgrade, stamp: &Stamp) -> Bytes {
    let request_context = context(client, Some(authorizer), stamp, "$connect", "CONNECT");
    encode(&plain(Some(request(upgrade)), request_context, None))
}

/// The event of a frame.
#[must_use]
pub fn message(
    client: &Client,
    authorizer: &Context,
    stamp: &Stamp,
    route_key: &str,
    message_id: &str,
    body: &str,
) -> Bytes {
    let mut request_context = context(client, Some(authorizer), stamp, route_key, "MESSAGE");
    request_context.message_id = Some(message_id);
    encode(&plain(None, request_context, Some(body)))
}

/// The event of `$disconnect`.
#[must_use]
pub fn disconnect(client: &Client, authorizer: &Context, stamp: &Stamp, code: u16, reason: &str) -> Bytes {
    let mut request_context = context(client, Some(authorizer), stamp, "$disconnect", "DISCONNECT");
    request_context.disconnect_status_code = Some(code);
    request_context.disconnect_reason = Some(reason);
    let upgrade = Upgrade {
        headers: vec![
            ("Host".to_owned(), client.host.clone()),
            ("X-Forwarded-For".to_owned(), client.source_ip.clone()),
        ],
        query: Vec::new(),
    };
    encode(&plain(Some(request(&upgrade)), request_context, None))
}

fn plain<'a>(request: Option<Request<'a>>, context: RequestContext<'a>, body: Option<&'a str>) -> Event<'a> {
    Event {
        kind: None,
        method_arn: None,
        request,
        stage_variables: None,
        request_context: context,
        body,
        is_base64_encoded: Some(false),
    }
}

fn context<'a>(
    client: &'a Client,
    authorizer: Option<&'a Context>,
    stamp: &'a Stamp,
    route_key: &'a str,
    event_type: &'static str,
) -> RequestContext<'a> {
    RequestContext {
        route_key,
        authorizer,
        message_id: None,
        disconnect_status_code: None,
        event_type,
        extended_request_id: &stamp.request_id,
        request_time: clock::common_log(stamp.now),
        message_direction: "IN",
        disconnect_reason: None,
        stage: STAGE,
        connected_at: client.connected_at,
        request_time_epoch: stamp.now,
        identity: Identity {
            user_agent: client.user_agent.as_deref(),
            source_ip: &client.source_ip,
        },
        request_id: &stamp.request_id,
        domain_name: &client.host,
        connection_id: &client.connection_id,
        api_id: API_ID,
    }
}

fn request(upgrade: &Upgrade) -> Request<'_> {
    let (headers, multi_value_headers) = both(&upgrade.headers);
    let (query_string_parameters, multi_value_query_string_parameters) = both(&upgrade.query);
    Request {
        headers,
        multi_value_headers,
        query_string_parameters,
        multi_value_query_string_parameters,
    }
}

/// The last value of each name, and all of them.
fn both(pairs: &[(String, String)]) -> (BTreeMap<&str, &str>, BTreeMap<&str, Vec<&str>>) {
    let mut all: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for (name, value) in pairs {
        all.entry(name).or_default().push(value);
    }
    let last = pairs
        .iter()
        .map(|(name, value)| (name.as_str(), value.as_str()))
        .collect();
    (last, all)
}

fn encode(event: &Event<'_>) -> Bytes {
    // Maps with text keys, text and numbers: there is nothing that JSON could not say.
    Bytes::from(serde_json::to_vec(event).unwrap_or_default())
}

#[cfg(test)]
mod tests;
