//! Webhooks.

use serde_json::{Value, json};

use super::Who::Backend;
use super::{Operation, none, operation};
use crate::scene::Scene;

pub(crate) const WEBHOOKS: &[Operation] = &[
    operation("POST /webhook", Backend, new),
    operation("PATCH /webhook/{webhook_id}", Backend, other).after("POST /webhook", Backend, new),
    operation("POST /webhook/{webhook_id}/secret", Backend, none).after("POST /webhook", Backend, new),
    operation("DELETE /webhook/{webhook_id}", Backend, none).after("POST /webhook", Backend, new),
];

fn new(_: &Scene) -> Value {
    json!({ "url": "https://receiver.invalid/hook" })
}

fn other(_: &Scene) -> Value {
    json!({ "events": ["message.created"] })
}
