//! The webhooks of an app: one row, because whoever tells them of something needs all.

use parlour_domain::webhook::Webhooks;
use parlour_domain::{AppId, Timestamp};

use crate::claim::{WriteClaim, Written};
use crate::error::StoreError;
use crate::row::{item, number, read};
use crate::transact::put_if;
use crate::{Store, keys};

impl Store {
    /// The webhooks of an app, read consistently; none if it never had any.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn webhooks(&self, app: &AppId) -> Result<Webhooks, StoreError> {
        let row = self.get(&self.tables.chat, &keys::webhooks(app), true).await?;
        row.map_or_else(|| Ok(Webhooks::default()), read)
    }

    /// Replaces the webhooks of an app, which are still those of `before`. `Refused`: they changed meanwhile.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn replace_webhooks(
        &self,
        app: &AppId,
        before: &Webhooks,
        after: Webhooks,
        claim: Option<&WriteClaim>,
        now: Timestamp,
    ) -> Result<Written, StoreError> {
        let after = Webhooks {
            version: before.version + 1,
            ..after
        };
        let row = item(&keys::webhooks(app), "webhooks", &after)?;
        let chat = &self.tables.chat;
        let put = match before.version {
            0 => put_if(chat, row, "attribute_not_exists(pk)", [])?,
            version => put_if(chat, row, "version = :version", [(":version", number(version))])?,
        };
        let written = self.write(claim, vec![put]).await?;
        if let (Written::Done, Some(memory)) = (&written, &self.outbox) {
            memory.know(app, !after.webhooks.is_empty(), now);
        }
        Ok(written)
    }
}
