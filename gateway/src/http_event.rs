//! REST through a function: what an HTTP API of API Gateway does in front of a Lambda proxy integration with the route `$default`.
//!
//! The event has payload format 2.0, as Amazon's developer guide describes it ("Create AWS Lambda proxy integrations for HTTP APIs");
//! `answer` reads what the function says, and `api` stands between the two.

pub mod answer;
pub mod api;

use std::collections::BTreeMap;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use bytes::Bytes;
use http::request::Parts;
use http::{HeaderMap, HeaderName, header};
use serde::Serialize;

use crate::clock;
use crate::event::API_ID;

/// The largest body of a request, in bytes (API Gateway: 10 MB).
pub const MAX_BODY: usize = 10 * 1024 * 1024;
/// The largest event, in bytes (Lambda: 6 MB for a synchronous invocation).
pub const MAX_EVENT: usize = 6 * 1024 * 1024;

/// The route and the stage of the API have the same name.
const DEFAULT: &str = "$default";
/// The host of a request that names none, as those of the development endpoints do not.
const NO_HOST: &str = "localhost";
/// There is no account.
const ACCOUNT: &str = "000000000000";

/// Headers that are about one connection only, and those that are made here.
const DROPPED: [&str; 12] = [
    "connection",
    "cookie",
    "expect",
    "keep-alive",
    "proxy-authenticate",
    "proxy-authorization",
    "proxy-connection",
    "te",
    "trailer",
    "transfer-encoding",
    "upgrade",
    "x-amzn-trace-id",
];

/// The event would be larger than Lambda takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the event is larger than 6 MB")]
pub struct TooLarge;

/// A request with what is known about its arrival.
#[derive(Debug, Clone, Copy)]
pub struct Arrival<'a> {
    /// Its head.
    pub head: &'a Parts,
    /// Its body.
    pub body: &'a Bytes,
    /// The address of the client.
    pub source_ip: &'a str,
    /// The request's id.
    pub request_id: &'a str,
    /// In milliseconds since 1970.
    pub now: i64,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Event<'a> {
    version: &'static str,
    route_key: &'static str,
    raw_path: &'a str,
    raw_query_string: &'a str,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    cookies: Vec<String>,
    headers: BTreeMap<String, String>,
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    query_string_parameters: BTreeMap<String, String>,
    request_context: RequestContext<'a>,
    #[serde(skip_serializing_if = "Option::is_none")]
    body: Option<String>,
    is_base64_encoded: bool,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct RequestContext<'a> {
    account_id: &'static str,
    api_id: &'static str,
    domain_name: &'a str,
    domain_prefix: &'a str,
    http: Http<'a>,
    request_id: &'a str,
    route_key: &'static str,
    stage: &'static str,
    time: String,
    time_epoch: i64,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Http<'a> {
    method: &'a str,
    path: &'a str,
    protocol: String,
    source_ip: &'a str,
    user_agent: &'a str,
}

/// The event of a request.
///
/// The path is as the client wrote it, escapes included: what the Rust runtime makes of it has to be a URL again.
///
/// # Errors
/// [`TooLarge`].
pub fn event(arrival: Arrival<'_>) -> Result<Bytes, TooLarge> {
    let Arrival {
        head,
        body,
        source_ip,
        request_id,
        now,
    } = arrival;
    let host = text(&head.headers, &header::HOST)
        .or(head.uri.host())
        .unwrap_or(NO_HOST);
    let query = head.uri.query().unwrap_or_default();
    let (body, is_base64_encoded) = written(&head.headers, body);
    let event = Event {
        version: "2.0",
        route_key: DEFAULT,
        raw_path: head.uri.path(),
        raw_query_string: query,
        cookies: cookies(&head.headers),
        headers: headers(arrival, host),
        query_string_parameters: joined(form_urlencoded::parse(query.as_bytes())),
        request_context: RequestContext {
            account_id: ACCOUNT,
            api_id: API_ID,
            domain_name: host,
            domain_prefix: host.split(['.', ':']).next().unwrap_or_default(),
            http: Http {
                method: head.method.as_str(),
                path: head.uri.path(),
                protocol: format!("{:?}", head.version),
                source_ip,
                user_agent: text(&head.headers, &header::USER_AGENT).unwrap_or_default(),
            },
            request_id,
            route_key: DEFAULT,
            stage: DEFAULT,
            time: clock::common_log(now),
            time_epoch: now,
        },
        body,
        is_base64_encoded,
    };
    // Maps with text keys, text and numbers: there is nothing that JSON could not say.
    let event = serde_json::to_vec(&event).unwrap_or_default();
    if event.len() > MAX_EVENT {
        return Err(TooLarge);
    }
    Ok(Bytes::from(event))
}

/// Lower-case names; several of one name joined by commas; and what API Gateway says of the way the request came.
fn headers(arrival: Arrival<'_>, host: &str) -> BTreeMap<String, String> {
    let Arrival { head, source_ip, .. } = arrival;
    let kept = head
        .headers
        .iter()
        .filter(|(name, _)| !DROPPED.contains(&name.as_str()));
    let mut headers = joined(kept.map(|(name, value)| (name.as_str(), String::from_utf8_lossy(value.as_bytes()))));
    if !arrival.body.is_empty() {
        headers.insert("content-length".to_owned(), arrival.body.len().to_string());
    }
    let forwarded = headers.entry("x-forwarded-for".to_owned()).or_default();
    if !forwarded.is_empty() {
        forwarded.push_str(", ");
    }
    forwarded.push_str(source_ip);
    let port = host.rsplit_once(':').map(|(_, port)| port);
    let port = port
        .filter(|port| port.bytes().all(|byte| byte.is_ascii_digit()))
        .unwrap_or("80");
    headers.entry("host".to_owned()).or_insert_with(|| host.to_owned());
    headers.insert("x-amzn-trace-id".to_owned(), trace(arrival));
    headers.insert("x-forwarded-port".to_owned(), port.to_owned());
    headers.insert("x-forwarded-proto".to_owned(), "http".to_owned());
    headers
}

/// An id of the form that AWS X-Ray gives, made of the time and of the request's id.
fn trace(arrival: Arrival<'_>) -> String {
    let id: String = arrival
        .request_id
        .bytes()
        .take(12)
        .map(|byte| format!("{byte:02x}"))
        .collect();
    format!("Root=1-{:08x}-{id:0>24}", arrival.now / 1_000)
}

/// Each cookie alone. They are not among the headers.
fn cookies(headers: &HeaderMap) -> Vec<String> {
    let lines = headers.get_all(header::COOKIE).iter();
    let texts = lines.filter_map(|line| line.to_str().ok());
    texts
        .flat_map(|line| line.split(';'))
        .map(|cookie| cookie.trim().to_owned())
        .filter(|cookie| !cookie.is_empty())
        .collect()
}

/// The values of each name, in their order, joined by commas.
fn joined<N: AsRef<str>, V: AsRef<str>>(pairs: impl Iterator<Item = (N, V)>) -> BTreeMap<String, String> {
    let mut all: BTreeMap<String, String> = BTreeMap::new();
    for (name, value) in pairs {
        all.entry(name.as_ref().to_owned())
            .and_modify(|values| {
                values.push(',');
                values.push_str(value.as_ref());
            })
            .or_insert_with(|| value.as_ref().to_owned());
    }
    all
}

/// The body as text where its type is one of the few that API Gateway takes for text, else in base64.
fn written(headers: &HeaderMap, body: &Bytes) -> (Option<String>, bool) {
    if body.is_empty() {
        return (None, false);
    }
    let kind = text(headers, &header::CONTENT_TYPE).unwrap_or_default();
    let kind = kind.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
    let textual = kind.starts_with("text/")
        || matches!(
            kind.as_str(),
            "application/json" | "application/javascript" | "application/xml"
        );
    match std::str::from_utf8(body) {
        Ok(body) if textual => (Some(body.to_owned()), false),
        _ => (Some(STANDARD.encode(body)), true),
    }
}

fn text<'a>(headers: &'a HeaderMap, name: &HeaderName) -> Option<&'a str> {
    headers.get(name)?.to_str().ok()
}

#[cfg(test)]
mod tests;
