//! Reports of messages and users, for the people who moderate.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::text::{Label, MessageText};
use crate::{AppId, IdError, MessageId, RoomNumber, Seq, Timestamp, UserId};

/// What a report is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum About {
    /// A message.
    Message {
        /// The room.
        room: RoomNumber,
        /// Its place.
        seq: Seq,
    },
    /// A user.
    User(UserId),
}

/// A report's id: what it is about and who reports it, so one person reports one thing once.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct ReportId {
    /// What.
    pub about: About,
    /// Who.
    pub by: UserId,
}

impl ReportId {
    /// Reads `message.{message_id}.{user_id}` or `user.{user_id}.{user_id}`.
    ///
    /// # Errors
    /// If it is none of the two, or of another app.
    pub fn parse(app: &AppId, text: &str) -> Result<Self, IdError> {
        let mut parts = text.splitn(3, '.');
        let (Some(kind), Some(about), Some(by)) = (parts.next(), parts.next(), parts.next()) else {
            return Err(IdError::Foreign);
        };
        let about = match kind {
            "message" => {
                let (room, seq) = MessageId::parse(about)?.place(app)?;
                About::Message { room, seq }
            }
            "user" => About::User(UserId::parse(about)?),
            _ => return Err(IdError::Foreign),
        };
        Ok(Self {
            about,
            by: UserId::parse(by)?,
        })
    }

    /// As it is on the wire.
    #[must_use]
    pub fn text(&self, app: &AppId) -> String {
        match self.about {
            About::Message { room, seq } => format!("message.{}.{}", MessageId::new(app, room, seq), self.by),
            About::User(user) => format!("user.{user}.{}", self.by),
        }
    }
}

/// Whether anybody has to look at it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ReportStatus {
    /// It waits.
    #[default]
    Open,
    /// It is done with.
    Closed,
}

/// As in keys and on the wire.
impl fmt::Display for ReportStatus {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Open => "open",
            Self::Closed => "closed",
        })
    }
}

/// A report.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Report {
    /// What it is about.
    pub about: About,
    /// Who reports it.
    pub by: UserId,
    /// Whose message it is, or the user; none: the backend's message.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub user: Option<UserId>,
    /// Why, in the integrator's words.
    pub reason: Label,
    /// Why, in the reporter's words.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub comment: Option<MessageText>,
    /// When.
    pub at: Timestamp,
    /// Whether it waits.
    pub status: ReportStatus,
    /// What the moderators say of it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub note: Option<MessageText>,
    /// When it was last looked at; changes with every change, so it is the row's version.
    pub updated_at: Timestamp,
}

impl Report {
    /// Its id.
    #[must_use]
    pub const fn id(&self) -> ReportId {
        ReportId {
            about: self.about,
            by: self.by,
        }
    }

    /// The report after somebody looked at it.
    #[must_use]
    pub fn reviewed(&self, status: ReportStatus, note: Option<MessageText>, now: Timestamp) -> Self {
        Self {
            status,
            note: note.or_else(|| self.note.clone()),
            updated_at: now.max(self.updated_at.plus_millis(1)),
            ..self.clone()
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const USER: &str = "018f4a5c-0000-7000-8000-0123456789ab";

    #[test]
    fn an_id_is_read_as_it_is_written_in_its_app_alone() {
        let (app, other) = (AppId::parse("tenant").unwrap(), AppId::parse("other").unwrap());
        let (user, room) = (UserId::parse(USER).unwrap(), RoomNumber::new(7).unwrap());
        let seq = Seq::new(9).unwrap();
        for about in [About::User(user), About::Message { room, seq }] {
            let id = ReportId { about, by: user };
            assert_eq!(ReportId::parse(&app, &id.text(&app)), Ok(id));
        }
        let id = ReportId {
            about: About::Message { room, seq },
            by: user,
        };
        assert!(ReportId::parse(&other, &id.text(&app)).is_err());
        for bad in [
            "",
            "user",
            "user.x",
            "user..",
            "room.1.2",
            &format!("user.{USER}"),
            &format!("message.{USER}.{USER}"),
        ] {
            assert!(ReportId::parse(&app, bad).is_err(), "{bad}");
        }
    }
}
