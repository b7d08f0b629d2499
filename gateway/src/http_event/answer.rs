//! What the function behind an HTTP API answers: `{statusCode, headers, multiValueHeaders, cookies, body, isBase64Encoded}`, or anything
//! else in JSON, which is then the body itself.

use axum::body::Body;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use http::{HeaderMap, HeaderName, HeaderValue, Response, StatusCode, header};
use serde::Deserialize;
use serde_json::{Map, Value};

/// Headers that the server makes itself.
const DROPPED: [HeaderName; 5] = [
    header::CONNECTION,
    header::CONTENT_LENGTH,
    header::TRAILER,
    header::TRANSFER_ENCODING,
    header::UPGRADE,
];

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Answer {
    status_code: Value,
    #[serde(default)]
    headers: Option<Map<String, Value>>,
    #[serde(default)]
    multi_value_headers: Option<Map<String, Value>>,
    #[serde(default)]
    cookies: Option<Vec<String>>,
    #[serde(default)]
    body: Option<String>,
    #[serde(default)]
    is_base64_encoded: Option<bool>,
}

/// The response that the function means; `None`: its answer means nothing.
#[must_use]
pub fn response(answer: &[u8]) -> Option<Response<Body>> {
    let value: Value = serde_json::from_slice(answer).ok()?;
    if value.get("statusCode").is_none() {
        return Some(inferred(value));
    }
    let answer: Answer = serde_json::from_value(value).ok()?;
    let mut response = Response::new(Body::empty());
    *response.status_mut() = status(&answer.status_code)?;
    *response.headers_mut() = headers(&answer)?;
    let text = answer.body.unwrap_or_default();
    if !text.is_empty() {
        let plain = HeaderValue::from_static("text/plain;charset=utf-8");
        response.headers_mut().entry(header::CONTENT_TYPE).or_insert(plain);
    }
    *response.body_mut() = if answer.is_base64_encoded == Some(true) {
        Body::from(STANDARD.decode(text).ok()?)
    } else {
        Body::from(text)
    };
    Some(response)
}

/// Without a status it is a success, and what it says is JSON; of a text, the text.
fn inferred(value: Value) -> Response<Body> {
    let text = match value {
        Value::String(text) => text,
        value => value.to_string(),
    };
    let mut response = Response::new(Body::from(text));
    let json = HeaderValue::from_static("application/json");
    response.headers_mut().insert(header::CONTENT_TYPE, json);
    response
}

/// A number, or its digits. An interim status is no answer.
fn status(value: &Value) -> Option<StatusCode> {
    let number = match value {
        Value::Number(number) => number.as_u64()?,
        Value::String(digits) => digits.parse().ok()?,
        Value::Null | Value::Bool(_) | Value::Array(_) | Value::Object(_) => return None,
    };
    let status = StatusCode::from_u16(u16::try_from(number).ok()?).ok()?;
    (!status.is_informational()).then_some(status)
}

/// Where both lists have a name, the one with several values counts.
fn headers(answer: &Answer) -> Option<HeaderMap> {
    let mut headers = HeaderMap::new();
    for (name, value) in answer.headers.iter().flatten() {
        headers.insert(name.parse::<HeaderName>().ok()?, header_value(value)?);
    }
    for (name, values) in answer.multi_value_headers.iter().flatten() {
        let name: HeaderName = name.parse().ok()?;
        headers.remove(&name);
        for value in values.as_array()? {
            headers.append(name.clone(), header_value(value)?);
        }
    }
    for cookie in answer.cookies.iter().flatten() {
        headers.append(header::SET_COOKIE, cookie.parse().ok()?);
    }
    for name in &DROPPED {
        headers.remove(name);
    }
    Some(headers)
}

fn header_value(value: &Value) -> Option<HeaderValue> {
    match value {
        Value::String(text) => text.parse().ok(),
        Value::Bool(_) | Value::Number(_) => value.to_string().parse().ok(),
        Value::Null | Value::Array(_) | Value::Object(_) => None,
    }
}

#[cfg(test)]
mod tests {
    use axum::body::to_bytes;

    use super::*;

    async fn read(answer: &str) -> Option<(u16, HeaderMap, String)> {
        let (parts, body) = response(answer.as_bytes())?.into_parts();
        let body = to_bytes(body, 1_000).await.unwrap();
        let body = String::from_utf8_lossy(&body).into_owned();
        Some((parts.status.as_u16(), parts.headers, body))
    }

    #[tokio::test]
    async fn an_answer_with_a_status_is_taken_apart() {
        let (status, headers, body) = read(
            r#"{"statusCode":201,"headers":{"X-One":"1","x-many":"lost","content-length":"99","X-Number":5},
                "multiValueHeaders":{"X-Many":["a","b"]},"cookies":["c=1; Secure","d=2"],"body":"aGk=","isBase64Encoded":true}"#,
        )
        .await
        .unwrap();
        assert_eq!((status, body.as_str()), (201, "hi"));
        assert_eq!(headers["x-one"], "1");
        assert_eq!(headers["x-number"], "5");
        let all = |name: &str| headers.get_all(name).iter().cloned().collect::<Vec<_>>();
        assert_eq!(all("x-many"), ["a", "b"]);
        assert_eq!(all("set-cookie"), ["c=1; Secure", "d=2"]);
        assert!(!headers.contains_key("content-length"));
        assert_eq!(headers["content-type"], "text/plain;charset=utf-8");
    }

    #[tokio::test]
    async fn the_least_answer_is_a_status() {
        let (status, headers, body) = read(r#"{"statusCode":"204","body":null,"headers":null}"#)
            .await
            .unwrap();
        assert_eq!((status, body.as_str(), headers.len()), (204, "", 0));
    }

    #[tokio::test]
    async fn without_a_status_it_is_the_body() {
        for (answer, expected) in [
            (r#""Hello from Lambda!""#, "Hello from Lambda!"),
            (r#"{"message":"Hello"}"#, r#"{"message":"Hello"}"#),
            ("[1,2]", "[1,2]"),
        ] {
            let (status, headers, body) = read(answer).await.unwrap();
            assert_eq!((status, body.as_str()), (200, expected));
            assert_eq!(headers["content-type"], "application/json");
        }
    }

    #[tokio::test]
    async fn what_means_nothing() {
        for answer in [
            "",
            "no json",
            r#"{"statusCode":"ok"}"#,
            r#"{"statusCode":99}"#,
            r#"{"statusCode":101}"#,
            r#"{"statusCode":70000}"#,
            r#"{"statusCode":200,"body":{"a":1}}"#,
            r#"{"statusCode":200,"body":"*","isBase64Encoded":true}"#,
            r#"{"statusCode":200,"headers":{"a b":"1"}}"#,
            r#"{"statusCode":200,"headers":{"a":"line\nbreak"}}"#,
            r#"{"statusCode":200,"headers":{"a":["1"]}}"#,
        ] {
            assert!(read(answer).await.is_none(), "{answer}");
        }
    }
}
