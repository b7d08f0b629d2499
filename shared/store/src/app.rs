//! Apps and their API tokens.

use aws_sdk_dynamodb::types::{AttributeValue, ReturnValue};
use parlour_domain::app::{App, AppToken};
use parlour_domain::limits;
use parlour_domain::{AppId, RoomNumber, Timestamp};
use serde::{Deserialize, Serialize};

use crate::error::{StoreError, classify};
use crate::row::{item, key_item, number, number_of, read, text, text_of};
use crate::transact::{Cancelled, delete, put, put_if, put_new};
use crate::{Store, keys};

/// What is kept of an API token: whose it is, and the hash of the secret.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct TokenRow {
    pub(crate) app: AppId,
    pub(crate) hash: String,
    pub(crate) created_at: Timestamp,
}

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
        match self.transact(actions).await? {
            Ok(()) => Ok(true),
            Err(Cancelled::Condition { .. }) => Ok(false),
            Err(Cancelled::Conflict) => Err(being_changed()),
        }
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
            let page = self
                .client
                .query()
                .table_name(&self.tables.chat)
                .key_condition_expression("pk = :p")
                .expression_attribute_values(":p", text(keys::app_list_pk()))
                .set_exclusive_start_key(after)
                .send()
                .await
                .map_err(classify)?;
            for row in page.items() {
                let id = text_of(row, keys::SK).and_then(|id| AppId::parse(id).ok());
                if let Some(id) = id
                    && let Some(app) = self.app(&id).await?
                {
                    apps.push(app);
                }
            }
            after = page.last_evaluated_key;
            if after.is_none() {
                return Ok(apps);
            }
        }
    }

    /// Gives an app another API token and drops its oldest ones above [`limits::API_TOKENS`]. `None`: no such app.
    ///
    /// # Errors
    /// [`StoreError`]; [`StoreError::Throttled`] if someone else changes the app at the same time.
    pub async fn add_token(&self, app: &AppId, token: AppToken, token_hash: &str) -> Result<Option<App>, StoreError> {
        let Some(before) = self.app(app).await? else {
            return Ok(None);
        };
        let mut after = before.clone();
        let row = TokenRow {
            app: app.clone(),
            hash: token_hash.to_owned(),
            created_at: token.created_at,
        };
        let chat = &self.tables.chat;
        let mut actions = vec![put_new(chat, item(&keys::token(&token.id), "token", &row)?)?];
        after.tokens.push(token);
        while after.tokens.len() > limits::API_TOKENS {
            let old = after.tokens.remove(0);
            actions.push(delete(chat, &keys::token(&old.id))?);
        }
        let newest = before.tokens.last().map_or_else(String::new, |token| token.id.clone());
        let last = before.tokens.len().saturating_sub(1);
        let condition = format!("tokens[{last}].id = :newest");
        actions.push(put_if(
            chat,
            item(&keys::app(app), "app", &after)?,
            &condition,
            [(":newest", text(newest))],
        )?);
        match self.transact(actions).await? {
            Ok(()) => Ok(Some(after)),
            Err(Cancelled::Condition { .. } | Cancelled::Conflict) => Err(being_changed()),
        }
    }

    /// Replaces the origins from which browsers may use an app. `false`: no such app.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn set_allowed_origins(&self, app: &AppId, origins: &[String]) -> Result<bool, StoreError> {
        let list = origins.iter().map(text).collect();
        self.update_existing(
            &self.tables.chat,
            &keys::app(app),
            "SET allowed_origins = :o",
            [(":o", AttributeValue::L(list))],
        )
        .await
    }

    /// Ends an app: its tokens, its webhooks, its row. What its users wrote stays until it is erased. `false`: no such app.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn delete_app(&self, app: &AppId) -> Result<bool, StoreError> {
        let Some(row) = self.app(app).await? else {
            return Ok(false);
        };
        let chat = &self.tables.chat;
        let rows = [keys::app(app), keys::app_list(app), keys::webhooks(app)];
        let mut actions = rows
            .iter()
            .map(|row| delete(chat, row))
            .collect::<Result<Vec<_>, _>>()?;
        for token in &row.tokens {
            actions.push(delete(chat, &keys::token(&token.id))?);
        }
        match self.transact(actions).await? {
            Ok(()) => Ok(true),
            Err(Cancelled::Condition { .. } | Cancelled::Conflict) => Err(being_changed()),
        }
    }

    /// The app and the hash of the API token with this public part.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn token(&self, token_id: &str) -> Result<Option<(AppId, String)>, StoreError> {
        let row = self.get(&self.tables.chat, &keys::token(token_id), true).await?;
        Ok(row.map(read::<TokenRow>).transpose()?.map(|row| (row.app, row.hash)))
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
        match answer {
            Ok(row) => {
                let drawn = row
                    .attributes()
                    .and_then(|row| number_of(row, "n"))
                    .and_then(|n| u64::try_from(n).ok());
                Ok(drawn.and_then(RoomNumber::new))
            }
            Err(error)
                if error
                    .as_service_error()
                    .is_some_and(|e| e.is_conditional_check_failed_exception()) =>
            {
                Ok(None)
            }
            Err(error) => Err(classify(error)),
        }
    }
}
