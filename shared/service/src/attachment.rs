//! `POST /attachments`, `POST /attachments/{attachment_id}/confirm` and `GET /room/{room_id}/attachment/{attachment_id}`: files of
//! messages on their way in and out. The bytes themselves never pass through here.

use std::collections::BTreeMap;

use imagesize::{ImageType, blob_size, image_type};
use parlour_domain::access::{Actor, Operation, may_write, on_app};
use parlour_domain::attachment::{Attachment, File};
use parlour_domain::{AttachmentId, Moment, RoomId, RoomNumber, Timestamp, limits};
use parlour_protocol::InvalidInput;
use parlour_protocol::request::Announcing;
use parlour_protocol::view::{AnnouncedView, AttachmentView, DownloadView, UploadView};
use parlour_store::keys;
use serde::{Deserialize, Serialize};

use crate::idempotency::{Done, Key, claim, replay, settle};
use crate::room::{authorise, decide, number, own_row};
use crate::{Error, Parlour, rate_limit};

/// What a claim keeps of an announcement: the URL is signed anew, for the same time, so that none is stored.
#[derive(Debug, Serialize, Deserialize)]
struct Announced {
    id: AttachmentId,
    at: Timestamp,
}

/// Announces a file and signs its upload. Announced again under the same key, the same upload is answered, with the same end.
///
/// # Errors
/// [`Error::NotFound`], [`Error::Denied`] (the room it is for), [`Error::RateLimited`], [`Error::ClientIdConflict`], [`Error::Busy`],
/// [`Error::Files`], [`Error::Store`].
pub async fn announce(
    parlour: &Parlour,
    moment: &mut Moment,
    actor: &Actor,
    announcing: Announcing,
    key: Option<&Key>,
) -> Result<Done<AnnouncedView>, Error> {
    on_app(actor, Operation::UploadFile, None)?;
    let only_in = match announcing.room {
        Some(room) => Some(room_to_send_in(parlour, actor, room, moment.now).await?),
        None => None,
    };
    let counted = rate_limit::count_upload(parlour, actor, announcing.size, moment.now).await;
    let announced = Announced {
        id: AttachmentId::generate(moment),
        at: moment.now,
    };
    let mut attachment = Attachment {
        file: File {
            id: announced.id,
            name: announcing.name,
            content_type: announcing.content_type,
            size: announcing.size,
            pixels: None,
        },
        uploader: actor.user(),
        announced_at: announced.at,
        only_in,
        confirmed: false,
        room: None,
        seq: None,
        doomed: false,
    };
    let done = match counted {
        Ok(()) => {
            let claim = claim(actor, key, &announced, moment.now);
            let written = parlour
                .store
                .announce_attachment(actor.app(), &attachment, claim.as_ref());
            settle(written.await?, announced, Error::Busy)?
        }
        // What was announced before is none that is too much.
        Err(refused) => replay(parlour, actor, key, moment.now).await?.ok_or(refused)?,
    };
    (attachment.file.id, attachment.announced_at) = (done.value.id, done.value.at);
    Ok(Done {
        value: announced_view(parlour, actor, &attachment)?,
        replayed: done.replayed,
    })
}

/// Who may not send in a room has nothing to upload for it.
pub(crate) async fn room_to_send_in(
    parlour: &Parlour,
    actor: &Actor,
    room: RoomId,
    now: Timestamp,
) -> Result<RoomNumber, Error> {
    let number = number(actor, room)?;
    let (row, member) = authorise(parlour, actor, Operation::SendMessage, number, None).await?;
    may_write(actor, Operation::SendMessage, &row, member.as_ref(), now)?;
    Ok(number)
}

fn announced_view(parlour: &Parlour, actor: &Actor, attachment: &Attachment) -> Result<AnnouncedView, Error> {
    let file = &attachment.file;
    let object = keys::object(actor.app(), file.id);
    let upload = parlour.files.upload(&object, file, attachment.announced_at)?;
    let headers = upload.headers.into_iter().map(|(name, value)| (name.to_owned(), value));
    Ok(AnnouncedView {
        attachment_id: file.id.to_string(),
        upload: UploadView {
            url: upload.url,
            method: "PUT".to_owned(),
            headers: headers.collect::<BTreeMap<_, _>>(),
            expires_at: attachment.upload_ends().to_string(),
        },
    })
}

/// Looks whether a file is there, with the size and the type that were announced, and measures an image. Only its uploader may; again
/// it changes nothing.
///
/// # Errors
/// [`Error::NotFound`], [`Error::Denied`], [`Error::NotUploaded`], [`Error::FileMismatch`], [`Error::Files`], [`Error::Store`].
pub async fn confirm(parlour: &Parlour, actor: &Actor, id: AttachmentId) -> Result<AttachmentView, Error> {
    on_app(actor, Operation::UploadFile, None)?;
    let app = actor.app();
    let found = parlour.store.attachment(app, id).await?;
    let own = found.filter(|found| found.uploader == actor.user() && !found.doomed);
    let mut attachment = own.ok_or(Error::NotFound)?;
    if attachment.confirmed {
        return Ok(AttachmentView::from(&attachment.file));
    }
    let object = keys::object(app, id);
    let stored = parlour.files.stored(&object).await?.ok_or(Error::NotUploaded)?;
    let file = &mut attachment.file;
    if stored.size != file.size || stored.content_type != file.content_type.as_str() {
        return Err(Error::FileMismatch);
    }
    if file.content_type.is_image() {
        let beginning = parlour.files.beginning(&object).await?;
        file.pixels = pixels(file.content_type.as_str(), &beginning).ok_or(Error::FileMismatch)?;
    }
    if parlour.store.confirm_attachment(app, &attachment).await? {
        Ok(AttachmentView::from(&attachment.file))
    } else {
        Err(Error::NotFound)
    }
}

/// The dimensions of an image, where they stand in its beginning. `None`: it is no image of this type.
pub(crate) fn pixels(content_type: &str, beginning: &[u8]) -> Option<Option<(u32, u32)>> {
    let is = match image_type(beginning).ok()? {
        ImageType::Png => content_type == "image/png",
        ImageType::Jpeg => content_type == "image/jpeg",
        ImageType::Gif => content_type == "image/gif",
        ImageType::Webp => content_type == "image/webp",
        ImageType::Heif(_) => content_type == "image/avif",
        _ => false,
    };
    let side = |side: usize| u32::try_from(side).ok().filter(|side| *side > 0);
    let measured = blob_size(beginning).ok();
    is.then(|| measured.and_then(|size| Some((side(size.width)?, side(size.height)?))))
}

/// Signs the download of a file for a member of the room whose message has it, if the member sees the message.
///
/// # Errors
/// [`Error::NotFound`], [`Error::Files`], [`Error::Store`].
pub async fn download(
    parlour: &Parlour,
    actor: &Actor,
    (room, id): (RoomId, AttachmentId),
    now: Timestamp,
) -> Result<DownloadView, Error> {
    let number = number(actor, room)?;
    let (app, store) = (actor.app(), &parlour.store);
    let (row, member, found) = tokio::join!(
        store.room(app, number),
        own_row(parlour, actor, number),
        store.attachment(app, id),
    );
    let (row, member) = decide(actor, Operation::GetAttachment, row?, member?, None)?;
    let found = found?.filter(|found| found.room == Some(number) && !found.doomed);
    let found = found.ok_or(Error::NotFound)?;
    let seq = found.seq.ok_or(Error::NotFound)?;
    let visible_from = member.map_or(row.floor, |member| member.visible_from(&row));
    let entry = store.entry(app, number, seq).await?;
    let shown = entry.is_some_and(|entry| {
        let has = |file: &File| file.id == id;
        entry.seq >= visible_from
            && entry.deletion.is_none()
            && entry
                .message()
                .is_some_and(|message| message.attachments.iter().any(has))
    });
    if !shown {
        return Err(Error::NotFound);
    }
    let url = parlour.files.download(&keys::object(app, id), &found.file, now)?;
    Ok(DownloadView::new(url, now.plus_seconds(limits::DOWNLOAD_SECONDS)))
}

/// The files that a new message takes, in its order: all of them free, and the sender's own.
pub(crate) fn taken(
    actor: &Actor,
    room: RoomNumber,
    wanted: &[AttachmentId],
    found: &[Attachment],
) -> Result<Vec<File>, Error> {
    let usable: Vec<File> = found
        .iter()
        .filter(|found| found.is_usable_by(actor.user(), room))
        .map(|found| found.file.clone())
        .collect();
    if usable.len() == wanted.len() {
        Ok(usable)
    } else {
        Err(not_free())
    }
}

/// A file that a message names is not there for it.
pub(crate) fn not_free() -> Error {
    InvalidInput::new("attachments", "must be your own confirmed files that no message has").into()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The beginning of a PNG of 3 by 2 pixels.
    const PNG: &[u8] = b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\x00\x00\x00\x03\x00\x00\x00\x02\x08\x06\x00\x00\x00";

    #[test]
    fn an_image_is_what_it_says_and_is_measured() {
        assert_eq!(pixels("image/png", PNG), Some(Some((3, 2))));
        assert_eq!(pixels("image/jpeg", PNG), None);
        assert_eq!(pixels("image/png", b"<html>"), None);
        assert_eq!(pixels("image/png", b""), None);
        let gif = b"GIF89a\x05\x00\x04\x00\x00\x00\x00";
        assert_eq!(pixels("image/gif", gif), Some(Some((5, 4))));
    }
}
