//! What filters say, in both their forms, and what is refused in them.

use serde_json::{Value, json};

use super::*;

fn row(value: &Value) -> Row {
    value.as_object().cloned().unwrap()
}

fn rows() -> Vec<Row> {
    let on = |day: u8| format!("2026-11-0{day}T00:00:00.000Z");
    vec![
        row(
            &json!({ "id": "1", "body": "Hello", "channelId": "c1", "status": 0, "createdOn": on(1), "deleted": false }),
        ),
        row(
            &json!({ "id": "2", "body": "help 100%", "channelId": "c1", "status": 2, "createdOn": on(2), "subject": "s", "deleted": false }),
        ),
        row(
            &json!({ "id": "3", "body": "bye", "channelId": "c2", "status": 10, "createdOn": on(3), "toUserId": "u", "deleted": false }),
        ),
    ]
}

fn ids(filter: &Filter) -> String {
    let rows = rows();
    let found = filter.select(Model::Message, &rows);
    found.iter().map(|row| row["id"].as_str().unwrap()).collect()
}

fn read_one(filter: &Value) -> Result<Filter, Detail> {
    Filter::read(Model::Message, Some(filter), false)
}

fn wanted(condition: &Value) -> String {
    ids(&read_one(&json!({ "where": condition })).unwrap())
}

#[test]
fn every_operator_holds_for_the_rows_that_it_means() {
    for (condition, expected) in [
        (json!({}), "123"),
        (json!({ "id": "2" }), "2"),
        (json!({ "id": { "eq": "2" } }), "2"),
        (json!({ "id": { "neq": "2" } }), "13"),
        (json!({ "status": { "gt": 2 } }), "3"),
        (json!({ "status": { "gte": 2 } }), "23"),
        (json!({ "status": { "lt": 2 } }), "1"),
        (json!({ "status": { "lte": 2, "gt": 0 } }), "2"),
        (json!({ "status": { "between": [1, 10] } }), "23"),
        (
            json!({ "createdOn": { "between": ["2026-11-02", "2026-11-03T00:00:00+00:00"] } }),
            "23",
        ),
        (json!({ "id": { "inq": ["1", "3", "9"] } }), "13"),
        (json!({ "id": { "nin": ["1", "3"] } }), "2"),
        (json!({ "body": { "like": "hel%" } }), "2"),
        (json!({ "body": { "like": "%100\\%" } }), "2"),
        (json!({ "body": { "like": "b_e" } }), "3"),
        (json!({ "body": { "nlike": "hel%" } }), "13"),
        (json!({ "body": { "ilike": "HEL%" } }), "12"),
        (json!({ "body": { "regexp": "^hel" } }), "2"),
        (json!({ "body": { "regexp": "/^hel/i" } }), "12"),
        (json!({ "subject": { "exists": true } }), "2"),
        (json!({ "subject": { "exists": false } }), "13"),
        (json!({ "subject": null }), "13"),
        (json!({ "subject": { "neq": null } }), "2"),
        (json!({ "and": [{ "channelId": "c1" }, { "status": 0 }] }), "1"),
        (json!({ "or": [{ "id": "1" }, { "toUserId": "u" }] }), "13"),
        (json!({ "or": [] }), ""),
        (json!({ "channelId": "c1", "or": [{ "id": "2" }, { "id": "3" }] }), "2"),
        // In a query everything is text.
        (json!({ "status": "10" }), "3"),
        (json!({ "deleted": "false" }), "123"),
    ] {
        assert_eq!(wanted(&condition), expected, "{condition}");
    }
}

#[test]
fn order_skip_and_limit_follow_each_other() {
    for (filter, expected) in [
        (json!({ "order": "createdOn DESC" }), "321"),
        (json!({ "order": ["channelId DESC", "status ASC"] }), "312"),
        (json!({ "order": ["channelId", "createdOn desc"] }), "213"),
        (json!({ "order": "subject" }), "132"),
        (json!({ "skip": 1, "limit": 1 }), "2"),
        (json!({ "offset": "1", "limit": "9" }), "23"),
        (
            json!({ "order": ["createdOn DESC"], "limit": 1, "where": { "channelId": "c1" } }),
            "2",
        ),
    ] {
        assert_eq!(ids(&read_one(&filter).unwrap()), expected, "{filter}");
    }
}

#[test]
fn fields_are_those_wanted_or_those_not_unwanted() {
    let of = |fields: Value| {
        let filter = read_one(&json!({ "fields": fields })).unwrap();
        filter
            .fields_of(&rows()[1])
            .keys()
            .cloned()
            .collect::<Vec<_>>()
            .join(" ")
    };
    assert_eq!(of(json!(["id", "body"])), "body id");
    assert_eq!(of(json!({ "id": true, "body": false })), "id");
    assert_eq!(
        of(json!({ "body": false, "createdOn": "false" })),
        "channelId deleted id status subject"
    );
}

#[test]
fn relations_are_the_models_own_and_have_scopes() {
    let scoped = json!({ "include": [{ "relation": "messageRecipients",
        "scope": { "where": { "isRead": false }, "include": ["message"] } }, "messages"] });
    let filter = read_one(&scoped).unwrap();
    assert_eq!(filter.include.len(), 2);
    assert!(filter.includes(Model::Recipient) && filter.includes(Model::Message) && !filter.includes(Model::File));
    let refused = read_one(&json!({ "include": ["message"] })).unwrap_err();
    assert_eq!((refused.path.as_str(), refused.code), ("/include/0/relation", "enum"));
}

#[test]
fn what_is_no_filter_is_refused_where_it_is_wrong() {
    for (filter, path, code) in [
        (json!([]), "", "type"),
        (json!({ "wher": {} }), "", "additionalProperties"),
        (json!({ "where": { "bodi": "x" } }), "/where", "additionalProperties"),
        (
            json!({ "where": { "body": { "contains": "x" } } }),
            "/where/body",
            "additionalProperties",
        ),
        (json!({ "where": { "status": "many" } }), "/where/status", "type"),
        (
            json!({ "where": { "body": { "regexp": "(a" } } }),
            "/where/body/regexp",
            "pattern",
        ),
        (
            json!({ "where": { "body": { "regexp": "(?=a)" } } }),
            "/where/body/regexp",
            "pattern",
        ),
        (
            json!({ "where": { "body": { "regexp": "((a{99}){99}){99}" } } }),
            "/where/body/regexp",
            "pattern",
        ),
        (json!({ "where": { "id": { "inq": "1" } } }), "/where/id/inq", "type"),
        (
            json!({ "where": { "status": { "between": [1] } } }),
            "/where/status/between",
            "minItems",
        ),
        (json!({ "where": { "and": {} } }), "/where/and", "type"),
        (json!({ "limit": 0 }), "/limit", "minimum"),
        (json!({ "limit": "ten" }), "/limit", "type"),
        (json!({ "skip": -1 }), "/skip", "type"),
        (json!({ "order": "body UP" }), "/order", "pattern"),
        (json!({ "fields": ["nothing"] }), "/fields", "additionalProperties"),
        (
            json!({ "where": { "id": { "inq": vec!["x"; PARTS + 1] } } }),
            "/where/id/inq",
            "maxProperties",
        ),
    ] {
        let refused = read_one(&filter).unwrap_err();
        assert_eq!((refused.path.as_str(), refused.code), (path, code), "{filter}");
    }
    let one = Filter::read(Model::Message, Some(&json!({ "where": {} })), true).unwrap_err();
    assert_eq!(one.code, "additionalProperties", "one row leaves nothing to choose");
}

#[test]
fn a_filter_has_few_patterns() {
    let patterns = |count| read_one(&json!({ "where": { "or": vec![json!({ "body": { "like": "%a%" } }); count] } }));
    assert!(patterns(4).is_ok());
    assert_eq!(patterns(5).unwrap_err().code, "maxProperties");
}

#[test]
fn conditions_have_a_depth() {
    let mut deep = json!({ "id": "1" });
    for _ in 0..CONDITION_DEPTH {
        deep = json!({ "and": [deep] });
    }
    assert_eq!(read_one(&json!({ "where": deep })).unwrap_err().code, "maxDepth");
}

#[test]
fn what_a_condition_pins_a_field_to_is_known() {
    let one_of = |condition: Value, name: &str| {
        let filter = Filter::of_where(Model::Message, Some(&condition)).unwrap();
        let condition = filter.condition.unwrap();
        condition.one_of(name).map(|texts| texts.join(" "))
    };
    assert_eq!(
        one_of(json!({ "channelId": "c", "status": 1 }), "channelId").as_deref(),
        Some("c")
    );
    assert_eq!(
        one_of(json!({ "and": [{ "channelId": { "inq": ["c", "d"] } }] }), "channelId").as_deref(),
        Some("c d")
    );
    assert_eq!(
        one_of(json!({ "or": [{ "id": "1" }, { "id": "2" }] }), "id").as_deref(),
        Some("1 2")
    );
    assert_eq!(one_of(json!({ "or": [{ "id": "1" }, { "body": "x" }] }), "id"), None);
    assert_eq!(one_of(json!({ "id": { "neq": "1" } }), "id"), None);
}

fn pairs(query: &[(&str, &str)]) -> Vec<(String, String)> {
    query
        .iter()
        .map(|(key, text)| ((*key).to_owned(), (*text).to_owned()))
        .collect()
}

#[test]
fn a_parameter_is_json_or_brackets() {
    let of = |query: &[(&str, &str)]| parameter(&pairs(query), "filter");
    assert_eq!(of(&[("other", "1"), ("filterx", "1")]), Ok(None));
    assert_eq!(of(&[("filter", r#"{"limit":1}"#)]), Ok(Some(json!({ "limit": 1 }))));
    let deep = [
        ("filter[limit]", "1"),
        ("filter[where][body]", "x"),
        ("filter[where][id][inq][]", "1"),
        ("filter[where][id][inq][]", "2"),
        ("filter[include][1][relation]", "messages"),
        ("filter[include][0]", "attachmentFiles"),
    ];
    let expected = json!({ "limit": "1", "where": { "body": "x", "id": { "inq": ["1", "2"] } },
        "include": ["attachmentFiles", { "relation": "messages" }] });
    assert_eq!(of(&deep), Ok(Some(expected.clone())));
    assert!(Filter::read(Model::Message, Some(&expected), false).is_ok());
    for wrong in [
        &[("filter", "{")][..],
        &[("filter", "{}"), ("filter", "{}")],
        &[("filter", "{}"), ("filter[limit]", "1")],
        &[("filter[limit", "1")],
        &[("filter[a]b", "1")],
        &[("filter[a]", "1"), ("filter[a]", "2")],
        &[("filter[a]", "1"), ("filter[a][b]", "2")],
    ] {
        assert!(of(wrong).is_err(), "{wrong:?}");
    }
}

#[test]
fn brackets_have_a_depth_and_a_number() {
    let deep = format!("filter{}", "[a]".repeat(17));
    assert!(parameter(&pairs(&[(&deep, "1")]), "filter").is_err());
    let many: Vec<_> = (0..=200)
        .map(|number| (format!("filter[{number}]"), String::new()))
        .collect();
    assert!(parameter(&many, "filter").is_err());
}
