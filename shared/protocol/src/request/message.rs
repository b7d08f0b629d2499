//! Requests about messages.

use parlour_domain::attachment::Received;
use parlour_domain::log::{Message, MessageChange, Priority};
use parlour_domain::text::{Label, MessageText, Reaction, Subject};
use parlour_domain::{AttachmentId, ClientId, MessageId, RoomId, Seq, Timestamp, UserId, limits};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use utoipa::ToSchema;

use super::attachment::attachments;
use super::{custom, each_user, given, optional, parsed, seq};
use crate::error::InvalidInput;

/// How much a message matters to its sender.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum PriorityOption {
    /// It can wait.
    Low,
    /// It matters.
    High,
    /// It cannot wait.
    Urgent,
}

impl From<PriorityOption> for Priority {
    fn from(option: PriorityOption) -> Self {
        match option {
            PriorityOption::Low => Self::Low,
            PriorityOption::High => Self::High,
            PriorityOption::Urgent => Self::Urgent,
        }
    }
}

impl From<Priority> for PriorityOption {
    fn from(priority: Priority) -> Self {
        match priority {
            Priority::Low => Self::Low,
            Priority::High => Self::High,
            Priority::Urgent => Self::Urgent,
        }
    }
}

/// `POST /room/{room_id}/message/send`, and the same fields in the `send_message` frame.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SendMessage {
    /// What it says: 1 to 8,000 bytes; may be left out where there are files.
    #[serde(default)]
    #[schema(example = "Hello!")]
    pub text_message: String,
    /// Files of yours, at most 10, confirmed and in no message yet.
    #[serde(default)]
    pub attachments: Vec<String>,
    /// Your id of this message: sent again with the same one, the original message is answered.
    pub client_id: Option<String>,
    /// The last `seq` you knew when you first tried; unchanged on every retry. Needs `client_id`.
    pub after_seq: Option<u64>,
    /// Your own data, at most 4 KB of JSON.
    #[schema(value_type = Option<Object>)]
    pub custom: Option<Map<String, Value>>,
    /// What it is about: 1 to 128 characters.
    pub subject: Option<String>,
    /// The message in whose thread it is; one level deep.
    pub parent_id: Option<String>,
    /// A message of the room that it quotes.
    pub quote_id: Option<String>,
    /// Members that it names, at most 20.
    #[serde(default)]
    pub mentions: Vec<String>,
    /// How much it matters; none: as much as any.
    pub priority: Option<PriorityOption>,
    /// Your own word for its kind: up to 32 letters, digits, `_`, `-`, `.` or `:`.
    pub label: Option<String>,
    /// Your own word for its state, which an edit may change.
    pub status: Option<String>,
}

/// `PATCH /room/{room_id}/message/{message_id}`: what is not given stays, `null` removes.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct EditMessage {
    /// What it says from here on.
    pub text_message: Option<String>,
    /// New custom data, or `null`.
    #[serde(default, deserialize_with = "given")]
    #[schema(value_type = Option<Object>)]
    pub custom: Option<Option<Map<String, Value>>>,
    /// A new subject, or `null`.
    #[serde(default, deserialize_with = "given")]
    #[schema(value_type = Option<String>)]
    pub subject: Option<Option<String>>,
    /// A new state, or `null`.
    #[serde(default, deserialize_with = "given")]
    #[schema(value_type = Option<String>)]
    pub status: Option<Option<String>>,
    /// The members that it names from here on.
    pub mentions: Option<Vec<String>>,
}

/// `POST /room/{room_id}/message/{message_id}/forward`.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ForwardMessage {
    /// The room that gets it.
    pub to_room_id: String,
    /// Your id of the new message: sent again with the same one, the original one is answered.
    pub client_id: Option<String>,
    /// The last `seq` of that room you knew when you first tried; unchanged on every retry. Needs `client_id`.
    pub after_seq: Option<u64>,
}

/// Where a message is forwarded to, checked.
#[derive(Debug, Clone)]
pub struct Forwarding {
    /// The room that gets it.
    pub to: RoomId,
    /// The client's id of the new message.
    pub client_id: Option<ClientId>,
    /// The client's base.
    pub after_seq: Option<Seq>,
}

impl ForwardMessage {
    /// Checks every field.
    ///
    /// # Errors
    /// The first that is not valid.
    pub fn check(&self) -> Result<Forwarding, InvalidInput> {
        let (client_id, after_seq) = once(self.client_id.as_deref(), self.after_seq)?;
        Ok(Forwarding {
            to: parsed("to_room_id", RoomId::parse(&self.to_room_id))?,
            client_id,
            after_seq,
        })
    }
}

/// What makes a message known when it is sent again.
fn once(id: Option<&str>, after: Option<u64>) -> Result<(Option<ClientId>, Option<Seq>), InvalidInput> {
    if after.is_some() && id.is_none() {
        return Err(InvalidInput::new("after_seq", "needs a client_id"));
    }
    let after = after.map(|number| seq("after_seq", number)).transpose()?;
    Ok((optional("client_id", id, ClientId::parse)?, after))
}

/// `PUT /room/{room_id}/message/{message_id}/pin`.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PinMessage {
    /// Until when, RFC 3339 and in the future; not given: until someone ends it.
    pub expires_at: Option<String>,
}

/// A message to send, checked.
#[derive(Debug, Clone)]
pub struct Outgoing {
    /// What it says. The places of parent and quote are not known yet.
    pub message: Message,
    /// The message in whose thread it is.
    pub parent: Option<MessageId>,
    /// The message that it quotes.
    pub quote: Option<MessageId>,
    /// The files that it takes, uploaded before.
    pub attachments: Vec<AttachmentId>,
    /// The files that came with it.
    pub received: Vec<Received>,
    /// The client's id of it.
    pub client_id: Option<ClientId>,
    /// The client's base.
    pub after_seq: Option<Seq>,
}

impl Outgoing {
    /// All files that it takes.
    #[must_use]
    pub fn files(&self) -> Vec<AttachmentId> {
        let received = self.received.iter().map(|file| file.id);
        self.attachments.iter().copied().chain(received).collect()
    }

    /// The same for the message's hash: by what is the same when the message is sent again.
    #[must_use]
    pub fn file_names(&self) -> Vec<String> {
        let received = self.received.iter().map(|file| file.hash.as_str().to_owned());
        self.attachments
            .iter()
            .map(ToString::to_string)
            .chain(received)
            .collect()
    }
}

impl SendMessage {
    /// Checks every field.
    ///
    /// # Errors
    /// The first that is not valid.
    pub fn check(&self) -> Result<Outgoing, InvalidInput> {
        self.check_with(Vec::new())
    }

    /// The same of a message that these files came with.
    ///
    /// # Errors
    /// The first field that is not valid.
    pub fn check_with(&self, received: Vec<Received>) -> Result<Outgoing, InvalidInput> {
        let (client_id, after_seq) = once(self.client_id.as_deref(), self.after_seq)?;
        let attachments = attachments(&self.attachments, received.len())?;
        let text = match self.text_message.as_str() {
            "" if !attachments.is_empty() || !received.is_empty() => None,
            text => Some(parsed("text_message", MessageText::parse(text))?),
        };
        let message = Message {
            text,
            custom: custom(self.custom.as_ref())?,
            subject: optional("subject", self.subject.as_deref(), Subject::parse)?,
            mentions: mentions(&self.mentions)?,
            priority: self.priority.map(Priority::from),
            label: optional("label", self.label.as_deref(), Label::parse)?,
            status: optional("status", self.status.as_deref(), Label::parse)?,
            ..Message::default()
        };
        Ok(Outgoing {
            message,
            parent: optional("parent_id", self.parent_id.as_deref(), MessageId::parse)?,
            quote: optional("quote_id", self.quote_id.as_deref(), MessageId::parse)?,
            attachments,
            received,
            client_id,
            after_seq,
        })
    }
}

impl EditMessage {
    /// Checks every field.
    ///
    /// # Errors
    /// The first that is not valid, or that nothing is given.
    pub fn check(&self) -> Result<MessageChange, InvalidInput> {
        let change = MessageChange {
            text: optional("text_message", self.text_message.as_deref(), MessageText::parse)?,
            custom: self.custom.as_ref().map(|object| custom(object.as_ref())).transpose()?,
            subject: word("subject", self.subject.as_ref(), Subject::parse)?,
            status: word("status", self.status.as_ref(), Label::parse)?,
            mentions: self.mentions.as_deref().map(mentions).transpose()?,
        };
        if change == MessageChange::default() {
            return Err(InvalidInput::new("text_message", "or another field must be given"));
        }
        Ok(change)
    }
}

fn word<T, E: std::fmt::Display>(
    field: &'static str,
    given: Option<&Option<String>>,
    parse: fn(&str) -> Result<T, E>,
) -> Result<Option<Option<T>>, InvalidInput> {
    given.map(|text| optional(field, text.as_deref(), parse)).transpose()
}

fn mentions(named: &[String]) -> Result<Vec<UserId>, InvalidInput> {
    if named.len() > limits::MENTIONS {
        let reason = format!("must not name more than {} members", limits::MENTIONS);
        return Err(InvalidInput::new("mentions", reason));
    }
    each_user("mentions", named)
}

/// A time at which something ends by itself.
///
/// # Errors
/// If it is no RFC 3339.
pub fn expires_at(text: Option<&str>) -> Result<Option<Timestamp>, InvalidInput> {
    let parse = |text| Timestamp::parse(text).map_err(|error| InvalidInput::new("expires_at", error));
    text.map(parse).transpose()
}

/// A message id.
///
/// # Errors
/// If it is no lower-case UUID.
pub fn message_id(text: &str) -> Result<MessageId, InvalidInput> {
    parsed("message_id", MessageId::parse(text))
}

/// A reaction.
///
/// # Errors
/// If it is empty, too long or has white space.
pub fn reaction(text: &str) -> Result<Reaction, InvalidInput> {
    parsed("reaction", Reaction::parse(text))
}
