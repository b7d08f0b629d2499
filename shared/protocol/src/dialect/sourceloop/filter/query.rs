//! A parameter of the query, as JSON or in brackets.

use std::collections::BTreeMap;

use serde_json::{Map, Value};

use crate::dialect::sourceloop::problem::Detail;

/// Most parameters that make up one.
const PAIRS: usize = 200;
/// Deepest brackets.
const DEPTH: usize = 16;

/// Whatever stands in brackets.
#[derive(Debug)]
enum Node {
    Text(String),
    Branch(BTreeMap<String, Node>),
}

/// The parameter of this name, of all that a query has; `None`: it is not there.
///
/// # Errors
/// What is wrong with it: it is no JSON, its brackets do not match, or it is there twice.
pub fn parameter(pairs: &[(String, String)], name: &str) -> Result<Option<Value>, Detail> {
    let wrong = |what: &str| Detail::new("", "format", what);
    let mut whole: Option<Value> = None;
    let mut tree = BTreeMap::new();
    for (count, (key, text)) in pairs.iter().filter(|(key, _)| is_of(key, name)).enumerate() {
        if count >= PAIRS || (count > 0 && whole.is_some()) {
            return Err(wrong("must be there once"));
        }
        match key.strip_prefix(name).filter(|path| !path.is_empty()) {
            None if !tree.is_empty() => return Err(wrong("must be there once")),
            None => whole = Some(serde_json::from_str(text).map_err(|_| wrong("must be JSON"))?),
            Some(path) => {
                let path = brackets(path).ok_or_else(|| wrong("must have brackets that match"))?;
                put(&mut tree, &path, text).ok_or_else(|| wrong("must not say two things in one place"))?;
            }
        }
    }
    Ok(whole.or_else(|| (!tree.is_empty()).then(|| value(tree))))
}

fn is_of(key: &str, name: &str) -> bool {
    key.strip_prefix(name)
        .is_some_and(|rest| rest.is_empty() || rest.starts_with('['))
}

/// `[a][b][]` as `a`, `b` and nothing.
fn brackets(path: &str) -> Option<Vec<&str>> {
    let inner = path.strip_prefix('[')?.strip_suffix(']')?;
    let steps: Vec<&str> = inner.split("][").collect();
    let plain = |step: &&str| !step.contains(['[', ']']);
    (steps.len() <= DEPTH && steps.iter().all(plain)).then_some(steps)
}

fn put(tree: &mut BTreeMap<String, Node>, path: &[&str], text: &str) -> Option<()> {
    let (step, rest) = path.split_first()?;
    // Nothing in the brackets: one more of a list.
    let step = if step.is_empty() {
        tree.len().to_string()
    } else {
        (*step).to_owned()
    };
    if rest.is_empty() {
        return tree.insert(step, Node::Text(text.to_owned())).is_none().then_some(());
    }
    match tree.entry(step).or_insert_with(|| Node::Branch(BTreeMap::new())) {
        Node::Branch(branch) => put(branch, rest, text),
        Node::Text(_) => None,
    }
}

/// What has numbers for names is a list.
fn value(tree: BTreeMap<String, Node>) -> Value {
    let numbers: Option<Vec<usize>> = tree.keys().map(|key| key.parse().ok()).collect();
    let of = |node| match node {
        Node::Text(text) => Value::String(text),
        Node::Branch(branch) => value(branch),
    };
    match numbers {
        Some(numbers) => {
            let mut items: Vec<_> = numbers.into_iter().zip(tree.into_values()).collect();
            items.sort_by_key(|(number, _)| *number);
            items.into_iter().map(|(_, node)| of(node)).collect()
        }
        None => Value::Object(
            tree.into_iter()
                .map(|(key, node)| (key, of(node)))
                .collect::<Map<_, _>>(),
        ),
    }
}
