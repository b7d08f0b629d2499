//! The template's routes are the actions of the protocol, and each answers.

use std::collections::{BTreeMap, BTreeSet};

use parlour_protocol::frame::ACTIONS;

use crate::document::{Resource, resources};

const WEB_SOCKET: &str = "Ref WebSocketApi";

fn routes() -> BTreeMap<String, Resource> {
    resources("AWS::ApiGatewayV2::Route")
        .into_iter()
        .filter(|route| route.text("ApiId") == WEB_SOCKET)
        .map(|route| (route.text("RouteKey"), route))
        .collect()
}

#[test]
fn every_action_is_a_route_and_nothing_else_is() {
    let expected: BTreeSet<String> = ACTIONS
        .iter()
        .chain(&["$connect", "$disconnect", "$default"])
        .map(|key| (*key).to_owned())
        .collect();
    assert_eq!(routes().into_keys().collect::<BTreeSet<_>>(), expected);
}

#[test]
fn actions_have_a_route_response_and_nothing_else_has() {
    let responses: BTreeMap<String, Resource> = resources("AWS::ApiGatewayV2::RouteResponse")
        .into_iter()
        .map(|response| (response.text("RouteId"), response))
        .collect();
    assert_eq!(responses.len(), ACTIONS.len());
    for (key, route) in routes() {
        let selected = route.text("RouteResponseSelectionExpression");
        let response = responses.get(&format!("Ref {}", route.id));
        if ACTIONS.contains(&key.as_str()) {
            assert_eq!(selected, "$default", "{key}");
            let response = response.unwrap();
            assert_eq!(response.text("RouteResponseKey"), "$default", "{key}");
            assert_eq!(response.condition(), Some("OnAws"), "{key}");
        } else {
            assert_eq!((selected.as_str(), response.is_some()), ("", false), "{key}");
        }
    }
}

#[test]
fn each_route_reaches_its_function() {
    for (key, route) in routes() {
        let integration = match key.as_str() {
            "$connect" => "ConnectIntegration",
            "$disconnect" => "DisconnectIntegration",
            "join_room" => "JoinRoomIntegration",
            "send_message" => "SendMessageIntegration",
            _ => "DefaultIntegration",
        };
        assert_eq!(
            route.text("Target"),
            format!("Sub integrations/${{{integration}}}"),
            "{key}"
        );
        let guarded = route.text("AuthorizationType") == "CUSTOM";
        assert_eq!(guarded, key == "$connect", "{key}");
    }
}

#[test]
fn no_log_takes_what_clients_say() {
    for stage in resources("AWS::ApiGatewayV2::Stage") {
        let log = crate::document::at(stage.body, &["Properties", "AccessLogSettings", "Format"]);
        let format = crate::document::text(log.unwrap());
        for leaky in [
            "queryString",
            "rawQuery",
            "$context.authorizer.principalId",
            "identity",
            "header",
        ] {
            assert!(!format.contains(leaky), "{}: {leaky}", stage.id);
        }
    }
}
