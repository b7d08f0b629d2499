//! Files of messages. They go to and from the bucket themselves; here their way is signed.

use axum::extract::State;
use parlour_protocol::error::Problem;
use parlour_protocol::request::AnnounceAttachment;
use parlour_protocol::view::{AnnouncedView, AttachmentView, DownloadView};
use parlour_service::attachment;

use super::Rest;
use super::extract::{AttachmentIn, Caller, Now, OfAttachment, Write};
use super::respond::{Answer, created, ok};

/// Announce a file, to upload it.
///
/// `PUT` the file to `upload.url` within five minutes, with `upload.headers`, then confirm it. A file that no message takes is
/// deleted after a day. One user may announce `upload_megabytes_per_day` of `GET /limits` within a day (UTC).
#[utoipa::path(post, path = "/attachments", tag = "message", request_body = AnnounceAttachment,
    security(("bearer" = []), ("clientKey" = [])),
    responses((status = 201, body = AnnouncedView), (status = 200, body = AnnouncedView, description = "announced before"),
        (status = "4XX", body = Problem), (status = 503, body = Problem)))]
pub(crate) async fn announce_attachment(
    State(rest): State<Rest>,
    Now(mut moment): Now,
    Caller(actor): Caller,
    Write { body, key }: Write<AnnounceAttachment>,
) -> Answer {
    created(&attachment::announce(&rest.parlour, &mut moment, &actor, body.check()?, key.as_ref()).await?)
}

/// Confirm that a file is uploaded. Doing it again changes nothing.
///
/// Its size and type are checked, and an image is measured. Then a message may name it in `attachments`.
#[utoipa::path(post, path = "/attachments/{attachment_id}/confirm", tag = "message",
    params(("attachment_id" = String, Path)), security(("bearer" = []), ("clientKey" = [])),
    responses((status = 200, body = AttachmentView), (status = "4XX", body = Problem), (status = 503, body = Problem)))]
pub(crate) async fn confirm_attachment(
    State(rest): State<Rest>,
    Caller(actor): Caller,
    OfAttachment(id): OfAttachment,
) -> Answer {
    ok(&attachment::confirm(&rest.parlour, &actor, id).await?)
}

/// Get a URL by which a file of a message can be downloaded for five minutes.
#[utoipa::path(get, path = "/room/{room_id}/attachment/{attachment_id}", tag = "message",
    params(("room_id" = String, Path), ("attachment_id" = String, Path)), security(("bearer" = []), ("clientKey" = [])),
    responses((status = 200, body = DownloadView), (status = "4XX", body = Problem), (status = 503, body = Problem)))]
pub(crate) async fn get_attachment(
    State(rest): State<Rest>,
    Now(moment): Now,
    Caller(actor): Caller,
    AttachmentIn(room, id): AttachmentIn,
) -> Answer {
    ok(&attachment::download(&rest.parlour, &actor, (room, id), moment.now).await?)
}
