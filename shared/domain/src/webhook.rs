//! Webhooks of an app: where its backend hears of what happens, of what, and what the calls are signed with.

use std::collections::BTreeSet;
use std::fmt;

use serde::{Deserialize, Serialize};

use crate::id::timed_id;
use crate::log::Body;
use crate::{Timestamp, limits};

timed_id!(
    /// A webhook of one app.
    WebhookId
);

macro_rules! event_kinds {
    ($($(#[$doc:meta])* $name:ident, $text:literal;)*) => {
        /// What a backend can hear of.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        pub enum EventKind {
            $($(#[$doc])* #[serde(rename = $text)] $name,)*
        }

        impl EventKind {
            /// Every kind.
            pub const ALL: &[Self] = &[$(Self::$name,)*];

            /// As it is on the wire.
            #[must_use]
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$name => $text,)* }
            }
        }
    };
}

event_kinds! {
    /// A message was sent.
    MessageCreated, "message.created";
    /// A message says something else.
    MessageUpdated, "message.updated";
    /// A message was deleted, or all that a user said was erased.
    MessageDeleted, "message.deleted";
    /// A message was pinned.
    MessagePinned, "message.pinned";
    /// A message is pinned no more.
    MessageUnpinned, "message.unpinned";
    /// Somebody reacted to a message.
    ReactionAdded, "reaction.added";
    /// Somebody took a reaction back.
    ReactionRemoved, "reaction.removed";
    /// Users became members.
    MemberAdded, "member.added";
    /// A member left, was removed or was banned.
    MemberRemoved, "member.removed";
    /// A member has another role, is muted, or may write again.
    MemberUpdated, "member.updated";
    /// A room was made.
    RoomCreated, "room.created";
    /// A room's name, data or settings changed, it was archived, or its history was cut.
    RoomUpdated, "room.updated";
    /// A room was deleted.
    RoomDeleted, "room.deleted";
    /// Members without a connection have not seen a message for half a minute. It is no entry of a log.
    MessageUnseen, "message.unseen";
}

impl EventKind {
    /// The kind with this text.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|kind| kind.as_str() == text)
    }

    /// What an entry of a room's log is told as: every entry is told.
    #[must_use]
    pub const fn of(body: &Body) -> Self {
        match body {
            Body::RoomCreated { .. } => Self::RoomCreated,
            Body::Message(_) => Self::MessageCreated,
            Body::MessageEdited { .. } => Self::MessageUpdated,
            Body::MessageDeleted { .. } | Body::MessagesErased { .. } => Self::MessageDeleted,
            Body::MessagePinned { .. } => Self::MessagePinned,
            Body::MessageUnpinned { .. } => Self::MessageUnpinned,
            Body::ReactionAdded { .. } => Self::ReactionAdded,
            Body::ReactionRemoved { .. } => Self::ReactionRemoved,
            Body::MemberJoined { .. } | Body::MembersAdded { .. } => Self::MemberAdded,
            Body::MemberLeft { .. } => Self::MemberRemoved,
            Body::RoleChanged { .. } | Body::MemberMuted { .. } | Body::MemberUnmuted { .. } => Self::MemberUpdated,
            Body::RoomUpdated { .. } | Body::RoomArchived | Body::RoomUnarchived | Body::RoomTruncated { .. } => {
                Self::RoomUpdated
            }
            Body::RoomDeleted => Self::RoomDeleted,
        }
    }
}

/// A text that is no URL of a webhook. The text itself is not repeated.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("must be at most 512 printable ASCII characters without spaces, quotes and backslashes")]
pub struct NotAUrl;

/// Where a webhook is called. Whether it leads where a call may go is for whoever calls it: at every call anew.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct WebhookUrl(String);

impl WebhookUrl {
    /// Checks the characters.
    ///
    /// # Errors
    /// [`NotAUrl`].
    pub fn parse(text: &str) -> Result<Self, NotAUrl> {
        let odd = |byte: u8| !byte.is_ascii_graphic() || b"\"'<>\\^`{|}".contains(&byte);
        if text.len() > limits::WEBHOOK_URL_BYTES || text.bytes().any(odd) {
            return Err(NotAUrl);
        }
        Ok(Self(text.to_owned()))
    }

    /// The text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// A URL may hold a secret in its path or query.
impl fmt::Debug for WebhookUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("WebhookUrl(..)")
    }
}

/// What calls are signed with.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SigningSecret {
    /// `whsec_` and the secret in base64.
    pub text: String,
    /// When it signs no more; none: it is the newest.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub until: Option<Timestamp>,
}

impl fmt::Debug for SigningSecret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SigningSecret")
            .field("until", &self.until)
            .finish_non_exhaustive()
    }
}

/// A webhook has as many secrets that still sign as it may.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("has {} secrets that still sign", limits::WEBHOOK_SECRETS)]
pub struct TooManySecrets;

/// A webhook.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Webhook {
    /// Given at its creation.
    pub id: WebhookId,
    /// Where it is called.
    pub url: WebhookUrl,
    /// What it is told of; none: everything, also what is there only in later versions.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub events: Option<BTreeSet<EventKind>>,
    /// Whether it is called. What happens meanwhile is not told later.
    pub enabled: bool,
    /// What the calls are signed with, the newest last; at most [`limits::WEBHOOK_SECRETS`].
    pub secrets: Vec<SigningSecret>,
    /// What happened before is not told.
    pub created_at: Timestamp,
    /// When it was last changed.
    pub updated_at: Timestamp,
}

impl Webhook {
    /// Whether it is told of what happened at this time.
    #[must_use]
    pub fn hears(&self, kind: EventKind, at: Timestamp) -> bool {
        let of_its_kind = self.events.as_ref().is_none_or(|events| events.contains(&kind));
        self.enabled && of_its_kind && at >= self.created_at
    }

    /// The secrets that sign now, the newest first.
    pub fn signing(&self, now: Timestamp) -> impl Iterator<Item = &SigningSecret> {
        let live = move |secret: &&SigningSecret| secret.until.is_none_or(|until| until > now);
        self.secrets.iter().rev().filter(live)
    }

    /// Signs with `text` from now on; for a day with the secret before it too. Those that are on their way out stay until their own
    /// ends: whoever rotates twice, because the first answer was lost, has receivers that know none of the two yet.
    ///
    /// # Errors
    /// [`TooManySecrets`], and nothing changes.
    pub fn rotate(&mut self, text: String, now: Timestamp) -> Result<(), TooManySecrets> {
        let live = |secret: &SigningSecret| secret.until.is_none_or(|until| until > now);
        if self.secrets.iter().filter(|secret| live(secret)).count() >= limits::WEBHOOK_SECRETS {
            return Err(TooManySecrets);
        }
        self.secrets.retain(live);
        if let Some(before) = self.secrets.last_mut() {
            before.until = Some(now.plus_seconds(limits::WEBHOOK_SECRET_OVERLAP_SECONDS));
        }
        self.secrets.push(SigningSecret { text, until: None });
        self.updated_at = now;
        Ok(())
    }
}

/// All webhooks of an app, in the order of their creation.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Webhooks {
    /// They.
    pub webhooks: Vec<Webhook>,
    /// How often the list was written: the row's version. 0: there is no row.
    pub version: u64,
}

impl Webhooks {
    /// The webhook with this id.
    #[must_use]
    pub fn of(&self, id: WebhookId) -> Option<&Webhook> {
        self.webhooks.iter().find(|webhook| webhook.id == id)
    }

    /// The same, to be changed.
    pub fn of_mut(&mut self, id: WebhookId) -> Option<&mut Webhook> {
        self.webhooks.iter_mut().find(|webhook| webhook.id == id)
    }
}

#[cfg(test)]
mod tests;
