//! Users, their credentials, blocks and reports.

use serde_json::{Value, json};

use super::Who::{Backend, Guest, Member};
use super::{Operation, none, operation};
use crate::scene::Scene;

pub(crate) const USERS: &[Operation] = &[
    operation("PATCH /app", Backend, settings),
    operation("POST /app/token", Backend, none),
    operation("DELETE /app/token/{token_id}", Backend, none),
    operation("POST /auth/{user_id}", Backend, none),
    operation("POST /ticket", Guest, none),
    operation("POST /user", Backend, new_user),
    operation("PUT /user", Backend, known),
    operation("PUT /user", Backend, renamed).after("PUT /user", Backend, known),
    operation("POST /events", Backend, told),
    operation("POST /events", Backend, told_gone).after("POST /events", Backend, told),
    operation("PATCH /user/{user_id}", Backend, name),
    operation("DELETE /user/{user_id}", Backend, none),
    operation("DELETE /user/{user_id}?messages=erase", Backend, none),
    operation("POST /user/{user_id}/erasure", Backend, none),
    operation("PUT /user/{user_id}/suspension", Backend, empty),
    operation("DELETE /user/{user_id}/suspension", Backend, none).after(
        "PUT /user/{user_id}/suspension",
        Backend,
        empty,
    ),
    operation("POST /user/{user_id}/report", Member, reason),
    operation("PATCH /report/{report_id}", Backend, closed).after("POST /user/{user_id}/report", Member, reason),
    operation("PUT /block/{user_id}", Member, none),
    operation("DELETE /block/{user_id}", Member, none).after("PUT /block/{user_id}", Member, none),
    operation("POST /presence", Member, guest),
    operation("POST /unread", Backend, guest),
];

fn settings(_: &Scene) -> Value {
    let url = json!({ "method": "url", "url": "https://shop.example.com/verify" });
    json!({ "name": "app", "allowed_origins": ["https://pages.example"], "verification": url })
}

fn empty(_: &Scene) -> Value {
    json!({})
}

fn new_user(scene: &Scene) -> Value {
    json!({ "name": "New", "external_id": format!("new-{}", scene.number) })
}

fn event(scene: &Scene, kind: &str, second: u8, data: Value) -> Value {
    let time = format!("2020-01-31T12:00:{second:02}Z");
    let subject = format!("told-{}", scene.number);
    let mut event = json!({ "id": format!("e-{second}"), "type": kind, "time": time, "subject": subject });
    event["data"] = data;
    event
}

pub(super) fn told(scene: &Scene) -> Value {
    let made = event(scene, "user.created", 1, json!({ "name": "Told" }));
    let befriended = event(scene, "friend.created", 2, json!({ "friend": "other" }));
    json!({ "events": [made, befriended] })
}

pub(super) fn told_gone(scene: &Scene) -> Value {
    json!({ "events": [event(scene, "user.deleted", 3, json!({}))] })
}

fn known(scene: &Scene) -> Value {
    let user = |which: &str| json!({ "external_id": format!("{which}-{}", scene.number), "name": "Known" });
    json!({ "users": [user("one"), user("two")] })
}

fn renamed(scene: &Scene) -> Value {
    json!({ "users": [{ "external_id": format!("one-{}", scene.number), "name": "Renamed" }] })
}

fn name(_: &Scene) -> Value {
    json!({ "name": "Changed" })
}

fn reason(_: &Scene) -> Value {
    json!({ "reason": "spam" })
}

fn closed(_: &Scene) -> Value {
    json!({ "status": "closed" })
}

fn guest(scene: &Scene) -> Value {
    json!({ "user_ids": [scene.guest.id()] })
}
