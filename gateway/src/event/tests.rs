//! The events parse as the types of the Lambda runtime and carry what AWS sends.

use aws_lambda_events::apigw::{ApiGatewayCustomAuthorizerRequestTypeRequest, ApiGatewayWebsocketProxyRequest};

use super::*;

fn client() -> Client {
    Client {
        connection_id: "L0SM9cOFvHcCIhw=".to_owned(),
        connected_at: 1_707_503_007_396,
        source_ip: "192.0.2.1".to_owned(),
        user_agent: Some("wscat".to_owned()),
        host: "127.0.0.1:8080".to_owned(),
    }
}

fn stamp() -> Stamp {
    Stamp {
        request_id: "JKUQiFYUvHcF_Cg=".to_owned(),
        now: 1_707_503_008_941,
    }
}

fn upgrade() -> Upgrade {
    let pair = |name: &str, value: &str| (name.to_owned(), value.to_owned());
    Upgrade {
        headers: vec![pair("Host", "127.0.0.1:8080"), pair("X-Two", "1"), pair("X-Two", "2")],
        query: vec![pair("ticket", "a b"), pair("x", "1"), pair("x", "2")],
    }
}

fn authorized() -> Context {
    let mut context = Context::new();
    context.insert("principalId".to_owned(), "user".into());
    context.insert("app".to_owned(), "shop".into());
    context
}

#[test]
fn a_connect_event_parses() {
    let bytes = connect(&client(), &authorized(), &upgrade(), &stamp());
    let event: ApiGatewayWebsocketProxyRequest = serde_json::from_slice(&bytes).unwrap();
    assert_eq!(event.headers["host"], "127.0.0.1:8080");
    assert_eq!(event.multi_value_headers.get_all("x-two").iter().count(), 2);
    assert_eq!(event.query_string_parameters.first("ticket"), Some("a b"));
    assert_eq!(event.multi_value_query_string_parameters.all("x"), Some(vec!["1", "2"]));
    let context = event.request_context;
    assert_eq!(context.route_key.as_deref(), Some("$connect"));
    assert_eq!(context.event_type.as_deref(), Some("CONNECT"));
    assert_eq!(context.connection_id.as_deref(), Some("L0SM9cOFvHcCIhw="));
    assert_eq!(context.connected_at, 1_707_503_007_396);
    assert_eq!(context.request_time_epoch, 1_707_503_008_941);
    assert_eq!(context.request_time.as_deref(), Some("09/Feb/2024:18:23:28 +0000"));
    assert_eq!(context.identity.source_ip.as_deref(), Some("192.0.2.1"));
    assert_eq!(context.identity.user_agent.as_deref(), Some("wscat"));
    assert_eq!(context.domain_name.as_deref(), Some("127.0.0.1:8080"));
    assert_eq!(context.apiid.as_deref(), Some("local"));
    assert_eq!(context.authorizer.fields["app"], "shop");
    assert_eq!(context.message_direction.as_deref(), Some("IN"));
    assert_eq!(context.extended_request_id, context.request_id);
}

#[test]
fn a_message_event_parses() {
    let bytes = message(
        &client(),
        &authorized(),
        &stamp(),
        "send_message",
        "Message=",
        r#"{"action":"send_message"}"#,
    );
    let event: ApiGatewayWebsocketProxyRequest = serde_json::from_slice(&bytes).unwrap();
    assert_eq!(event.body.as_deref(), Some(r#"{"action":"send_message"}"#));
    assert!(!event.is_base64_encoded);
    assert_eq!(event.request_context.event_type.as_deref(), Some("MESSAGE"));
    assert_eq!(event.request_context.route_key.as_deref(), Some("send_message"));
    assert_eq!(event.request_context.message_id.as_deref(), Some("Message="));
    let json: Value = serde_json::from_slice(&bytes).unwrap();
    assert!(
        json.get("headers").is_none(),
        "API Gateway sends no headers with a message"
    );
}

#[test]
fn a_disconnect_event_parses() {
    let bytes = disconnect(
        &client(),
        &authorized(),
        &stamp(),
        1005,
        "Client-side close frame status not set",
    );
    let event: ApiGatewayWebsocketProxyRequest = serde_json::from_slice(&bytes).unwrap();
    assert_eq!(event.request_context.event_type.as_deref(), Some("DISCONNECT"));
    assert_eq!(event.request_context.disconnect_status_code, Some(1005));
    assert_eq!(
        event.request_context.disconnect_reason.as_deref(),
        Some("Client-side close frame status not set")
    );
    assert_eq!(event.request_context.authorizer.fields["principalId"], "user");
}

#[test]
fn an_authorizer_event_parses() {
    let bytes = authorizer(&client(), &upgrade(), &stamp());
    let event: ApiGatewayCustomAuthorizerRequestTypeRequest = serde_json::from_slice(&bytes).unwrap();
    assert_eq!(event.type_.as_deref(), Some("REQUEST"));
    assert_eq!(event.method_arn.as_deref(), Some(METHOD_ARN));
    assert_eq!(event.query_string_parameters.first("ticket"), Some("a b"));
    let json: Value = serde_json::from_slice(&bytes).unwrap();
    assert_eq!(json["requestContext"]["connectionId"], "L0SM9cOFvHcCIhw=");
    assert_eq!(json["requestContext"]["routeKey"], "$connect");
    assert!(json["requestContext"].get("authorizer").is_none());
}
