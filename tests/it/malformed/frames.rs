//! Every action × every way to get its frame wrong, on connections that go on.

use futures_util::future::join_all;
use serde_json::{Value, json};

use super::junk;
use crate::harness::{Reply, Socket};
use crate::routes::{ACTIONS, Action, Cast, World};

const WRONG: [&str; 2] = ["invalid_input", "malformed_json"];
/// Connections on which fields are tried at once.
const AT_ONCE: usize = 4;

/// A connection that is made anew before it reaches the rate that one connection may have.
struct Tries<'a> {
    world: &'a World<'a>,
    socket: Socket,
    left: u32,
}

impl<'a> Tries<'a> {
    async fn new(world: &'a World<'a>) -> Self {
        Self {
            world,
            socket: world.cast.member.connect().await,
            left: 400,
        }
    }

    async fn refused(&mut self, frame: &str, codes: &[&str]) {
        self.left -= 1;
        if self.left == 0 {
            self.socket.expect_silence().await;
            self.socket = self.world.cast.member.connect().await;
            self.left = 400;
        }
        let shown: String = frame.chars().take(200).collect();
        let answer = self.socket.raw(frame).await;
        let refused = answer.expect_err(&shown);
        assert!(codes.contains(&refused.code()), "{shown}: {refused:?}");
        let message = refused.data["message"].as_str().unwrap();
        assert!(
            !message.contains("$gt") && !message.contains("__proto__"),
            "{shown} is repeated: {message}"
        );
    }

    async fn end(mut self, before: &Value) {
        self.socket.expect_silence().await;
        assert_eq!(&self.world.state().await, before, "nothing was stored");
    }
}

/// On several connections at once: each waits for one answer after another.
#[tokio::test]
async fn every_field_of_every_action() {
    let cast = Cast::new().await;
    let world = cast.world().await;
    let before = world.state().await;
    join_all((0..AT_ONCE).map(|share| {
        let (cast, world) = (&cast, &world);
        async move {
            let mut tries = Tries::new(world).await;
            for action in ACTIONS.iter().skip(share).step_by(AT_ONCE) {
                every_field(&mut tries, action, &cast.member.token).await;
            }
            tries.socket.expect_silence().await;
        }
    }))
    .await;
    assert_eq!(world.state().await, before, "nothing was stored");
}

async fn every_field(tries: &mut Tries<'_>, action: &Action, token: &str) {
    let mut right = (action.fields)(tries.world, token);
    right["action"] = json!(action.name);
    right["request_id"] = json!("r1");
    for (field, value) in right.as_object().unwrap() {
        // Another text is another action, and no text is none.
        let codes: &[&str] = match (field.as_str(), action.name) {
            ("action", _) => &["unknown_action", "malformed_json"],
            ("token", _) => &["unauthenticated", "invalid_input", "malformed_json"],
            _ => &WRONG,
        };
        let is_any_text = field == "request_id";
        for junk in junk::instead_of(value) {
            if !(is_any_text && junk.starts_with('"') && !junk.contains("\\ud")) {
                tries.refused(&junk::with(&right, field, &junk), codes).await;
            }
        }
        let twice = ["unknown_action", "invalid_input", "malformed_json"];
        tries
            .refused(&junk::and(&right, &format!("{field:?}:{value}")), &twice)
            .await;
        if action.required.contains(&field.as_str()) {
            tries.refused(&junk::with(&right, field, "null"), &WRONG).await;
        }
    }
    for required in action.required {
        let mut without = right.clone();
        without.as_object_mut().unwrap().remove(*required);
        tries.refused(&without.to_string(), &["invalid_input"]).await;
    }
    for unknown in junk::UNKNOWN {
        tries.refused(&junk::and(&right, unknown), &WRONG).await;
    }
}

#[tokio::test]
async fn frames_that_are_no_action() {
    let cast = Cast::new().await;
    let world = cast.world().await;
    let before = world.state().await;
    let mut tries = Tries::new(&world).await;
    let room = &world.room;
    for text in junk::not_objects().into_iter().filter(|text| text.len() <= 30_000) {
        tries.refused(&text, &["malformed_json", "unknown_action"]).await;
    }
    for text in [
        "[\"ping\",null]".to_owned(),
        "[\"ping\",\"r1\"]".to_owned(),
        format!("[\"join_room\",null,\"{room}\",0]"),
        format!("[\"send_message\",null,\"{room}\",\"listed\",null,null,null]"),
    ] {
        tries.refused(&text, &["malformed_json"]).await;
    }
    for text in [
        "{}",
        "{\"action\":\"\"}",
        "{\"action\":\"PING\"}",
        "{\"action\":\"ping \"}",
        "{\"type\":\"ping\"}",
        "{\"event\":\"new_message\",\"data\":{}}",
    ] {
        tries.refused(text, &["unknown_action"]).await;
    }
    tries.end(&before).await;
}

/// A reader that calls itself for each level would be out of its stack.
#[tokio::test]
async fn a_very_deep_frame_is_no_action() {
    let cast = Cast::new().await;
    let world = cast.world().await;
    let before = world.state().await;
    let mut tries = Tries::new(&world).await;
    for text in junk::deep(5_000) {
        tries.refused(&text, &["malformed_json", "unknown_action"]).await;
    }
    tries.end(&before).await;
}

/// Routes that only the server itself takes.
#[tokio::test]
async fn a_route_of_the_server_is_no_action() {
    let cast = Cast::new().await;
    let world = cast.world().await;
    let before = world.state().await;
    let mut tries = Tries::new(&world).await;
    for route in ["$connect", "$disconnect", "$default"] {
        let frame = json!({ "action": route }).to_string();
        tries.refused(&frame, &["unknown_action"]).await;
    }
    tries.end(&before).await;
}

/// An id that belongs to nobody, to another app, or to something else, in every action that names a room.
#[tokio::test]
async fn rooms_that_are_none() {
    let cast = Cast::new().await;
    let world = cast.world().await;
    let theirs = cast.outsider.group(&[]).await;
    let before = world.state().await;
    let mut tries = Tries::new(&world).await;
    let actions = ACTIONS.iter().filter(|action| action.required.contains(&"room_id"));
    for action in actions {
        let mut fields = (action.fields)(&world, "");
        fields["action"] = json!(action.name);
        let nobody = "018f4a5c-0000-7000-8000-0123456789ab";
        for id in [nobody, &theirs, &world.guest.id, &world.message] {
            fields["room_id"] = json!(id);
            tries.refused(&fields.to_string(), &["not_found"]).await;
        }
        // Not the room's own id in capitals: one in twenty has no letter to write so.
        for id in [nobody.to_uppercase(), format!(" {}", world.room), "x".repeat(9000)] {
            fields["room_id"] = json!(id);
            tries.refused(&fields.to_string(), &["invalid_input"]).await;
        }
    }
    tries.end(&before).await;
}

#[tokio::test]
async fn a_refusal_names_its_request() {
    let cast = Cast::new().await;
    let world = cast.world().await;
    let mut socket = cast.member.connect().await;
    for fields in [
        json!({}),
        json!({ "room_id": [] }),
        json!({ "room_id": world.room, "limit": 0 }),
    ] {
        assert_eq!(socket.refused("history", fields).await, "invalid_input");
    }
    let both = json!({ "room_id": world.room, "before_seq": 1, "after_seq": 1 });
    assert_eq!(socket.refused("history", both).await, "invalid_input");
    let long = format!("{{\"action\":\"ping\",\"request_id\":\"{}\"}}", "r".repeat(65));
    assert_eq!(socket.raw(&long).await.unwrap_err().code(), "invalid_input");
    let health = cast.tenants.server.request("GET", "/health");
    Reply::of(health).await.expect(200);
}
