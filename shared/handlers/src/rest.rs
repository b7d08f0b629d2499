//! REST: an axum router without any Lambda in it.
//!
//! One file for each thing that routes are about; what they have in common (caller, body, idempotency key, moment) is in
//! `extract.rs`, and problem documents, CORS and request ids are made in `respond.rs` and `edge.rs` for all of them.

mod app;
mod attachment;
mod auth;
mod block;
mod docs;
pub(crate) mod edge;
mod erasure;
mod extract;
pub(crate) mod form;
mod incoming;
mod invite;
mod kept;
mod member;
mod message;
mod message_change;
mod moderation;
mod presence;
mod reading;
mod report;
pub(crate) mod respond;
mod room;
mod send_form;
mod user;
mod webhook;

use std::sync::Arc;

use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::middleware::from_fn_with_state;
use parlour_domain::limits;
use parlour_service::Parlour;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::MomentSource;

/// What every route works with.
#[derive(Clone)]
pub(crate) struct Rest {
    pub(crate) parlour: Arc<Parlour>,
    pub(crate) moments: MomentSource,
}

impl Rest {
    pub(crate) const fn new(parlour: Arc<Parlour>, moments: MomentSource) -> Self {
        Self { parlour, moments }
    }
}

/// The routes and their description, made of the same list.
fn described() -> OpenApiRouter<Rest> {
    OpenApiRouter::with_openapi(docs::description())
        .routes(routes!(app::get_app, app::update_app))
        .routes(routes!(app::add_token))
        .routes(routes!(app::remove_token))
        .routes(routes!(auth::issue_user_token))
        .routes(routes!(auth::issue_ticket))
        .routes(routes!(user::get_me))
        .routes(routes!(user::create_user, user::list_users, user::upsert_users))
        .routes(routes!(user::get_user, user::update_user, erasure::delete_user))
        .routes(routes!(erasure::erase_user))
        .routes(routes!(erasure::export_user))
        .routes(routes!(erasure::list_rooms_of_user))
        .routes(routes!(erasure::list_tasks))
        .routes(routes!(erasure::get_task))
        .routes(routes!(incoming::take_events))
        .routes(routes!(incoming::list_friends))
        .routes(routes!(block::list_blocks))
        .routes(routes!(block::block_user, block::unblock_user))
        .routes(routes!(user::suspend_user, user::lift_suspension))
        .routes(routes!(room::create_room, room::list_rooms))
        .routes(routes!(room::list_public_rooms))
        .routes(routes!(room::find_rooms))
        .routes(routes!(room::get_room_by_key))
        .routes(routes!(room::get_room, room::update_room, room::delete_room))
        .routes(routes!(member::list_members, member::add_member))
        .routes(routes!(member::add_members))
        .routes(routes!(presence::get_presence))
        .routes(routes!(presence::list_presence))
        .routes(routes!(presence::list_roster))
        .routes(routes!(member::remove_member))
        .routes(routes!(moderation::set_role))
        .routes(routes!(moderation::mute_member, moderation::unmute_member))
        .routes(routes!(moderation::list_bans))
        .routes(routes!(moderation::ban_user, moderation::unban_user))
        .routes(routes!(invite::invite_user, invite::list_invites))
        .routes(routes!(invite::revoke_invite))
        .routes(routes!(invite::list_own_invites))
        .routes(routes!(invite::accept_invite))
        .routes(routes!(invite::decline_invite))
        .routes(routes!(room::truncate_room))
        .routes(routes!(room::archive_room, room::unarchive_room))
        .routes(routes!(member::join_room))
        .routes(routes!(member::leave_room))
        .routes(routes!(attachment::announce_attachment))
        .routes(routes!(attachment::confirm_attachment))
        .routes(routes!(attachment::get_attachment))
        .routes(routes!(message::send_message))
        .routes(routes!(message::send_messages))
        .routes(routes!(message::list_messages))
        .routes(routes!(
            message::get_message,
            message_change::edit_message,
            message_change::delete_message
        ))
        .routes(routes!(message_change::forward_message))
        .routes(routes!(message_change::list_edits))
        .routes(routes!(message_change::list_replies))
        .routes(routes!(message_change::add_reaction, message_change::remove_reaction))
        .routes(routes!(report::report_message))
        .routes(routes!(report::report_user))
        .routes(routes!(report::list_reports))
        .routes(routes!(report::review_report))
        .routes(routes!(kept::pin_message, kept::unpin_message))
        .routes(routes!(kept::list_pins))
        .routes(routes!(kept::star_message, kept::unstar_message))
        .routes(routes!(kept::list_stars))
        .routes(routes!(reading::mark_read, reading::list_reads))
        .routes(routes!(reading::mark_unread))
        .routes(routes!(reading::mark_delivered))
        .routes(routes!(reading::get_status))
        .routes(routes!(reading::set_notification))
        .routes(routes!(reading::get_unread, reading::list_unread))
        .routes(routes!(webhook::create_webhook, webhook::list_webhooks))
        .routes(routes!(webhook::update_webhook, webhook::delete_webhook))
        .routes(routes!(webhook::rotate_webhook_secret))
        .routes(routes!(webhook::list_deliveries))
        .routes(routes!(webhook::replay_delivery))
        .routes(routes!(docs::get_limits))
        .routes(routes!(docs::get_health))
}

/// All routes, at the root.
pub fn router(parlour: Arc<Parlour>, moments: MomentSource) -> Router {
    let rest = Rest::new(parlour, moments);
    let (router, _) = described().split_for_parts();
    router
        .route("/docs/openapi.json", axum::routing::get(docs::get_openapi))
        .route("/docs/asyncapi.json", axum::routing::get(docs::get_asyncapi))
        .fallback(respond::not_found)
        .method_not_allowed_fallback(respond::method_not_allowed)
        .layer(DefaultBodyLimit::max(limits::REST_BODY_BYTES))
        .layer(from_fn_with_state(rest.clone(), edge::edge))
        .with_state(rest)
}

/// The OpenAPI 3.1 description of the routes.
#[must_use]
pub fn openapi() -> utoipa::openapi::OpenApi {
    let mut openapi = described().into_openapi();
    docs::complete(&mut openapi);
    openapi
}

/// The AsyncAPI 3 description of the WebSocket.
#[must_use]
pub fn asyncapi() -> serde_json::Value {
    parlour_protocol::asyncapi::description()
}
