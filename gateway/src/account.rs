//! Access to AWS as its own tools find it: a profile, the environment, single sign-on, or the role of the machine.

use std::env;
use std::error::Error;
use std::time::Duration;

use aws_config::default_provider::credentials::DefaultCredentialsChain;
use aws_config::environment::region::EnvironmentVariableRegionProvider;
use aws_config::meta::region::ProvideRegion;
use aws_config::profile::{ProfileFileCredentialsProvider, ProfileFileRegionProvider};
use aws_config::provider_config::ProviderConfig;
use aws_config::{BehaviorVersion, Region};
use aws_credential_types::Credentials;
use aws_credential_types::provider::{ProvideCredentials, SharedCredentialsProvider};
use aws_smithy_http_client::tls::Provider;
use aws_smithy_http_client::tls::rustls_provider::CryptoMode;
use tokio::time::timeout;

use crate::signed::KeyPair;

/// How long finding credentials may take: a program that a profile names may have to ask somebody.
const FINDING: Duration = Duration::from_secs(60);
/// The Region where there is none, as with DynamoDB Local.
const LOCAL: &str = "local";

/// Which account, and where. The default is what the environment says.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Account {
    /// A profile of the AWS tools' files. Its credentials win over those of the environment.
    pub profile: Option<String>,
    /// The Region; `None`: `AWS_REGION`, `AWS_DEFAULT_REGION`, or the profile's.
    pub region: Option<String>,
}

/// What requests are signed with.
#[derive(Debug, Clone)]
pub struct Access {
    /// Credentials; a provider renews those that end.
    pub credentials: SharedCredentialsProvider,
    /// The Region.
    pub region: String,
}

/// Why there is no access.
#[derive(Debug, thiserror::Error)]
pub enum AccountError {
    /// No Region is named.
    #[error("no Region is named: set AWS_REGION, give --region, or give --profile with one that has a Region")]
    NoRegion,
    /// No credentials were found, or they were refused.
    #[error("{place} gives no usable AWS credentials: {why}")]
    NoCredentials {
        /// Where they were looked for.
        place: String,
        /// Why there are none.
        why: String,
    },
}

impl Account {
    /// Finds Region and credentials, the latter once to see that they are there.
    ///
    /// # Errors
    /// [`AccountError`].
    pub async fn access(&self) -> Result<Access, AccountError> {
        let region = self.region().await.ok_or(AccountError::NoRegion)?;
        let credentials = self.credentials(&region).await;
        let why = match timeout(FINDING, credentials.provide_credentials()).await {
            Ok(Ok(_)) => return Ok(Access { credentials, region }),
            Ok(Err(error)) => causes(&error),
            Err(_) => format!("nothing was found within {} s", FINDING.as_secs()),
        };
        let place = match &self.profile {
            Some(name) => format!("the profile `{name}`"),
            None => "what the AWS tools look at (environment, default profile, role)".to_owned(),
        };
        Err(AccountError::NoCredentials { place, why })
    }

    /// Access to what knows no accounts, such as DynamoDB Local: the profile if one is named, else the keys of the environment, else
    /// `own`; in the Region `local` if none is named.
    ///
    /// # Errors
    /// [`AccountError`], for a profile.
    pub async fn access_or(&self, own: Credentials) -> Result<Access, AccountError> {
        let region = self.region().await.unwrap_or_else(|| LOCAL.to_owned());
        if self.profile.is_some() {
            let region = Some(region);
            let account = Self { region, ..self.clone() };
            return account.access().await;
        }
        Ok(Access {
            credentials: SharedCredentialsProvider::new(environment_credentials().unwrap_or(own)),
            region,
        })
    }

    async fn region(&self) -> Option<String> {
        if let Some(region) = &self.region {
            return Some(region.clone());
        }
        if let Some(region) = EnvironmentVariableRegionProvider::new().region().await {
            return Some(region.to_string());
        }
        let mut profile = ProfileFileRegionProvider::builder();
        if let Some(name) = &self.profile {
            profile = profile.profile_name(name);
        }
        profile.build().region().await.map(|region| region.to_string())
    }

    async fn credentials(&self, region: &str) -> SharedCredentialsProvider {
        let region = Region::new(region.to_owned());
        let http = aws_smithy_http_client::Builder::new()
            .tls_provider(Provider::Rustls(CryptoMode::Ring))
            .build_https();
        let config = ProviderConfig::without_region()
            .with_region(Some(region.clone()))
            .with_behavior_version(Some(BehaviorVersion::latest()))
            .with_http_client(http);
        match &self.profile {
            Some(name) => SharedCredentialsProvider::new(
                ProfileFileCredentialsProvider::builder()
                    .configure(&config)
                    .profile_name(name)
                    .build(),
            ),
            None => SharedCredentialsProvider::new(
                DefaultCredentialsChain::builder()
                    .configure(config)
                    .region(region)
                    .build()
                    .await,
            ),
        }
    }
}

/// The keys that the environment holds.
#[must_use]
pub fn environment_credentials() -> Option<Credentials> {
    let variable = |name: &str| env::var(name).ok().filter(|value| !value.is_empty());
    Some(Credentials::new(
        variable("AWS_ACCESS_KEY_ID")?,
        variable("AWS_SECRET_ACCESS_KEY")?,
        variable("AWS_SESSION_TOKEN"),
        None,
        "environment",
    ))
}

/// The pair that the environment holds, without a token that may belong to it.
#[must_use]
pub fn environment_key_pair() -> Option<KeyPair> {
    environment_credentials().map(|credentials| KeyPair {
        access_key_id: credentials.access_key_id().to_owned(),
        secret_access_key: credentials.secret_access_key().to_owned(),
    })
}

/// An error with its causes: the outermost one often only says that something failed.
pub(crate) fn causes(error: &dyn Error) -> String {
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(error) = cause {
        text.push_str(": ");
        text.push_str(&error.to_string());
        cause = error.source();
    }
    text
}
