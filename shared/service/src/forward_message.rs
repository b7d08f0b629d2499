//! `POST /room/{room_id}/message/{message_id}/forward` and `forward_message`: what a message says, said again in another room, with
//! the place where it was first said.

use parlour_domain::Moment;
use parlour_domain::access::Operation;
use parlour_domain::log::{BodyHash, Forwarded, Message};
use parlour_protocol::InvalidInput;
use parlour_protocol::request::{Forwarding, Outgoing};
use parlour_protocol::view::EntryView;

use crate::idempotency::Done;
use crate::message::Target;
use crate::send_message::{Origin, send};
use crate::{Error, Parlour};

/// Sends what a message says into another room, without its files: those belong to their own message. Who forwards must see the message,
/// and may send in the other room. A repeat is known by which message it forwards: what that one says may be another thing by then, or
/// nothing any more.
///
/// # Errors
/// [`Error::MessageDeleted`], [`Error::Invalid`] (it has no text); else as [`send_message`](crate::send_message::send_message).
pub async fn forward_message(
    parlour: &Parlour,
    moment: &mut Moment,
    target: Target<'_>,
    forwarding: Forwarding,
) -> Result<Done<EntryView>, Error> {
    let (message, is_there) = match said(parlour, target).await {
        Ok(message) => (message, Ok(())),
        Err(refused) => (Message::default(), Err(refused)),
    };
    let origin = Origin {
        hash: Some(BodyHash::of(&("forward", target.message.to_string()))),
        is_there,
    };
    let outgoing = Outgoing {
        message,
        attachments: Vec::new(),
        received: Vec::new(),
        parent: None,
        quote: None,
        client_id: forwarding.client_id,
        after_seq: forwarding.after_seq,
    };
    let (actor, to) = (target.actor, forwarding.to);
    send(parlour, moment, actor, to, (outgoing, origin), target.from).await
}

/// What is said again of a message.
async fn said(parlour: &Parlour, target: Target<'_>) -> Result<Message, Error> {
    let found = target.find(parlour, Operation::GetMessage).await?;
    let original = found.entry.message().filter(|_| found.entry.deletion.is_none());
    let original = original.ok_or(Error::MessageDeleted)?.clone();
    if original.text.is_none() {
        return Err(InvalidInput::new("message_id", "must be a message with a text: files are not forwarded").into());
    }
    Ok(Message {
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
    })
}
