//! Users.

use axum::extract::State;
use parlour_protocol::error::Problem;
use parlour_protocol::request::{CreateUser, Suspend, UpdateUser, UpsertUsers, after_user, external_id, page_limit};
use parlour_protocol::view::{PageView, UserView};
use parlour_service::{suspend_user, upsert_users as upsert, users};
use serde::Deserialize;
use utoipa::IntoParams;

use super::Rest;
use super::extract::{Bodyless, Caller, Now, OfUser, Params, Write};
use super::respond::{Answer, changed, created, ok};

/// A page of a list.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct PageParams {
    /// At most so many, 1 to 50.
    pub(crate) limit: Option<u64>,
    /// The `next` of the page before.
    pub(crate) after: Option<String>,
}

/// Create a user.
#[utoipa::path(post, path = "/user", tag = "user", request_body = CreateUser, security(("clientKey" = [])),
    responses((status = 201, body = UserView), (status = 200, body = UserView, description = "the same Idempotency-Key again"),
        (status = "4XX", body = Problem), (status = 503, body = Problem)))]
pub(crate) async fn create_user(
    State(rest): State<Rest>,
    Now(mut moment): Now,
    Caller(actor): Caller,
    Write { body, key }: Write<CreateUser>,
) -> Answer {
    created(&users::create(&rest.parlour, &mut moment, &actor, body.check()?, key.as_ref()).await?)
}

/// Make or change users by their ids in your own system.
///
/// Sent again, it changes nothing. What is not given stays.
#[utoipa::path(put, path = "/user", tag = "user", request_body = UpsertUsers, security(("clientKey" = [])),
    responses((status = 200, body = PageView<UserView>), (status = "4XX", body = Problem), (status = 503, body = Problem)))]
pub(crate) async fn upsert_users(
    State(rest): State<Rest>,
    Now(mut moment): Now,
    Caller(actor): Caller,
    Write { body, .. }: Write<UpsertUsers>,
) -> Answer {
    ok(&PageView {
        items: upsert::upsert_users(&rest.parlour, &mut moment, &actor, body.check()?).await?,
        next: None,
    })
}

/// Suspend a user.
///
/// No credential of the user is taken until it ends, and every connection closes at once.
#[utoipa::path(put, path = "/user/{user_id}/suspension", tag = "user", params(("user_id" = String, Path)),
    request_body = Suspend, security(("clientKey" = [])),
    responses((status = 200, body = UserView), (status = "4XX", body = Problem), (status = 503, body = Problem)))]
pub(crate) async fn suspend_user(
    State(rest): State<Rest>,
    Now(moment): Now,
    Caller(actor): Caller,
    OfUser(user): OfUser,
    Write { body, key }: Write<Suspend>,
) -> Answer {
    let about = (user, body.check()?);
    changed(&suspend_user::suspend(&rest.parlour, &moment, &actor, about, key.as_ref()).await?)
}

/// Lift a suspension.
#[utoipa::path(delete, path = "/user/{user_id}/suspension", tag = "user", params(("user_id" = String, Path)),
    security(("clientKey" = [])),
    responses((status = 200, body = UserView), (status = "4XX", body = Problem), (status = 503, body = Problem)))]
pub(crate) async fn lift_suspension(
    State(rest): State<Rest>,
    Now(moment): Now,
    Caller(actor): Caller,
    OfUser(user): OfUser,
    Bodyless(key): Bodyless,
) -> Answer {
    changed(&suspend_user::lift(&rest.parlour, &moment, &actor, user, key.as_ref()).await?)
}

/// A page of users.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct UsersParams {
    /// At most so many, 1 to 50.
    limit: Option<u64>,
    /// The `next` of the page before.
    after: Option<String>,
    /// Only the user with this id in your own system.
    external_id: Option<String>,
}

/// List the app's users, in order of creation.
#[utoipa::path(get, path = "/user", tag = "user", params(UsersParams), security(("clientKey" = [])),
    responses((status = 200, body = PageView<UserView>), (status = "4XX", body = Problem), (status = 503, body = Problem)))]
pub(crate) async fn list_users(
    State(rest): State<Rest>,
    Caller(actor): Caller,
    Params(params): Params<UsersParams>,
) -> Answer {
    if let Some(id) = params.external_id.as_deref() {
        return ok(&users::find(&rest.parlour, &actor, &external_id(id)?).await?);
    }
    let after = after_user(params.after.as_deref())?;
    ok(&users::list(&rest.parlour, &actor, after, page_limit(params.limit)?).await?)
}

/// Get the calling user.
#[utoipa::path(get, path = "/me", tag = "user", security(("bearer" = []), ("clientKey" = [])),
    responses((status = 200, body = UserView), (status = "4XX", body = Problem), (status = 503, body = Problem)))]
pub(crate) async fn get_me(State(rest): State<Rest>, Caller(actor): Caller) -> Answer {
    ok(&users::me(&rest.parlour, &actor).await?)
}

/// Get a user.
///
/// External id and custom data only for the backend and the user.
#[utoipa::path(get, path = "/user/{user_id}", tag = "user", params(("user_id" = String, Path)),
    security(("bearer" = []), ("clientKey" = [])),
    responses((status = 200, body = UserView), (status = "4XX", body = Problem), (status = 503, body = Problem)))]
pub(crate) async fn get_user(State(rest): State<Rest>, Caller(actor): Caller, OfUser(user): OfUser) -> Answer {
    ok(&users::get(&rest.parlour, &actor, user).await?)
}

/// Change a user.
///
/// By the backend or the user.
#[utoipa::path(patch, path = "/user/{user_id}", tag = "user", params(("user_id" = String, Path)),
    request_body = UpdateUser, security(("bearer" = []), ("clientKey" = [])),
    responses((status = 200, body = UserView), (status = "4XX", body = Problem), (status = 503, body = Problem)))]
pub(crate) async fn update_user(
    State(rest): State<Rest>,
    Now(moment): Now,
    Caller(actor): Caller,
    OfUser(user): OfUser,
    Write { body, key }: Write<UpdateUser>,
) -> Answer {
    changed(&users::update(&rest.parlour, &moment, &actor, user, body.check()?, key.as_ref()).await?)
}
