//! One call of a webhook, by the convention of Standard Webhooks.

use std::time::Duration;

use bytes::Bytes;
use parlour_auth::WebhookSecret;
use parlour_domain::delivery::{Delivery, Outcome};
use parlour_domain::webhook::{EventKind, Webhook};
use parlour_domain::{Timestamp, UserId, limits};
use parlour_protocol::view::EntryView;
use serde::Serialize;

use super::Outgoing;
use crate::fetch::Call;

/// What the receiver reads.
#[derive(Serialize)]
struct Payload<'a> {
    #[serde(rename = "type")]
    kind: &'static str,
    timestamp: String,
    data: Data<'a>,
}

#[derive(Serialize)]
#[serde(untagged)]
enum Data<'a> {
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
            EventKind::MessageUnseen => Self::Unseen {
                room_id: &view.room_id,
                message: view,
                user_ids: &delivery.users,
            },
            _ => Self::Entry(view),
        }
    }
}

pub(super) async fn post(
    out: &Outgoing,
    hook: &Webhook,
    delivery: &Delivery,
    view: &EntryView,
    now: Timestamp,
) -> Outcome {
    let payload = Payload {
        kind: delivery.kind.as_str(),
        timestamp: delivery.id.at.to_string(),
        data: Data::new(delivery, view),
    };
    // A view of ours always serialises.
    let body = serde_json::to_vec(&payload).unwrap_or_default();
    let id = delivery.event_id();
    let secrets = hook
        .signing(now)
        .filter_map(|secret| WebhookSecret::parse(&secret.text).ok());
    let signatures: Vec<String> = secrets.map(|secret| secret.sign(&id, now, &body)).collect();
    let call = Call {
        url: hook.url.as_str().to_owned(),
        headers: vec![
            ("webhook-timestamp", now.seconds().to_string()),
            ("webhook-signature", signatures.join(" ")),
            ("webhook-id", id),
        ],
        body: Bytes::from(body),
    };
    match out
        .fetch
        .post(call, Duration::from_millis(limits::WEBHOOK_CALL_MILLIS))
        .await
    {
        Ok(status) => Outcome::Answered(status),
        Err(failure) => Outcome::Failed(failure),
    }
}
