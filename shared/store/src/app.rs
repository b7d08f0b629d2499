//! Apps and their API tokens.

mod token;

use std::collections::HashMap;

use aws_sdk_dynamodb::types::{AttributeValue, ReturnValue, TransactWriteItem};
use parlour_domain::app::{App, AppChange};
use parlour_domain::{AppId, RoomNumber};

use crate::error::{StoreError, met};
use crate::query::{Part, Rows};
use crate::row::{item, key_item, names, number, number_of, read, text, text_of, value};
use crate::transact::{Cancelled, delete, put, put_new};
use crate::{Store, keys};

pub(crate) use token::TokenRow;

/// Someone else changes the same rows: not an answer, but a reason to try again.
fn being_changed() -> StoreError {
    StoreError::Throttled("the app is being changed".to_owned())
}

impl Store {
    /// Creates an app with its first API token. `false` if the id is taken.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn create_app(&self, app: &App, token_hash: &str) -> Result<bool, StoreError> {
        match self.transact(self.making(app, token_hash)?).await? {
            Ok(()) => Ok(true),
            Err(Cancelled::Condition { .. }) => Ok(false),
            Err(Cancelled::Conflict) => Err(being_changed()),
        }
    }

    /// What makes an app, only if there is none of its id.
    pub(crate) fn making(&self, app: &App, token_hash: &str) -> Result<Vec<TransactWriteItem>, StoreError> {
        let chat = &self.tables.chat;
        let mut actions = vec![
            put_new(chat, item(&keys::app(&app.id), "app", app)?)?,
            put_new(
                chat,
                [
                    key_item(&keys::room_counter(&app.id)),
                    [("n".to_owned(), number(0))].into(),
                ]
                .into_iter()
                .flatten()
                .collect(),
            )?,
            put(
                chat,
                [
                    key_item(&keys::app_list(&app.id)),
                    [("name".to_owned(), text(&app.name))].into(),
                ]
                .into_iter()
                .flatten()
                .collect(),
            )?,
        ];
        for token in &app.tokens {
            let row = TokenRow {
                app: app.id.clone(),
                hash: token_hash.to_owned(),
                created_at: token.created_at,
            };
            actions.push(put_new(chat, item(&keys::token(&token.id), "token", &row)?)?);
        }
        Ok(actions)
    }

    /// Apps by their ids, at most 100, a moment behind; those that do not exist are left out.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn apps_by_id(&self, apps: &[AppId]) -> Result<HashMap<AppId, App>, StoreError> {
        let wanted: Vec<_> = apps.iter().map(keys::app).collect();
        let rows = self.get_many(&self.tables.chat, &wanted, false).await?;
        rows.into_iter()
            .map(|row| read::<App>(row).map(|app| (app.id.clone(), app)))
            .collect()
    }

    /// An app, read consistently.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn app(&self, app: &AppId) -> Result<Option<App>, StoreError> {
        self.get(&self.tables.chat, &keys::app(app), true)
            .await?
            .map(read)
            .transpose()
    }

    /// All apps, by id: an operator's list.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn apps(&self) -> Result<Vec<App>, StoreError> {
        let mut apps = Vec::new();
        let mut after = None;
        loop {
            let query = self.rows(&self.tables.chat, keys::app_list_pk(), Part::All);
            let page = Rows::read(query.set_exclusive_start_key(after), None).await?;
            for row in &page.rows {
                let id = text_of(row, keys::SK).and_then(|id| AppId::parse(id).ok());
                if let Some(id) = id
                    && let Some(app) = self.app(&id).await?
                {
                    apps.push(app);
                }
            }
            after = page.next;
            if after.is_none() {
                return Ok(apps);
            }
        }
    }

    /// Changes what is given of an app's settings and answers with the whole. `None`: no such app. The same change again changes
    /// nothing.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn change_app(&self, app: &AppId, change: &AppChange) -> Result<Option<App>, StoreError> {
        let (mut set, mut remove) = (Vec::new(), Vec::new());
        let mut values = HashMap::new();
        if let Some(name) = &change.name {
            set.push("#name = :n");
            values.insert(":n".to_owned(), text(name));
        }
        if let Some(origins) = &change.allowed_origins {
            set.push("allowed_origins = :o");
            values.insert(":o".to_owned(), value(origins)?);
        }
        match &change.quotas {
            Some(quotas) if quotas.is_none() => remove.push("quotas"),
            Some(quotas) => {
                set.push("quotas = :q");
                values.insert(":q".to_owned(), value(quotas)?);
            }
            None => {}
        }
        match &change.verification {
            Some(Some(verification)) => {
                set.push("verification = :v");
                values.insert(":v".to_owned(), value(verification)?);
            }
            Some(None) => remove.push("verification"),
            None => {}
        }
        match &change.message_hook {
            Some(Some(hook)) => {
                set.push("message_hook = :h");
                values.insert(":h".to_owned(), value(hook)?);
            }
            Some(None) => remove.push("message_hook"),
            None => {}
        }
        if let Some(dialects) = &change.dialects {
            set.push("dialects = :d");
            values.insert(":d".to_owned(), value(dialects)?);
        }
        let clause = |word: &str, parts: &[&str]| (!parts.is_empty()).then(|| format!("{word} {}", parts.join(", ")));
        let clauses: Vec<_> = [clause("SET", &set), clause("REMOVE", &remove)]
            .into_iter()
            .flatten()
            .collect();
        if clauses.is_empty() {
            return self.app(app).await;
        }
        self.update_app(app, &clauses.join(" "), values).await
    }

    async fn update_app(
        &self,
        app: &AppId,
        expression: &str,
        values: HashMap<String, AttributeValue>,
    ) -> Result<Option<App>, StoreError> {
        let update = self
            .client
            .update_item()
            .table_name(&self.tables.chat)
            .set_key(Some(key_item(&keys::app(app))))
            .set_expression_attribute_names(names(expression))
            .update_expression(expression)
            .condition_expression("attribute_exists(pk)")
            .set_expression_attribute_values((!values.is_empty()).then_some(values))
            .return_values(ReturnValue::AllNew);
        let changed = met(update.send().await)?;
        changed.and_then(|changed| changed.attributes).map(read).transpose()
    }

    /// Ends an app: its tokens, its webhooks, its row. What its users wrote stays until it is erased. `false`: no such app.
    ///
    /// # Errors
    /// [`StoreError`]; [`StoreError::Throttled`] if someone else changes the app's tokens at the same time.
    pub async fn delete_app(&self, app: &AppId) -> Result<bool, StoreError> {
        let Some(row) = self.app(app).await? else {
            return Ok(false);
        };
        match self.transact(self.ending(&row)?).await? {
            Ok(()) => Ok(true),
            Err(Cancelled::Condition { .. } | Cancelled::Conflict) => Err(being_changed()),
        }
    }

    /// What ends an app, only if its tokens are still those of `row`.
    pub(crate) fn ending(&self, row: &App) -> Result<Vec<TransactWriteItem>, StoreError> {
        let chat = &self.tables.chat;
        let mut actions = vec![
            // A token that came since it was read would go on working: nothing else names it.
            self.delete_with_tokens(&row.id, &row.tokens)?,
            delete(chat, &keys::app_list(&row.id))?,
            delete(chat, &keys::webhooks(&row.id))?,
        ];
        for token in &row.tokens {
            actions.push(delete(chat, &keys::token(&token.id))?);
        }
        Ok(actions)
    }

    /// The next room number of an app; a number that is drawn and not used stays unused. `None`: no such app.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn next_room_number(&self, app: &AppId) -> Result<Option<RoomNumber>, StoreError> {
        let answer = self
            .client
            .update_item()
            .table_name(&self.tables.chat)
            .set_key(Some(key_item(&keys::room_counter(app))))
            .update_expression("ADD n :one")
            .condition_expression("attribute_exists(pk)")
            .expression_attribute_values(":one", number(1))
            .return_values(ReturnValue::UpdatedNew)
            .send()
            .await;
        let row = met(answer)?.and_then(|answer| answer.attributes);
        let drawn = row.and_then(|row| u64::try_from(number_of(&row, "n")?).ok());
        Ok(drawn.and_then(RoomNumber::new))
    }
}
