//! Every line is read, every action has its operation.

use std::collections::BTreeSet;

use super::*;
use crate::frame;

#[test]
fn every_line_has_codes_of_the_catalogue() {
    let text = include_str!("../refusals.txt");
    for line in text.lines() {
        let (operation, codes) = line.split_once(':').unwrap_or_else(|| panic!("{line}"));
        let names: Vec<_> = codes.split_whitespace().collect();
        assert_eq!(SEEN[operation].len(), names.len(), "codes of the catalogue: {line}");
        for code in &SEEN[operation] {
            assert!((400..500).contains(&code.status()), "{line}");
            assert!(!CREDENTIALS.contains(code), "{line}");
        }
    }
    assert_eq!(SEEN.len(), text.lines().count(), "each operation once");
}

#[test]
fn what_is_rare_is_not_seen_and_is_of_an_operation() {
    for (operation, code) in RARE {
        assert!(!SEEN[operation].contains(&code), "{operation}: {code:?} is seen");
        assert!(of_operation(operation, true).contains(&code));
    }
    assert!(of_operation("get_limits", false).is_empty());
}

#[test]
fn every_action_is_one_of_its_own_or_does_what_an_operation_does() {
    let mut others = BTreeSet::new();
    for other in &ACTIONS {
        assert!(frame::ACTIONS.contains(&other.name), "{}", other.name);
        assert!(others.insert(other.name), "{} stands here once", other.name);
        assert!(
            other.operation.is_empty() || SEEN.contains_key(other.operation),
            "{}",
            other.operation
        );
        let seen = SEEN.get(other.operation).cloned().unwrap_or_default();
        for code in other.without {
            assert!(seen.contains(code), "{} has no {code:?} to leave out", other.operation);
        }
        for code in other.with {
            assert!(!seen.contains(code), "{} has {code:?} already", other.operation);
        }
    }
    for action in frame::ACTIONS {
        assert!(others.contains(action) || SEEN.contains_key(action), "{action}");
    }
}

#[test]
fn an_action_is_refused_as_its_operation_is_but_for_what_is_of_http() {
    let codes = |action: &str| of_action(action).into_iter().map(Code::as_str).collect::<BTreeSet<_>>();
    let of_sending = codes("send_message");
    for code in [
        "muted",
        "stale_base",
        "outcome_unknown",
        "rate_limited",
        "token_expired",
        "invalid_input",
    ] {
        assert!(of_sending.contains(code), "{code}");
    }
    for code in [
        "malformed_json",
        "unsupported_media_type",
        "file_mismatch",
        "origin_not_allowed",
    ] {
        assert!(!of_sending.contains(code), "{code}");
    }
    assert!(codes("join_public_room").contains("banned") && !codes("join_room").contains("banned"));
    assert!(!codes("update_profile").contains("forbidden"));
}
