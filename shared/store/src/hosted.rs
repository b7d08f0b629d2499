//! The apps that a home's operators made: one row for all of them, so that their numbers, their ids and how many there are change
//! together, each time with the app itself.

use aws_sdk_dynamodb::types::TransactWriteItem;
use parlour_domain::app::App;
use parlour_domain::{AppId, ApplicationId, ClientId};
use serde::{Deserialize, Serialize};

use crate::error::StoreError;
use crate::row::{item, number, read};
use crate::transact::{Cancelled, put_if};
use crate::{Store, keys};

/// The home's own number.
pub const HOME: u32 = 1;

/// The apps of a home.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Hosted {
    /// Changes with every change; 0: nothing is kept yet.
    version: u64,
    /// The application id of the home itself, where it has been needed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub home: Option<ApplicationId>,
    /// The largest number that was given.
    pub last: u32,
    /// The others, by number.
    pub apps: Vec<HostedApp>,
}

impl Default for Hosted {
    fn default() -> Self {
        Self {
            version: 0,
            home: None,
            last: HOME,
            apps: Vec::new(),
        }
    }
}

/// An app that an operator made.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct HostedApp {
    /// Its number at the home.
    pub number: u32,
    /// The credential with which the team's backend names it.
    pub application_id: ApplicationId,
    /// The app.
    pub app: AppId,
    /// The number of the operator who made it.
    pub operator: u64,
    /// That operator's id of the request that made it, if it had one: a repeat is not to make another.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub client_id: Option<ClientId>,
}

/// What happens together with a change of the apps of a home.
#[derive(Debug)]
pub enum With<'a> {
    /// Nothing.
    Nothing,
    /// An app is made, with the hash of its API token.
    Made(&'a App, &'a str),
    /// An app ends.
    Ended(&'a App),
}

impl Store {
    /// The apps of a home, read consistently.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn hosted(&self, home: &AppId) -> Result<Hosted, StoreError> {
        let row = self.get(&self.tables.chat, &keys::hosted(home), true).await?;
        Ok(row.map(read).transpose()?.unwrap_or_default())
    }

    /// Puts what `hosted` has become, since it was read, in its place, together with `with`. `false`: one of them changed meanwhile;
    /// look again.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn change_hosted(&self, home: &AppId, hosted: Hosted, with: With<'_>) -> Result<bool, StoreError> {
        let mut actions = match with {
            With::Nothing => Vec::new(),
            With::Made(app, token_hash) => self.making(app, token_hash)?,
            With::Ended(app) => self.ending(app)?,
        };
        actions.push(self.replace_hosted(home, hosted)?);
        match self.transact(actions).await? {
            Ok(()) => Ok(true),
            Err(Cancelled::Condition { .. } | Cancelled::Conflict) => Ok(false),
        }
    }

    fn replace_hosted(&self, home: &AppId, hosted: Hosted) -> Result<TransactWriteItem, StoreError> {
        let version = hosted.version;
        let after = Hosted {
            version: version + 1,
            ..hosted
        };
        let row = item(&keys::hosted(home), "hosted", &after)?;
        match version {
            0 => put_if(&self.tables.chat, row, "attribute_not_exists(pk)", []),
            version => put_if(
                &self.tables.chat,
                row,
                "#version = :version",
                [(":version", number(version))],
            ),
        }
    }
}
