//! Reports: `POST …/report`, `report_message` and `report_user` by users, the queue at `/report` for the backend.

use parlour_domain::access::{Actor, Operation, on_app};
use parlour_domain::report::{About, Report, ReportId, ReportStatus};
use parlour_domain::{MessageId, Moment, RoomId, UserId};
use parlour_protocol::InvalidInput;
use parlour_protocol::request::{Reporting, Review};
use parlour_protocol::view::{PageView, ReportView};
use parlour_store::Written;
use serde_json::Value;

use crate::idempotency::Done;
use crate::message::Target;
use crate::{Error, Parlour};

/// Reports a message that the user sees.
///
/// # Errors
/// [`Error::NotFound`], [`Error::Denied`], [`Error::Store`].
pub async fn message(
    parlour: &Parlour,
    moment: &Moment,
    actor: &Actor,
    (room, message): (RoomId, MessageId),
    reporting: Reporting,
) -> Result<Done<ReportView>, Error> {
    on_app(actor, Operation::Report, None)?;
    let target = Target {
        actor,
        room,
        message,
        from: None,
    };
    let found = target.find(parlour, Operation::GetMessage).await?;
    let about = About::Message {
        room: found.room,
        seq: found.entry.seq,
    };
    keep(parlour, moment, actor, (about, found.entry.sender), reporting).await
}

/// Reports a user.
///
/// # Errors
/// [`Error::NotFound`], [`Error::Denied`], [`Error::Invalid`] (oneself), [`Error::Store`].
pub async fn user(
    parlour: &Parlour,
    moment: &Moment,
    actor: &Actor,
    user: UserId,
    reporting: Reporting,
) -> Result<Done<ReportView>, Error> {
    on_app(actor, Operation::Report, None)?;
    if actor.user() == Some(user) {
        return Err(InvalidInput::new("user_id", "must be someone else").into());
    }
    parlour.store.user(actor.app(), user).await?.ok_or(Error::NotFound)?;
    keep(parlour, moment, actor, (About::User(user), Some(user)), reporting).await
}

/// Who reports the same thing again gets the report of then.
async fn keep(
    parlour: &Parlour,
    moment: &Moment,
    actor: &Actor,
    (about, user): (About, Option<UserId>),
    reporting: Reporting,
) -> Result<Done<ReportView>, Error> {
    let app = actor.app();
    let report = Report {
        about,
        by: actor.user().ok_or(Error::Unauthenticated)?,
        user,
        reason: reporting.reason,
        comment: reporting.comment,
        at: moment.now,
        status: ReportStatus::Open,
        note: None,
        updated_at: moment.now,
    };
    let before = parlour.store.put_report(app, &report).await?;
    Ok(Done {
        replayed: before.is_some(),
        value: ReportView::of_reporter(app, &before.unwrap_or(report)),
    })
}

/// `GET /report`: the reports that wait, or those that are done with, oldest first.
///
/// # Errors
/// [`Error::Denied`], [`Error::Store`].
pub async fn list(
    parlour: &Parlour,
    actor: &Actor,
    status: ReportStatus,
    after: Option<&str>,
    limit: usize,
) -> Result<PageView<ReportView>, Error> {
    on_app(actor, Operation::Moderate, None)?;
    let app = actor.app();
    if after.is_some_and(|after| after.is_empty() || after.len() > 256) {
        return Err(InvalidInput::new("after", "must be the `next` of a page").into());
    }
    let page = parlour.store.reports(app, status, after, limit).await?;
    Ok(PageView {
        items: page
            .reports
            .iter()
            .map(|report| ReportView::whole(app, report))
            .collect(),
        next: page.next.map(Value::from),
    })
}

/// `PATCH /report/{report_id}`.
///
/// # Errors
/// [`Error::NotFound`], [`Error::Denied`], [`Error::Busy`], [`Error::Store`].
pub async fn review(
    parlour: &Parlour,
    moment: &Moment,
    actor: &Actor,
    id: &str,
    review: Review,
) -> Result<ReportView, Error> {
    on_app(actor, Operation::Moderate, None)?;
    let app = actor.app();
    let id = ReportId::parse(app, id).map_err(|_| Error::NotFound)?;
    let before = parlour.store.report(app, &id).await?.ok_or(Error::NotFound)?;
    let after = before.reviewed(review.status, review.note, moment.now);
    match parlour.store.replace_report(app, &before, &after).await? {
        Written::Done => Ok(ReportView::whole(app, &after)),
        _ => Err(Error::Busy),
    }
}
