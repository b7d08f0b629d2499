//! `parlour serve`.

use std::io;
use std::path::{Path, PathBuf};

use directories::ProjectDirs;
use serde_json::json;
use tokio::signal;

use super::Failure;
use super::arguments::{PlaceArguments, ServeArguments};
use crate::connection::{Rate, Rules};
use crate::lambda_client::LambdaSettings;
use crate::private_file;
use crate::running::{Options, Running, serve};
use crate::welcome;

pub(super) async fn run(arguments: ServeArguments) -> Result<(), Failure> {
    let ready_file = arguments.ready_file.clone();
    if let Some(file) = &ready_file {
        // Who waits for the file must not find the one of an earlier run.
        remove(file)?;
    }
    let stop = stop_signal()?;
    let running = serve(options(arguments)?).await?;
    if let Some(file) = &ready_file {
        private_file::write(file, &description(&running))?;
    }
    welcome::write(&mut io::stdout(), &running)?;
    tracing::info!(http = running.http, "ready");
    stop.await;
    tracing::info!("stopping: finishing what is under way");
    tokio::select! {
        () = running.shutdown() => {}
        () = stop_signal()? => tracing::warn!("stopped at once"),
    }
    Ok(())
}

fn options(arguments: ServeArguments) -> Result<Options, Failure> {
    let data = if arguments.memory {
        None
    } else {
        Some(folder(&arguments.place)?)
    };
    let rules = if arguments.like_aws {
        Rules::like_aws()
    } else {
        Rules::kind()
    };
    let rate = Rate {
        burst: arguments.burst,
        per_second: arguments.rate,
    };
    let invoke = arguments.invoke.map(|url| LambdaSettings {
        url,
        prefix: arguments.invoke_prefix,
        account: arguments.place.account(),
        concurrency: arguments.invoke_concurrency,
    });
    Ok(Options {
        listen: arguments.listen,
        data,
        dynamodb: arguments.place.dynamodb(),
        public_url: arguments.public_url,
        table_prefix: arguments.place.table_prefix,
        invoke,
        rules: Rules { rate, ..rules },
        faults: arguments.fault.unwrap_or_default(),
        dev: arguments.dev,
        bindings: arguments.bindings,
        default_app: arguments.default_app,
        private_urls: arguments.private_urls,
    })
}

/// The folder for data and secrets.
pub(super) fn folder(place: &PlaceArguments) -> Result<PathBuf, Failure> {
    if let Some(folder) = &place.data {
        return Ok(folder.clone());
    }
    let folders = ProjectDirs::from("", "", "parlour").ok_or("there is no home folder; say where with --data DIR")?;
    Ok(folders.data_dir().to_owned())
}

fn remove(file: &Path) -> io::Result<()> {
    match std::fs::remove_file(file) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
        _ => Ok(()),
    }
}

/// What a program that started this one needs to know.
fn description(running: &Running) -> Vec<u8> {
    let app = running.app.as_ref();
    let description = json!({
        "pid": std::process::id(),
        "http": running.http,
        "ws": running.ws,
        "app_id": app.map(|app| &app.app_id),
        "client_key": app.map(|app| &app.client_key),
        "user_id": app.map(|app| &app.user_id),
        // The user's own keys are not written down.
        "management": running.own_key.then_some(&running.key),
        "functions": running.functions,
    });
    description.to_string().into_bytes()
}

/// Ctrl-C or a request to terminate; listens from here on, not only once it is awaited.
#[cfg(unix)]
fn stop_signal() -> io::Result<impl Future<Output = ()>> {
    let mut interrupt = signal::unix::signal(signal::unix::SignalKind::interrupt())?;
    let mut terminate = signal::unix::signal(signal::unix::SignalKind::terminate())?;
    Ok(async move {
        tokio::select! {
            _ = interrupt.recv() => {}
            _ = terminate.recv() => {}
        }
    })
}

/// Ctrl-C.
#[cfg(not(unix))]
fn stop_signal() -> io::Result<impl Future<Output = ()>> {
    Ok(async {
        let _ = signal::ctrl_c().await;
    })
}
