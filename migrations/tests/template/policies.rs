//! What each function may do: the whole list. A function that needs more gets a line here and in the template.

use std::collections::BTreeMap;

use saphyr::Yaml;

use crate::document::{at, items, resources, text};
use crate::functions::{functions, has_variable};

const KEYS: (&str, &str) = ("signing keys", "kms:Decrypt ssm:GetParameter");
const POST: (&str, &str) = ("POST @connections", "execute-api:ManageConnections");
const DELETE: (&str, &str) = ("DELETE @connections", "execute-api:ManageConnections");
const FILL_QUEUE: (&str, &str) = ("queue", "sqs:SendMessage");
const FILL_AND_EMPTY_QUEUE: (&str, &str) = (
    "queue",
    "sqs:DeleteMessage sqs:GetQueueAttributes sqs:ReceiveMessage sqs:SendMessage",
);
const EMPTY_EVENTS: (&str, &str) = (
    "queue of events",
    "sqs:DeleteMessage sqs:GetQueueAttributes sqs:ReceiveMessage",
);
const FILES_IN_AND_OUT: (&str, &str) = ("files", "s3:GetObject s3:PutObject");
const FILES_AWAY: (&str, &str) = ("files", "s3:DeleteObject");
const FILES_MISSED: (&str, &str) = ("bucket of files", "s3:ListBucket");
const FILL_DELIVERIES: (&str, &str) = ("deliveries", "sqs:SendMessage");
const FILL_AND_EMPTY_DELIVERIES: (&str, &str) = (
    "deliveries",
    "sqs:DeleteMessage sqs:GetQueueAttributes sqs:ReceiveMessage sqs:SendMessage",
);
const BUS: (&str, &str) = ("event bus", "events:PutEvents");
const CALL: (&str, &str) = ("connected", "lambda:InvokeFunction");

/// Function, then place and actions; those on tables without `dynamodb:`. Each also writes its log.
const GRANTED: [(&str, &[(&str, &str)]); 13] = [
    (
        "authorizer",
        &[("chat", "GetItem PutItem"), ("connections", "DeleteItem"), KEYS],
    ),
    (
        "connect",
        &[
            (
                "chat",
                "BatchGetItem ConditionCheckItem GetItem PutItem Query UpdateItem",
            ),
            ("chat/inverted", "Query"),
            ("connections", "PutItem Query UpdateItem"),
            FILL_QUEUE,
            FILL_DELIVERIES,
            POST,
            CALL,
        ],
    ),
    ("connected", &[POST]),
    (
        "disconnect",
        &[("connections", "BatchWriteItem UpdateItem"), FILL_QUEUE],
    ),
    (
        "join_room",
        &[
            ("chat", "BatchGetItem ConditionCheckItem GetItem Query"),
            ("connections", "BatchWriteItem GetItem Query UpdateItem"),
            FILL_QUEUE,
        ],
    ),
    (
        "send_message",
        &[
            ("chat", "BatchGetItem GetItem PutItem Query UpdateItem"),
            ("connections", "BatchWriteItem GetItem Query UpdateItem"),
            FILL_QUEUE,
            FILL_DELIVERIES,
            POST,
        ],
    ),
    (
        "default",
        &[
            (
                "chat",
                "BatchGetItem BatchWriteItem ConditionCheckItem DeleteItem GetItem PutItem Query UpdateItem",
            ),
            ("chat/inverted", "Query"),
            (
                "connections",
                "BatchGetItem BatchWriteItem GetItem PutItem Query UpdateItem",
            ),
            KEYS,
            FILL_QUEUE,
            FILL_DELIVERIES,
            POST,
            DELETE,
        ],
    ),
    (
        "rest",
        &[
            (
                "chat",
                "BatchGetItem BatchWriteItem ConditionCheckItem DeleteItem GetItem PutItem Query UpdateItem",
            ),
            ("chat/inverted", "Query"),
            ("connections", "BatchWriteItem GetItem PutItem Query UpdateItem"),
            KEYS,
            FILES_IN_AND_OUT,
            FILES_MISSED,
            FILL_QUEUE,
            FILL_DELIVERIES,
            POST,
            DELETE,
        ],
    ),
    (
        "compat_rest",
        &[
            (
                "chat",
                "BatchGetItem BatchWriteItem ConditionCheckItem DeleteItem GetItem PutItem Query UpdateItem",
            ),
            ("chat/inverted", "Query"),
            ("connections", "BatchWriteItem GetItem Query UpdateItem"),
            KEYS,
            FILL_QUEUE,
            FILL_DELIVERIES,
            POST,
            DELETE,
        ],
    ),
    (
        "fan_out",
        &[
            (
                "chat",
                "BatchGetItem BatchWriteItem ConditionCheckItem DeleteItem GetItem PutItem Query UpdateItem",
            ),
            ("chat/inverted", "Query"),
            ("connections", "BatchWriteItem DeleteItem GetItem Query UpdateItem"),
            FILL_AND_EMPTY_QUEUE,
            FILL_DELIVERIES,
            POST,
            DELETE,
        ],
    ),
    (
        "deliver",
        &[
            ("chat", "BatchGetItem GetItem PutItem Query UpdateItem"),
            ("connections", "Query"),
            FILL_AND_EMPTY_DELIVERIES,
            BUS,
        ],
    ),
    (
        "events",
        &[
            ("chat", "ConditionCheckItem DeleteItem GetItem PutItem Query UpdateItem"),
            ("chat/inverted", "Query"),
            ("connections", "BatchWriteItem GetItem Query UpdateItem"),
            EMPTY_EVENTS,
            FILL_QUEUE,
            FILL_DELIVERIES,
            POST,
            DELETE,
        ],
    ),
    (
        "sweep",
        &[
            (
                "chat",
                "BatchWriteItem ConditionCheckItem DeleteItem GetItem PutItem Query UpdateItem",
            ),
            ("chat/inverted", "Query"),
            ("connections", "BatchWriteItem GetItem Query UpdateItem"),
            ("connections/leases", "Query"),
            FILES_AWAY,
            FILL_QUEUE,
            FILL_DELIVERIES,
            POST,
        ],
    ),
];

#[test]
fn a_function_may_do_what_is_listed_and_nothing_else() {
    let mut left: Vec<String> = functions().into_keys().collect();
    for (function, grants) in GRANTED {
        let listed = grants
            .iter()
            .chain(&[("log", "logs:CreateLogStream logs:PutLogEvents")]);
        let listed: BTreeMap<String, String> = listed
            .map(|(place, actions)| ((*place).to_owned(), (*actions).to_owned()))
            .collect();
        assert_eq!(granted(function), listed, "{function}");
        left.retain(|name| name != function);
    }
    assert!(left.is_empty(), "{left:?}");
}

#[test]
fn a_function_is_told_of_what_it_may_use_alone() {
    for (name, function) in functions() {
        let may = granted(&name);
        let told = |variable| has_variable(&function, variable);
        assert_eq!(
            told("PARLOUR_SIGNING_KEY_PARAMETER"),
            may.contains_key(KEYS.0),
            "{name}"
        );
        assert_eq!(told("PARLOUR_MANAGEMENT_ENDPOINT"), may.contains_key(POST.0), "{name}");
        let at_queue = may.get(FILL_QUEUE.0).map(String::as_str);
        assert_eq!(told("PARLOUR_FAN_OUT_QUEUE"), at_queue.is_some(), "{name}");
        assert_eq!(
            told("PARLOUR_POSTS_PER_SECOND"),
            at_queue == Some(FILL_AND_EMPTY_QUEUE.1),
            "{name}"
        );
        for variable in ["PARLOUR_DELIVER_QUEUE", "PARLOUR_EVENT_BUS"] {
            assert_eq!(
                told(variable),
                may.contains_key(FILL_DELIVERIES.0),
                "{name}: {variable}"
            );
        }
        assert_eq!(told("PARLOUR_FILES_BUCKET"), may.contains_key(FILES_AWAY.0), "{name}");
        assert_eq!(told("PARLOUR_CONNECTED_FUNCTION"), may.contains_key(CALL.0), "{name}");
    }
}

/// Place and sorted actions of a function's role.
fn granted(function: &str) -> BTreeMap<String, String> {
    let role = functions()[function].text("Role");
    let id = role.strip_prefix("GetAtt ").and_then(|role| role.strip_suffix(".Arn"));
    let roles = resources("AWS::IAM::Role");
    let role = roles.iter().find(|role| Some(role.id) == id).unwrap().body;
    assert!(at(role, &["Properties", "ManagedPolicyArns"]).is_none(), "{function}");
    let mut granted: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for policy in items(at(role, &["Properties", "Policies"]).unwrap()) {
        for statement in items(at(policy, &["PolicyDocument", "Statement"]).unwrap()) {
            assert_eq!(at(statement, &["Effect"]).and_then(Yaml::as_str), Some("Allow"));
            let resource = at(statement, &["Resource"]).unwrap();
            let resources = match resource {
                Yaml::Tagged(..) => vec![resource],
                _ => items(resource),
            };
            for resource in resources {
                let actions = items(at(statement, &["Action"]).unwrap());
                let actions = actions.into_iter().map(|action| table_action(&text(action)));
                granted.entry(place(&text(resource))).or_default().extend(actions);
            }
        }
    }
    let sorted = granted.into_iter().map(|(place, mut actions)| {
        actions.sort_unstable();
        (place, actions.join(" "))
    });
    sorted.collect()
}

fn table_action(action: &str) -> String {
    action.strip_prefix("dynamodb:").unwrap_or(action).to_owned()
}

fn place(resource: &str) -> String {
    const API: &str =
        "Sub arn:${AWS::Partition}:execute-api:${AWS::Region}:${AWS::AccountId}:${WebSocketApi}/${StageName}/";
    const ACCOUNT: &str = "${AWS::Region}:${AWS::AccountId}";
    let parameter = format!("Sub arn:${{AWS::Partition}}:ssm:{ACCOUNT}:parameter${{SigningKeyParameter}}");
    let bus = format!("Sub arn:${{AWS::Partition}}:events:{ACCOUNT}:event-bus/${{EventBusName}}");
    let key = format!("If OwnSigningKeyKms, Ref SigningKeyKmsArn, Sub arn:${{AWS::Partition}}:kms:{ACCOUNT}:key/*");
    match resource {
        "GetAtt ChatTable.Arn" => "chat".to_owned(),
        "Sub ${ChatTable.Arn}/index/inverted" => "chat/inverted".to_owned(),
        "GetAtt ConnectionsTable.Arn" => "connections".to_owned(),
        "Sub ${ConnectionsTable.Arn}/index/leases" => "connections/leases".to_owned(),
        "GetAtt FunctionLogs.Arn" => "log".to_owned(),
        "GetAtt FilesBucket.Arn" => FILES_MISSED.0.to_owned(),
        "Sub ${FilesBucket.Arn}/*" => FILES_AWAY.0.to_owned(),
        "GetAtt FanOutQueue.Arn" => FILL_QUEUE.0.to_owned(),
        "GetAtt DeliverQueue.Arn" => FILL_DELIVERIES.0.to_owned(),
        "GetAtt EventsQueue.Arn" => EMPTY_EVENTS.0.to_owned(),
        "GetAtt ConnectedFunction.Arn" => CALL.0.to_owned(),
        resource if resource == bus => BUS.0.to_owned(),
        resource if resource == parameter || resource == key => KEYS.0.to_owned(),
        resource => match resource.strip_prefix(API) {
            Some("POST/@connections/*") => POST.0.to_owned(),
            Some("DELETE/@connections/*") => DELETE.0.to_owned(),
            _ => format!("unexpected: {resource}"),
        },
    }
}

#[test]
fn the_signing_keys_are_decrypted_through_the_parameter_store_alone() {
    for role in resources("AWS::IAM::Role") {
        let Some(policies) = at(role.body, &["Properties", "Policies"]) else {
            continue;
        };
        for policy in items(policies) {
            for statement in items(at(policy, &["PolicyDocument", "Statement"]).unwrap()) {
                if text(at(statement, &["Action"]).unwrap()) == "kms:Decrypt" {
                    let only = at(statement, &["Condition", "StringEquals"]).unwrap();
                    assert!(at(only, &["kms:ViaService"]).is_some(), "{}", role.id);
                    assert!(
                        at(only, &["kms:EncryptionContext:PARAMETER_ARN"]).is_some(),
                        "{}",
                        role.id
                    );
                }
            }
        }
    }
}
