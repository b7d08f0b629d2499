//! `parlour app`: an operator's work on apps.

use std::sync::Arc;

use parlour_auth::TokenId;
use parlour_domain::AppId;
use parlour_protocol::frame::describe;
use parlour_protocol::request::{QuotasBody, UpdateApp};
use parlour_protocol::view::AppView;
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
        AppCommand::Show { app_id, place } => show(&app_id, place).await,
        AppCommand::Update {
            app_id,
            private_urls,
            place,
        } => update(&app_id, private_urls, place).await,
        AppCommand::RemoveToken {
            app_id,
            token_id,
            place,
        } => remove_token(&app_id, &token_id, place).await,
        AppCommand::RotateToken { app_id, place } => rotate_token(&app_id, place).await,
        AppCommand::Limits {
            app_id,
            user,
            all,
            place,
        } => limits(&app_id, (user, all), place).await,
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

async fn show(app_id: &str, place: PlaceArguments) -> Result<(), Failure> {
    let id = AppId::parse(app_id)?;
    let backend = open_migrated(place).await?;
    let app = apps::get(&backend.parlour, &id).await.map_err(unknown)?;
    say(&serde_json::to_string_pretty(&AppView::new(&app))?)?;
    close(backend).await
}

async fn update(app_id: &str, private_urls: bool, place: PlaceArguments) -> Result<(), Failure> {
    let id = AppId::parse(app_id)?;
    let settings: UpdateApp = serde_json::from_reader(std::io::stdin().lock()).map_err(|error| describe(&error))?;
    let change = settings.check().map_err(Error::from)?;
    let options = Options {
        private_urls,
        ..options(place)?
    };
    let backend = open_with(options).await?;
    backend.migrate().await?;
    let app = apps::update(&backend.parlour, &id, &change).await.map_err(unknown)?;
    say(&serde_json::to_string_pretty(&AppView::new(&app))?)?;
    close(backend).await
}

async fn remove_token(app_id: &str, token_id: &str, place: PlaceArguments) -> Result<(), Failure> {
    let (id, token) = (AppId::parse(app_id)?, TokenId::parse(token_id)?);
    let backend = open_migrated(place).await?;
    apps::get(&backend.parlour, &id).await.map_err(unknown)?;
    apps::remove_token(&backend.parlour, &id, &token).await?;
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

async fn limits(app_id: &str, of: (Option<u32>, Option<u32>), place: PlaceArguments) -> Result<(), Failure> {
    let id = AppId::parse(app_id)?;
    let settings = UpdateApp {
        quotas: Some(Some(QuotasBody {
            user_messages_per_minute: of.0,
            messages_per_minute: of.1,
        })),
        ..UpdateApp::default()
    };
    let change = settings.check().map_err(Error::from)?;
    let backend = open_migrated(place).await?;
    apps::update(&backend.parlour, &id, &change).await.map_err(unknown)?;
    close(backend).await
}

async fn delete(app_id: &str, place: PlaceArguments) -> Result<(), Failure> {
    let id = AppId::parse(app_id)?;
    let backend = open_migrated(place).await?;
    apps::delete(&backend.parlour, &id).await.map_err(unknown)?;
    close(backend).await
}

pub(super) fn unknown(error: Error) -> Failure {
    match error {
        Error::NotFound => "there is no app with this id".into(),
        error => error.into(),
    }
}

/// Opens the data and brings it up to date, as `serve` does: the first command may be this one.
pub(super) async fn open_migrated(place: PlaceArguments) -> Result<Backend, Failure> {
    let backend = open(place).await?;
    backend.migrate().await?;
    Ok(backend)
}

/// Opens the data without a gateway: no connection is open here.
pub(super) async fn open(place: PlaceArguments) -> Result<Backend, Failure> {
    open_with(options(place)?).await
}

fn options(place: PlaceArguments) -> Result<Options, Failure> {
    Ok(Options {
        data: Some(folder(&place)?),
        dynamodb: place.dynamodb(),
        table_prefix: place.table_prefix,
        ..Options::default()
    })
}

async fn open_with(options: Options) -> Result<Backend, Failure> {
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
