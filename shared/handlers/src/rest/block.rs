//! Whom a user has blocked.

use axum::extract::State;
use parlour_protocol::error::Problem;
use parlour_protocol::request::{after_user, page_limit};
use parlour_protocol::view::{BlockView, PageView};
use parlour_service::{Done, block_user as block};

use super::Rest;
use super::extract::{Caller, Now, OfUser, Params};
use super::respond::{Answer, gone, ok};
use super::user::PageParams;

/// List the users whom the caller has blocked.
#[utoipa::path(get, path = "/block", tag = "user", params(PageParams), security(("bearer" = []), ("clientKey" = [])),
    responses((status = 200, body = PageView<BlockView>), (status = "4XX", body = Problem), (status = 503, body = Problem)))]
pub(crate) async fn list_blocks(
    State(rest): State<Rest>,
    Caller(actor): Caller,
    Params(params): Params<PageParams>,
) -> Answer {
    let after = after_user(params.after.as_deref())?;
    ok(&block::list(&rest.parlour, &actor, after, page_limit(params.limit)?).await?)
}

/// Block a user.
///
/// Neither can write to the other in their direct room, nor make one. In groups both are heard.
#[utoipa::path(put, path = "/block/{user_id}", tag = "user", params(("user_id" = String, Path)),
    security(("bearer" = []), ("clientKey" = [])),
    responses((status = 204), (status = "4XX", body = Problem), (status = 503, body = Problem)))]
pub(crate) async fn block_user(
    State(rest): State<Rest>,
    Now(mut moment): Now,
    Caller(actor): Caller,
    OfUser(user): OfUser,
) -> Answer {
    block::set_block(&rest.parlour, &mut moment, &actor, user, true).await?;
    gone(&Done::now(()))
}

/// Unblock a user.
#[utoipa::path(delete, path = "/block/{user_id}", tag = "user", params(("user_id" = String, Path)),
    security(("bearer" = []), ("clientKey" = [])),
    responses((status = 204), (status = "4XX", body = Problem), (status = 503, body = Problem)))]
pub(crate) async fn unblock_user(
    State(rest): State<Rest>,
    Now(mut moment): Now,
    Caller(actor): Caller,
    OfUser(user): OfUser,
) -> Answer {
    block::set_block(&rest.parlour, &mut moment, &actor, user, false).await?;
    gone(&Done::now(()))
}
