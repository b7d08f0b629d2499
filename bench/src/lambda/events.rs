//! The events of API Gateway that the functions are measured with.

use std::time::{SystemTime, UNIX_EPOCH};

use serde_json::{Value, json};

/// Milliseconds since 1970.
pub(crate) fn now() -> i64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    i64::try_from(since.as_millis()).unwrap_or(i64::MAX)
}

/// A handshake with a user token.
pub(crate) fn authorizer(token: &str) -> Value {
    let context = context("c0", "handshake", "$connect", "CONNECT");
    json!({
        "type": "REQUEST",
        "methodArn": "arn:aws:execute-api:eu-central-1:000000000000:a1b2c3/prod/$connect",
        "headers": { "Host": "chat.example", "Sec-WebSocket-Version": "13" },
        "multiValueHeaders": { "Host": ["chat.example"], "Sec-WebSocket-Version": ["13"] },
        "queryStringParameters": { "token": token },
        "multiValueQueryStringParameters": { "token": [token] },
        "stageVariables": {},
        "requestContext": context,
    })
}

/// A frame that a connection sends: one message.
pub(crate) fn message(app: &str, user: &str, room: &str, connection: &str, request_id: &str) -> Value {
    let frame = json!({
        "action": "send_message",
        "request_id": request_id,
        "room_id": room,
        "text_message": "a message of some forty characters in all",
    });
    let mut context = context(connection, request_id, "send_message", "MESSAGE");
    context["messageId"] = json!(request_id);
    context["authorizer"] = json!({
        "app": app,
        "user": user,
        "dialect": "native",
        "expires": (now() + 3_600_000).to_string(),
    });
    json!({ "requestContext": context, "body": frame.to_string(), "isBase64Encoded": false })
}

fn context(connection: &str, request_id: &str, route: &str, kind: &str) -> Value {
    json!({
        "routeKey": route,
        "eventType": kind,
        "extendedRequestId": request_id,
        "requestTime": "21/Nov/2026:12:00:00 +0000",
        "messageDirection": "IN",
        "stage": "prod",
        "connectedAt": now(),
        "requestTimeEpoch": now(),
        "identity": { "sourceIp": "192.0.2.1" },
        "requestId": request_id,
        "domainName": "chat.example",
        "connectionId": connection,
        "apiId": "a1b2c3",
    })
}
