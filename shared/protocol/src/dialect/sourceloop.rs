//! sourceloop (`@sourceloop/chat-service`, a LoopBack 4 service): REST alone, with a query language over three models.
//!
//! One truth: a Message is a message of ours, in the room whose key (or id) is its `channelId`; a MessageRecipient is a message and a
//! member of its room. What ours have no place for is kept in the message's custom data, under [`KEPT`]: `channelType`, `toUserId`,
//! a `parentMessageId` that is a reply itself, the files of `/attach-files`, and what the sender says of single recipients.

pub mod body;
pub mod dataset;
pub mod edit;
pub mod filter;
pub mod kept;
pub mod model;
pub mod openapi;
pub mod operation;
pub mod problem;
pub mod row;

use serde_json::{Map, Value};

/// What is not ours in a message's custom data stands under this name.
pub const KEPT: &str = "sourceloop";

/// Who has this permission beside that of an operation reads, changes and deletes in all rooms of the app, not only in their own. It
/// sends as its user, like anybody.
pub const ADMINISTRATOR: &str = "ParlourAdmin";

/// A row of a model, as it is answered and as conditions look at it.
pub type Row = Map<String, Value>;
