//! The `parlour` command as an operator uses it: making apps in tables that are there.

use std::process::Command;
use std::time::Duration;

use anyhow::{Context, Result, bail};

use crate::process;
use crate::session::Session;

/// The first command makes the tables where there are none.
const LIMIT: Duration = Duration::from_secs(120);

/// A new app.
#[derive(Debug)]
pub(crate) struct App {
    pub(crate) id: String,
    pub(crate) client_key: String,
}

/// Makes an app by `parlour app create` with its place, to which a name is added.
pub(crate) fn create_app(session: &Session, mut create: Command, name: &str) -> Result<App> {
    create.arg(name);
    let (status, printed) = process::output(&mut create, session.within(LIMIT)?)?;
    if !status.success() {
        bail!("`{}`: {status}", process::described(&create));
    }
    app(&printed).context("`parlour app create` printed no app")
}

/// Reads `app_id VALUE` and `clientKey VALUE`.
fn app(printed: &str) -> Option<App> {
    let value = |name: &str| {
        let value = printed.lines().find_map(|line| line.strip_prefix(name))?.trim();
        Some(value.to_owned())
    };
    Some(App {
        id: value("app_id")?,
        client_key: value("clientKey")?,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_app_is_read_from_what_is_printed() {
        let made = app("app_id     a1\nclientKey  k2\n").unwrap();
        assert_eq!((made.id.as_str(), made.client_key.as_str()), ("a1", "k2"));
        assert!(app("app_id     a1\n").is_none());
    }
}
