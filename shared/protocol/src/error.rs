//! The error catalogue: one table for REST and WebSocket. A code never changes its meaning.

use serde::Serialize;
use serde_json::{Map, Value, json};
use utoipa::ToSchema;

/// What is wrong with a request, and in which field.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InvalidInput {
    /// The field, in the client's spelling.
    pub field: &'static str,
    /// Why, as the end of a sentence that begins with the field. Never repeats the value.
    pub reason: String,
}

impl InvalidInput {
    /// `reason` says what `field` must be.
    pub fn new(field: &'static str, reason: impl std::fmt::Display) -> Self {
        Self {
            field,
            reason: reason.to_string(),
        }
    }
}

macro_rules! catalogue {
    ($($(#[$doc:meta])* $name:ident, $code:literal, $status:literal, $retryable:literal, $title:literal;)*) => {
        /// A code of the catalogue.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, ToSchema)]
        #[serde(rename_all = "snake_case")]
        pub enum Code {
            $($(#[$doc])* $name,)*
        }

        impl Code {
            /// Every code.
            pub const ALL: &[Self] = &[$(Self::$name,)*];

            /// Its text on the wire.
            #[must_use]
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$name => $code,)* }
            }

            /// Its HTTP status.
            #[must_use]
            pub const fn status(self) -> u16 {
                match self { $(Self::$name => $status,)* }
            }

            /// Whether the same request may succeed later.
            #[must_use]
            pub const fn retryable(self) -> bool {
                match self { $(Self::$name => $retryable,)* }
            }

            /// A sentence for people.
            #[must_use]
            pub const fn title(self) -> &'static str {
                match self { $(Self::$name => $title,)* }
            }
        }
    };
}

catalogue! {
    /// A field has the wrong type, form or size; `field` names it.
    InvalidInput, "invalid_input", 400, false, "The request has an invalid field.";
    /// The body is no JSON object.
    MalformedJson, "malformed_json", 400, false, "The body is no JSON object.";
    /// No action of this name.
    UnknownAction, "unknown_action", 400, false, "There is no such action.";
    /// No credential, or one that is not valid.
    Unauthenticated, "unauthenticated", 401, false, "A valid credential is required.";
    /// The token has expired; get another one.
    TokenExpired, "token_expired", 401, false, "The token has expired.";
    /// Two credentials in one request.
    AmbiguousCredentials, "ambiguous_credentials", 401, false, "Send one credential, not two.";
    /// The caller is known and may not.
    Forbidden, "forbidden", 403, false, "This is not allowed.";
    /// The backend must say for which user it acts: `clientKey: <api_token>.<user_id>`.
    UserRequired, "user_required", 403, false, "Only a user can do this.";
    /// The page's origin is not on the app's list.
    OriginNotAllowed, "origin_not_allowed", 403, false, "This origin may not use the app.";
    /// The member was muted; they can read.
    Muted, "muted", 403, false, "You are muted in this room.";
    /// The user is banned from the room.
    Banned, "banned", 403, false, "The user is banned from this room.";
    /// There is none, or it is none of the caller's business.
    NotFound, "not_found", 404, false, "There is no such thing.";
    /// The path has no such method.
    MethodNotAllowed, "method_not_allowed", 405, false, "This path does not support the method.";
    /// The client id belongs to a write with another body.
    ClientIdConflict, "client_id_conflict", 409, false, "The client id belongs to another write.";
    /// An app keeps one API token at least: make another one first.
    LastToken, "last_token", 409, false, "The app has no other API token.";
    /// Another user has this external id.
    ExternalIdTaken, "external_id_taken", 409, false, "Another user has this external id.";
    /// Another room, made with other members, has this key.
    RoomKeyTaken, "room_key_taken", 409, false, "Another room has this key.";
    /// Nothing was written; resume from the old base first.
    StaleBase, "stale_base", 409, false, "The base is stale: resume before sending again.";
    /// Whether an earlier attempt succeeded can no longer be told; nothing was written by this one.
    OutcomeUnknown, "outcome_unknown", 409, false, "The outcome of an earlier attempt is unknown.";
    /// One of the two users of a direct room has blocked the other.
    Blocked, "blocked", 403, false, "One of the two has blocked the other.";
    /// The app's hook does not want the message; `reason` may say why.
    MessageRefused, "message_refused", 403, false, "The message is not wanted.";
    /// Until the backend lifts it, or it ends.
    UserSuspended, "user_suspended", 403, false, "The user is suspended.";
    /// Nothing was uploaded for the attachment yet.
    NotUploaded, "not_uploaded", 409, false, "The file is not uploaded yet.";
    /// The uploaded file has not the announced size or type, or is no image of that type; announce another one.
    FileMismatch, "file_mismatch", 409, false, "The file is not what was announced.";
    /// The message is deleted.
    MessageDeleted, "message_deleted", 409, false, "The message is deleted.";
    /// The message was edited as often as it may be.
    TooManyEdits, "too_many_edits", 409, false, "The message was edited too often.";
    /// The message has as many different reactions as it may.
    TooManyReactions, "too_many_reactions", 409, false, "The message has too many different reactions.";
    /// The room has as many pinned messages as it may.
    TooManyPins, "too_many_pins", 409, false, "The room has too many pinned messages.";
    /// The app has as many webhooks as it may.
    TooManyWebhooks, "too_many_webhooks", 409, false, "The app has too many webhooks.";
    /// The webhook has as many secrets that still sign as it may: the oldest ends a day after the one that followed it.
    TooManySecrets, "too_many_secrets", 409, false, "The webhook has too many secrets that still sign.";
    /// A direct room always has its two members.
    DirectRoom, "direct_room", 409, false, "The members of a direct room do not change.";
    /// Who is a member already cannot be invited.
    AlreadyMember, "already_member", 409, false, "The user is a member of the room already.";
    /// Nobody writes into an archived room.
    RoomArchived, "room_archived", 409, false, "The room is archived.";
    /// The room has as many members as it may.
    RoomFull, "room_full", 409, false, "The room is full.";
    /// The connection has joined as many rooms as it may.
    TooManyRooms, "too_many_rooms", 409, false, "The connection has joined too many rooms.";
    /// The connection is not known any more; connect again.
    UnknownConnection, "unknown_connection", 410, false, "The connection is not known; connect again.";
    /// The body or frame is too large.
    PayloadTooLarge, "payload_too_large", 413, false, "The request is too large.";
    /// Only `application/json` is read, and `multipart/form-data` where files come with a message.
    UnsupportedMediaType, "unsupported_media_type", 415, false, "The body must be application/json.";
    /// Too soon after the last one; `retry_after_ms` says when. Try again with the same client id.
    RateLimited, "rate_limited", 429, true, "Too many messages: wait a moment.";
    /// A defect of the server; it has been logged under the request id.
    Internal, "internal", 500, false, "The server failed.";
    /// Too many people write into the room at once; try again with the same client id.
    RoomBusy, "room_busy", 503, true, "The room is busy.";
    /// Someone else is changing the same thing; try again.
    Busy, "busy", 503, true, "Someone else is changing the same thing.";
    /// The identity provider or the verification URL of the app does not answer; try again.
    VerificationUnavailable, "verification_unavailable", 503, true, "The token cannot be verified at the moment.";
    /// The app's hook, without which no message stands, does not answer; try again with the same client id.
    HookUnavailable, "hook_unavailable", 503, true, "Messages cannot be looked at at the moment.";
    /// The store does not answer; try again with the same client id.
    Unavailable, "unavailable", 503, true, "The service is not available at the moment.";
}

/// An error as a client sees it.
#[derive(Debug, Clone, PartialEq)]
pub struct WireError {
    /// Which one.
    pub code: Code,
    /// What happened this time; never a secret, a message or an internal name.
    pub message: String,
    /// When to try again, if that helps.
    pub retry_after_ms: Option<u64>,
    /// Further members that the code documents.
    pub extra: Map<String, Value>,
}

impl WireError {
    /// The code with its own sentence.
    #[must_use]
    pub fn new(code: Code) -> Self {
        let retry_after_ms = code.retryable().then_some(500);
        Self {
            code,
            message: code.title().to_owned(),
            retry_after_ms,
            extra: Map::new(),
        }
    }

    /// As the `data` of an error frame.
    #[must_use]
    pub fn frame_data(&self) -> Value {
        let mut data = self.extra.clone();
        data.insert("code".to_owned(), json!(self.code.as_str()));
        data.insert("message".to_owned(), json!(self.message));
        data.insert("retryable".to_owned(), json!(self.code.retryable()));
        if let Some(after) = self.retry_after_ms {
            data.insert("retry_after_ms".to_owned(), json!(after));
        }
        Value::Object(data)
    }

    /// As a problem document (RFC 9457).
    #[must_use]
    pub fn problem(&self, request_id: &str) -> Value {
        let mut problem = self.extra.clone();
        problem.insert(
            "type".to_owned(),
            json!(format!("urn:parlour:error:{}", self.code.as_str())),
        );
        problem.insert("title".to_owned(), json!(self.code.title()));
        problem.insert("status".to_owned(), json!(self.code.status()));
        problem.insert("code".to_owned(), json!(self.code.as_str()));
        problem.insert("detail".to_owned(), json!(self.message));
        problem.insert("retryable".to_owned(), json!(self.code.retryable()));
        problem.insert("request_id".to_owned(), json!(request_id));
        if let Some(after) = self.retry_after_ms {
            problem.insert("retry_after_ms".to_owned(), json!(after));
        }
        Value::Object(problem)
    }
}

impl From<InvalidInput> for WireError {
    fn from(invalid: InvalidInput) -> Self {
        let mut error = Self::new(Code::InvalidInput);
        error.message = format!("{} {}.", invalid.field, invalid.reason);
        error.extra.insert("field".to_owned(), json!(invalid.field));
        error
    }
}

/// The members that the `data` of an error frame has, and the errors of answers to many things at once.
#[derive(Debug, Serialize, ToSchema)]
pub struct ErrorView {
    /// The code.
    pub code: Code,
    /// What happened this time.
    pub message: String,
    /// Whether the same action may succeed later.
    pub retryable: bool,
    /// When to try again, in milliseconds.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub retry_after_ms: Option<u64>,
    /// Which field is invalid (`invalid_input`).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub field: Option<String>,
    /// Why the app's hook does not want the message, in its words (`message_refused`).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
}

/// The members that a problem document has: for the OpenAPI description.
#[derive(Debug, Serialize, ToSchema)]
pub struct Problem {
    /// `urn:parlour:error:{code}`.
    #[serde(rename = "type")]
    pub kind: String,
    /// The code's sentence.
    pub title: String,
    /// The HTTP status.
    pub status: u16,
    /// The code.
    pub code: Code,
    /// What happened this time.
    pub detail: String,
    /// Whether the same request may succeed later.
    pub retryable: bool,
    /// When to try again, in milliseconds.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub retry_after_ms: Option<u64>,
    /// Names this request in the server's log.
    pub request_id: String,
    /// Which field is invalid (`invalid_input`).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub field: Option<String>,
    /// Why the app's hook does not want the message, in its words (`message_refused`).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
}

#[cfg(test)]
mod tests;
