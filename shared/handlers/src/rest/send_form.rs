//! A message with its files in one form: the fields are gathered, and every file is kept as it comes.

use parlour_domain::RoomId;
use parlour_domain::access::Actor;
use parlour_domain::attachment::{ContentType, FileName};
use parlour_domain::{Moment, limits};
use parlour_protocol::InvalidInput;
use parlour_protocol::request::{FormFields, Outgoing};
use parlour_service::receive_file::{receive, room_for_files};

use super::Rest;
use super::form::Form;
use super::respond::Failure;

/// Reads a form to its end. Nothing of it is read unless the actor may send a message with files into the room.
pub(crate) async fn read(
    rest: &Rest,
    moment: &mut Moment,
    (actor, room): (&Actor, RoomId),
    form: &mut Form,
) -> Result<Outgoing, Failure> {
    let room = room_for_files(&rest.parlour, actor, room, moment.now).await?;
    let (mut fields, mut received) = (FormFields::default(), Vec::new());
    let mut left = limits::REST_BODY_BYTES;
    while let Some(part) = form.part().await? {
        let Some(file) = part.file else {
            let text = form.text(left).await?;
            left = left.saturating_sub(part.name.len() + text.len());
            fields.add(part.name, text)?;
            continue;
        };
        // What a browser sends of an input in which no file was chosen.
        if file.name.is_empty() {
            continue;
        }
        if received.len() == limits::ATTACHMENTS {
            let reason = format!("must not be more than {}", limits::ATTACHMENTS);
            return Err(InvalidInput::new("files", reason).into());
        }
        let name = FileName::parse(&file.name).map_err(|error| InvalidInput::new("files", error))?;
        let kind = ContentType::parse(&file.content_type).map_err(|error| InvalidInput::new("files", error))?;
        let of = (actor, room);
        received.push(receive(&rest.parlour, moment, of, (name, kind), form.contents()).await?);
    }
    Ok(fields.message()?.check_with(received)?)
}
