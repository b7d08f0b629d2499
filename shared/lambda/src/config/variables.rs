//! Single variables of the environment, each read by its own rule.

use std::num::NonZeroU32;

use parlour_domain::AppId;
use parlour_service::trust::Reach;
use tracing::Level;

use super::{ConfigError, ConnectedSettings, EventBusSettings, KeySource, QueueSettings};
use crate::endpoint::Endpoint;
use crate::signing_keys;

const SIGNING_KEY_PARAMETER: &str = "PARLOUR_SIGNING_KEY_PARAMETER";
const SIGNING_KEYS: &str = "PARLOUR_SIGNING_KEYS";
const EVENT_BUS: &str = "PARLOUR_EVENT_BUS";
const FILES_BUCKET: &str = "PARLOUR_FILES_BUCKET";
const CONNECTED_FUNCTION: &str = "PARLOUR_CONNECTED_FUNCTION";
const POSTS_PER_SECOND: &str = "PARLOUR_POSTS_PER_SECOND";
const PRIVATE_URLS: &str = "PARLOUR_PRIVATE_URLS";
const TELLS_REFUSALS: &str = "PARLOUR_TELLS_REFUSALS";
const DEFAULT_APP: &str = "PARLOUR_DEFAULT_APP";
const STACK: &str = "PARLOUR_STACK";
const LOG: &str = "PARLOUR_LOG";
const REGION: &str = "AWS_REGION";
const DEFAULT_REGION: &str = "AWS_DEFAULT_REGION";
const ENDPOINT: &str = "AWS_ENDPOINT_URL";
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

/// The environment: looks up a variable by its name.
pub(super) struct Variables<F>(pub(super) F);

impl<F: Fn(&str) -> Option<String>> Variables<F> {
    pub(super) fn optional(&self, name: &str) -> Option<String> {
        (self.0)(name).filter(|value| !value.is_empty())
    }

    pub(super) fn required(&self, name: &'static str) -> Result<String, ConfigError> {
        self.optional(name).ok_or(ConfigError::Missing(name))
    }

    pub(super) fn endpoint(&self, name: &'static str) -> Result<Option<Endpoint>, ConfigError> {
        let parsed = self.optional(name).map(|text| Endpoint::parse(&text));
        parsed.transpose().map_err(|error| invalid(name, &error))
    }

    pub(super) fn service_endpoint(&self, name: &'static str) -> Result<Option<Endpoint>, ConfigError> {
        match self.endpoint(name)? {
            Some(endpoint) => Ok(Some(endpoint)),
            None => self.endpoint(ENDPOINT),
        }
    }

    /// It becomes part of host names.
    pub(super) fn region(&self) -> Result<String, ConfigError> {
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

    pub(super) fn signing_keys(&self, region: &str) -> Result<KeySource, ConfigError> {
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

    pub(super) fn queue(&self, name: &'static str) -> Result<QueueSettings, ConfigError> {
        let url = self.required(name)?;
        let parsed = Endpoint::parse(&url).map_err(|error| invalid(name, &error))?;
        let endpoint = self.service_endpoint(SQS_ENDPOINT)?;
        Ok(QueueSettings {
            url,
            endpoint: endpoint.unwrap_or_else(|| parsed.origin()),
        })
    }

    pub(super) fn event_bus(&self, region: &str) -> Result<Option<EventBusSettings>, ConfigError> {
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
    pub(super) fn files(&self, region: &str) -> Result<Option<Endpoint>, ConfigError> {
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

    pub(super) fn connected(&self, region: &str) -> Result<ConnectedSettings, ConfigError> {
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

    pub(super) fn posts_per_second(&self) -> Result<Option<NonZeroU32>, ConfigError> {
        let parsed = self.optional(POSTS_PER_SECOND).map(|text| text.parse());
        parsed
            .transpose()
            .map_err(|_| invalid(POSTS_PER_SECOND, &"is not a whole number of 1 or more"))
    }

    pub(super) fn reach(&self) -> Result<Reach, ConfigError> {
        let private = self.flag(PRIVATE_URLS)?;
        Ok(if private { Reach::Private } else { Reach::Public })
    }

    pub(super) fn tells_refusals(&self) -> Result<bool, ConfigError> {
        self.flag(TELLS_REFUSALS)
    }

    fn flag(&self, name: &'static str) -> Result<bool, ConfigError> {
        match self.optional(name).as_deref() {
            None | Some("false") => Ok(false),
            Some("true") => Ok(true),
            Some(_) => Err(invalid(name, &"is not true or false")),
        }
    }

    pub(super) fn default_app(&self) -> Result<Option<AppId>, ConfigError> {
        let app = self.optional(DEFAULT_APP);
        app.map(|app| AppId::parse(&app).map_err(|error| invalid(DEFAULT_APP, &error)))
            .transpose()
    }

    pub(super) fn stack(&self) -> Result<String, ConfigError> {
        let stack = self.optional(STACK).unwrap_or_else(|| "parlour".to_owned());
        if is_name(&stack, STACK_NAME, "-_") {
            Ok(stack)
        } else {
            Err(invalid(STACK, &"is not the name of a stack"))
        }
    }

    pub(super) fn log(&self) -> Result<Level, ConfigError> {
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
