//! The actions, with the types of their frames and answers, and an example each.

mod connection;
mod member;
mod message;
mod reading;
mod room;
mod user;

use serde_json::{Value, json};

use super::example::{MESSAGE, ROOM, USER};
use super::schemas::Schemas;

/// Names a type's schema, which is kept.
type Describe = fn(&mut Schemas) -> Value;

/// An action.
#[derive(Debug)]
pub(super) struct Action {
    pub(super) name: &'static str,
    pub(super) summary: &'static str,
    /// The frame.
    pub(super) asks: Describe,
    /// The `data` of the answer.
    pub(super) answers: Describe,
    /// A frame, without the name of the action.
    pub(super) example: fn() -> Value,
}

const fn action(
    name: &'static str,
    summary: &'static str,
    (asks, answers): (Describe, Describe),
    example: fn() -> Value,
) -> Action {
    Action {
        name,
        summary,
        asks,
        answers,
        example,
    }
}

/// What a type of a frame and a type of an answer are described by.
macro_rules! of {
    ($asks:ty => $answers:ty) => {
        (Schemas::reference::<$asks>, Schemas::reference::<$answers>)
    };
}

use of;

/// All of them.
pub(super) fn all() -> impl Iterator<Item = &'static Action> {
    let topics = [
        connection::ACTIONS,
        room::ACTIONS,
        member::ACTIONS,
        message::ACTIONS,
        reading::ACTIONS,
        user::ACTIONS,
    ];
    topics.into_iter().flatten()
}

fn nothing() -> Value {
    json!({ "request_id": "r1" })
}

fn room() -> Value {
    json!({ "room_id": ROOM, "request_id": "r1" })
}

fn of_message() -> Value {
    json!({ "room_id": ROOM, "message_id": MESSAGE, "request_id": "r1" })
}

fn of_member() -> Value {
    json!({ "room_id": ROOM, "user_id": USER, "client_id": "c-1" })
}

fn of_user() -> Value {
    json!({ "user_id": USER })
}

fn of_users() -> Value {
    json!({ "user_ids": [USER] })
}

/// The first page.
fn page() -> Value {
    json!({ "limit": 20 })
}

fn page_of_room() -> Value {
    json!({ "room_id": ROOM, "limit": 20 })
}

fn page_of_message() -> Value {
    json!({ "room_id": ROOM, "message_id": MESSAGE, "limit": 20 })
}
