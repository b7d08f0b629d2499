//! The end of a user, what the user said, and what there is of it: deletion, erasure, export, and the tasks that erasures are.

use axum::extract::State;
use parlour_protocol::error::Problem;
use parlour_protocol::request::page_limit;
use parlour_protocol::view::{EntryView, MembershipView, PageView, TaskView};
use parlour_service::{Done, erasure, export, users};
use serde::Deserialize;
use utoipa::{IntoParams, ToSchema};

use super::Rest;
use super::extract::{Bodyless, Caller, Now, OfTask, OfUser, Params};
use super::respond::{Answer, accepted, gone, ok};
use super::user::PageParams;

/// What becomes of the messages of a user who is deleted.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum MessagesOption {
    /// They stay under the user's id.
    #[default]
    Keep,
    /// Nothing is left of what they say.
    Erase,
}

/// How a user is deleted.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct DeleteUserParams {
    /// `keep` (if not given) or `erase`.
    #[serde(default)]
    #[param(inline)]
    messages: MessagesOption,
}

/// Delete a user.
///
/// The user leaves every group and the sockets close; messages stay under the user's id, or are erased by a task.
#[utoipa::path(delete, path = "/user/{user_id}", tag = "user", params(("user_id" = String, Path), DeleteUserParams),
    security(("clientKey" = [])),
    responses((status = 204), (status = 202, body = TaskView, description = "with `messages=erase`"),
        (status = "4XX", body = Problem), (status = 503, body = Problem)))]
pub(crate) async fn delete_user(
    State(rest): State<Rest>,
    Now(mut moment): Now,
    Caller(actor): Caller,
    OfUser(user): OfUser,
    Params(params): Params<DeleteUserParams>,
    Bodyless(key): Bodyless,
) -> Answer {
    match params.messages {
        MessagesOption::Keep => gone(&users::delete(&rest.parlour, &mut moment, &actor, user, key.as_ref()).await?),
        MessagesOption::Erase => {
            accepted(&erasure::delete_user(&rest.parlour, &mut moment, &actor, user, key.as_ref()).await?)
        }
    }
}

/// Erase all that a user has said until now.
///
/// Also of a user who was deleted before. While an erasure of the user goes on, it is that one.
#[utoipa::path(post, path = "/user/{user_id}/erasure", tag = "user", params(("user_id" = String, Path)),
    security(("clientKey" = [])),
    responses((status = 202, body = TaskView), (status = "4XX", body = Problem), (status = 503, body = Problem)))]
pub(crate) async fn erase_user(
    State(rest): State<Rest>,
    Now(mut moment): Now,
    Caller(actor): Caller,
    OfUser(user): OfUser,
) -> Answer {
    accepted(&Done::now(
        erasure::start(&rest.parlour, &mut moment, &actor, user).await?,
    ))
}

/// Get all that a user has said, room by room.
///
/// A page may be short, or empty; `next` tells whether there are more. Also of a user who was deleted before.
#[utoipa::path(get, path = "/user/{user_id}/export", tag = "user", params(("user_id" = String, Path), PageParams),
    security(("clientKey" = [])),
    responses((status = 200, body = PageView<EntryView>), (status = "4XX", body = Problem), (status = 503, body = Problem)))]
pub(crate) async fn export_user(
    State(rest): State<Rest>,
    Caller(actor): Caller,
    OfUser(user): OfUser,
    Params(params): Params<PageParams>,
) -> Answer {
    let limit = page_limit(params.limit)?;
    ok(&export::messages(&rest.parlour, &actor, user, params.after.as_deref(), limit).await?)
}

/// List the rooms that a user is in, in the order of joining.
#[utoipa::path(get, path = "/user/{user_id}/room", tag = "user", params(("user_id" = String, Path), PageParams),
    security(("clientKey" = [])),
    responses((status = 200, body = PageView<MembershipView>), (status = "4XX", body = Problem), (status = 503, body = Problem)))]
pub(crate) async fn list_rooms_of_user(
    State(rest): State<Rest>,
    Caller(actor): Caller,
    OfUser(user): OfUser,
    Params(params): Params<PageParams>,
) -> Answer {
    let limit = page_limit(params.limit)?;
    ok(&export::rooms(&rest.parlour, &actor, user, params.after.as_deref(), limit).await?)
}

/// List tasks, the latest first.
///
/// Those that go on, and those that ended in the last 30 days.
#[utoipa::path(get, path = "/task", tag = "service", params(PageParams), security(("clientKey" = [])),
    responses((status = 200, body = PageView<TaskView>), (status = "4XX", body = Problem), (status = 503, body = Problem)))]
pub(crate) async fn list_tasks(
    State(rest): State<Rest>,
    Now(moment): Now,
    Caller(actor): Caller,
    Params(params): Params<PageParams>,
) -> Answer {
    let (after, limit) = (params.after.as_deref(), page_limit(params.limit)?);
    ok(&erasure::list(&rest.parlour, &actor, after, limit, moment.now).await?)
}

/// Get a task: how far it is.
#[utoipa::path(get, path = "/task/{task_id}", tag = "service", params(("task_id" = String, Path)),
    security(("clientKey" = [])),
    responses((status = 200, body = TaskView), (status = "4XX", body = Problem), (status = 503, body = Problem)))]
pub(crate) async fn get_task(
    State(rest): State<Rest>,
    Now(moment): Now,
    Caller(actor): Caller,
    OfTask(task): OfTask,
) -> Answer {
    ok(&erasure::get(&rest.parlour, &actor, task, moment.now).await?)
}
