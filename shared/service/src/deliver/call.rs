//! One call of a webhook, by the convention of Standard Webhooks.

use std::time::Duration;

use bytes::Bytes;
use http::Method;
use http::header::{CONTENT_TYPE, HeaderMap, HeaderValue};
use parlour_auth::WebhookSecret;
use parlour_domain::delivery::{Delivery, Failure, Outcome};
use parlour_domain::webhook::{EventKind, Webhook};
use parlour_domain::{Timestamp, UserId, limits};
use parlour_fetch::{FetchError, Fetcher, Limits, Target};
use parlour_protocol::view::EntryView;
use serde::Serialize;

/// Of an answer nothing but its status is read.
const LIMITS: Limits = Limits {
    connect: Duration::from_secs(2),
    total: Duration::from_millis(limits::WEBHOOK_CALL_MILLIS),
    body: 0,
};

/// What the receiver reads.
#[derive(Serialize)]
struct Payload<'a> {
    #[serde(rename = "type")]
    kind: &'static str,
    timestamp: String,
    data: Data<'a>,
}

/// What an event says of itself.
#[derive(Serialize)]
#[serde(untagged)]
pub(super) enum Data<'a> {
    /// A view of the entry.
    Entry(&'a EntryView),
    /// Who has not seen a message.
    Unseen {
        room_id: &'a str,
        message: &'a EntryView,
        user_ids: &'a [UserId],
    },
}

impl<'a> Data<'a> {
    fn new(delivery: &'a Delivery, view: &'a EntryView) -> Self {
        match delivery.kind {
            EventKind::MessageUnseen => Self::unseen(view, &delivery.users),
            _ => Self::Entry(view),
        }
    }

    /// These members have not seen this message.
    pub(super) fn unseen(message: &'a EntryView, user_ids: &'a [UserId]) -> Self {
        Self::Unseen {
            room_id: &message.room_id,
            message,
            user_ids,
        }
    }
}

pub(super) async fn post(
    fetcher: &Fetcher,
    hook: &Webhook,
    delivery: &Delivery,
    view: &EntryView,
    now: Timestamp,
) -> Outcome {
    let Ok(target) = Target::parse(hook.url.as_str(), fetcher.reach()) else {
        return Outcome::Failed(Failure::Forbidden);
    };
    let payload = Payload {
        kind: delivery.kind.as_str(),
        timestamp: delivery.id.at.to_string(),
        data: Data::new(delivery, view),
    };
    // A view of ours always serialises.
    let body = serde_json::to_vec(&payload).unwrap_or_default();
    let headers = headers(hook, &delivery.event_id(), &body, now);
    let sent = fetcher.status(Method::POST, &target, headers, Bytes::from(body), LIMITS);
    match sent.await {
        Ok(status) => Outcome::Answered(status.as_u16()),
        Err(error) => Outcome::Failed(failure(error)),
    }
}

fn headers(hook: &Webhook, id: &str, body: &[u8], now: Timestamp) -> HeaderMap {
    let secrets = hook
        .signing(now)
        .filter_map(|secret| WebhookSecret::parse(&secret.text).ok());
    let signatures: Vec<String> = secrets.map(|secret| secret.sign(id, now, body)).collect();
    let mut headers = HeaderMap::from_iter([(CONTENT_TYPE, HeaderValue::from_static("application/json"))]);
    for (name, value) in [
        ("webhook-id", id),
        ("webhook-timestamp", now.seconds().to_string().as_str()),
        ("webhook-signature", signatures.join(" ").as_str()),
    ] {
        // A UUID, a number, base64: there is nothing in them that a header could not hold.
        if let Ok(value) = HeaderValue::from_str(value) {
            headers.insert(name, value);
        }
    }
    headers
}

/// What the delivery log says of it, which the app's backend reads: no more than that.
fn failure(error: FetchError) -> Failure {
    match error {
        FetchError::Private => Failure::Forbidden,
        FetchError::Timeout => Failure::TimedOut,
        FetchError::Unresolved
        | FetchError::Connection
        | FetchError::Tls
        | FetchError::TooLarge
        | FetchError::Broken => Failure::Unreachable,
    }
}
