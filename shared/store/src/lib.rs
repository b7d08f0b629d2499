//! DynamoDB access patterns: one file per aggregate, key text only in [`keys`].
//!
//! There is one implementation for every engine (embedded, DynamoDB Local, DynamoDB): the seam is the DynamoDB API itself.
//! No request scans a table ([`scan`] is for migrations, export and proofs of erasure), and every update that must not create a
//! row says so.

mod aggregate;
mod app;
mod attachment;
mod block;
mod claim;
mod client;
mod connection;
mod delivery;
mod ending;
mod erasure;
mod error;
mod hosted;
mod incoming;
mod invite;
mod joined;
pub mod keys;
mod log;
mod member;
mod operator;
mod outbox;
mod presence;
mod progress;
mod query;
mod quota;
mod reading;
mod registered;
mod report;
mod room;
mod room_key;
mod room_list;
mod row;
mod star;
mod subscription;
mod task;
mod ticket;
mod transact;
mod trim;
mod unseen;
mod user;
mod version;
mod webhook;

pub mod scan;
pub mod table;

pub use aggregate::{Aggregate, Noted, Signal};
pub use attachment::Along;
pub use block::{Block, BlockPage};
pub use claim::{WriteClaim, Written};
pub use client::{ClientSettings, Credentials, client};
pub use connection::Connection;
pub use delivery::DeliveryPage;
pub use ending::Trace;
pub use error::StoreError;
pub use hosted::{HOME, Hosted, HostedApp, With};
pub use incoming::{Doing, FriendCursor, FriendPage, Telling};
pub use invite::{InvitePage, OwnInvite, OwnInvitePage};
pub use joined::JoinedAt;
pub use log::{AppendRefusal, Appended, Begin, Page, Reply, Start, Writing};
pub use member::{BanPage, Leaving, MemberPage};
pub use operator::Operator;
pub use outbox::{Outbox, Unseen};
pub use parlour_domain as domain;
pub use presence::RosterPage;
pub use progress::{PageDone, SegmentProgress};
pub use registered::{Registered, Registering};
pub use report::ReportPage;
pub use room::{Created, NewRoom, members_hash};
pub use room_key::Keyed;
pub use room_list::{RoomCursor, RoomPage};
pub use star::{Star, StarPage};
pub use subscription::{Present, Subscribed, Subscriber};
pub use task::{Started, TaskPage};
pub use trim::{Due, Trimmed};
pub use unseen::Missing;
pub use user::UserPage;

use std::sync::Arc;

/// The names of the two tables.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tables {
    /// Durable: apps, tokens, users, rooms, members, logs, claims.
    pub chat: String,
    /// Ephemeral: connections, subscriptions, tickets.
    pub connections: String,
}

impl Tables {
    /// `{prefix}chat` and `{prefix}connections`.
    #[must_use]
    pub fn with_prefix(prefix: &str) -> Self {
        Self {
            chat: format!("{prefix}chat"),
            connections: format!("{prefix}connections"),
        }
    }
}

/// The store: a client, the tables' names and the lanes of this process. Cheap to clone; clones share the lanes.
#[derive(Debug, Clone)]
pub struct Store {
    client: aws_sdk_dynamodb::Client,
    tables: Arc<Tables>,
    lanes: Arc<log::Lanes>,
    /// What this process remembers of webhooks; none: nothing is told to them.
    outbox: Option<Arc<outbox::Memory>>,
}

impl Store {
    /// A store on these tables.
    #[must_use]
    pub fn new(client: aws_sdk_dynamodb::Client, tables: Tables) -> Self {
        Self {
            client,
            tables: Arc::new(tables),
            lanes: Arc::default(),
            outbox: None,
        }
    }

    /// The same, with appends that note what webhooks are to be told. Where nothing tells them, notes would be of no use.
    #[must_use]
    pub fn with_outbox(self) -> Self {
        Self {
            outbox: Some(Arc::new(outbox::Memory::new(false))),
            ..self
        }
    }

    /// The same, for apps without webhooks too: where an event bus hears of all.
    #[must_use]
    pub fn with_outbox_of_all(self) -> Self {
        Self {
            outbox: Some(Arc::new(outbox::Memory::new(true))),
            ..self
        }
    }

    /// The tables' names.
    #[must_use]
    pub fn tables(&self) -> &Tables {
        &self.tables
    }
}
