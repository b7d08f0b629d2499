//! Who is in a room, and as what.

use serde_json::{Value, json};

use super::Who::{Backend, Guest, Newcomer, Owner};
use super::{Operation, none, operation};
use crate::scene::Scene;

const BAN: &str = "PUT /room/{room_id}/ban/{user_id}";
const INVITE: &str = "POST /room/{room_id}/invite";
const MUTE: &str = "PUT /room/{room_id}/member/{user_id}/mute";

pub(crate) const MEMBERS: &[Operation] = &[
    operation("POST /room/{room_id}/member", Owner, newcomer),
    // A departure that was cut off is finished first.
    operation("POST /room/{room_id}/member", Owner, guest).after("a departure begins", Backend, none),
    operation("POST /room/{room_id}/members", Owner, both),
    operation("DELETE /room/{room_id}/member/{user_id}", Owner, none),
    operation("POST /room/{room_id}/join", Newcomer, none),
    // Who has left is told that there is no such room, also by a repeat.
    operation("POST /room/{room_id}/leave", Guest, none).or(404),
    operation("POST /room/{room_id}/leave", Owner, none).or(404),
    operation("PUT /room/{room_id}/member/{user_id}/role", Owner, role),
    operation(MUTE, Owner, empty),
    operation("DELETE /room/{room_id}/member/{user_id}/mute", Owner, none).after(MUTE, Owner, empty),
    operation(BAN, Owner, empty),
    operation("DELETE /room/{room_id}/ban/{user_id}", Owner, none).after(BAN, Owner, empty),
    operation(INVITE, Owner, newcomer),
    operation("DELETE /room/{room_id}/invite/{user_id}", Owner, none).after(INVITE, Owner, newcomer),
    operation("POST /invite/{room_id}/accept", Newcomer, none).after(INVITE, Owner, newcomer),
    operation("POST /invite/{room_id}/decline", Newcomer, none).after(INVITE, Owner, newcomer),
];

fn empty(_: &Scene) -> Value {
    json!({})
}

fn newcomer(scene: &Scene) -> Value {
    json!({ "user_id": scene.newcomer.id() })
}

fn guest(scene: &Scene) -> Value {
    json!({ "user_id": scene.guest.id() })
}

fn both(scene: &Scene) -> Value {
    json!({ "user_ids": [scene.guest.id(), scene.newcomer.id()] })
}

fn role(_: &Scene) -> Value {
    json!({ "role": "moderator" })
}
