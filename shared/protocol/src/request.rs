//! What clients send: bodies and frames as they come, and their conversion into what the service takes.
//!
//! Unknown fields are refused: a misspelt or privileged field (`role`, `seq`, `user_id` of someone else) is never ignored.

mod app;
mod attachment;
mod bulk;
mod form;
mod incoming;
mod member;
mod message;
mod presence;
mod reading;
mod report;
mod room;
mod user;
mod verification;
mod webhook;

use parlour_domain::text::{Custom, NamePrefix};
use parlour_domain::{ClientId, ExternalId, RoomId, RoomKey, Seq, TaskId, UserId, limits};
use serde::{Deserialize, Deserializer};
use serde_json::{Map, Value};

pub use app::{MessageHookBody, OnFailureOption, QuotasBody, UpdateApp};
pub use attachment::{AnnounceAttachment, Announcing, attachment_id};
pub use bulk::{BulkMessage, SendMessages};
pub use form::{FormFields, FormFile, SendForm};
pub use incoming::{QueuedEvent, TakeEvents, TellEvent, TellEventData, TellEventType};
pub use member::{AddMember, AddMembers, CreateInvite, RoleOption, SetRole, Until, to_come};
pub use message::{
    EditMessage, ForwardMessage, Forwarding, Outgoing, PinMessage, PriorityOption, SendMessage, expires_at, message_id,
    reaction,
};
pub use presence::{PresenceOf, online_only, users};
pub use reading::{MarkRead, MarkUnread, NotificationOption, SetNotification, UnreadOfUsers};
pub use report::{CreateReport, ReportStatusOption, Reporting, Review, ReviewReport};
pub use room::{CreateRoom, FindRoom, HistoryOption, Kind, NewRoom, SendersOption, TruncateRoom, UpdateRoom};
pub use user::{CreateUser, KnownUser, NewUser, Suspend, UpdateUser, UpsertUser, UpsertUsers};
pub use verification::{DialectBody, ServiceOption, UserClaims, VerificationBody};
pub use webhook::{
    CreateWebhook, DeliveryStatusOption, NewWebhook, UpdateWebhook, WebhookChange, delivery_id, webhook_id,
};

use crate::error::InvalidInput;

/// Tells "set to null" (`Some(None)`) from "not given" (`None`).
pub(crate) fn given<'de, D: Deserializer<'de>, T: Deserialize<'de>>(from: D) -> Result<Option<Option<T>>, D::Error> {
    Option::deserialize(from).map(Some)
}

fn parsed<T, E: std::fmt::Display>(field: &'static str, result: Result<T, E>) -> Result<T, InvalidInput> {
    result.map_err(|error| InvalidInput::new(field, error))
}

fn custom(object: Option<&Map<String, Value>>) -> Result<Option<Custom>, InvalidInput> {
    object.map(|object| parsed("custom", Custom::parse(object))).transpose()
}

fn optional<T, E: std::fmt::Display>(
    field: &'static str,
    text: Option<&str>,
    parse: fn(&str) -> Result<T, E>,
) -> Result<Option<T>, InvalidInput> {
    text.map(|text| parsed(field, parse(text))).transpose()
}

/// A user id.
///
/// # Errors
/// If it is no lower-case UUID.
pub fn user_id(field: &'static str, text: &str) -> Result<UserId, InvalidInput> {
    parsed(field, UserId::parse(text))
}

/// The `after` of a list that is in the order of users.
///
/// # Errors
/// If it is no lower-case UUID.
pub fn after_user(text: Option<&str>) -> Result<Option<UserId>, InvalidInput> {
    text.map(|text| user_id("after", text)).transpose()
}

/// Users, each once, in the order in which they are named.
fn each_user(field: &'static str, texts: &[String]) -> Result<Vec<UserId>, InvalidInput> {
    let mut users = Vec::with_capacity(texts.len());
    for text in texts {
        let user = user_id(field, text)?;
        if !users.contains(&user) {
            users.push(user);
        }
    }
    Ok(users)
}

/// The same of 1 to `most` users.
fn some_users(field: &'static str, texts: &[String], most: usize) -> Result<Vec<UserId>, InvalidInput> {
    if texts.is_empty() || texts.len() > most {
        return Err(InvalidInput::new(field, format!("must name 1 to {most} users")));
    }
    each_user(field, texts)
}

/// An id in the integrator's own system.
///
/// # Errors
/// If it is too long or has characters that ids do not have.
pub fn external_id(text: &str) -> Result<ExternalId, InvalidInput> {
    parsed("external_id", ExternalId::parse(text))
}

/// A room id.
///
/// # Errors
/// If it is no lower-case UUID.
pub fn room_id(text: &str) -> Result<RoomId, InvalidInput> {
    parsed("room_id", RoomId::parse(text))
}

/// A task's id.
///
/// # Errors
/// If it is no lower-case UUID.
pub fn task_id(text: &str) -> Result<TaskId, InvalidInput> {
    parsed("task_id", TaskId::parse(text))
}

/// A room's key.
///
/// # Errors
/// If it is empty, too long or has other characters.
pub fn room_key(text: &str) -> Result<RoomKey, InvalidInput> {
    parsed("key", RoomKey::parse(text))
}

/// A client id.
///
/// # Errors
/// If it is empty, too long or has other characters.
pub fn client_id(field: &'static str, text: &str) -> Result<ClientId, InvalidInput> {
    parsed(field, ClientId::parse(text))
}

/// A place in a log.
///
/// # Errors
/// Above 48 bits.
pub fn seq(field: &'static str, number: u64) -> Result<Seq, InvalidInput> {
    Seq::new(number).ok_or_else(|| InvalidInput::new(field, "must be below 2^48"))
}

/// What names begin with.
///
/// # Errors
/// If it is empty, longer than any name or has control characters.
pub fn name_prefix(text: &str) -> Result<NamePrefix, InvalidInput> {
    parsed("name_prefix", NamePrefix::parse(text))
}

/// A page's size.
///
/// # Errors
/// If it is 0 or above [`limits::PAGE_ITEMS`].
pub fn page_limit(limit: Option<u64>) -> Result<usize, InvalidInput> {
    let limit = usize::try_from(limit.unwrap_or(limits::PAGE_ITEMS as u64)).unwrap_or(usize::MAX);
    if limit == 0 || limit > limits::PAGE_ITEMS {
        return Err(InvalidInput::new(
            "limit",
            format!("must be 1 to {}", limits::PAGE_ITEMS),
        ));
    }
    Ok(limit)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn privileged_and_misspelt_fields_are_refused() {
        for body in [
            r#"{"name":"A","id":"x"}"#,
            r#"{"name":"A","externalId":"x"}"#,
            r#"{"name":["A"]}"#,
            r#"{"name":{}}"#,
        ] {
            assert!(serde_json::from_str::<CreateUser>(body).is_err(), "{body}");
        }
        assert!(serde_json::from_str::<SendMessage>(r#"{"text_message":"a","user_id":"b"}"#).is_err());
        assert!(serde_json::from_str::<SendMessage>(r#"{"text_message":"\ud800"}"#).is_err());
    }

    #[test]
    fn null_removes_and_absence_leaves() {
        let change = serde_json::from_str::<UpdateUser>(r#"{"avatar_url":null}"#)
            .unwrap()
            .check()
            .unwrap();
        assert_eq!(
            (change.name, change.avatar_url, change.custom),
            (None, Some(None), None)
        );
    }

    #[test]
    fn a_member_named_twice_is_one_member() {
        let id = "018f4a5c-0000-7000-8000-0123456789ab";
        let body = format!(r#"{{"kind":"group","members":["{id}","{id}"]}}"#);
        assert_eq!(
            serde_json::from_str::<CreateRoom>(&body)
                .unwrap()
                .check()
                .unwrap()
                .members
                .len(),
            1
        );
    }
}
