//! The table of vectors that the edge is held to as well.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use super::{App, Host, Place, Service, place};

/// The table.
struct Table(Value);

impl Table {
    fn read() -> Self {
        Self(serde_json::from_str(include_str!("../../../../../infra/edge/vectors.json")).unwrap())
    }

    /// What the host name of a vector stands for, read as the edge reads it.
    fn host(&self, name: &str) -> Option<Host<'_>> {
        let name = name.to_ascii_lowercase();
        let name = name.split(':').next()?;
        let (app, service) = self.0["hosts"].get(name)?.as_str()?.split_once('/')?;
        let service = Service::named(service)?;
        Some(Host { app, service })
    }

    /// The path templates of each service, and of Parlour itself under `native`.
    fn templates(&self) -> BTreeMap<&str, Vec<&str>> {
        let services = self.0["services"].as_object().unwrap().iter();
        let mut templates: BTreeMap<&str, Vec<&str>> = services.map(|(name, of)| (name.as_str(), texts(of))).collect();
        templates.insert("native", texts(&self.0["native"]));
        templates
    }
}

fn texts(list: &Value) -> Vec<&str> {
    list.as_array()
        .unwrap()
        .iter()
        .map(|text| text.as_str().unwrap())
        .collect()
}

/// In the table's form: `native`, `nowhere`, or app, service and path.
fn written(place: &Place<'_>) -> Value {
    let app = |app: &App<'_>| match app {
        App::Default => Value::Null,
        App::Named(name) => Value::from(*name),
    };
    match place {
        Place::Native => Value::from("native"),
        Place::Nowhere => Value::from("nowhere"),
        Place::Of { app: of, service, path } => serde_json::json!([app(of), service.name(), path]),
        Place::SocketIo { path } => serde_json::json!([null, "socket.io", path]),
    }
}

#[test]
fn every_vector_has_its_place() {
    let table = Table::read();
    for vector in table.0["vectors"].as_array().unwrap() {
        let host = vector.get("host").and_then(|name| table.host(name.as_str().unwrap()));
        let found = place(host, vector["path"].as_str().unwrap());
        assert_eq!(written(&found), vector["place"], "{vector}");
    }
}

#[test]
fn what_the_edge_sends_to_rest_is_the_same_request_there() {
    let table = Table::read();
    let is_rest = |vector: &&Value| vector.get("upgrade").is_none() && vector["sent"].is_string();
    for vector in table.0["vectors"].as_array().unwrap().iter().filter(is_rest) {
        let path = vector["sent"].as_str().unwrap().split('?').next().unwrap();
        assert_eq!(written(&place(None, path)), vector["place"], "{vector}");
    }
}

#[test]
fn every_path_of_every_service_is_its_own_by_prefix_and_by_host() {
    let table = Table::read();
    for service in Service::ALL {
        let templates = &table.templates()[service.name()];
        assert!(!templates.is_empty());
        for template in templates {
            let path = template.replace("{}", "7");
            let expected = serde_json::json!(["acme", service.name(), path]);
            let prefixed = format!("/a/acme/{}{path}", service.name());
            assert_eq!(written(&place(None, &prefixed)), expected);
            let host = Host { app: "acme", service };
            assert_eq!(written(&place(Some(host), &path)), expected);
            assert_eq!(written(&place(Some(host), &prefixed)), expected);
        }
    }
}

#[test]
fn the_table_has_every_collision_and_none_is_decided_by_its_path() {
    let table = Table::read();
    let mut listed = BTreeMap::new();
    for collision in table.0["collisions"].as_array().unwrap() {
        let path = collision["path"].as_str().unwrap();
        let of: BTreeSet<&str> = texts(&collision["of"]).into_iter().collect();
        listed.insert(path.to_owned(), of);
        let found = place(None, path);
        assert!(
            matches!(found, Place::Native | Place::SocketIo { .. }),
            "{path}: {found:?}"
        );
        assert_eq!(matches!(found, Place::SocketIo { .. }), path == "/socket.io/", "{path}");
    }
    assert_eq!(listed, collisions(&table.templates()));
}

/// The paths that templates of two owners have in common, with the owners of each.
fn collisions<'a>(templates: &BTreeMap<&'a str, Vec<&'a str>>) -> BTreeMap<String, BTreeSet<&'a str>> {
    let all: Vec<(&str, &str)> = templates
        .iter()
        .flat_map(|(owner, of)| of.iter().map(move |template| (*owner, *template)))
        .collect();
    let mut found: BTreeMap<String, BTreeSet<&str>> = BTreeMap::new();
    for (at, (owner, one)) in all.iter().enumerate() {
        for (other_owner, other) in all.iter().skip(at + 1).filter(|(other, _)| other != owner) {
            if let Some(path) = common(one, other) {
                found.entry(path).or_default().extend([*owner, *other_owner]);
            }
        }
    }
    found
}

/// The paths that two templates have in common, as a template.
fn common(one: &str, other: &str) -> Option<String> {
    if one.split('/').count() != other.split('/').count() {
        return None;
    }
    let pairs = one.split('/').zip(other.split('/'));
    let segments: Option<Vec<&str>> = pairs
        .map(|(a, b)| match (a, b) {
            ("{}", _) if !b.is_empty() => Some(b),
            (_, "{}") if !a.is_empty() => Some(a),
            _ => (a == b).then_some(a),
        })
        .collect();
    Some(segments?.join("/"))
}

#[test]
fn a_service_has_one_name() {
    for service in Service::ALL {
        assert_eq!(Service::named(service.name()), Some(service));
    }
    assert_eq!(Service::named(""), None);
    assert_eq!(Service::named("socket.io"), None);
}

#[test]
fn what_is_no_path_is_nobodys_dialect() {
    let host = Host {
        app: "acme",
        service: Service::GoChat,
    };
    assert_eq!(written(&place(None, "")), "native");
    assert_eq!(written(&place(None, "*")), "native");
    assert_eq!(written(&place(Some(host), "*")), "nowhere");
    assert_eq!(
        written(&place(Some(host), "")),
        serde_json::json!(["acme", "go-chat", "/"])
    );
}
