//! Reading the template: its resources, and values with or without an intrinsic function.

use std::sync::LazyLock;

use saphyr::{LoadableYamlNode, Yaml};

static TEMPLATE: LazyLock<Yaml<'static>> = LazyLock::new(|| read(include_str!("../../../infra/template.yaml")));

/// The stack of a chat table that exists already.
pub(crate) static ADOPTING: LazyLock<Yaml<'static>> =
    LazyLock::new(|| read(include_str!("../../../infra/adopt-table.yaml")));

fn read(text: &'static str) -> Yaml<'static> {
    Yaml::load_from_str(text).unwrap().remove(0)
}

/// A resource of the template.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Resource {
    pub(crate) id: &'static str,
    pub(crate) body: &'static Yaml<'static>,
}

impl Resource {
    /// A property that is text, such as `!Ref X`, written `Ref X`; empty where there is none.
    pub(crate) fn text(&self, property: &str) -> String {
        at(self.body, &["Properties", property]).map(text).unwrap_or_default()
    }

    pub(crate) fn condition(&self) -> Option<&'static str> {
        at(self.body, &["Condition"]).and_then(Yaml::as_str)
    }
}

/// All of it.
pub(crate) fn template() -> &'static Yaml<'static> {
    &TEMPLATE
}

/// The resources of a type.
pub(crate) fn resources(kind: &str) -> Vec<Resource> {
    let all = at(&TEMPLATE, &["Resources"]).and_then(Yaml::as_mapping).unwrap();
    all.iter()
        .filter(|(_, body)| at(body, &["Type"]).and_then(Yaml::as_str) == Some(kind))
        .map(|(id, body)| Resource {
            id: id.as_str().unwrap(),
            body,
        })
        .collect()
}

/// What stands at a path of keys.
pub(crate) fn at<'a>(node: &'a Yaml<'static>, path: &[&str]) -> Option<&'a Yaml<'static>> {
    path.iter().try_fold(node, |node, key| node.as_mapping_get(key))
}

/// The items of a list; a single value is a list of one.
pub(crate) fn items<'a>(node: &'a Yaml<'static>) -> Vec<&'a Yaml<'static>> {
    node.as_vec().map_or_else(|| vec![node], |list| list.iter().collect())
}

/// A value in words: `plain`, `Ref X`, `GetAtt X.Arn`, `If a, b, c`.
pub(crate) fn text(node: &Yaml<'_>) -> String {
    if let Yaml::Tagged(tag, inner) = node {
        return format!("{} {}", tag.suffix, text(inner));
    }
    if let Some(list) = node.as_vec() {
        return list.iter().map(text).collect::<Vec<_>>().join(", ");
    }
    if let Some(yes) = node.as_bool() {
        return yes.to_string();
    }
    if let Some(number) = node.as_integer() {
        return number.to_string();
    }
    node.as_str().unwrap_or_default().to_owned()
}
