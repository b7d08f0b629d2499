//! What the command line and the environment may say.

mod app;
mod import;

use std::num::NonZeroU32;
use std::path::PathBuf;

use clap::{Args, Parser, Subcommand, ValueEnum};
use parlour_domain::AppId;

use crate::account::Account;
use crate::engine::DynamoDb;
use crate::faults::Plan;
use crate::places::Binding;
use crate::running::TABLE_PREFIX;

pub(super) use app::AppCommand;
pub(super) use import::ImportArguments;

/// Parlour, a chat backend.
#[derive(Debug, Parser)]
#[command(name = "parlour", version, about, args_conflicts_with_subcommands = true)]
pub(super) struct Arguments {
    #[command(subcommand)]
    pub(super) command: Option<Command>,
    #[command(flatten)]
    pub(super) serve: ServeArguments,
    /// How the log is written.
    #[arg(long, global = true, env = "PARLOUR_LOG_FORMAT", default_value = "text")]
    pub(super) log_format: LogFormat,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(super) enum LogFormat {
    /// For people.
    Text,
    /// For programs, one object per line.
    Json,
}

#[derive(Debug, Subcommand)]
pub(super) enum Command {
    /// Serve REST, WebSocket and the page (what `parlour` alone does).
    Serve(ServeArguments),
    /// Manage apps, the tenants of this backend.
    #[command(subcommand)]
    App(AppCommand),
    /// Bring the tables up to date.
    #[command(subcommand)]
    Migrate(MigrateCommand),
    /// Import users, rooms and messages from the database export of another chat service.
    ///
    /// The folder holds a file for each of its tables, `TABLE.csv` (with a header, as `\copy … csv header` of psql writes it) or `TABLE.jsonl`
    /// (an object in each line), in any order of rows. All files are read and checked before anything is written. It may be stopped
    /// at any point and run again: what is there is found again, and nothing is doubled. Nobody is told of what is imported, by push or webhook.
    /// Passwords and tokens are not read. docs/import.md has the tables and columns of each service.
    Import(ImportArguments),
    /// Print the environment of functions that run outside this process, for `cargo lambda watch --env-file`.
    ///
    /// It belongs to the gateway that `parlour serve --invoke` starts with the same data folder, address and tables. It holds secrets
    /// of that folder. At an endpoint such as DynamoDB Local, the functions' AWS keys are the gateway's own pair. With keys in the environment
    /// (AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY) none are printed: the functions need them too, and the gateway takes what is
    /// signed with them.
    FunctionEnvironment(FunctionEnvironmentArguments),
}

#[derive(Debug, Clone, Args)]
pub(super) struct FunctionEnvironmentArguments {
    /// Where the gateway listens
    #[arg(long, value_name = "ADDR", env = "PARLOUR_LISTEN", default_value = "127.0.0.1:8080")]
    pub(super) listen: String,
    #[command(flatten)]
    pub(super) place: PlaceArguments,
    /// As for `serve`
    #[arg(long, env = "PARLOUR_PRIVATE_URLS")]
    pub(super) private_urls: bool,
    /// Write it to a file that only you can read (mode 0600)
    #[arg(long, value_name = "FILE")]
    pub(super) output: Option<PathBuf>,
}

#[derive(Debug, Subcommand)]
pub(super) enum MigrateCommand {
    /// Apply what is missing. It may be stopped at any point and run again, and run while Parlour serves.
    Up {
        #[command(flatten)]
        place: PlaceArguments,
        /// Take at most so many capacity units of the table a second, reads and writes together [default: 500; without
        /// a limit on the embedded engine]
        #[arg(long, value_name = "UNITS")]
        rate: Option<NonZeroU32>,
        /// Walk through the table again for migrations of data that are applied: finds what an older version wrote after it
        #[arg(long)]
        again: bool,
    },
    /// Show what is applied and what is missing.
    Status {
        #[command(flatten)]
        place: PlaceArguments,
    },
}

/// Where the data is.
#[derive(Debug, Clone, Args)]
pub(super) struct PlaceArguments {
    /// The folder for data and secrets [default: `parlour` in your data folder]
    #[arg(long, value_name = "DIR", env = "PARLOUR_DATA")]
    pub(super) data: Option<PathBuf>,
    /// A DynamoDB endpoint instead of the embedded engine, such as DynamoDB Local; takes AWS_ACCESS_KEY_ID and so on where they are set
    #[arg(long, value_name = "URL", env = "PARLOUR_DYNAMODB_ENDPOINT")]
    pub(super) dynamodb_endpoint: Option<String>,
    /// DynamoDB of your AWS account instead of the embedded engine; credentials and Region as for the AWS CLI
    #[arg(long, env = "PARLOUR_AWS", conflicts_with = "dynamodb_endpoint")]
    pub(super) aws: bool,
    /// A profile of the AWS CLI; means --aws where no endpoint is given
    #[arg(long, value_name = "NAME")]
    pub(super) profile: Option<String>,
    /// The Region, instead of AWS_REGION or the profile's
    #[arg(long, value_name = "NAME", value_parser = region)]
    pub(super) region: Option<String>,
    /// What the tables' names begin with
    #[arg(long, value_name = "TEXT", env = "PARLOUR_TABLE_PREFIX", default_value = TABLE_PREFIX, value_parser = table_prefix)]
    pub(super) table_prefix: String,
}

impl PlaceArguments {
    /// Whose credentials, and which Region.
    pub(super) fn account(&self) -> Account {
        Account {
            profile: self.profile.clone(),
            region: self.region.clone(),
        }
    }

    /// DynamoDB outside this process, if that is meant.
    pub(super) fn dynamodb(&self) -> Option<DynamoDb> {
        let meant = self.aws || self.profile.is_some() || self.dynamodb_endpoint.is_some();
        meant.then(|| DynamoDb {
            endpoint: self.dynamodb_endpoint.clone(),
            account: self.account(),
        })
    }
}

/// It becomes part of host names.
fn region(text: &str) -> Result<String, &'static str> {
    let good = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-');
    good.then(|| text.to_owned())
        .ok_or("a Region is letters, digits and `-`")
}

/// The SAM template allows the same.
fn table_prefix(text: &str) -> Result<String, &'static str> {
    let allowed = |byte: u8| byte.is_ascii_alphanumeric() || b"_.-".contains(&byte);
    let good = (1..=64).contains(&text.len()) && text.bytes().all(allowed);
    good.then(|| text.to_owned())
        .ok_or("1 to 64 letters, digits, `-`, `_` and `.`")
}

/// Scheme, host and port: a signature is for the path as the gateway sees it.
fn public_url(text: &str) -> Result<String, &'static str> {
    let url = text.trim_end_matches('/');
    let host = url.strip_prefix("https://").or_else(|| url.strip_prefix("http://"));
    let good = host.is_some_and(|host| {
        let byte = |byte: u8| byte.is_ascii_alphanumeric() || b".-:[]".contains(&byte);
        !host.is_empty() && host.bytes().all(byte)
    });
    good.then(|| url.to_owned())
        .ok_or("an http or https URL of scheme, host and port")
}

#[derive(Debug, Clone, Args)]
pub(super) struct ServeArguments {
    /// Where to listen; port 0 takes a free one
    #[arg(long, value_name = "ADDR", env = "PARLOUR_LISTEN", default_value = "127.0.0.1:8080")]
    pub(super) listen: String,
    #[command(flatten)]
    pub(super) place: PlaceArguments,
    /// Keep everything in memory
    #[arg(long, env = "PARLOUR_MEMORY", conflicts_with = "data")]
    pub(super) memory: bool,
    /// Call functions through this Lambda API (of `cargo lambda watch`: http://127.0.0.1:9000) instead of in this process
    #[arg(long, value_name = "URL", env = "PARLOUR_INVOKE", conflicts_with = "memory")]
    pub(super) invoke: Option<String>,
    /// What stands before the functions' names there; on AWS they are STACK-authorizer and so on
    #[arg(
        long,
        value_name = "TEXT",
        env = "PARLOUR_INVOKE_PREFIX",
        default_value = "",
        requires = "invoke"
    )]
    pub(super) invoke_prefix: String,
    /// Invocations under way at once, with --invoke; a local Lambda API may bear few
    #[arg(long, value_name = "N", env = "PARLOUR_INVOKE_CONCURRENCY", default_value_t = 500, value_parser = clap::value_parser!(u16).range(1..), requires = "invoke")]
    pub(super) invoke_concurrency: u16,
    /// Where clients reach this gateway, for the URLs of files, such as `https://chat.example` [default: the address it listens on];
    /// the development endpoints are not offered then
    #[arg(long, value_name = "URL", env = "PARLOUR_PUBLIC_URL", value_parser = public_url)]
    pub(super) public_url: Option<String>,
    /// Write a JSON file (mode 0600) with the URLs and, where there is one, the development app's key when ready
    #[arg(long, value_name = "FILE", env = "PARLOUR_READY_FILE")]
    pub(super) ready_file: Option<PathBuf>,
    /// Apply API Gateway's rules: 10 min idle, 2 h life, frames in parallel
    #[arg(long, env = "PARLOUR_LIKE_AWS")]
    pub(super) like_aws: bool,
    /// Faults to switch on: lost-disconnect, gone, throttle, drop, double, late, each with a probability; seed
    #[arg(long, value_name = "NAME=P,…", env = "PARLOUR_FAULT")]
    pub(super) fault: Option<Plan>,
    /// Offer the development endpoints although other machines can reach this gateway, and make their app in an account's tables too
    #[arg(long, env = "PARLOUR_DEV")]
    pub(super) dev: bool,
    /// Let URLs of apps (key sets, verification, webhooks) lead to this machine and private networks, by http too: for development
    #[arg(long, env = "PARLOUR_PRIVATE_URLS")]
    pub(super) private_urls: bool,
    /// Listen here too, for clients of another service that cannot be given a path; ADDR stands for the app and the service
    #[arg(
        long = "bind",
        value_name = "ADDR=APP/SERVICE",
        env = "PARLOUR_BIND",
        value_delimiter = ','
    )]
    pub(super) bindings: Vec<Binding>,
    /// The app of clients of other services where neither URL nor address names one [default: the development app]
    #[arg(long, value_name = "APP", env = "PARLOUR_DEFAULT_APP", value_parser = AppId::parse)]
    pub(super) default_app: Option<AppId>,
    /// Frames a client may send at once
    #[arg(long, value_name = "N", env = "PARLOUR_BURST", default_value_t = 500, value_parser = clap::value_parser!(u32).range(1..))]
    pub(super) burst: u32,
    /// Frames a client may send per second in the long run
    #[arg(long, value_name = "N", env = "PARLOUR_RATE", default_value_t = 100, value_parser = clap::value_parser!(u32).range(1..))]
    pub(super) rate: u32,
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory;

    use super::*;

    fn parse(line: &str) -> Result<Arguments, clap::Error> {
        Arguments::try_parse_from(line.split(' '))
    }

    #[test]
    fn the_command_is_consistent() {
        Arguments::command().debug_assert();
    }

    #[test]
    fn without_a_subcommand_it_serves() {
        let arguments = parse("parlour --listen 127.0.0.1:0 --memory --fault gone=0.5,seed=3").unwrap();
        assert!(arguments.command.is_none());
        assert_eq!(arguments.serve.listen, "127.0.0.1:0");
        assert!(arguments.serve.memory);
        assert_eq!(arguments.serve.fault.unwrap().seed, 3);
        let arguments = parse("parlour serve --like-aws --log-format json").unwrap();
        assert_eq!(arguments.log_format, LogFormat::Json);
        assert!(matches!(
            arguments.command,
            Some(Command::Serve(ServeArguments { like_aws: true, .. }))
        ));
    }

    #[test]
    fn the_other_commands() {
        assert!(parse("parlour app create Shop --origin https://shop.example --data /tmp/x").is_ok());
        assert!(parse("parlour app rotate-token abc").is_ok());
        assert!(parse("parlour app show abc").is_ok());
        assert!(parse("parlour app update abc --private-urls").is_ok());
        assert!(parse("parlour app remove-token abc 0123456789ab").is_ok());
        assert!(parse("parlour import --app abc --from go-chat /tmp/x").is_ok());
        assert!(
            parse(
                "parlour import --app abc --from callsewa --encryption-key-file k --source-app 1 --skip-bad-rows /tmp/x"
            )
            .is_ok()
        );
        assert!(parse("parlour migrate status --dynamodb-endpoint http://127.0.0.1:8000").is_ok());
        assert!(parse("parlour migrate up --rate 50 --again").is_ok());
        assert!(parse("parlour migrate up --profile prod --region eu-central-1 --table-prefix test-").is_ok());
    }

    #[test]
    fn where_dynamodb_is() {
        let place = |line: &str| match parse(line).unwrap().command {
            Some(Command::FunctionEnvironment(arguments)) => arguments.place,
            other => panic!("{other:?}"),
        };
        assert_eq!(place("parlour function-environment").dynamodb(), None);
        assert_eq!(place("parlour function-environment --region x").dynamodb(), None);
        let aws = place("parlour function-environment --aws").dynamodb();
        assert_eq!(aws, Some(DynamoDb::default()));
        let profile = place("parlour function-environment --profile prod --region eu-central-1").dynamodb();
        let account = profile.unwrap().account;
        assert_eq!(
            (account.profile.as_deref(), account.region.as_deref()),
            (Some("prod"), Some("eu-central-1"))
        );
        let local = place("parlour function-environment --dynamodb-endpoint http://127.0.0.1:8000").dynamodb();
        assert_eq!(local.unwrap().endpoint.as_deref(), Some("http://127.0.0.1:8000"));
    }

    #[test]
    fn what_is_not_understood() {
        for line in [
            "parlour dance",
            "parlour serve --memory --data /tmp/x",
            "parlour serve --fault gone=2",
            "parlour serve --rate 0",
            "parlour app delete",
            "parlour migrate up --rate 0",
            "parlour import --app abc --from slack /tmp/x",
            "parlour import --from go-chat /tmp/x",
            "parlour app list --aws --dynamodb-endpoint http://127.0.0.1:8000",
            "parlour migrate up --table-prefix a/b",
            "parlour serve --invoke http://127.0.0.1:9000 --memory",
            "parlour serve --invoke-prefix parlour-",
            "parlour serve --public-url chat.example",
            "parlour serve --public-url https://chat.example/below",
        ] {
            assert!(parse(line).is_err(), "{line}");
        }
    }
}
