//! Reports, listed by their status in the order in which they came.

use parlour_domain::AppId;
use parlour_domain::report::{Report, ReportId, ReportStatus};

use crate::claim::Written;
use crate::error::{StoreError, classify, met};
use crate::query::{Part, Rows};
use crate::row::{Item, KIND, item, key_item, number, read, text};
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
            .send()
            .await;
        match met(put)? {
            Some(_) => Ok(None),
            None => self.report(app, &report.id()).await,
        }
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
        let query = self.lines(keys::reports(app, status), Part::after(after));
        let page = Rows::read(query, Some(limit)).await?;
        let next = page.next_place();
        let wanted: Vec<keys::Key> = page.rows.iter().filter_map(keys::Key::of).collect();
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
