//! The app that a developer tries things with: made at the first start with two users and a room, kept for the next ones.

use http::{Method, StatusCode};
use parlour_domain::AppId;
use parlour_service::{Parlour, apps};
use serde_json::{Value, json};

use crate::clock;
use crate::dev::Development;
use crate::running::ServeError;
use crate::secrets::{DevelopmentApp, Secrets};

/// The app of an earlier start if it is still there, else a new one.
pub(crate) async fn ready(
    development: &mut Development,
    parlour: &Parlour,
    secrets: &Secrets,
) -> Result<DevelopmentApp, ServeError> {
    if let Some(app) = secrets.development_app()?
        && let Ok(id) = AppId::parse(&app.app_id)
        && parlour.store.app(&id).await?.is_some()
    {
        development.client_key.clone_from(&app.client_key);
        look_at_key(development, &app.app_id).await;
        return Ok(app);
    }
    let made = apps::create(parlour, &mut clock::moment(), "development", Vec::new())
        .await
        .map_err(|error| ServeError::DevelopmentApp(error.to_string()))?;
    development.client_key = made.api_token.expose().to_owned();
    let user_id = make(development, "/user", json!({ "name": "Ada" })).await?;
    let other_user_id = make(development, "/user", json!({ "name": "Bob" })).await?;
    let room = json!({ "kind": "group", "name": "Lobby", "members": [user_id, other_user_id] });
    let room_id = make(development, "/room", room).await?;
    let app = DevelopmentApp {
        app_id: made.app.id.as_str().to_owned(),
        client_key: development.client_key.clone(),
        user_id,
        other_user_id,
        room_id,
    };
    secrets.keep_development_app(&app)?;
    Ok(app)
}

/// Says what to do if the app does not know the kept token any more: everything that is offered to try would be answered with 401.
async fn look_at_key(development: &Development, app_id: &str) {
    let (status, _) = development.call(Method::GET, "/app", None).await;
    if status == StatusCode::UNAUTHORIZED {
        tracing::warn!(
            app_id,
            "the development app's token is no longer valid (it was rotated twice, or removed), so the development endpoints and the \
             lines to paste are answered with 401: put a token of `parlour app rotate-token` into development.json in the data folder \
             as its client_key, or remove that file to have a new app made at the next start"
        );
    }
}

/// Makes something by the REST API and answers its id.
async fn make(development: &Development, path: &str, body: Value) -> Result<String, ServeError> {
    let (status, made): (StatusCode, Value) = development.call(Method::POST, path, Some(body)).await;
    let id = made["id"].as_str().map(str::to_owned);
    id.ok_or_else(|| ServeError::DevelopmentApp(format!("POST {path} was refused with {status}")))
}
