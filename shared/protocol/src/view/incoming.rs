//! What became of the events of the integrator's system.

use parlour_domain::incoming::Outcome;
use serde::Serialize;
use serde_json::Value;
use utoipa::ToSchema;

use crate::error::ErrorView;

/// What became of an event.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum EventOutcome {
    /// Things are as it says.
    Applied,
    /// It was applied before.
    Duplicate,
    /// Something later was known already: nothing changes.
    Superseded,
}

impl From<Outcome> for EventOutcome {
    fn from(outcome: Outcome) -> Self {
        match outcome {
            Outcome::Applied => Self::Applied,
            Outcome::Duplicate => Self::Duplicate,
            Outcome::Superseded => Self::Superseded,
        }
    }
}

/// What became of one of the events of `POST /events`: an outcome or an error.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct TakenView {
    /// The event's id.
    pub id: String,
    /// What became of it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub outcome: Option<EventOutcome>,
    /// Why it could not be taken; sending it again is safe.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<ErrorView>)]
    pub error: Option<Value>,
}
