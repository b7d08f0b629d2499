//! sourceloop: 34 operations on three models. Which they are, what rows look like and what a query means is in
//! `parlour_protocol::dialect::sourceloop`.
//!
//! First who asks and with which permission, then what: nobody without a good token learns what a body must be like.

mod answer;
mod call;
mod file;
mod looking;
mod message;
mod recipient;
mod rows;

use axum::extract::{Request, State};
use axum::response::{IntoResponse, Response};
use axum::{Extension, Json, Router};
use parlour_protocol::dialect::sourceloop::model::Model;
use parlour_protocol::dialect::sourceloop::openapi;
use parlour_protocol::dialect::sourceloop::operation::{self, Verb};
use parlour_protocol::dialect::sourceloop::problem::Problem;

use self::answer::{Answer, refused};
use self::call::Call;
use super::Mounted;
use crate::rest::Rest;
use crate::rest::edge::RequestId;

/// The service's routes, at its own paths: one for all, because whatever it does not have is refused in its own words.
pub(super) fn routes() -> Router<Rest> {
    Router::new().fallback(handle)
}

async fn handle(
    State(rest): State<Rest>,
    Extension(mounted): Extension<Mounted>,
    Extension(RequestId(id)): Extension<RequestId>,
    request: Request,
) -> Response {
    match answered(&rest, &mounted, request).await {
        Ok(response) => response,
        Err(refusal) => refused(refusal, &id),
    }
}

async fn answered(rest: &Rest, mounted: &Mounted, request: Request) -> Answer {
    let path = request.uri().path();
    if request.method() == "GET" && path.trim_end_matches('/') == "/openapi.json" {
        return Ok(Json(openapi::description(&mounted.root)).into_response());
    }
    let found = operation::find(request.method().as_str(), path);
    let (operation, id) = found.ok_or(Problem::NoRoute)?;
    let mut call = Call::read(rest, mounted, (operation, id), request).await?;
    let call = &mut call;
    match (operation.verb, operation.model) {
        (Verb::Find, _) => looking::find(call).await,
        (Verb::Count, _) => looking::count(call).await,
        (Verb::Get | Verb::Owner, _) => looking::get(call).await,
        (_, Model::Message) => message::run(call).await,
        (_, Model::Recipient) => recipient::run(call).await,
        (_, Model::File) => file::run(call).await,
    }
}
