//! The hook of an app: it is asked before a message of a user stands, or says something else, and lets it, changes it or refuses it.
//!
//! It is asked before the append takes its turn, so that a slow hook keeps nobody else from writing, and after an earlier attempt was
//! looked for, so that it is not asked about a message that stands. Where it does not answer, the app's setting decides, and a hook
//! that fails again and again is left alone for some seconds.

use std::collections::BTreeSet;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use bytes::Bytes;
use http::header::{CONTENT_TYPE, HeaderMap, HeaderName, HeaderValue};
use http::{Method, StatusCode};
use parlour_auth::WebhookSecret;
use parlour_domain::access::Actor;
use parlour_domain::log::{Message, WriteId};
use parlour_domain::message_hook::{MessageHook, OnFailure};
use parlour_domain::room::Room;
use parlour_domain::text::{Custom, MessageText};
use parlour_domain::{AppId, AttachmentId, MessageId, RoomId, Seq, Timestamp, UserId, limits};
use parlour_fetch::{Fetcher, Limits, Target};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use tokio::time::timeout;

use crate::message::must_fit;
use crate::trust::bounded::Bounded;
use crate::trust::circuit::Circuits;
use crate::{Error, Parlour};

/// A process believes so long what it read of an app's hook.
const KNOWN_SECONDS: i64 = 10;
/// Apps whose hooks are remembered at once.
const APPS: usize = 10_000;
/// The longest answer: the longest text and custom data, every character of them escaped.
const ANSWER_BYTES: usize = 96 * 1024;

/// What a process remembers of hooks.
#[derive(Debug)]
pub(crate) struct Hooks {
    known: Mutex<Bounded<AppId, (Option<MessageHook>, Timestamp)>>,
    circuits: Circuits,
}

impl Default for Hooks {
    fn default() -> Self {
        Self {
            known: Mutex::new(Bounded::new(APPS)),
            circuits: Circuits::default(),
        }
    }
}

impl Hooks {
    fn known(&self) -> MutexGuard<'_, Bounded<AppId, (Option<MessageHook>, Timestamp)>> {
        self.known.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A message that is about to stand.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Asked<'a> {
    /// Its room.
    pub(crate) room: &'a Room,
    /// Who says it.
    pub(crate) sender: UserId,
    /// What it says.
    pub(crate) message: &'a Message,
    /// The message that is to say this from now on; none: it is a new one.
    pub(crate) edited: Option<Seq>,
    /// Its files, by their ids.
    pub(crate) files: &'a [AttachmentId],
    /// The write's id, which is the call's.
    pub(crate) write: &'a WriteId,
}

/// The hook that is asked about what the actor says: none about what the backend says itself.
///
/// # Errors
/// [`Error::Store`].
pub(crate) async fn of(parlour: &Parlour, actor: &Actor, now: Timestamp) -> Result<Option<MessageHook>, Error> {
    if actor.user().is_none() {
        return Ok(None);
    }
    let (app, hooks) = (actor.app(), parlour.trust.hooks());
    if let Some((hook, since)) = hooks.known().get(app)
        && *since <= now
        && since.plus_seconds(KNOWN_SECONDS) > now
    {
        return Ok(hook.clone());
    }
    let hook = parlour.store.app(app).await?.and_then(|row| row.message_hook);
    hooks.known().put(app.clone(), (hook.clone(), now));
    Ok(hook)
}

/// The hook of an app may be another one from now on.
pub(crate) fn forget(parlour: &Parlour, app: &AppId) {
    parlour
        .trust
        .hooks()
        .known()
        .put(app.clone(), (None, Timestamp::default()));
}

/// Asks the hook, and answers with what the message says then.
///
/// # Errors
/// [`Error::MessageRefused`]; [`Error::HookUnavailable`] if it does not answer and the app wants no message then.
pub(crate) async fn ask(
    parlour: &Parlour,
    app: &AppId,
    hook: &MessageHook,
    asked: Asked<'_>,
    now: Timestamp,
) -> Result<Message, Error> {
    let limit = Duration::from_millis(hook.timeout_ms.min(limits::HOOK_MILLIS));
    let (fetcher, circuits) = (parlour.trust.fetcher(), &parlour.trust.hooks().circuits);
    let call = circuits.run(app, now, call(fetcher, app, hook, asked, (now, limit)));
    // Whoever waits for a turn behind others of the app waits no longer than for an answer.
    match timeout(limit * 2, call).await {
        Ok(Ok(Verdict::Allow)) => Ok(asked.message.clone()),
        Ok(Ok(Verdict::Refuse(reason))) => Err(Error::MessageRefused { reason }),
        Ok(Ok(Verdict::Change(message))) => Ok(*message),
        Ok(Err(_)) | Err(_) => match hook.on_failure {
            OnFailure::Allow => Ok(asked.message.clone()),
            OnFailure::Refuse => Err(Error::HookUnavailable),
        },
    }
}

/// What the hook says.
enum Verdict {
    Allow,
    Change(Box<Message>),
    Refuse(Option<String>),
}

/// What the hook reads.
#[derive(Serialize)]
struct Payload<'a> {
    #[serde(rename = "type")]
    kind: &'static str,
    timestamp: String,
    data: Data<'a>,
}

#[derive(Serialize)]
struct Data<'a> {
    room_id: String,
    sender_id: UserId,
    #[serde(skip_serializing_if = "Option::is_none")]
    message_id: Option<String>,
    text_message: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    custom: Option<Map<String, Value>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    subject: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    parent_id: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    quote_id: Option<String>,
    #[serde(skip_serializing_if = "<[UserId]>::is_empty")]
    mentions: &'a [UserId],
    #[serde(skip_serializing_if = "<[AttachmentId]>::is_empty")]
    attachments: &'a [AttachmentId],
}

impl<'a> Data<'a> {
    fn new(app: &AppId, asked: Asked<'a>) -> Self {
        let Asked { room, message, .. } = asked;
        let id = |seq: Seq| MessageId::new(app, room.number, seq).to_string();
        Self {
            room_id: RoomId::new(app, room.number).to_string(),
            sender_id: asked.sender,
            message_id: asked.edited.map(id),
            text_message: message.text.as_ref().map(MessageText::as_str),
            custom: message.custom.as_ref().map(Custom::object),
            subject: message.subject.as_ref().map(parlour_domain::text::Subject::as_str),
            parent_id: message.parent.map(id),
            quote_id: message.quote.map(id),
            mentions: &message.mentions,
            attachments: asked.files,
        }
    }
}

/// What it answers; members that are not known are ignored.
#[derive(Deserialize)]
#[serde(tag = "decision", rename_all = "snake_case")]
enum Said {
    Allow,
    Change {
        text_message: Option<String>,
        #[serde(default)]
        custom: Option<Map<String, Value>>,
    },
    Refuse {
        #[serde(default)]
        reason: Option<String>,
    },
}

async fn call(
    fetcher: &Fetcher,
    app: &AppId,
    hook: &MessageHook,
    asked: Asked<'_>,
    (now, limit): (Timestamp, Duration),
) -> Result<Verdict, Error> {
    let target = Target::parse(&hook.url, fetcher.reach()).map_err(|error| failed(app, &error))?;
    let kind = match asked.edited {
        None => "message.sending",
        Some(_) => "message.editing",
    };
    let payload = Payload {
        kind,
        timestamp: now.to_string(),
        data: Data::new(app, asked),
    };
    // A payload of ours always serialises.
    let body = Bytes::from(serde_json::to_vec(&payload).unwrap_or_default());
    let headers = signed(hook, asked.write.as_str(), now, &body).ok_or_else(|| failed(app, &"it has no secret"))?;
    let limits = Limits {
        connect: limit,
        total: limit,
        body: ANSWER_BYTES,
    };
    let sent = fetcher.send(Method::POST, &target, headers, body, limits);
    let answer = sent.await.map_err(|error| failed(app, &error))?;
    if answer.status == StatusCode::NO_CONTENT {
        return Ok(Verdict::Allow);
    }
    if !answer.is_json() {
        return Err(failed(app, &"it is no answer"));
    }
    let said: Said = serde_json::from_slice(&answer.body).map_err(|_| failed(app, &"the answer cannot be read"))?;
    verdict(said, asked).map_err(|reason| failed(app, &reason))
}

/// By the convention of Standard Webhooks.
fn signed(hook: &MessageHook, id: &str, now: Timestamp, body: &[u8]) -> Option<HeaderMap> {
    let secrets = hook
        .secrets
        .iter()
        .filter_map(|secret| WebhookSecret::parse(secret).ok());
    let signatures: Vec<String> = secrets.map(|secret| secret.sign(id, now, body)).collect();
    let text = |text: &str| HeaderValue::from_str(text).ok();
    Some(HeaderMap::from_iter([
        (CONTENT_TYPE, HeaderValue::from_static("application/json")),
        (HeaderName::from_static("webhook-id"), text(id)?),
        (
            HeaderName::from_static("webhook-timestamp"),
            text(&now.seconds().to_string())?,
        ),
        (
            HeaderName::from_static("webhook-signature"),
            text(&signatures.join(" "))?,
        ),
    ]))
}

/// What is said instead is held to the same rules as what users say.
fn verdict(said: Said, asked: Asked<'_>) -> Result<Verdict, &'static str> {
    match said {
        Said::Allow => Ok(Verdict::Allow),
        Said::Refuse { reason } => Ok(Verdict::Refuse(reason.map(|reason| shown(&reason)))),
        Said::Change { text_message, custom } => {
            let mut message = asked.message.clone();
            if let Some(text) = text_message {
                message.text = Some(MessageText::parse(&text).map_err(|_| "the new text is none")?);
            }
            if let Some(custom) = custom {
                message.custom = Some(Custom::parse(&custom).map_err(|_| "the new custom data is not valid")?);
            }
            must_fit(message.text.as_ref(), asked.room).map_err(|_| "the new text is too long for the room")?;
            Ok(Verdict::Change(Box::new(message)))
        }
    }
}

/// A reason as a client is told it: one short line.
fn shown(reason: &str) -> String {
    let shown = reason.chars().filter(|c| !c.is_control());
    shown.take(limits::HOOK_REASON_CHARS).collect()
}

/// Told to operators: neither the URL, which may hold a secret, nor anything of the message or of the answer.
fn failed(app: &AppId, error: &dyn std::fmt::Display) -> Error {
    tracing::warn!(%app, %error, "the hook of an app does not answer as it should");
    Error::HookUnavailable
}

/// Whether all of these are secrets that calls can be signed with, each once.
pub(crate) fn are_secrets(secrets: &[String]) -> bool {
    let distinct: BTreeSet<&String> = secrets.iter().collect();
    let count = (1..=limits::HOOK_SECRETS).contains(&secrets.len());
    count && distinct.len() == secrets.len() && secrets.iter().all(|secret| WebhookSecret::parse(secret).is_ok())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_answer_is_one_of_three() {
        let read = |text: &str| serde_json::from_str::<Said>(text);
        assert!(matches!(read(r#"{"decision":"allow","more":1}"#), Ok(Said::Allow)));
        assert!(matches!(
            read(r#"{"decision":"refuse"}"#),
            Ok(Said::Refuse { reason: None })
        ));
        assert!(matches!(
            read(r#"{"decision":"change","text_message":"x"}"#),
            Ok(Said::Change { custom: None, .. })
        ));
        for text in [
            "{}",
            r#"{"decision":"maybe"}"#,
            r#"{"decision":"change","text_message":1}"#,
            "[]",
        ] {
            assert!(read(text).is_err(), "{text}");
        }
    }

    #[test]
    fn a_reason_is_one_short_line() {
        assert_eq!(shown("no\n\u{1b}[31mspam"), "no[31mspam");
        assert_eq!(shown(&"x".repeat(1_000)).len(), limits::HOOK_REASON_CHARS);
    }

    #[test]
    fn secrets_are_one_or_two_and_can_sign() {
        let mut moment = parlour_domain::Moment {
            now: Timestamp::default(),
            entropy: parlour_domain::Entropy::from_seed([7; 32]),
        };
        let [one, other] = [(); 2].map(|()| WebhookSecret::generate(&mut moment).expose().to_owned());
        assert!(are_secrets(std::slice::from_ref(&one)) && are_secrets(&[one.clone(), other]));
        assert!(!are_secrets(&[]) && !are_secrets(&[one.clone(), one]) && !are_secrets(&["secret".to_owned()]));
    }
}
