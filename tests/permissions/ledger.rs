//! The ledger: which function did what to what, and how often; and whatever happened after its answer.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex};

/// An IAM action on a place: a table, an index, the connections, the queue, a function.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Permission {
    pub(crate) place: String,
    pub(crate) action: String,
}

impl Permission {
    pub(crate) fn new(place: impl Into<String>, action: impl Into<String>) -> Self {
        Self {
            place: place.into(),
            action: action.into(),
        }
    }
}

/// What was noted.
#[derive(Debug, Clone, Default)]
pub(crate) struct Notes {
    /// How often each function did what.
    pub(crate) used: BTreeMap<(String, Permission), u64>,
    /// Every invocation that was watched after its answer: the function, and the route or action.
    pub(crate) answered: BTreeSet<(String, String)>,
    /// What happened after an answer, or was left to happen.
    pub(crate) late: Vec<String>,
    /// Scenarios that did not run to their end.
    pub(crate) failed: Vec<String>,
    doing: Doing,
}

#[derive(Debug, Clone, Default)]
enum Doing {
    /// Nothing that a function does: the test itself looks or prepares.
    #[default]
    Preparing,
    /// This function runs.
    Running(String),
    /// This one has answered.
    Answered(String),
}

/// Notes that are being taken. Clones share them.
#[derive(Debug, Clone, Default)]
pub(crate) struct Ledger {
    notes: Arc<Mutex<Notes>>,
}

impl Ledger {
    /// From here on everything is this function's doing.
    pub(crate) fn begin(&self, function: &str) {
        self.notes.lock().unwrap().doing = Doing::Running(function.to_owned());
    }

    /// The function has answered: from here on everything is late.
    pub(crate) fn answer(&self, what: &str) {
        let mut notes = self.notes.lock().unwrap();
        if let Doing::Running(function) = &notes.doing {
            let (function, late) = (function.clone(), format!("{function}, {what}"));
            notes.doing = Doing::Answered(late);
            notes.answered.insert((function, what.to_owned()));
        }
    }

    /// From here on nothing is any function's doing.
    pub(crate) fn end(&self) {
        self.notes.lock().unwrap().doing = Doing::Preparing;
    }

    /// Something is done.
    pub(crate) fn note(&self, permission: Permission) {
        let mut notes = self.notes.lock().unwrap();
        match notes.doing.clone() {
            Doing::Preparing => {}
            Doing::Running(function) => *notes.used.entry((function, permission)).or_default() += 1,
            Doing::Answered(what) => notes.late.push(format!("{what}: {permission:?}")),
        }
    }

    /// Something goes on that began before. It is only of interest after the answer.
    pub(crate) fn goes_on(&self, what: &str) {
        let mut notes = self.notes.lock().unwrap();
        if let Doing::Answered(answered) = notes.doing.clone() {
            notes.late.push(format!("{answered}: {what} goes on"));
        }
    }

    pub(crate) fn notes(&self) -> Notes {
        self.notes.lock().unwrap().clone()
    }
}
