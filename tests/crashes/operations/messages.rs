//! Messages and what is done to them, by REST.

use serde_json::{Value, json};

use super::Who::{Backend, Guest, Member, Owner};
use super::{Operation, none, operation};
use crate::scene::Scene;

const SEND: &str = "POST /room/{room_id}/message/send";
const REACT: &str = "PUT /room/{room_id}/message/{message_id}/reaction/{reaction}";
const PIN: &str = "PUT /room/{room_id}/message/{message_id}/pin";
const STAR: &str = "PUT /room/{room_id}/message/{message_id}/star";
const READ: &str = "POST /room/{room_id}/read";

pub(crate) const MESSAGES: &[Operation] = &[
    operation(SEND, Guest, text),
    operation(SEND, Guest, reply),
    operation(SEND, Backend, text),
    operation("POST /message/send", Backend, several),
    operation("PATCH /room/{room_id}/message/{message_id}", Member, text),
    operation("DELETE /room/{room_id}/message/{message_id}", Owner, none),
    operation("POST /room/{room_id}/message/{message_id}/forward", Guest, forward),
    operation("POST /room/{room_id}/message/{message_id}/report", Guest, report),
    operation(REACT, Guest, none),
    operation(
        "DELETE /room/{room_id}/message/{message_id}/reaction/{reaction}",
        Guest,
        none,
    )
    .after(REACT, Guest, none),
    operation(PIN, Owner, pin),
    operation("DELETE /room/{room_id}/message/{message_id}/pin", Owner, none).after(PIN, Owner, pin),
    operation(STAR, Guest, none),
    operation("DELETE /room/{room_id}/message/{message_id}/star", Guest, none).after(STAR, Guest, none),
    operation(READ, Guest, third),
    operation("POST /room/{room_id}/unread", Guest, second).after(READ, Guest, third),
    operation("POST /room/{room_id}/delivered", Guest, third),
];

fn text(_: &Scene) -> Value {
    json!({ "text_message": "three" })
}

fn reply(scene: &Scene) -> Value {
    json!({ "text_message": "re", "parent_id": scene.message, "mentions": [scene.member.id()] })
}

fn several(scene: &Scene) -> Value {
    let message =
        |room: &str| json!({ "room_id": room, "user_id": scene.member.id(), "message": { "text_message": "x" } });
    json!({ "messages": [message(&scene.room), message(&scene.direct)] })
}

fn forward(scene: &Scene) -> Value {
    json!({ "to_room_id": scene.direct })
}

fn report(_: &Scene) -> Value {
    json!({ "reason": "spam" })
}

fn pin(_: &Scene) -> Value {
    json!({ "expires_at": "2200-01-01T00:00:00Z" })
}

fn second(_: &Scene) -> Value {
    json!({ "seq": 2 })
}

fn third(_: &Scene) -> Value {
    json!({ "seq": 3 })
}
