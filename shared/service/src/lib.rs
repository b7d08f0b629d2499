//! Use-cases, one file each, named as the client names them.
//!
//! A use-case reads: load (in as few round trips as there are dependencies), decide (by `parlour_domain::access` and the rules of
//! the log), write, push. It takes what time it is and its random bytes as a `Moment`, and starts nothing that outlives it.

pub mod add_member;
pub mod add_members;
pub mod add_recipient;
mod aggregate;
pub mod apps;
pub mod attachment;
pub mod authenticate;
pub mod ban;
pub mod block_user;
pub mod calls;
pub mod company;
pub mod connect;
pub mod connected;
pub mod create_room;
pub mod delete_message;
pub mod delete_room;
pub mod deliver;
pub mod delivery_log;
pub mod edit_message;
pub mod enter_room;
pub mod erasure;
pub mod error;
pub mod event_bus;
pub mod export;
pub mod fan_out;
pub mod files;
pub mod find_room;
pub mod follow_rooms;
pub mod forward_message;
pub mod friend_messages;
pub mod friend_rooms;
pub mod friends;
pub mod heartbeat;
pub mod history;
pub mod hosted_apps;
pub mod idempotency;
pub mod import;
pub mod incoming;
pub mod invite;
pub mod issue;
pub mod join_room;
pub mod joined_rooms;
pub mod leave_room;
pub mod list_members;
pub mod list_rooms;
pub mod live;
pub mod manage_app;
pub mod mark_delivered;
pub mod mark_read;
pub mod mark_unread;
mod member_change;
mod message;
mod message_hook;
pub mod message_status;
pub mod metric;
pub mod mute;
pub mod newest_users;
pub mod numbers;
pub mod occupied_rooms;
pub mod open_channel;
pub mod operators;
pub mod over_rooms;
pub mod page;
pub mod people;
pub mod pin;
pub mod ping;
pub mod populated_rooms;
pub mod presence;
pub mod public_rooms;
pub mod push;
pub mod queue;
mod rate_limit;
pub mod react;
pub mod read_all;
pub mod read_positions;
pub mod reauth;
pub mod receive_file;
pub mod register_token;
pub mod registered_users;
pub mod remove_member;
pub mod replies;
pub mod report;
pub mod resume;
pub mod room;
pub mod room_info;
pub mod roster;
pub mod send_message;
pub mod send_messages;
pub mod session;
pub mod set_notification;
pub mod set_role;
mod slow_mode;
pub mod star;
pub mod suspend_user;
pub mod sweep;
mod tell_user;
pub mod truncate_room;
pub mod trust;
pub mod typing;
pub mod unread;
pub mod update_room;
pub mod upsert_users;
pub mod users;
pub mod webhook;

pub use error::Error;
pub use idempotency::{Done, Key};
pub use member_change::Of;
pub use message::{Changed, Target};
pub use page::PageSize;
pub use session::Session;
pub use tell_user::tell_user;

use std::num::NonZeroU32;
use std::sync::Arc;

use parlour_auth::SigningKeys;
use parlour_domain::{AppId, limits};
use parlour_store::Store;

/// What every use-case works with. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Parlour {
    /// The tables.
    pub store: Store,
    /// The way to the connections.
    pub push: Arc<dyn push::Push>,
    /// The queue of the `fan_out` function.
    pub queue: Arc<dyn queue::Queue>,
    /// The files of messages.
    pub files: Arc<dyn files::Files>,
    /// Asynchronous calls of functions.
    pub calls: Arc<dyn calls::Calls>,
    /// The keys that user tokens are signed with.
    pub signing: SigningKeys,
    /// What asks the servers of integrators: it proves tokens that Parlour did not issue, and has messages looked at.
    pub trust: trust::Trust,
    /// What tells webhooks and the event bus; none: nothing does.
    pub outgoing: Option<deliver::Outgoing>,
    /// The app that clients of other services are of where their URL names none.
    pub default_app: Option<AppId>,
    /// What differs between deployments.
    pub settings: Settings,
}

/// What differs between deployments.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Settings {
    /// After this many seconds the connection manager ends a connection (API Gateway: 7,200); `None`: never.
    pub connection_life_seconds: Option<i64>,
    /// Posts that one process may make per second in the `fan_out` function; `None`: as many as it can.
    pub posts_per_second: Option<NonZeroU32>,
    /// The largest message with its files in one form, in bytes; `None`: [`limits::FORM_BYTES`].
    pub form_bytes: Option<u64>,
    /// Whether a client is let in to be told why `$connect` refuses it: where the connection manager passes no status on, and the
    /// client's protocol has a word for it.
    pub tells_refusals: bool,
    /// How fast one connection may send; `None`: the connection manager does not say.
    pub frame_rate: Option<FrameRate>,
}

/// How fast one connection may send frames, as the connection manager has it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct FrameRate {
    /// Frames at once.
    pub at_once: u32,
    /// Frames a second in the long run.
    pub per_second: u32,
}

impl Settings {
    /// The largest message with its files in one form, in bytes.
    #[must_use]
    pub fn form_bytes(&self) -> u64 {
        self.form_bytes.unwrap_or(limits::FORM_BYTES)
    }
}
