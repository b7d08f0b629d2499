//! Files that come with their message in one form. Each is kept as it comes, and confirmed; then the message takes them as it takes
//! files that were uploaded before. What no message takes in the end is collected like every other file.

use bytes::Bytes;
use futures_util::StreamExt as _;
use parlour_domain::access::{Actor, Operation, on_app};
use parlour_domain::attachment::{Attachment, ContentType, File, FileError, FileName, Reading, Received};
use parlour_domain::{AttachmentId, Moment, RoomId, RoomNumber, Timestamp};
use parlour_protocol::InvalidInput;
use parlour_store::keys;

use crate::attachment::{pixels, room_to_send_in};
use crate::files::{BEGINNING, Contents};
use crate::idempotency::settle;
use crate::{Error, Parlour, rate_limit};

/// The bytes of a file that are counted before it comes.
const FIRST_COUNTED: u64 = 1024 * 1024;

/// The room, if the actor may send a message with files there. Asked before anything of a form is read.
///
/// # Errors
/// [`Error::NotFound`], [`Error::Denied`], [`Error::Store`].
pub async fn room_for_files(
    parlour: &Parlour,
    actor: &Actor,
    room: RoomId,
    now: Timestamp,
) -> Result<RoomNumber, Error> {
    on_app(actor, Operation::UploadFile, None)?;
    room_to_send_in(parlour, actor, room, now).await
}

/// Keeps a file for a message in `room` ([`room_for_files`]), to its end. An image is measured.
///
/// # Errors
/// [`Error::RateLimited`]; what the contents end with; [`Error::TooLarge`], [`Error::Invalid`] (it is empty), [`Error::FileMismatch`], [`Error::Files`],
/// [`Error::Store`].
pub async fn receive(
    parlour: &Parlour,
    moment: &mut Moment,
    (actor, room): (&Actor, RoomNumber),
    (name, content_type): (FileName, ContentType),
    contents: Contents<'_>,
) -> Result<Received, Error> {
    let id = AttachmentId::generate(moment);
    let mut attachment = Attachment {
        file: File {
            id,
            name,
            content_type,
            size: 0,
            pixels: None,
        },
        uploader: actor.user(),
        announced_at: moment.now,
        only_in: Some(room),
        confirmed: false,
        room: None,
        seq: None,
        doomed: false,
    };
    let (app, store) = (actor.app(), &parlour.store);
    // How large it is will be known when it is there: its first megabyte is counted now, what is left then.
    rate_limit::count_upload(parlour, actor, 0, moment.now).await?;
    // What is kept has a row by which it is collected.
    let written = store.announce_attachment(app, &attachment, None).await?;
    settle(written, (), Error::Busy)?;
    let reading = keep(parlour, &keys::object(app, id), &attachment.file, contents).await?;
    let file = &mut attachment.file;
    file.size = reading.size().map_err(|error| InvalidInput::new("files", error))?;
    if file.size > FIRST_COUNTED {
        rate_limit::count_upload(parlour, actor, file.size - FIRST_COUNTED, moment.now).await?;
    }
    if file.content_type.is_image() {
        let measured = pixels(file.content_type.as_str(), reading.beginning());
        file.pixels = measured.ok_or(Error::FileMismatch)?;
    }
    if !store.confirm_attachment(app, &attachment).await? {
        return Err(Error::Busy);
    }
    let hash = reading.hash(&attachment.file.name, &attachment.file.content_type);
    Ok(Received { id, hash })
}

async fn keep(parlour: &Parlour, object: &str, file: &File, contents: Contents<'_>) -> Result<Reading, Error> {
    let mut reading = Reading::new(BEGINNING);
    let noted = contents.map(|piece: Result<Bytes, Error>| -> Result<Bytes, Error> {
        let piece = piece?;
        reading.add(&piece).map_err(|_: FileError| Error::TooLarge)?;
        Ok(piece)
    });
    parlour.files.keep(object, file, Box::pin(noted)).await?;
    Ok(reading)
}
