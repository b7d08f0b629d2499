//! What the command line and the environment may say.

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand, ValueEnum};

use crate::faults::Plan;

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
}

#[derive(Debug, Subcommand)]
pub(super) enum AppCommand {
    /// Make an app and show its API token, this once.
    Create {
        /// What operators call it.
        name: String,
        /// An origin (scheme, host, port) from which browsers may use it; may be repeated.
        #[arg(long = "origin", value_name = "ORIGIN")]
        origins: Vec<String>,
        #[command(flatten)]
        place: PlaceArguments,
    },
    /// List all apps.
    List {
        #[command(flatten)]
        place: PlaceArguments,
    },
    /// Give an app a new API token; the one before works until the next rotation.
    RotateToken {
        /// The app's id.
        app_id: String,
        #[command(flatten)]
        place: PlaceArguments,
    },
    /// Refuse an app's credentials from here on.
    Delete {
        /// The app's id.
        app_id: String,
        #[command(flatten)]
        place: PlaceArguments,
    },
}

#[derive(Debug, Subcommand)]
pub(super) enum MigrateCommand {
    /// Apply what is missing.
    Up {
        #[command(flatten)]
        place: PlaceArguments,
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
    /// A DynamoDB endpoint instead of the embedded engine; credentials and Region as usual for AWS
    #[arg(long, value_name = "URL", env = "PARLOUR_DYNAMODB_ENDPOINT")]
    pub(super) dynamodb_endpoint: Option<String>,
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
    /// Write a JSON file (mode 0600) with the URLs and the development app's key when ready
    #[arg(long, value_name = "FILE", env = "PARLOUR_READY_FILE")]
    pub(super) ready_file: Option<PathBuf>,
    /// Apply API Gateway's rules: 10 min idle, 2 h life, frames in parallel
    #[arg(long, env = "PARLOUR_LIKE_AWS")]
    pub(super) like_aws: bool,
    /// Faults to switch on: lost-disconnect, gone, throttle, drop, double, late, each with a probability; seed
    #[arg(long, value_name = "NAME=P,…", env = "PARLOUR_FAULT")]
    pub(super) fault: Option<Plan>,
    /// Offer the development endpoints although other machines can reach this address
    #[arg(long, env = "PARLOUR_DEV")]
    pub(super) dev: bool,
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
        assert!(parse("parlour migrate status --dynamodb-endpoint http://127.0.0.1:8000").is_ok());
    }

    #[test]
    fn what_is_not_understood() {
        for line in [
            "parlour dance",
            "parlour serve --memory --data /tmp/x",
            "parlour serve --fault gone=2",
            "parlour serve --rate 0",
            "parlour app delete",
        ] {
            assert!(parse(line).is_err(), "{line}");
        }
    }
}
