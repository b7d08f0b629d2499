//! The app itself: its settings and its API tokens.

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::IntoResponse;
use parlour_protocol::error::Problem;
use parlour_protocol::request::UpdateApp;
use parlour_protocol::view::{AppView, NewTokenView};
use parlour_service::{Done, manage_app};

use super::Rest;
use super::extract::{Caller, Now, OfToken, OwnToken, Write};
use super::respond::{Answer, gone, ok};

/// Get the app of the caller.
///
/// No secret is ever shown.
#[utoipa::path(get, path = "/app", tag = "app", security(("clientKey" = [])),
    responses((status = 200, body = AppView), (status = "4XX", body = Problem), (status = 503, body = Problem)))]
pub(crate) async fn get_app(State(rest): State<Rest>, Caller(actor): Caller) -> Answer {
    ok(&manage_app::get(&rest.parlour, &actor).await?)
}

/// Change the settings of the app.
///
/// What is not given stays; `quotas` and `verification` are replaced as a whole. A URL is https, on port 443 or 8443, and leads to no private
/// address. The same request again changes nothing.
#[utoipa::path(patch, path = "/app", tag = "app", request_body = UpdateApp, security(("clientKey" = [])),
    responses((status = 200, body = AppView), (status = "4XX", body = Problem), (status = 503, body = Problem)))]
pub(crate) async fn update_app(State(rest): State<Rest>, Caller(actor): Caller, write: Write<UpdateApp>) -> Answer {
    let change = write.body.check()?;
    ok(&manage_app::update(&rest.parlour, &actor, &change).await?)
}

/// Add an API token.
///
/// An app has two at most: this call never ends the token that it is made with, and ends any other one. Sent again after a lost
/// answer, it gives a token in the place of the one that was lost.
#[utoipa::path(post, path = "/app/token", tag = "app", security(("clientKey" = [])),
    responses((status = 201, body = NewTokenView), (status = "4XX", body = Problem), (status = 503, body = Problem)))]
pub(crate) async fn add_token(
    State(rest): State<Rest>,
    Now(mut moment): Now,
    Caller(actor): Caller,
    OwnToken(own): OwnToken,
) -> Answer {
    let token = manage_app::add_token(&rest.parlour, &mut moment, &actor, own.as_ref()).await?;
    Ok((StatusCode::CREATED, axum::Json(token)).into_response())
}

/// Remove an API token.
///
/// It is refused from here on. The last one stays.
#[utoipa::path(delete, path = "/app/token/{token_id}", tag = "app", params(("token_id" = String, Path)),
    security(("clientKey" = [])),
    responses((status = 204), (status = "4XX", body = Problem), (status = 503, body = Problem)))]
pub(crate) async fn remove_token(State(rest): State<Rest>, Caller(actor): Caller, OfToken(token): OfToken) -> Answer {
    manage_app::remove_token(&rest.parlour, &actor, &token).await?;
    gone(&Done::now(()))
}
