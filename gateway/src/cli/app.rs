//! `parlour app`: an operator's work on apps.

use std::sync::Arc;

use parlour_domain::AppId;
use parlour_service::files::NoFiles;
use parlour_service::{Error, Settings, apps};

use super::arguments::{AppCommand, PlaceArguments};
use super::serve::folder;
use super::{Failure, say};
use crate::clock;
use crate::registry::Registry;
use crate::running::{Backend, Options};
use crate::secrets::Secrets;

pub(super) async fn run(command: AppCommand) -> Result<(), Failure> {
    match command {
        AppCommand::Create { name, origins, place } => create(&name, origins, place).await,
        AppCommand::List { place } => list(place).await,
        AppCommand::RotateToken { app_id, place } => rotate_token(&app_id, place).await,
        AppCommand::Delete { app_id, place } => delete(&app_id, place).await,
    }
}

async fn create(name: &str, origins: Vec<String>, place: PlaceArguments) -> Result<(), Failure> {
    let backend = open_migrated(place).await?;
    let made = apps::create(&backend.parlour, &mut clock::moment(), name, origins).await?;
    say(&format!("app_id     {}", made.app.id))?;
    say(&format!("clientKey  {}", made.api_token.expose()))?;
    close(backend).await
}

async fn list(place: PlaceArguments) -> Result<(), Failure> {
    let backend = open_migrated(place).await?;
    for app in apps::list(&backend.parlour).await? {
        say(&format!("{}  {}  {}", app.id, app.created_at, app.name))?;
    }
    close(backend).await
}

async fn rotate_token(app_id: &str, place: PlaceArguments) -> Result<(), Failure> {
    let id = AppId::parse(app_id)?;
    let backend = open_migrated(place).await?;
    let made = apps::rotate_token(&backend.parlour, &mut clock::moment(), &id)
        .await
        .map_err(unknown)?;
    say(&format!("clientKey  {}", made.api_token.expose()))?;
    close(backend).await
}

async fn delete(app_id: &str, place: PlaceArguments) -> Result<(), Failure> {
    let id = AppId::parse(app_id)?;
    let backend = open_migrated(place).await?;
    apps::delete(&backend.parlour, &id).await.map_err(unknown)?;
    close(backend).await
}

fn unknown(error: Error) -> Failure {
    match error {
        Error::NotFound => "there is no app with this id".into(),
        error => error.into(),
    }
}

/// Opens the data and brings it up to date, as `serve` does: the first command may be this one.
async fn open_migrated(place: PlaceArguments) -> Result<Backend, Failure> {
    let backend = open(place).await?;
    backend.migrate().await?;
    Ok(backend)
}

/// Opens the data without a gateway: no connection is open here.
pub(super) async fn open(place: PlaceArguments) -> Result<Backend, Failure> {
    let options = Options {
        data: Some(folder(&place)?),
        dynamodb: place.dynamodb(),
        table_prefix: place.table_prefix,
        ..Options::default()
    };
    let secrets = Secrets::open(options.data.as_deref())?;
    let own = secrets.key_pair()?;
    let registry = Arc::new(Registry::new(Arc::default(), None));
    Ok(Backend::open(
        &options,
        &secrets,
        &own,
        registry,
        (Settings::default(), Arc::new(NoFiles)),
    )
    .await?)
}

pub(super) async fn close(backend: Backend) -> Result<(), Failure> {
    tokio::task::spawn_blocking(move || backend.engine.close()).await?;
    Ok(())
}
