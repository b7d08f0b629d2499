//! Events as API Gateway hands them to the functions of a WebSocket API.

use serde_json::{Map, Value, json};

/// The host that clients name.
pub(crate) const HOST: &str = "chat.example";

fn context(connection: &str, at: i64, route: &str, kind: &str, authorizer: Option<&Map<String, Value>>) -> Value {
    let mut context = json!({
        "routeKey": route,
        "eventType": kind,
        "extendedRequestId": "Request=",
        "requestTime": "01/Jan/2100:00:00:00 +0000",
        "messageDirection": "IN",
        "stage": "prod",
        "connectedAt": at,
        "requestTimeEpoch": at,
        "identity": { "sourceIp": "192.0.2.1", "userAgent": "tests" },
        "requestId": "Request=",
        "domainName": HOST,
        "connectionId": connection,
        "apiId": "api",
    });
    if let Some(authorizer) = authorizer {
        context["authorizer"] = Value::Object(authorizer.clone());
    }
    if kind == "MESSAGE" {
        context["messageId"] = "Message=".into();
    }
    context
}

/// The authorizer's event for a handshake with this query parameter.
pub(crate) fn authorizer(connection: &str, at: i64, (name, value): (&str, &str)) -> Value {
    json!({
        "type": "REQUEST",
        "methodArn": "arn:aws:execute-api:eu-west-1:000000000000:api/prod/$connect",
        "headers": { "Host": HOST },
        "multiValueHeaders": { "Host": [HOST] },
        "queryStringParameters": { name: value },
        "multiValueQueryStringParameters": { name: [value] },
        "stageVariables": {},
        "requestContext": context(connection, at, "$connect", "CONNECT", None),
    })
}

/// `$connect`.
pub(crate) fn connect(connection: &str, at: i64, authorizer: &Map<String, Value>) -> Value {
    json!({
        "headers": { "Host": HOST },
        "multiValueHeaders": { "Host": [HOST] },
        "requestContext": context(connection, at, "$connect", "CONNECT", Some(authorizer)),
        "isBase64Encoded": false,
    })
}

/// `$disconnect`.
pub(crate) fn disconnect(connection: &str, at: i64, authorizer: &Map<String, Value>) -> Value {
    json!({
        "headers": { "Host": HOST },
        "multiValueHeaders": { "Host": [HOST] },
        "requestContext": context(connection, at, "$disconnect", "DISCONNECT", Some(authorizer)),
        "isBase64Encoded": false,
    })
}

/// A frame on a route.
pub(crate) fn frame(connection: &str, at: i64, authorizer: &Map<String, Value>, route: &str, body: &str) -> Value {
    json!({
        "requestContext": context(connection, at, route, "MESSAGE", Some(authorizer)),
        "body": body,
        "isBase64Encoded": false,
    })
}

/// Messages of the `fan_out` queue.
pub(crate) fn queue(messages: &[String]) -> Value {
    let record = |(number, body): (usize, &String)| {
        json!({
            "messageId": format!("message-{number}"),
            "receiptHandle": "receipt",
            "body": body,
            "attributes": { "ApproximateReceiveCount": "1" },
            "eventSource": "aws:sqs",
            "eventSourceARN": "arn:aws:sqs:eu-west-1:000000000000:fan_out",
            "awsRegion": "eu-west-1",
        })
    };
    json!({ "Records": messages.iter().enumerate().map(record).collect::<Vec<_>>() })
}
