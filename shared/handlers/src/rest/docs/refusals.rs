//! Which codes an operation can be refused with.
//!
//! What a credential is refused with, every operation that takes one can be. All others are those that the end-to-end suite sees:
//! `refusals.txt` has a line for each operation, `cargo xtask test --only rust` holds it equal to what was seen, and with
//! `PARLOUR_WRITE_REFUSALS=1` writes it anew.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use parlour_protocol::Code;

/// What was seen, by operation.
static SEEN: LazyLock<BTreeMap<&'static str, Vec<Code>>> = LazyLock::new(|| read(include_str!("refusals.txt")));

/// Decided before an operation is looked at: where one can be refused so, all can.
const CREDENTIALS: [Code; 5] = [
    Code::Unauthenticated,
    Code::TokenExpired,
    Code::AmbiguousCredentials,
    Code::OriginNotAllowed,
    Code::UserSuspended,
];

/// What no test of a whole server provokes: it takes a thousand entries, ten thousand members, or a week.
const RARE: [(&str, Code); 6] = [
    ("send_message", Code::OutcomeUnknown),
    ("forward_message", Code::OutcomeUnknown),
    ("add_member", Code::RoomFull),
    ("add_members", Code::RoomFull),
    ("join_room", Code::RoomFull),
    ("accept_invite", Code::RoomFull),
];

/// The codes of an operation's refusals, by status and name. `secured`: it takes a credential.
pub(super) fn codes(operation: &str, secured: bool) -> Vec<Code> {
    let mut codes = SEEN.get(operation).cloned().unwrap_or_default();
    codes.extend(RARE.iter().filter(|(of, _)| *of == operation).map(|(_, code)| *code));
    codes.extend(CREDENTIALS.iter().filter(|_| secured));
    codes.sort_by_key(|code| (code.status(), code.as_str()));
    codes.dedup();
    codes
}

fn read(text: &'static str) -> BTreeMap<&'static str, Vec<Code>> {
    let lines = text.lines().filter_map(|line| line.split_once(':'));
    let known = |name: &str| Code::ALL.iter().copied().find(|code| code.as_str() == name);
    lines
        .map(|(operation, codes)| (operation, codes.split_whitespace().filter_map(known).collect()))
        .collect()
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;
    use crate::rest::openapi;

    /// The operations that take a credential.
    fn secured() -> BTreeSet<String> {
        let openapi = serde_json::to_value(openapi()).unwrap();
        let paths = openapi["paths"].as_object().unwrap().values();
        let operations = paths.flat_map(|methods| methods.as_object().unwrap().values());
        operations
            .filter(|operation| {
                operation["security"]
                    .as_array()
                    .is_some_and(|schemes| !schemes.is_empty())
            })
            .map(|operation| operation["operationId"].as_str().unwrap().to_owned())
            .collect()
    }

    #[test]
    fn every_operation_that_takes_a_credential_has_a_line() {
        let text = include_str!("refusals.txt");
        let named: BTreeSet<String> = SEEN.keys().map(|name| (*name).to_owned()).collect();
        assert_eq!(named, secured());
        for line in text.lines() {
            let (operation, codes) = line.split_once(':').unwrap_or_else(|| panic!("{line}"));
            let names: Vec<_> = codes.split_whitespace().collect();
            assert_eq!(SEEN[operation].len(), names.len(), "codes of the catalogue: {line}");
            for code in &SEEN[operation] {
                assert!((400..500).contains(&code.status()), "{line}");
                assert!(!CREDENTIALS.contains(code), "{line}");
            }
        }
    }

    #[test]
    fn what_is_rare_is_not_seen_and_is_of_an_operation() {
        for (operation, code) in RARE {
            assert!(!SEEN[operation].contains(&code), "{operation}: {code:?} is seen");
            assert!(codes(operation, true).contains(&code));
        }
        assert!(codes("get_limits", false).is_empty());
    }
}
