//! What routes take from the path.

use axum::extract::{FromRequestParts, Path};
use axum::http::request::Parts;
use parlour_auth::TokenId;
use parlour_domain::text::Reaction;
use parlour_domain::{AttachmentId, MessageId, RoomId, TaskId, UserId};
use parlour_protocol::request::{attachment_id, message_id, reaction, room_id, task_id, user_id};
use parlour_protocol::{Code, InvalidInput};

use super::super::Rest;
use super::super::respond::Failure;

pub(super) async fn texts<const N: usize>(parts: &mut Parts, rest: &Rest) -> Result<[String; N], Failure> {
    let path = Path::<Vec<(String, String)>>::from_request_parts(parts, rest).await;
    let texts: Vec<String> = path
        .map(|path| path.0.into_iter().map(|(_, text)| text).collect())
        .unwrap_or_default();
    texts.try_into().map_err(|_| Code::NotFound.into())
}

/// `{room_id}` of the path.
pub(crate) struct InRoom(pub(crate) RoomId);

impl FromRequestParts<Rest> for InRoom {
    type Rejection = Failure;

    async fn from_request_parts(parts: &mut Parts, rest: &Rest) -> Result<Self, Failure> {
        let [room] = texts(parts, rest).await?;
        Ok(Self(room_id(&room)?))
    }
}

/// `{user_id}` of the path.
pub(crate) struct OfUser(pub(crate) UserId);

impl FromRequestParts<Rest> for OfUser {
    type Rejection = Failure;

    async fn from_request_parts(parts: &mut Parts, rest: &Rest) -> Result<Self, Failure> {
        let [user] = texts(parts, rest).await?;
        Ok(Self(user_id("user_id", &user)?))
    }
}

/// `{report_id}` of the path, as it is: whether it is one of the app's is for the use-case to say.
pub(crate) struct OfReport(pub(crate) String);

impl FromRequestParts<Rest> for OfReport {
    type Rejection = Failure;

    async fn from_request_parts(parts: &mut Parts, rest: &Rest) -> Result<Self, Failure> {
        let [report] = texts(parts, rest).await?;
        Ok(Self(report))
    }
}

/// `{token_id}` of the path.
pub(crate) struct OfToken(pub(crate) TokenId);

impl FromRequestParts<Rest> for OfToken {
    type Rejection = Failure;

    async fn from_request_parts(parts: &mut Parts, rest: &Rest) -> Result<Self, Failure> {
        let [token] = texts(parts, rest).await?;
        let token = TokenId::parse(&token);
        Ok(Self(token.map_err(|_| {
            InvalidInput::new("token_id", "must be 12 letters and digits")
        })?))
    }
}

/// `{task_id}` of the path.
pub(crate) struct OfTask(pub(crate) TaskId);

impl FromRequestParts<Rest> for OfTask {
    type Rejection = Failure;

    async fn from_request_parts(parts: &mut Parts, rest: &Rest) -> Result<Self, Failure> {
        let [task] = texts(parts, rest).await?;
        Ok(Self(task_id(&task)?))
    }
}

/// `{room_id}` and `{user_id}` of the path.
pub(crate) struct OfMember(pub(crate) RoomId, pub(crate) UserId);

impl FromRequestParts<Rest> for OfMember {
    type Rejection = Failure;

    async fn from_request_parts(parts: &mut Parts, rest: &Rest) -> Result<Self, Failure> {
        let [room, user] = texts(parts, rest).await?;
        Ok(Self(room_id(&room)?, user_id("user_id", &user)?))
    }
}

/// `{room_id}` and `{message_id}` of the path.
pub(crate) struct OfMessage(pub(crate) RoomId, pub(crate) MessageId);

impl FromRequestParts<Rest> for OfMessage {
    type Rejection = Failure;

    async fn from_request_parts(parts: &mut Parts, rest: &Rest) -> Result<Self, Failure> {
        let [room, message] = texts(parts, rest).await?;
        Ok(Self(room_id(&room)?, message_id(&message)?))
    }
}

/// `{attachment_id}` of the path.
pub(crate) struct OfAttachment(pub(crate) AttachmentId);

impl FromRequestParts<Rest> for OfAttachment {
    type Rejection = Failure;

    async fn from_request_parts(parts: &mut Parts, rest: &Rest) -> Result<Self, Failure> {
        let [attachment] = texts(parts, rest).await?;
        Ok(Self(attachment_id(&attachment)?))
    }
}

/// `{room_id}` and `{attachment_id}` of the path.
pub(crate) struct AttachmentIn(pub(crate) RoomId, pub(crate) AttachmentId);

impl FromRequestParts<Rest> for AttachmentIn {
    type Rejection = Failure;

    async fn from_request_parts(parts: &mut Parts, rest: &Rest) -> Result<Self, Failure> {
        let [room, attachment] = texts(parts, rest).await?;
        Ok(Self(room_id(&room)?, attachment_id(&attachment)?))
    }
}

/// `{room_id}`, `{message_id}` and `{reaction}` of the path.
pub(crate) struct OfReaction(pub(crate) RoomId, pub(crate) MessageId, pub(crate) Reaction);

impl FromRequestParts<Rest> for OfReaction {
    type Rejection = Failure;

    async fn from_request_parts(parts: &mut Parts, rest: &Rest) -> Result<Self, Failure> {
        let [room, message, given] = texts(parts, rest).await?;
        Ok(Self(room_id(&room)?, message_id(&message)?, reaction(&given)?))
    }
}
