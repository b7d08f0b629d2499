//! Events of the integrator's own system, and the friends that they make.

use axum::Extension;
use axum::extract::State;
use parlour_protocol::error::Problem;
use parlour_protocol::request::{TakeEvents, page_limit};
use parlour_protocol::view::{FriendsView, PageView, TakenView};
use parlour_service::{friends, incoming};

use super::Rest;
use super::edge::RequestId;
use super::extract::{Caller, Now, Params, Write};
use super::respond::{Answer, ok};
use super::user::PageParams;
use crate::wire::wire;

/// Tell of users and friends in your own system.
///
/// Each event says how things are from its time on, and of two about the same user, or the same two, the later one counts. So they
/// may come twice and in any order. Each is answered for itself, in the same order; what has an error may be sent again.
#[utoipa::path(post, path = "/events", tag = "user", request_body = TakeEvents, security(("clientKey" = [])),
    responses((status = 200, body = PageView<TakenView>), (status = "4XX", body = Problem), (status = 503, body = Problem)))]
pub(crate) async fn take_events(
    State(rest): State<Rest>,
    Now(mut moment): Now,
    Caller(actor): Caller,
    Extension(RequestId(request)): Extension<RequestId>,
    Write { body, .. }: Write<TakeEvents>,
) -> Answer {
    let events = body.check(moment.now)?;
    let ids: Vec<String> = events.iter().map(|event| event.stamp.id.to_string()).collect();
    let taken = incoming::take(&rest.parlour, &mut moment, &actor, events).await?;
    let items = ids
        .into_iter()
        .zip(taken)
        .map(|(id, taken)| became(id, taken, &request));
    ok(&PageView {
        items: items.collect(),
        next: None,
    })
}

fn became(id: String, taken: incoming::Taken, request: &str) -> TakenView {
    let (outcome, error) = match taken {
        Ok(outcome) => (Some(outcome.into()), None),
        Err(error) => (None, Some(wire(error, request).frame_data())),
    };
    TakenView { id, outcome, error }
}

/// List the caller's friends, the latest first.
///
/// They are those of your own system: `friend.created` and `friend.removed` of `POST /events`.
#[utoipa::path(get, path = "/friend", tag = "user", params(PageParams), security(("bearer" = []), ("clientKey" = [])),
    responses((status = 200, body = FriendsView), (status = "4XX", body = Problem), (status = 503, body = Problem)))]
pub(crate) async fn list_friends(
    State(rest): State<Rest>,
    Caller(actor): Caller,
    Params(params): Params<PageParams>,
) -> Answer {
    let limit = page_limit(params.limit)?;
    ok(&friends::list(&rest.parlour, &actor, params.after.as_deref(), limit).await?)
}
