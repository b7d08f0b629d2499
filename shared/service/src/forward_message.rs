//! `POST /room/{room_id}/message/{message_id}/forward` and `forward_message`: what a message says, said again in another room, with
//! the place where it was first said.

use parlour_domain::Moment;
use parlour_domain::access::Operation;
use parlour_domain::log::{Forwarded, Message};
use parlour_protocol::InvalidInput;
use parlour_protocol::request::{Forwarding, Outgoing};
use parlour_protocol::view::EntryView;

use crate::idempotency::Done;
use crate::message::Target;
use crate::send_message::send_message;
use crate::{Error, Parlour};

/// Sends what a message says into another room, without its files: those belong to their own message. Who forwards must see the message,
/// and may send in the other room.
///
/// # Errors
/// [`Error::MessageDeleted`], [`Error::Invalid`] (it has no text); else as [`send_message`].
pub async fn forward_message(
    parlour: &Parlour,
    moment: &mut Moment,
    target: Target<'_>,
    forwarding: Forwarding,
) -> Result<Done<EntryView>, Error> {
    let found = target.find(parlour, Operation::GetMessage).await?;
    let original = found.entry.message().filter(|_| found.entry.deletion.is_none());
    let original = original.ok_or(Error::MessageDeleted)?.clone();
    if original.text.is_none() {
        return Err(InvalidInput::new("message_id", "must be a message with a text: files are not forwarded").into());
    }
    let outgoing = Outgoing {
        message: Message {
            forwarded: Some(original.forwarded.unwrap_or(Forwarded {
                room: found.room,
                seq: found.entry.seq,
                sender: found.entry.sender,
            })),
            text: original.text,
            custom: original.custom,
            subject: original.subject,
            label: original.label,
            ..Message::default()
        },
        attachments: Vec::new(),
        received: Vec::new(),
        parent: None,
        quote: None,
        client_id: forwarding.client_id,
        after_seq: forwarding.after_seq,
    };
    send_message(parlour, moment, target.actor, forwarding.to, outgoing, target.from).await
}
