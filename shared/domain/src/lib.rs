//! Ids, entities, limits, the rules of the room log and of permission.
//!
//! Everything here is a value or a pure function on values: no async, no I/O, no clock, no randomness. What time it is and
//! which bytes are random comes in from the rim as a [`Moment`].

pub mod access;
pub mod app;
pub mod application_id;
pub mod attachment;
pub mod delivery;
pub mod dialect;
pub mod id;
pub mod incoming;
pub mod integer_id;
pub mod invite;
pub mod limits;
pub mod log;
pub mod member;
pub mod message_hook;
pub mod moment;
pub mod pace;
pub mod pin;
pub mod place;
pub mod presence;
pub mod rate;
pub mod report;
pub mod resume;
pub mod room;
pub mod task;
pub mod text;
pub mod unread;
pub mod user;
pub mod verification;
pub mod webhook;

pub use application_id::ApplicationId;
pub use attachment::AttachmentId;
pub use id::{AppId, ClientId, ConnectionId, ExternalId, IdError, RoomKey, RoomNumber, Seq, UserId};
pub use moment::{Entropy, Moment, Timestamp};
pub use place::{MessageId, RoomId};
pub use task::TaskId;
pub use webhook::WebhookId;
