//! Rooms: made, changed, archived, truncated, deleted.

use serde_json::{Value, json};

use super::Who::{Backend, Guest, Member, Owner};
use super::{Operation, none, operation};
use crate::scene::Scene;

pub(crate) const ROOMS: &[Operation] = &[
    operation("POST /room", Member, group),
    operation("POST /room", Guest, direct),
    operation("POST /room", Backend, keyed),
    operation("POST /room", Owner, public),
    operation("POST /room/find", Member, direct_to),
    operation("PATCH /room/{room_id}", Owner, change),
    operation("DELETE /room/{room_id}", Owner, none),
    operation("DELETE /room/{room_id}", Backend, none),
    operation("PUT /room/{room_id}/archive", Owner, none),
    operation("DELETE /room/{room_id}/archive", Owner, none).after("PUT /room/{room_id}/archive", Owner, none),
    operation("POST /room/{room_id}/truncate", Owner, truncate),
    operation("PUT /room/{room_id}/notification", Guest, notification),
];

fn group(scene: &Scene) -> Value {
    json!({ "kind": "group", "name": "new", "members": [scene.guest.id(), scene.newcomer.id()] })
}

fn direct(scene: &Scene) -> Value {
    json!({ "kind": "direct", "members": [scene.newcomer.id()] })
}

fn keyed(scene: &Scene) -> Value {
    json!({ "kind": "group", "key": format!("key-{}", scene.number), "members": [scene.newcomer.id()] })
}

fn public(_: &Scene) -> Value {
    json!({ "kind": "group", "name": "open", "public": true, "retention_days": 3 })
}

fn direct_to(scene: &Scene) -> Value {
    json!({ "members": [scene.guest.id()] })
}

fn change(_: &Scene) -> Value {
    json!({ "name": "Renamed", "retention_days": 30, "slow_mode_seconds": 5 })
}

fn truncate(_: &Scene) -> Value {
    json!({ "before_seq": 3 })
}

fn notification(_: &Scene) -> Value {
    json!({ "notification": "mentions" })
}
