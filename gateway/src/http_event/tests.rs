//! Events have every field that Amazon's developer guide shows, and parse as the type of the Rust runtime.

use aws_lambda_events::apigw::ApiGatewayV2httpRequest;
use http::Request;
use serde_json::{Value, json};

use super::*;

fn made(request: http::request::Builder, body: &[u8]) -> Value {
    let bytes = event_of(&request.body(()).unwrap().into_parts().0, body).unwrap();
    let _: ApiGatewayV2httpRequest = serde_json::from_slice(&bytes).unwrap();
    serde_json::from_slice(&bytes).unwrap()
}

fn event_of(head: &Parts, body: &[u8]) -> Result<Bytes, TooLarge> {
    event(Arrival {
        head,
        body: &Bytes::copy_from_slice(body),
        source_ip: "192.0.2.1",
        request_id: "JKJaXmPLvHcESHA=",
        now: 1_583_348_638_390,
    })
}

fn get(uri: &str) -> http::request::Builder {
    Request::get(uri).header("host", "chat.example:8080")
}

/// The names of all fields, those of inner objects with their path.
fn names(value: &Value, path: &str, into: &mut Vec<String>) {
    for (name, value) in value.as_object().into_iter().flatten() {
        let path = format!("{path}/{name}");
        // What is in these is the client's.
        if !["/headers", "/queryStringParameters"].contains(&path.as_str()) {
            names(value, &path, into);
        }
        into.push(path);
    }
}

#[test]
fn every_field_of_the_guide_is_there() {
    // The fields of the guide's example, without what this API has no use for: authentication by client certificates, an authorizer,
    // parameters in the path of a route, stage variables.
    let guide = json!({
        "version": "2.0", "routeKey": "$default", "rawPath": "", "rawQueryString": "", "cookies": [], "headers": {},
        "queryStringParameters": {}, "body": "", "isBase64Encoded": false,
        "requestContext": {
            "accountId": "", "apiId": "", "domainName": "", "domainPrefix": "", "requestId": "", "routeKey": "", "stage": "",
            "time": "", "timeEpoch": 0,
            "http": { "method": "", "path": "", "protocol": "", "sourceIp": "", "userAgent": "" },
        },
    });
    let request = Request::post("/my/path?a=1")
        .header("host", "chat.example")
        .header("cookie", "c=1")
        .header("content-type", "application/json");
    let made = made(request, b"{}");
    let (mut expected, mut found) = (Vec::new(), Vec::new());
    names(&guide, "", &mut expected);
    names(&made, "", &mut found);
    expected.sort();
    found.sort();
    assert_eq!(found, expected);
}

#[test]
fn the_context_says_where_and_when() {
    let request = get("/room/a%20b?x=1")
        .header("user-agent", "curl/8")
        .version(http::Version::HTTP_11);
    let event = made(request, b"");
    assert_eq!(event["rawPath"], "/room/a%20b");
    assert_eq!(
        event["requestContext"],
        json!({
            "accountId": "000000000000", "apiId": "local", "domainName": "chat.example:8080", "domainPrefix": "chat",
            "http": {
                "method": "GET", "path": "/room/a%20b", "protocol": "HTTP/1.1", "sourceIp": "192.0.2.1", "userAgent": "curl/8",
            },
            "requestId": "JKJaXmPLvHcESHA=", "routeKey": "$default", "stage": "$default",
            "time": "04/Mar/2020:19:03:58 +0000", "timeEpoch": 1_583_348_638_390_i64,
        })
    );
}

#[test]
fn several_of_one_name_are_joined_by_commas() {
    let request = get("/my/path?parameter1=value1&parameter1=value2&parameter2=a%20b+c")
        .header("Header2", "value1")
        .header("header2", "value2");
    let event = made(request, b"");
    assert_eq!(event["headers"]["header2"], "value1,value2");
    assert_eq!(
        event["rawQueryString"],
        "parameter1=value1&parameter1=value2&parameter2=a%20b+c"
    );
    assert_eq!(
        event["queryStringParameters"],
        json!({ "parameter1": "value1,value2", "parameter2": "a b c" })
    );
    assert!(event.get("cookies").is_none() && event.get("body").is_none());
}

#[test]
fn cookies_have_a_place_of_their_own() {
    let event = made(get("/").header("cookie", "a=1; b=2;").header("cookie", "c=3"), b"");
    assert_eq!(event["cookies"], json!(["a=1", "b=2", "c=3"]));
    assert!(event["headers"].get("cookie").is_none());
}

#[test]
fn the_headers_say_how_the_request_came() {
    let request = get("/")
        .header("x-forwarded-for", "198.51.100.7")
        .header("x-forwarded-proto", "gopher")
        .header("transfer-encoding", "chunked");
    let headers = made(request, b"x")["headers"].clone();
    assert_eq!(headers["x-forwarded-for"], "198.51.100.7, 192.0.2.1");
    assert_eq!(headers["x-forwarded-proto"], "http");
    assert_eq!(headers["x-forwarded-port"], "8080");
    assert_eq!(headers["content-length"], "1");
    assert_eq!(headers["x-amzn-trace-id"], "Root=1-5e5ffb9e-4a4b4a61586d504c76486345");
    assert!(headers.get("transfer-encoding").is_none());
}

#[test]
fn a_request_without_a_host_is_one_to_this_machine() {
    let event = made(Request::get("/user"), b"");
    assert_eq!(event["headers"]["host"], "localhost");
    assert_eq!(event["requestContext"]["domainName"], "localhost");
}

#[test]
fn only_a_few_types_are_text() {
    for (kind, body, expected) in [
        (
            "application/json; charset=utf-8",
            "{\"a\":\"ü\"}".as_bytes(),
            Ok("{\"a\":\"ü\"}"),
        ),
        ("Text/Plain", b"hi", Ok("hi")),
        ("application/xml", b"<a/>", Ok("<a/>")),
        ("application/x-www-form-urlencoded", b"hi", Err("aGk=")),
        ("application/octet-stream", b"hi", Err("aGk=")),
        ("application/json", b"\xff", Err("/w==")),
        ("", b"hi", Err("aGk=")),
    ] {
        let event = made(get("/").header("content-type", kind), body);
        let (text, encoded) = match expected {
            Ok(text) => (text, false),
            Err(text) => (text, true),
        };
        assert_eq!(
            (&event["body"], &event["isBase64Encoded"]),
            (&json!(text), &json!(encoded)),
            "{kind}"
        );
    }
}

#[test]
fn lambda_takes_six_megabytes() {
    let fits = vec![b'a'; MAX_EVENT - 2_000];
    let head = |request: http::request::Builder| request.body(()).unwrap().into_parts().0;
    assert!(event_of(&head(get("/").header("content-type", "text/plain")), &fits).is_ok());
    assert_eq!(
        event_of(&head(get("/")), &fits),
        Err(TooLarge),
        "in base64 it is longer"
    );
}
