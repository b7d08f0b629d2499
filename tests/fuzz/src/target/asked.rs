//! A request of REST as an input has it: `METHOD PATH?QUERY`, a line end, and the body.

use std::borrow::Cow;

/// A request.
#[derive(Debug)]
pub(super) struct Asked<'a> {
    pub(super) method: String,
    pub(super) path: String,
    /// As it came.
    pub(super) query: String,
    /// Its parameters, decoded.
    pub(super) parameters: Vec<(String, String)>,
    pub(super) body: &'a [u8],
}

impl<'a> Asked<'a> {
    /// Any input is one.
    pub(super) fn of(input: &'a [u8]) -> Self {
        let end = input.iter().position(|byte| *byte == b'\n').unwrap_or(input.len());
        let (head, body) = input.split_at(end);
        let head: Cow<'_, str> = String::from_utf8_lossy(head);
        let (method, target) = head.split_once(' ').unwrap_or(("GET", &head));
        let (path, query) = target.split_once('?').unwrap_or((target, ""));
        Self {
            method: method.to_owned(),
            path: path.to_owned(),
            query: query.to_owned(),
            parameters: form_urlencoded::parse(query.as_bytes()).into_owned().collect(),
            body: body.strip_prefix(b"\n").unwrap_or(body),
        }
    }

    /// The first parameter of this name.
    pub(super) fn parameter(&self, name: &str) -> Option<&str> {
        let given = self.parameters.iter().find(|(given, _)| given == name);
        given.map(|(_, value)| value.as_str())
    }
}
