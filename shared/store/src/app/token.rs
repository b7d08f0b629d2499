//! The API tokens of an app.

use aws_sdk_dynamodb::types::{AttributeValue, TransactWriteItem};
use parlour_domain::app::{App, AppToken};
use parlour_domain::{AppId, Timestamp, limits};
use serde::{Deserialize, Serialize};

use super::being_changed;
use crate::error::StoreError;
use crate::row::{item, read, text, value};
use crate::transact::{Cancelled, delete, delete_if, put_new, update};
use crate::{Store, keys};

/// What is kept of an API token: whose it is, and the hash of the secret.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct TokenRow {
    pub(crate) app: AppId,
    pub(crate) hash: String,
    pub(crate) created_at: Timestamp,
}

/// The condition that an app's tokens, of which there is always one, are still those of before: as many, with the same one last.
/// Tokens are only ever added at the end.
fn unchanged(before: &[AppToken]) -> (String, (&'static str, AttributeValue)) {
    let count = before.len();
    let newest = before.last().map_or_else(String::new, |token| token.id.clone());
    let condition = format!(
        "tokens[{}].id = :newest AND attribute_not_exists(tokens[{count}])",
        count.saturating_sub(1)
    );
    (condition, (":newest", text(newest)))
}

impl Store {
    /// Gives an app another API token and drops its oldest ones above [`limits::API_TOKENS`], but never `keep`. `None`: no such app.
    ///
    /// # Errors
    /// [`StoreError`]; [`StoreError::Throttled`] if someone else changes the app's tokens at the same time.
    pub async fn add_token(
        &self,
        app: &AppId,
        token: AppToken,
        token_hash: &str,
        keep: Option<&str>,
    ) -> Result<Option<App>, StoreError> {
        let Some(mut row) = self.app(app).await? else {
            return Ok(None);
        };
        let before = row.tokens.clone();
        let new = TokenRow {
            app: app.clone(),
            hash: token_hash.to_owned(),
            created_at: token.created_at,
        };
        let chat = &self.tables.chat;
        let mut actions = vec![put_new(chat, item(&keys::token(&token.id), "token", &new)?)?];
        while row.tokens.len() >= limits::API_TOKENS {
            let kept = |old: &AppToken| Some(old.id.as_str()) == keep;
            let Some(oldest) = row.tokens.iter().position(|old| !kept(old)) else {
                break;
            };
            let old = row.tokens.remove(oldest);
            actions.push(delete(chat, &keys::token(&old.id))?);
        }
        row.tokens.push(token);
        actions.push(self.replace_tokens(app, &before, &row.tokens)?);
        self.tokens_changed(actions, row).await.map(Some)
    }

    /// Ends an API token of an app at once; one that is not the app's, or not any more, is none. `None`: no such app, or it would
    /// be left without a token.
    ///
    /// # Errors
    /// [`StoreError`]; [`StoreError::Throttled`] if someone else changes the app's tokens at the same time.
    pub async fn remove_token(&self, app: &AppId, token_id: &str) -> Result<Option<App>, StoreError> {
        let Some(mut row) = self.app(app).await? else {
            return Ok(None);
        };
        let before = row.tokens.clone();
        row.tokens.retain(|token| token.id != token_id);
        if row.tokens.len() == before.len() {
            return Ok(Some(row));
        }
        if row.tokens.is_empty() {
            return Ok(None);
        }
        let actions = vec![
            delete(&self.tables.chat, &keys::token(token_id))?,
            self.replace_tokens(app, &before, &row.tokens)?,
        ];
        self.tokens_changed(actions, row).await.map(Some)
    }

    /// Only the tokens, so that a change of the settings at the same time is not lost, and only if they are still those of before.
    fn replace_tokens(
        &self,
        app: &AppId,
        before: &[AppToken],
        after: &[AppToken],
    ) -> Result<TransactWriteItem, StoreError> {
        let (condition, newest) = unchanged(before);
        update(
            &self.tables.chat,
            &keys::app(app),
            "SET tokens = :tokens",
            &condition,
            [newest, (":tokens", value(&after)?)],
        )
    }

    /// The end of an app's row, only if its tokens are still those of before.
    pub(super) fn delete_with_tokens(&self, app: &AppId, before: &[AppToken]) -> Result<TransactWriteItem, StoreError> {
        let (condition, newest) = unchanged(before);
        delete_if(&self.tables.chat, &keys::app(app), &condition, [newest])
    }

    async fn tokens_changed(&self, actions: Vec<TransactWriteItem>, after: App) -> Result<App, StoreError> {
        match self.transact(actions).await? {
            Ok(()) => Ok(after),
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
}
