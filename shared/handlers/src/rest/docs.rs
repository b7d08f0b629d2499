//! What the service says about itself: its descriptions, its limits, its health.

mod complete;
mod examples;
mod refusals;

use std::sync::LazyLock;

use axum::extract::State;
use axum::http::header::CONTENT_TYPE;
use axum::response::IntoResponse;
use parlour_domain::limits::{LIMITS, Limits};
use parlour_protocol::error::Problem;
use parlour_protocol::{Code, asyncapi};
use serde_json::json;
use utoipa::openapi::security::{ApiKey, ApiKeyValue, HttpAuthScheme, HttpBuilder, SecurityScheme};
use utoipa::openapi::{ComponentsBuilder, InfoBuilder, LicenseBuilder, OpenApi, OpenApiBuilder};

use super::Rest;
use super::respond::Answer;

pub(crate) use complete::complete;

/// The description of the WebSocket as text, made when it is first asked for.
static ASYNCAPI: LazyLock<String> = LazyLock::new(|| asyncapi::description().to_string());

const ABOUT: &str = "Chat for your product: users, rooms, members, messages. Your backend calls with `clientKey: <api_token>`, or \
for a user with `clientKey: <api_token>.<user_id>`; a user's own client calls with `Authorization: Bearer <token>`. A token that Parlour did not issue is \
proven by the settings of the app that the header `parlour-app: <app_id>` names. POST, PATCH and \
DELETE of users, rooms, members and messages take an `Idempotency-Key` header (1 to 64 letters, digits, `_`, `-`, `:`, `.`) and may \
then be sent again safely for 7 days. Errors are problem documents (RFC 9457). The WebSocket is described at \
[/docs/asyncapi.json](/docs/asyncapi.json) (AsyncAPI 3), of which `parlour serve` makes a page to read, `/docs/websocket`.";

/// Everything but the routes.
pub(crate) fn description() -> OpenApi {
    let client_key = ApiKeyValue::with_description("clientKey", "`<api_token>` or `<api_token>.<user_id>`");
    let bearer = HttpBuilder::new()
        .scheme(HttpAuthScheme::Bearer)
        .bearer_format("JWT")
        .build();
    let license = LicenseBuilder::new()
        .name("MIT OR Apache-2.0")
        .identifier(Some("MIT OR Apache-2.0"));
    OpenApiBuilder::new()
        .info(
            InfoBuilder::new()
                .title("Parlour")
                .version(env!("CARGO_PKG_VERSION"))
                .description(Some(ABOUT))
                .license(Some(license.build())),
        )
        .components(Some(
            ComponentsBuilder::new()
                .security_scheme("clientKey", SecurityScheme::ApiKey(ApiKey::Header(client_key)))
                .security_scheme("bearer", SecurityScheme::Http(bearer))
                .build(),
        ))
        .build()
}

/// The description of the WebSocket, AsyncAPI 3.
pub(crate) async fn get_asyncapi() -> impl IntoResponse {
    ([(CONTENT_TYPE, "application/json")], ASYNCAPI.as_str())
}

/// Get every limit.
#[utoipa::path(get, path = "/limits", tag = "service", responses((status = 200, description = "Limits by name.", body = Object)))]
pub(crate) async fn get_limits(State(rest): State<Rest>) -> axum::Json<Limits> {
    axum::Json(Limits {
        form_bytes: rest.parlour.settings.form_bytes(),
        ..LIMITS
    })
}

/// Say whether the service works.
///
/// Reads one row, so it also tells whether the store answers.
#[utoipa::path(get, path = "/health", tag = "service",
    responses((status = 200, description = "It works.", body = Object), (status = 503, description = "The store does not answer.", body = Problem)))]
pub(crate) async fn get_health(State(rest): State<Rest>) -> Answer {
    match rest.parlour.store.applied_migrations().await {
        Ok(_) => super::respond::ok(&json!({ "status": "ok", "version": env!("CARGO_PKG_VERSION") })),
        Err(error) => {
            tracing::warn!(%error, "the health check failed");
            Err(Code::Unavailable.into())
        }
    }
}
