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
//! | `PARLOUR_FILES_BUCKET` | the bucket of the files of messages, for `rest` and `sweep`; without it there are none |
//! | `PARLOUR_CONNECTED_FUNCTION` | name or ARN of the function `connected`; for `connect` |
//! | `PARLOUR_POSTS_PER_SECOND` | posts that a process of `fan_out` may make per second, 1 or more; default: as many as it can |
//! | `PARLOUR_PRIVATE_URLS` | whether URLs of apps may lead to this machine and private networks: `true` or `false` (default) |
//! | `PARLOUR_STACK` | the dimension of the metrics: which deployment it is; default `parlour` |
//! | `PARLOUR_LOG` | `error`, `warn`, `info` (default), `debug` or `trace` |
//! | `AWS_REGION` or `AWS_DEFAULT_REGION` | set by Lambda |
//! | `AWS_ACCESS_KEY_ID`, `AWS_SECRET_ACCESS_KEY`, `AWS_SESSION_TOKEN` | set by Lambda; the last is optional |
//! | `AWS_ENDPOINT_URL_DYNAMODB`, `…_SSM`, `…_SQS`, `…_LAMBDA`, `…_S3`, `…_EVENTBRIDGE`, or `AWS_ENDPOINT_URL` | an emulator, for one service or for all |
//!
//! SQS is where a queue's URL points, unless an endpoint is given. The signing keys are for `authorizer`, `default` and `rest`.

use std::num::NonZeroU32;

use parlour_auth::SigningKeys;
use parlour_service::trust::Reach;
use parlour_store::{Credentials, Tables};
use tracing::Level;

use crate::endpoint::Endpoint;
use crate::needs::{Needs, Pushing};
use crate::signing_keys;

const CHAT_TABLE: &str = "PARLOUR_CHAT_TABLE";
const CONNECTIONS_TABLE: &str = "PARLOUR_CONNECTIONS_TABLE";
const SIGNING_KEY_PARAMETER: &str = "PARLOUR_SIGNING_KEY_PARAMETER";
const SIGNING_KEYS: &str = "PARLOUR_SIGNING_KEYS";
const MANAGEMENT_ENDPOINT: &str = "PARLOUR_MANAGEMENT_ENDPOINT";
const FAN_OUT_QUEUE: &str = "PARLOUR_FAN_OUT_QUEUE";
const DELIVER_QUEUE: &str = "PARLOUR_DELIVER_QUEUE";
const EVENT_BUS: &str = "PARLOUR_EVENT_BUS";
const FILES_BUCKET: &str = "PARLOUR_FILES_BUCKET";
const CONNECTED_FUNCTION: &str = "PARLOUR_CONNECTED_FUNCTION";
const POSTS_PER_SECOND: &str = "PARLOUR_POSTS_PER_SECOND";
const PRIVATE_URLS: &str = "PARLOUR_PRIVATE_URLS";
const STACK: &str = "PARLOUR_STACK";
const LOG: &str = "PARLOUR_LOG";
const REGION: &str = "AWS_REGION";
const DEFAULT_REGION: &str = "AWS_DEFAULT_REGION";
const ENDPOINT: &str = "AWS_ENDPOINT_URL";
const DYNAMODB_ENDPOINT: &str = "AWS_ENDPOINT_URL_DYNAMODB";
const SSM_ENDPOINT: &str = "AWS_ENDPOINT_URL_SSM";
const SQS_ENDPOINT: &str = "AWS_ENDPOINT_URL_SQS";
const S3_ENDPOINT: &str = "AWS_ENDPOINT_URL_S3";
const EVENTBRIDGE_ENDPOINT: &str = "AWS_ENDPOINT_URL_EVENTBRIDGE";
const LAMBDA_ENDPOINT: &str = "AWS_ENDPOINT_URL_LAMBDA";

/// The longest name or ARN of a function that Lambda takes, in characters.
const FUNCTION_NAME: usize = 170;
/// The longest name or ARN of an event bus that EventBridge takes.
const BUS_NAME: usize = 1_600;
/// The longest name of a bucket.
const BUCKET_NAME: usize = 63;
/// Longer than CloudFormation lets a stack's name be, shorter than CloudWatch lets a dimension's value be.
const STACK_NAME: usize = 250;

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

struct Variables<F>(F);

impl<F: Fn(&str) -> Option<String>> Variables<F> {
    fn optional(&self, name: &str) -> Option<String> {
        (self.0)(name).filter(|value| !value.is_empty())
    }

    fn required(&self, name: &'static str) -> Result<String, ConfigError> {
        self.optional(name).ok_or(ConfigError::Missing(name))
    }

    fn endpoint(&self, name: &'static str) -> Result<Option<Endpoint>, ConfigError> {
        let parsed = self.optional(name).map(|text| Endpoint::parse(&text));
        parsed.transpose().map_err(|error| invalid(name, &error))
    }

    fn service_endpoint(&self, name: &'static str) -> Result<Option<Endpoint>, ConfigError> {
        match self.endpoint(name)? {
            Some(endpoint) => Ok(Some(endpoint)),
            None => self.endpoint(ENDPOINT),
        }
    }

    /// It becomes part of host names.
    fn region(&self) -> Result<String, ConfigError> {
        for name in [REGION, DEFAULT_REGION] {
            let Some(region) = self.optional(name) else { continue };
            let good = region.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-');
            return if good {
                Ok(region)
            } else {
                Err(invalid(name, &"is not the name of a Region"))
            };
        }
        Err(ConfigError::Missing(REGION))
    }

    fn signing_keys(&self, region: &str) -> Result<KeySource, ConfigError> {
        match (self.optional(SIGNING_KEY_PARAMETER), self.optional(SIGNING_KEYS)) {
            (Some(_), Some(_)) => Err(invalid(SIGNING_KEYS, &"is set beside PARLOUR_SIGNING_KEY_PARAMETER")),
            (Some(name), None) => {
                let endpoint = self.service_endpoint(SSM_ENDPOINT)?;
                let endpoint = endpoint.unwrap_or_else(|| Endpoint::of_service("ssm", region));
                Ok(KeySource::Parameter { name, endpoint })
            }
            (None, Some(text)) => {
                let keys = signing_keys::parse(&text);
                let why = |error| invalid(SIGNING_KEYS, &format_args!("cannot be used: {error}"));
                Ok(KeySource::Given(keys.map_err(why)?))
            }
            (None, None) => Err(ConfigError::Missing(SIGNING_KEY_PARAMETER)),
        }
    }

    fn queue(&self, name: &'static str) -> Result<QueueSettings, ConfigError> {
        let url = self.required(name)?;
        let parsed = Endpoint::parse(&url).map_err(|error| invalid(name, &error))?;
        let endpoint = self.service_endpoint(SQS_ENDPOINT)?;
        Ok(QueueSettings {
            url,
            endpoint: endpoint.unwrap_or_else(|| parsed.origin()),
        })
    }

    fn event_bus(&self, region: &str) -> Result<Option<EventBusSettings>, ConfigError> {
        let Some(bus) = self.optional(EVENT_BUS) else {
            return Ok(None);
        };
        if !is_name(&bus, BUS_NAME, "-_.:/") {
            return Err(invalid(EVENT_BUS, &"is not the name or ARN of an event bus"));
        }
        let endpoint = self.service_endpoint(EVENTBRIDGE_ENDPOINT)?;
        Ok(Some(EventBusSettings {
            bus,
            endpoint: endpoint.unwrap_or_else(|| Endpoint::of_service("events", region)),
        }))
    }

    /// At an endpoint of its own the bucket's name stands in the path: an emulator has no host names for buckets.
    fn files(&self, region: &str) -> Result<Option<Endpoint>, ConfigError> {
        let Some(bucket) = self.optional(FILES_BUCKET) else {
            return Ok(None);
        };
        // A name with a dot has no certificate.
        if !is_name(&bucket, BUCKET_NAME, "-") {
            return Err(invalid(FILES_BUCKET, &"is not the name of a bucket without dots"));
        }
        Ok(Some(match self.service_endpoint(S3_ENDPOINT)? {
            Some(endpoint) => endpoint.below(&bucket),
            None => Endpoint::of_service(&format!("{bucket}.s3"), region),
        }))
    }

    fn connected(&self, region: &str) -> Result<ConnectedSettings, ConfigError> {
        let function = self.required(CONNECTED_FUNCTION)?;
        if !is_name(&function, FUNCTION_NAME, "-_:.$") {
            return Err(invalid(CONNECTED_FUNCTION, &"is not the name or ARN of a function"));
        }
        let endpoint = self.service_endpoint(LAMBDA_ENDPOINT)?;
        Ok(ConnectedSettings {
            function,
            endpoint: endpoint.unwrap_or_else(|| Endpoint::of_service("lambda", region)),
        })
    }

    fn posts_per_second(&self) -> Result<Option<NonZeroU32>, ConfigError> {
        let parsed = self.optional(POSTS_PER_SECOND).map(|text| text.parse());
        parsed
            .transpose()
            .map_err(|_| invalid(POSTS_PER_SECOND, &"is not a whole number of 1 or more"))
    }

    fn reach(&self) -> Result<Reach, ConfigError> {
        match self.optional(PRIVATE_URLS).as_deref() {
            None | Some("false") => Ok(Reach::Public),
            Some("true") => Ok(Reach::Private),
            Some(_) => Err(invalid(PRIVATE_URLS, &"is not true or false")),
        }
    }

    fn stack(&self) -> Result<String, ConfigError> {
        let stack = self.optional(STACK).unwrap_or_else(|| "parlour".to_owned());
        if is_name(&stack, STACK_NAME, "-_") {
            Ok(stack)
        } else {
            Err(invalid(STACK, &"is not the name of a stack"))
        }
    }

    fn log(&self) -> Result<Level, ConfigError> {
        let Some(text) = self.optional(LOG) else {
            return Ok(Level::INFO);
        };
        text.parse()
            .map_err(|_| invalid(LOG, &"is not error, warn, info, debug or trace"))
    }
}

/// Up to so many letters and digits, or one of these.
fn is_name(text: &str, longest: usize, others: &str) -> bool {
    let good = |character: char| character.is_ascii_alphanumeric() || others.contains(character);
    text.len() <= longest && text.chars().all(good)
}

fn invalid(name: &'static str, why: &dyn std::fmt::Display) -> ConfigError {
    ConfigError::Invalid {
        name,
        why: why.to_string(),
    }
}

#[cfg(test)]
mod tests;
