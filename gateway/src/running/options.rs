//! What `serve` can be told.

use std::net::SocketAddr;
use std::path::PathBuf;
use std::time::Duration;

use parlour_domain::AppId;
use parlour_service::trust::Reach;
use parlour_store::Tables;

use crate::connection::Rules;
use crate::engine::{DynamoDb, Place};
use crate::faults::Plan;
use crate::files;
use crate::lambda_client::LambdaSettings;
use crate::places::Binding;

/// What the tables' names begin with where nothing else is said; the SAM template's default too.
pub const TABLE_PREFIX: &str = "parlour-";
/// Functions built for Lambda let subscriptions end soon after the two hours that API Gateway gives a connection.
const LIFE_WITH_LAMBDA: Duration = Duration::from_secs(2 * 60 * 60);

/// What to serve, and how.
#[derive(Debug, Clone)]
pub struct Options {
    /// Where to listen, `host:port`; port 0: any free one.
    pub listen: String,
    /// The folder for data and secrets; `None`: memory.
    pub data: Option<PathBuf>,
    /// DynamoDB elsewhere instead of the embedded engine; secrets stay in `data`.
    pub dynamodb: Option<DynamoDb>,
    /// What URLs of this gateway begin with for clients, without a slash at its end; `None`: `http://` and the address it listens on.
    pub public_url: Option<String>,
    /// What the tables' names begin with.
    pub table_prefix: String,
    /// Functions elsewhere instead of those in this process. They need `dynamodb`: the embedded engine is this process's own.
    pub invoke: Option<LambdaSettings>,
    /// The rules of connections.
    pub rules: Rules,
    /// The faults that are switched on at the start.
    pub faults: Plan,
    /// The development endpoints, although not only this machine can reach them, or a proxy stands before the gateway; and their app,
    /// although the tables are those of an account.
    pub dev: bool,
    /// Further addresses, each of which stands for an app and the service whose clients connect there.
    pub bindings: Vec<Binding>,
    /// The app that clients of other services are of where neither URL nor address names one; `None`: the development app.
    pub default_app: Option<AppId>,
    /// URLs of apps, those of webhooks too, may lead to this machine and to private networks, and be http.
    pub private_urls: bool,
}

impl Default for Options {
    /// In memory, on a free port of this machine.
    fn default() -> Self {
        Self {
            listen: "127.0.0.1:0".to_owned(),
            data: None,
            dynamodb: None,
            public_url: None,
            table_prefix: TABLE_PREFIX.to_owned(),
            invoke: None,
            rules: Rules::kind(),
            faults: Plan::default(),
            dev: false,
            bindings: Vec::new(),
            default_app: None,
            private_urls: false,
        }
    }
}

impl Options {
    /// Which engine these options mean.
    #[must_use]
    pub fn place(&self) -> Place {
        match (&self.dynamodb, &self.data) {
            (Some(dynamodb), _) => Place::DynamoDb(dynamodb.clone()),
            (None, Some(folder)) => Place::Folder(folder.clone()),
            (None, None) => Place::Memory,
        }
    }

    /// Which addresses URLs of apps may lead to.
    #[must_use]
    pub fn reach(&self) -> Reach {
        if self.private_urls {
            Reach::Private
        } else {
            Reach::Public
        }
    }

    /// Whether there is to be an app to try things with. In the tables of an account, which are others' too, somebody has to ask for it.
    pub(crate) fn wants_development_app(&self) -> bool {
        let in_account = self.dynamodb.as_ref().is_some_and(|place| place.endpoint.is_none());
        self.dev || !in_account
    }

    /// Whether the development endpoints are offered at this address. A public URL means that others come by a proxy, and one on this
    /// machine comes from loopback too.
    pub(crate) fn offers_development(&self, address: SocketAddr) -> bool {
        self.dev || (address.ip().is_loopback() && self.public_url.is_none())
    }

    /// Scheme, host and port by which clients reach this gateway, which listens at this address.
    pub(crate) fn public_origin(&self, reachable: SocketAddr) -> String {
        let own = || format!("http://{reachable}");
        self.public_url.clone().unwrap_or_else(own)
    }

    /// What the URLs of files begin with.
    pub(crate) fn files_url(&self, reachable: SocketAddr) -> String {
        format!("{}/{}", self.public_origin(reachable), files::BUCKET)
    }

    /// The tables' names.
    #[must_use]
    pub fn tables(&self) -> Tables {
        Tables::with_prefix(&self.table_prefix)
    }

    /// The rules of connections, with the end of life that functions elsewhere reckon with.
    #[must_use]
    pub fn rules(&self) -> Rules {
        let mut rules = self.rules;
        if self.invoke.is_some() {
            rules.life = Some(rules.life.map_or(LIFE_WITH_LAMBDA, |life| life.min(LIFE_WITH_LAMBDA)));
        }
        rules
    }
}
