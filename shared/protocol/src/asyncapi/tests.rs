//! The description is whole: every action, every event, every reference.

use std::collections::BTreeSet;

use super::*;
use crate::frame;

/// Every `$ref` of a description.
fn references(value: &Value, found: &mut BTreeSet<String>) {
    match value {
        Value::Object(members) => {
            for (name, member) in members {
                match member {
                    Value::String(place) if name == "$ref" => {
                        found.insert(place.clone());
                    }
                    member => references(member, found),
                }
            }
        }
        Value::Array(items) => items.iter().for_each(|item| references(item, found)),
        _ => {}
    }
}

#[test]
fn every_action_is_described_and_no_other() {
    let described: BTreeSet<_> = actions::all().map(|action| action.name).collect();
    assert_eq!(described, frame::ACTIONS.into_iter().collect());
    assert_eq!(described.len(), actions::all().count());
}

#[test]
fn every_reference_leads_somewhere() {
    let description = description();
    let mut found = BTreeSet::new();
    references(&description, &mut found);
    assert!(found.len() > 100);
    for place in found {
        let pointer = place.strip_prefix('#').unwrap();
        assert!(description.pointer(pointer).is_some(), "{place}");
    }
}

#[test]
fn a_frame_that_a_client_sends_has_no_other_fields_than_those_described() {
    let description = description();
    for action in actions::all() {
        let message = &description["components"]["messages"][action.name];
        let place = message["payload"]["allOf"][0]["$ref"].as_str().unwrap();
        let schema = description.pointer(place.strip_prefix('#').unwrap()).unwrap();
        assert_eq!(schema["additionalProperties"], false, "{}", action.name);
        assert!(schema["properties"]["request_id"].is_object(), "{}", action.name);
        for field in message["examples"][0]["payload"].as_object().unwrap().keys() {
            assert!(schema["properties"][field].is_object(), "{}: {field}", action.name);
        }
    }
}

#[test]
fn every_action_names_the_codes_of_its_refusals() {
    let description = description();
    for action in frame::ACTIONS {
        let operation = &description["operations"][action];
        let codes: Vec<_> = operation["x-codes"].as_array().unwrap().iter().collect();
        assert!(codes.iter().any(|code| *code == "invalid_input"), "{action}");
        for code in &codes {
            let code = code.as_str().unwrap();
            assert!(
                operation["description"]
                    .as_str()
                    .unwrap()
                    .contains(&format!(" `{code}`: ")),
                "{action}"
            );
        }
    }
    let of_resume = json!([
        "invalid_input",
        "token_expired",
        "too_many_rooms",
        "unknown_connection",
        "payload_too_large"
    ]);
    assert_eq!(description["operations"]["resume"]["x-codes"], of_resume);
}

/// The schema of a message's part, and where it is the name of a type: what that is.
fn schema<'a>(description: &'a Value, schema: &'a Value) -> &'a Value {
    match schema["$ref"].as_str() {
        Some(place) => description.pointer(place.strip_prefix('#').unwrap()).unwrap(),
        None => schema,
    }
}

#[test]
fn a_page_names_what_it_is_of_and_says_where_the_next_begins() {
    let description = description();
    let kind = |action: &str, field: &str| {
        let message = &description["components"]["messages"][answer_name(action)];
        let answer = schema(&description, &message["payload"]["properties"]["data"]);
        answer["properties"][field]["type"].clone()
    };
    for action in [
        "roster",
        "list_members",
        "read_positions",
        "list_bans",
        "list_room_invites",
        "list_pins",
    ] {
        assert_eq!(kind(action, "room_id"), "string", "{action}");
        assert_eq!(kind(action, "next"), json!(["string", "null"]), "{action}");
    }
    for action in ["edit_history", "list_replies"] {
        assert_eq!(kind(action, "message_id"), "string", "{action}");
        assert_eq!(kind(action, "next"), json!(["integer", "null"]), "{action}");
    }
    for action in [
        "list_public_rooms",
        "list_stars",
        "list_invites",
        "list_blocks",
        "list_rooms",
        "unread",
    ] {
        assert_eq!(kind(action, "items"), "array", "{action}");
        assert_eq!(kind(action, "next"), json!(["string", "null"]), "{action}");
    }
}

#[test]
fn what_null_removes_may_be_null_and_what_need_not_be_given_is_not_required() {
    let description = description();
    let frame = |name: &str| &description["components"]["schemas"][name];
    let profile = frame("UpdateProfile");
    assert_eq!(profile["required"], json!(["action"]));
    assert_eq!(profile["properties"]["avatar_url"]["type"], json!(["string", "null"]));
    assert_eq!(profile["properties"]["custom"]["type"], json!(["object", "null"]));
    assert_eq!(frame("CreateRoom")["required"], json!(["action", "kind"]));
    for limit in ["messages_per_minute", "member_messages_per_minute"] {
        assert!(frame("CreateRoom")["properties"][limit].is_object(), "{limit}");
    }
}
