//! How the server answered each operation of its description, and refused each action, for `tests/refusals`, which holds the
//! descriptions to it.
//!
//! Kept only where `PARLOUR_TEST_ANSWERS` names a file: a line for each operation and each code, or status of a success, once; and one
//! for each action, after `action:`, and each code.

use std::collections::BTreeSet;
use std::fs::{File, OpenOptions};
use std::io::Write as _;
use std::sync::{LazyLock, Mutex};

use parlour_protocol::Code;
use parlour_protocol::frame::ACTIONS;
use serde_json::Value;

/// An operation: its method, its path in segments, its name.
type Operation = (String, Vec<String>, String);

static OPERATIONS: LazyLock<Vec<Operation>> = LazyLock::new(operations);
static KEPT: LazyLock<Option<Mutex<Kept>>> = LazyLock::new(Kept::open);

struct Kept {
    lines: BTreeSet<String>,
    file: File,
}

impl Kept {
    fn open() -> Option<Mutex<Self>> {
        let path = std::env::var_os("PARLOUR_TEST_ANSWERS")?;
        let file = OpenOptions::new().create(true).append(true).open(path).unwrap();
        let lines = BTreeSet::new();
        Some(Mutex::new(Self { lines, file }))
    }

    fn keep(&mut self, line: String) {
        if !self.lines.contains(&line) {
            self.file.write_all(format!("{line}\n").as_bytes()).unwrap();
            self.lines.insert(line);
        }
    }
}

fn operations() -> Vec<Operation> {
    let openapi = serde_json::to_value(parlour_handlers::rest::openapi()).unwrap();
    let mut operations = Vec::new();
    for (path, methods) in openapi["paths"].as_object().unwrap() {
        for (method, operation) in methods.as_object().unwrap() {
            let segments = path.split('/').map(str::to_owned).collect();
            let name = operation["operationId"].as_str().unwrap().to_owned();
            operations.push((method.to_uppercase(), segments, name));
        }
    }
    operations
}

/// The operation of a request: that with the most segments that are as in the path.
fn named(method: &str, path: &str) -> Option<&'static str> {
    let asked: Vec<&str> = path.split('/').collect();
    let exact = |segments: &[String]| {
        segments
            .iter()
            .zip(&asked)
            .filter(|(said, asked)| said == *asked)
            .count()
    };
    let is_it = |(of, segments, _): &&Operation| {
        let mut pairs = segments.iter().zip(&asked);
        of == method
            && segments.len() == asked.len()
            && pairs.all(|(said, asked)| said == asked || said.starts_with('{'))
    };
    let found = OPERATIONS
        .iter()
        .filter(is_it)
        .max_by_key(|(_, segments, _)| exact(segments));
    found.map(|(_, _, name)| name.as_str())
}

/// Keeps how a request was answered. Faults are no answers that a description has.
pub(super) fn keep(method: &str, path: &str, status: u16, body: &Value) {
    let Some(kept) = &*KEPT else { return };
    let said = match status {
        200..300 => status.to_string(),
        400..500 => body["code"].as_str().unwrap_or("none").to_owned(),
        _ => return,
    };
    if let Some(name) = named(method, path) {
        kept.lock().unwrap().keep(format!("{name} {said}"));
    }
}

/// Keeps how a frame was refused, if it names an action. Faults are no refusals that a description has.
pub(super) fn keep_refusal(frame: &Value, code: &str) {
    let Some(kept) = &*KEPT else { return };
    let known = Code::ALL
        .iter()
        .any(|known| known.as_str() == code && known.status() < 500);
    let action = frame["action"].as_str().filter(|action| ACTIONS.contains(action));
    if let (Some(action), true) = (action, known) {
        kept.lock().unwrap().keep(format!("action:{action} {code}"));
    }
}
