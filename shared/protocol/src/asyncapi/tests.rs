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
    let described: BTreeSet<_> = ACTIONS.iter().map(|action| action.name).collect();
    assert_eq!(described, frame::ACTIONS.into_iter().collect());
    assert_eq!(described.len(), ACTIONS.len());
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
    for action in ACTIONS {
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
