//! Requests about reports.

use parlour_domain::report::ReportStatus;
use parlour_domain::text::{Label, MessageText};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{optional, parsed};
use crate::error::InvalidInput;

/// Whether anybody has to look at a report.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum ReportStatusOption {
    /// It waits.
    #[default]
    Open,
    /// It is done with.
    Closed,
}

impl From<ReportStatusOption> for ReportStatus {
    fn from(option: ReportStatusOption) -> Self {
        match option {
            ReportStatusOption::Open => Self::Open,
            ReportStatusOption::Closed => Self::Closed,
        }
    }
}

impl From<ReportStatus> for ReportStatusOption {
    fn from(status: ReportStatus) -> Self {
        match status {
            ReportStatus::Open => Self::Open,
            ReportStatus::Closed => Self::Closed,
        }
    }
}

/// `POST /room/{room_id}/message/{message_id}/report` and `POST /user/{user_id}/report`.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct CreateReport {
    /// Why, as your product names it: up to 32 letters, digits, `_`, `-`, `.` or `:`.
    #[schema(example = "spam")]
    pub reason: String,
    /// Why, in the reporter's words: 1 to 8,000 bytes.
    pub comment: Option<String>,
}

/// A report to make, checked.
#[derive(Debug, Clone)]
pub struct Reporting {
    /// Why.
    pub reason: Label,
    /// In the reporter's words.
    pub comment: Option<MessageText>,
}

impl CreateReport {
    /// Checks every field.
    ///
    /// # Errors
    /// The first that is not valid.
    pub fn check(&self) -> Result<Reporting, InvalidInput> {
        Ok(Reporting {
            reason: parsed("reason", Label::parse(&self.reason))?,
            comment: optional("comment", self.comment.as_deref(), MessageText::parse)?,
        })
    }
}

/// `PATCH /report/{report_id}`.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ReviewReport {
    /// Whether it still waits.
    pub status: ReportStatusOption,
    /// What you say of it; not given: it stays.
    pub note: Option<String>,
}

/// What somebody says of a report, checked.
#[derive(Debug, Clone)]
pub struct Review {
    /// Whether it still waits.
    pub status: ReportStatus,
    /// What is said of it.
    pub note: Option<MessageText>,
}

impl ReviewReport {
    /// Checks every field.
    ///
    /// # Errors
    /// The first that is not valid.
    pub fn check(&self) -> Result<Review, InvalidInput> {
        Ok(Review {
            status: self.status.into(),
            note: optional("note", self.note.as_deref(), MessageText::parse)?,
        })
    }
}
