//! One step of a schedule, and which steps can change places without anyone noticing.

use std::fmt;

/// What happens at a step.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    /// The call is applied and answered.
    Deliver,
    /// The call is applied, its answer lost.
    Drop,
    /// The answer is lost now; the request is still on its way.
    Delay,
    /// A delayed request arrives and is applied.
    Land,
    /// The actor is gone, with its open calls.
    Crash,
    /// The call is applied, and the actor is gone.
    CrashAfter,
}

/// A step that can be taken.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Choice {
    pub(super) kind: Kind,
    pub(super) actor: usize,
    /// The number of the call among the actor's calls; 0 for a crash, which concerns none.
    pub(super) call: u64,
    pub(super) operation: String,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Touch {
    Nothing,
    Read,
    Write,
}

impl Choice {
    /// Whether taking both in either order leads to the same state: they concern different actors, do not draw on the
    /// same budget, and no write of one can show in the other.
    pub(super) fn commutes_with(&self, other: &Self) -> bool {
        let apart = self.actor != other.actor;
        let budgets = self.budget() == 0 || self.budget() != other.budget();
        let store = match (self.touch(), other.touch()) {
            (Touch::Nothing, _) | (_, Touch::Nothing) | (Touch::Read, Touch::Read) => true,
            (Touch::Write, _) | (_, Touch::Write) => false,
        };
        apart && budgets && store
    }

    fn touch(&self) -> Touch {
        match self.kind {
            Kind::Crash | Kind::Delay => Touch::Nothing,
            _ if crate::call::is_read(&self.operation) => Touch::Read,
            _ => Touch::Write,
        }
    }

    fn budget(&self) -> u8 {
        match self.kind {
            Kind::Deliver | Kind::Land => 0,
            Kind::Drop => 1,
            Kind::Delay => 2,
            Kind::Crash | Kind::CrashAfter => 3,
        }
    }
}

impl fmt::Display for Choice {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            actor, call, operation, ..
        } = self;
        match self.kind {
            Kind::Deliver => write!(f, "actor {actor}: call {call}, {operation}"),
            Kind::Drop => write!(f, "actor {actor}: call {call}, {operation}, applied, answer lost"),
            Kind::Delay => write!(
                f,
                "actor {actor}: call {call}, {operation}, answer lost, request under way"
            ),
            Kind::Land => write!(f, "actor {actor}: call {call}, {operation}, delayed, applied now"),
            Kind::Crash => write!(f, "actor {actor}: crashes"),
            Kind::CrashAfter => write!(f, "actor {actor}: call {call}, {operation}, applied, then crashes"),
        }
    }
}
