//! The table: what each function's role grants, how often it was used, and the reason where it was not.

use std::collections::BTreeSet;
use std::fmt::Write as _;

use parlour_handlers::FUNCTIONS;

use crate::ledger::Permission;
use crate::reasons::{REASONS, why};
use crate::run::NOTES;
use crate::template::granted;

/// A function, and what it may do or did.
type Right = (String, Permission);

fn used() -> BTreeSet<Right> {
    NOTES.used.keys().cloned().collect()
}

#[test]
fn what_is_used_is_granted() {
    let missing: Vec<Right> = used().difference(&granted()).cloned().collect();
    assert!(missing.is_empty(), "the template does not grant {missing:#?}");
}

#[test]
fn what_is_granted_is_used_or_has_a_reason() {
    let unused = granted().difference(&used()).cloned().collect::<Vec<_>>();
    let idle: Vec<&Right> = unused
        .iter()
        .filter(|(function, right)| why(function, &right.place, &right.action).is_none())
        .collect();
    assert!(idle.is_empty(), "granted without use or reason: {idle:#?}");
}

#[test]
fn no_reason_is_stale() {
    let (granted, used) = (granted(), used());
    for reason in REASONS {
        for function in reason.functions {
            for action in reason.actions {
                let right = ((*function).to_owned(), Permission::new(reason.place, *action));
                assert!(granted.contains(&right), "not granted: {right:?}");
                assert!(!used.contains(&right), "used, which needs no reason: {right:?}");
            }
        }
    }
}

#[test]
fn no_function_scans_a_table() {
    for (function, right) in granted().union(&used()) {
        assert_ne!(right.action, "dynamodb:Scan", "{function}");
        assert!(!right.action.starts_with("dynamodb:PartiQL"), "{function}: {right:?}");
    }
}

#[test]
fn it_can_be_read() {
    let (granted, used) = (granted(), used());
    let functions: BTreeSet<&str> = granted.iter().map(|(function, _)| function.as_str()).collect();
    for function in FUNCTIONS.iter().chain(&["rest", "compat_rest"]) {
        assert!(functions.contains(function), "{function}");
    }
    let mut table = format!("{:13}{:25}{:31}  used\n", "function", "place", "action");
    for right in granted.union(&used) {
        let (function, Permission { place, action }) = right;
        let times = NOTES.used.get(right).copied().unwrap_or_default();
        let note = match (times, why(function, place, action)) {
            (_, _) if !granted.contains(right) => format!("{times:>6}  NOT GRANTED"),
            (0, reason) => format!("{:>6}  {}", "–", reason.unwrap_or("NO REASON")),
            (times, _) => format!("{times:>6}"),
        };
        writeln!(table, "{function:13}{place:25}{action:31}{note}").unwrap();
    }
    println!("\n{table}");
}
