//! A function's settings: read once from the environment, complete or refused with the name of the bad variable.
//!
//! | variable | meaning |
//! |---|---|
//! | `PARLOUR_CHAT_TABLE`, `PARLOUR_CONNECTIONS_TABLE` | the tables' names; no default |
//! | `PARLOUR_SIGNING_KEY_PARAMETER` | the SecureString parameter with the signing keys (`signing_keys.rs` has the form) |
//! | `PARLOUR_SIGNING_KEYS` | the keys themselves, instead of the parameter: for a laptop, never in a template |
//! | `PARLOUR_MANAGEMENT_ENDPOINT` | where to post; default: made from the event, where events come from the same API |
//! | `PARLOUR_FAN_OUT_QUEUE` | the URL of the `fan_out` queue; for all but `authorizer`, `connected` and `deliver` |
//! | `PARLOUR_DELIVER_QUEUE` | the URL of the `deliver` queue; for all that write into rooms, and `deliver` itself |
//! | `PARLOUR_EVENT_BUS` | name or ARN of an event bus that hears of everything, for the same; without it there is none |
//! | `PARLOUR_FILES_BUCKET` | the bucket of the files of messages, for `rest`, `compat_rest` and `sweep`; without it there are none |
//! | `PARLOUR_CONNECTED_FUNCTION` | name or ARN of the function `connected`; for `connect` |
//! | `PARLOUR_POSTS_PER_SECOND` | posts that a process of `fan_out` may make per second, 1 or more; default: as many as it can |
//! | `PARLOUR_TELLS_REFUSALS` | whether a client is let in to be told why `$connect` refuses it, because the connection manager does not pass its status on: `true` or `false` (default) |
//! | `PARLOUR_PRIVATE_URLS` | whether URLs of apps may lead to this machine and private networks: `true` or `false` (default) |
//! | `PARLOUR_DEFAULT_APP` | the app that clients of other services are of where their URL names none; without it there is none |
//! | `PARLOUR_STACK` | the dimension of the metrics: which deployment it is; default `parlour` |
//! | `PARLOUR_LOG` | `error`, `warn`, `info` (default), `debug` or `trace` |
//! | `AWS_REGION` or `AWS_DEFAULT_REGION` | set by Lambda |
//! | `AWS_ACCESS_KEY_ID`, `AWS_SECRET_ACCESS_KEY`, `AWS_SESSION_TOKEN` | set by Lambda; the last is optional |
//! | `AWS_ENDPOINT_URL_DYNAMODB`, `…_SSM`, `…_SQS`, `…_LAMBDA`, `…_S3`, `…_EVENTBRIDGE`, or `AWS_ENDPOINT_URL` | an emulator, for one service or for all |
//!
//! SQS is where a queue's URL points, unless an endpoint is given. The signing keys are for `authorizer`, `default` and `rest`.

mod variables;

use std::num::NonZeroU32;

use parlour_auth::SigningKeys;
use parlour_domain::AppId;
use parlour_service::trust::Reach;
use parlour_store::{Credentials, Tables};
use tracing::Level;

use crate::endpoint::Endpoint;
use crate::needs::{Needs, Pushing};
use variables::Variables;

const CHAT_TABLE: &str = "PARLOUR_CHAT_TABLE";
const CONNECTIONS_TABLE: &str = "PARLOUR_CONNECTIONS_TABLE";
const MANAGEMENT_ENDPOINT: &str = "PARLOUR_MANAGEMENT_ENDPOINT";
const FAN_OUT_QUEUE: &str = "PARLOUR_FAN_OUT_QUEUE";
const DELIVER_QUEUE: &str = "PARLOUR_DELIVER_QUEUE";
const DYNAMODB_ENDPOINT: &str = "AWS_ENDPOINT_URL_DYNAMODB";

/// A function's settings.
#[derive(Debug, Clone)]
pub struct Config {
    /// The tables' names.
    pub tables: Tables,
    /// The Region of all services.
    pub region: String,
    /// What requests are signed with.
    pub credentials: Credentials,
    /// DynamoDB, where it is not the one of the Region.
    pub dynamodb_endpoint: Option<Endpoint>,
    /// Where the signing keys are, if the function needs them.
    pub signing_keys: Option<KeySource>,
    /// The management API of connections that name no other; `None`: the one of the first event.
    pub management_endpoint: Option<Endpoint>,
    /// The `fan_out` queue, if the function puts anything into it.
    pub queue: Option<QueueSettings>,
    /// The `deliver` queue, if the function puts anything into it.
    pub deliveries: Option<QueueSettings>,
    /// The event bus, if the function has to do with it and there is one.
    pub event_bus: Option<EventBusSettings>,
    /// What the URLs of files begin with, if the function has to do with them and there is a bucket.
    pub files: Option<Endpoint>,
    /// The function `connected`, if this one has it called.
    pub connected: Option<ConnectedSettings>,
    /// Posts that this process may make per second; `None`: as many as it can.
    pub posts_per_second: Option<NonZeroU32>,
    /// Which addresses URLs of apps may lead to.
    pub reach: Reach,
    /// Whether a client is let in to be told why `$connect` refuses it.
    pub tells_refusals: bool,
    /// The app that clients of other services are of where their URL names none.
    pub default_app: Option<AppId>,
    /// Which deployment the metrics are of.
    pub stack: String,
    /// What to log of Parlour's own crates.
    pub log: Level,
}

/// The event bus.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EventBusSettings {
    /// Its name, or its ARN.
    pub bus: String,
    /// EventBridge.
    pub endpoint: Endpoint,
}

/// A queue.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct QueueSettings {
    /// What it is called by.
    pub url: String,
    /// SQS.
    pub endpoint: Endpoint,
}

/// The function `connected`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ConnectedSettings {
    /// Its name in this deployment, or its ARN.
    pub function: String,
    /// Lambda.
    pub endpoint: Endpoint,
}

/// Where the signing keys are.
#[derive(Debug, Clone)]
pub enum KeySource {
    /// In a SecureString parameter.
    Parameter {
        /// Its name.
        name: String,
        /// The parameter store.
        endpoint: Endpoint,
    },
    /// In the environment.
    Given(SigningKeys),
}

/// Which variable is bad. Never holds the value.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ConfigError {
    /// It has to be set.
    #[error("{0} is not set")]
    Missing(&'static str),
    /// Its value cannot be used.
    #[error("{name} {why}")]
    Invalid {
        /// The variable.
        name: &'static str,
        /// What is wrong with the value.
        why: String,
    },
}

impl Config {
    /// Reads what a function with these needs requires, from `variable`, which looks up one by its name. Empty means not set.
    ///
    /// # Errors
    /// [`ConfigError`], for the first bad variable.
    pub fn read(needs: Needs, variable: impl Fn(&str) -> Option<String>) -> Result<Self, ConfigError> {
        let variables = Variables(variable);
        let tables = Tables {
            chat: variables.required(CHAT_TABLE)?,
            connections: variables.required(CONNECTIONS_TABLE)?,
        };
        let region = variables.region()?;
        let credentials = Credentials::new(
            variables.required("AWS_ACCESS_KEY_ID")?,
            variables.required("AWS_SECRET_ACCESS_KEY")?,
            variables.optional("AWS_SESSION_TOKEN"),
            None,
            "environment",
        );
        let management_endpoint = variables.endpoint(MANAGEMENT_ENDPOINT)?;
        if needs.pushing == Pushing::ToTheConfiguredApi && management_endpoint.is_none() {
            return Err(ConfigError::Missing(MANAGEMENT_ENDPOINT));
        }
        Ok(Self {
            tables,
            credentials,
            dynamodb_endpoint: variables.service_endpoint(DYNAMODB_ENDPOINT)?,
            signing_keys: needed(needs.signing_keys, || variables.signing_keys(&region))?,
            management_endpoint,
            queue: needed(needs.queue, || variables.queue(FAN_OUT_QUEUE))?,
            deliveries: needed(needs.deliveries, || variables.queue(DELIVER_QUEUE))?,
            event_bus: needed(needs.deliveries, || variables.event_bus(&region))?.flatten(),
            files: needed(needs.files, || variables.files(&region))?.flatten(),
            connected: needed(needs.calls, || variables.connected(&region))?,
            posts_per_second: needed(needs.paced, || variables.posts_per_second())?.flatten(),
            reach: variables.reach()?,
            tells_refusals: variables.tells_refusals()?,
            default_app: variables.default_app()?,
            stack: variables.stack()?,
            log: variables.log()?,
            region,
        })
    }
}

/// What is not needed is not looked at.
fn needed<T>(needed: bool, read: impl FnOnce() -> Result<T, ConfigError>) -> Result<Option<T>, ConfigError> {
    needed.then(read).transpose()
}

#[cfg(test)]
mod tests;
