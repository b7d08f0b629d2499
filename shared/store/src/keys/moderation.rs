//! Keys of blocks and reports.

use parlour_domain::report::{ReportId, ReportStatus};
use parlour_domain::{AppId, Timestamp, UserId};

use super::{Key, key, user};

/// What the sort keys of a user's blocks begin with.
pub const BLOCK_PREFIX: &str = "block#";

/// That `blocking` has blocked `other`.
#[must_use]
pub fn block(app: &AppId, blocking: UserId, other: UserId) -> Key {
    key(user(app, blocking).pk, format!("{BLOCK_PREFIX}{other}"))
}

/// A report.
#[must_use]
pub fn report(app: &AppId, id: &ReportId) -> Key {
    key(format!("app#{app}#report#{}", id.text(app)), "report")
}

/// Index partition: the reports of an app with this status.
#[must_use]
pub fn reports(app: &AppId, status: ReportStatus) -> String {
    format!("app#{app}#reports#{status}")
}

/// Index place of a report: by time.
#[must_use]
pub fn report_place(at: Timestamp, id: &str) -> String {
    format!("{:015}#{id}", at.millis())
}
