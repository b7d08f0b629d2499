//! What the service says about itself: its descriptions, its limits, its health.

mod complete;
mod examples;
mod key;

use std::borrow::Cow;
use std::sync::LazyLock;

use axum::extract::State;
use axum::http::header::CONTENT_TYPE;
use axum::response::IntoResponse;
use parlour_domain::limits::{LIMITS, Limits};
use parlour_protocol::error::Problem;
use parlour_protocol::{Code, asyncapi};
use serde::Serialize;
use serde_json::{Value, json};
use utoipa::openapi::schema::SchemaType;
use utoipa::openapi::security::{ApiKey, ApiKeyValue, HttpAuthScheme, HttpBuilder, SecurityScheme};
use utoipa::openapi::{
    ComponentsBuilder, InfoBuilder, LicenseBuilder, ObjectBuilder, OpenApi, OpenApiBuilder, RefOr, Schema, Type,
};
use utoipa::{PartialSchema, ToSchema};

use super::Rest;
use super::respond::Answer;

pub(crate) use complete::complete;

/// The descriptions as text, made when they are first asked for: anybody may ask, and no other request needs them.
static OPENAPI: LazyLock<String> = LazyLock::new(|| serde_json::to_string(&super::openapi()).unwrap_or_default());
static ASYNCAPI: LazyLock<String> = LazyLock::new(|| asyncapi::description().to_string());

const ABOUT: &str = "Chat for your product: users, rooms, members, messages. Your backend calls with `clientKey: <api_token>`, or \
for a user with `clientKey: <api_token>.<user_id>`; a user's own client calls with `Authorization: Bearer <token>`. A token that Parlour did not issue is \
proven by the settings of the app that the header `parlour-app: <app_id>` names. Writes that are not the same however often they are \
sent take an `Idempotency-Key` header, and may then be sent again safely for 7 days. Errors are problem documents (RFC 9457). The WebSocket is described at \
[/docs/asyncapi.json](/docs/asyncapi.json) (AsyncAPI 3), of which `parlour serve` makes a page to read, `/docs/websocket`.";

/// Everything but the routes.
pub(crate) fn description() -> OpenApi {
    let client_key = ApiKeyValue::with_description("clientKey", "`<api_token>` or `<api_token>.<user_id>`");
    let bearer = HttpBuilder::new()
        .scheme(HttpAuthScheme::Bearer)
        .bearer_format("JWT")
        .description(Some(
            "A user's token. Beside one that Parlour did not issue, the header `parlour-app` names the app.",
        ))
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

/// The description of the routes, OpenAPI 3.1.
pub(crate) async fn get_openapi() -> impl IntoResponse {
    ([(CONTENT_TYPE, "application/json")], OPENAPI.as_str())
}

/// The description of the WebSocket, AsyncAPI 3.
pub(crate) async fn get_asyncapi() -> impl IntoResponse {
    ([(CONTENT_TYPE, "application/json")], ASYNCAPI.as_str())
}

/// The limits in force. Its schema is made of the table itself.
#[derive(Debug, Serialize)]
#[serde(transparent)]
pub(crate) struct LimitsView(Limits);

impl PartialSchema for LimitsView {
    fn schema() -> RefOr<Schema> {
        let mut limits = ObjectBuilder::new();
        for (name, value) in json!(LIMITS).as_object().into_iter().flatten() {
            let kind = match value {
                Value::Null => SchemaType::Array(vec![Type::Integer, Type::Null]),
                _ => SchemaType::Type(Type::Integer),
            };
            let limit = ObjectBuilder::new().schema_type(kind);
            limits = limits.property(name, limit).required(name);
        }
        limits.into()
    }
}

impl ToSchema for LimitsView {
    fn name() -> Cow<'static, str> {
        "Limits".into()
    }
}

/// Get every limit.
///
/// Sizes are in bytes of UTF-8, and times in seconds, unless the name says otherwise. `frames_at_once` and `frames_per_second` are how fast
/// one connection may send; `null`: what is in front of the service limits all connections together.
#[utoipa::path(get, path = "/limits", tag = "service", responses((status = 200, description = "Limits by name.", body = LimitsView)))]
pub(crate) async fn get_limits(State(rest): State<Rest>) -> axum::Json<LimitsView> {
    let settings = rest.parlour.settings;
    axum::Json(LimitsView(Limits {
        form_bytes: settings.form_bytes(),
        frames_at_once: settings.frame_rate.map(|rate| rate.at_once),
        frames_per_second: settings.frame_rate.map(|rate| rate.per_second),
        ..LIMITS
    }))
}

/// That the service works.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct HealthView {
    /// `ok`.
    status: String,
    /// The version of Parlour.
    version: String,
}

/// Say whether the service works.
///
/// Reads one row, so it also tells whether the store answers.
#[utoipa::path(get, path = "/health", tag = "service",
    responses((status = 200, description = "It works.", body = HealthView), (status = 503, description = "The store does not answer.", body = Problem)))]
pub(crate) async fn get_health(State(rest): State<Rest>) -> Answer {
    match rest.parlour.store.applied_migrations().await {
        Ok(_) => super::respond::ok(&HealthView {
            status: "ok".to_owned(),
            version: env!("CARGO_PKG_VERSION").to_owned(),
        }),
        Err(error) => {
            tracing::warn!(%error, "the health check failed");
            Err(Code::Unavailable.into())
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rest::openapi;

    #[test]
    fn every_limit_is_described_with_its_type() {
        let openapi = json!(openapi());
        let answer = &openapi["paths"]["/limits"]["get"]["responses"]["200"];
        let place = &answer["content"]["application/json"]["schema"]["$ref"];
        assert_eq!(place, "#/components/schemas/Limits");
        let described = &openapi["components"]["schemas"]["Limits"];
        let table = json!(LIMITS);
        for name in table.as_object().unwrap().keys() {
            let kind = &described["properties"][name]["type"];
            let expected = match name.as_str() {
                "frames_at_once" | "frames_per_second" => json!(["integer", "null"]),
                _ => json!("integer"),
            };
            assert_eq!(*kind, expected, "{name}");
            assert!(
                described["required"].as_array().unwrap().contains(&json!(name)),
                "{name}"
            );
        }
    }
}
