//! Requests about messages and read positions.

use parlour_domain::text::{Custom, MessageText};
use parlour_domain::{ClientId, Seq};
use serde::Deserialize;
use serde_json::{Map, Value};
use utoipa::ToSchema;

use super::{custom, optional, parsed, seq};
use crate::error::InvalidInput;

/// `POST /room/{room_id}/message/send`, and the same fields in the `send_message` frame.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SendMessage {
    /// What it says: 1 to 8,000 bytes.
    #[schema(example = "Hello!")]
    pub text_message: String,
    /// Your id of this message: sent again with the same one, the original message is answered.
    pub client_id: Option<String>,
    /// The last `seq` you knew when you first tried; unchanged on every retry. Needs `client_id`.
    pub after_seq: Option<u64>,
    /// Your own data, at most 4 KB of JSON.
    #[schema(value_type = Option<Object>)]
    pub custom: Option<Map<String, Value>>,
}

/// `POST /room/{room_id}/read`.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct MarkRead {
    /// The last entry read.
    pub seq: u64,
}

/// A message to send, checked.
#[derive(Debug, Clone)]
pub struct Outgoing {
    /// What it says.
    pub text: MessageText,
    /// The client's id of it.
    pub client_id: Option<ClientId>,
    /// The client's base.
    pub after_seq: Option<Seq>,
    /// The integrator's data.
    pub custom: Option<Custom>,
}

impl SendMessage {
    /// Checks every field.
    ///
    /// # Errors
    /// The first that is not valid.
    pub fn check(&self) -> Result<Outgoing, InvalidInput> {
        if self.after_seq.is_some() && self.client_id.is_none() {
            return Err(InvalidInput::new("after_seq", "needs a client_id"));
        }
        Ok(Outgoing {
            text: parsed("text_message", MessageText::parse(&self.text_message))?,
            client_id: optional("client_id", self.client_id.as_deref(), ClientId::parse)?,
            after_seq: self.after_seq.map(|number| seq("after_seq", number)).transpose()?,
            custom: custom(self.custom.as_ref())?,
        })
    }
}
