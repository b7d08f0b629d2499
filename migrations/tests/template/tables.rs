//! The template's tables are those that `Store::create_tables` makes.

use std::collections::BTreeMap;

use parlour_connectors::embedded::EmbeddedEngine;
use parlour_connectors::http_client;
use parlour_store::{ClientSettings, Credentials, Store, Tables, client};
use saphyr::Yaml;

use crate::document::{ADOPTING, at, items, resources, template, text};

/// Names of attributes, each with its part in the key.
type Key = Vec<(String, String)>;

/// What must not differ.
#[derive(Debug, PartialEq, Eq)]
struct Shape {
    attributes: BTreeMap<String, String>,
    key: Key,
    /// Name, key, projection.
    indexes: Vec<(String, Key, String)>,
    expires_by: String,
    billing: String,
}

#[tokio::test]
async fn they_are_those_of_the_store() {
    for suffix in ["chat", "connections"] {
        assert_eq!(in_template(suffix), in_store(suffix).await, "{suffix}");
    }
    assert_eq!(resources("AWS::DynamoDB::Table").len(), 2);
}

#[test]
fn only_what_can_be_made_again_may_be_lost() {
    let word = |suffix, path: &[&str]| text(at(table(suffix), path).unwrap());
    let recovery = [
        "Properties",
        "PointInTimeRecoverySpecification",
        "PointInTimeRecoveryEnabled",
    ];
    assert_eq!(word("chat", &recovery), "true");
    assert_eq!(
        word("chat", &["Properties", "DeletionProtectionEnabled"]),
        "If Protected, true, false"
    );
    assert_eq!(word("chat", &["DeletionPolicy"]), "RetainExceptOnCreate");
    assert_eq!(word("chat", &["UpdateReplacePolicy"]), "Retain");
    for suffix in ["chat", "connections"] {
        assert_eq!(word(suffix, &["Properties", "SSESpecification", "SSEEnabled"]), "true");
    }
}

#[test]
fn a_table_that_exists_is_adopted_as_it_would_have_been_made() {
    let adopting = at(&ADOPTING, &["Resources"]).unwrap();
    assert_eq!(adopting.as_mapping().unwrap().len(), 1);
    let same = |path: &[&str]| assert_eq!(at(&ADOPTING, path), at(template(), path), "{path:?}");
    same(&["Resources", "ChatTable"]);
    for section in ["Parameters", "Conditions"] {
        for name in at(&ADOPTING, &[section]).and_then(Yaml::as_mapping).unwrap().keys() {
            same(&[section, name.as_str().unwrap()]);
        }
    }
}

fn table(suffix: &str) -> &'static Yaml<'static> {
    let name = format!("Sub ${{TablePrefix}}{suffix}");
    let tables = resources("AWS::DynamoDB::Table");
    tables
        .iter()
        .find(|table| table.text("TableName") == name)
        .unwrap()
        .body
}

fn in_template(suffix: &str) -> Shape {
    let properties = at(table(suffix), &["Properties"]).unwrap();
    let word = |node, key: &str| text(at(node, &[key]).unwrap());
    let list = |node, key: &str| items(at(node, &[key]).unwrap());
    let key = |node| {
        list(node, "KeySchema")
            .into_iter()
            .map(|part| (word(part, "AttributeName"), word(part, "KeyType")))
            .collect::<Key>()
    };
    let index = |index| {
        let projection = at(index, &["Projection"]).unwrap();
        (word(index, "IndexName"), key(index), word(projection, "ProjectionType"))
    };
    let expiry = at(properties, &["TimeToLiveSpecification"]).unwrap();
    assert_eq!(word(expiry, "Enabled"), "true");
    Shape {
        attributes: list(properties, "AttributeDefinitions")
            .into_iter()
            .map(|attribute| (word(attribute, "AttributeName"), word(attribute, "AttributeType")))
            .collect(),
        key: key(properties),
        indexes: list(properties, "GlobalSecondaryIndexes")
            .into_iter()
            .map(index)
            .collect(),
        expires_by: word(expiry, "AttributeName"),
        billing: word(properties, "BillingMode"),
    }
}

async fn in_store(suffix: &str) -> Shape {
    let engine = EmbeddedEngine::in_memory().unwrap();
    let client = client(ClientSettings {
        http: http_client(engine.connector()),
        endpoint: Some("http://embedded".to_owned()),
        region: "local".to_owned(),
        credentials: Credentials::new("local", "local", None, None, "test"),
        attempts: 1,
    });
    let store = Store::new(client.clone(), Tables::with_prefix(""));
    store.create_tables().await.unwrap();
    let described = client.describe_table().table_name(suffix).send().await.unwrap();
    let table = described.table().unwrap();
    let expiry = client.describe_time_to_live().table_name(suffix).send().await.unwrap();
    let pair = |name: &str, kind: &str| (name.to_owned(), kind.to_owned());
    Shape {
        attributes: table
            .attribute_definitions()
            .iter()
            .map(|attribute| pair(attribute.attribute_name(), attribute.attribute_type().as_str()))
            .collect(),
        key: table
            .key_schema()
            .iter()
            .map(|part| pair(part.attribute_name(), part.key_type().as_str()))
            .collect(),
        indexes: table
            .global_secondary_indexes()
            .iter()
            .map(|index| {
                let key = index.key_schema().iter();
                let projection = index.projection().and_then(|projection| projection.projection_type());
                (
                    index.index_name().unwrap().to_owned(),
                    key.map(|part| pair(part.attribute_name(), part.key_type().as_str()))
                        .collect(),
                    projection.unwrap().as_str().to_owned(),
                )
            })
            .collect(),
        expires_by: expiry
            .time_to_live_description()
            .and_then(|expiry| expiry.attribute_name())
            .unwrap()
            .to_owned(),
        billing: table
            .billing_mode_summary()
            .and_then(|billing| billing.billing_mode())
            .unwrap()
            .as_str()
            .to_owned(),
    }
}
