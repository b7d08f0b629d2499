//! What `parlour app` can be told.

use clap::Subcommand;

use super::PlaceArguments;

#[derive(Debug, Subcommand)]
pub(in crate::cli) enum AppCommand {
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
    /// Show an app's settings and its API tokens, as JSON and without secrets.
    Show {
        /// The app's id.
        app_id: String,
        #[command(flatten)]
        place: PlaceArguments,
    },
    /// Change an app's settings: a JSON object as of `PATCH /app` is read from the standard input, so that no secret is in a list of
    /// processes.
    Update {
        /// The app's id.
        app_id: String,
        /// Let its URLs lead to this machine and private networks, by http too: for development
        #[arg(long, env = "PARLOUR_PRIVATE_URLS")]
        private_urls: bool,
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
    /// Refuse one of an app's API tokens from here on; the last one stays.
    RemoveToken {
        /// The app's id.
        app_id: String,
        /// The token's id: the 12 characters after `plr_`.
        token_id: String,
        #[command(flatten)]
        place: PlaceArguments,
    },
    /// Limit the messages that an app's users may send over all rooms within a minute; without a number there is no limit.
    Limits {
        /// The app's id.
        app_id: String,
        /// Messages of one user.
        #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..))]
        user: Option<u32>,
        /// Messages of all users together; only with a limit of one user, which is no larger.
        #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..))]
        all: Option<u32>,
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
