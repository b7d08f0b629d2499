//! Reports, for who made them and for who looks at them.

use parlour_domain::report::{About, Report};
use parlour_domain::{AppId, MessageId, RoomId};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::request::ReportStatusOption;

/// A report.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct ReportView {
    /// Its id.
    pub id: String,
    /// The room of the message.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub room_id: Option<String>,
    /// The message.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub message_id: Option<String>,
    /// Whose message it is, or the user who is reported; `null`: the backend's message.
    pub user_id: Option<String>,
    /// Who reports it.
    pub reported_by: String,
    /// Why, as your product names it.
    pub reason: String,
    /// Why, in the reporter's words.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub comment: Option<String>,
    /// Whether it waits.
    pub status: ReportStatusOption,
    /// What the moderators say of it; only for the backend.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub note: Option<String>,
    /// RFC 3339.
    pub created_at: String,
    /// RFC 3339.
    pub updated_at: String,
}

impl ReportView {
    /// For the backend.
    #[must_use]
    pub fn whole(app: &AppId, report: &Report) -> Self {
        Self {
            note: report.note.as_ref().map(|note| note.as_str().to_owned()),
            ..Self::of_reporter(app, report)
        }
    }

    /// For who made it.
    #[must_use]
    pub fn of_reporter(app: &AppId, report: &Report) -> Self {
        let place = match report.about {
            About::Message { room, seq } => Some((room, seq)),
            About::User(_) => None,
        };
        Self {
            id: report.id().text(app),
            room_id: place.map(|(room, _)| RoomId::new(app, room).to_string()),
            message_id: place.map(|(room, seq)| MessageId::new(app, room, seq).to_string()),
            user_id: report.user.map(|user| user.to_string()),
            reported_by: report.by.to_string(),
            reason: report.reason.as_str().to_owned(),
            comment: report.comment.as_ref().map(|comment| comment.as_str().to_owned()),
            status: report.status.into(),
            note: None,
            created_at: report.at.to_string(),
            updated_at: report.updated_at.to_string(),
        }
    }
}
