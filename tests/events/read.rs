//! Every event is read as the type that the handlers read: nothing of it is refused, and nothing that a use-case needs is lost.

use aws_lambda_events::apigw::{
    ApiGatewayCustomAuthorizerRequestTypeRequest as AuthorizerRequest, ApiGatewayV2httpRequest as HttpRequest,
    ApiGatewayWebsocketProxyRequest as WebSocketRequest,
};
use lambda_http::RequestExt as _;
use lambda_http::request::RequestContext;
use serde_json::Value;

use crate::events::{Events, emulator, fixtures};
use crate::fields::lacking;
use crate::gateway::GATEWAY;

fn origins() -> [(&'static str, Events); 3] {
    [
        ("AWS", fixtures()),
        ("gateway", GATEWAY.events.clone()),
        ("emulator", emulator()),
    ]
}

fn text<'a>(event: &'a Value, pointer: &str) -> &'a str {
    event.pointer(pointer).and_then(Value::as_str).unwrap()
}

#[test]
fn the_authorizers_request() {
    for (origin, events) in origins() {
        let event = &events["authorizer"];
        let read: AuthorizerRequest = serde_json::from_value(event.clone()).unwrap();
        assert_eq!(read.type_.as_deref(), Some("REQUEST"), "{origin}");
        let arn = read.method_arn.unwrap();
        assert!(
            arn.starts_with("arn:aws:execute-api:") && arn.ends_with("/$connect"),
            "{origin}: {arn}"
        );
        let token = read.query_string_parameters.first("token").unwrap();
        assert_eq!(token, text(event, "/queryStringParameters/token"), "{origin}");
        assert!(read.headers.contains_key("host"), "{origin}");
        assert!(read.request_context.identity.unwrap().source_ip.is_some(), "{origin}");
    }
}

#[test]
fn what_happens_to_a_connection() {
    for (origin, events) in origins() {
        for (kind, route, happens) in [
            ("connect", "$connect", "CONNECT"),
            ("message", "send_message", "MESSAGE"),
            ("disconnect", "$disconnect", "DISCONNECT"),
        ] {
            let event = &events[kind];
            let read: WebSocketRequest = serde_json::from_value(event.clone()).unwrap();
            let context = &read.request_context;
            assert_eq!(context.route_key.as_deref(), Some(route), "{origin}");
            assert_eq!(context.event_type.as_deref(), Some(happens), "{origin}");
            assert!(context.connected_at > 0 && context.request_time_epoch >= context.connected_at);
            let connection = text(event, "/requestContext/connectionId");
            assert_eq!(context.connection_id.as_deref(), Some(connection), "{origin}");
            for name in ["app", "user", "dialect", "expires", "principalId"] {
                assert!(context.authorizer.fields[name].is_string(), "{origin}, {kind}: {name}");
            }
            assert_eq!(context.message_id.is_some(), kind == "message", "{origin}");
            assert_eq!(
                context.disconnect_status_code.is_some(),
                kind == "disconnect",
                "{origin}"
            );
            assert!(!read.is_base64_encoded, "{origin}");
        }
        let connect: WebSocketRequest = serde_json::from_value(events["connect"].clone()).unwrap();
        assert_eq!(connect.query_string_parameters.first("hello"), Some("1"), "{origin}");
    }
}

#[test]
fn a_request_of_the_http_api() {
    for (origin, events) in origins() {
        let event = &events["http_v2"];
        let read: HttpRequest = serde_json::from_value(event.clone()).unwrap();
        assert_eq!(read.request_context.stage.as_deref(), Some("$default"), "{origin}");
        let placed = event.to_string().replace("<room>", "r");
        let request = lambda_http::request::from_str(&placed).unwrap();
        assert_eq!(request.method(), "POST", "{origin}");
        assert!(request.uri().path().ends_with("/message/send"), "{origin}");
        assert_eq!(request.query_string_parameters().first("limit"), Some("2"), "{origin}");
        assert!(request.headers().contains_key("authorization"), "{origin}");
        let RequestContext::ApiGatewayV2(_) = request.request_context() else {
            panic!("{origin}: another kind of request");
        };
    }
}

/// The types know every field of the fixtures: what is written back lacks nothing.
#[test]
fn the_types_know_the_fixtures() {
    let fixtures = fixtures();
    for kind in ["connect", "message", "disconnect"] {
        let read: WebSocketRequest = serde_json::from_value(fixtures[kind].clone()).unwrap();
        let again = serde_json::to_value(read).unwrap();
        assert_eq!(lacking(&fixtures[kind], &again), Vec::<String>::new(), "{kind}");
    }
    let read: HttpRequest = serde_json::from_value(fixtures["http_v2"].clone()).unwrap();
    let again = serde_json::to_value(read).unwrap();
    assert_eq!(lacking(&fixtures["http_v2"], &again), Vec::<String>::new());
}
