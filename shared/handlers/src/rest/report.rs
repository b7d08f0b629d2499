//! Reports of messages and users, and the queue of those who moderate.

use axum::extract::State;
use parlour_protocol::error::Problem;
use parlour_protocol::request::{CreateReport, ReportStatusOption, ReviewReport, page_limit};
use parlour_protocol::view::{PageView, ReportView};
use parlour_service::report;
use serde::Deserialize;
use utoipa::IntoParams;

use super::Rest;
use super::extract::{Caller, Now, OfMessage, OfReport, OfUser, Params, Write};
use super::respond::{Answer, created, ok};

/// Report a message.
///
/// Sent again by the same user, the first report is answered.
#[utoipa::path(post, path = "/room/{room_id}/message/{message_id}/report", tag = "moderation",
    params(("room_id" = String, Path), ("message_id" = String, Path)),
    request_body = CreateReport, security(("bearer" = []), ("clientKey" = [])),
    responses((status = 201, body = ReportView), (status = 200, body = ReportView, description = "reported before"),
        (status = "4XX", body = Problem), (status = 503, body = Problem)))]
pub(crate) async fn report_message(
    State(rest): State<Rest>,
    Now(moment): Now,
    Caller(actor): Caller,
    OfMessage(room, message): OfMessage,
    Write { body, .. }: Write<CreateReport>,
) -> Answer {
    created(&report::message(&rest.parlour, &moment, &actor, (room, message), body.check()?).await?)
}

/// Report a user.
///
/// Sent again by the same user, the first report is answered.
#[utoipa::path(post, path = "/user/{user_id}/report", tag = "moderation", params(("user_id" = String, Path)),
    request_body = CreateReport, security(("bearer" = []), ("clientKey" = [])),
    responses((status = 201, body = ReportView), (status = 200, body = ReportView, description = "reported before"),
        (status = "4XX", body = Problem), (status = 503, body = Problem)))]
pub(crate) async fn report_user(
    State(rest): State<Rest>,
    Now(moment): Now,
    Caller(actor): Caller,
    OfUser(user): OfUser,
    Write { body, .. }: Write<CreateReport>,
) -> Answer {
    created(&report::user(&rest.parlour, &moment, &actor, user, body.check()?).await?)
}

/// A page of reports.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct ReportsParams {
    /// `open` (if not given) or `closed`.
    #[serde(default)]
    status: ReportStatusOption,
    /// At most so many, 1 to 50.
    limit: Option<u64>,
    /// The `next` of the page before.
    after: Option<String>,
}

/// List reports, oldest first.
#[utoipa::path(get, path = "/report", tag = "moderation", params(ReportsParams), security(("clientKey" = [])),
    responses((status = 200, body = PageView<ReportView>), (status = "4XX", body = Problem), (status = 503, body = Problem)))]
pub(crate) async fn list_reports(
    State(rest): State<Rest>,
    Caller(actor): Caller,
    Params(params): Params<ReportsParams>,
) -> Answer {
    let (status, limit) = (params.status.into(), page_limit(params.limit)?);
    ok(&report::list(&rest.parlour, &actor, status, params.after.as_deref(), limit).await?)
}

/// Close a report, or open it again.
#[utoipa::path(patch, path = "/report/{report_id}", tag = "moderation", params(("report_id" = String, Path)),
    request_body = ReviewReport, security(("clientKey" = [])),
    responses((status = 200, body = ReportView), (status = "4XX", body = Problem), (status = 503, body = Problem)))]
pub(crate) async fn review_report(
    State(rest): State<Rest>,
    Now(moment): Now,
    Caller(actor): Caller,
    OfReport(id): OfReport,
    Write { body, .. }: Write<ReviewReport>,
) -> Answer {
    ok(&report::review(&rest.parlour, &moment, &actor, &id, body.check()?).await?)
}
