//! Reports, listed by their status in the order in which they came.

use aws_sdk_dynamodb::types::ReturnValuesOnConditionCheckFailure as OnFailure;
use parlour_domain::AppId;
use parlour_domain::report::{Report, ReportId, ReportStatus};

use crate::claim::Written;
use crate::error::{StoreError, classify};
use crate::row::{Item, KIND, item, key_item, number, read, text, text_of};
use crate::transact::put_if;
use crate::{Store, keys};

/// A page of reports, oldest first.
#[derive(Debug, Clone, Default)]
pub struct ReportPage {
    /// The reports.
    pub reports: Vec<Report>,
    /// Where the next page goes on, if there is one.
    pub next: Option<String>,
}

fn report_item(app: &AppId, report: &Report) -> Result<Item, StoreError> {
    let mut row = item(&keys::report(app, &report.id()), "report", report)?;
    row.insert(keys::INDEX_PK.to_owned(), text(keys::reports(app, report.status)));
    let place = keys::report_place(report.at, &report.id().text(app));
    row.insert(keys::INDEX_SK.to_owned(), text(place));
    Ok(row)
}

impl Store {
    /// Keeps a report; `Some`: it was there already.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn put_report(&self, app: &AppId, report: &Report) -> Result<Option<Report>, StoreError> {
        // First, so that no report is without it: by it what a user said in reports is found.
        let mut reported = key_item(&keys::reported(app, &report.id()));
        reported.insert(KIND.to_owned(), text("reported"));
        self.client
            .put_item()
            .table_name(&self.tables.chat)
            .set_item(Some(reported))
            .send()
            .await
            .map_err(classify)?;
        let put = self
            .client
            .put_item()
            .table_name(&self.tables.chat)
            .set_item(Some(report_item(app, report)?))
            .condition_expression("attribute_not_exists(pk)")
            .return_values_on_condition_check_failure(OnFailure::AllOld)
            .send()
            .await;
        let Err(error) = put else { return Ok(None) };
        match error.as_service_error() {
            Some(service) if service.is_conditional_check_failed_exception() => {}
            _ => return Err(classify(error)),
        }
        self.report(app, &report.id()).await
    }

    /// A report, read consistently.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn report(&self, app: &AppId, id: &ReportId) -> Result<Option<Report>, StoreError> {
        self.get(&self.tables.chat, &keys::report(app, id), true)
            .await?
            .map(read)
            .transpose()
    }

    /// Replaces a report that is still as it was at `before`. `Refused`: it changed meanwhile.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn replace_report(&self, app: &AppId, before: &Report, after: &Report) -> Result<Written, StoreError> {
        let version = [(":version", number(before.updated_at.millis()))];
        let action = put_if(
            &self.tables.chat,
            report_item(app, after)?,
            "updated_at = :version",
            version,
        )?;
        self.write(None, vec![action]).await
    }

    /// A page of the reports with this status, oldest first, a moment behind.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn reports(
        &self,
        app: &AppId,
        status: ReportStatus,
        after: Option<&str>,
        limit: usize,
    ) -> Result<ReportPage, StoreError> {
        let page = self
            .client
            .query()
            .table_name(&self.tables.chat)
            .index_name(keys::INVERTED)
            .key_condition_expression("ik = :p AND iv > :after")
            .expression_attribute_values(":p", text(keys::reports(app, status)))
            .expression_attribute_values(":after", text(after.unwrap_or("0")))
            .limit(i32::try_from(limit).unwrap_or(i32::MAX))
            .send()
            .await
            .map_err(classify)?;
        let rows = page.items();
        let last = rows.last().and_then(|row| text_of(row, keys::INDEX_SK));
        let next = last.filter(|_| page.last_evaluated_key.is_some()).map(str::to_owned);
        let wanted: Vec<keys::Key> = rows.iter().filter_map(keys::Key::of).collect();
        let mut reports = Vec::with_capacity(wanted.len());
        for row in self.get_many(&self.tables.chat, &wanted, false).await? {
            reports.push(read::<Report>(row)?);
        }
        // A row may have another status by now than the index says.
        reports.retain(|report| report.status == status);
        reports.sort_by_cached_key(|report| (report.at, report.id().text(app)));
        Ok(ReportPage { reports, next })
    }
}
