//! Sending, as JSON, which the document has, or in a form with pictures, which the service takes.
//!
//! The service kept what came before it looked at it, and refused it or not, it stayed. Here what a form declares to be no picture is
//! not kept at all, and what no message takes is collected.

use axum::body::Body;
use axum::http::header::CONTENT_TYPE;
use parlour_domain::access::Actor;
use parlour_domain::attachment::{ContentType, FileName, Received};
use parlour_domain::{Moment, RoomId, limits};
use parlour_protocol::dialect::chat_panel::Message;
use parlour_protocol::dialect::chat_panel::rest::{Problem, Sent};
use parlour_protocol::request::SendMessage;
use parlour_service::receive_file::{receive, room_for_files};
use parlour_service::{Error, people, send_message};

use super::{Answered, Asked, Refusal, read};
use crate::rest::form::{FilePart, Form};

/// What is to be sent.
struct Sending {
    text: String,
    received: Vec<Received>,
}

pub(super) async fn send(asked: &Asked<'_>, moment: &mut Moment, actor: &Actor, (id, body): (&str, Body)) -> Answered {
    let user = actor.user().ok_or_else(Problem::no_user)?;
    let room = asked.room(actor, id).await.map_err(Refusal::not_theirs)?;
    let Sending { text, received } = if is_form(asked) {
        let sending = form(asked, moment, (actor, room), body).await?;
        // Reading it may have taken minutes.
        *moment = (asked.rest.moments)();
        sending
    } else {
        Sending {
            text: Sent::read(&read(body).await?)?.text,
            received: Vec::new(),
        }
    };
    let is_blank = text.trim().is_empty();
    if is_blank && received.is_empty() {
        return Err(Refusal::Says("Message is emtpy!", 400));
    }
    let message = SendMessage {
        text_message: if is_blank { String::new() } else { text },
        ..SendMessage::default()
    };
    let mut message = message.check_with(received).map_err(Error::from)?;
    message.client_id = asked.client_id()?;
    let own = [user];
    let (sent, people) = tokio::join!(
        send_message::send_message(asked.parlour(), moment, actor, room, message, None),
        people::people(asked.parlour(), actor.app(), &own),
    );
    let sent = sent.map_err(Refusal::not_theirs)?.value;
    asked.says("Successfully sent message", 200, Message::new(&sent, &people?))
}

fn is_form(asked: &Asked<'_>) -> bool {
    let kind = asked.parts.headers.get(CONTENT_TYPE);
    let kind = kind.and_then(|kind| kind.to_str().ok()).unwrap_or_default();
    let kind = kind.split(';').next().unwrap_or_default();
    kind.trim().eq_ignore_ascii_case("multipart/form-data")
}

async fn form(asked: &Asked<'_>, moment: &mut Moment, of: (&Actor, RoomId), body: Body) -> Result<Sending, Refusal> {
    let most = asked.parlour().settings.form_bytes();
    let mut form = Form::new(&asked.parts.headers, body, most)?;
    let read = parts(asked, moment, of, &mut form).await;
    if read.is_err() {
        form.drain().await;
    }
    read
}

/// Reads a form to its end. Nothing of it is read unless the actor may send a message with files into the room.
async fn parts(
    asked: &Asked<'_>,
    moment: &mut Moment,
    (actor, room): (&Actor, RoomId),
    form: &mut Form,
) -> Result<Sending, Refusal> {
    let parlour = asked.parlour();
    let room = room_for_files(parlour, actor, room, moment.now).await;
    let room = room.map_err(Refusal::not_theirs)?;
    let (mut text, mut received) = (String::new(), Vec::new());
    let mut left = limits::REST_BODY_BYTES;
    while let Some(part) = form.part().await? {
        let Some(file) = part.file else {
            let value = form.text(left).await?;
            left = left.saturating_sub(part.name.len() + value.len());
            if Sent::is_text(&part.name) {
                text = value;
            }
            continue;
        };
        // What a browser sends of an input in which no file was chosen.
        if file.name.is_empty() {
            continue;
        }
        if !Sent::is_for_files(&part.name) || received.len() == limits::ATTACHMENTS {
            return Err(Problem::unexpected_file().into());
        }
        let what = picture(&file)?;
        let one = receive(parlour, moment, (actor, room), what, form.contents()).await;
        received.push(one.map_err(|error| match error {
            Error::TooLarge => Problem::file_size().into(),
            error => Refusal::from(error),
        })?);
    }
    Ok(Sending { text, received })
}

/// Name and type of a file that the service takes.
fn picture(file: &FilePart) -> Result<(FileName, ContentType), Problem> {
    if !Sent::takes(&file.content_type) {
        return Err(Problem::file_type());
    }
    let kind = ContentType::parse(&file.content_type).map_err(|_| Problem::file_type())?;
    let name = FileName::parse(&file.name);
    let name = name.map_err(|why| Problem::invalid(&[format!("the name of a file {why}")]))?;
    Ok((name, kind))
}
