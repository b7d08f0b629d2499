//! What the template of the deployment grants: function, place, action. It is read as it stands, without a table of its own.

use std::collections::BTreeSet;
use std::sync::LazyLock;

use saphyr::{LoadableYamlNode, Yaml};

use crate::files::{BUCKET, FILES};
use crate::ledger::Permission;
use crate::outside::{BUS, CONNECTED, DELETE, DELIVERIES, EVENTS, POST, QUEUE};

const TEXT: &str = include_str!("../../infra/template.yaml");

static TEMPLATE: LazyLock<Yaml<'static>> = LazyLock::new(|| Yaml::load_from_str(TEXT).unwrap().remove(0));

/// What each function's role allows.
pub(crate) fn granted() -> BTreeSet<(String, Permission)> {
    let mut granted = BTreeSet::new();
    for function in of_type("AWS::Serverless::Function") {
        let name = text(at(function, &["Properties", "FunctionName"]).unwrap());
        let name = name.strip_prefix("Sub ${AWS::StackName}-").unwrap();
        // A policy beside the role would be one that is not looked at.
        assert!(at(function, &["Properties", "Policies"]).is_none(), "{name}");
        let role = text(at(function, &["Properties", "Role"]).unwrap());
        let role = role
            .strip_prefix("GetAtt ")
            .and_then(|role| role.strip_suffix(".Arn"))
            .unwrap();
        let role = at(&TEMPLATE, &["Resources", role]).unwrap();
        for permission in of_role(role) {
            granted.insert((name.to_owned(), permission));
        }
    }
    granted
}

/// The routes of the WebSocket API.
pub(crate) fn routes() -> Vec<String> {
    let routes = of_type("AWS::ApiGatewayV2::Route");
    let keys = routes
        .iter()
        .map(|route| text(at(route, &["Properties", "RouteKey"]).unwrap()));
    // REST has one route for all: what comes there is for the router to tell apart.
    let mut keys: Vec<String> = keys.collect();
    keys.sort_unstable();
    keys.dedup();
    keys
}

fn of_role(role: &Yaml<'static>) -> Vec<Permission> {
    assert!(at(role, &["Properties", "ManagedPolicyArns"]).is_none());
    let mut permissions = Vec::new();
    for policy in items(at(role, &["Properties", "Policies"]).unwrap()) {
        for statement in items(at(policy, &["PolicyDocument", "Statement"]).unwrap()) {
            assert_eq!(at(statement, &["Effect"]).and_then(Yaml::as_str), Some("Allow"));
            for unlooked in ["NotAction", "NotResource"] {
                assert!(at(statement, &[unlooked]).is_none(), "{unlooked}");
            }
            for resource in items(at(statement, &["Resource"]).unwrap()) {
                for action in items(at(statement, &["Action"]).unwrap()) {
                    let action = text(action);
                    assert!(!action.contains('*'), "{action}");
                    permissions.push(Permission::new(place(&text(resource)), action));
                }
            }
        }
    }
    permissions
}

/// The resource of a statement, as the ledger calls it; one that is not known here stands for itself.
fn place(resource: &str) -> String {
    let place = match resource {
        "GetAtt ChatTable.Arn" => "chat",
        "Sub ${ChatTable.Arn}/index/inverted" => "chat/inverted",
        "GetAtt ConnectionsTable.Arn" => "connections",
        "Sub ${ConnectionsTable.Arn}/index/leases" => "connections/leases",
        "GetAtt FilesBucket.Arn" => BUCKET,
        "Sub ${FilesBucket.Arn}/*" => FILES,
        "GetAtt FanOutQueue.Arn" => QUEUE,
        "GetAtt DeliverQueue.Arn" => DELIVERIES,
        "GetAtt EventsQueue.Arn" => EVENTS,
        "GetAtt ConnectedFunction.Arn" => CONNECTED,
        "GetAtt FunctionLogs.Arn" => "log",
        resource if resource.contains("${WebSocketApi}/${StageName}/POST/@connections/*") => POST,
        resource if resource.contains("${WebSocketApi}/${StageName}/DELETE/@connections/*") => DELETE,
        resource if resource.ends_with(":event-bus/${EventBusName}") => BUS,
        resource if resource.ends_with(":parameter${SigningKeyParameter}") => "signing keys",
        resource if resource.contains("Ref SigningKeyKmsArn") => "key of the signing keys",
        other => other,
    };
    place.to_owned()
}

fn of_type(kind: &str) -> Vec<&'static Yaml<'static>> {
    let all = at(&TEMPLATE, &["Resources"]).and_then(Yaml::as_mapping).unwrap();
    let kind_of = |body: &Yaml<'static>| at(body, &["Type"]).and_then(Yaml::as_str) == Some(kind);
    all.values().filter(|body| kind_of(body)).collect()
}

fn at<'a>(node: &'a Yaml<'static>, path: &[&str]) -> Option<&'a Yaml<'static>> {
    path.iter().try_fold(node, |node, key| node.as_mapping_get(key))
}

/// The items of a list; a single value, or the arguments of an intrinsic function, are one.
fn items<'a>(node: &'a Yaml<'static>) -> Vec<&'a Yaml<'static>> {
    match node {
        Yaml::Tagged(..) => vec![node],
        _ => node.as_vec().map_or_else(|| vec![node], |list| list.iter().collect()),
    }
}

/// A value in words: `plain`, `Ref X`, `GetAtt X.Arn`, `If a, b, c`.
fn text(node: &Yaml<'_>) -> String {
    if let Yaml::Tagged(tag, inner) = node {
        return format!("{} {}", tag.suffix, text(inner));
    }
    if let Some(list) = node.as_vec() {
        return list.iter().map(text).collect::<Vec<_>>().join(", ");
    }
    node.as_str().unwrap_or_default().to_owned()
}
